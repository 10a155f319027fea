"""Random bodies at every public route; the long form is `python -m tests.portal.fuzz --count 10000`."""

from pathlib import Path

from tests.portal.fuzz import Fuzz, served

COUNT = 1_000


async def a_random_body_is_never_a_failure_a_leak_or_a_line_in_the_log(tmp_path: Path):
    server = served(tmp_path)
    try:
        result = await Fuzz(server, seed=7).run(COUNT)
        assert result.breaches == []
        assert result.outcomes["applied"], "nothing got as far as a command"
        assert server.is_ready()
        assert "whole" in server.run("doctor")
    finally:
        server.stop()
