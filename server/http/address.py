"""From which address somebody calls: the connection's own, or what proxies that we trust say of it."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

from server.settings import Networks, Settings

Connection = ASGIConnection[Any, Any, Any, Any]

Address = IPv4Address | IPv6Address

_FORWARDED_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*("[^"]*"|[^;,\s]*)', re.IGNORECASE)
"""The `for` of one element of `Forwarded` (RFC 7239 §4)."""


RELAYED = ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded", "via")
"""A request with one of these came through a proxy."""


def client_address(connection: Connection) -> str:
    """The address of who calls; empty where there is none (a Unix socket).

    Walks the proxies' header from the right for as long as the hop that wrote it is trusted: what stands further left
    was written by the caller and proves nothing. Without trusted proxies the header is not read at all.
    """
    peer = connection.client.host if connection.client else ""
    config: Settings = connection.app.state.settings
    trusted = config.proxies
    seen = _read(peer)
    if seen is None or not trusted:
        return str(seen or peer)
    for hop in reversed(_hops(connection, config.proxy_header)):
        before = _read(hop) if _within(seen, trusted) else None
        if before is None:
            break
        seen = before
    return str(seen)


def client_network(connection: Connection) -> str:
    """What limits count by: the address, of IPv6 the /64 that one subscriber holds."""
    told = client_address(connection)
    seen = _read(told)
    return str(ip_network((seen, 64), strict=False)) if isinstance(seen, IPv6Address) else told


def is_here(connection: Connection) -> bool:
    """Whether who calls is a program on this machine, and no proxy in between."""
    seen = _read(connection.client.host) if connection.client else None
    relayed = any(name in connection.headers for name in RELAYED)
    return seen is not None and seen.is_loopback and not relayed


def _hops(connection: Connection, header: str) -> list[str]:
    """The addresses that proxies wrote down, in their order."""
    parts = ",".join(connection.headers.getall(header, [])).split(",")
    if header == "x-forwarded-for":
        return [part.strip() for part in parts if part.strip()]
    found = [_FORWARDED_FOR.search(part.strip()) for part in parts if part.strip()]
    return [match.group(1).strip('"') if match else "unknown" for match in found]


def _read(text: str) -> Address | None:
    """An address, also with a port or in brackets; None for what is none (such as `unknown`)."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _within(address: Address, trusted: Networks) -> bool:
    return any(address in network for network in trusted)
