"""The demo's commands before they run: when, by whom, and with which ids, all from one seeded generator."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

SHOP_TIME = ZoneInfo("Asia/Shanghai")


class Step(NamedTuple):
    """One command to run: its id, when it was issued (UTC), the username of its author, wire name and wire fields."""

    id: str
    at: datetime
    user: str
    name: str
    fields: dict[str, Any]


def demo_id(rng: Random, at: datetime) -> str:
    """A UUIDv7 (RFC 9562 §5.7) whose time is `at` and whose random bits come from `rng`."""
    value = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | rng.getrandbits(12) << 64 | 0b10 << 62 | rng.getrandbits(62)
    return str(uuid.UUID(int=value))


def step(rng: Random, at: datetime, user: str, name: str, /, **fields: Any) -> Step:
    """A step with a fresh id; fields that are None are left out, as the wire allows."""
    return Step(demo_id(rng, at), at, user, name, {key: value for key, value in fields.items() if value is not None})


def wire(at: datetime) -> str:
    """An instant as RFC 3339 UTC with whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def at_the_shop(day: date, hour: float) -> datetime:
    """The instant when the shop's clock shows `hour` (9.5 = 09:30) on `day`."""
    return (datetime.combine(day, time(), SHOP_TIME) + timedelta(hours=hour)).astimezone(UTC)
