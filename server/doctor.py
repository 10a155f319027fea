"""`python -m server doctor`: does what is stored still hold together? And the repair of the feed from the tables."""

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from piccolo.columns import JSONB

from server.documents import sealkey
from server.domain.rows import KINDS
from server.queries.papers import unstamped
from server.store.database import Database, Transaction
from server.store.journal import chained, digest_of, is_whole
from server.store.rows import DECODERS, encode, parent_of
from server.store.tables import TABLE_OF

Key = tuple[str, str]
"""A row's dealer group and id."""

JOURNAL = (
    "group_id", "n", "command_id", "device_id", "seq", "name", "user_id", "door", "lane", "issued_at", "fields",
    "outcome", "reason", "merged", "salt", "review_id", "previous", "content", "received_at",
    "position",
)  # fmt: skip


LOOKS = (
    "n", "at", "group_id", "user_id", "device_id", "role", "door", "subject_type", "subject_id", "reason", "fields",
    "previous",
)  # fmt: skip


async def examine(db: Database, data: Path) -> list[str]:
    """One line for each breach: the journal's chain, outcomes, feed against tables, photos against files, the seal."""
    fault = await asyncio.to_thread(sealkey.problem, data)
    async with db.read() as tx:
        [groups] = await tx.run(("SELECT id, journal_count, journal_hash, position FROM groups ORDER BY id", ()))
        breaches = [line for group in groups for line in await _chain(tx, *group)]
        breaches += await _looks(tx)
        breaches += await _outcomes(tx)
        for kind in KINDS:
            breaches += [f"{kind} {row_id}: {what}" for (_, row_id), what in await _differing(tx, kind)]
        return breaches + await _media(tx, data) + ([f"seal: {fault}"] if fault else [])


async def extent(db: Database) -> list[str]:
    """One line for each group: how far it has come, when its last command arrived; and what lacks a time stamp."""
    async with db.read() as tx:
        [groups] = await tx.run(
            (
                "SELECT g.id, g.position, g.journal_count, (SELECT j.received_at FROM journal j "
                "WHERE j.group_id = g.id ORDER BY j.n DESC LIMIT 1) FROM groups g ORDER BY g.id",
                (),
            )
        )
        bare = await unstamped(tx)
    return [
        f"group {group_id}: position {position}, {count} commands, the last one at {_time(last)}"
        for group_id, position, count, last in groups
    ] + ([f"{bare} papers were sealed without time stamp: the authority gave none (docs/document.md)"] if bare else [])


def _time(moment: datetime | str | None) -> str:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "no time yet"


async def _chain(tx: Transaction, group_id: str, count: int, digest: str, position: int) -> list[str]:
    columns = ", ".join(JOURNAL)
    [rows] = await tx.run((f"SELECT {columns}, hash FROM journal WHERE group_id = ? ORDER BY n", (group_id,)))
    breaches: list[str] = []
    previous = ""
    for number, row in enumerate(rows, start=1):
        entry: dict[str, Any] = dict(zip(JOURNAL, row, strict=False))
        holds = is_whole(entry) and digest_of(chained(entry)) == row[-1]
        if entry["n"] != number or entry["previous"] != previous or not holds:
            breaches.append(f"journal {group_id} entry {entry['n']} ({entry['command_id']}): the chain is broken here")
        previous = row[-1]
    if (len(rows), previous) != (count, digest):
        breaches.append(f"journal {group_id}: it ends at {len(rows)}, the group says {count}")
    if rows and rows[-1][JOURNAL.index("position")] > position:
        breaches.append(f"group {group_id}: its position lies behind its journal")
    return breaches


async def _looks(tx: Transaction) -> list[str]:
    """The chains of the access log, each against where its group says that it ends."""
    heads, rows = await tx.run(
        ("SELECT group_id, n, hash FROM access_heads ORDER BY group_id", ()),
        (f"SELECT {', '.join(LOOKS)}, hash FROM access_log ORDER BY group_id, n", ()),
    )
    ends: dict[str, tuple[int, str]] = {}
    breaches: list[str] = []
    for row in rows:
        entry: dict[str, Any] = dict(zip(LOOKS, row, strict=False))
        number, previous = ends.get(group_id := entry["group_id"], (0, ""))
        if (entry["n"], entry["previous"]) != (number + 1, previous) or digest_of(entry) != row[-1]:
            breaches.append(f"access log {group_id} entry {entry['n']}: the chain is broken here")
        ends[group_id] = (entry["n"], row[-1])
    told = {group_id: (number, digest) for group_id, number, digest in heads}
    return breaches + [
        f"access log {group_id}: it does not end where its head says"
        for group_id in sorted(told.keys() | ends.keys())
        if told.get(group_id) != ends.get(group_id, (0, ""))
    ]


