"""A tablet's line to the server: HTTP/1.1 in a few lines, so that the load weighs little beside what it measures."""

import asyncio
import re

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Lost(Exception):
    """No whole answer came. `sent` tells a server that died over the request from one that was away."""

    def __init__(self, sent: bool) -> None:
        super().__init__("died" if sent else "away")
        self.sent = sent


class Line:
    """One connection that is kept, to a port of this machine, as the person whose token it has."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer; raises Lost."""
        sent = False
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
            reader, writer = self._streams
            writer.write(self._head(method, path, len(body)) + body)
            sent = True
            head = await reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            assert length, head
            return int(head[9:12]), await reader.readexactly(int(length.group(1)))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise Lost(sent) from None

    def _head(self, method: str, path: str, length: int) -> bytes:
        lines = (
            f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Authorization: Bearer {self.token}",
            "Content-Type: application/json", f"Content-Length: {length}",
        )  # fmt: skip
        return "\r\n".join((*lines, "\r\n")).encode()

    def close(self) -> None:
        """Hangs up; the next `ask` dials again."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
