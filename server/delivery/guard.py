"""Push endpoints come from browsers, so anybody can name any address: only public https services are asked.

Names are resolved once, checked, and connected to as resolved, so that a name cannot change its mind in between.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


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
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise NotAllowed("bad_endpoint") from None
        if self.lists(host, port):
            return
        if parts.scheme != "https" or not host or parts.username is not None:
            raise NotAllowed("endpoint_not_https")
        if (address := _address(host)) is not None and not is_public(address):
            raise NotAllowed("endpoint_not_public")

    def session(self) -> ClientSession:
        """An HTTP session that resolves names to public addresses only; close it when done."""
        connector = TCPConnector(resolver=_Resolver(self), limit=64, limit_per_host=16)
        return ClientSession(connector=connector, cookie_jar=DummyCookieJar())


class _Resolver(AbstractResolver):
    """Resolves names to public addresses only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        if self._guard.lists(host, port):
            return found
        public = [place for place in found if is_public(ipaddress.ip_address(place["host"].partition("%")[0]))]
        if not public:
            raise NotAllowed("endpoint_not_public")
        return public

    async def close(self) -> None:
        await self._system.close()


def is_public(address: IPAddress) -> bool:
    """Whether an IP address belongs to the open internet; one that carries an IPv4 address is judged by that."""
    inner = None if isinstance(address, ipaddress.IPv4Address) else address.ipv4_mapped or address.sixtofour
    return is_public(inner) if inner else address.is_global and not address.is_multicast


def _address(host: str) -> IPAddress | None:
    """The address that a host is written as; None for a name (odd spellings of addresses are resolved like names)."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
