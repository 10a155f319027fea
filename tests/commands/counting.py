"""A database that remembers its write transactions, so that tests can count them and their statements."""

from server.store.database import Database, Transaction


class Counted(Database):
    """The same database; `transactions` are those that were begun to write."""

    def __init__(self, db: Database) -> None:
        super().__init__(db.engine)
        self.transactions: list[Transaction] = []

    def write(self) -> Transaction:
        self.transactions.append(super().write())
        return self.transactions[-1]

    @property
    def statements(self) -> int:
        """How many statements all of them ran."""
        return sum(transaction.statements for transaction in self.transactions)
