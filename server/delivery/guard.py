"""Push endpoints come from browsers, so anybody can name any address: only public https services are asked.

Names are resolved once, checked, and connected to as resolved, so that a name cannot change its mind in between.
"""

import asyncio
import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver


class NotAllowed(ClientError):
    """This address is not asked, now or later."""


class Guard:
    """What may be asked: public https, and what the setting `push_allow_hosts` lists (`host:port`, by commas)."""

    def __init__(self, allowed: str) -> None:
        self.allowed = frozenset(word.strip().lower() for word in allowed.split(",") if word.strip())

    def lists(self, url: SplitResult) -> bool:
        """Whether the setting names this host and port."""
        port = url.port or (443 if url.scheme == "https" else 80)
        return f"{(url.hostname or '').lower()}:{port}" in self.allowed

    def check(self, url: str) -> None:
        """Raises NotAllowed for an address that can be refused before its name is resolved."""
        try:
            parts = urlsplit(url)
            if self.lists(parts):
                return
            address = _address(parts.hostname or "")
        except ValueError:
            raise NotAllowed("bad_endpoint") from None
        if parts.scheme != "https" or not parts.hostname or parts.username:
            raise NotAllowed("endpoint_not_https")
        if address is not None and not is_public(address):
            raise NotAllowed("endpoint_not_public")

    def session(self) -> ClientSession:
        """An HTTP session that keeps to this; close it when done."""
        connector = TCPConnector(resolver=_Resolver(self), limit=64, limit_per_host=16)
        return ClientSession(connector=connector, middlewares=(self._straight,), cookie_jar=DummyCookieJar())

    async def _straight(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        self.check(str(request.url))
        response = await handler(request)
        if 300 <= response.status < 400:
            response.close()
            raise NotAllowed("endpoint_redirects")
        return response


class _Resolver(AbstractResolver):
    """Resolves names to public addresses only."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._system.resolve(host, port, family)
        if f"{host.lower()}:{port}" in self._guard.allowed:
            return found
        public = [place for place in found if is_public(ipaddress.ip_address(place["host"].partition("%")[0]))]
        if not public:
            raise NotAllowed("endpoint_not_public")
        return public

    async def close(self) -> None:
        await self._system.close()


def is_public(address: Any) -> bool:
    """Whether an IP address belongs to the open internet; one that carries an IPv4 address is judged by that."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return is_public(inner) if inner else address.is_global and not address.is_multicast


def _address(host: str) -> Any:
    """The address that a host is written as, in any spelling that the system would take; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return None
