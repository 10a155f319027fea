"""The customer's own archive."""
