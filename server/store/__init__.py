"""The store: tables, the transaction, the feed, the journal and their migrations, on SQLite and on PostgreSQL."""
