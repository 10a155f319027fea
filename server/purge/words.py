"""What the journal said of things that are gone: emptied, entry by entry; the chain still holds."""

from datetime import datetime
from typing import Any

import msgspec

from server.domain.retention import FORGOTTEN_AFTER
from server.store import feed
from server.store.database import Database
from server.store.journal import forget

NAMES = frozenset(
    {
        "customer_id", "vehicle_id", "visit_id", "appointment_id", "complaint_id", "line_id", "finding_id", "photo_id",
        "review_id", "message_id", "proposal_id", "keep_id", "merge_id", "owner_id", "signature_id", "damage_id",
    }
)  # fmt: skip
"""Fields of commands that name rows which can be purged."""
_ABOUT_CONSENT = ("customer.set_consent", "customer.restrict")
AT_ONCE = 500


async def forgettable(db: Database, group_id: str, now: datetime, gone: set[str]) -> list[list[int]]:
    """The entries, in portions, whose command named something that is not there any more, `gone` thought away.

    Of a customer whose record is only stored, what commands said about the customer goes too, but for the will itself.
    """
    stored = "SELECT id FROM customers WHERE group_id = ? AND restricted IS NOT NULL"
    found: list[list[int]] = []
    last = 0
    while True:
        async with db.read() as tx:
            rows, hidden = await tx.run(
                (
                    "SELECT n, name, fields, review_id FROM journal WHERE group_id = ? AND n > ? AND salt IS NOT NULL "
                    f"AND received_at <= ? ORDER BY n LIMIT {AT_ONCE}",
                    (group_id, last, now - FORGOTTEN_AFTER),
                ),
                (stored, (group_id,)),
            )
            named = {n: _named(fields, review) for n, _, fields, review in rows}
            asked = msgspec.json.encode(sorted({one for ids in named.values() for one in ids})).decode()
            [there] = await tx.run(feed.by_ids(db.dialect, group_id, asked))
        known = {row_id for _, row_id, *_ in there} - gone
        kept = {row_id for (row_id,) in hidden}
        emptied = [n for n, name, *_ in rows if named[n] - known or (_is_personal(name) and named[n] & kept)]
        found += [emptied] if emptied else []
        if len(rows) < AT_ONCE:
            return found
        last = rows[-1][0]


async def empty(db: Database, group_id: str, portion: list[int]) -> None:
    """Empties these entries."""
    async with db.write() as tx:
        await tx.finish(forget(group_id, portion))


def _is_personal(name: str) -> bool:
    return name.startswith("customer.") and name not in _ABOUT_CONSENT


def _named(fields: str, review: str | None) -> set[str]:
    said: dict[str, Any] = msgspec.json.decode(fields)
    found = {review} if review else set[str]()
    for name, value in said.items():
        if name in NAMES:
            each: list[Any] = list(value.values()) if isinstance(value, dict) else [value]
            found.update(one for one in each if isinstance(one, str))
    return found
