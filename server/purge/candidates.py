"""Which rows might go, by kind, in the order in which they can; `commands/purges.py` decides about each one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.domain.retention import CLASSES
from server.store.database import Database

AT_ONCE = 100
"""Rows that one transaction takes, with all that hangs on them."""
_YOUNGEST = timedelta(days=366 * CLASSES["repair"].least)
_STORED = (
    "EXISTS (SELECT 1 FROM customers c WHERE c.group_id = t.group_id AND c.id = t.customer_id "
    "AND c.restricted IS NOT NULL)"
)
_NO_YOUNG_VISIT = (
    "NOT EXISTS (SELECT 1 FROM visits v WHERE v.group_id = t.group_id AND v.{column} = t.id "
    "AND (v.closed_at IS NULL OR v.closed_at > ?))"
)


def _years(name: str) -> timedelta:
    return timedelta(days=366 * CLASSES[name].years)


def statements(now: datetime) -> list[tuple[str, str, tuple[object, ...]]]:
    """Kind, condition about table `t`, values. What names others comes first: newer visits before older ones."""
    young = now - _YOUNGEST
    return [
        ("messages", f"t.visit_id IS NULL AND (t.promised_at <= ? OR {_STORED})", (now - _years("messages"),)),
        ("reviews", "t.state = 'resolved' AND t.resolved_at <= ?", (now - _years("reviews"),)),
        ("merge_proposals", "t.state <> 'open' AND t.opened_at <= ?", (now - _years("reviews"),)),
        ("complaints", f"t.state = 'closed' AND (t.closed_at <= ? OR {_STORED})", (now - _years("complaints"),)),
        ("appointments", f"t.visit_id IS NULL AND (t.at <= ? OR {_STORED})", (now - _years("appointments"),)),
        ("visits", f"t.closed_at IS NOT NULL AND (t.closed_at <= ? OR {_STORED})", (young,)),
        ("vehicles", _NO_YOUNG_VISIT.format(column="vehicle_id"), (young,)),
        ("customers", f"(t.restricted IS NOT NULL OR {_NO_YOUNG_VISIT.format(column='customer_id')})", (young,)),
    ]


async def batches(db: Database, group_id: str, now: datetime) -> list[tuple[str, list[str]]]:
    """The ids of each kind, the newest first, in portions."""
    found: list[tuple[str, list[str]]] = []
    for kind, condition, values in statements(now):
        order = "t.closed_at DESC, t.id DESC" if kind == "visits" else "t.id DESC"
        async with db.read() as tx:
            sql = f'SELECT t.id FROM "{kind}" t WHERE t.group_id = ? AND {condition} ORDER BY {order}'
            [rows] = await tx.run((sql, (group_id, *values)))
        found += [(kind, portion) for portion in portions([row_id for (row_id,) in rows])]
    return found


def portions(ids: list[str]) -> Iterator[list[str]]:
    """In pieces of `AT_ONCE`."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


async def unnamed_media(db: Database, group_id: str, but: set[str]) -> list[tuple[str, str]]:
    """Id and SHA-256 of media that nothing names any more, when what is named by `but` alone counts as unnamed.

    Bytes that the command of an open review carries are named.
    """
    waits = "SELECT 1 FROM reviews r WHERE r.group_id = m.group_id AND r.state = 'open' AND "
    waits += "CAST(r.command AS TEXT) LIKE '%' || m.sha256 || '%'"
    async with db.read() as tx:
        media, names = await tx.run(
            (
                f"SELECT m.id, m.sha256, EXISTS ({waits}) FROM media m WHERE m.group_id = ?",
                (group_id,),
            ),
            (
                "SELECT l.key, l.kind, l.id FROM lookups l WHERE l.group_id = ? AND l.key LIKE 'photo:%' "
                "AND l.kind IN ('photos', 'damages', 'findings')",
                (group_id,),
            ),
        )
    kept = {key.removeprefix("photo:") for key, _, row_id in names if row_id not in but}
    return [(media_id, sha) for media_id, sha, held in media if not held and sha not in kept]
