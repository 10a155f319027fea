"""Operations made from the schema itself: mostly ones that it knows, with values that fit or that nobody would send."""

import json
import random
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)  # fmt: skip

from server.domain.ids import uuid7
from tests.portal.grammar import CANARY, JUNK

DEEPEST = 6
WIDTHS = (1, 1, 2, 2, 3, 5, 9)
WILDNESS = (0.0, 0.0, 0.0, 0.05, 0.3)
"""How often a value is one that nobody would send; each operation draws one of these."""
KINDS = {
    "customer": "customers", "vehicle": "vehicles", "visit": "visits", "review": "reviews", "complaint": "complaints",
    "line": "estimate_lines", "finding": "findings", "appointment": "appointments", "proposal": "merge_proposals",
    "owner": "customers", "absorbed": "customers", "survivor": "customers", "damage": "damages", "photo": "photos",
}  # fmt: skip
"""The kind of row that a field's name speaks of: `visitId`, `visit`."""
FITTING: dict[str, tuple[Any, ...]] = {
    "DateTime": ("2026-11-21T01:02:03Z", "2027-01-05T09:30:00+08:00"),
    "Date": ("2026-11-21", "2025-02-28"),
    "VIN": ("LSVAA4187E2100001", "LFV3A23C8D3000017"),
    "Plate": ("川A12345", "沪AD12345"),
    "Phone": ("13912345678", "+8613700001111"),
}
TEXTS = (CANARY, "1.5", "12", "a" * 64, "件", "BRK-01", "P0301", "王伟", "", "zh", "川A")
TOKEN = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\])*"|\.\.\.|[\w]+|[^\s\w]')
NOISE = (
    "{", "}", "(", ")", "[", "]", "...", "@", "$", "!", ":", "=", "|", "&", '"', '"""', "#", "on", "null", "fragment",
    "query", "mutation", "subscription", "extend type Query", "\ufeff", "\0", "9" * 400, "1e999", "-0", "🚗", "\u202e",
)  # fmt: skip


class Name(str):
    """A value of an enum: bare in a document, a text in the variables."""


class Operation(NamedTuple):
    """A document with what goes beside it."""

    query: str
    variables: dict[str, Any]
    name: str | None


