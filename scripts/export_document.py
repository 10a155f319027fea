"""Writes docs/document.schema.json from server/documents/shapes.py; with `--check` it only says whether it differs."""

import json
import sys
from pathlib import Path

from server.documents.shapes import schema

TARGET = Path(__file__).resolve().parent.parent / "docs" / "document.schema.json"


def main() -> int:
    """0 when the file is up to date, or was written."""
    text = json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("docs/document.schema.json is out of date: run `make schema`.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
