"""How much a document asks for, weighed once before anything else looks at it, and before anything is read."""

from collections.abc import Iterable
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
    get_named_type,
    get_nullable_type,
    is_list_type,
)  # fmt: skip

from server.graphql.limits import ALIASES, COST, DEPTH, DIRECTIVES, FAR, FIELDS, MUTATIONS, NESTING, SHAPE, exceeded

WHEN_VARIABLE = 100
BY_DEFAULT = 20
OF_A_VISIT = 5
"""Rows that are counted for a list which hangs on a visit: it cannot be paged, and is short."""
COUNTING = 200
"""Rows that are counted for `totalCount`: it looks at up to 1,000 keys, each some five times cheaper than a row."""
OF_THE_SCHEMA = {
    "types": 300, "fields": 10, "inputFields": 8, "args": 2, "enumValues": 6, "possibleTypes": 2, "interfaces": 1,
    "directives": 6,
}  # fmt: skip
"""About how long the lists are that describe the schema."""


class Weight(NamedTuple):
    """What a selection comes to, with its fragments unfolded.

    `top` are its own fields, `cost` the rows that its lists read, `shape` the entries of the schema, `counting` what
    the count of the list around it costs, once however many rows that gives.
    """

    depth: int = 0
    top: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    shape: int = 0
    counting: int = 0


class Limits(ValidationRule):
    """Refuses a document that asks too much; alone and first, because other rules take long over what it refuses."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._fragments: dict[str, Weight] = {}
        self._nesting = self._deepest = 0
        self._refused = False

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> None:
        # Nobody need spread it: other rules look at it all the same.
        weight = self._of(node.selection_set)
        of_the_schema = node.type_condition.name.value.startswith("__")
        self._check(node, weight._replace(depth=0, cost=0) if of_the_schema else weight)

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        self._check(node, self._of(node.selection_set))

    def _check(self, node: Any, weight: Weight) -> None:
        """Tells the first limit that a definition goes beyond; one is enough to refuse the document."""
        writes = weight.top if getattr(node, "operation", None) is OperationType.MUTATION else 0
        counted = (
            (MUTATIONS, writes),
            (NESTING, self._deepest), (DEPTH, weight.depth), (ALIASES, weight.aliases), (FIELDS, weight.fields),
            (DIRECTIVES, weight.directives + len(node.directives or ())), (COST, weight.cost), (SHAPE, weight.shape),
        )  # fmt: skip
        for limit, count in counted:
            if count > limit.most and not self._refused:
                self._refused = True
                self.report_error(exceeded(limit, count, node))

    def _of(self, selections: SelectionSetNode | None) -> Weight:
        if selections is None:
            return Weight()
        self._nesting += 1
        self._deepest = max(self._deepest, self._nesting)
        try:
            # What is nested deeper is refused, and need not be weighed.
            return _sum(self._of_one(each) for each in selections.selections if self._nesting <= NESTING.most)
        finally:
            self._nesting -= 1

    def _of_one(self, node: Any) -> Weight:
        directives = len(node.directives or ())
        if isinstance(node, FieldNode):
            return self._of_field(node, directives)
        inner = self._of_fragment(node.name.value) if isinstance(node, FragmentSpreadNode) else self._of(
            node.selection_set
        )  # fmt: skip
        return inner._replace(directives=inner.directives + directives)

    def _of_field(self, node: FieldNode, directives: int) -> Weight:
        inner = self._of(node.selection_set)
        known = OF_THE_SCHEMA.get(node.name.value, 0)
        if node.name.value.startswith("__"):
            depth, cost, shape = 0, 0, 1 + inner.shape
        else:
            rows = self._rows(node)
            depth, cost = inner.depth + 1, rows * (1 + inner.cost) + inner.counting if rows else inner.cost
            shape = max(1, known) * max(1, inner.shape) if known else inner.shape
        aliases, directives = inner.aliases + (node.alias is not None), inner.directives + directives
        counting = COUNTING if node.name.value == "totalCount" else 0
        return Weight(depth, 1, 1 + inner.fields, aliases, directives, min(cost, FAR), min(shape, FAR), counting)

    def _of_fragment(self, name: str) -> Weight:
        if name not in self._fragments:
            # Another rule refuses fragments that spread themselves; here they only must not be followed for ever.
            self._fragments[name] = Weight()
            fragment = self.context.get_fragment(name)
            if fragment is not None:
                self._fragments[name] = self._of(fragment.selection_set)
        return self._fragments[name]

    def _rows(self, node: FieldNode) -> int:
        """How many rows a field reads, as far as the document says; 0 for one that reads no list."""
        usual = lists(self.context.schema).get(node.name.value, 0)
        for argument in node.arguments or ():
            if usual and argument.name.value == "first":
                value = argument.value
                return _number(value.value) if isinstance(value, IntValueNode) else WHEN_VARIABLE
        return usual


def _sum(weights: Iterable[Weight]) -> Weight:
    """What selections beside each other come to."""
    every = list(weights)
    total = Weight(*(min(sum(column), FAR) for column in zip(*every, strict=True))) if every else Weight()
    return total._replace(depth=max(map(attrgetter("depth"), every), default=0))


def _number(digits: str) -> int:
    """Python reads no number of thousands of digits."""
    return max(0, int(digits)) if len(digits) < 10 else FAR


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
