"""Errors over HTTP: `{"code", "message", "facts"}`, never a stack trace, never a person's data."""

from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, NotFoundException, ValidationException

from server.commands.bus import CommandFailed
from server.store.database import Unavailable

MESSAGES = {
    "unauthorized": "Sign in again: the token is missing, expired or unknown.",
    "device_revoked": "This tablet was revoked by the store; it can no longer send or receive.",
    "not_found": "There is no such thing here, or it is not yours to see.",
    "rate_limited": "This key asks too often; wait, then go on.",
    "unavailable": "The database cannot be reached; try again in a moment. Nothing was lost.",
    "internal_error": "Something went wrong on our side; nothing was changed.",
}


class Problem(Exception):
    """A refusal with its status, code, facts and headers."""

    def __init__(self, status: int, code: str, message: str | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.facts = status, code, facts
        self.message = message or MESSAGES.get(code, code.replace("_", " "))


def answer(status: int, code: str, message: str | None = None, **facts: Any) -> Response[dict[str, Any]]:
    """The error as a response; facts stand beside the code as well, where the protocol names them there."""
    body = {"code": code, "message": message or MESSAGES.get(code, code.replace("_", " ")), "facts": facts}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if "retry_after" in facts:
        headers["Retry-After"] = str(facts["retry_after"])
    return Response(facts | body, status_code=status, headers=headers, media_type="application/json")


def on_problem(_: Request[Any, Any, Any], error: Problem) -> Response[dict[str, Any]]:
    return answer(error.status, error.code, error.message, **error.facts)


def on_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """The framework's own refusals in our shape."""
    if isinstance(error, NotFoundException):
        return answer(404, "not_found")
    if isinstance(error, MethodNotAllowedException):
        return answer(405, "method_not_allowed")
    if isinstance(error, ValidationException):
        fields = [
            {"field": e.get("key"), "message": e.get("message")} for e in error.extra or [] if isinstance(e, dict)
        ]
        return answer(400, "invalid", "A field cannot be read.", fields=fields)
    if error.status_code == 413:
        return answer(413, "too_large", "The body is larger than this route takes.")
    return answer(error.status_code, "bad_request" if error.status_code < 500 else "internal_error")


def on_unavailable(_: Request[Any, Any, Any], error: Unavailable) -> Response[dict[str, Any]]:
    return answer(503, "unavailable")


def on_anything(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """A bug of ours: logged by kind and place, told without detail."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{place.tb_lineno}" if place else ""
    structlog.get_logger("http").error(
        "request failed", error=type(error).__name__, at=where, route=request.scope.get("path_template")
    )
    return answer(500, "internal_error")


HANDLERS: dict[Any, Any] = {
    Problem: on_problem,
    HTTPException: on_http,
    Unavailable: on_unavailable,
    CommandFailed: on_anything,
    Exception: on_anything,
}
