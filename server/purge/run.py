"""A whole purge of one dealer group: rehearsed, or done in transactions that may be broken off and begun again."""

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from server.commands.bus import Actor, Bus, CommandFailed
from server.domain.terms import Terms
from server.purge.candidates import batches, portions, unnamed_media
from server.purge.leftovers import count_sent, delete_sent, files_of, old_media, remove
from server.purge.rehearsal import Taken, rehearse
from server.purge.words import empty, forgettable
from server.store.database import Database


class Purge(Struct, frozen=True):
    """What went, or would go: rows of classes, entries of the journal that say nothing any more, files."""

    taken: Taken
    words: int
    sent: int
    sessions: int
    files: int
    file_bytes: int


async def purge(db: Database, data: Path, group_id: str, now: datetime, terms: Terms, bus: Bus | None) -> Purge:
    """With a bus it takes what the rehearsal found, piece by piece; without one nothing changes."""
    actor = await _server(db, group_id) if bus else None
    taken = Taken.nothing()
    for kind, ids in await batches(db, group_id, now):
        going = await rehearse(db, group_id, kind, ids, now, terms, taken)
        await _take(bus, actor, kind, going)
    media = await old_media(data, now, await unnamed_media(db, group_id, {row_id for _, row_id in taken.gone}))
    for portion in portions([media_id for media_id, _ in media]):
        going = await rehearse(db, group_id, "media", portion, now, terms, taken)
        await _take(bus, actor, "media", going)
    gone = {row_id for _, row_id in taken.gone}
    words = await forgettable(db, group_id, now, gone)
    files = await files_of(db, data, now, gone, [sha for media_id, sha in media if media_id in gone])
    outbox, sessions = await count_sent(db, now)
    found = Purge(taken, sum(map(len, words)), outbox, sessions, len(files), sum(path.stat().st_size for path in files))
    if bus and actor:
        for portion in words:
            await empty(db, group_id, portion)
        await delete_sent(db, now)
        remove(files)
        if taken.gone or taken.trimmed or words or files:
            await bus.run(actor, "records.report_purge", report(found))
    return found


def report(found: Purge) -> dict[str, object]:
    """The report as the journal keeps it: numbers by class."""
    more = {"trimmed": found.taken.trimmed, "journal": found.words, "outbox": found.sent, "sessions": found.sessions}
    return {
        "taken": dict(found.taken.rows) | {name: count for name, count in more.items() if count},
        "files": found.files, "bytes": found.file_bytes,
    }  # fmt: skip


async def _take(bus: Bus | None, actor: Actor | None, kind: str, ids: list[str]) -> None:
    if not bus or not actor or not ids:
        return
    outcome = await bus.run(actor, "records.purge", {"kind": kind, "ids": ids})
    if outcome.outcome != "applied":
        raise CommandFailed("records.purge")


async def _server(db: Database, group_id: str) -> Actor:
    async with db.read() as tx:
        [stores] = await tx.run(("SELECT id FROM stores WHERE group_id = ? ORDER BY id LIMIT 1", (group_id,)))
    return Actor(group_id=group_id, store_id=stores[0][0], door="server", role="server")
