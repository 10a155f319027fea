"""What no row names: sealed papers and photo files of what is gone, sent messages, old sessions. Removed last."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from server.domain.ids import is_id
from server.domain.retention import CLASSES
from server.media.files import place
from server.store.database import Database

AWAY = timedelta(days=90)
"""So long a file without a row stays: a tablet that is away, or a database put back, may still name it."""
_SENT = "state IN ('sent', 'dead') AND created_at <= ?"
_OLD_SESSION = (
    "expires_at <= ? AND (device_id IS NULL OR EXISTS (SELECT 1 FROM sessions n WHERE n.device_id = sessions.device_id "
    "AND n.user_id = sessions.user_id AND n.created_at > sessions.created_at))"
)
"""The last one of a person on a tablet stays: it says that the person's late commands may be believed."""


async def files_of(db: Database, data: Path, now: datetime, gone: set[str], media: Iterable[str]) -> list[Path]:
    """Papers whose visit is not there, photos whose row is not there; `gone` visits and `media` thought away."""
    async with db.read() as tx:
        visits, known = await tx.run(("SELECT id FROM visits", ()), ("SELECT sha256 FROM media", ()))
    kept = {row_id for (row_id,) in visits} - gone
    shas = {sha for (sha,) in known} - set(media)
    papers = [
        path
        for folder in (data / "handovers").glob("*")
        if is_id(folder.name) and folder.name not in kept
        for path in folder.iterdir()
    ]
    photos = [path for path in (data / "media").glob("*/*") if path.parent.name + path.name not in shas]
    return [path for path in [*papers, *photos] if path.is_file() and _is_old(path, now)]


def _is_old(path: Path, now: datetime) -> bool:
    return path.stat().st_mtime <= (now - AWAY).timestamp()


async def old_media(data: Path, now: datetime, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those whose bytes came long ago, or never."""
    return [(row_id, sha) for row_id, sha in found if not (path := place(data, sha)).exists() or _is_old(path, now)]


def remove(paths: list[Path]) -> None:
    """Deletes the files, and the folders that are empty then."""
    for path in paths:
        path.unlink(missing_ok=True)
        if path.parent.parent.name == "handovers" and not any(path.parent.iterdir()):
            path.parent.rmdir()


async def count_sent(db: Database, now: datetime) -> tuple[int, int]:
    """How many messages of the outbox and how many sessions go."""
    async with db.read() as tx:
        [[(outbox,)], [(sessions,)]] = await tx.run(*_statements("SELECT count(*)", now))
    return outbox, sessions


async def delete_sent(db: Database, now: datetime) -> None:
    """Deletes them."""
    async with db.write() as tx:
        await tx.finish(*_statements("DELETE", now))


def _statements(what: str, now: datetime) -> tuple[tuple[str, tuple[object, ...]], ...]:
    year = timedelta(days=366 * CLASSES["messages"].years)
    return (
        (f"{what} FROM outbox WHERE {_SENT}", (now - year,)),
        (f"{what} FROM sessions WHERE {_OLD_SESSION}", (now - year,)),
    )
