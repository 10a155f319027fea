"""The tablet app's files, read once into memory; what is no file answers with the app's page, so that links work."""

import gzip
import mimetypes
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from msgspec import Struct

from server.http.errors import Problem

CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; "
    "img-src 'self' blob: data:; style-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
"""WebAssembly may be compiled, for the barcode reader; nothing may be evaluated, and nothing stands in the page."""
COMPRESSIBLE = (".html", ".js", ".css", ".json", ".svg", ".webmanifest", ".wasm")


class Asset(Struct, frozen=True):
    """One file, plain and gzipped."""

    body: bytes
    zipped: bytes | None
    media_type: str
    immutable: bool


def read_shell(folder: Path) -> dict[str, Asset]:
    """Every file below the folder by its path; empty when the app was not built."""
    return {path.relative_to(folder).as_posix(): _asset(path, folder) for path in folder.rglob("*") if path.is_file()}


def _asset(path: Path, folder: Path) -> Asset:
    body = path.read_bytes()
    kind = "application/manifest+json" if path.suffix == ".webmanifest" else mimetypes.guess_type(path.name)[0]
    zipped = gzip.compress(body, 9) if path.suffix in COMPRESSIBLE else None
    return Asset(body, zipped, kind or "application/octet-stream", path.relative_to(folder).parts[0] == "assets")


@get(["/", "/{path:path}"], include_in_schema=False)
async def shell(request: Request[Any, Any, Any], path: str = "") -> Response[bytes]:
    """A file of the app, or the app's page."""
    assets: dict[str, Asset] = request.app.state.shell
    name = path.strip("/") or "index.html"
    asset = assets.get(name)
    if asset is None and "text/html" in request.headers.get("accept", ""):
        asset = assets.get("index.html")
    if asset is None:
        raise Problem(404, "not_found")
    caching = "public, max-age=31536000, immutable" if asset.immutable else "no-cache"
    # On scripts as well: a worker has the policy of its own file.
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding", "Content-Security-Policy": CSP}
    body = asset.body
    if asset.zipped and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], body = "gzip", asset.zipped
    return Response(body, headers=headers, media_type=asset.media_type)
