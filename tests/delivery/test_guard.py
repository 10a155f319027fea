import ipaddress

import pytest

from server.delivery.guard import Guard, NotAllowed, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "::ffff:192.168.0.1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def an_inner_address_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2606:4700::1111", "::ffff:8.8.8.8"])
def an_outer_address_is_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("url", ["https://fcm.googleapis.com/fcm/send/a", "https://8.8.8.8:8443/a"])
def a_public_https_address_may_be_asked(url):
    Guard("").check(url)


@pytest.mark.parametrize("url", ["ftp://a", "https://", "https://a:x/", "https://[::1", "http://a:443/", "//a/b"])
def a_strange_address_is_refused(url):
    with pytest.raises(NotAllowed):
        Guard("").check(url)


def a_listed_host_and_port_is_allowed_and_no_other_port():
    guard = Guard(" 127.0.0.1:8090, localhost:8091")
    guard.check("http://127.0.0.1:8090/a")
    guard.check("http://localhost:8090/a")
    guard.check("http://127.0.0.1:8091/a")
    with pytest.raises(NotAllowed):
        guard.check("http://127.0.0.1:8092/a")


async def a_name_that_leads_inside_is_refused_when_it_is_resolved():
    async with Guard("").session() as http:
        with pytest.raises(NotAllowed, match="endpoint_not_public"):
            await http.post("https://localhost:9/a")
