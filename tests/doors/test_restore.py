"""The drill of docs/restore.md: its own commands, real processes, tablets that were elsewhere when it happened."""

import re
import shutil
from pathlib import Path

import pytest

from server.auth.accounts import add_user
from server.commands.bus import Bus
from server.demo.founding import add_store, found_group
from server.domain.ids import uuid7
from server.settings import Settings
from server.store.database import Database
from server.store.epoch import read_marks
from tests.doors.drill import Tablet, blocks, has_programs, run_block
from tests.running import Running

ENGINE = {"sqlite": 0, "postgres": 1}


@pytest.fixture
async def server(tmp_path, database_url, dialect):
    """A server with a small dealership, on each engine."""
    data = tmp_path / "data"
    data.mkdir()
    if dialect == "sqlite":
        database_url = f"sqlite:///{shutil.copyfile(database_url.removeprefix('sqlite:///'), data / 'jieche.db')}"
    await found(database_url)
    running = Running(data, customers=None, database_url=database_url)
    assert Settings(data_dir=str(data)).secret
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log(), running.log()[-3000:]


async def found(database_url: str) -> None:
    """A group with one store and two people."""
    db = await Database.open(database_url)
    group_id, store_id = uuid7(), uuid7()
    await found_group(db, group_id, "蓉驰集团")
    facts = {"name": "锦江店", "name_en": "Jinjiang", "phone": "028-12345678", "address": "", "labour_rate_fen": 28000}
    await add_store(db, {"id": store_id, "group_id": group_id, "time_zone": "Asia/Shanghai", **facts})
    for role in ("manager", "advisor"):
        await add_user(db, Bus(db), group_id, store_id, role, f"{role}-demo", role, role)
    await db.close()


@pytest.fixture
def tools(dialect):
    """The programs that the page names."""
    if dialect == "postgres" and not has_programs():
        pytest.skip("pg_dump is not on this machine")


def back_up(server: Running, backup: Path, dialect: str) -> str:
    """Last night, by the page."""
    return run_block(blocks("restore.md", "Every night")[ENGINE[dialect]], server, backup)


def go_back(server: Running, backup: Path, dialect: str) -> str:
    """The database goes back to last night, by the page."""
    server.stop()
    return run_block(blocks("restore.md", "Going back")[ENGINE[dialect]], server, backup)


def epochs(server: Running) -> list[str]:
    """Why each new epoch began, from the log."""
    lines = [line for line in server.log().splitlines() if "a new epoch begins" in line]
    return [match.group(1) for line in lines if (match := re.search(r'"why": "([^"]+)"', line))]


async def journal(server: Running) -> dict[str, str]:
    """Every command that the database knows: id → outcome; raises when one is there twice."""
    db = await Database.open(server.environment["JIECHE_DATABASE_URL"])
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT command_id, outcome FROM journal", ()))
    await db.close()
    assert len({command_id for command_id, _ in rows}) == len(rows)
    return dict(rows)


def everybody_syncs(*tablets: Tablet) -> None:
    """Twice, so that each has what the others sent."""
    for tablet in (*tablets, *tablets):
        tablet.sync()


def alike(server: Running, folder: Path, *tablets: Tablet) -> None:
    """Every tablet holds what a new one loads, and has nothing waiting."""
    fresh = Tablet(server, "fresh", folder)
    fresh.sync()
    (folder / "fresh.json").unlink()
    for tablet in tablets:
        assert tablet.rows == fresh.rows
        assert tablet.state["queue"] == []


