"""Push endpoints come from browsers, so anybody can name any address: only public https services are asked.

Addresses are read as the HTTP client will read them. Names are resolved once, checked, and connected to as resolved, so
that a name cannot change its mind in between; and whatever was missed before, no socket is opened to an inner address.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
CARRIERS = tuple(ipaddress.IPv6Network(net) for net in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
"""IPv6 networks whose last 32 bits are an IPv4 address: RFC 4291 §2.5.5, RFC 2765 §2.1, RFC 6052 §2.1."""
INNER = tuple(ipaddress.IPv6Network(net) for net in ("64:ff9b:1::/48", "fec0::/10"))
"""What Python takes for global and is not: local-use translation (RFC 8215), site-local addresses (RFC 3879)."""


class NotAllowed(ClientError):
    """This address is not asked, now or later."""


class Guard:
    """What may be asked: public https, and what the setting `push_allow_hosts` lists (`host:port`, by commas)."""

    def __init__(self, allowed: str) -> None:
        words = (word.strip().lower() for word in allowed.split(","))
        self.allowed = frozenset(word.replace("localhost:", "127.0.0.1:") for word in words if word)

    def lists(self, host: str, port: int) -> bool:
        """Whether the setting names this host and port; `localhost` is another word for 127.0.0.1."""
        host = host.lower()
        return f"{'127.0.0.1' if host == 'localhost' else host}:{port}" in self.allowed

    def check(self, url: str) -> None:
        """Raises NotAllowed for an address that can be refused before its name is resolved."""
        # The client folds other alphabets' digits and dots into ours: what is not ASCII is no browser's endpoint.
        try:
            parts = URL(url if url.isascii() else "")
            host, port, user = parts.raw_host or "", parts.port or 0, parts.raw_user
        except ValueError:
            raise NotAllowed("bad_endpoint") from None
        if not host:
            raise NotAllowed("bad_endpoint")
        if self.lists(host, port):
            return
        if parts.scheme != "https" or user is not None:
            raise NotAllowed("endpoint_not_https")
        if (address := _address(host)) is not None and not is_public(address):
            raise NotAllowed("endpoint_not_public")

    def session(self) -> ClientSession:
        """An HTTP session that resolves names to public addresses only; close it when done."""
        resolver = Resolver(self)
        connector = TCPConnector(resolver=resolver, socket_factory=gate(resolver), limit=64, limit_per_host=16)
        return ClientSession(connector=connector, cookie_jar=DummyCookieJar())


class Resolver(AbstractResolver):
    """Resolves names to public addresses only; `system` is asked, `listed` are addresses of names in the setting."""

    def __init__(self, guard: Guard, system: AbstractResolver | None = None) -> None:
        self.guard = guard
        self.listed: set[tuple[str, int]] = set()
        self._system = system or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        if self.guard.lists(host, port):
            self.listed.update((place["host"], port) for place in found)
            return found
        public = [place for place in found if is_public(ipaddress.ip_address(place["host"].partition("%")[0]))]
        if not public:
            raise NotAllowed("endpoint_not_public")
        return public

    async def close(self) -> None:
        await self._system.close()


def gate(resolver: Resolver) -> Callable[[tuple[Any, ...]], socket.socket]:
    """Opens a socket for an address that may be connected to: the last look, at the address itself."""

    def opened(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, (host, port, *_) = info
        address = _address(host.partition("%")[0])
        known = (host, port) in resolver.listed or resolver.guard.lists(host, port)
        if not known and (address is None or not is_public(address)):
            raise OSError("endpoint_not_public")
        return socket.socket(family, kind, protocol)

    return opened


def is_public(address: IPAddress) -> bool:
    """Whether an IP address belongs to the open internet; one that carries an IPv4 address is judged by that."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if any(address in net for net in INNER):
        return False
    carried = address.sixtofour
    if any(address in net for net in CARRIERS):
        carried = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return is_public(carried) if carried else address.is_global and not address.is_multicast


def _address(host: str) -> IPAddress | None:
    """The address that a host is written as; None for a name (odd spellings of addresses are resolved like names)."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
