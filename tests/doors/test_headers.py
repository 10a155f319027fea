"""What stands around every answer of a server behind TLS: headers, other origins, sizes, paces, metrics."""

from collections.abc import Iterator

import httpx
import pytest

from server.http.gates import PACES
from tests.running import Running

OFFICE = "https://office.example.com"
TOKEN = "a-token-for-prometheus"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server as it stands behind a proxy that takes TLS off."""
    running = Running(
        tmp_path_factory.mktemp("house"), None, cors_origins=OFFICE, metrics_token=TOKEN, trusted_proxies="127.0.0.1"
    )
    running.environment["JIECHE_PUBLIC_URL"] = "https://shop.example.com"
    running.start()
    yield running
    running.stop()


@pytest.fixture
def caller(house) -> Iterator[httpx.Client]:
    """Somebody behind that proxy."""
    with httpx.Client(base_url=house.url, headers={"X-Forwarded-For": "198.51.100.1"}) as client:
        yield client


PATHS = [
    ("GET", "/", 200), ("GET", "/healthz", 200), ("GET", "/auth/me", 401), ("GET", "/nothing", 404),
    ("POST", "/healthz", 405), ("GET", "/graphql?query=%7B__typename%7D", 200), ("GET", "/c/nothing", 404),
    ("GET", "/verify", 200), ("PUT", f"/media/{'0' * 64}", 401), ("GET", "/sw.js", 200),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "status"), PATHS)
def an_answer_says_how_a_browser_is_to_treat_it_whatever_it_is(caller, method, path, status):
    answer = caller.request(method, path, headers={"Accept": "text/html" if path in ("/", "/verify") else "*/*"})
    told = answer.headers
    assert answer.status_code == status
    assert told["strict-transport-security"] == "max-age=31536000"
    assert told["x-content-type-options"] == "nosniff"
    assert told["x-frame-options"] == "DENY"
    assert told["cross-origin-opener-policy"] == told["cross-origin-resource-policy"] == "same-origin"
    assert told["referrer-policy"] in ("same-origin", "no-referrer")
    assert "camera=(self)" in told["permissions-policy"]
    policy = told["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert policy.startswith(("default-src 'none'", "default-src 'self'"))


@pytest.mark.parametrize("page", ["/", "/verify", "/c/nothing"])
def a_page_has_nothing_inline(caller, page):
    html = caller.get(page, headers={"Accept": "text/html"}).text
    assert "<html" in html
    assert " style=" not in html
    assert "<style" not in html
    assert all(" src=" in tag.partition(">")[0] for tag in html.split("<script")[1:])
    assert not any(word in html for word in (" onclick=", " onload=", "javascript:"))


def a_plain_server_does_not_speak_of_tls(server):
    assert "strict-transport-security" not in httpx.get(f"{server.url}/healthz").headers


def the_page_of_an_allowed_origin_may_call_graphql_and_sign_in(caller):
    preflight = {"Origin": OFFICE, "Access-Control-Request-Method": "POST"}
    for path in ("/graphql", "/auth/login", "/auth/me"):
        answer = caller.options(path, headers=preflight)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == OFFICE
        assert "Authorization" in answer.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert "Origin" in answer.headers["vary"]
    refused = caller.get("/auth/me", headers={"Origin": OFFICE})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, OFFICE)


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", f"{OFFICE}.evil.example.com"])
def the_page_of_another_origin_reads_nothing(caller, origin):
    preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in caller.options("/graphql", headers=preflight).headers


def an_allowed_origin_reaches_nothing_but_graphql_and_the_sign_in(caller):
    for path in ("/sync/pull", "/media/0", "/c/nothing", "/metrics"):
        assert "access-control-allow-origin" not in caller.get(path, headers={"Origin": OFFICE}).headers


def a_server_without_the_setting_answers_no_other_origin(server):
    preflight = {"Origin": OFFICE, "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in httpx.options(f"{server.url}/graphql", headers=preflight).headers


def the_metrics_are_for_who_has_the_token(house, caller):
    with_token = {"Authorization": f"Bearer {TOKEN}"}
    assert caller.get("/metrics").status_code == 403
    assert caller.get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 403
    assert httpx.get(f"{house.url}/metrics").status_code == 403
    assert "jieche_http_requests_total" in caller.get("/metrics", headers=with_token).text


def the_metrics_without_a_token_are_for_this_machine(server):
    assert httpx.get(f"{server.url}/metrics").status_code == 200
    refused = httpx.get(f"{server.url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


LARGE = [
    ("/auth/login", 2**16, "application/json"), ("/graphql", 2**18, "application/json"),
    ("/verify", 21 * 2**20, "application/pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "size", "kind"), LARGE)
def a_body_beyond_the_size_of_its_route_is_refused(caller, path, size, kind):
    answer = caller.post(path, content=b" " * (size + 1), headers={"Content-Type": kind})
    told = answer.json()["errors"][0]["extensions"] if path == "/graphql" else answer.json()
    assert (answer.status_code, told["code"]) == (413, "too_large")


def a_large_body_of_a_stranger_is_not_even_read(caller):
    assert caller.post("/sync/push", content=b" " * (9 * 2**20)).status_code == 401


def a_refusal_that_did_not_read_the_body_costs_the_next_request_nothing(caller):
    text = {"Content-Type": "text/plain"}
    assert {caller.post("/graphql", content=b" " * 60_000, headers=text).status_code for _ in range(150)} == {415}


def a_stranger_is_slowed_where_an_answer_costs_us_and_others_are_not(caller):
    path, limit = "/openapi/openapi.json", PACES["/openapi/openapi.json"]
    answers = [caller.get(path).status_code for _ in range(limit.burst + 3)]
    assert answers[: limit.burst] == [200] * limit.burst
    assert answers[-1] == 429
    assert int(caller.get(path).headers["Retry-After"]) >= 1
    assert caller.get(path, headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 200
    assert caller.get(path, headers={"X-Forwarded-For": "198.51.100.9, 198.51.100.1"}).status_code == 429
