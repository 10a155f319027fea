"""A backup is whole or not there, keeps what must be kept and nothing else, and costs little when little is new."""

import sqlite3
from pathlib import Path

import pytest

from server.backup import Damaged, back_up_database, back_up_files


@pytest.fixture
def data(tmp_path) -> Path:
    """A data folder with something of everything."""
    folder = tmp_path / "data"
    for name in (
        "media/ab/cdef",
        "media/ab/.draft",
        "handovers/v/s.pdf",
        "seal/seal.pem",
        "secret",
        "epoch.json",
        "x.db",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (folder / "secret").chmod(0o600)
    return folder


def a_backup_keeps_photos_papers_and_keys_and_not_the_mark_beside_the_database(data, tmp_path):
    target = tmp_path / "backup"
    assert back_up_files(data, target) == 4
    kept = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert kept == {"media/ab/cdef", "handovers/v/s.pdf", "seal/seal.pem", "secret"}
    assert (target / "secret").stat().st_mode & 0o777 == 0o600


def a_second_backup_copies_what_is_new(data, tmp_path):
    target = tmp_path / "backup"
    back_up_files(data, target)
    (data / "media/ab/0123").write_bytes(b"new")
    (target / "media/ab/cdef").write_bytes(b"half")
    assert back_up_files(data, target) == 2
    assert (target / "media/ab/cdef").read_bytes() == b"media/ab/cdef"


def a_database_in_use_is_copied_whole_with_what_is_still_in_its_wal(tmp_path):
    source, target = tmp_path / "a.db", tmp_path / "copy.db"
    here = sqlite3.connect(source)
    here.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (n); INSERT INTO t VALUES (1);")
    here.execute("INSERT INTO t VALUES (2)")
    back_up_database(source, target)
    here.commit()
    assert sqlite3.connect(target).execute("SELECT n FROM t").fetchall() == [(1,)]
    assert sorted(path.name for path in tmp_path.glob("*copy*")) == ["copy.db"]
    here.close()


def a_damaged_database_does_not_take_the_place_of_a_good_backup(tmp_path):
    source, target = tmp_path / "a.db", tmp_path / "copy.db"
    with sqlite3.connect(source) as here:
        here.executescript("CREATE TABLE t (n UNIQUE); INSERT INTO t VALUES (1), (2), (3);")
        here.execute("PRAGMA writable_schema = ON")
        here.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name LIKE 'sqlite_autoindex%'")
    here.close()
    target.write_bytes(b"last night's")
    with pytest.raises((Damaged, sqlite3.DatabaseError)):
        back_up_database(source, target)
    assert target.read_bytes() == b"last night's"
