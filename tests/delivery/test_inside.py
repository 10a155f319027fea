"""Whoever holds a link may name any push endpoint: none of these spellings reaches a server inside the house."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientConnectorError, ClientTimeout
from aiohttp.abc import AbstractResolver, ResolveResult

from server.delivery import push
from server.delivery.guard import Guard, NotAllowed, Resolver, gate
from server.delivery.key import vapid
from server.delivery.push import Post, Result
from server.domain.rows.internal import PushSubscription
from tests.delivery.services import MoodyService

INSIDE = (
    "127.0.0.1", "127.0.0.2", "127.1", "127.000.000.001", "127.0.0.1.", "2130706433", "2130706433.", "0x7f000001",
    "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.",
    "ip6-localhost", "localhost.localdomain", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::1%25lo]", "[::1%lo]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fec0::1]", "[fd00:ec2::254]",
    "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "１２７．０．０．１", "ⓛocalhost", "loca\tlhost", "localhost\n",
    "%6cocalhost", "127%2e0%2e0%2e1", "127.0.0.1%00.example.com", "8.8.8.8@127.0.0.1", "user:pw@localhost",
    "127.0.0.1#@8.8.8.8", "127.0.0.1\\@8.8.8.8", "127.0.0.1?@8.8.8.8", " 127.0.0.1", "127.0.0.1 ",
)  # fmt: skip
"""Spellings of this machine, and of addresses that only exist inside."""
SCHEMES = ("http", "ftp", "file", "gopher", "ws", "wss", "data", "javascript", "unix", "HTTPS+http", "//", "")


class Fickle(AbstractResolver):
    """A name server that says something else each time."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in self.answers.pop(0).split()
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def trap() -> AsyncIterator[tuple[int, list[str]]]:
    """A server inside the house: its port, and who came."""
    came: list[str] = []

    async def noted(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(str(writer.get_extra_info("sockname")))
        writer.close()

    first = await asyncio.start_server(noted, "127.0.0.1", 0)
    port = first.sockets[0].getsockname()[1]
    servers = [first, await asyncio.start_server(noted, "127.0.0.2", port)]
    if socket.has_ipv6:
        servers.append(await asyncio.start_server(noted, "::1", port))
    yield port, came
    for server in servers:
        server.close()


@asynccontextmanager
async def posting(settings, allowed: str = "") -> AsyncIterator[Callable[[str], Awaitable[Result]]]:
    """Sends one message to an endpoint and says what became of it."""
    guard = Guard(allowed)
    async with guard.session() as http:
        post = Post(http, guard, vapid(settings))

        async def send(endpoint: str) -> Result:
            keys = MoodyService.keys()
            browser = PushSubscription(id="", rev=1, visit_id="", endpoint=endpoint, active=True, **keys)
            return await post.send(browser, b"hello", "topic", "normal", push.TTL)

        yield send


@asynccontextmanager
async def answering(talk: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """A push service that answers in its own way, byte by byte; gives its `host:port`."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await talk(writer)
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def an_address_inside_is_not_reached_however_it_is_spelled(settings, trap):
    port, came = trap
    async with posting(settings) as send:
        for host in INSIDE:
            result = await send(f"https://{host}:{port}/a")
            assert result.what in ("refused", "later"), host
            assert came == [], host


async def an_address_inside_is_not_reached_by_another_scheme(settings, trap):
    port, came = trap
    async with posting(settings) as send:
        for scheme in SCHEMES:
            for rest in (f"://127.0.0.1:{port}/a", f":127.0.0.1:{port}", f"//127.0.0.1:{port}/a"):
                assert (await send(scheme + rest)).what == "refused", scheme + rest
    assert came == []


async def a_name_that_changes_its_mind_is_connected_to_as_it_was_checked(trap):
    port, came = trap
    system = Fickle("127.0.0.1 8.8.8.8", "127.0.0.1")
    resolver = Resolver(Guard(""), system)
    assert [place["host"] for place in await resolver.resolve("rebinds.example", port)] == ["8.8.8.8"]
    with pytest.raises(NotAllowed):
        await resolver.resolve("rebinds.example", port)
    assert (system.asked, came) == (2, [])


async def a_socket_to_an_inner_address_is_not_even_opened():
    opened = gate(Resolver(Guard("127.0.0.1:8090")))
    for place in (("127.0.0.1", 443), ("10.0.0.1", 443), ("::1", 443, 0, 0), ("fe80::1%eth0", 443, 0, 2)):
        with pytest.raises(OSError, match="endpoint_not_public"):
            opened((socket.AF_INET, socket.SOCK_STREAM, 0, "", place))
    for place in (("8.8.8.8", 443), ("127.0.0.1", 8090)):
        opened((socket.AF_INET, socket.SOCK_STREAM, 0, "", place)).close()


async def a_client_that_is_not_checked_at_all_still_does_not_get_inside(trap):
    port, came = trap
    async with Guard("").session() as http:
        for host in ("127.0.0.1", "１２７.0.0.1", "[::1]"):
            with pytest.raises(ClientConnectorError):
                await http.post(f"https://{host}:{port}/a")
    assert came == []


async def a_redirect_does_not_lead_inside(settings, trap):
    port, came = trap

    async def elsewhere(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    async with answering(elsewhere) as host, posting(settings, host) as send:
        assert (await send(f"http://{host}/a")).what == "refused"
    assert came == []


async def an_answer_without_end_is_not_read(settings):
    poured = 0

    async def pour(writer: asyncio.StreamWriter) -> None:
        nonlocal poured
        writer.write(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n")
        while poured < 2**28:
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()
            poured += 0x10000

    async with answering(pour) as host, posting(settings, host) as send:
        assert (await send(f"http://{host}/a")).what == "taken"
        await asyncio.sleep(0.2)
    assert poured < 2**24


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 201 Created\r\n", b"X: y\r\n"])
async def a_service_that_takes_its_time_is_given_up(settings, monkeypatch, drip):
    monkeypatch.setattr(push, "TIMEOUT", ClientTimeout(total=0.5))

    async def slow(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 201 Created\r\n" if drip else b"")
        for _ in range(100):
            writer.write(drip)
            await writer.drain()
            await asyncio.sleep(0.05)

    begun = time.monotonic()
    async with answering(slow) as host, posting(settings, host) as send:
        result = await send(f"http://{host}/a")
    assert result.what == "later"
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (b"HTTP/1.1 201 Created\r\nX: " + b"x" * 2**20 + b"\r\n\r\n", "later"),
        (b"HTTP/1.1 201 Created\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(10**5)) + b"\r\n", "later"),
        (b"HTTP/1.1 429 No\r\nRetry-After: " + b"9" * 4000 + b"\r\nContent-Length: 0\r\n\r\n", "later"),
        ("HTTP/1.1 503 No\r\nRetry-After: ٣٣\r\nContent-Length: 0\r\n\r\n".encode(), "later"),
        (b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", "later"),
        (b"\x16\x03\x01\x02\x00\x01\x00", "later"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "later"),
    ],
    ids=["long header", "many headers", "endless wait", "other digits", "no status", "tls", "ssh"],
)
async def an_answer_that_is_none_is_a_failure_like_any_other(settings, answer, what):
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with answering(say) as host, posting(settings, host) as send:
        result = await send(f"http://{host}/a")
    assert result.what == what
    assert result.after <= push.TTL
