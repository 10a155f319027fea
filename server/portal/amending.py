"""What was put right after the car left: each amendment in words, the newest first."""

from datetime import datetime

from msgspec import Struct

from server.documents.amendment import hash_of, in_order, left_with
from server.documents.amendment_words import put_right
from server.documents.difference_words import Change
from server.documents.labels import Words
from server.queries.portal import Surroundings
from server.queries.visits import VisitRows


class Amended(Struct, frozen=True):
    """One amendment; `href` leads to its sealed paper, null until that is there."""

    id: str
    amended_at: datetime
    reason: str
    changes: list[Change]
    href: str | None


def amendments(rows: VisitRows, around: Surroundings) -> list[Amended]:
    """The chain of amendments, the newest first."""
    closing = left_with(rows.visit, rows.signatures)
    chain = in_order(hash_of(closing), rows.amendments) if closing else []
    names = {code: Words(item.name, item.name_en) for code, item in around.items.items()}
    return [
        Amended(
            one.id, one.amended_at, one.reason,
            put_right(one.document, item_names=names, time_zone=around.store.time_zone),
            f"amendments/{one.id}.pdf" if one.pdf_sha256 else None,
        )
        for one in reversed(chain)
    ]  # fmt: skip
