"""Bodies in JSON or MessagePack, by `Content-Type` and `Accept`; answers compressed when the client asks."""

import asyncio
import gzip
from typing import Any

import msgspec
import zstandard
from litestar import Response

from server.http.caller import Connection

MSGPACK = "application/msgpack"
WORTH_IT = 1000
"""Bytes from which compressing pays."""


def read(connection: Connection, body: bytes, shape: Any) -> Any:
    """Decodes a body; raises msgspec.DecodeError (ValidationError for a wrong shape)."""
    if connection.headers.get("content-type", "").startswith(MSGPACK):
        return msgspec.msgpack.decode(body, type=shape)
    return msgspec.json.decode(body, type=shape)


async def write(connection: Connection, body: bytes, status: int = 200) -> Response[bytes]:
    """Answers with a JSON text, as MessagePack if that is accepted, zstd or gzip if the client asks."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if MSGPACK in connection.headers.get("accept", ""):
        headers["Content-Type"] = MSGPACK
        body = msgspec.msgpack.encode(msgspec.json.decode(body))
    accepted = connection.headers.get("accept-encoding", "")
    if len(body) >= WORTH_IT and ("zstd" in accepted or "gzip" in accepted):
        headers["Content-Encoding"] = "zstd" if "zstd" in accepted else "gzip"
        body = await asyncio.to_thread(_zstd if "zstd" in accepted else _gzip, body)
    return Response(body, status_code=status, headers=headers, media_type=headers["Content-Type"])


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1)
