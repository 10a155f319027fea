"""The things people ask for, made from the rows, and how one leads to another."""

from datetime import UTC, datetime
from functools import partial
from typing import Any, Optional

import msgspec
import strawberry
from msgspec import Struct

from server.domain import rows
from server.domain.fields import Id
from server.domain.ids import derived
from server.domain.reasons import Reason as ReasonWord
from server.domain.roles import MAY_READ_LOOKS
from server.domain.rows.inbox import Cause
from server.graphql.context import Context, Info
from server.graphql.errors import Refusal
from server.graphql.leading import First, checked, hanging, newest, one
from server.graphql.scalars import UUID
from server.graphql.shapes import documented, enum, object_type, of
from server.queries.history import FieldChange as Change
from server.queries.journal import JournalEntry as Entry
from server.queries.looks import SeenBy
from server.queries.stores import Store
from server.store.journal import Outcome as JournalOutcome

ReasonCode = enum(tuple(ReasonWord), "ReasonCode")
OutcomeWord = enum(("applied", "merged", "kept", "rejected", "blocked"), "OutcomeWord")


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


@of(Cause)
class Reason:
    code: ReasonCode


StoreType = object_type(Store)


def _merged(root: Any) -> list[MergedField]:
    return msgspec.convert(root.merged, list[MergedField])


@of(Change)
class FieldChange:
    pass


def _history(kind: str) -> Any:
    """What its fields held before, the newest change first."""

    async def resolve(root: Any, info: Info, first: First = 20) -> Any:
        return await info.context.rows.history(kind, root.id, checked(first))

    return strawberry.field(resolver=resolve, description="What its fields held before, the newest change first.")


def _told(kind: str) -> Any:
    async def resolve(root: Any, info: Info, first: First = 20) -> Any:
        return await info.context.rows.messages(kind, root.id, checked(first))

    return strawberry.field(resolver=resolve, description="What was told or not, and why; the newest first.")


PLAIN = ("staff", "inspection_items", "catalog_items", "damages", "photos", "signatures", "amendments", "messages")
StaffMember, InspectionItem, CatalogItem, Damage, Photo, Signature, Amendment, Message = (
    of(rows.WIRE[kind])(type(rows.WIRE[kind].__name__, (Node,), {})) for kind in PLAIN
)


def _file_shown(row: rows.Customer, context: Context) -> None:
    context.shown.add(row.id)


@of(SeenBy)
class Look:
    by: StaffMember | None = one("staff", "user_id")


@of(rows.Customer, shown=_file_shown)
class Customer(Node):
    history: list[FieldChange] = _history("customers")
    messages: list[Message] = _told("customers")

    @documented
    async def looks(self, info: Info, first: First = 20) -> list[Look]:
        """Who looked at this file, the newest first; for managers, customer relations and admins."""
        if info.context.me.role not in MAY_READ_LOOKS:
            raise Refusal("forbidden", "Managers, customer relations and admins read the access log.")
        return await info.context.rows.looks(self.id, checked(first))

    vehicles: list["Vehicle"] = newest("vehicles", "owner_id", "id")
    visits: list["Visit"] = newest("visits", "customer_id", "opened_at")


@of(rows.Vehicle)
class Vehicle(Node):
    history: list[FieldChange] = _history("vehicles")
    owner: Customer | None = one("customers", "owner_id")
    visits: list["Visit"] = newest("visits", "vehicle_id", "opened_at")


@of(rows.Appointment)
class Appointment(Node):
    history: list[FieldChange] = _history("appointments")
    customer: Customer | None = one("customers", "customer_id")
    vehicle: Vehicle | None = one("vehicles", "vehicle_id")


@of(rows.Finding)
class Finding(Node):
    history: list[FieldChange] = _history("findings")

    @documented
    async def item(self, info: Info) -> InspectionItem | None:
        """The item of the inspection template, with its limits. Null when the template has none of this code."""
        return await info.context.rows.one("inspection_items", derived("inspection", self.item_code))


@of(rows.EstimateLine)
class EstimateLine(Node):
    finding: Finding | None = one("findings", "finding_id")


@of(rows.Progress)
class Progress(Node):
    author: StaffMember | None = one("staff", "by")


@of(rows.Complaint)
class Complaint(Node):
    history: list[FieldChange] = _history("complaints")
    customer: Customer | None = one("customers", "customer_id")
    visit: Optional["Visit"] = one("visits", "visit_id")
    owner: StaffMember | None = one("staff", "owner_id")


@of(rows.Visit)
class Visit(Node):
    history: list[FieldChange] = _history("visits")
    messages: list[Message] = _told("visits")
    customer: Customer | None = one("customers", "customer_id")
    vehicle: Vehicle | None = one("vehicles", "vehicle_id")
    advisor: StaffMember | None = one("staff", "advisor_id")
    technician: StaffMember | None = one("staff", "technician_id")
    appointment: Appointment | None = one("appointments", "appointment_id")
    damages: list[Damage] = hanging("damages")
    findings: list[Finding] = hanging("findings")
    estimate_lines: list[EstimateLine] = hanging("estimate_lines")
    progress: list[Progress] = hanging("progress")
    photos: list[Photo] = hanging("photos")
    signatures: list[Signature] = hanging("signatures")
    amendments: list[Amendment] = hanging("amendments")

    @documented
    async def store(self, info: Info) -> StoreType | None:
        """The store that the car is in. Null when it is gone."""
        return await info.context.rows.store(self.store_id)

    @documented
    async def customer_link(self, info: Info) -> str | None:
        """The address of the customer's page; null when it expired, was revoked, or is not for your role."""
        if "customer_link" in info.context.sight.hidden("visits"):
            return None
        link = await info.context.rows.one("links", derived("link", self.id))
        if link is None or link.revoked or link.expires_at <= datetime.now(UTC):
            return None
        return info.context.customer_link(link.visit_id, link.generation)


@of(rows.Review)
class Review(Node):
    merged: list[Merged] = strawberry.field(resolver=_merged)
    visit: Visit | None = one("visits", "visit_id")


@of(rows.MergeProposal)
class MergeProposal(Node):
    @documented
    async def keep(self, info: Info) -> Node | None:
        """The record that would stay. Null when the caller may not see it."""
        return await info.context.rows.one(self.type, self.keep_id)

    @documented
    async def merge(self, info: Info) -> Node | None:
        """The record that would become another name for it; once merged, the one that stayed. Null when hidden."""
        return await info.context.rows.one(self.type, self.merge_id)


@of(Entry)
class JournalEntry:
    outcome: OutcomeWord
    merged: list[Merged] = strawberry.field(resolver=_merged)
    author: StaffMember | None = one("staff", "user_id")


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
    Customer, Vehicle, Visit, Damage, Finding, EstimateLine, Progress, Photo, Signature, Amendment, Appointment,
    Complaint, Message, Review, MergeProposal, CatalogItem, InspectionItem, StaffMember,
)  # fmt: skip
