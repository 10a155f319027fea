"""The things people ask for, made from the rows, and how one leads to another."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Optional

import msgspec
import strawberry
from msgspec import Struct

from server.domain import rows
from server.domain.fields import Id
from server.domain.ids import derived
from server.domain.rows.inbox import Cause
from server.graphql.context import Info, Refusal
from server.graphql.scalars import UUID
from server.graphql.shapes import documented, enum, object_type, of
from server.queries.history import FieldChange as Change
from server.queries.journal import JournalEntry as Entry
from server.queries.stores import Store
from server.store.journal import Outcome as JournalOutcome

MOST = 100
"""Rows a list gives at a time, at the most."""

First = Annotated[int, strawberry.argument(description=f"How many, 1 to {MOST}.")]
OutcomeWord = enum(("applied", "merged", "kept", "rejected", "blocked"), "OutcomeWord")


def checked(first: int) -> int:
    """How many rows were asked for; raises a Refusal `invalid_argument`."""
    if not 1 <= first <= MOST:
        raise Refusal("invalid_argument", f"`first` is a number from 1 to {MOST}.")
    return first


@partial(documented, make=strawberry.interface)
class Node:
    """Anything that has an id of its own (Relay); the id is the row's UUID as it stands."""

    id: UUID


class MergedField(Struct, frozen=True):
    """A field that somebody else had changed: what the person saw, wanted, what stands there, and what it is now.

    A review adds by which command and whom the value was typed and when, and who typed the one that stands.
    """

    field: str
    from_: Any = msgspec.field(name="from")
    yours: Any
    theirs: Any
    result: Any
    command_id: Id | None = None
    by: Id | None = None
    at: datetime | None = None
    theirs_by: Id | None = None
    theirs_at: datetime | None = None


Merged = object_type(MergedField)
Reason = object_type(Cause)
StoreType = object_type(Store)


def _merged(root: Any) -> list[MergedField]:
    return msgspec.convert(root.merged, list[MergedField])


def _one(kind: str, field: str) -> Any:
    """The row whose id stands in a field."""

    async def resolve(root: Any, info: Info) -> Any:
        return await info.context.rows.one(kind, getattr(root, field))

    return strawberry.field(resolver=resolve)


def _hanging(kind: str) -> Any:
    """The rows that hang on a visit."""

    async def resolve(root: Any, info: Info) -> Any:
        return await info.context.rows.hanging_on(kind, root.id)

    return strawberry.field(resolver=resolve)


def _newest(kind: str, column: str, newest: str) -> Any:
    """The newest rows that name this one."""

    async def resolve(root: Any, info: Info, first: First = 20) -> Any:
        return await info.context.rows.belonging_to(kind, column, newest, root.id, checked(first))

    return strawberry.field(resolver=resolve)


@of(Change)
class FieldChange:
    pass


def _history() -> Any:
    """What its fields held before, the newest change first."""

    async def resolve(root: Any, info: Info, first: First = 20) -> Any:
        return await info.context.rows.history(root.id, checked(first))

    return strawberry.field(resolver=resolve, description="What its fields held before, the newest change first.")


def _told(kind: str) -> Any:
    async def resolve(root: Any, info: Info, first: First = 20) -> Any:
        return await info.context.rows.messages(kind, root.id, checked(first))

    return strawberry.field(resolver=resolve, description="What was told or not, and why; the newest first.")


StaffMember, InspectionItem, CatalogItem, Damage, Photo, Signature = (
    of(struct)(type(struct.__name__, (Node,), {}))
    for struct in (rows.StaffMember, rows.InspectionItem, rows.CatalogItem, rows.Damage, rows.Photo, rows.Signature)
)
Message = of(rows.Message)(type("Message", (Node,), {}))


@of(rows.Customer)
class Customer(Node):
    history: list[FieldChange] = _history()
    messages: list[Message] = _told("customers")
    vehicles: list["Vehicle"] = _newest("vehicles", "owner_id", "id")
    visits: list["Visit"] = _newest("visits", "customer_id", "opened_at")


