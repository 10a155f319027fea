"""The handover: a signature over exactly this document, or a release that says why there is none."""

import pytest

from server.domain.ids import uuid7
from tests.commands.signing import STROKES, document, jws, signed
from tests.visits import advance_to, bill, check_in, decide, estimated, move, ready_visit, settling


async def a_signature_over_the_document_as_it_stands_hands_the_car_over(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id)
    outcome = await shop.send(tablet, "handover.sign", **fields)
    assert outcome.outcome == "applied", outcome
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["closed_at"] is not None) == ("handed_over", True)
    [signature] = await shop.rows("signatures")
    assert (signature["state"], signature["device_id"], signature["document"]) == (
        "accepted", tablet.id, fields["document"],
    )  # fmt: skip
    assert [p["dedupe"] for p in await shop.promises("seal")] == [f"seal:{visit.id}"]
    assert (await shop.do("advisor", "handover.sign", **fields)).outcome == "applied"
    other = await signed(shop, tablet, visit.id, signature_id=fields["signature_id"])
    why = await shop.refused("advisor", "handover.sign", "id_taken", **other)
    assert (why.subject.type, why.facts) == ("signatures", {"fields": ["jws"]})


async def a_contract_is_signed_at_any_stage_and_moves_none(shop):
    tablet = await shop.tablet()
    for visit in (await check_in(shop), await estimated(shop)):
        stage = (await shop.row("visits", visit.id))["stage"]
        fields = await signed(shop, tablet, visit.id, "contract")
        assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
        assert (await shop.row("visits", visit.id))["stage"] == stage
    assert [m["event"] for m in await shop.promises()].count("contract") == 2


async def a_document_that_changed_meanwhile_is_kept_with_its_differences(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id)
    paid = {"payment_id": uuid7(), "method": "cash", "amount_fen": 94_000, "paid_at": shop.now}
    await shop.done("manager", "settlement.record_payment", visit_id=visit.id, **paid)
    outcome = await shop.send(tablet, "handover.sign", **fields)
    assert (outcome.outcome, outcome.reason.code) == ("kept", "document_differs")
    review = await shop.row("reviews", outcome.review)
    [difference] = review["reason"]["facts"]["differences"]
    assert difference["path"].startswith("payments")
    assert review["reason"]["facts"]["words"] == [
        {
            "path": difference["path"],
            "zh": "新增付款：现金 940.00 元",
            "en": "Payment added: Cash ¥940.00",
            "kind": "added",
        }
    ]
    assert (await shop.row("visits", visit.id))["stage"] == "ready"
    assert [s["state"] for s in await shop.rows("signatures")] == ["kept"]
    assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"


async def a_document_under_a_joined_id_counts(shop):
    visit, tablet, second = await check_in(shop), await shop.tablet(), uuid7()
    opening = {"vehicle_id": visit.vehicle_id, "customer_id": visit.customer_id, "kind": "repair", "payer": "customer"}
    await shop.merged("advisor", "visit.open", None, visit_id=second, **opening)
    fields = await signed(shop, tablet, second, "contract")
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
    assert [s["visit_id"] for s in await shop.rows("signatures")] == [visit.id]


async def a_second_signature_of_a_car_that_left_is_kept(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    first, second = await signed(shop, tablet, visit.id), await signed(shop, tablet, visit.id)
    assert (await shop.send(tablet, "handover.sign", **first)).outcome == "applied"
    outcome = await shop.send(tablet, "handover.sign", **second)
    assert (outcome.outcome, outcome.reason.code) == ("kept", "wrong_stage")
    assert sorted(s["state"] for s in await shop.rows("signatures")) == ["accepted", "kept"]


@pytest.mark.parametrize("stage", ["checked_in", "repairing", "settling"])
async def a_handover_signed_too_early_is_kept(shop, stage):
    visit, tablet = await advance_to(shop, stage), await shop.tablet()
    outcome = await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))
    assert (outcome.outcome, outcome.reason.code) == ("kept", "wrong_stage")
    assert outcome.reason.facts == {"current": stage, "wanted": "handed_over"}


async def a_signature_of_a_tablet_that_was_revoked_is_kept(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id)
    await shop.serve("device.revoke", device_id=tablet.id)
    outcome = await shop.do("advisor", "handover.sign", **fields)
    assert (outcome.outcome, outcome.reason.code, outcome.reason.subject.id) == ("kept", "device_revoked", tablet.id)
    assert (await shop.row("visits", visit.id))["stage"] == "ready"


