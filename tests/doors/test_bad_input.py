"""Bad input over the wire: a clear error with its code and field, nothing changed, nothing lost, never a 500."""

import hashlib
import json
import os

import httpx
import msgspec
import pytest

from server.domain.ids import uuid7
from tests.running import OutsideTablet, Running, now


@pytest.fixture
def tablet(server: Running) -> OutsideTablet:
    """A tablet of its own for each test."""
    return OutsideTablet(server)


def outcome(answer: httpx.Response) -> dict:
    """The only outcome of a push."""
    assert answer.status_code == 200, answer.text
    [only] = answer.json()["outcomes"]
    return only


def customer_and_car(tablet: OutsideTablet, **car) -> dict:
    """Commands' ids of a customer and a car with these fields."""
    customer = uuid7()
    tablet.done("customer.register", customer_id=customer, name=f"客户{uuid7()[:8]}", phones=[])
    fields = {"vehicle_id": uuid7(), "make": "大众", "model": "朗逸", "energy": "petrol", "owner_id": customer} | car
    return fields


def a_wrong_vin_is_rejected_with_its_field_and_goes_to_the_inbox(tablet):
    fields = customer_and_car(tablet, vin="LDC613P23A130518O")
    got = outcome(tablet.push(tablet.command("vehicle.register", **fields)))
    assert got["outcome"] == "rejected"
    assert got["reason"] == {
        "code": "invalid", "subject": {"type": "field", "id": "vin"}, "facts": {"problem": "vin_letters"},
    }  # fmt: skip
    tablet.pull()
    assert tablet.rows["reviews"][got["review"]]["command"]["fields"] == fields
    assert fields["vehicle_id"] not in tablet.rows["vehicles"]


def an_odometer_with_a_letter_is_rejected_with_its_field(tablet):
    fields = customer_and_car(tablet, plate="川A7K2P1", odometer_km="4218O")
    got = outcome(tablet.push(tablet.command("vehicle.register", **fields)))
    assert (got["reason"]["code"], got["reason"]["subject"]["id"]) == ("invalid", "odometer_km")


def an_unknown_field_of_a_command_is_refused_by_name(tablet):
    command = tablet.command("customer.tag", customer_id=uuid7(), add=[], colour="red")
    got = outcome(tablet.push(command))
    assert got["reason"]["subject"]["id"] == "colour"
    assert got["reason"]["facts"]["problem"] == "unknown_field"


def an_unknown_command_is_rejected_and_kept(tablet):
    got = outcome(tablet.push(tablet.command("visit.teleport", visit_id=uuid7(), where="moon")))
    assert got["reason"]["code"] == "unknown_command"
    tablet.pull()
    assert tablet.rows["reviews"][got["review"]]["command"]["fields"]["where"] == "moon"


def a_stage_that_cannot_follow_is_refused(tablet):
    tablet.pull()
    visit = next(v for v in tablet.rows["visits"].values() if v["stage"] == "checked_in")
    stage = {"from": "checked_in", "to": "ready"}
    got = outcome(tablet.push(tablet.command("repair.advance", visit_id=visit["id"], stage=stage)))
    assert got["reason"]["code"] == "wrong_stage"
    assert got["reason"]["facts"] == {"current": "checked_in", "wanted": "ready"}
    tablet.pull()
    assert tablet.rows["visits"][visit["id"]] == visit


