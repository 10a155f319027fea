"""schemathesis asks every query and mutation of the schema, in documents and with values of its own making."""

import os
from collections import Counter
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

from tests.graphql.fuzz import LEAK, documented_codes
from tests.graphql.grammar import FITTING
from tests.running import Running

EXAMPLES = int(os.environ.get("JIECHE_TEST_EXAMPLES", "2"))


for name, values in {
    "Fen": st.integers(-(2**54), 2**54).map(nodes.Int), "JSON": st.text().map(nodes.String),
    "Phone": st.sampled_from(FITTING["Phone"]).map(nodes.String), "VIN": st.text(max_size=20).map(nodes.String),
    "Plate": st.sampled_from(FITTING["Plate"]).map(nodes.String),
}.items():  # fmt: skip
    schemathesis.graphql.scalar(name, values)


def a_field_of_the_schema_answers_an_outside_judge(under_fire: Running):
    login = {"username": "manager", "password": "manager-demo"}
    token = httpx.post(f"{under_fire.url}/auth/login", json=login).json()["token"]
    headers, known, codes = {"Authorization": f"Bearer {token}"}, documented_codes(), Counter[str]()
    schema, fields = schemathesis.graphql.from_url(f"{under_fire.url}/graphql", headers=headers), 0
    for found in schema.get_all_operations():
        fields += 1

        @seed(7)
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=found.ok().as_strategy())
        def asking(case: Any) -> None:
            answer = case.call(headers=headers, timeout=30)
            told = answer.json()
            assert answer.status_code in (200, 400, 413), answer.text
            for error in told.get("errors", []):
                code = error["extensions"]["code"]
                assert code in known - {"internal_error", "unavailable", "timeout"}, (case.body, error)
                assert not LEAK.search(error["message"]), error
                codes[code] += 1
            codes["answered"] += "errors" not in told

        asking()
    assert fields > 70
    assert codes["answered"] > fields / 3
    assert "whole" in under_fire.run("doctor")
