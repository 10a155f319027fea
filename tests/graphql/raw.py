"""A WebSocket by hand (RFC 6455) over the smallest receive buffer: it reads when it is told to, and not before."""

import json
import os
import select
import socket
import time
from typing import Any

SMALLEST = 2048
"""Bytes asked for the receive buffer; Linux doubles them."""


HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: shop\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


def framed(kind: str, **rest: Any) -> bytes:
    """One message, masked as a client must."""
    text, mask = json.dumps({"type": kind, **rest}).encode(), os.urandom(4)
    length = bytes([0x80 | len(text)]) if len(text) < 126 else b"\xfe" + len(text).to_bytes(2, "big")
    return b"\x81" + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))


class Raw:
    """A connection that is signed in and has asked nothing yet."""

    def __init__(self, port: int, token: str) -> None:
        self.line = socket.socket()
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST)
        self.line.connect(("127.0.0.1", port))
        self.line.settimeout(30)
        self.closed_with: int | None = None
        self.ended = False
        self._unread = b""
        self.line.sendall(HANDSHAKE)
        while b"\r\n\r\n" not in self._unread:
            self._unread += self.line.recv(4096)
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        assert b" 101 " in head, head
        self.say("connection_init", payload={"token": token})
        assert self.hear(30)["type"] == "connection_ack"

    def say(self, kind: str, **rest: Any) -> None:
        """Sends one message."""
        self.line.sendall(framed(kind, **rest))

    def hear(self, seconds: float) -> dict[str, Any]:
        """The next message; raises TimeoutError when none comes in time, ConnectionError when the line has ended."""
        until = time.monotonic() + seconds
        while (frame := self._frame()) is None:
            ready, _, _ = select.select([self.line], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            more = self.line.recv(2**16)
            if not more:
                self.ended = True
                raise ConnectionError
            self._unread += more
        kind, body = frame
        if kind == 8:
            self.closed_with = int.from_bytes(body[:2], "big")
            raise ConnectionError
        return json.loads(body) if kind == 1 else self.hear(until - time.monotonic())

    def all_that_waits(self, seconds: float = 2) -> list[dict[str, Any]]:
        """Every message until none comes for so long, or the line ends."""
        heard = []
        try:
            while True:
                heard.append(self.hear(seconds))
        except (TimeoutError, ConnectionError):
            return heard

    def close(self) -> None:
        """Hangs up without a word."""
        self.line.close()

    def _frame(self) -> tuple[int, bytes] | None:
        """The kind and body of a whole frame, if one is here."""
        if len(self._unread) < 2:
            return None
        kind, length, at = self._unread[0] & 15, self._unread[1] & 127, 2
        if length > 125:
            at = 4 if length == 126 else 10
            length = int.from_bytes(self._unread[2:at], "big")
        if len(self._unread) < at + length:
            return None
        body, self._unread = self._unread[at : at + length], self._unread[at + length :]
        return kind, body