@of(rows.Vehicle)
class Vehicle(Node):
    history: list[FieldChange] = _history()
    owner: Customer | None = _one("customers", "owner_id")
    visits: list["Visit"] = _newest("visits", "vehicle_id", "opened_at")


@of(rows.Appointment)
class Appointment(Node):
    history: list[FieldChange] = _history()
    customer: Customer | None = _one("customers", "customer_id")
    vehicle: Vehicle | None = _one("vehicles", "vehicle_id")


@of(rows.Finding)
class Finding(Node):
    history: list[FieldChange] = _history()

    @documented
    async def item(self, info: Info) -> InspectionItem | None:
        """The item of the inspection template, with its limits."""
        return await info.context.rows.one("inspection_items", derived("inspection", self.item_code))


@of(rows.EstimateLine)
class EstimateLine(Node):
    finding: Finding | None = _one("findings", "finding_id")


@of(rows.Progress)
class Progress(Node):
    author: StaffMember | None = _one("staff", "by")


@of(rows.Complaint)
class Complaint(Node):
    history: list[FieldChange] = _history()
    customer: Customer | None = _one("customers", "customer_id")
    visit: Optional["Visit"] = _one("visits", "visit_id")
    owner: StaffMember | None = _one("staff", "owner_id")


@of(rows.Visit)
class Visit(Node):
    history: list[FieldChange] = _history()
    messages: list[Message] = _told("visits")
    customer: Customer | None = _one("customers", "customer_id")
    vehicle: Vehicle | None = _one("vehicles", "vehicle_id")
    advisor: StaffMember | None = _one("staff", "advisor_id")
    technician: StaffMember | None = _one("staff", "technician_id")
    appointment: Appointment | None = _one("appointments", "appointment_id")
    damages: list[Damage] = _hanging("damages")
    findings: list[Finding] = _hanging("findings")
    estimate_lines: list[EstimateLine] = _hanging("estimate_lines")
    progress: list[Progress] = _hanging("progress")
    photos: list[Photo] = _hanging("photos")
    signatures: list[Signature] = _hanging("signatures")

    @documented
    async def store(self, info: Info) -> StoreType | None:
        """The store that the car is in."""
        return await info.context.rows.store(self.store_id)

    @documented
    async def customer_link(self, info: Info) -> str | None:
        """The address of the customer's page; null once the link expired or was revoked."""
        link = await info.context.rows.one("links", derived("link", self.id))
        if link is None or link.revoked or link.expires_at <= datetime.now(UTC):
            return None
        return info.context.customer_link(link.visit_id, link.generation)


@of(rows.Review)
class Review(Node):
    merged: list[Merged] = strawberry.field(resolver=_merged)
    visit: Visit | None = _one("visits", "visit_id")


@of(rows.MergeProposal)
class MergeProposal(Node):
    @documented
    async def keep(self, info: Info) -> Node | None:
        """The record that would stay."""
        return await info.context.rows.one(self.type, self.keep_id)

    @documented
    async def merge(self, info: Info) -> Node | None:
        """The record that would become another name for it; once merged, the one that stayed."""
        return await info.context.rows.one(self.type, self.merge_id)


@of(Entry)
class JournalEntry:
    outcome: OutcomeWord
    merged: list[Merged] = strawberry.field(resolver=_merged)
    author: StaffMember | None = _one("staff", "user_id")


@documented
class Outcome:
    """What became of a command, for ever; the same command id always gets the same outcome."""

    id: UUID
    outcome: OutcomeWord
    reason: Reason | None
    merged: list[Merged] = strawberry.field(resolver=_merged)
    review: UUID | None

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        return isinstance(value, JournalOutcome)


NODES = (
    Customer, Vehicle, Visit, Damage, Finding, EstimateLine, Progress, Photo, Signature, Appointment, Complaint,
    Message, Review, MergeProposal, CatalogItem, InspectionItem, StaffMember,
)  # fmt: skip
