"""Programs in Node for the tests: they run beside a server that lives in this process."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


async def node(script: str, *arguments: str) -> Any:
    """What a script beside this file writes to stdout, read as JSON; skips where Node or the packages are missing."""
    if shutil.which("node") is None or not (ROOT / "web/node_modules/graphql-ws").exists():
        pytest.skip("needs node and web/node_modules")
    process = await asyncio.create_subprocess_exec(
        "node", str(Path(__file__).with_name(script)), *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, err.decode()
    return json.loads(out)
