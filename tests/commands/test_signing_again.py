"""A signature that was kept because the paper had changed: who is told, and what a new signature does about it."""

from server.domain.ids import uuid7
from tests.commands.signing import signed
from tests.visits import estimated, ready_visit


async def kept_signature(shop, purpose="handover"):
    """A visit whose paper changed under a signature on its way; its tablet, the review's id and what was signed."""
    visit, tablet = await (ready_visit if purpose == "handover" else estimated)(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id, purpose)
    await change(shop, visit, purpose)
    outcome = await shop.send(tablet, "handover.sign", **fields)
    assert (outcome.outcome, outcome.reason.code) == ("kept", "document_differs")
    return visit, tablet, outcome.review, fields


async def change(shop, visit, purpose="handover"):
    if purpose == "contract":
        await shop.done("advisor", "visit.add_concern", visit_id=visit.id, concern_id=uuid7(), words="异响")
    else:
        advice = {"advice_id": uuid7(), "text": "下次换机油", "next_km": 60_000}
        await shop.done("advisor", "visit.advise", visit_id=visit.id, **advice)


async def asked(shop):
    return [promise for promise in await shop.promises() if promise["event"] == "sign_again"]


async def a_kept_signature_tells_the_customer_once_however_often_it_arrives(shop):
    visit, _, _, fields = await kept_signature(shop)
    assert [(one["purpose"], one["visit_id"]) for one in await asked(shop)] == [("handover", visit.id)]
    assert (await shop.do("advisor", "handover.sign", **fields)).outcome == "applied"
    assert len(await asked(shop)) == 1


async def a_new_signature_that_counts_closes_the_review_of_the_kept_one(shop):
    for purpose in ("handover", "contract"):
        visit, tablet, review, old = await kept_signature(shop, purpose)
        again = await signed(shop, tablet, visit.id, purpose)
        assert (await shop.send(tablet, "handover.sign", **again)).outcome == "applied"
        row = await shop.row("reviews", review)
        assert (row["state"], row["resolution"], row["resolution_reason"]) == ("resolved", "accept_theirs", None)
        assert row["result"] == {"outcome": "superseded", "signature_id": again["signature_id"]}
        assert (row["resolved_by"], row["resolved_at"] is not None) == (tablet.user_id, True)
        mine = [s for s in await shop.rows("signatures") if s["visit_id"] == visit.id]
        assert [(s["state"], s["document"]) for s in sorted(mine, key=lambda s: s["id"])] == [
            ("kept", old["document"]), ("accepted", again["document"]),
        ]  # fmt: skip


async def a_signature_that_is_kept_as_well_leaves_both_open(shop):
    visit, tablet, review, _ = await kept_signature(shop)
    again = await signed(shop, tablet, visit.id)
    await change(shop, visit)
    second = await shop.send(tablet, "handover.sign", **again)
    assert second.outcome == "kept"
    for one in (review, second.review):
        assert (await shop.row("reviews", one))["state"] == "open"


async def a_handover_that_counts_leaves_a_kept_contract_open(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    contract = await signed(shop, tablet, visit.id, "contract")
    await change(shop, visit, "contract")
    kept = await shop.send(tablet, "handover.sign", **contract)
    assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"
    assert (await shop.row("reviews", kept.review))["state"] == "open"


async def a_signature_of_a_revoked_tablet_is_looked_at_all_the_same(shop):
    visit, tablet, lost = await ready_visit(shop), await shop.tablet(), await shop.tablet()
    fields = await signed(shop, lost, visit.id)
    await shop.serve("device.revoke", device_id=lost.id)
    kept = await shop.do("advisor", "handover.sign", **fields)
    assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"
    assert (await shop.row("reviews", kept.review))["state"] == "open"


async def a_finding_that_changed_is_named_by_the_inspection_template(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    item = {"code": "wiper_blades", "group": "外部", "group_en": "Outside", "position": 1, "name": "雨刮片"}
    await shop.serve("inspection.put", **item, name_en="Wiper blades", unit=None, limits=None, phrases=[])
    fields = await signed(shop, tablet, visit.id)
    found = {"finding_id": uuid7(), "item_code": "wiper_blades", "grade": "yellow", "dtcs": [], "photos": []}
    await shop.done("technician", "finding.record", visit_id=visit.id, **found)
    outcome = await shop.send(tablet, "handover.sign", **fields)
    [said] = outcome.reason.facts["words"]
    assert (said.zh, said.en) == ("新增诊断：雨刮片 注意", "Finding added: Wiper blades, Watch")
