"""Programs in Node for the tests: they run beside a server that lives in this process."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def running(script: str, *arguments: str) -> AsyncIterator[AsyncIterator[Any]]:
    """The lines of JSON that a script beside this file prints; skips where Node or the packages are missing."""
    if shutil.which("node") is None or not (ROOT / "web/node_modules/graphql-ws").exists():
        pytest.skip("needs node and web/node_modules")
    process = await asyncio.create_subprocess_exec(
        "node", str(Path(__file__).with_name(script)), *arguments, stdout=asyncio.subprocess.PIPE, limit=2**20
    )
    assert process.stdout is not None
    out = process.stdout

    async def lines() -> AsyncIterator[Any]:
        while line := await asyncio.wait_for(out.readline(), 60):
            yield json.loads(line)

    try:
        yield lines()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def node(script: str, *arguments: str) -> list[Any]:
    """Everything that a script prints until it ends by itself."""
    async with running(script, *arguments) as lines:
        return [line async for line in lines]
