"""The command registry: what each wire name carries, who makes what, and the handler that decides."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar, get_type_hints

from msgspec import Struct

from server.store.work import Work


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of one command; unknown fields are refused by name, null and absent are the same."""


class By(Struct, frozen=True, kw_only=True):
    """Who runs a command and with what: filled in by the door and the bus, never a hidden global.

    `home` is the store in which the tablet was enrolled: what it was used for there still lands after it has moved.
    """

    command_id: str
    user_id: str | None
    role: str
    store_id: str
    device_id: str | None
    door: str
    visit_id: str | None
    issued_at: datetime
    today: date
    lane: str | None
    home: str | None = None
    scopes: tuple[str, ...] = ()


C = TypeVar("C", bound=Command)
Handler = Callable[[Work, By, C], None]


class Spec(NamedTuple):
    """One command. `makes` names fields with ids it creates; `plan` says that it changes more than facts."""

    name: str
    struct: type[Command]
    handler: Handler[Any]
    makes: tuple[str, ...]
    plan: bool
    keys: Callable[[Any], list[str]] | None
    ids: Callable[[Any], list[str]] | None
    follow: Callable[[Work, Any], list[str]] | None
    whole_visit: bool
    internal: bool


REGISTRY: dict[str, Spec] = {}


def handles(
    name: str,
    *,
    makes: tuple[str, ...] = (),
    plan: bool = False,
    keys: Callable[[Any], list[str]] | None = None,
    ids: Callable[[Any], list[str]] | None = None,
    follow: Callable[[Work, Any], list[str]] | None = None,
    whole_visit: bool = False,
    internal: bool = False,
) -> Callable[[Handler[C]], Handler[C]]:
    """Registers a handler under a wire name. `keys` tells which secondary keys it looks up, so that they load at once.

    `ids` does the same for ids derived from what it carries, `follow` for keys that depend on the rows it names;
    `whole_visit` says that it reads what hangs on its visit.

    `internal` commands are the server's own: no door offers them.
    """

    def register(handler: Handler[C]) -> Handler[C]:
        struct = get_type_hints(handler)["c"]
        REGISTRY[name] = Spec(name, struct, handler, makes, plan, keys, ids, follow, whole_visit, internal)
        return handler

    return register


def public() -> list[Spec]:
    """The commands that doors offer, in the order in which a visit meets them."""
    return [spec for spec in REGISTRY.values() if not spec.internal]
