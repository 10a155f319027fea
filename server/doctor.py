"""`python -m server doctor`: does what is stored still hold together?"""

from pathlib import Path
from typing import Any

from server.domain.rows import KINDS
from server.store.database import Database, Transaction
from server.store.journal import digest_of

JOURNAL = (
    "group_id", "n", "command_id", "device_id", "seq", "name", "user_id", "door", "lane", "issued_at", "fields",
    "outcome", "reason", "merged", "review_id", "previous", "received_at", "position",
)  # fmt: skip


async def examine(db: Database, data: Path) -> list[str]:
    """One line for each breach: the journal's chain, feed against tables, media files against their rows."""
    async with db.read() as tx:
        [groups] = await tx.run(("SELECT id, journal_count, journal_hash, position FROM groups", ()))
        breaches = [line for group in groups for line in await _chain(tx, *group)]
        for kind in KINDS:
            breaches += await _feed(tx, kind)
        [media] = await tx.run(("SELECT sha256 FROM media", ()))
    missing = [sha for (sha,) in media if not (data / "media" / sha[:2] / sha[2:]).exists()]
    return breaches + [f"media {sha}: the file is missing" for sha in missing]


async def _chain(tx: Transaction, group_id: str, count: int, digest: str, position: int) -> list[str]:
    columns = ", ".join(JOURNAL)
    [rows] = await tx.run((f"SELECT {columns}, hash FROM journal WHERE group_id = ? ORDER BY n", (group_id,)))
    breaches: list[str] = []
    previous = ""
    for number, row in enumerate(rows, start=1):
        entry: dict[str, Any] = dict(zip(JOURNAL, row, strict=False))
        if entry["n"] != number or entry["previous"] != previous or digest_of(entry) != row[-1]:
            breaches.append(f"journal {group_id} entry {entry['n']} ({entry['command_id']}): the chain is broken here")
        previous = row[-1]
    if (len(rows), previous) != (count, digest):
        breaches.append(f"journal {group_id}: it ends at {len(rows)}, the group says {count}")
    if rows and rows[-1][JOURNAL.index("position")] > position:
        breaches.append(f"group {group_id}: its position lies behind its journal")
    return breaches


async def _feed(tx: Transaction, kind: str) -> list[str]:
    sql = (
        f'SELECT t.id, t.rev, f.rev FROM "{kind}" t LEFT JOIN feed f ON f.id = t.id AND f.kind = ? '
        "WHERE f.rev IS NULL OR f.rev <> t.rev"
    )
    [rows] = await tx.run((sql, (kind,)))
    return [f"{kind} {row_id}: rev {rev} in its table, {fed} in the feed" for row_id, rev, fed in rows]
