"""Bodies for a door: almost right ones made from the commands' own types, then bent, broken or plain noise."""

import gzip
import json
import random
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from msgspec import inspect

from server.commands.every import REGISTRY
from server.domain.ids import uuid7
from server.domain.roles import may
from server.sync.push import Push

CANARY = "金丝雀"
"""Stands in every text that is sent: it may come back to its sender and appears in no log."""
SCRIPT = f"<script>{CANARY}()</script>"
TEXTS = (
    CANARY, f"{CANARY} +8613912345678", SCRIPT, f"'; DROP TABLE visits; -- {CANARY}", f"{CANARY}\0", f"{CANARY}\ud800",
    f"{CANARY}\u202e\ufeff\U0001f697", "../../../../etc/passwd", "{{7*7}}%s%n${jndi:ldap://x}", "__proto__", "",
    "0" * 70, CANARY * 3_000,
)  # fmt: skip
LARGEST = 200_000
"""Bytes; what grew beyond is cut off."""
CANDIDATES = (
    "a" * 64, "1.5", "12", "-3.25", "https://push.example/" + CANARY, "http://127.0.0.1:1/a", "B" * 87, "A" * 22,
    "09:00", "image/jpeg", "2026.11.0", "P0301",
)  # fmt: skip
JUNK: tuple[Any, ...] = (
    None, True, -1, 0, 2**53, 2**64, 10**400, -0.0, 1e308, float("nan"), float("inf"), [], {}, [[]], {"": None},
    *TEXTS,
)  # fmt: skip
QUERIES = (
    "{ __schema { types { name } } }", "{ visits(first: 3) { edges { node { number customer { name } } } } }",
    "mutation { estimateDecide(input: {}) { outcome } }", "subscription { visit(id: 1) { id } }", "{", "query q { q }",
    "{ a" + "{ a" * 3_000 + "}" * 3_001, "{ " + " ".join(f"a{n}: __typename" for n in range(3_000)) + " }",
    f'{{ customers(query: "{CANARY}") {{ edges {{ node {{ phones {{ number }} }} }} }} }}', "fragment f on Q { ...f }",
)  # fmt: skip
KINDS = (
    "application/json",
    "application/msgpack",
    "application/x-www-form-urlencoded",
    "text/plain",
    "",
    "x",
    "a/b; ;=",
)


