"""How the page's door answers: never cached, never indexed, never framed, and nothing but its own files runs."""

import gzip
import hashlib

from litestar import Response

from server.portal.link import Asked

CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
GUARDED = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
"""On everything below a token: the address itself is the key, so it must not travel in a Referer or an index."""
WORTH_IT = 1000
"""Bytes from which compressing pays."""


def tagged(request: Asked, body: bytes, media_type: str) -> Response[bytes | None]:
    """The body with its ETag, gzipped when that is accepted; 304 when the caller has it already.

    The tag stands in `Server-Timing` too: a script cannot read the headers of its own page, but that one it can.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = GUARDED | {
        "ETag": tag,
        "Server-Timing": f"page;desc={tag}",
        "Vary": "Accept-Encoding, Accept-Language, Cookie",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    if len(body) >= WORTH_IT and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, compresslevel=5)
    return Response(body, headers=headers, media_type=media_type)
