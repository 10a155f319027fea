"""The tablet's TypeScript core against a running server; the cases are in web/tests/server."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.running import ROOT, Running

WEB = ROOT / "web"
DAYS = "8"
"""Bad days in every run; `SEEDS=200 python -m pytest tests/web` plays more."""

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (WEB / "node_modules").is_dir(), reason="needs Node and web/node_modules"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One shop for all cases."""
    running = Running(tmp_path_factory.mktemp("shop"), customers=30)
    running.start()
    yield running
    running.stop()


def passes(cases: str, server: Running) -> None:
    """Runs one file of cases at this server."""
    environment = {"SEEDS": DAYS} | os.environ | {"JIECHE_TEST_URL": server.url}
    done = subprocess.run(
        ["node_modules/.bin/vitest", "run", "--testTimeout=60000", f"tests/server/{cases}"],
        cwd=WEB, env=environment, capture_output=True, text=True, timeout=60 + 30 * int(environment["SEEDS"]),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def the_guesses_of_the_tablet_are_what_the_server_says(server: Running) -> None:
    passes("guesses", server)


def the_work_of_several_people_on_one_tablet_is_each_ones_own(server: Running) -> None:
    passes("people", server)


def the_bad_days_of_real_tablets_end_well(server: Running) -> None:
    passes("simulator", server)
