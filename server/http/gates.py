"""How much anybody at all may ask of routes that need no token and cost us something."""

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from server.http.address import client_network
from server.http.limits import Limit

PACES = {
    "/readyz": Limit(burst=60, per_second=2),
    "/schema.graphql": Limit(burst=30, per_second=0.5),
    "/openapi": Limit(burst=30, per_second=0.5),
    "/openapi/openapi.json": Limit(burst=30, per_second=0.5),
    "/auth/totp": Limit(burst=60, per_second=1),
    "/auth/totp/confirm": Limit(burst=60, per_second=1),
    "/verify/document.schema.json": Limit(burst=30, per_second=0.5),
}
"""By path and the caller's network. Sign-in, checking papers and customers' links count for themselves."""


async def paced(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    """Litestar guard: raises 429 `too_many_requests`."""
    if limit := PACES.get(connection.scope.get("path_template", "")):
        limit.check(client_network(connection))
