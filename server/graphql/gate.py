"""The gate that each operation passes: signed in, within the limits, trusted where only trusted documents run."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import NoSchemaIntrospectionCustomRule
from strawberry.extensions import SchemaExtension

from server.graphql.context import Context
from server.graphql.documents import trusted
from server.graphql.errors import Refusal, told
from server.graphql.limits import CHARACTERS, TOKENS, exceeded, of_variables
from server.graphql.scoped import refusal
from server.graphql.weight import Limits

REMEMBERED = 128
"""Documents whose parsing and validation are remembered."""
SHORT = 4000
"""Characters of the longest document that is remembered: long ones carry a person's values, and are not sent again."""
MOST_ERRORS = 20
"""Errors that are told about one document."""
OPEN_RULES = tuple(specified_rules)
CLOSED_RULES = (*OPEN_RULES, NoSchemaIntrospectionCustomRule)
NOTHING = parse("{ __typename }")
"""Stands in for a document that is refused unread."""


class Gate(SchemaExtension):
    """One operation: a context of its own, parsing and validation remembered, strangers refused, its time bounded."""

    refused: GraphQLError | None = None

    def on_operation(self) -> Iterator[None]:
        execution = self.execution_context
        context: Context = execution.context.renewed()
        execution.context = context
        try:
            context.check_pace()
            execution.query = trusted(context.settings.graphql_documents).document(
                execution.query, execution.operation_extensions
            )
        except Refusal as refusal:
            self._refuse(refusal)
        yield

    def on_parse(self) -> Iterator[None]:
        query = self.execution_context.query or ""
        if self.refused is None:
            try:
                self.execution_context.graphql_document = _document(query)
            except GraphQLError as error:
                self._refuse(error)
        yield

    def on_validate(self) -> Iterator[None]:
        execution = self.execution_context
        execution.pre_execution_errors = [self.refused] if self.refused else self._errors()
        yield

    async def on_execute(self) -> AsyncIterator[None]:
        """Bounds a query and a mutation, and how long a subscription takes to begin."""
        try:
            async with asyncio.timeout(self.execution_context.context.settings.graphql_seconds) as clock:
                yield
        except TimeoutError:
            if not clock.expired():
                raise
            raise Refusal("timeout") from None

    def on_stream_result(self, result: Any) -> Iterator[None]:
        """Over WebSocket; over HTTP the door does the same."""
        if result.errors:
            result.errors = [told(error) for error in result.errors]
        yield

    def _refuse(self, error: GraphQLError) -> None:
        execution = self.execution_context
        self.refused, execution.graphql_document = error, NOTHING
        execution.query = execution.query or "{ __typename }"
        execution._provided_operation_name = None

    def _errors(self) -> list[GraphQLError]:
        execution = self.execution_context
        context: Context = execution.context
        document = execution.graphql_document
        assert document is not None
        if context.person is None and not _only_introspects(document):
            return [Refusal(context.refused)]
        rules = OPEN_RULES if context.settings.explores else CLOSED_RULES
        check = _remembered if len(execution.query or "") <= SHORT else _problems
        if problems := check(execution.schema._schema, document, rules):
            return list(problems)
        scopes = context.person.scopes if context.person else None
        refused = refusal(execution.schema._schema, document, scopes) if scopes is not None else None
        too_much = of_variables(execution.variables) or refused
        return [too_much] if too_much else []


def _document(query: str) -> DocumentNode:
    if len(query) > CHARACTERS.most:
        raise exceeded(CHARACTERS, len(query))
    return _parsed(query) if len(query) <= SHORT else parse(query, max_tokens=TOKENS.most)


@lru_cache(REMEMBERED)
def _parsed(query: str) -> DocumentNode:
    return parse(query, max_tokens=TOKENS.most)


def _problems(schema: GraphQLSchema, document: DocumentNode, rules: tuple[Any, ...]) -> tuple[GraphQLError, ...]:
    too_much = validate(schema, document, (Limits,), max_errors=MOST_ERRORS)
    return tuple(too_much or validate(schema, document, rules, max_errors=MOST_ERRORS))


_remembered = lru_cache(REMEMBERED)(_problems)


def _only_introspects(document: DocumentNode) -> bool:
    """Whether a stranger may run it: it asks for nothing but the schema's own shape."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    asked = [node for operation in operations for node in operation.selection_set.selections]
    return all(isinstance(node, FieldNode) and node.name.value.startswith("__") for node in asked)
