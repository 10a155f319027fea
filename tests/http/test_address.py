"""An address is the connection's own, unless a proxy that we trust says otherwise."""

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar, Request, get
from litestar.datastructures import State

from server.http.address import client_address, client_network, is_here
from server.settings import Settings

ADDRESSES = st.one_of(st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str))
OUTSIDE = ADDRESSES.filter(lambda text: not text.startswith(("10.", "::ffff:", "fd")))


def connection(peer: str, config: Settings, **headers: str) -> Request:
    """A request as the server hands it over."""
    app = Litestar(state=State({"settings": config}), openapi_config=None)
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "client": (peer, 1234), "headers": raw, "litestar_app": app})


PROXIES = Settings(trusted_proxies="10.0.0.0/8, fd00::/8")


@pytest.mark.parametrize(
    ("peer", "header", "address"),
    [
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "198.51.100.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def a_chain_is_believed_as_far_as_trusted_proxies_wrote_it(peer, header, address):
    assert client_address(connection(peer, PROXIES, x_forwarded_for=header)) == address


def a_header_proves_nothing_while_no_proxy_is_trusted():
    assert client_address(connection("127.0.0.1", Settings(), x_forwarded_for="198.51.100.7")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("for=198.51.100.7", "198.51.100.7"),
        ('for=203.0.113.9, for="[2001:db8:cafe::17]:4711";proto=https;by=10.0.0.1', "2001:db8:cafe::17"),
        ("proto=https;For=198.51.100.7", "198.51.100.7"),
        ("for=198.51.100.7, for=_hidden", "10.0.0.1"),
        ("for=198.51.100.7, proto=https", "10.0.0.1"),
    ],
)
def a_forwarded_header_is_read_where_the_setting_says_so(header, address):
    config = Settings(trusted_proxies="10.0.0.1", proxy_header="forwarded")
    assert client_address(connection("10.0.0.1", config, forwarded=header, x_forwarded_for="1.1.1.1")) == address


def the_header_that_the_proxy_does_not_write_is_never_read():
    assert client_address(connection("10.0.0.1", PROXIES, forwarded="for=198.51.100.7")) == "10.0.0.1"


@settings(deadline=None)
@given(forged=st.lists(ADDRESSES, max_size=5), real=OUTSIDE, inner=st.lists(st.just("10.1.2.3"), max_size=3))
def a_caller_cannot_choose_an_address_by_writing_the_header_first(forged, real, inner):
    chain = ", ".join([*forged, real, *inner])
    assert client_address(connection("10.0.0.1", PROXIES, x_forwarded_for=chain)) == real


@settings(deadline=None)
@given(chain=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def a_header_may_hold_any_text(chain):
    for header in ("x-forwarded-for", "forwarded"):
        config = Settings(trusted_proxies="0.0.0.0/0, ::/0", proxy_header=header)
        assert client_address(connection("10.0.0.1", config, **{header: chain}))


def the_limits_count_an_ipv6_subscriber_as_one():
    first, second = (connection(f"2001:db8:1:2::{n}", Settings()) for n in (1, 2))
    assert client_network(first) == client_network(second) == "2001:db8:1:2::/64"
    assert client_network(connection("192.0.2.1", Settings())) == "192.0.2.1"


def a_program_on_this_machine_is_one_that_no_proxy_speaks_for():
    assert is_here(connection("127.0.0.1", Settings()))
    assert is_here(connection("::1", Settings()))
    assert not is_here(connection("127.0.0.1", Settings(), x_forwarded_for="127.0.0.1"))
    assert not is_here(connection("192.0.2.1", Settings()))


@pytest.mark.parametrize("wrong", ["10.0.0.0/33", "proxy.example.com", "10.0.0.1/8"])
def a_proxy_that_is_no_address_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="JIECHE_TRUSTED_PROXIES"):
        Settings(trusted_proxies=wrong)


async def the_server_hands_the_address_over():
    @get("/where", sync_to_thread=False)
    def where(request: Request) -> str:
        return client_address(request)

    app = Litestar([where], state=State({"settings": PROXIES}), openapi_config=None)
    transport = httpx.ASGITransport(app=app, client=("10.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        sent = [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-For", "198.51.100.7")]
        assert (await client.get("/where", headers=sent)).text == "198.51.100.7"
