"""The epoch: which life of the database this is. After a restore it is another, so that tablets start anew.

Epoch and highest position of each group are also kept in a file beside the database. A database below the file's
position, of another epoch, or unknown to the file was restored: it gets a new epoch, and tablets resend what it does
not know. An epoch too many costs each tablet one first sync; an epoch too few would cost it rows.
"""

import asyncio
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from server.domain.ids import uuid7
from server.store.database import Database, Unavailable

EVERY = 1.0


class Mark(Struct, frozen=True):
    """How far a group's feed had come, and in which epoch."""

    epoch: str
    position: int


Marks = dict[str, Mark]


def _path(data: Path) -> Path:
    return data / "epoch.json"


def read_marks(data: Path) -> Marks:
    """What was known outside the database; empty at the first start."""
    path = _path(data)
    return msgspec.json.decode(path.read_bytes(), type=Marks) if path.exists() else {}


def write_marks(data: Path, marks: Marks) -> None:
    """Replaces the file in one step."""
    with tempfile.NamedTemporaryFile(dir=data, delete=False) as file:
        file.write(msgspec.json.encode(marks))
        file.flush()
        os.fsync(file.fileno())
    os.replace(file.name, _path(data))


async def marks_of(db: Database) -> Marks:
    """Epoch and position of each group as the database has them."""
    async with db.read() as tx:
        [groups] = await tx.run(("SELECT id, epoch, position FROM groups", ()))
    return {group_id: Mark(epoch, position) for group_id, epoch, position in groups}


async def renew_epoch(db: Database, data: Path, group_id: str, ended: str, why: str) -> str:
    """Begins a new epoch for a group in place of the one that ended, here and beside the database; gives it.

    Of several that notice at the same time, the first begins it for all.
    """
    fresh = uuid7()
    async with db.write() as tx:
        await tx.run(("UPDATE groups SET epoch = ? WHERE id = ? AND epoch = ?", (fresh, group_id, ended)))
        [[(epoch, position)]] = await tx.finish(("SELECT epoch, position FROM groups WHERE id = ?", (group_id,)))
    write_marks(data, read_marks(data) | await marks_of(db))
    if epoch == fresh:
        structlog.get_logger("epoch").warning(
            "a new epoch begins: tablets start anew", why=why, group=group_id, position=position
        )
    return epoch


async def notice_restore(db: Database, data: Path) -> list[str]:
    """Gives every group that was restored since the marks were written a new epoch; gives those groups.

    A group without a mark may have been restored onto a new machine, so it counts as restored as well.
    """
    known, restored = read_marks(data), list[str]()
    for group_id, mark in (await marks_of(db)).items():
        if why := _breach(known.get(group_id), mark):
            await renew_epoch(db, data, group_id, mark.epoch, why)
            restored.append(group_id)
    return restored


def _breach(known: Mark | None, found: Mark) -> str | None:
    if known is None:
        return "nothing is known beside the database"
    if found.position < known.position:
        return f"restored: it had come to position {known.position}"
    return None if found.epoch == known.epoch else "restored: it comes from another epoch"


async def keep_marks(db: Database, data: Path, stop: asyncio.Event) -> None:
    """Writes the marks down whenever they moved, once a second, until `stop` is set."""
    written: Marks = {}
    while True:
        with suppress(Unavailable):
            written = await _keep(db, data, written)
        if stop.is_set():
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)


async def _keep(db: Database, data: Path, written: Marks) -> Marks:
    """One look: a database that was put back while we run is noticed; another epoch alone is another worker's doing."""
    known = read_marks(data)
    marks = await marks_of(db)
    back = [group_id for group_id, mark in marks.items() if mark.position < known.get(group_id, mark).position]
    for group_id in back:
        why = f"restored while serving: it had come to position {known[group_id].position}"
        await renew_epoch(db, data, group_id, marks[group_id].epoch, why)
    if back:
        return await marks_of(db)
    if marks != written:
        write_marks(data, marks)
    return marks
