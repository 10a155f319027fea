"""Whoever knows a record by an id that it no longer goes by finds it at every door."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from server import VERSION, auth, graphql, portal, sync
from server.domain.ids import uuid7
from server.domain.tokens import customer_token
from server.http.caller import provide_caller
from server.http.errors import HANDLERS
from server.media.files import paper
from server.queries.portal import last_change, link_of
from server.settings import Settings
from server.store.database import Database
from server.store.doorbell import Doorbell
from server.store.looks import Looks
from tests.auth.app import hire, new_device, sign_in
from tests.media.pictures import name, picture
from tests.portal.door import unlock
from tests.shop import Shop
from tests.visits import Ids, bill, check_in, decide, estimated, make_phone, move


@pytest.fixture
async def shop(db: Database) -> Shop:
    """A dealership on each engine."""
    return await Shop.open(db)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder and a secret of their own."""
    return Settings(data_dir=str(tmp_path), secret_key="a secret of this test")


@pytest.fixture
async def http(shop: Shop, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The service manager of the first store, signed in on a tablet, before every door."""
    looks, doorbell = Looks(shop.db), Doorbell()
    state = State({"db": shop.db, "bus": shop.bus, "settings": settings, "doorbell": doorbell, "looks": looks})
    app = Litestar(
        [*auth.routes, *graphql.routes, *sync.routes, *portal.routes], exception_handlers=HANDLERS, state=state,
        dependencies={"person": Provide(provide_caller)}, openapi_config=None,
    )  # fmt: skip
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop.test") as client:
        await hire(shop, "boss", "manager")
        await sign_in(client, "boss", new_device())
        yield client


async def asked(http: httpx.AsyncClient, query: str, **ids: str) -> Any:
    """The data of a GraphQL answer without errors."""
    names = ", ".join(f"${name}: UUID!" for name in ids)
    answer = await http.post("/graphql", json={"query": f"query({names}) {{ {query} }}", "variables": ids})
    assert "errors" not in answer.json(), answer.text
    return answer.json()["data"]


async def joined(shop: Shop, visit: Ids) -> str:
    """The id under which a second tablet opened the same visit."""
    second = uuid7()
    outcome = await shop.merged(
        "advisor", "visit.open", None, visit_id=second, vehicle_id=visit.vehicle_id, customer_id=visit.customer_id,
        kind="repair", payer="customer",
    )  # fmt: skip
    assert outcome.merged[0]["result"] == visit.id
    return second


async def two_merges(shop: Shop, kind: str) -> list[str]:
    """Three customers or cars: the first, which somebody had edited, went into the second, and that into the third."""
    visits = [await check_in(shop) for _ in range(3)]
    ids = [getattr(visit, f"{kind}_id") for visit in visits]
    changes = {{"customer": "address", "vehicle": "colour"}[kind]: {"from": None, "to": "白"}}
    await shop.done("manager", f"{kind}.update", **{f"{kind}_id": ids[0]}, changes=changes)
    for merge_id, keep_id in pairwise(ids):
        await shop.done("manager", f"{kind}.merge", keep_id=keep_id, merge_id=merge_id)
    return ids


def journalled(data: Any) -> set[str]:
    """The commands of a page of the journal."""
    return {edge["node"]["id"] for edge in data["journal"]["edges"]}


async def a_customer_and_a_car_two_merges_away_are_found_by_graphql(shop, http):
    for kind in ("customer", "vehicle"):
        *old, kept = await two_merges(shop, kind)
        for one in old:
            data = await asked(http, f"{kind}(id: $id) {{ id visits {{ id }} }} node(id: $id) {{ id }}", id=one)
            assert (data[kind]["id"], data["node"]["id"], len(data[kind]["visits"])) == (kept, kept, 3)


async def a_customer_is_found_however_many_merges_away(shop, http):
    ids = []
    for number in range(8):
        ids.append(uuid7())
        phones = [{"number": make_phone(shop)}]
        await shop.given("manager", "customer.register", customer_id=ids[-1], name=f"客户{number}", phones=phones)
    for merge_id, keep_id in pairwise(ids):
        await shop.given("manager", "customer.merge", keep_id=keep_id, merge_id=merge_id)
    assert (await asked(http, "customer(id: $id) { id }", id=ids[0]))["customer"] == {"id": ids[-1]}


async def a_joined_visit_is_found_and_written_to_by_graphql(shop, http):
    visit = await check_in(shop)
    second = await joined(shop, visit)
    mutation = (
        "mutation($id: UUID!, $v: UUID!) { visitAddConcern(id: $id, input: {visitId: $v, concernId: $id, words: $w}) "
        "{ outcome } }"
    ).replace("$w", '"异响"')
    answer = await http.post("/graphql", json={"query": mutation, "variables": {"id": uuid7(), "v": second}})
    assert answer.json()["data"]["visitAddConcern"] == {"outcome": "APPLIED"}
    data = await asked(http, "visit(id: $id) { id concerns { words } } node(id: $id) { id }", id=second)
    assert data == {"visit": {"id": visit.id, "concerns": [{"words": "异响"}]}, "node": {"id": visit.id}}


@pytest.mark.parametrize("kind", ["customer", "vehicle"])
async def the_journal_and_the_history_of_a_merged_record_are_the_same_under_each_of_its_ids(shop, http, kind):
    ids = await two_merges(shop, kind)
    query = f"""
        journal(subjectId: $id, first: 100) {{ edges {{ node {{ id name fields }} }} }}
        {kind}(id: $id) {{ history(first: 100) {{ field commandId }} }}
    """
    answers = [await asked(http, query, id=one) for one in ids]
    assert answers[0] == answers[1] == answers[2]
    entries = [edge["node"] for edge in answers[0]["journal"]["edges"]]
    assert {e["fields"][f"{kind}_id"] for e in entries if e["name"] == f"{kind}.register"} == set(ids)
    named = {entry["name"]: entry["id"] for entry in entries}
    assert {f"{kind}.update", f"{kind}.merge"} <= named.keys()
    assert named[f"{kind}.update"] in {change["commandId"] for change in answers[0][kind]["history"]}


async def a_merge_that_was_taken_back_is_told_apart_in_journal_and_history(shop, http):
    one, other = await check_in(shop), await check_in(shop)
    keep_id, merge_id = one.customer_id, other.customer_id
    changes = {"address": {"from": None, "to": "锦江区"}}
    before = await shop.done("advisor", "customer.update", customer_id=merge_id, changes=changes)
    await shop.done("manager", "customer.merge", keep_id=keep_id, merge_id=merge_id)
    query = "journal(subjectId: $id, first: 100) { edges { node { id } } } customer(id: $id) { history { commandId } }"
    both = await asked(http, query, id=keep_id)
    assert before.id in journalled(both) & {change["commandId"] for change in both["customer"]["history"]}
    await shop.done("manager", "customer.unmerge", merge_id=merge_id)
    kept, parted = [await asked(http, query, id=one) for one in (keep_id, merge_id)]
    for data, its_own in ((kept, False), (parted, True)):
        assert (before.id in journalled(data)) is its_own
        assert (before.id in {change["commandId"] for change in data["customer"]["history"]}) is its_own


async def the_papers_of_a_joined_visit_lie_under_both_ids(shop, http, settings):
    visit = await estimated(shop)
    second = await joined(shop, visit)
    documents = [(await http.get(f"/visits/{one}/document?purpose=contract")).content for one in (visit.id, second)]
    assert documents[0] == documents[1] != b""
    await decide(shop, visit, "approved", "approved", "declined")
    await move(shop, visit, "awaiting_approval", "repairing")
    await move(shop, visit, "repairing", "quality_check")
    await shop.given("inspector", "quality.pass", visit_id=second, checks=[{"item_code": "QC-01", "ok": True}])
    await bill(shop, visit)
    await move(shop, visit, "settling", "ready")
    await shop.given("manager", "handover.release", visit_id=second, reason="key_drop", note="钥匙投递")
    sealed = paper(settings.data, visit.id, "release")
    sealed.parent.mkdir(parents=True)
    sealed.write_bytes(b"%PDF-1.7 sealed")
    assert (await http.get(f"/visits/{second}/handover.pdf")).content == b"%PDF-1.7 sealed"


async def a_photo_under_a_joined_id_is_the_visits_and_its_store_sees_it(shop, http):
    visit, content, photo_id = await check_in(shop), picture(), uuid7()
    second = await joined(shop, visit)
    await shop.done(
        "manager", "photo.add", photo_id=photo_id, visit_id=second, subject_id=second, sha256=name(content),
        media_type="image/jpeg", bytes=len(content), purpose="other", taken_at=shop.now,
    )  # fmt: skip
    row = await shop.row("photos", photo_id)
    assert (row["visit_id"], row["subject_id"]) == (visit.id, visit.id)
    await http.put(f"/media/{name(content)}", content=content)
    assert (await http.get(f"/media/{name(content)}")).content == content


async def a_tablet_may_push_what_it_did_under_old_ids(shop, http):
    visit, other = await check_in(shop), await check_in(shop)
    second = await joined(shop, visit)
    for kind, keep_id, merge_id in (
        ("customer", visit.customer_id, other.customer_id),
        ("vehicle", visit.vehicle_id, other.vehicle_id),
    ):
        await shop.done("manager", f"{kind}.merge", keep_id=keep_id, merge_id=merge_id)
    owner = {"from": other.customer_id, "to": other.customer_id}
    lines = [
        ("visit.promise", {"visit_id": second, "ready_at": {"from": None, "to": "2026-11-21T10:00:00Z"}}),
        ("customer.tag", {"customer_id": other.customer_id, "add": ["常客"]}),
        ("vehicle.change_owner", {"vehicle_id": other.vehicle_id, "owner_id": owner, "reason": "sale"}),
    ]
    commands = [
        {"seq": seq, "id": uuid7(), "name": name, "issued_at": "2026-11-21T01:02:03Z", "fields": fields}
        for seq, (name, fields) in enumerate(lines, start=1)
    ]
    answer = await http.post("/sync/push", json={"protocol": 1, "app": VERSION, "commands": commands})
    assert [outcome["outcome"] for outcome in answer.json()["outcomes"]] == ["applied"] * 3, answer.text
    rows = await shop.fresh()
    assert rows["visits"][visit.id]["ready_at"] == "2026-11-21T10:00:00Z"
    assert rows["customers"][visit.customer_id]["tags"] == ["常客"]
    assert rows["vehicles"][visit.vehicle_id]["owner_id"] == visit.customer_id


async def a_customers_link_to_a_joined_visit_opens_shows_rings_and_decides(shop, http, settings):
    visit = await estimated(shop)
    token = customer_token(settings.secret, await joined(shop, visit), 1)
    await unlock(http, token, visit.phone)
    page = (await http.get(f"/c/{token}/data")).json()
    assert page["visit_id"] == visit.id
    link = await link_of(shop.db, await joined(shop, visit))
    before = await last_change(shop.db, shop.group_id, link.visit_id, visit.customer_id)
    said = {"decisions": [{"line_id": visit.lines[0], "version": 1, "decision": "approved"}]}
    sent = {"id": uuid7(), "name": "estimate.decide", "fields": said | {"decided_at": "2026-11-21T01:02:03Z"}}
    answer = await http.post(f"/c/{token}/commands", json=sent)
    assert answer.json()["outcome"] == "applied", answer.text
    assert (await shop.row("estimate_lines", visit.lines[0]))["decision"] == "approved"
    assert await last_change(shop.db, shop.group_id, link.visit_id, visit.customer_id) > before


async def a_revoked_link_is_revoked_under_the_joined_id_too(shop, http, settings):
    visit = await estimated(shop)
    token = customer_token(settings.secret, await joined(shop, visit), 1)
    assert (await http.get(f"/c/{token}/data")).status_code == 200
    async with shop.db.write() as tx:
        await tx.run(("UPDATE links SET revoked = true WHERE visit_id = ?", (visit.id,)))
    assert (await http.get(f"/c/{token}/data")).status_code == 404
