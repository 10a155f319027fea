"""How values meet: scalars by what the person saw, sets by adding and removing, consent by withdrawal."""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from server.domain.fields import ConsentChannel, ConsentPurpose, Phone
from server.domain.rows.customers import Consent

T = TypeVar("T")
PRIMARY = "phones.primary"
"""The field under which people disagree about which phone is the primary one."""


def scalar(current: T, seen: T, wanted: T) -> tuple[T, bool]:
    """The value that stands, and whether two people wanted different things (then the central value stays)."""
    if current in (seen, wanted):
        return wanted, False
    return current, True


def with_items(current: list[T], add: Iterable[T], remove: Iterable[T] = ()) -> list[T]:
    """A set kept as a list in order of arrival: adds all stay, a remove removes only what it names."""
    gone = set(remove)
    kept = [item for item in current if item not in gone]
    return kept + [item for item in dict.fromkeys(add) if item not in kept]


def primary_of(phones: list[Phone]) -> str | None:
    """The primary number, if there is one."""
    return next((p.number for p in phones if p.primary), None)


def with_primary(phones: list[Phone], number: str | None) -> list[Phone]:
    """The phones, of which this one and no other is the primary one."""
    return [msgspec.structs.replace(p, primary=p.number == number) for p in phones]


def odometer(current: int | None, reading: int, corrected: bool) -> tuple[int, bool]:
    """The odometer after a reading (km), and whether the reading was lower than what is known: it never goes down."""
    if current is None or reading >= current or corrected:
        return reading, False
    return current, True


def withdrawn(consents: list[Consent], purpose: ConsentPurpose, channel: ConsentChannel) -> list[str]:
    """The withdrawals that stand for this purpose and channel: no grant about the same names them in `lifts`.

    Neither clocks nor arrival order matter; `any` covers every channel (PIPL art. 15: withdrawal is as easy as giving).
    A grant lifts for the purpose and the channel that it is about, and for no other.
    """
    about = _about(consents, purpose, channel)
    lifted = {command_id for c in about if c.decision == "granted" for command_id in c.lifts}
    return [c.id for c in about if c.decision == "withdrawn" and c.id not in lifted]


def allowed(consents: list[Consent], purpose: ConsentPurpose, channel: ConsentChannel) -> bool:
    """Whether this purpose may use this channel: granted, and no withdrawal stands."""
    granted = any(c.decision == "granted" for c in _about(consents, purpose, channel))
    return granted and not withdrawn(consents, purpose, channel)


def _about(consents: list[Consent], purpose: ConsentPurpose, channel: ConsentChannel) -> list[Consent]:
    return [c for c in consents if c.purpose == purpose and c.channel in (channel, "any")]
