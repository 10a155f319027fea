"""What this house knows of a paper that somebody holds: nothing that is not on the paper itself."""

from datetime import datetime

from msgspec import Struct

from server.store.database import Database, Transaction

UNSTAMPED = "sealed_without_time_stamp"
"""The note on a seal that should carry an authority's time stamp and does not."""
SHORTEST = 16
"""Hex digits of a document's SHA-256 that a paper must at least name; so many stand on each of its pages."""


class KnownPaper(Struct, frozen=True):
    """A signed document of this house. `latest`: nobody signed a newer one of the same kind for the visit."""

    store_name: str
    purpose: str
    state: str
    document_hash: str
    signed_at: datetime
    sealed_at: datetime | None
    pdf_sha256: str | None
    latest: bool


async def unstamped(tx: Transaction) -> int:
    """How many papers were sealed without the time stamp that they should carry."""
    counted = "SELECT count(DISTINCT visit_id) FROM outbox WHERE kind = 'seal' AND last_error = ?"
    [[(count,)]] = await tx.run((counted, (UNSTAMPED,)))
    return count


async def known_paper(db: Database, visit_id: str, document_hash: str) -> KnownPaper | None:
    """The paper of this visit (or of the one that it joined) whose document has this hash, or begins with it."""
    columns = (
        "SELECT st.name, s.purpose, s.state, s.document_hash, s.signed_at, s.sealed_at, s.pdf_sha256, NOT EXISTS ("
        "SELECT 1 FROM signatures n WHERE n.visit_id = s.visit_id AND n.purpose = s.purpose "
        "AND n.state = 'accepted' AND n.received_at > s.received_at) "
        "FROM signatures s JOIN visits v ON v.id = s.visit_id JOIN stores st ON st.id = v.store_id "
    )
    like, first = f"{document_hash}%", " ORDER BY s.state"  # one that counts before one that is kept
    async with db.read() as tx:
        own, joined = await tx.run(
            (columns + "WHERE s.visit_id = ? AND s.document_hash LIKE ?" + first, (visit_id, like)),
            (
                columns + "JOIN aliases a ON a.group_id = s.group_id AND a.canonical_id = s.visit_id "
                "WHERE a.id = ? AND s.document_hash LIKE ?" + first,
                (visit_id, like),
            ),
        )
    rows = own or joined
    return KnownPaper(*rows[0][:7], latest=bool(rows[0][7])) if rows else None
