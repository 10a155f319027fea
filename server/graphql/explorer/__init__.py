"""The explorer: one page of our own at `/graphql`, which loads nothing from elsewhere and holds nothing inline."""

from functools import cache
from importlib.resources import files
from typing import Any

from litestar import Request, Response, get

from server.http.errors import Problem

KINDS = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@cache
def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def page(request: Request[Any, Any, Any], name: str = "page.html") -> Response[str]:
    """A file of the explorer; raises Problem 404 for any other, and where the schema is not to be looked at."""
    if name not in KINDS or not request.app.state.settings.explores:
        raise Problem(404, "not_found")
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": CSP}
    return Response(_text(name), media_type=KINDS[name], headers=headers)


@get("/graphql/explorer/{name:str}", include_in_schema=False)
async def assets(request: Request[Any, Any, Any], name: str) -> Response[str]:
    """What the page loads."""
    return page(request, name)