async def a_database_that_goes_back_to_last_nights_backup_loses_nothing_that_tablets_sent(
    server, tools, dialect, tmp_path
):
    desk, yard = Tablet(server, "desk", tmp_path), Tablet(server, "yard", tmp_path, "advisor")
    first = desk.receive("赵一", "13800130001", "川A10001")
    early = desk.take_photo(first)
    everybody_syncs(desk, yard)
    printed = back_up(server, tmp_path / "backup", dialect)
    assert ("copied and checked" in printed) == (dialect == "sqlite")

    second = desk.receive("钱二", "13800130002", "川A10002")
    photo = desk.take_photo(second)
    yard.issue("visit.add_concern", visit_id=first, concern_id=uuid7(), words="异响")
    new = Tablet(server, "new", tmp_path)
    third = new.receive("李四", "13800130004", "川A10004")
    everybody_syncs(desk, yard, new)
    signature = yard.sign_contract(second)
    new.issue("repair.note", visit_id=second, note_id=uuid7(), text="小心漆面", visible_to_customer=False)
    everybody_syncs(desk, yard, new)
    before = {**desk.issued(), **yard.issued(), **new.issued()}
    known = await journal(server)
    assert before.keys() <= known.keys()

    server.stop()
    [reached] = [mark.position for mark in read_marks(server.folder).values()]
    printed = go_back(server, tmp_path / "backup", dialect)
    assert "whole" in printed
    assert before.keys() - (await journal(server)).keys()
    server.start()
    assert epochs(server) == ["nothing is known beside the database", f"restored: it had come to position {reached}"]
    everybody_syncs(desk, yard, new)
    alike(server, tmp_path, desk, yard, new)
    after = await journal(server)
    assert before.keys() <= after.keys()
    assert {**desk.issued(), **yard.issued(), **new.issued()}.keys() == before.keys()
    assert {outcome for command_id, outcome in after.items() if command_id in before} == {"applied"}
    assert desk.rows["signatures"][signature]["state"] == yard.rows["signatures"][signature]["state"]
    assert {third, second, first} <= desk.rows["visits"].keys()
    for sha256 in (early, photo):
        assert desk.call("GET", f"/media/{sha256}").content == desk.photos[sha256]
    server.stop()
    assert "whole" in server.run("doctor")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_tablet_that_comes_before_the_one_it_builds_on_is_settled_in_the_inbox(server, dialect, tmp_path):
    desk, yard = Tablet(server, "desk", tmp_path), Tablet(server, "yard", tmp_path)
    back_up(server, tmp_path / "backup", dialect)
    visit = desk.receive("赵一", "13800130001", "川A10001")
    everybody_syncs(desk, yard)
    yard.issue("visit.add_concern", visit_id=visit, concern_id=uuid7(), words="异响")
    everybody_syncs(desk, yard)
    go_back(server, tmp_path / "backup", dialect)
    server.start()
    everybody_syncs(yard, desk)
    [review] = [r for r in yard.rows["reviews"].values() if r["command"]["name"] == "visit.add_concern"]
    assert (review["outcome"], review["reason"]["code"], review["state"]) == ("rejected", "not_found", "open")
    yard.issue("review.resolve", review_id=review["id"], seen_rev=review["rev"], action="retry")
    everybody_syncs(yard, desk)
    assert [concern["words"] for concern in desk.rows["visits"][visit]["concerns"]] == ["异响"]
    alike(server, tmp_path, desk, yard)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_machine_that_is_gone_with_all_its_files_comes_back_from_the_backup(server, dialect, tmp_path):
    desk = Tablet(server, "desk", tmp_path)
    photo = desk.take_photo(desk.receive("赵一", "13800130001", "川A10001"))
    desk.sync()
    back_up(server, tmp_path / "backup", dialect)
    late = desk.take_photo(desk.receive("钱二", "13800130002", "川A10002"))
    desk.sync()
    keys = {name: (server.folder / name).read_bytes() for name in ("secret", "vapid.pem")}
    server.stop()
    shutil.rmtree(server.folder)
    run_block(blocks("restore.md", "Going back")[2], server, tmp_path / "backup")
    assert "whole" in go_back(server, tmp_path / "backup", dialect)
    assert not (server.folder / "epoch.json").exists()
    assert {name: (server.folder / name).read_bytes() for name in keys} == keys
    assert (server.folder / "secret").stat().st_mode & 0o777 == 0o600
    server.start()
    assert epochs(server) == ["nothing is known beside the database"]
    desk.sync()
    alike(server, tmp_path, desk)
    for sha256 in (photo, late):
        assert desk.call("GET", f"/media/{sha256}").content == desk.photos[sha256]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_restore_that_nobody_noticed_is_noticed_by_the_first_tablet_from_the_future(server, dialect, tmp_path):
    desk, yard = Tablet(server, "desk", tmp_path), Tablet(server, "yard", tmp_path)
    everybody_syncs(desk, yard)
    server.stop()
    marks = (server.folder / "epoch.json").read_bytes()
    server.start()
    back_up(server, tmp_path / "backup", dialect)
    visit = desk.receive("赵一", "13800130001", "川A10001")
    everybody_syncs(desk, yard)
    go_back(server, tmp_path / "backup", dialect)
    (server.folder / "epoch.json").write_bytes(marks)
    server.start()
    assert epochs(server) == ["nothing is known beside the database"]
    everybody_syncs(yard, desk)
    assert epochs(server) == ["nothing is known beside the database", "a cookie from the future"]
    assert visit in yard.rows["visits"]
    alike(server, tmp_path, desk, yard)
