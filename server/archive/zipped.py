"""The zip: stored, not packed (PDFs and photos already are), so its length is known before its first byte is sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from msgspec import Struct

PIECE = 256 * 2**10
"""Bytes in memory at a time."""
LARGEST = 2 * 10**9
"""Bytes of an archive at most, below what needs Zip64; photos beyond it are left out, and the archive says so."""


class Item(Struct, frozen=True):
    """A file of the archive: bytes, or a path whose size was read."""

    name: str
    size: int
    content: bytes | None = None
    path: Path | None = None

    def pieces(self) -> Iterator[bytes]:
        """Its bytes; raises OSError when the file is not there any more, or is not the one whose size was read."""
        if self.path is None:
            yield self.content or b""
            return
        left = self.size
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                left -= len(piece)
                yield piece
        if left:
            raise OSError("the file changed while it was sent")


def length(items: list[Item]) -> int:
    """Bytes of the whole zip: headers of 30 and 46, a descriptor of 16, the end of 22 (APPNOTE 6.3.10, 4.3)."""
    return 22 + sum(30 + 46 + 16 + 2 * len(item.name.encode()) + item.size for item in items)


class _Sink(RawIOBase):
    """Takes what the zip writes; cannot seek, so that sizes follow each file."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """What was written since."""
        parts, self.parts = self.parts, []
        return b"".join(parts)


def written(items: list[Item], at: datetime) -> Iterator[bytes]:
    """The zip, piece by piece; blocks."""
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as file:
        for item in items:
            with file.open(ZipInfo(item.name, at.timetuple()[:6]), "w") as out:
                for piece in item.pieces():
                    out.write(piece)
                    yield sink.take()
            yield sink.take()
    yield sink.take()


async def sent(items: list[Item], at: datetime) -> AsyncIterator[bytes]:
    """The same for a door: files are read beside the event loop."""
    pieces = written(items, at)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        if piece:
            yield piece
