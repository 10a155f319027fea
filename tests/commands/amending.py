"""Visits that were handed over, and the fields of `handover.amend` over what they left with."""

from typing import Any

from server.documents.amendment import hash_of, in_order, left_with
from server.domain.ids import uuid7
from server.queries.visits import visit_rows
from tests.commands.signing import signed
from tests.shop import Shop, plain
from tests.visits import Ids, ready_visit


async def handed_over(shop: Shop) -> Ids:
    """A visit that the customer signed for."""
    visit, tablet = await ready_visit(shop), await shop.tablet()
    fields = await signed(shop, tablet, visit.id)
    assert (await shop.send(tablet, "handover.sign", **fields)).outcome == "applied"
    return visit


async def standing(shop: Shop, visit: Ids) -> tuple[str, dict[str, Any]]:
    """The hash of the newest document of the chain, and what the closing document says by it."""
    rows = await visit_rows(shop.db, shop.group_id, visit.id)
    assert rows is not None
    closing = left_with(rows.visit, rows.signatures)
    assert closing is not None
    chain = in_order(hash_of(closing), rows.amendments)
    return (chain[-1].document_hash, chain[-1].document["amended"]) if chain else (hash_of(closing), closing)


async def amending(shop: Shop, visit: Ids, *corrections: tuple[str, Any, Any], **changes: Any) -> dict[str, Any]:
    """The fields of an amendment of the newest document: (path, from, to) each."""
    fields = {
        "visit_id": visit.id, "amendment_id": uuid7(), "amends": (await standing(shop, visit))[0], "reason": "写错了",
        "corrections": [{"path": path, "from": old, "to": new} for path, old, new in corrections],
        "amended_at": plain(shop.now),
    }  # fmt: skip
    return fields | changes
