"""The link at the door: whose it is, whether it still opens, and how often it may knock."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from server.domain.tokens import is_genuine, visit_of
from server.http.errors import Problem
from server.http.limits import Limit
from server.queries.portal import OpenLink, link_of
from server.queries.visits import VisitRows, visit_rows
from server.settings import Settings

Asked = Request[Any, Any, Any]


class NoSuchLink(Exception):
    """Bad, expired and revoked links look the same."""


READS = Limit(burst=300, per_second=5)
WRITES = Limit(burst=40, per_second=0.5)


@cache
def _secret(settings: Settings) -> bytes:
    return settings.secret


def secret_of(request: Asked) -> bytes:
    """The key behind links and passes."""
    return _secret(request.app.state.settings)


def refuse_other_sites(request: Asked) -> None:
    """Raises 403 for a write that another site's page sends; with a pass `SameSite` says so too.

    Our own forms carry `Origin: null`, because the page sends no referrer (Fetch §3.1); `Sec-Fetch-Site` tells.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        known = (request.headers.get("host"), urlsplit(request.app.state.settings.public_url).netloc)
        ours = origin == "null" or origin.partition("://")[2] in known
    if not ours:
        raise Problem(403, "other_site", "Send this from the page itself.")


async def open_link(request: Asked, token: str, limit: Limit = READS) -> OpenLink:
    """The link that a token opens; raises NoSuchLink, or 429."""
    limit.check(token)
    state = request.app.state
    visit_id = visit_of(token)
    link = await link_of(state.db, visit_id) if visit_id else None
    if link is None or not is_genuine(secret_of(request), token, link.generation):
        raise NoSuchLink
    if link.revoked or link.expires_at <= datetime.now(UTC):
        raise NoSuchLink
    return link


async def rows_of(request: Asked, link: OpenLink) -> VisitRows:
    """The visit behind a link."""
    rows = await visit_rows(request.app.state.db, link.group_id, link.visit_id)
    if rows is None:
        raise NoSuchLink
    return rows
