"""The protocol's pages are true: every JSON of the worked exchange, the checksum, the codes, and the example client."""

import hashlib
import json
import re
import subprocess
import sys
import threading

import httpx
import pytest

from server.auth.accounts import add_user
from server.commands.bus import Bus
from server.demo.founding import add_store, found_group
from server.domain.reasons import Reason
from server.domain.rows import WIRE
from server.store.database import Database
from tests.doors.example import PAGE, Player, Step, steps
from tests.running import ROOT, Running

STORE = "0193a5c0-0000-7000-8000-0000000000e1"
PEOPLE = {
    "zhoumin": ("周敏", "advisor", "0193a5c0-0000-7000-8000-0000000000f1"),
    "callcentre": ("客服", "crm", "0193a5c0-0000-7000-8000-0000000000f2"),
}


@pytest.fixture
async def server(tmp_path, database_url, dialect):
    """The store of the page, on each engine."""
    db = await Database.open(database_url)
    group_id = "0193a5c0-0000-7000-8000-0000000000e0"
    await found_group(db, group_id, "蓉驰集团")
    facts = {"name": "锦江店", "name_en": "Jinjiang", "phone": "028-12345678", "address": "", "labour_rate_fen": 28000}
    await add_store(db, {"id": STORE, "group_id": group_id, "time_zone": "Asia/Shanghai", **facts})
    for username, (name, role, user_id) in PEOPLE.items():
        await add_user(db, Bus(db), group_id, STORE, username, "a long password", name, role, user_id)
    await db.close()
    running = Running(tmp_path, customers=None, database_url=database_url)
    running.start()
    yield running
    running.stop()
    assert "Traceback" not in running.log(), running.log()[-3000:]


class Ear:
    """Listens to the live stream from when it is made, until it rang."""

    def __init__(self, player: Player, step: Step) -> None:
        self.lines: list[str] = []
        self._open, self._args = threading.Event(), (player, step)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        assert self._open.wait(10)

    def _listen(self) -> None:
        player, step = self._args
        url = f"{player.http.base_url}{step.path}"
        with httpx.stream("GET", url, headers=player.headers(step), timeout=30) as stream:
            self._open.set()
            for line in stream.iter_lines():
                if line and not line.startswith(":"):
                    self.lines.append(line)
                if len(self.lines) == 2:
                    return

    def heard(self) -> list[str]:
        """The event, once it is here."""
        self._thread.join(10)
        return self.lines


async def the_worked_exchange_is_what_the_server_answers(server):
    player, ears = Player(server.url), []
    for step in steps():
        if step.path == "/sync/live":
            ears.append((Ear(player, step), step))
            continue
        answer = player.send(step)
        assert answer.status_code == step.status, (step, answer.text)
        assert player.differences(json.loads(step.answer), answer.json(), step.path) == []
    for ear, step in ears:
        shown = [line for line in step.answer.splitlines() if line]
        assert [line.replace(": ", ":").replace(" ", "") for line in ear.heard()] == [
            line.replace(": ", ":").replace(" ", "") for line in shown
        ]
    assert len(ears) == 1


def the_page_shows_no_json_that_is_not_sent_or_compared():
    text = PAGE.read_text(encoding="utf-8")
    parts = sum((step.sent is not None) + 1 for step in steps())
    assert text.count("```") == 2 * parts
    assert len(steps()) == len(re.findall(r"(?m)^`(GET|POST) ", text))


def the_checksum_of_the_page_is_that_of_its_rows():
    text = PAGE.read_text(encoding="utf-8")
    pulls = [json.loads(step.answer) for step in steps() if step.path.startswith("/sync/pull")]
    [sums] = [json.loads(step.answer) for step in steps() if step.path.startswith("/sync/checksum")]
    rows = {kind: {row["id"]: row for row in found} for kind, found in pulls[0]["rows"].items()}
    for kind, found in pulls[1]["rows"].items():
        rows.setdefault(kind, {}).update({row["id"]: row for row in found})
    for kind, ids in pulls[1]["gone"].items():
        rows[kind] = {row_id: row for row_id, row in rows[kind].items() if row_id not in ids}
    for kind, found in rows.items():
        digests = [hashlib.sha256(f"{row['id']}:{row['rev']}".encode()).digest() for row in found.values()]
        total = sum(int.from_bytes(digest[:8], "big") for digest in digests) % 2**64
        assert sums[kind] == {"count": len(found), "sum": f"{total:016x}"}
    [(name, number)] = re.findall(r"`SHA-256\((.*?)\) = ([0-9a-f]{16})…`", text)
    assert hashlib.sha256(name.encode()).hexdigest().startswith(number)
    assert (sums["customers"]["sum"], [name]) == (number, [f"{r['id']}:{r['rev']}" for r in rows["customers"].values()])


def the_protocol_page_names_every_code_and_every_kind_of_row():
    text = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    table = text.split("| code | about | facts |", 1)[1].split("\n\n", 1)[0]
    named = [code for row in table.splitlines()[2:] for code in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(reason.value for reason in Reason)
    [kinds] = re.findall(r"Kinds:\s+`([a-z_\s]+)`", text)
    assert set(kinds.split()) == set(WIRE)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def a_person_can_run_the_example_client(server, tmp_path):
    def run(*arguments: str) -> str:
        command = [sys.executable, "docs/tablet.py", server.url, "zhoumin", "a long password", str(tmp_path / "t.json")]
        done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "{'staff': 2} waiting: 0" in run()
    fields = {"customer_id": "0193a5c0-0000-7000-8000-00000000000a", "name": "王伟", "phones": []}
    assert "'customers': 1" in run("customer.register", json.dumps(fields))
    assert "{'staff': 2, 'customers': 1} waiting: 0" in run()