async def _outcomes(tx: Transaction) -> list[str]:
    """Every number of a queue was answered, and every command that was not simply applied has its review."""
    queues, used, orphans = await tx.run(
        ("SELECT device_id, next_seq FROM device_queues ORDER BY device_id", ()),
        (
            "SELECT device_id, count(*), max(seq) FROM (SELECT device_id, seq FROM journal WHERE seq IS NOT NULL "
            "UNION SELECT device_id, seq FROM receipts) AS used GROUP BY device_id",
            (),
        ),
        (
            "SELECT j.command_id, j.review_id FROM journal j LEFT JOIN reviews r ON r.id = j.review_id "
            "WHERE j.review_id IS NOT NULL AND j.salt IS NOT NULL AND r.id IS NULL",
            (),
        ),
    )
    answered = {device_id: (count, last) for device_id, count, last in used}
    breaches = [
        f"device {device_id}: next_seq is {next_seq}, {answered.get(device_id, (0, 0))[0]} numbers were answered"
        for device_id, next_seq in queues
        if answered.get(device_id, (0, 0)) != (next_seq - 1, next_seq - 1)
    ]
    return breaches + [
        f"journal command {command_id}: its review {review} is missing" for command_id, review in orphans
    ]


async def _rows(tx: Transaction, kind: str) -> dict[Key, Struct]:
    """The rows of a table as structs, by group and id."""
    columns = TABLE_OF[kind]._meta.columns
    names = [column._meta.name for column in columns]
    nested = {column._meta.name for column in columns if isinstance(column, JSONB)}
    [records] = await tx.run((f'SELECT {", ".join(f"{chr(34)}{name}{chr(34)}" for name in names)} FROM "{kind}"', ()))
    found: dict[Key, Struct] = {}
    for record in records:
        fields = dict(zip(names, record, strict=True))
        group_id = fields.pop("group_id")
        for name in nested:
            fields[name] = msgspec.json.decode(fields[name]) if fields[name] is not None else None
        found[group_id, fields["id"]] = msgspec.convert(fields, KINDS[kind], strict=False)
    return found


async def _differing(tx: Transaction, kind: str) -> list[tuple[Key, str]]:
    """Ids of rows whose feed entry is missing or says something else than the table, and of entries without a row."""
    rows = await _rows(tx, kind)
    columns, here = "group_id, id, parent_id, rev, body", "kind = ? AND body <> ''"
    [entries] = await tx.run((f"SELECT {columns} FROM feed WHERE {here}", (kind,)))
    seen: set[Key] = set()
    breaches: list[tuple[Key, str]] = []
    for group_id, row_id, parent_id, rev, body in entries:
        seen.add((group_id, row_id))
        row: Any = rows.get((group_id, row_id))
        if row is None:
            breaches.append(((group_id, row_id), "it is in the feed and not in its table"))
        elif (DECODERS[kind].decode(body), rev, parent_id) != (row, row.rev, parent_of(row)):
            breaches.append(((group_id, row_id), "feed and table differ"))
    return breaches + [(key, "it is in its table and not in the feed") for key in sorted(rows.keys() - seen)]


async def _media(tx: Transaction, data: Path) -> list[str]:
    media, photos = await tx.run(
        ("SELECT sha256 FROM media ORDER BY sha256", ()), ("SELECT id, sha256 FROM photos WHERE uploaded", ())
    )
    known = {sha for (sha,) in media}
    breaches = [
        f"photos {photo_id}: uploaded, but its bytes are unknown" for photo_id, sha in photos if sha not in known
    ]
    for sha in sorted(known):
        path = data / "media" / sha[:2] / sha[2:]
        if not path.exists():
            breaches.append(f"media {sha}: the file is missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha:
            breaches.append(f"media {sha}: the file holds something else")
    return breaches


async def rebuild_feed(db: Database) -> int:
    """Writes the feed's entries anew where they differ from the tables, each at a new position; gives how many."""
    repaired = 0
    async with db.write() as tx:
        for kind in KINDS:
            rows = await _rows(tx, kind)
            for key in sorted({key for key, _ in await _differing(tx, kind)}):
                if key in rows:
                    await _rewrite(tx, kind, *key, rows[key])
                    repaired += 1
    return repaired


async def _rewrite(tx: Transaction, kind: str, group_id: str, row_id: str, row: Any) -> None:
    """Each store that holds the row pulls it again; where the feed has none left, the row's own store does."""
    stores, head = await tx.run(
        ("SELECT store_id FROM feed WHERE group_id = ? AND kind = ? AND id = ?", (group_id, kind, row_id)),
        ("SELECT position FROM groups WHERE id = ?", (group_id,)),
    )
    homes = [store for (store,) in stores] or getattr(row, "stores", None) or [getattr(row, "store_id", group_id)]
    if not stores and (parent := parent_of(row)):
        [homes_of] = await tx.run(("SELECT store_id FROM feed WHERE kind = 'visits' AND id = ?", (parent,)))
        homes = [store for (store,) in homes_of] or homes
    position = head[0][0]
    for store in homes:
        position += 1
        await tx.run(
            (
                "INSERT INTO feed (group_id, store_id, kind, id, parent_id, rev, position, gone, body) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (store_id, kind, id) DO UPDATE SET parent_id = "
                "excluded.parent_id, rev = excluded.rev, position = excluded.position, body = excluded.body",
                (group_id, store, kind, row_id, parent_of(row), row.rev, position, False, encode(row).decode()),
            )
        )
    await tx.run(("UPDATE groups SET position = ? WHERE id = ?", (position, group_id)))
