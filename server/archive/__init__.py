"""A customer's own archive (PIPL art. 45): everything about one person and nobody else (docs/archive.md)."""
