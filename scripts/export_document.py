"""Writes the JSON Schemas in docs/ from their structs; with `--check` it only says which differ."""

import json
import sys
from pathlib import Path
from typing import Any

from server.documents.shapes import schema as document
from server.records.shapes import HealthRecord, WarrantyRecord, schema

DOCS = Path(__file__).resolve().parent.parent / "docs"


def targets() -> dict[str, dict[str, Any]]:
    """Each schema under its file name."""
    return {
        "document.schema.json": document(),
        "health-record.schema.json": schema(HealthRecord, "Electronic vehicle-health record (JT/T 1132)"),
        "warranty-record.schema.json": schema(WarrantyRecord, "Repair record under warranty law (SAMR Order 43)"),
    }


def main() -> int:
    """0 when the files are up to date, or were written."""
    texts = {DOCS / name: json.dumps(made, ensure_ascii=False, indent=2) + "\n" for name, made in targets().items()}
    if "--check" not in sys.argv:
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    for name in stale:
        print(f"docs/{name} is out of date: run `make schema`.")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
