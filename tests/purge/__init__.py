"""Retention and purge."""
