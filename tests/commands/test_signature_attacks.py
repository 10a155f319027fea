"""Attacks on a signature (docs/document.md, "Attacks"): none moves the visit, none seals, all stand in the inbox."""

import base64
import copy
from datetime import timedelta
from typing import Any

import pytest

from server.domain.ids import uuid7
from tests.commands.signing import STROKES, evidence, jws, signed
from tests.shop import plain
from tests.visits import check_in, ready_visit

P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order n of the curve (SEC 2 §2.4.2)."""


async def attacked(shop: Any, visit: Any, outcome: Any, word: str, code: str) -> Any:
    """What became of the attack: the car stays, nothing will be sealed, the whole command is there to be read."""
    assert (outcome.outcome, outcome.reason.code) == (word, code), outcome
    row = await shop.row("visits", visit.id)
    assert (row["stage"], row["closed_at"]) == ("ready", None)
    assert await shop.promises("seal") == []
    assert "survey" not in {message["event"] for message in await shop.promises()}
    assert [s["state"] for s in await shop.rows("signatures")] == ([] if word == "rejected" else ["kept"])
    review = await shop.row("reviews", outcome.review)
    assert (review["state"], review["outcome"], review["command"]["name"]) == ("open", word, "handover.sign")
    return review


async def pushed(shop: Any, tablet: Any, fields: dict[str, Any]) -> Any:
    """Sends the signature and proves that the inbox holds it to the letter, whatever became of it."""
    outcome = await shop.send(tablet, "handover.sign", **fields)
    assert (await shop.row("reviews", outcome.review))["command"]["fields"] == plain(fields)
    return outcome


@pytest.fixture
async def scene(shop: Any) -> tuple[Any, Any, dict[str, Any]]:
    """A car that is ready, a tablet, and a signature that would hand it over."""
    visit, tablet = await ready_visit(shop), await shop.tablet()
    return visit, tablet, await signed(shop, tablet, visit.id, evidence=evidence(shop))


async def the_scene_is_one_in_which_an_honest_signature_counts(shop, scene):
    visit, tablet, fields = scene
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
    assert (await shop.row("visits", visit.id))["stage"] == "handed_over"
    [row] = await shop.rows("signatures")
    assert row["evidence"] == fields["evidence"]


async def a_swapped_drawing_is_refused(shop, scene):
    visit, tablet, fields = scene
    outcome = await pushed(shop, tablet, fields | {"strokes": STROKES})
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "strokes_hash"}


async def a_document_that_was_edited_after_signing_is_refused(shop, scene):
    visit, tablet, fields = scene
    edited = copy.deepcopy(fields["document"])
    edited["settlement"]["total_fen"] -= 10_000
    outcome = await pushed(shop, tablet, fields | {"document": edited})
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "document_hash"}


async def a_document_with_a_hash_of_its_own_does_not_fit_the_signature(shop, scene):
    visit, tablet, fields = scene
    other = await signed(shop, tablet, visit.id, document=fields["document"] | {"plate": "川B00000"})
    swapped = fields | {name: other[name] for name in ("document", "document_hash")}
    outcome = await pushed(shop, tablet, swapped)
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "payload_document_hash"}


async def a_signature_for_another_visit_is_refused(shop, scene):
    visit, tablet, _ = scene
    elsewhere = await check_in(shop)
    taken = await signed(shop, tablet, elsewhere.id, "contract")
    outcome = await pushed(shop, tablet, taken | {"visit_id": visit.id})
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "payload_visit_id"}


async def a_contract_is_no_handover(shop, scene):
    visit, tablet, fields = scene
    agreed = await signed(shop, tablet, visit.id, "contract", document=fields["document"])
    outcome = await pushed(shop, tablet, agreed | {"purpose": "handover"})
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "payload_purpose"}


@pytest.mark.parametrize("enrolled", [True, False])
async def a_signature_in_the_name_of_another_key_is_refused(shop, scene, enrolled):
    visit, tablet, fields = scene
    thief = await shop.tablet()
    key, thief.key = thief.key, tablet.key
    named = fields | {"jws": jws(thief, fields)}  # signed with our key, says that it was another enrolled tablet's
    if not enrolled:
        thief.id, thief.key = uuid7(), key
        named = fields | {"jws": jws(thief, fields)}
    outcome = await pushed(shop, tablet, named)
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "signature" if enrolled else "kid"}


async def a_tablet_that_no_manager_has_let_in_yet_signs_nothing(shop, scene):
    visit, tablet, fields = scene
    stranger = await shop.tablet()
    stranger.id = uuid7()
    enrol = {"device_id": stranger.id, "name": "?", "public_key": stranger.jwk(), "enrolled_by": shop.people["advisor"]}
    await shop.serve("device.enrol", **enrol, pending=True)
    outcome = await pushed(shop, tablet, fields | {"jws": jws(stranger, fields)})
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "kid"}


@pytest.mark.parametrize("signed_before", [True, False])
async def a_key_that_was_revoked_before_arrival_counts_for_nothing_whatever_its_clock_says(shop, scene, signed_before):
    visit, tablet, fields = scene
    shop.later(hours=1)
    await shop.serve("device.revoke", device_id=tablet.id)
    revoked_at = plain(shop.now)
    if not signed_before:
        shop.later(hours=1)
        fields = await signed(shop, tablet, visit.id, evidence=evidence(shop))
    outcome = await shop.do("advisor", "handover.sign", **fields)
    review = await attacked(shop, visit, outcome, "kept", "device_revoked")
    assert review["command"]["fields"] == plain(fields)
    facts = outcome.reason.facts
    assert set(facts) == {"signed_at", "revoked_at"}
    assert (facts["signed_at"] < facts["revoked_at"]) == signed_before
    assert facts["revoked_at"][:19] == revoked_at[:19]


@pytest.mark.parametrize("malleable", [False, True])
async def a_signature_that_was_heard_before_is_refused_under_another_id(shop, scene, malleable):
    visit, tablet, fields = scene
    paid = {"payment_id": uuid7(), "method": "cash", "amount_fen": 94_000, "paid_at": shop.now}
    await shop.done("manager", "settlement.record_payment", visit_id=visit.id, **paid)
    first = await shop.send(tablet, "handover.sign", **fields)
    again = fields | {"signature_id": uuid7()} | ({"jws": mirrored(fields["jws"])} if malleable else {})
    outcome = await pushed(shop, tablet, again)
    assert (outcome.outcome, outcome.reason.code) == ("rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "replayed", "signature": fields["signature_id"]}
    assert [s["id"] for s in await shop.rows("signatures")] == [fields["signature_id"]]
    assert (await shop.row("visits", visit.id))["stage"] == "ready"
    assert await shop.promises("seal") == []
    known = await shop.do("advisor", "handover.sign", **fields)
    assert (first.outcome, known.outcome) == ("kept", "applied")


async def a_contract_that_counts_cannot_be_sent_again_as_a_new_one(shop):
    visit, tablet = await check_in(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id, "contract")
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
    later = {"signature_id": uuid7(), "jws": mirrored(fields["jws"])}
    why = await shop.refused("advisor", "handover.sign", "bad_signature", **fields | later)
    assert why.facts == {"problem": "replayed", "signature": fields["signature_id"]}
    assert [m["event"] for m in await shop.promises()].count("contract") == 1


def mirrored(token: str) -> str:
    """Another JWS that the same key holds good, made without it: (r, n − s)."""
    head, payload, signature = token.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    s = P256 - int.from_bytes(raw[32:], "big")
    turned = base64.urlsafe_b64encode(raw[:32] + s.to_bytes(32, "big")).rstrip(b"=").decode()
    return f"{head}.{payload}.{turned}"


async def a_document_that_the_server_never_had_is_kept_and_counts_for_nothing(shop, scene):
    visit, tablet, fields = scene
    made_up = copy.deepcopy(fields["document"])
    made_up["settlement"]["total_fen"] = 1
    forged = await signed(shop, tablet, visit.id, document=made_up, evidence=evidence(shop))
    outcome = await pushed(shop, tablet, forged)
    review = await attacked(shop, visit, outcome, "kept", "document_differs")
    assert [d["path"] for d in review["reason"]["facts"]["differences"]] == ["settlement/total_fen"]


@pytest.mark.parametrize("shown", ["another document", "later"])
async def a_document_that_was_not_on_the_screen_is_refused(shop, scene, shown):
    visit, tablet, _ = scene
    bears = evidence(shop)
    bears["shown"] |= {"document_hash": "ab" * 32} if shown == "another document" else {}
    bears["shown"] |= {"at": plain(shop.now + timedelta(seconds=1))} if shown == "later" else {}
    fields = await signed(shop, tablet, visit.id, evidence=bears)
    outcome = await pushed(shop, tablet, fields)
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "payload_shown"}


@pytest.mark.parametrize("forged", ["left out", "put in", "edited", "unreadable"])
async def an_evidence_that_was_not_signed_is_refused(shop, scene, forged):
    visit, tablet, fields = scene
    edited = copy.deepcopy(fields["evidence"])
    edited["identity"]["method"] = "known_phone"
    if forged == "put in":
        fields = await signed(shop, tablet, visit.id) | {"evidence": fields["evidence"]}
    elif forged == "unreadable":
        bare = {name: value for name, value in fields.items() if name != "evidence"}
        fields = bare | {"jws": jws(tablet, fields | {"evidence": {"identity": "me"}})}
    else:
        fields |= {"evidence": None if forged == "left out" else edited}
    outcome = await pushed(shop, tablet, fields)
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "payload_evidence"}


@pytest.mark.parametrize("years", [-2, 2])
async def a_clock_that_is_two_years_off_is_kept_and_counts_for_nothing(shop, scene, years):
    visit, tablet, _ = scene
    at = shop.now + timedelta(days=365 * years)
    bears = evidence(shop, at=at)
    fields = await signed(shop, tablet, visit.id, signed_at=plain(at), evidence=bears)
    outcome = await pushed(shop, tablet, fields)
    review = await attacked(shop, visit, outcome, "kept", "clock_off")
    times = review["reason"]["facts"]
    assert [times[name][:10] for name in ("signed_at", "received_at", "earliest")] == [
        at.date().isoformat(), "2026-11-21", "2026-11-21",
    ]  # fmt: skip
    # A manager who takes its side settles the item; the car stays until somebody signs with a clock that is right.
    seen = {"review_id": review["id"], "seen_rev": review["rev"], "action": "accept_mine"}
    assert (await shop.do("manager", "review.resolve", **seen)).outcome == "applied"
    assert (await shop.row("visits", visit.id))["stage"] == "ready"
    assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"


@pytest.mark.parametrize(("known", "signed_at"), [(26, 0), (30, 30), (20, -5)])
async def a_tablet_that_knew_more_than_its_clock_can_have_known_is_kept(shop, scene, known, signed_at):
    """Hours from now: a pull that has not been yet; with a clock that agrees; a pull long after the signature."""
    visit, tablet, _ = scene
    shop.later(days=3)
    bears = evidence(shop, at=shop.now + timedelta(hours=signed_at))
    bears["server_state"] |= {"known_at": plain(shop.now + timedelta(hours=known))}
    at = plain(shop.now + timedelta(hours=signed_at))
    fields = await signed(shop, tablet, visit.id, signed_at=at, evidence=bears)
    outcome = await pushed(shop, tablet, fields)
    await attacked(shop, visit, outcome, "kept", "clock_off")


@pytest.mark.parametrize("hours", [-23, 23])
async def a_clock_that_is_less_than_a_day_off_counts(shop, scene, hours):
    visit, tablet, _ = scene
    at = shop.now + timedelta(hours=hours)
    fields = await signed(shop, tablet, visit.id, signed_at=plain(at), evidence=evidence(shop, at=at))
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"


async def a_time_at_the_end_of_the_calendar_is_refused_and_breaks_nothing(shop, scene):
    visit, tablet, _ = scene
    bears = evidence(shop)
    bears["server_state"] |= {"known_at": "9999-12-31T23:59:59.999999-14:00"}
    outcome = await pushed(shop, tablet, await signed(shop, tablet, visit.id, evidence=bears))
    await attacked(shop, visit, outcome, "rejected", "bad_signature")
    assert outcome.reason.facts == {"problem": "payload_evidence"}


async def a_signature_that_waited_for_weeks_counts_however_late_it_comes(shop):
    visit, tablet = await check_in(shop), await shop.tablet()
    shop.later(days=2)
    fields = await signed(shop, tablet, visit.id, "contract", evidence=evidence(shop))
    shop.later(days=20)
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
