"""The schema, and what is logged when a resolver fails."""

from collections.abc import Iterable
from typing import Any

import strawberry
import structlog
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.graphql import OperationType

from server.graphql.errors import is_ours
from server.graphql.gate import Gate
from server.graphql.looking import WriteDown
from server.graphql.mutation import Mutation
from server.graphql.nodes import NODES
from server.graphql.query import Query
from server.graphql.scalars import SCALARS
from server.graphql.subscription import Subscription
from server.graphql.words import describe


class MaskedSchema(strawberry.Schema):
    """Logs what went wrong on our side by kind and place; never a query, a variable or a message."""

    async def execute(
        self, *given: Any, allowed_operation_types: Iterable[OperationType] | None = None, **named: Any
    ) -> Any:
        """One answer: a subscription has none, and is refused by InvalidOperationTypeError; `stream` runs it."""
        answered = set(allowed_operation_types or OperationType) - {OperationType.SUBSCRIPTION}
        return await super().execute(*given, allowed_operation_types=answered, **named)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        for error in errors:
            if isinstance(error.original_error, Exception) and is_ours(error):
                place = error.original_error.__traceback__
                while place is not None and place.tb_next is not None:
                    place = place.tb_next
                at = f"{place.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{place.tb_lineno}" if place else ""
                structlog.get_logger("graphql").error(
                    "resolver failed", error=type(error.original_error).__name__, at=at
                )


schema = MaskedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=NODES,
    extensions=[Gate, WriteDown],
    config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=False),
)
describe(schema._schema)
