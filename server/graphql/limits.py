"""What one request may ask: every limit, the error that says what was counted, and the sizes of text and variables.

What a document selects is weighed in `weight.py`.
"""

from typing import Any, NamedTuple

from graphql import GraphQLError, Node


class Limit(NamedTuple):
    """The most of something; `code` is the error's, `what` its words for people."""

    code: str
    what: str
    most: int


BODY = Limit("too_large", "bytes in a request", 256 * 1024)
CHARACTERS = Limit("too_long", "characters in a document", 64 * 1024)
TOKENS = Limit("too_many_tokens", "tokens in a document", 4_000)
DEPTH = Limit("too_deep", "levels of fields", 12)
NESTING = Limit("too_deep", "selections inside each other, fragments counted", 60)
ALIASES = Limit("too_many_aliases", "aliases", 50)
DIRECTIVES = Limit("too_many_directives", "directives", 50)
FIELDS = Limit("too_many_fields", "fields, fragments unfolded", 500)
MUTATIONS = Limit("too_many_mutations", "mutations in a document", 20)
COST = Limit("too_expensive", "rows in lists", 10_000)
SHAPE = Limit("too_expensive", "entries of the schema", 30_000)
VALUES = Limit("too_many_values", "values in the variables", 20_000)
VALUE_DEPTH = Limit("too_deep", "levels in the variables", 16)
RUNNING = Limit("too_many_operations", "operations at once on a connection", 20)
WATCHED = Limit("too_many_subscriptions", "subscriptions at once of a person", 100)
INIT = Limit("too_large", "bytes in connection_init", 4 * 1024)

FAR = 10**9
"""Counts go no further: a document can ask for more than any number holds."""


def exceeded(limit: Limit, counted: int, node: Node | None = None) -> GraphQLError:
    """The error of a request that is beyond a limit: it says what was counted."""
    counted = min(counted, FAR)
    message = f"This has {counted} {limit.what}; {limit.most} is the most."
    return GraphQLError(message, node, extensions={"code": limit.code, "counted": counted, "limit": limit.most})


def of_variables(variables: dict[str, Any] | None) -> GraphQLError | None:
    """The error of variables that hold too many values, or lists and objects too deep inside each other."""
    level: list[Any] = [variables or {}]
    count = depth = 0
    while level:
        inner = [each for value in level for each in _inside(value)]
        count, depth = count + len(inner), depth + bool(inner)
        if count > VALUES.most:
            return exceeded(VALUES, count)
        if depth > VALUE_DEPTH.most:
            return exceeded(VALUE_DEPTH, depth)
        level = inner
    return None


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
