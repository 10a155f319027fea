"""What `/sync/checksum` must say of rows, as docs/protocol.md defines it."""

import hashlib
from typing import Any

from tests.shop import Rows


def sums_of(rows: Rows) -> dict[str, dict[str, Any]]:
    """Per kind the count, and the sum modulo 2^64 of the first 8 bytes of each SHA-256("id:rev")."""
    return {
        kind: {"count": len(held), "sum": f"{sum(map(_first_8_bytes, held.values())) % 2**64:016x}"}
        for kind, held in rows.items()
    }


def _first_8_bytes(row: dict[str, Any]) -> int:
    return int.from_bytes(hashlib.sha256(f"{row['id']}:{row['rev']}".encode()).digest()[:8], "big")
