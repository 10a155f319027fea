"""The page's built files: the script, the style, the drawings, the service worker."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get

from server.http.errors import Problem
from server.http.shell import Asset, read_shell
from server.portal.answers import CSP
from server.portal.link import Asked
from server.portal.page import Bundle

_MANIFEST = ".vite/manifest.json"


@cache
def _built(folder: str) -> tuple[dict[str, Asset], Bundle]:
    """Every file by its path below `/c/`, and the addresses that the page names; empty when nothing was built."""
    files = read_shell(Path(folder))
    if _MANIFEST not in files:
        return files, Bundle()
    entries: dict[str, Any] = msgspec.json.decode(files[_MANIFEST].body)
    main = entries["customer/main.ts"]
    icons = entries["customer/icons.svg"]["file"]
    return files, Bundle(f"/c/{main['file']}", f"/c/{main['css'][0]}", f"/c/{icons}")


def bundle(request: Asked) -> Bundle:
    """The addresses of the built files."""
    return _built(request.app.state.settings.customer_dir)[1]


@get("/c/assets/{name:str}", include_in_schema=False)
async def asset(request: Asked, name: str) -> Response[bytes]:
    """A built file; its name changes with its content."""
    return _file(request, f"assets/{name}", {"Cache-Control": "public, max-age=31536000, immutable"})


@get("/c/sw.js", include_in_schema=False)
async def service_worker(request: Asked) -> Response[bytes]:
    """The service worker that shows messages; its scope is `/c/`."""
    return _file(request, "sw.js", {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/c/"})


def _file(request: Asked, name: str, headers: dict[str, str]) -> Response[bytes]:
    found = _built(request.app.state.settings.customer_dir)[0].get(name)
    if found is None:
        raise Problem(404, "not_found")
    headers |= {"Vary": "Accept-Encoding", "Content-Security-Policy": CSP}
    body = found.body
    if found.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], body = "gzip", found.zipped
    return Response(body, headers=headers, media_type=found.media_type)
