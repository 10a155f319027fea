"""The GraphQL-over-HTTP draft: methods, media types, statuses; who may ask, and what is said when they may not."""

import json

import pytest
from graphql import GraphQLError

from server.domain.ids import uuid7
from server.graphql.errors import told
from server.settings import Settings
from server.store.database import Unavailable
from tests.graphql.door import ANSWER, Asker, app_of, asker
from tests.shop import Shop

JSON = "application/json"

ME = "{ me { username } }"


@pytest.fixture(params=["sqlite"])
def dialect(request) -> str:
    """These say nothing of the database: one engine is enough."""
    return request.param


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (ANSWER, ANSWER), (f"{ANSWER}; charset=utf-8, {JSON};q=0.9", ANSWER), (f"{JSON}, {ANSWER}", JSON), (JSON, JSON),
        ("*/*", JSON), ("", JSON),
    ],
)  # fmt: skip
async def an_answer_has_the_media_type_that_was_asked_for(ask: Asker, accept: str, wanted: str):
    answer = await ask.post(ME, accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{wanted}; charset=utf-8"
    assert answer.json() == {"data": {"me": {"username": "boss"}}}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "syntax_error"),
        ("{ nothing }", "invalid_query"),
        ("query($id: UUID!) { visit(id: $id) { id } }", "invalid_query"),
    ],
)
async def a_query_that_cannot_run_is_400_under_the_new_media_type_and_200_under_json(ask: Asker, query: str, code: str):
    answer = await ask.post(query, accept=ANSWER)
    assert answer.status_code == 400
    assert (await ask.post(query)).status_code == 200
    body = answer.json()
    assert "data" not in body
    assert body["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"null",
        b'"text"',
        b"{}",
        b'{"query": 7}',
        b'{"query": "{ me { name } }", "variables": []}',
    ],
)
async def a_body_that_is_no_request_is_400_with_a_graphql_error(ask: Asker, body: bytes):
    for accept in (ANSWER, "application/json"):
        answer = await ask.http.post(
            "/graphql", content=body, headers={"Content-Type": "application/json", "Accept": accept}
        )
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["extensions"]["code"] == "bad_request"


async def a_form_and_a_text_are_no_operations(ask: Asker):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await ask.http.post("/graphql", content=b"query={me{name}}", headers={"Content-Type": kind})
        assert answer.status_code == 415


async def a_query_may_come_by_get_and_a_mutation_may_not(ask: Asker):
    answer = await ask.http.get(
        "/graphql",
        params={"query": "query($n: Int!) { visits(first: $n) { edges { cursor } } }", "variables": '{"n": 1}'},
    )
    assert (answer.status_code, answer.json()) == (200, {"data": {"visits": {"edges": []}}})
    query = f'mutation {{ visitCancel(id: "{uuid7()}", input: {{visitId: "{uuid7()}", reason: "x"}}) {{ outcome }} }}'
    refused = await ask.http.get("/graphql", params={"query": query})
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert refused.json()["errors"][0]["extensions"]["code"] == "method_not_allowed"


async def a_subscription_is_told_where_it_belongs(ask: Asker):
    query = "subscription { storeChanged { at } }"
    for answer in (await ask.post(query), await ask.http.get("/graphql", params={"query": query})):
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (400, "bad_request")
        assert "WebSocket" in error["message"]


async def a_stranger_is_refused(ask: Asker):
    for token in (None, "Bearer ", "Bearer wrong", "Basic x"):
        ask.http.headers.pop("Authorization", None)
        if token is not None:
            ask.http.headers["Authorization"] = token
        answer = await ask.post(ME, accept=ANSWER)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["errors"][0]["extensions"]["code"] == "unauthorized"
        assert (await ask.post(ME)).json() == answer.json()


async def a_stranger_may_see_the_shape_of_the_schema_and_nothing_else(ask: Asker):
    del ask.http.headers["Authorization"]
    data = await ask.data(
        '{ __typename __schema { queryType { name } } __type(name: "Stage") { enumValues { name } } }'
    )
    assert {"name": "HANDED_OVER"} in data["__type"]["enumValues"]
    for sly in (
        "{ __typename me { name } }",
        "{ __typename ...X } fragment X on Query { me { name } }",
        "{ ... { me { name } } }",
    ):
        assert await ask.code(sly) == "unauthorized"
    assert (await ask.http.get("/schema.graphql")).text.startswith("# Jieche")


async def a_shop_may_close_introspection(shop: Shop, tmp_path):
    closed = asker(shop, app_of(shop, Settings(data_dir=str(tmp_path), graphiql=False)))
    await closed.sign_in("boss")
    assert await closed.code("{ __schema { queryType { name } } }") == "invalid_query"
    await closed.http.aclose()


def visits(first: int, inner: str) -> str:
    return f"visits(first: {first}) {{ edges {{ node {{ id {inner} }} }} }}"


BOUGHT = "customers(first: $n) { edges { node { visits(first: $n) { photos { id } } } } }"
LOOP = "owner { visits(first: 1) { vehicle { owner { visits(first: 1) { vehicle { owner { vehicles { id } } } } } } } }"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (f"{{ {visits(1, f'vehicle {{ {LOOP} }}')} }}", "too_deep"),
        ("{ " + " ".join(f"a{n}: me {{ name }}" for n in range(51)) + " }", "too_many_aliases"),
        ("{ " + " ".join("me { name }" for _ in range(1001)) + " }", "too_many_tokens"),
        (f"{{ {visits(100, 'vehicle { visits(first: 100) { customer { visits { id } } } }')} }}", "too_expensive"),
        (f"query($n: Int!) {{ {BOUGHT} }}", "too_expensive"),
        ("{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A }", "invalid_query"),
    ],
)  # fmt: skip
async def a_request_that_asks_too_much_is_refused_before_anything_is_read(ask: Asker, query: str, code: str):
    assert await ask.code(query, n=100) == code


async def a_bomb_of_fragments_is_weighed_without_being_unfolded(ask: Asker):
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(50))
    bomb = f"{{ ...F0 }} {fragments} fragment F50 on Query {{ {visits(1, '')} }}"
    assert await ask.code(bomb) == "too_many_fields"


async def a_bug_is_told_without_a_word_of_what_it_was(ask: Asker, caplog, capsys):
    ask.app.state.bus = None
    query = 'mutation($id: UUID!) { customerTag(id: $id, input: {customerId: $id, add: ["机密"]}) { outcome } }'
    answer = await ask.post(query, id=uuid7(), accept=ANSWER)
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["extensions"]["code"]) == (200, "internal_error")
    assert "NoneType" not in json.dumps(answer.json())
    logged = capsys.readouterr()
    everything = caplog.text + logged.out + logged.err
    assert "AttributeError" in everything
    assert not any(word in everything for word in ("机密", "customerTag", "NoneType"))


async def a_query_that_is_nested_without_end_is_refused(ask: Asker):
    assert await ask.code("{ me " * 1200 + "{ name }" + " }" * 1200) == "too_deep"
    for depth in (60, 100, 200, 400, 1300):
        deep = "{ " + "... { " * depth + "nothing" + " }" * depth + " }"
        assert await ask.code(deep) == "too_deep"
        assert await ask.code(f"{{ customers(search: {'[' * depth}{']' * depth}) }}") in ("too_deep", "invalid_query")


def a_database_that_is_away_is_told_apart_from_a_bug():
    codes = [
        told(GraphQLError("x", original_error=error)).extensions["code"]
        for error in (Unavailable("y"), ValueError("z"))
    ]
    assert codes == ["unavailable", "internal_error"]
