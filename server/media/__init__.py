"""Bytes on disk: photos by their SHA-256, and sealed documents."""
