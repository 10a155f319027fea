"""Requests that ask too much, each with the code that it is refused by; `tests.bench.hostile` measures them."""

import json
from typing import Any, NamedTuple

from server.domain.ids import uuid7


class Hostile(NamedTuple):
    """A body of `/graphql`, and the code that answers it."""

    name: str
    body: bytes
    code: str


def _sent(query: str, variables: Any = None) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def _case(name: str, code: str, query: str, variables: Any = None) -> Hostile:
    return Hostile(name, _sent(query, variables), code)


def _chain(count: int, last: str, each: str = "...F{n}") -> str:
    """Fragments that lead from one to the next."""
    links = " ".join(f"fragment F{n} on Query {{ {each.format(n=n + 1)} }}" for n in range(count))
    return f"{{ ...F0 }} {links} fragment F{count} on Query {{ {last} }}"


def _deep(depth: int) -> str:
    return (
        "{ visits { edges { node { "
        + "vehicle { owner { visits(first: 1) { " * depth
        + "id"
        + " } } }" * depth
        + " } } } }"
    )


def _variable_of(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return {"id": uuid7(), "input": {"add": value}}


TAG = "mutation($id: UUID!, $input: CustomerTagInput!) { customerTag(id: $id, input: $input) { outcome } }"
TYPES = "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
WIDE_TYPES = "{ __schema { types { fields { args { type { fields { name args { name } } } } } } } }"
ROWS = "visits(first: 100) { edges { node { customer { visits(first: 100) { customer { visits { id } } } } } } }"

FIELDS = " ".join(f"f{n}" for n in range(900))
LISTS = " ".join(f"a{n}: visits {{ edges {{ cursor }} }}" for n in range(60))
SCHEMAS = " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(60))
TAGGING = " ".join(f"a{n}: customerTag(id: $id, input: $input) {{ outcome }}" for n in range(21))
TAGS = f"mutation($id: UUID!, $input: CustomerTagInput!) {{ {TAGGING} }}"
BRACKETS = "[" * 1500 + "]" * 1500
CIRCLE = "{ ...A } fragment A on Query { ...B ...B } fragment B on Query { ...A }"
UNUSED = "{ me { id } } fragment F on Me { " + "id " * 3900 + "}"
NINES = "{ visits(first: " + "9" * 5000 + ") { edges { cursor } } }"
NUMBERS = "{ customers(search: [" + "1 " * 3900 + "]) { pageInfo { hasNextPage } } }"
WORD = '{ customers(search: "' + "x" * 100_000 + '") { edges { cursor } } }'
ABYSS = b'{"query": "{ me { id } }", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
WRITE = {"query": TAG, "variables": {"id": uuid7()}}

CASES = (
    _case("deep: 40 levels", "too_deep", _deep(13)),
    _case("deep: 1,200 levels", "too_deep", "{ me " * 1200 + "{ name }" + " }" * 1200),
    _case("deep: a list in 1,500 lists", "too_deep", f"{{ customers(search: {BRACKETS}) {{ pageInfo }} }}"),
    _case("wide: 900 different fields", "too_many_fields", f"{{ {FIELDS} }}"),
    _case("wide: one field 3,900 times", "too_many_fields", "{ me { " + "id " * 3900 + "} }"),
    _case("wide: one field in a fragment nobody spreads", "too_many_fields", UNUSED),
    _case("wide: 5,000 fields", "too_many_tokens", "{ " + " ".join(f"f{n}" for n in range(5000)) + " }"),
    _case("rows: 100 × 100 × 20", "too_expensive", "{ " + ROWS + " }"),
    _case("rows: a number of 5,000 digits", "too_expensive", NINES),
    _case("aliases: one list 60 times", "too_many_aliases", f"{{ {LISTS} }}"),
    _case("aliases: the schema 60 times", "too_many_aliases", f"{{ {SCHEMAS} }}"),
    _case("fragments: in a circle", "invalid_query", CIRCLE),
    _case("fragments: 50 that double", "too_many_fields", _chain(50, "me { id }", "...F{n} ...F{n}")),
    _case("fragments: a chain of 400", "too_complex", _chain(400, "me { id }")),
    _case("directives: 400 on one field", "too_many_directives", "{ me " + "@skip(if: false) " * 400 + "{ id } }"),
    _case("directives: unknown ones", "too_many_directives", "{ me " + "@a " * 1900 + "{ id } }"),
    _case("introspection: types of fields of types …", "too_expensive", TYPES),
    _case("introspection: fields of arguments of fields", "too_expensive", WIDE_TYPES),
    _case("mutations: 21 in one document", "too_many_mutations", TAGS),
    _case("lists: 1,900 ids in the text", "invalid_query", NUMBERS),
    _case("variables: 30,000 values", "too_many_values", TAG, {"id": uuid7(), "input": {"add": ["x"] * 30_000}}),
    _case("variables: 500 lists inside each other", "too_deep", TAG, _variable_of(500)),
    Hostile("variables: 100,000 lists inside each other", ABYSS, "bad_request"),
    _case("text: a word of 100,000 characters", "too_long", WORD),
    _case("text: 60,000 commas", "too_many_fields", "{ " + "," * 60_000 + " " + "id " * 600 + "}"),
    _case("text: 1 MB of blanks", "too_large", "{ me { id } }" + " " * 2**20),
    _case("text: 1 MB in a variable", "too_large", "{ me { id } }", {"a": "x" * 2**20}),
    Hostile("a batch of 100", json.dumps([{"query": "{ me { id } }"}] * 100).encode(), "batch_refused"),
    Hostile("a batch of 100 mutations", json.dumps([WRITE] * 100).encode(), "batch_refused"),
)  # fmt: skip
