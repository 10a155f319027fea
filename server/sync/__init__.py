"""The tablets' door: push, pull, live, photos, documents."""
