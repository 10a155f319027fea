"""What `/openapi/openapi.json` says is so: schemathesis asks every route, with a token and without."""

import os
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
)  # fmt: skip
EXAMPLES = int(os.environ.get("JIECHE_TEST_EXAMPLES", "3"))
ENDLESS = {"/sync/live"}
ENDS_TOKENS = {"/auth/logout", "/auth/rotate", "/auth/sessions", "/auth/password"}
"""Asked without a token only: others still need theirs."""


@pytest.fixture(scope="module")
def token(server) -> str:
    """A manager's."""
    login = {"username": "manager", "password": "manager-demo"}
    return httpx.post(f"{server.url}/auth/login", json=login).json()["token"]


def a_route_answers_as_its_document_says(server, token):
    document = schemathesis.openapi.from_url(f"{server.url}/openapi/openapi.json")
    asked = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if operation.path in ENDLESS or operation.path == "/graphql":
            continue
        asked += 1
        for bearer in (None, token):
            if bearer is None or operation.path not in ENDS_TOKENS:
                _asked(operation, {"Authorization": f"Bearer {bearer}"} if bearer else {})
    assert asked > 30


def _asked(operation: Any, headers: dict[str, str]) -> None:
    """Some requests that fit the document."""

    @seed(7)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def asking(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=30)

    asking()


def the_document_names_the_token_and_the_error(server):
    document = httpx.get(f"{server.url}/openapi/openapi.json").json()
    assert document["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    assert document["components"]["schemas"]["Error"]["required"] == ["code", "message", "facts"]
    open_to_all = {path for path, item in document["paths"].items() for each in item.values() if each["security"] == []}
    assert open_to_all == {"/auth/login", "/auth/totp", "/auth/totp/confirm", "/graphql", "/push/key"}
