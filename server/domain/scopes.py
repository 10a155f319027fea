"""What a key of another program (接口密钥) may: a closed list of scopes, with the rows and commands of each."""

from collections.abc import Iterable
from functools import cache

from msgspec import Struct

INTEGRATION = "integration"
"""The role of every key; what one of them may is said by its scopes alone."""


class Scope(Struct, frozen=True):
    """`reads`: kinds of rows, by their wire names. `commands`: their wire names. `plain`: groups of fields that show.

    The groups are those of `server/domain/roles.py`; of the others phones are starred and the rest is empty. `doors`
    are routes outside GraphQL.
    """

    reads: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    doors: tuple[str, ...] = ()


SCOPES: dict[str, Scope] = {
    "visits:read": Scope(
        reads=("visits", "vehicles", "damages", "findings", "inspection_items", "progress", "staff"),
    ),
    "estimates:read": Scope(reads=("estimate_lines", "findings", "inspection_items")),
    "vehicles:read": Scope(reads=("vehicles",)),
    "vehicles:write": Scope(
        commands=("vehicle.register", "vehicle.update", "vehicle.add_recall", "vehicle.close_recall"),
    ),
    "customers:read": Scope(reads=("customers",)),
    "customers:contact": Scope(reads=("customers",), plain=("contact", "remarks")),
    "customers:write": Scope(commands=("customer.register", "customer.update", "customer.add_note", "customer.tag")),
    "appointments:read": Scope(reads=("appointments",)),
    "appointments:write": Scope(
        commands=("appointment.book", "appointment.accept", "appointment.move", "appointment.cancel"),
    ),
    "catalog:read": Scope(reads=("catalog_items", "inspection_items")),
    "messages:read": Scope(reads=("messages",)),
    "complaints:read": Scope(reads=("complaints", "staff")),
    "complaints:write": Scope(commands=("complaint.open", "complaint.step")),
    "surveys:write": Scope(commands=("survey.answer", "survey.record_call")),
    "photos:read": Scope(reads=("photos",), doors=("/media",)),
}  # fmt: skip
"""Nothing opens signatures, documents, the inbox, the journal, the access log, or a customer's link."""


def may_run(scopes: Iterable[str], command: str) -> bool:
    """Whether a key with these scopes may run the command with this wire name."""
    return any(command in SCOPES[scope].commands for scope in scopes)


def opens(scopes: Iterable[str], kind: str) -> bool:
    """Whether a key with these scopes may read rows of this kind."""
    return any(kind in SCOPES[scope].reads for scope in scopes)


def is_plain(scopes: Iterable[str], group: str) -> bool:
    """Whether a key with these scopes sees a group of fields as it is."""
    return any(group in SCOPES[scope].plain for scope in scopes)


@cache
def opener(kind: str) -> str | None:
    """The first scope that opens a kind of rows; None for what no key ever reads."""
    return next((name for name, scope in SCOPES.items() if kind in scope.reads), None)
