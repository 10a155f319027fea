"""The schema, and the gate that each operation passes: signed in, within the limits, its errors masked."""

from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import strawberry
import structlog
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    specified_rules,
)
from graphql.validation import NoSchemaIntrospectionCustomRule
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import validate_document
from strawberry.types import ExecutionContext

from server.graphql.context import Context, Refusal
from server.graphql.limits import MOST_TOKENS, Limits
from server.graphql.looking import WriteDown
from server.graphql.mutation import Mutation
from server.graphql.nodes import NODES
from server.graphql.query import Query
from server.graphql.scalars import SCALARS
from server.graphql.subscription import Subscription
from server.http.errors import MESSAGES
from server.store.database import Unavailable

REMEMBERED = 128
"""Documents whose parsing and validation are remembered."""
SHORT = 4000
"""Characters of the longest document that is remembered: long ones carry a person's values, and are not sent again."""

RULES = (*specified_rules, Limits)
THEIRS = (GraphQLError, CannotGetOperationTypeError, InvalidOperationTypeError)
"""Errors that the one who asks can mend."""
CLOSED_RULES = (*RULES, NoSchemaIntrospectionCustomRule)


class Gate(SchemaExtension):
    """One operation: a context of its own, parsing and validation remembered, strangers refused."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.context = self.execution_context.context.renewed()
        self.execution_context.parse_options["max_tokens"] = MOST_TOKENS
        yield

    def on_parse(self) -> Iterator[None]:
        query = self.execution_context.query or ""
        if len(query) <= SHORT:
            # What cannot be parsed is parsed once more by strawberry, which knows what to do with the error.
            with suppress(GraphQLError):
                self.execution_context.graphql_document = _parsed(query)
        yield

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        context: Context = execution.context
        document = execution.graphql_document
        assert document is not None
        execution.validation_rules = RULES if context.settings.graphiql else CLOSED_RULES
        if context.person is None and not _only_introspects(document):
            execution.pre_execution_errors = [Refusal(context.refused)]
        elif len(execution.query or "") <= SHORT:
            execution.pre_execution_errors = list(_problems(document, execution.validation_rules))
        yield

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """Over WebSocket; over HTTP the door does the same."""
        if result.errors:
            result.errors = [told(error) for error in result.errors]
        yield


class MaskedSchema(strawberry.Schema):
    """Logs what went wrong on our side by kind and place; never a query, a variable or a message."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        for error in errors:
            if isinstance(error.original_error, Exception) and _is_ours(error):
                place = error.original_error.__traceback__
                while place is not None and place.tb_next is not None:
                    place = place.tb_next
                at = f"{place.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{place.tb_lineno}" if place else ""
                structlog.get_logger("graphql").error(
                    "resolver failed", error=type(error.original_error).__name__, at=at
                )


def told(error: GraphQLError) -> GraphQLError:
    """The error as the caller may read it, with a code; what went wrong on our side has no words of its own."""
    if isinstance(error.original_error, Unavailable):
        return _coded(error, "unavailable", MESSAGES["unavailable"])
    if _is_ours(error):
        return _coded(error, "internal_error", MESSAGES["internal_error"])
    if "code" in (error.extensions or {}):
        return error
    if isinstance(error, GraphQLSyntaxError):
        return _coded(error, "syntax_error", error.message)
    return _coded(error, "invalid_query", error.message)


def _is_ours(error: GraphQLError) -> bool:
    return error.original_error is not None and not isinstance(error.original_error, THEIRS)


def _coded(error: GraphQLError, code: str, message: str) -> GraphQLError:
    return GraphQLError(
        message,
        error.nodes,
        error.source,
        error.positions,
        error.path,
        extensions={**(error.extensions or {}), "code": code},
    )


@lru_cache(REMEMBERED)
def _parsed(query: str) -> DocumentNode:
    return parse(query, max_tokens=MOST_TOKENS)


@lru_cache(REMEMBERED)
def _problems(document: DocumentNode, rules: tuple[Any, ...]) -> tuple[GraphQLError, ...]:
    return tuple(validate_document(schema._schema, document, rules))


def _only_introspects(document: DocumentNode) -> bool:
    """Whether a stranger may run it: it asks for nothing but the schema's own shape."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    asked = [node for operation in operations for node in operation.selection_set.selections]
    return all(isinstance(node, FieldNode) and node.name.value.startswith("__") for node in asked)


schema = MaskedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=NODES,
    extensions=[Gate, WriteDown],
    config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=False),
)
