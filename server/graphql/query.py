"""Every question that can be asked; all of them are answered from the caller's dealer group and nothing beyond it."""

from typing import Annotated, Any, get_args

import strawberry

from server.domain.fields import Stage
from server.graphql.connections import After, Connection, connection, window
from server.graphql.context import Info
from server.graphql.nodes import (
    CatalogItem, Customer, First, JournalEntry, MergeProposal, Node, Review, Vehicle, Visit,
)  # fmt: skip
from server.graphql.scalars import UUID
from server.graphql.shapes import enum, object_type
from server.queries import catalogue, customers, inbox, journal, vehicles, workshop
from server.queries.rows import row_of_any_kind
from server.queries.stores import Store

AnyStage = enum(get_args(Stage), "Stage")
Status = enum(("open", "resolved"), "ReviewState")


def _search(what: str) -> Any:
    return Annotated[str | None, strawberry.argument(description=what)]


@strawberry.type(description="The person whose token was sent. `deviceId` is the tablet that the token was given to, if any.")
class Me:
    username: str
    name: str
    role: str
    group_id: UUID
    store_id: UUID
    device_id: UUID | None

    @strawberry.field
    def id(self) -> UUID:
        return self.user_id

    @strawberry.field
    async def store(self, info: Info) -> object_type(Store) | None:  # type: ignore[valid-type]
        return await info.context.rows.store(self.store_id)


@strawberry.type(description="Reads. An id that was merged away or joined answers with the row it stands for.")
class Query:
    @strawberry.field(description="Who asks.")
    def me(self, info: Info) -> Me:
        return info.context.me  # type: ignore[return-value]

    @strawberry.field(description="Anything by its id.")
    async def node(self, info: Info, id: UUID) -> Node | None:
        return await row_of_any_kind(info.context.db, info.context.me.group_id, id)

    @strawberry.field(description="A customer.")
    async def customer(self, info: Info, id: UUID) -> Customer | None:
        return await info.context.rows.one("customers", id)

    @strawberry.field(description="Customers by name.")
    async def customers(
        self, info: Info, search: _search("Any part of the name or of a phone number.") = None,  # type: ignore[valid-type]
        first: First = 20, after: After = None,
    ) -> Connection[Customer]:  # fmt: skip
        asked = window(first, after)
        return await connection(customers.customers(info.context.db, info.context.me.group_id, search, asked), asked)

    @strawberry.field(description="A vehicle.")
    async def vehicle(self, info: Info, id: UUID) -> Vehicle | None:
        return await info.context.rows.one("vehicles", id)

    @strawberry.field(description="Vehicles, the latest first.")
    async def vehicles(
        self, info: Info, search: _search("Any part of the plate, or the end of the VIN.") = None,  # type: ignore[valid-type]
        first: First = 20, after: After = None,
    ) -> Connection[Vehicle]:  # fmt: skip
        asked = window(first, after)
        return await connection(vehicles.vehicles(info.context.db, info.context.me.group_id, search, asked), asked)

    @strawberry.field(description="A visit.")
    async def visit(self, info: Info, id: UUID) -> Visit | None:
        return await info.context.rows.one("visits", id)

    @strawberry.field(description="Visits, the newest first.")
    async def visits(
        self, info: Info, stage: AnyStage | None = None, open_only: bool = False, first: First = 20, after: After = None
    ) -> Connection[Visit]:
        asked, of_stage = window(first, after), stage.value if stage else None
        found = workshop.visits(info.context.db, info.context.me.group_id, of_stage, open_only, asked)
        return await connection(found, asked)

    @strawberry.field(description="Reviews (待核对), the newest first.")
    async def reviews(
        self, info: Info, status: Status | None = None, first: First = 20, after: After = None
    ) -> Connection[Review]:
        asked = window(first, after)
        found = inbox.reviews(info.context.db, info.context.me.group_id, status and status.value, asked)
        return await connection(found, asked)

    @strawberry.field(description="Merge proposals, the newest first; merged and dismissed ones are resolved.")
    async def merge_proposals(
        self, info: Info, status: Status | None = None, first: First = 20, after: After = None
    ) -> Connection[MergeProposal]:
        asked = window(first, after)
        found = inbox.merge_proposals(info.context.db, info.context.me.group_id, status and status.value, asked)
        return await connection(found, asked)

    @strawberry.field(description="Labour and parts by code.")
    async def catalog(
        self, info: Info, search: _search("Any part of the code or of a name.") = None,  # type: ignore[valid-type]
        first: First = 20, after: After = None,
    ) -> Connection[CatalogItem]:  # fmt: skip
        asked = window(first, after)
        return await connection(catalogue.catalog(info.context.db, info.context.me.group_id, search, asked), asked)

    @strawberry.field(description="The journal (指令日志), the newest first; with a subject, the commands that name it.")
    async def journal(
        self, info: Info, subject_id: UUID | None = None, first: First = 20, after: After = None
    ) -> Connection[JournalEntry]:
        asked = window(first, after)
        return await connection(journal.journal(info.context.db, info.context.me.group_id, subject_id, asked), asked)
