import base64
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02, VapidException

from server.delivery import key, routes
from server.settings import Settings
from tests.auth.app import client_for


def a_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    settings = Settings(data_dir=str(tmp_path))
    public = key.vapid(settings).public
    key.vapid.cache_clear()
    assert key.vapid(settings).public == public
    assert stat.S_IMODE((tmp_path / "vapid.pem").stat().st_mode) == 0o600
    assert len(base64.urlsafe_b64decode(public + "=")) == 65


@pytest.mark.parametrize("written", ["pem", "base64url"])
def a_key_may_be_given_in_both_usual_forms(tmp_path, written):
    vapid = Vapid02()
    vapid.generate_keys()
    number = vapid.private_key.private_numbers().private_value.to_bytes(32, "big")
    forms = {"pem": vapid.private_pem().decode(), "base64url": base64.urlsafe_b64encode(number).rstrip(b"=").decode()}
    settings = Settings(data_dir=str(tmp_path), vapid_private_key=forms[written])
    assert key.vapid(settings).headers("https://push.example.com")["Authorization"].endswith(key.vapid(settings).public)
    assert not (tmp_path / "vapid.pem").exists()


def a_header_is_signed_once_for_an_origin_and_hour(monkeypatch):
    vapid = key.Vapid(ec.generate_private_key(ec.SECP256R1()), "mailto:service@example.com")
    first = vapid.headers("https://a.example")
    assert vapid.headers("https://a.example") is first
    assert vapid.headers("https://b.example") != first
    assert Vapid02.verify(first["Authorization"])
    later = key.time.time() + key.HOUR
    monkeypatch.setattr(key.time, "time", lambda: later)
    assert vapid.headers("https://a.example") != first


def an_origin_that_is_none_is_not_signed_for():
    vapid = key.Vapid(ec.generate_private_key(ec.SECP256R1()), "mailto:service@example.com")
    with pytest.raises(VapidException):
        vapid.headers("gopher://a")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def the_public_key_is_there_for_everybody(shop, settings):
    async with client_for(shop, settings, routes) as client:
        answer = await client.get("/push/key")
    assert answer.json() == {"key": key.vapid(settings).public}
