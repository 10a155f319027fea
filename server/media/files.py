"""Files that are either whole or not there: written beside their place, synced, then renamed into it."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from msgspec import Struct
from PIL import Image, UnidentifiedImageError

LARGEST = 25 * 2**20
"""Bytes of a photo at most."""
PATIENCE = 4
"""A body is read to its end up to so many times `LARGEST`: who still sends does not read our refusal."""
MOST_PIXELS = 120_000_000
"""Pixels of a photo at most: what unpacks to more is no photo but a decompression bomb."""
MEDIA_TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_DEPTH = 3
"""Folders from a file up to the data folder, each of which may be new."""
_READ = ("JPEG", "PNG", "WEBP")
_SHA256 = re.compile("[0-9a-f]{64}")


class Unfit(Exception):
    """Bytes that are not taken; `code` is `wrong_hash`, `not_an_image` or `too_large`. Nothing of them stays."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stored(Struct, frozen=True):
    """Bytes that are on disk and verified."""

    media_type: str
    bytes: int


def place(data: Path, sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie: `media/ab/cdef…`; raises ValueError for what is no SHA-256."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("a SHA-256 is 64 lower-case hex digits")
    return data / "media" / sha256[:2] / sha256[2:]


async def receive(data: Path, sha256: str, chunks: AsyncIterator[bytes]) -> Stored:
    """Keeps an image whose bytes are what its name says; known bytes are not written again. Raises Unfit."""
    received = bytearray()
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > PATIENCE * LARGEST:
            break
        if size <= LARGEST:
            received += chunk
        else:
            received.clear()
    if size > LARGEST:
        raise Unfit("too_large")
    return await asyncio.to_thread(keep, data, sha256, bytes(received))


def keep(data: Path, sha256: str, content: bytes) -> Stored:
    """Like `receive`, for bytes that are here already; blocks."""
    if len(content) > LARGEST:
        raise Unfit("too_large")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unfit("wrong_hash")
    stored = Stored(media_type_of(content), len(content))
    path = place(data, sha256)
    if not path.exists():
        write(path, content)
    return stored


def media_type_of(content: bytes) -> str:
    """The media type that the bytes themselves show (JPEG, PNG or WebP); raises Unfit."""
    try:
        with Image.open(BytesIO(content), formats=_READ) as image:
            width, height = image.size
            media_type = MEDIA_TYPES[image.format or ""]
    except Image.DecompressionBombError:
        raise Unfit("too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError):
        raise Unfit("not_an_image") from None
    if width * height > MOST_PIXELS:
        raise Unfit("too_large")
    return media_type


def write(path: Path, content: bytes, *, once: bool = False) -> None:
    """Puts a whole file in its place and syncs it with its folder, so that it survives a power cut; blocks.

    `once`: a file that is there already stays, whoever else writes at the same time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if once:
            with suppress(FileExistsError):
                os.link(draft, path)
        else:
            draft.replace(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    for folder in path.parents[:_DEPTH]:
        _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def paper(data: Path, visit_id: str, name: str) -> Path:
    """Where a visit's sealed PDF lies; `name` is its signature's id or `release`."""
    return data / "handovers" / visit_id / f"{name}.pdf"
