"""What the server knows, as it travels and as it lies in memory: one frozen struct a kind of row."""

from msgspec import Struct

from server.domain.rows.catalogue import Alias, CatalogItem, InspectionItem, StaffMember
from server.domain.rows.contacts import Complaint, Message
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.evidence import Amendment, Photo, Signature
from server.domain.rows.findings import Damage, Finding, Progress
from server.domain.rows.inbox import MergeProposal, Review
from server.domain.rows.internal import Counter, Device, Link, Media, Merge, PushSubscription, VerifiedCode
from server.domain.rows.vehicles import Appointment, Vehicle
from server.domain.rows.visits import Visit

WIRE: dict[str, type[Struct]] = {
    "customers": Customer,
    "vehicles": Vehicle,
    "visits": Visit,
    "damages": Damage,
    "findings": Finding,
    "estimate_lines": EstimateLine,
    "progress": Progress,
    "photos": Photo,
    "signatures": Signature,
    "amendments": Amendment,
    "appointments": Appointment,
    "messages": Message,
    "complaints": Complaint,
    "reviews": Review,
    "merge_proposals": MergeProposal,
    "catalog_items": CatalogItem,
    "inspection_items": InspectionItem,
    "staff": StaffMember,
    "aliases": Alias,
}
"""The kinds of rows that tablets receive, by their wire names."""

INTERNAL: dict[str, type[Struct]] = {
    "links": Link,
    "devices": Device,
    "media": Media,
    "merges": Merge,
    "push_subscriptions": PushSubscription,
    "counters": Counter,
    "verified_codes": VerifiedCode,
}
"""Rows that only the server reads; they lie in the same feed under no store, so no tablet ever pulls them."""

KINDS: dict[str, type[Struct]] = WIRE | INTERNAL
KIND_OF: dict[type[Struct], str] = {struct: kind for kind, struct in KINDS.items()}