class Documents:
    """Makes operations; the same `chance` makes the same ones. `ids` are those of rows that exist, by kind."""

    def __init__(self, schema: GraphQLSchema, chance: random.Random, ids: Mapping[str, list[str]]) -> None:
        self.schema, self.chance, self.ids = schema, chance, ids
        self._every = [row_id for some in ids.values() for row_id in some]
        self._used = [uuid7()]
        self._begin()

    def _begin(self) -> None:
        self._wild = self.chance.choice(WILDNESS)
        self._declared: list[str] = []
        self._variables: dict[str, Any] = {}
        self._fragments: list[str] = []
        self._names = 0

    def operation(self) -> Operation:
        """A document of any kind."""
        self._begin()
        roll = self.chance.random()
        if roll < 0.08:
            kind, root, body = "query", None, self._of_the_schema()
        elif roll < 0.62:
            kind, root, body = "query", self.schema.query_type, ""
        elif roll < 0.96:
            kind, root, body = "mutation", self.schema.mutation_type, ""
        else:
            kind, root, body = "subscription", self.schema.subscription_type, ""
        if root is not None:
            fields = self.chance.choices(list(root.fields), k=self.chance.choice((1, 1, 1, 2, 4)))
            body = "{ " + " ".join(self._field(root, name, DEEPEST) for name in fields) + " }"
        name = self.chance.choice((None, "Asked", "a"))
        declared = f"({', '.join(self._declared)})" if self._declared else ""
        head = "" if kind == "query" and not (name or declared) and self.chance.random() < 0.5 else f"{kind} "
        text = " ".join([f"{head}{name or ''}{declared}{self._directive()} {body}", *self._fragments])
        return Operation(text, self._variables, name if self.chance.random() < 0.9 else "Another")

    def _of_the_schema(self) -> str:
        """Introspection, shallow or not."""
        fields = self.chance.choice(("types", "queryType", "directives", "mutationType"))
        inner = "name"
        for _ in range(self.chance.randrange(5)):
            inner = self.chance.choice(("fields { %s }", "ofType { %s }", "args { %s }", "type { %s } name")) % inner
        name = self.chance.choice(["Visit", "Query", CANARY, *self.schema.type_map])
        return self.chance.choice(
            (f"{{ __schema {{ {fields} {{ {inner} }} }} }}", f"{{ __type(name: {json.dumps(name)}) {{ {inner} }} }}")
        )

    def _selection(self, kind: Any, depth: int) -> str:
        if is_leaf_type(kind):
            return ""
        fields = list(kind.fields) if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else []
        wanted = self.chance.sample(fields, min(self.chance.choice(WIDTHS), len(fields)))
        shown = [
            name for name in wanted if depth > 0 or is_leaf_type(get_named_type(kind.fields[name].type))
        ] or ["__typename"]  # fmt: skip
        parts = [self._field(kind, name, depth) if name != "__typename" else name for name in shown]
        if isinstance(kind, GraphQLInterfaceType):
            concrete = self.chance.choice(self.schema.get_possible_types(kind))
            parts.append(f"... on {concrete.name}{self._directive()} {self._selection(concrete, depth - 1)}")
        if self.chance.random() < 0.06:
            self._names += 1
            spread = f"F{self._names}"
            on = kind.name if self.chance.random() < 0.95 else self.chance.choice(list(self.schema.type_map))
            self._fragments.append(f"fragment {spread} on {on} {self._selection(kind, depth - 1)}")
            parts.append(f"...{spread}{self._directive()}")
        return "{ " + " ".join(parts) + " }"

    def _field(self, kind: Any, name: str, depth: int) -> str:
        field = kind.fields[name]
        alias = ""
        if self.chance.random() < 0.08 or field.args:
            self._names += 1
            alias = f"a{self._names}: "
        given = [
            f"{key}: {self._given(argument.type, key, f'{kind.name}.{name}')}"
            for key, argument in field.args.items()
            if is_required_argument(argument) or self.chance.random() < 0.5
        ]
        arguments = f"({', '.join(given)})" if given else ""
        inner = self._selection(get_named_type(field.type), depth - 1)
        return f"{alias}{name}{arguments}{self._directive()} {inner}".rstrip()

    def _directive(self) -> str:
        roll = self.chance.random()
        if roll > 0.04:
            return ""
        if roll < 0.004:
            return f" @{self.chance.choice(('deprecated', 'specifiedBy', 'oneOf', 'a', 'defer', 'stream'))}(if: 1)"
        name = self.chance.choice(("skip", "include"))
        return f" @{name}(if: {self._given(self.schema.type_map['Boolean'], 'if', '')})"

    def _given(self, kind: Any, name: str, where: str) -> str:
        """An argument: a variable, or a literal."""
        value = self._value(kind, name, where)
        if self.chance.random() < 0.5:
            return _literal(value)
        self._names += 1
        variable = f"v{self._names}"
        written = str(kind) if self.chance.random() < 0.98 else self.chance.choice(("Int", "[ID]!", "Visit", "String"))
        if written == "Boolean":
            written += "!"
        self._declared.append(f"${variable}: {written}")
        if self.chance.random() < 0.98:
            self._variables[variable] = value
        return f"${variable}"

    def _value(self, kind: Any, name: str, where: str) -> Any:
        """A value of an input type, or one that nobody would send."""
        if self.chance.random() < self._wild:
            return self.chance.choice(JUNK)
        if kind is not get_nullable_type(kind):
            return self._value(kind.of_type, name, where)
        if is_list_type(kind):
            return [self._value(kind.of_type, name, where) for _ in range(self.chance.randrange(4))]
        if isinstance(kind, GraphQLEnumType):
            return Name(self.chance.choice(list(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            fields = {
                key: self._value(field.type, key, f"{where} {name}")
                for key, field in kind.fields.items()
                if is_required_input_field(field) or self.chance.random() < 0.4
            }
            return fields | ({self.chance.choice(("x", "__typename", "id")): 1} if self.chance.random() < 0.01 else {})
        return self._leaf(kind.name, name, where)

    def _leaf(self, kind: str, name: str, where: str) -> Any:
        if kind in FITTING:
            return self.chance.choice(FITTING[kind])
        if kind == "UUID":
            return self._id(name, where)
        if kind in ("Int", "Fen"):
            return self.chance.choice((0, 1, 2, 5, 20, 100)) if name == "first" else self.chance.randint(0, 200_000)
        if kind == "Float":
            return self.chance.random()
        if kind == "Boolean":
            return self.chance.random() < 0.5
        if kind == "JSON":
            return self.chance.choice((*JUNK, {"a": [1, {"b": None}]}, {"zh": CANARY}))
        return self.chance.choice(TEXTS)

    def _id(self, name: str, where: str) -> str:
        if name == "id" and where.startswith("Mutation"):
            if self.chance.random() < 0.05:
                return self.chance.choice(self._used)
            self._used.append(uuid7())
            return self._used[-1]
        word = re.split(r"(?=[A-Z])", name)[0] if name != "id" else where.removeprefix("Query.")
        pool = self.ids.get(KINDS.get(word, ""), []) if self.chance.random() < 0.9 else []
        if pool or self.chance.random() < 0.3:
            return self.chance.choice(pool or self._every)
        return uuid7()


def bent(text: str, chance: random.Random) -> str:
    """The text with a few of its tokens dropped, doubled, swapped, replaced or followed by noise."""
    tokens = TOKEN.findall(text)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        if not tokens:
            break
        place, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(6):
            case 0:
                del tokens[place]
            case 1:
                tokens.insert(place, tokens[other])
            case 2:
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case 3:
                tokens[place] = chance.choice(NOISE)
            case 4:
                tokens.insert(place, chance.choice(NOISE))
            case _:
                first, last = sorted((place, other))
                tokens[last:last] = tokens[first:last][:200]
    return " ".join(tokens)


def _literal(value: Any) -> str:
    """A value as a document writes it."""
    if isinstance(value, Name):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key or '_'}: {_literal(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value, ensure_ascii=isinstance(value, str) and not value.isprintable())
