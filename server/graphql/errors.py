"""Errors as callers read them: each with a code, those of our own making without a word of what went wrong."""

from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError
from graphql.validation.validate import ValidationAbortedError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from server.graphql.limits import NESTING, TOKENS
from server.http.errors import MESSAGES
from server.store.database import Unavailable

THEIRS = (GraphQLError, CannotGetOperationTypeError, InvalidOperationTypeError)
"""Errors that the one who asks can mend."""


class Refusal(GraphQLError):
    """An error that people may read; its code is in the extensions, beside facts about it."""

    def __init__(self, code: str, message: str | None = None, **facts: Any) -> None:
        super().__init__(message or MESSAGES.get(code, code.replace("_", " ")), extensions={"code": code} | facts)


def told(error: GraphQLError) -> GraphQLError:
    """The error as the caller may read it, with a code; what went wrong on our side has no words of its own."""
    if isinstance(error.original_error, Unavailable):
        return _coded(error, "unavailable", MESSAGES["unavailable"])
    if is_ours(error):
        return _coded(error, "internal_error", MESSAGES["internal_error"])
    if "code" in (error.extensions or {}):
        return error
    if isinstance(error, GraphQLSyntaxError):
        # The parser stops at the first too many: how many more there are is not known.
        beyond = {"tokens. Parsing aborted": TOKENS.code, "nested too deeply": NESTING.code}
        code = next((code for words, code in beyond.items() if words in error.message), "syntax_error")
        return _coded(error, code, error.message)
    if isinstance(error, ValidationAbortedError) and error.message == "Validation aborted.":
        return _coded(error, "too_complex", "Fields and fragments are too entangled to be checked.")
    return _coded(error, "invalid_query", error.message)


def is_ours(error: GraphQLError) -> bool:
    """Whether a bug or an outage of ours is behind it."""
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
