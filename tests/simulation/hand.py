"""A person's hand on a screen: what is typed is marked, so that it can be looked for when all is quiet."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.simulation.ids import MARKS, new_id
from tests.simulation.screen import Screen
from tests.simulation.tablet import Device, Wire

Typed = tuple[str, Wire]
NAMES = ("王小明", "李娜", "张伟", "陈静")
WORDS = ("异响", "漏油", "客户着急", "下次再看", "已提醒", "备件待到")
PHONES = tuple(f"+8613800000{n:03d}" for n in range(6))
PLATES = ("川A12345", "川A88888", "川B66666", "川AD12345")


class Hand:
    """One person at one screen at one moment.

    `marks` gathers what is typed, `over` what is typed over, `shown` the prices (fen) that a customer decides on.
    """

    def __init__(
        self, chance: Random, screen: Screen, now: datetime, user: str, role: str, device: Device | None
    ) -> None:
        self.chance, self.screen, self.now, self.device = chance, screen, now, device
        self.user, self.role = user, role
        self.marks: set[str] = set()
        self.over: set[str] = set()
        self.shown: dict[str, int] = {}

    def word(self) -> str:
        """Some words with a mark of their own."""
        mark = f"m{self.chance.getrandbits(40):010x}"
        self.marks.add(mark)
        return f"{self.chance.choice(WORDS)} {mark}"

    def fen(self) -> int:
        """Money that nobody else types."""
        return self._number(100_000_000, 999_999_999)

    def km(self) -> int:
        """A reading that nobody else types."""
        return self._number(1_000_000, 9_999_998)

    def _number(self, low: int, high: int) -> int:
        value = self.chance.randint(low, high)
        self.marks.add(str(value))
        return value

    def id(self) -> str:
        """A new id."""
        return new_id(self.chance, self.now)

    def at(self, **delta: float) -> str:
        """A time as the tablet's clock has it."""
        return (self.now + timedelta(**delta)).isoformat()

    def maybe(self, value: Callable[[], Any], share: float = 0.5) -> Any:
        """The value, or None."""
        return value() if self.chance.random() < share else None

    def change(self, row: Wire, name: str, to: Any) -> Wire:
        """A change of a field that carries what the person saw."""
        self.replacing(row.get(name))
        return {"from": row.get(name), "to": to}

    def replacing(self, shown: Any) -> None:
        """The person sees this value and types over it."""
        self.over |= marks_in(shown)

    def some(self, items: list[Any]) -> list[Any]:
        """One or more of them."""
        return self.chance.sample(items, self.chance.randint(1, len(items))) if items else []


def marks_in(value: Any) -> set[str]:
    """The marks that a value shows."""
    return set(MARKS.findall(json.dumps(value, ensure_ascii=False, default=str)))


def lane_of(screen: Screen, fields: Wire) -> str | None:
    """What a command is about: a visit if it names one or something that hangs on one."""
    if isinstance(visit_id := fields.get("visit_id"), str):
        return f"visit:{visit_id}"
    for kind, name in (("estimate_lines", "line_id"), ("findings", "finding_id"), ("photos", "photo_id")):
        if row := screen.get(kind, fields.get(name)):
            return f"visit:{row['visit_id']}"
    for name in ("customer_id", "vehicle_id", "appointment_id", "complaint_id", "keep_id", "merge_id"):
        if fields.get(name):
            return f"{name.removesuffix('_id')}:{fields[name]}"
    return None
