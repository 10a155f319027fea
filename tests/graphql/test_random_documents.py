"""Random operations at the GraphQL door; the long form is `python -m tests.graphql.fuzz --documents 20000`."""

from pathlib import Path

from tests.graphql.fuzz import Fuzz, served

COUNT = 500


def a_random_document_is_never_a_failure_a_leak_or_a_second_of_work(tmp_path: Path):
    server = served(tmp_path, customers=20)
    try:
        result = Fuzz(server, seed=3).run(COUNT)
        assert result.breaches == []
        assert result.whole > COUNT / 10, "hardly anything was answered"
        assert result.outcomes["APPLIED"], "nothing got as far as a command"
        assert "whole" in server.run("doctor")
    finally:
        server.stop()
