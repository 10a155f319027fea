"""`python -m server backup`: something to go back to, taken while the server serves. The database first, files after.

In that order whatever the copied database names is among the copied files. What says how far the database had come
(`epoch.json`) is left out: it must outlive a restore.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

FILES = ("media", "handovers", "seal", "secret", "vapid.pem")
"""What lies in the data folder besides the database and must be kept: photos, sealed PDFs, keys."""


class Damaged(Exception):
    """The copy of the database does not hold together; it was not put in its place."""


def back_up_database(source: Path, target: Path) -> None:
    """A whole copy of a SQLite file in use, checked, then put in its place in one step; raises Damaged."""
    draft = target.with_name(f".{target.name}")
    draft.unlink(missing_ok=True)
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as here, closing(sqlite3.connect(draft)) as copy:
        here.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        verdicts = [verdict for (verdict,) in copy.execute("PRAGMA integrity_check")]
    if verdicts != ["ok"]:
        raise Damaged(verdicts[0])
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(target)


def back_up_files(data: Path, target: Path) -> int:
    """Copies the files that the target has not yet, with their modes; gives how many."""
    copied = 0
    for path in _files(data):
        place = target / path.relative_to(data)
        with suppress(FileNotFoundError):
            if not place.exists() or place.stat().st_size != path.stat().st_size:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                draft = place.with_name(f".{place.name}")
                shutil.copy2(path, draft)
                draft.replace(place)
                copied += 1
    return copied


def _files(data: Path) -> Iterator[Path]:
    """Whole files; those with a dot in front are still being written."""
    for name in FILES:
        for path in [data / name, *(data / name).rglob("*")]:
            if path.is_file() and not path.name.startswith("."):
                yield path
