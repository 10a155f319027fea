"""What a person's commands reach: rows that the own store, or the tablet's, has or had. Others are as if not there."""

from functools import cache

from msgspec import Struct

from server.commands.registry import By, Command, Spec
from server.domain.reasons import Reason, Rejected
from server.domain.roles import PEOPLE, reach
from server.domain.rows import KIND_OF
from server.domain.rows.contacts import Complaint
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.findings import Finding
from server.domain.rows.inbox import MergeProposal, Review
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.domain.scopes import INTEGRATION
from server.store.rows import parent_of, stores_of
from server.store.work import Work

NAMED: dict[str, type[Struct]] = {
    "visit_id": Visit, "customer_id": Customer, "vehicle_id": Vehicle, "complaint_id": Complaint,
    "finding_id": Finding, "line_id": EstimateLine, "review_id": Review, "proposal_id": MergeProposal,
}  # fmt: skip
"""Fields by which a command names what it is about. An appointment is anybody's who serves the customer."""
COMING = frozenset({"visit_id", "appointment_id", "vehicle_id", "complaint_id"})
"""With a new one of these a customer and their car come to the store, from whichever they were known in."""


def check(work: Work, by: By, spec: Spec, command: Command) -> None:
    """Raises `not_found` for a row that the person's store never had, in the words for one that does not exist.

    Facts (all but the commands that `plan`) land from every store: they have to in whichever order tablets are heard,
    and who enters one knows the id from having had the row. Programs are never offline: keys stay in their store.
    """
    if by.role != INTEGRATION and not (by.role in PEOPLE and spec.plan):
        return
    for field, struct in _named(spec.struct, spec.makes):
        row_id, kind = getattr(command, field), KIND_OF[struct]
        if row_id is None or reach(by.role, kind) == "group":
            continue
        row = work.find(struct, row_id)
        if row is not None and {by.store_id, by.home}.isdisjoint(_stores(work, row)):
            raise Rejected(Reason.NOT_FOUND, kind, row_id)


@cache
def _named(struct: type[Command], makes: tuple[str, ...]) -> tuple[tuple[str, type[Struct]], ...]:
    anybodys = (Customer, Vehicle) if COMING.intersection(makes) else ()
    return tuple(
        (field, kind)
        for field, kind in NAMED.items()
        if field in struct.__struct_fields__ and field not in makes and kind not in anybodys
    )


def _stores(work: Work, row: Struct) -> set[str]:
    """The stores that have the row, or had it."""
    parent_id = parent_of(row)
    parent = work.find(Visit, parent_id) if parent_id else None
    return {*work.stores_that_held(row), *stores_of(row, work.group_stores, parent)}