async def a_signature_that_proves_nothing_is_refused_and_stands_in_the_inbox(shop):
    visit, tablet, stranger = await ready_visit(shop), await shop.tablet(), await shop.tablet()
    fields = await signed(shop, tablet, visit.id)
    stranger.id, unknown = tablet.id, uuid7()
    for changes, problem in (
        ({"document": fields["document"] | {"plate": "川B00000"}}, "document_hash"),
        ({"strokes": STROKES | {"lines": []}}, "strokes"),
        ({"strokes": STROKES | {"width": 601}}, "strokes_hash"),
        ({"jws": "a.b"}, "jws"),
        ({"jws": jws(stranger, fields)}, "signature"),
        ({"signer": {"name": "李四", "role": "bringer"}}, "payload_signer_name"),
        ({"signed_at": "2026-11-21T00:00:00Z"}, "payload_signed_at"),
    ):
        why = await shop.refused("advisor", "handover.sign", "bad_signature", **fields | changes)
        assert (why.subject.id, why.facts) == (fields["signature_id"], {"problem": problem})
    tablet.id = unknown
    why = await shop.refused("advisor", "handover.sign", "bad_signature", **await signed(shop, tablet, visit.id))
    assert why.facts == {"problem": "kid"}


async def a_bill_that_lacks_an_approved_line_hands_nothing_over(shop):
    visit, tablet = await settling(shop), await shop.tablet()
    assert (await bill(shop, visit, total_fen=18_000, lines=1)).outcome == "applied"
    await move(shop, visit, "settling", "ready")
    outcome = await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))
    assert (outcome.reason.code, outcome.reason.facts) == ("approved_line_missing", {"lines": [visit.lines[1]]})
    release = {"visit_id": visit.id, "reason": "refused", "note": "客户拒签"}
    await shop.refused("advisor", "handover.release", "approved_line_missing", **release)
    await shop.done("advisor", "estimate.drop_line", line_id=visit.lines[1], seen_version=1, reason="免单")
    await shop.done("advisor", "handover.release", **release)


async def a_bill_with_a_line_that_was_dropped_hands_nothing_over(shop):
    visit = await ready_visit(shop)
    await shop.done("advisor", "estimate.drop_line", line_id=visit.lines[0], seen_version=1, reason="免单")
    release = {"visit_id": visit.id, "reason": "key_drop", "note": "钥匙投递"}
    why = await shop.refused("advisor", "handover.release", "not_approved", **release)
    assert why.facts == {"lines": [visit.lines[0]]}


async def a_visit_without_approved_lines_needs_no_quality_pass(shop):
    visit = await estimated(shop)
    await decide(shop, visit, "declined", "declined", "declined")
    await move(shop, visit, "awaiting_approval", "settling")
    await bill(shop, visit, total_fen=0, lines=0)
    await move(shop, visit, "settling", "ready")
    await shop.done("advisor", "handover.release", visit_id=visit.id, reason="refused", note="没修")


async def a_release_hands_the_car_over_and_says_why(shop):
    visit = await ready_visit(shop)
    fields = {"visit_id": visit.id, "reason": "key_drop", "witness": "李四", "note": "钥匙投递"}
    for role in ("advisor", "manager"):
        await shop.done(role, "handover.release", **fields)
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["release"]["reason"], row["release"]["witness"]) == ("handed_over", "key_drop", "李四")
    assert len(await shop.promises("seal")) == 1
    outcome = await shop.do("manager", "handover.release", **fields | {"note": "钥匙在前台"})
    assert (outcome.outcome, outcome.merged[0]["theirs"]["note"]) == ("merged", "钥匙投递")
    assert outcome.merged[0]["yours"]["note"] == "钥匙在前台"


@pytest.mark.parametrize("stage", ["checked_in", "repairing", "settling", "cancelled"])
async def a_release_needs_a_car_that_is_ready(shop, stage):
    visit = await advance_to(shop, stage)
    fields = {"visit_id": visit.id, "reason": "refused", "note": "客户拒签"}
    why = await shop.refused("advisor", "handover.release", "wrong_stage", **fields)
    assert why.facts == {"current": stage, "wanted": "handed_over"}


async def a_seal_is_noted_on_the_signature_and_tells_the_customer(shop):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id)
    await shop.send(tablet, "handover.sign", **fields)
    seal = {"visit_id": visit.id, "signature_id": fields["signature_id"], "pdf_sha256": "ab" * 32}
    for _ in range(2):
        await shop.serve("handover.seal", **seal)
    [signature] = await shop.rows("signatures")
    assert (signature["pdf_sha256"], signature["sealed_at"] is not None) == ("ab" * 32, True)
    assert [m["event"] for m in await shop.promises()].count("document") == 1


async def a_contract_says_what_was_agreed(shop):
    visit = await estimated(shop)
    agreed = await document(shop, visit.id, "contract")
    assert [line["id"] for line in agreed["lines"]] == sorted(visit.lines)
