"""The epoch: which life of the database this is. After a restore it is another, so that tablets start anew.

Epoch and highest position of each group are also kept in a file beside the database. A database that starts below the
file's position, or of another epoch, was restored: it gets a new epoch, and tablets resend what it does not know.
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


async def renew_epoch(db: Database, data: Path, group_id: str) -> str:
    """Begins a new epoch for a group, here and beside the database; gives it."""
    epoch = uuid7()
    async with db.write() as tx:
        await tx.finish(("UPDATE groups SET epoch = ? WHERE id = ?", (epoch, group_id)))
    write_marks(data, read_marks(data) | await marks_of(db))
    structlog.get_logger("epoch").warning("a new epoch begins: tablets start anew", group=group_id)
    return epoch


async def notice_restore(db: Database, data: Path) -> list[str]:
    """Gives every group that was restored since the marks were written a new epoch; gives those groups."""
    known, restored = read_marks(data), list[str]()
    for group_id, mark in (await marks_of(db)).items():
        before = known.get(group_id)
        if before is not None and (mark.epoch != before.epoch or mark.position < before.position):
            await renew_epoch(db, data, group_id)
            restored.append(group_id)
    return restored


async def keep_marks(db: Database, data: Path, stop: asyncio.Event) -> None:
    """Writes the marks down whenever they moved, once a second, until `stop` is set."""
    written: Marks = {}
    while True:
        with suppress(Unavailable):
            if (marks := await marks_of(db)) != written:
                write_marks(data, marks)
                written = marks
        if stop.is_set():
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY)
