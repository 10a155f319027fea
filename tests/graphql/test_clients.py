"""docs/clients.md is true: each of its programs runs as it stands there, against a server on a port."""

import asyncio
import os
import re
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.domain.ids import uuid7
from server.settings import Settings
from tests.auth.app import hire, sign_in
from tests.graphql.door import served
from tests.graphql.node import ROOT
from tests.shop import Shop
from tests.visits import check_in

PAGE = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PROGRAMS = {"sh": ["bash"], "python": [sys.executable], "js": ["node"]}
REMARK = "mutation($id: UUID!, $input: CustomerAddNoteInput!) { customerAddNote(id: $id, input: $input) { outcome } }"
ADDRESS = "127.0.0.1:8000"

one_engine = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.fixture
async def where(shop: Shop, database_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The whole product on a port, with a manager who signs in like the demo's."""
    await hire(shop, "manager", "manager")
    config = Settings(database_url=database_url, data_dir=str(tmp_path), embedded_worker=False)
    async with served(create_app(config)) as address:
        yield address


@asynccontextmanager
async def started(kind: str, text: str, where: str, folder: Path) -> AsyncIterator[Process]:
    """A program of the page, with the server's address in the place of the one that the page names."""
    program = PROGRAMS[kind]
    if shutil.which(program[0]) is None or (kind == "sh" and shutil.which("curl") is None):
        pytest.skip(f"needs {program[0]}")
    if kind == "js":
        if not (ROOT / "web/node_modules/graphql-ws").exists():
            pytest.skip("needs web/node_modules")
        (folder / "node_modules").symlink_to(ROOT / "web/node_modules")
    file = folder / {"sh": "first.sh", "python": "program.py", "js": "program.mjs"}[kind]
    file.write_text(text.replace(ADDRESS, where), encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    process = await asyncio.create_subprocess_exec(*program, str(file), stdout=PIPE, stderr=PIPE, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def program(name: str) -> tuple[str, str]:
    """The block of the page that begins with this name, and its language."""
    [found] = [(kind, text) for kind, text in BLOCKS if text.split("\n", 1)[0].endswith(name)]
    return found


async def lines_of(kind: str, text: str, where: str, folder: Path) -> list[str]:
    """What a program prints until it ends by itself, without a complaint."""
    async with started(kind, text, where, folder) as process:
        out, complaints = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, complaints.decode()) == (0, "")
    return out.decode().splitlines()


def test_every_block_of_the_page_is_run_here():
    names = {text.split("\n", 1)[0].split()[-1] for kind, text in BLOCKS if kind != "sh"}
    assert names == {"first.py", "watch.py", "first.mjs", "watch.mjs"}
    assert [kind for kind, _ in BLOCKS].count("sh") == 1
    assert all(ADDRESS in text for _, text in BLOCKS)


@one_engine
async def the_first_question_is_asked_with_curl(where: str, tmp_path: Path):
    [(_, text)] = [block for block in BLOCKS if block[0] == "sh"]
    [line] = await lines_of("sh", text, where, tmp_path)
    assert line == '{"data":{"me":{"name":"manager","role":"manager","store":{"name":"锦程门店"}}}}'


@one_engine
async def a_python_program_pages_and_repeats_a_command(shop: Shop, where: str, tmp_path: Path):
    for _ in range(51):
        await check_in(shop)
    *visits, last = await lines_of(*program("first.py"), where, tmp_path)
    assert len(visits) == 51
    assert all(line.split()[1] == "CHECKED_IN" for line in visits)
    assert last == "APPLIED True"


@one_engine
async def a_javascript_program_searches_and_writes(shop: Shop, where: str, tmp_path: Path):
    visit = await check_in(shop)
    assert await lines_of(*program("first.mjs"), where, tmp_path) == ["王小明 1", "APPLIED"]
    assert [note["text"] for note in (await shop.row("customers", visit.customer_id))["notes"]] == ["喜欢靠窗的座位"]


@one_engine
@pytest.mark.parametrize("name", ["watch.py", "watch.mjs"])
async def a_program_hears_of_a_change_elsewhere(shop: Shop, where: str, tmp_path: Path, name: str):
    visit, kind_and_text = await check_in(shop), program(name)
    async with (
        httpx.AsyncClient(base_url=f"http://{where}") as other,
        started(*kind_and_text, where, tmp_path) as process,
    ):
        await sign_in(other, "manager")
        assert process.stdout is not None
        heard = asyncio.ensure_future(process.stdout.readline())
        for _ in range(120):  # it listens sooner or later, and nothing says when
            note = {"customerId": visit.customer_id, "noteId": uuid7(), "text": "来电"}
            asked = {"query": REMARK, "variables": {"id": uuid7(), "input": note}}
            assert "errors" not in (await other.post("/graphql", json=asked)).json()
            if (await asyncio.wait({heard}, timeout=0.5))[0]:
                break
        assert heard.done()
        assert re.fullmatch(rb"something changed at \d{4}-\d\d-\d\dT[\d:.]+Z\n", heard.result())