class Grammar:
    """Makes bodies; `ids` are ids that exist, of others too. The same `chance` makes the same bodies."""

    def __init__(self, chance: random.Random, ids: list[str]) -> None:
        self.chance, self.ids = chance, ids
        self._structs = {name: inspect.type_info(spec.struct) for name, spec in REGISTRY.items()}
        self._push = inspect.type_info(Push)
        self._links = [name for name in REGISTRY if may("link", name)]

    def body(self, path: str) -> tuple[bytes, str]:
        """A body for this route and the content type that goes with it."""
        roll = self.chance.random()
        if roll < 0.02:
            return b"[" * 60_000 + b"]" * 60_000, "application/json"
        if roll < 0.1:
            return self.chance.randbytes(self.chance.choice((0, 1, 7, 200, 70_000))), self.chance.choice(KINDS)
        value = self._for(path)
        if roll < 0.7:
            value = self._bent(value)
        encoded, kind = self._encoded(value, path)
        return (self._broken(encoded) if roll > 0.85 else encoded)[:LARGEST], kind

    def _for(self, path: str) -> Any:
        if path == "/graphql":
            return {"query": self.chance.choice(QUERIES), "variables": {"id": self._id()}, "operationName": None}
        if path.startswith("/auth"):
            name = self.chance.choice(("manager", "advisor", "nobody", CANARY))
            return {"username": name, "password": CANARY + str(self.chance.random())}
        if path.endswith("/unlock"):
            return {"digits": str(self.chance.randrange(10_000)).zfill(4)}
        if path.startswith("/sync"):
            return self.value(self._push)
        name = self.chance.choice(self._links if self.chance.random() < 0.8 else list(REGISTRY))
        fields = self.value(self._structs[name])
        return {"id": uuid7(), "name": name, "fields": fields}

    def value(self, kind: Any) -> Any:
        """A value of a type, as msgspec describes it."""
        made = self._simple(kind)
        if made is not None:
            return made
        match kind:
            case inspect.Metadata():
                return self.value(kind.type)
            case inspect.UnionType():
                return self.value(self.chance.choice(kind.types))
            case inspect.ListType() | inspect.CollectionType():
                return [self.value(kind.item_type) for _ in range(self.chance.randrange(4))]
            case inspect.DictType():
                return {self._text(None, 40): self.value(kind.value_type) for _ in range(self.chance.randrange(3))}
            case inspect.StructType():
                fields = [field for field in kind.fields if field.required or self.chance.random() < 0.5]
                return {field.encode_name: self.value(field.type) for field in fields}
            case inspect.AnyType():
                return self.chance.choice(JUNK)
            case _:
                return None

    def _simple(self, kind: Any) -> Any:
        match kind:
            case inspect.LiteralType():
                return self.chance.choice(kind.values)
            case inspect.StrType():
                return self._text(kind.pattern, kind.max_length or 200)
            case inspect.IntType():
                return self.chance.randint(kind.ge or 0, kind.le if kind.le is not None else 10**6)
            case inspect.FloatType():
                return self.chance.random()
            case inspect.BoolType():
                return self.chance.random() < 0.5
            case inspect.DateTimeType():
                return f"20{self.chance.randrange(10, 99)}-11-2{self.chance.randrange(9)}T08:30:00Z"
            case inspect.DateType():
                return f"2026-{self.chance.randrange(1, 13):02}-15"
            case _:
                return None

    def _text(self, pattern: str | None, longest: int) -> str:
        if pattern is None:
            return self.chance.choice(TEXTS)[:longest]
        fitting = [text for text in (self._id(), *CANDIDATES) if re.search(pattern, text)]
        return self.chance.choice(fitting) if fitting else CANARY

    def _id(self) -> str:
        return self.chance.choice(self.ids) if self.chance.random() < 0.7 else uuid7()

    def _bent(self, value: Any) -> Any:
        """One to three places are replaced, taken away, doubled or wrapped."""
        for _ in range(self.chance.randint(1, 3)):
            value = self._changed(value)
        return value

    def _changed(self, value: Any) -> Any:
        if isinstance(value, dict) and value and self.chance.random() < 0.8:
            name = self.chance.choice(list(value))
            changes: list[Callable[[], Any]] = [
                lambda: {key: inner for key, inner in value.items() if key != name},
                lambda: value | {self.chance.choice(TEXTS)[:99]: self.chance.choice(JUNK)},
                lambda: value | {name: self._changed(value[name])},
                lambda: value | {name: self._changed(value[name])},
            ]
            return self.chance.choice(changes)()
        if isinstance(value, list) and value and self.chance.random() < 0.8:
            place = self.chance.randrange(len(value))
            return [*value[:place], self._changed(value[place]), *value[place:]] * self.chance.choice((1, 1, 1, 30))
        if self.chance.random() < 0.1:
            for _ in range(self.chance.choice((3, 50, 250))):
                value = [value] if self.chance.random() < 0.5 else {"a": value}
            return value
        return self.chance.choice(JUNK)

    def _encoded(self, value: Any, path: str) -> tuple[bytes, str]:
        roll = self.chance.random()
        if path.endswith("/form") or roll < 0.05:
            flat = value.get("fields", value) if isinstance(value, dict) else {"a": value}
            form = {"do": value.get("name", "") if isinstance(value, dict) else ""} | _flat(flat)
            return urlencode(form, errors="replace").encode(), "application/x-www-form-urlencoded"
        if roll < 0.15:
            try:
                return msgspec.msgpack.encode(value), "application/msgpack"
            except (ValueError, OverflowError, RecursionError):
                pass
        text = json.dumps(value).encode()
        return text, self.chance.choice(KINDS) if roll > 0.95 else "application/json"

    def _broken(self, body: bytes) -> bytes:
        """Cut off, one byte turned, noise in the middle, said twice, or compressed without saying so."""
        place = self.chance.randrange(len(body) + 1)
        noise = self.chance.randbytes(self.chance.randrange(1, 9))
        ways = (body[:place], body[:place] + noise + body[place + 1 :], body[:place] + noise + body[place:], body * 2)
        return self.chance.choice((*ways, gzip.compress(body)))


def _flat(value: Any) -> dict[str, str]:
    return {str(name): str(inner)[:5_000] for name, inner in value.items()} if isinstance(value, dict) else {}
