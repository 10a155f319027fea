"""What this house knows of a paper that somebody holds: nothing that is not on the paper itself."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from server.documents.amendment import hash_of, in_order, left_with
from server.domain.rows.evidence import Amendment, Signature
from server.domain.rows.visits import Visit
from server.queries.visits import VisitRows, closed_when, visit_rows
from server.store.database import Database, Transaction

UNSTAMPED = "sealed_without_time_stamp"
"""The note on a seal that should carry an authority's time stamp and does not."""
SHORTEST = 16
"""Hex digits of a document's SHA-256 that a paper must at least name; so many stand on each of its pages."""


class KnownPaper(Struct, frozen=True, kw_only=True):
    """A signed document of this house, or what amends one.

    `latest`: nobody signed a newer one of the same kind for the visit, and nothing amends it. `amended_at` is when the
    newest amendment after it was made, `amended_by_hash` that one's document.
    """

    store_name: str
    purpose: str
    state: str
    document_hash: str
    signed_at: datetime
    latest: bool
    amended_at: datetime | None = None
    amended_by_hash: str | None = None


async def unstamped(tx: Transaction) -> int:
    """How many papers were sealed without the time stamp that they should carry."""
    counted = "SELECT count(DISTINCT visit_id) FROM outbox WHERE kind = 'seal' AND last_error = ?"
    [[(count,)]] = await tx.run((counted, (UNSTAMPED,)))
    return count


async def known_paper(db: Database, visit_id: str, document_hash: str) -> KnownPaper | None:
    """The paper of this visit (or of the one that it joined) whose document has this hash, or begins with it."""
    async with db.read() as tx:
        [named] = await tx.run(
            ("SELECT v.group_id, st.name FROM visits v JOIN stores st ON st.id = v.store_id WHERE v.id = ? "
             "UNION ALL SELECT v.group_id, st.name FROM aliases a JOIN visits v ON v.id = a.canonical_id "
             "AND v.group_id = a.group_id JOIN stores st ON st.id = v.store_id WHERE a.id = ?", (visit_id, visit_id)),
        )  # fmt: skip
    for group_id, store_name in named:
        rows = await visit_rows(db, group_id, visit_id)
        if rows is not None:
            return _known(rows, store_name, document_hash)
    return None


async def amended_visit(db: Database, document_hash: str) -> str | None:
    """The visit of an unsigned document that was amended: such a paper itself does not say which visit it is of."""
    async with db.read() as tx:
        [rows] = await tx.run(("SELECT visit_id FROM amendments WHERE amends = ?", (document_hash,)))
    return rows[0][0] if rows else None


def _known(rows: VisitRows, store_name: str, document_hash: str) -> KnownPaper | None:
    """One that counts before one that is kept."""
    closing = left_with(rows.visit, rows.signatures)
    chain = in_order(hash_of(closing), rows.amendments) if closing else []
    signed = sorted(rows.signatures, key=lambda signature: signature.state)
    papers = [*(_signed(one, rows, store_name, chain) for one in signed), *_amendments(chain, store_name)]
    released = _released(rows, store_name, chain)
    papers += [released] if released else []
    return next((paper for paper in papers if paper.document_hash.startswith(document_hash)), None)


def _signed(one: Signature, rows: VisitRows, store_name: str, chain: list[Amendment]) -> KnownPaper:
    newer = any(
        other.purpose == one.purpose and other.state == "accepted" and other.received_at > one.received_at
        for other in rows.signatures
    )
    after = chain[-1] if chain and chain[0].amends == one.document_hash else None
    return KnownPaper(
        store_name=store_name, purpose=one.purpose, state=one.state, document_hash=one.document_hash,
        signed_at=one.signed_at, latest=not newer and after is None, **_after(after),
    )  # fmt: skip


def _released(rows: VisitRows, store_name: str, chain: list[Amendment]) -> KnownPaper | None:
    visit: Visit = rows.visit
    if visit.released_document is None:
        return None
    return KnownPaper(
        store_name=store_name, purpose="handover", state="released", document_hash=hash_of(visit.released_document),
        signed_at=closed_when(rows), latest=not chain, **_after(chain[-1] if chain else None),
    )  # fmt: skip


def _amendments(chain: list[Amendment], store_name: str) -> list[KnownPaper]:
    return [
        KnownPaper(
            store_name=store_name, purpose="amendment", state="accepted", document_hash=one.document_hash,
            signed_at=one.amended_at, latest=one is chain[-1], **_after(None if one is chain[-1] else chain[-1]),
        )
        for one in chain
    ]  # fmt: skip


def _after(amendment: Amendment | None) -> dict[str, Any]:
    if amendment is None:
        return {}
    return {"amended_at": amendment.amended_at, "amended_by_hash": amendment.document_hash}
