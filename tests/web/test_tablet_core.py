"""The tablet's TypeScript core against a running server; the cases are in web/tests/server."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.running import ROOT, Running

WEB = ROOT / "web"


@pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(), reason="needs Node and web/node_modules"
)
def the_guesses_of_the_tablet_are_what_the_server_says(tmp_path: Path) -> None:
    server = Running(tmp_path, customers=30)
    server.start()
    try:
        done = subprocess.run(
            ["node_modules/.bin/vitest", "run", "tests/server"],
            cwd=WEB, env=os.environ | {"JIECHE_TEST_URL": server.url}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    finally:
        server.stop()
    assert done.returncode == 0, done.stdout + done.stderr
