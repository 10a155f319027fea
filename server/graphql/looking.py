"""The access log at this door: whose files an answer shows, and which fields of them, is noted before it goes."""

from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, visit
from strawberry.extensions import SchemaExtension

REMEMBERED = 128


class WriteDown(SchemaExtension):
    """Runs when an operation, or one event of a subscription, has its answer. What cannot be noted is not shown."""

    async def on_execute(self) -> AsyncIterator[None]:
        yield
        await self._write()

    async def on_stream_result(self, result: Any) -> AsyncIterator[None]:
        await self._write()
        yield

    async def _write(self) -> None:
        execution = self.execution_context
        if execution.context.shown and execution.graphql_document is not None:
            fields = asked_of_customers(execution.schema._schema, execution.graphql_document)
            await execution.context.write_down(list(fields))


@lru_cache(REMEMBERED)
def asked_of_customers(schema: GraphQLSchema, document: DocumentNode) -> tuple[str, ...]:
    """The fields that a document asks of customers, wherever it meets one, in alphabetical order."""
    asked = _Asked(types := TypeInfo(schema))
    visit(document, TypeInfoVisitor(types, asked))
    return tuple(sorted(asked.fields))


class _Asked(Visitor):
    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self._types = types
        self.fields: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        kind = self._types.get_parent_type()
        if kind is not None and kind.name in ("Customer", "Node") and not node.name.value.startswith("__"):
            self.fields.add(node.name.value)
