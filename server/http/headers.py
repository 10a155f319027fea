"""What every answer carries, errors too: nothing is framed, sniffed or embedded; other origins only where allowed."""

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

from server.settings import Settings, origins

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
DATA = ("application/json", "application/graphql-response+json", "application/msgpack", "text/plain", "image/")
"""What is no page; shown as one, it may load and run nothing."""
NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"
YEAR = "max-age=31536000"
UNREAD = {401, 403, 404, 405, 413, 415, 429}
"""Statuses of answers that may be given before the body was read. granian closes the connection after such an answer;
a client that is not told so sends its next request into it, and gets none."""
CORS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "600",
}
OPEN_TO_OTHERS = ("/graphql", "/auth/")


async def secured(message: Message, scope: Scope) -> None:
    """Litestar's `before_send`: adds what the answer does not say itself."""
    if message["type"] != "http.response.start":
        return
    config: Settings = scope["litestar_app"].state.settings
    headers = MutableScopeHeaders.from_message(message)
    for name, value in SECURITY.items():
        headers.setdefault(name, value)
    if headers.get("content-type", "").startswith(DATA):
        headers.setdefault("Content-Security-Policy", NOTHING)
    if config.public_url.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", YEAR)
    if message["status"] in UNREAD and scope["method"] in ("POST", "PUT", "PATCH"):
        headers["Connection"] = "close"
    if config.cors_origins and scope["path"].startswith(OPEN_TO_OTHERS):
        _open(headers, scope, origins(config.cors_origins))


def _open(headers: MutableScopeHeaders, scope: Scope, allowed: frozenset[str]) -> None:
    """Lets an allowed origin's page read the answer (Fetch §3.2); never with cookies: a token says who calls."""
    headers.extend_header_value("Vary", "Origin")
    origin = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), "")
    if origin in allowed:
        headers.update({"Access-Control-Allow-Origin": origin, "Cross-Origin-Resource-Policy": "cross-origin"} | CORS)