def a_bill_above_the_approved_sum_is_refused(tablet):
    tablet.pull()
    visit = next(v for v in tablet.rows["visits"].values() if v["stage"] == "settling")
    approved = [
        line for line in tablet.rows["estimate_lines"].values()
        if line["visit_id"] == visit["id"] and line["decision"] == "approved" and not line["dropped"]
    ]  # fmt: skip
    lines = [{"line_id": line["id"], "version": line["version"]} for line in approved]
    total = sum(line["amount_fen"] for line in approved)
    bill = {
        "visit_id": visit["id"],
        "settlement_id": uuid7(),
        "lines": lines,
        "discount_fen": 0,
        "total_fen": total + 1,
    }
    got = outcome(tablet.push(tablet.command("settlement.issue", **bill)))
    assert (got["reason"]["code"], got["reason"]["subject"]["id"]) == ("total_mismatch", "total_fen")
    assert got["reason"]["facts"]["approved_fen"] == total


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"protocol": 1}', b"\xff\xfe", b'{"protocol":1,"app":"2026.11.0","commands":5}']
)
def a_broken_body_is_a_400_that_names_the_field(tablet, body):
    answer = tablet.http.post("/sync/push", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"
    assert "field" in answer.json()["facts"]


def an_unknown_field_of_the_envelope_is_refused_by_name(tablet):
    body = {"protocol": 1, "app": "2026.11.0", "commands": [], "extra": 1}
    answer = tablet.http.post("/sync/push", json=body)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (400, "extra")


def a_push_of_more_than_five_hundred_commands_is_a_413_and_runs_nothing(tablet):
    commands = [tablet.command("customer.tag", customer_id=uuid7()) for _ in range(501)]
    assert tablet.push(*commands).status_code == 413
    assert outcome(tablet.push(commands[0]))["seq"] == 1


def a_gap_and_a_fork_are_409_and_run_nothing(tablet):
    first, second, third = (tablet.command("customer.tag", customer_id=uuid7()) for _ in range(3))
    gap = tablet.push(second, third)
    assert (gap.status_code, gap.json()["code"], gap.json()["next_seq"]) == (409, "gap", 1)
    tablet.push(first)
    fork = tablet.push(first | {"id": uuid7()})
    assert (fork.status_code, fork.json()["code"]) == (409, "forked_device")


def an_app_that_is_too_old_or_too_new_keeps_its_queue(tablet):
    for app, status, code in (("2025.1.0", 426, "app_too_old"), ("2099.1.0", 503, "server_older")):
        answer = tablet.http.post("/sync/push", json={"protocol": 1, "app": app, "commands": []})
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def an_operator_says_which_app_is_too_old_and_the_queue_goes_out_once_it_is_new_enough(server, tablet):
    stricter = Running(server.folder, customers=None, oldest_app="2026.11.1")
    command = tablet.command("customer.register", customer_id=uuid7(), name="旧版客户", phones=[])
    body = {"protocol": 1, "app": "2026.11.0", "commands": [command]}
    stricter.start()
    try:
        answer = tablet.http.post(f"{stricter.url}/sync/push", json=body)
    finally:
        stricter.stop()
    assert (answer.status_code, answer.json()["code"], answer.json()["oldest"]) == (426, "app_too_old", "2026.11.1")
    assert outcome(tablet.push(command))["outcome"] == "applied"


def a_missing_wrong_or_ended_token_is_401(server, tablet):
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        answer = httpx.get(f"{server.url}/sync/pull", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert tablet.http.post("/auth/logout").status_code in (200, 201, 204)
    assert tablet.http.get("/sync/pull").status_code == 401
    command = tablet.command("customer.register", customer_id=uuid7(), name="离线客户", phones=[])
    assert tablet.push(command).status_code == 401
    tablet.sign_in()
    assert outcome(tablet.push(command))["outcome"] == "applied"


def a_text_file_of_thirty_megabytes_is_no_photo(tablet, server):
    text = b"not a photo " * (30 * 2**20 // 12)
    sha = hashlib.sha256(text).hexdigest()
    answer = tablet.http.put(f"/media/{sha}", content=text, headers={"Content-Type": "image/jpeg"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    small = text[:5000]
    answer = tablet.http.put(f"/media/{hashlib.sha256(small).hexdigest()}", content=small)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_an_image")
    answer = tablet.http.put(f"/media/{'0' * 64}", content=small)
    assert answer.status_code in (415, 422)
    assert not [name for _, _, names in os.walk(server.folder / "media") for name in names]


def a_cookie_that_is_none_of_ours_is_a_400(tablet):
    answer = tablet.http.get("/sync/pull", params={"cookie": "rubbish"})
    assert (answer.status_code, answer.json()["facts"]["field"]) == (400, "cookie")


def an_unknown_page_and_a_wrong_method_answer_in_one_shape(server):
    assert httpx.get(f"{server.url}/nothing/here").json()["code"] == "not_found"
    assert httpx.delete(f"{server.url}/sync/pull").json()["code"] == "method_not_allowed"


def a_messagepack_client_gets_the_same_answers(tablet):
    command = tablet.command("customer.register", customer_id=uuid7(), name="打包客户", phones=[])
    body = msgspec.msgpack.encode({"protocol": 1, "app": "2026.11.0", "commands": [command]})
    headers = {"Content-Type": "application/msgpack", "Accept": "application/msgpack"}
    answer = tablet.http.post("/sync/push", content=body, headers=headers)
    assert answer.headers["content-type"] == "application/msgpack"
    packed = msgspec.msgpack.decode(answer.content)["outcomes"]
    assert packed == json.loads(json.dumps(tablet.push(command).json()["outcomes"]))
    plain = tablet.http.get("/sync/pull", params={"limit": 100}).json()
    packed = msgspec.msgpack.decode(
        tablet.http.get("/sync/pull", params={"limit": 100}, headers={"Accept": "application/msgpack"}).content
    )
    assert packed["rows"] == plain["rows"]


def an_answer_is_compressed_as_the_client_asks(tablet):
    plain = tablet.http.get("/sync/pull", headers={"Accept-Encoding": "identity"})
    for encoding in ("gzip", "zstd"):
        answer = tablet.http.get("/sync/pull", headers={"Accept-Encoding": encoding})
        assert answer.headers["content-encoding"] == encoding
        assert answer.json()["rows"] == plain.json()["rows"]


def a_checksum_fits_the_rows_and_is_refused_when_behind(tablet):
    tablet.pull()
    old = tablet.cookie
    sums = tablet.http.get("/sync/checksum", params={"cookie": tablet.cookie}).json()
    for kind, rows in tablet.rows.items():
        if not rows:
            continue
        digests = (hashlib.sha256(f"{row['id']}:{row['rev']}".encode()).digest()[:8] for row in rows.values())
        total = sum(int.from_bytes(digest, "big") for digest in digests) % 2**64
        assert sums[kind] == {"count": len(rows), "sum": f"{total:016x}"}, kind
    tablet.done("customer.register", customer_id=uuid7(), name="又一位", phones=[])
    answer = tablet.http.get("/sync/checksum", params={"cookie": old})
    assert (answer.status_code, answer.json()["code"]) == (409, "behind")


def a_revoked_tablet_is_told_so(server, tablet):
    manager = OutsideTablet(server)
    assert manager.http.post(f"/auth/devices/{tablet.id}/revoke").status_code in (200, 201, 204)
    device = {"id": tablet.id, "name": "外部平板", "public_key": tablet.jwk}
    login = {"username": "manager", "password": "manager-demo", "device": device}
    for answer in (
        tablet.http.get("/sync/pull"),
        tablet.http.get("/sync/live"),
        tablet.http.put(f"/media/{'0' * 64}", content=b""),
        tablet.push(tablet.command("customer.tag", customer_id=uuid7())),
        tablet.http.post("/auth/login", json=login),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "device_revoked"), answer.request.url


def the_server_tells_its_time_and_health(server, tablet):
    assert tablet.push().json()["server_time"][:4] == now()[:4]
    assert httpx.get(f"{server.url}/healthz").json()["status"] == "ok"
    assert httpx.get(f"{server.url}/readyz").json()["database"] == "sqlite"
    assert "jieche_http_requests_total" in httpx.get(f"{server.url}/metrics").text
