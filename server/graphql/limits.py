"""How much one request may ask: depth, aliases and cost are counted once per document, before anything is read."""

from functools import cache
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
    get_nullable_type,
    is_list_type,
)  # fmt: skip

MOST_TOKENS = 4000
MOST_DEPTH = 12
MOST_ALIASES = 50
MOST_COST = 10_000
"""Rows that a request may read in lists, at the most: `first` times what is asked of each."""
WHEN_VARIABLE = 100
BY_DEFAULT = 20
OF_A_VISIT = 5
"""Rows that are counted for a list which hangs on a visit: it cannot be paged, and is short."""


class Weight(NamedTuple):
    """How deep a selection goes, how many aliases it has, how many rows its lists read."""

    depth: int
    aliases: int
    cost: int


class Limits(ValidationRule):
    """Refuses operations that are too deep, have too many aliases or read too many rows."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, Weight] = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        weight = self._of(node.selection_set)
        self._check(node, "too_deep", "levels", weight.depth, MOST_DEPTH)
        self._check(node, "too_many_aliases", "aliases", weight.aliases, MOST_ALIASES)
        self._check(node, "too_expensive", "rows in lists", weight.cost, MOST_COST)

    def _check(self, node: OperationDefinitionNode, code: str, what: str, count: int, most: int) -> None:
        if count > most:
            message = f"This asks for {count} {what}; {most} is the most."
            self.report_error(GraphQLError(message, node, extensions={"code": code}))

    def _of(self, selections: SelectionSetNode | None) -> Weight:
        if selections is None:
            return Weight(0, 0, 0)
        weights = [self._of_one(selection) for selection in selections.selections]
        depth = max((weight.depth for weight in weights), default=0)
        return Weight(depth, sum(weight.aliases for weight in weights), sum(weight.cost for weight in weights))

    def _of_one(self, node: Any) -> Weight:
        if isinstance(node, FragmentSpreadNode):
            return self._of_fragment(node.name.value)
        if not isinstance(node, FieldNode):
            return self._of(node.selection_set)
        if node.name.value.startswith("__"):
            return Weight(0, 0, 0)
        inner = self._of(node.selection_set)
        rows = self._rows(node)
        cost = rows * (1 + inner.cost) if rows else inner.cost
        return Weight(inner.depth + 1, inner.aliases + (node.alias is not None), cost)

    def _of_fragment(self, name: str) -> Weight:
        if name not in self._fragments:
            # Another rule refuses fragments that spread themselves; here they only must not be followed for ever.
            self._fragments[name] = Weight(0, 0, 0)
            fragment = self.context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = self._of(fragment.selection_set)
        return self._fragments[name]

    def _rows(self, node: FieldNode) -> int:
        """How many rows a field reads, as far as the document says; 0 for one that reads no list."""
        usual = lists(self.context.schema).get(node.name.value, 0)
        for argument in node.arguments or ():
            if usual and argument.name.value == "first":
                return max(0, int(argument.value.value)) if isinstance(argument.value, IntValueNode) else WHEN_VARIABLE
        return usual


@cache
def lists(schema: GraphQLSchema) -> dict[str, int]:
    """The fields that read a list of rows, and how many are counted for each when the document does not say."""
    objects = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
    fields = [(name, field) for kind in objects for name, field in kind.fields.items()]
    hanging = {name: OF_A_VISIT for name, field in fields if _is_list_of_rows(field.type)}
    return hanging | {name: BY_DEFAULT for name, field in fields if "first" in field.args}


def _is_list_of_rows(kind: Any) -> bool:
    named = get_named_type(kind)
    return is_list_type(get_nullable_type(kind)) and any(i.name == "Node" for i in getattr(named, "interfaces", ()))
