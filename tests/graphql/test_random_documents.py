"""Random operations at the GraphQL door; the long form is `python -m tests.graphql.fuzz --documents 20000`."""

from tests.graphql.fuzz import Fuzz
from tests.running import Running

COUNT = 500


def a_random_document_is_never_a_failure_a_leak_or_a_second_of_work(under_fire: Running):
    result = Fuzz(under_fire, seed=3).run(COUNT)
    assert result.breaches == []
    assert result.whole > COUNT / 10, "hardly anything was answered"
    assert result.outcomes["APPLIED"], "nothing got as far as a command"
    assert "whole" in under_fire.run("doctor")
