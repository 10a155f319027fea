"""The tablets' door as HTTP: limits, cookies, formats, codings."""

import sqlite3

import httpx
import msgspec
import pytest

from server.domain.ids import uuid7
from server.domain.roles import hidden
from server.queries.pull import Cookie
from tests.running import OutsideTablet, Running


@pytest.fixture
def tablet(server: Running) -> OutsideTablet:
    """A tablet of its own for each test."""
    return OutsideTablet(server)


@pytest.mark.parametrize("limit", ["0", "-1", "10001", "many", "1.5", ""])
def a_page_size_out_of_bounds_is_a_400_that_names_it(tablet, limit):
    answer = tablet.http.get("/sync/pull", params={"limit": limit})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert [field["field"] for field in answer.json()["facts"]["fields"]] == ["limit"]


@pytest.mark.parametrize("limit", [1, 10_000])
def a_page_is_as_large_as_it_may_be(tablet, limit):
    page = tablet.http.get("/sync/pull", params={"limit": limit}).json()
    assert 1 <= sum(len(rows) for rows in page["rows"].values()) <= limit


@pytest.mark.parametrize("cookie", ["rubbish", "%00", "é", "k" * 5000, "lKFhoWKhYw", Cookie("a", "b", 1).text()[:-1]])
@pytest.mark.parametrize("path", ["/sync/pull", "/sync/checksum"])
def a_cookie_that_is_none_is_a_400_that_names_it(tablet, path, cookie):
    answer = tablet.http.get(path, params={"cookie": cookie})
    assert (answer.status_code, answer.json()["facts"]["field"]) == (400, "cookie")


def an_empty_cookie_is_a_first_sync(tablet):
    page = tablet.http.get("/sync/pull", params={"cookie": ""}).json()
    assert (page["reset"], page["gone"], bool(page["rows"])) == (False, {}, True)


def a_cookie_of_another_database_starts_anew_and_keeps_the_queue(tablet):
    done = tablet.done("customer.register", customer_id=uuid7(), name="王伟", phones=[])
    tablet.pull()
    cookie = Cookie(uuid7(), uuid7(), 3).text()
    page = tablet.http.get("/sync/pull", params={"cookie": cookie}).json()
    assert (page["reset"], page["applied_through"]) == (True, 1)
    assert [outcome["id"] for outcome in page["outcomes"]] == [done["id"]]
    assert tablet.push(tablet.command("customer.tag", customer_id=uuid7())).json()["next_seq"] == 3


def a_checksum_is_not_given_for_a_cookie_of_another_life_or_from_the_future(tablet):
    tablet.pull()
    newest = Cookie.read(tablet.cookie)
    for change in ({"epoch": uuid7()}, {"scope": uuid7()}, {"position": newest.position + 1000}):
        cookie = msgspec.structs.replace(newest, **change).text()
        answer = tablet.http.get("/sync/checksum", params={"cookie": cookie})
        assert (answer.status_code, answer.json()["code"]) == (409, "behind")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, zstd", "zstd"), ("zstd, gzip", "zstd"), ("gzip, deflate", "gzip"), ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"), ("zstd; q=0", None), ("gzip;q=0, zstd;q=0", None), ("br", None), ("identity", None),
        ("", None), ("*", "zstd"), ("*;q=0", None), ("zstd;q=0, *", "gzip"), ("GZIP", "gzip"), ("gzip;q=no", None),
    ],
)  # fmt: skip
def an_answer_is_in_the_coding_that_the_client_weighs_highest(tablet, accepted, coding):
    answer = tablet.http.get("/sync/pull", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert answer.json()["rows"]


@pytest.mark.parametrize("coding", ["zstd", "gzip", "identity"])
def a_packed_answer_is_compressed_as_well(tablet, coding):
    headers = {"Accept": "application/msgpack", "Accept-Encoding": coding}
    answer = tablet.http.get("/sync/pull", headers=headers)
    assert answer.headers["content-type"] == "application/msgpack"
    plain = tablet.http.get("/sync/pull").json()
    assert msgspec.msgpack.decode(answer.content)["rows"] == plain["rows"]
    sums = tablet.http.get("/sync/checksum", params={"cookie": plain["cookie"]}, headers=headers)
    assert msgspec.msgpack.decode(sums.content)["staff"]["count"] == len(plain["rows"]["staff"])


def a_pull_without_a_token_is_a_401_whatever_its_cookie(server):
    answer = httpx.get(f"{server.url}/sync/pull", params={"cookie": "rubbish"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


@pytest.mark.parametrize("role", ["crm", "advisor"])
def a_role_sees_what_the_manager_sees(server, tablet, role):
    tablet.pull()
    other = OutsideTablet(server, role)
    other.pull()
    assert other.rows == tablet.rows
    assert other.rows["customers"]


def a_technician_is_not_told_how_to_reach_a_customer(server, tablet):
    tablet.pull()
    numbers = [phone["number"] for row in tablet.rows["customers"].values() for phone in row["phones"]]
    other = OutsideTablet(server, "technician")
    text = other.http.get("/sync/pull", params={"limit": 10_000}).text
    assert len(numbers) > 10
    assert not [number for number in numbers if number in text]
    other.pull()
    assert set(other.rows["customers"]) == set(tablet.rows["customers"])


@pytest.mark.parametrize("role", ["technician", "manager"])
def the_access_log_says_which_fields_of_customers_a_pull_did_not_bring(server, role):
    tablet = OutsideTablet(server, role)
    tablet.pull()
    with sqlite3.connect(server.folder / "shop.db") as connection:
        query = "SELECT fields FROM access_log WHERE door = 'sync' AND user_id = ? ORDER BY n DESC LIMIT 1"
        [[told]] = connection.execute(query, (tablet.me["user"]["id"],))
    fields = msgspec.json.decode(told)
    assert f"customers:{len(tablet.rows['customers'])}" in fields
    assert {"without:phones", "without:notes"}.issubset(fields) == (role == "technician")
    assert [field for field in fields if field.startswith("without:")] == sorted(
        f"without:{name}" for name in hidden(role, "customers")
    )
