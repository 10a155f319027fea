"""Bodies in JSON or MessagePack, by `Content-Type` and `Accept`; answers compressed when the client asks."""

import asyncio
import gzip
from typing import Any, TypeVar

import msgspec
import zstandard
from litestar import Response

from server.commands.envelope import explain
from server.http.address import Connection
from server.http.errors import Problem

MSGPACK = "application/msgpack"
S = TypeVar("S")
WORTH_IT = 1000
"""Bytes from which compressing pays."""


def read(connection: Connection, body: bytes, shape: Any) -> Any:
    """Decodes a body; raises msgspec.DecodeError (ValidationError for a wrong shape)."""
    if connection.headers.get("content-type", "").startswith(MSGPACK):
        return msgspec.msgpack.decode(body, type=shape)
    return msgspec.json.decode(body, type=shape)


def asked(connection: Connection, body: bytes, shape: type[S]) -> S:
    """Decodes what somebody asks for; raises 400 `invalid` with the field."""
    try:
        return read(connection, body, shape)
    except msgspec.ValidationError as error:
        why = explain(error).cause
        raise Problem(400, "invalid", str(error), field=why.subject.id, problem=why.facts["problem"]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "invalid", "The body is no JSON or MessagePack.", field="") from None


async def write(connection: Connection, body: bytes, status: int = 200) -> Response[bytes]:
    """Answers with a JSON text, as MessagePack if that is accepted, zstd or gzip if the client asks."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding"}
    if MSGPACK in connection.headers.get("accept", ""):
        headers["Content-Type"] = MSGPACK
        body = msgspec.msgpack.encode(msgspec.json.decode(body))
    coding = _coding(connection.headers.get("accept-encoding", ""))
    if len(body) >= WORTH_IT and coding is not None:
        headers["Content-Encoding"] = coding
        body = await asyncio.to_thread(CODINGS[coding], body)
    return Response(body, status_code=status, headers=headers, media_type=headers["Content-Type"])


def _coding(accepted: str) -> str | None:
    """The coding that the client weighs highest (RFC 9110 §12.5.3), of equal ones ours first; None for plain."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0
    best = max(CODINGS, key=lambda name: weights.get(name, weights.get("*", 0)))
    return best if weights.get(best, weights.get("*", 0)) > 0 else None


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1)


CODINGS = {"zstd": _zstd, "gzip": _gzip}
