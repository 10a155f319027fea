"""A signature over a document that no longer says what stands here: what differs, who is told, what takes its place."""

from typing import Any

from server.commands.registry import By
from server.documents.difference_words import in_words
from server.documents.differences import differences
from server.documents.document import canonical, sha256_hex
from server.documents.labels import Words
from server.documents.plain_words import item_codes
from server.domain.ids import derived
from server.domain.reasons import Reason, cause
from server.domain.rows.catalogue import InspectionItem
from server.domain.rows.evidence import Signature
from server.domain.rows.inbox import Cause, Review
from server.domain.rows.visits import Visit
from server.store.loading import NotLoaded
from server.store.work import Work

DOUBTED = (Reason.DEVICE_REVOKED, Reason.CLOCK_OFF)
"""Why a signature was kept that says something about the tablet and not about the paper."""
MOST_ITEMS = 1000
"""Inspection items looked up by name; a template has far fewer, and a foreign document may name anything."""


def differing(work: Work, visit: Visit, signed: dict[str, Any], current: dict[str, Any]) -> Cause:
    """The cause with `differences` and `words`, which tablets show as they are, also offline.

    `current_hash` lets them say that the paper has changed once more since.
    """
    found = differences(signed, current)
    codes = sorted({*item_codes(signed), *item_codes(current)})[:MOST_ITEMS]
    words = in_words(
        found, signed, current, item_names=_item_names(work, codes), time_zone=work.zones[visit.store_id]
    )  # fmt: skip
    return cause(
        Reason.DOCUMENT_DIFFERS,
        "visits",
        visit.id,
        differences=found,
        words=words,
        current_hash=sha256_hex(canonical(current)),
    )


def ask_again(work: Work, signature: Signature) -> None:
    """The customer is told that this signature does not count yet; of several that wait, one message goes out."""
    told = f"sign_again:{signature.visit_id}:{signature.purpose}"
    work.promise("message", signature.visit_id, told, event="sign_again", purpose=signature.purpose)


def supersede(work: Work, by: By, signature: Signature) -> None:
    """Signatures kept for a person have got one in their place that counts: they stay as evidence, nobody need look.

    One that is doubted is looked at all the same.
    """
    before = [s for s in work.children(Signature, signature.visit_id) if s.purpose == signature.purpose]
    if not any(s.state == "kept" for s in before):
        return
    kept = {s.id for s in before if s.state == "kept"}
    for review in work.by_key(Review, f"signed:{signature.visit_id}"):
        if review.command.fields["signature_id"] in kept and review.reason.code not in DOUBTED:
            work.change(
                review, state="resolved", resolution="accept_theirs", resolved_by=by.user_id, resolved_at=work.now,
                result={"outcome": "superseded", "signature_id": signature.id},
            )  # fmt: skip


def _item_names(work: Work, codes: list[str]) -> dict[str, Words]:
    ids = {derived("inspection", code): code for code in codes}
    if missing := set(ids) - work.loaded_ids:
        raise NotLoaded(ids=missing)
    items = {code: work.find(InspectionItem, item_id) for item_id, code in ids.items()}
    return {code: Words(item.name, item.name_en) for code, item in items.items() if item is not None}
