"""The schema as a whole: the committed file, the names, the types behind them."""

import subprocess
import sys
from pathlib import Path

from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type

from server.domain import rows
from server.graphql.export import sdl
from server.graphql.schema import schema
from server.graphql.weight import lists

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "schema.graphql"


def the_committed_schema_is_the_one_that_is_served():
    assert FILE.read_text(encoding="utf-8") == sdl(), "run `make schema`"


def the_schema_is_the_same_whatever_was_imported_first():
    for first in ("server.commands.reviews", "server.graphql.limits"):
        code = f"import {first}; from server.graphql.export import sdl; print(sdl(), end='')"
        made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert made.stdout == sdl()


def the_header_says_where_a_mutation_comes_from():
    assert "server/commands" in sdl().split('"""')[0]


def a_row_has_the_fields_that_it_has_on_the_wire():
    for kind, struct in rows.WIRE.items():
        made = schema._schema.get_type(struct.__name__)
        if kind == "aliases":
            assert made is None
            continue
        assert isinstance(made, GraphQLObjectType)
        assert "Node" in {interface.name for interface in made.interfaces}
        assert made.description
        camel = {name.replace("_", "").lower() for name in struct.__struct_fields__}
        assert camel <= {name.lower() for name in made.fields}, kind


def an_enum_has_the_wire_values_in_upper_case():
    stage = schema._schema.get_type("Stage")
    assert isinstance(stage, GraphQLEnumType)
    assert {name: value.value for name, value in stage.values.items()}["HANDED_OVER"] == "handed_over"


def a_sum_of_money_is_never_an_int_of_32_bits():
    named = [
        (kind.name, name, get_named_type(field.type).name)
        for kind in schema._schema.type_map.values()
        for name, field in getattr(kind, "fields", {}).items()
        if name.endswith("Fen") and not kind.name.startswith("__")
    ]
    assert len(named) > 10
    assert {scalar for _, _, scalar in named} == {"Fen"}


def the_lists_that_cost_something_are_known_by_name():
    counted = lists(schema._schema)
    assert {"visits", "customers", "vehicles", "reviews", "mergeProposals", "catalog", "journal"} <= set(counted)
    assert counted["photos"] < counted["visits"]
    assert "trail" not in counted
