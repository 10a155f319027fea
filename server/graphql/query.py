"""Every question that can be asked; all of them are answered from the caller's dealer group and nothing beyond it."""

from typing import Annotated, get_args

import strawberry

from server.domain.fields import ComplaintState, Stage
from server.graphql.connections import After, Connection, connection
from server.graphql.context import Info
from server.graphql.leading import First, readable
from server.graphql.nodes import (
    CatalogItem,
    Complaint,
    Customer,
    JournalEntry,
    MergeProposal,
    Node,
    Review,
    Vehicle,
    Visit,
)  # fmt: skip # isort: skip
from server.graphql.scalars import UUID
from server.graphql.shapes import documented, enum, object_type
from server.queries import catalogue, complaints, customers, inbox, journal, vehicles, workshop
from server.queries.rows import row_of_any_kind
from server.queries.stores import Store as StoreRow

AnyStage = enum(get_args(Stage), "Stage")
AnyComplaint = enum(get_args(ComplaintState), "ComplaintState")
Status = enum(("open", "resolved"), "ReviewState")
Store = object_type(StoreRow)
NameOrPhone = Annotated[str | None, strawberry.argument(description="Any part of the name or of a phone number.")]
PlateOrVin = Annotated[str | None, strawberry.argument(description="Any part of the plate, or the end of the VIN.")]
CodeOrName = Annotated[str | None, strawberry.argument(description="Any part of the code or of a name.")]


@documented
class Me:
    """The person whose token was sent. `deviceId` is the tablet that the token was given to, if any.

    For a key of another program the role is `integration`, the name its own, and `scopes` what it may.
    """

    username: str
    name: str
    role: str
    group_id: UUID
    store_id: UUID
    device_id: UUID | None
    scopes: list[str] | None

    @strawberry.field
    def id(self) -> UUID:
        return self.user_id

    @strawberry.field
    async def store(self, info: Info) -> Store | None:
        return await info.context.rows.store(self.store_id)


@documented
class Query:
    """Reads. An id that was merged away or joined answers with the row it stands for."""

    @documented
    def me(self, info: Info) -> Me:
        """Who asks."""
        return info.context.me

    @documented
    async def node(self, info: Info, id: UUID) -> Node | None:
        """Any row by its id. Null for an id of nothing, and for what the caller may not see."""
        return await row_of_any_kind(info.context.db, info.context.sight, id)

    @documented
    async def customer(self, info: Info, id: UUID) -> Customer | None:
        """A customer (客户) by id. Null for an id of nobody, and for a record that the caller may not see."""
        return await info.context.rows.one("customers", id)

    @documented
    async def customers(
        self, info: Info, search: NameOrPhone = None, first: First = 20, after: After = None
    ) -> Connection[Customer]:
        """Customers (客户) in the order of their names."""
        return await connection(info, "customers", customers.customers, search, first=first, after=after)

    @documented
    async def vehicle(self, info: Info, id: UUID) -> Vehicle | None:
        """A car (车辆) by id. Null for an id of none."""
        return await info.context.rows.one("vehicles", id)

    @documented
    async def vehicles(
        self, info: Info, search: PlateOrVin = None, first: First = 20, after: After = None
    ) -> Connection[Vehicle]:
        """Cars (车辆), the one that was entered last first."""
        return await connection(info, "vehicles", vehicles.vehicles, search, first=first, after=after)

    @documented
    async def visit(self, info: Info, id: UUID) -> Visit | None:
        """A visit (工单) by id. Null for an id of none."""
        return await info.context.rows.one("visits", id)

    @documented
    async def visits(
        self, info: Info, stage: AnyStage | None = None, open_only: bool = False, first: First = 20, after: After = None
    ) -> Connection[Visit]:
        """Visits (工单), the newest first."""
        return await connection(
            info, "visits", workshop.visits, stage and stage.value, open_only, first=first, after=after
        )

    @documented
    async def complaint(self, info: Info, id: UUID) -> Complaint | None:
        """A complaint (投诉) by id. Null for an id of none."""
        readable(info, "complaints")
        return await info.context.rows.one("complaints", id)

    @documented
    async def complaints(
        self, info: Info, state: AnyComplaint | None = None, first: First = 20, after: After = None
    ) -> Connection[Complaint]:
        """Complaints (投诉), the one that is due first on top."""
        return await connection(
            info, "complaints", complaints.complaints, state and state.value, first=first, after=after
        )

    @documented
    async def reviews(
        self, info: Info, status: Status | None = None, first: First = 20, after: After = None
    ) -> Connection[Review]:
        """Reviews (待核对), the newest first."""
        return await connection(info, "reviews", inbox.reviews, status and status.value, first=first, after=after)

    @documented
    async def merge_proposals(
        self, info: Info, status: Status | None = None, first: First = 20, after: After = None
    ) -> Connection[MergeProposal]:
        """Pairs of records that may be one, the newest first; merged and dismissed ones are resolved."""
        return await connection(
            info, "merge_proposals", inbox.merge_proposals, status and status.value, first=first, after=after
        )

    @documented
    async def catalog(
        self, info: Info, search: CodeOrName = None, first: First = 20, after: After = None
    ) -> Connection[CatalogItem]:
        """The catalogue of labour and parts, in the order of their codes."""
        return await connection(info, "catalog_items", catalogue.catalog, search, first=first, after=after)

    @documented
    async def journal(
        self, info: Info, subject_id: UUID | None = None, first: First = 20, after: After = None
    ) -> Connection[JournalEntry]:
        """The journal (指令日志), the newest first; with a subject, the commands that name it."""
        return await connection(info, "journal", journal.journal, subject_id, first=first, after=after)
