"""Rows by id, rows that hang on visits, rows that belong to someone: read from the feed, aliases followed."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from server.domain.rows import WIRE
from server.queries.sight import Sight
from server.store import feed
from server.store.database import Database, Rows, Transaction
from server.store.rows import DECODERS

MERGEABLE = frozenset({"customers", "vehicles"})
"""Kinds of which a row that every store has lost was merged away; any other row stays readable for ever."""

_FEED = "JOIN feed f ON f.group_id = t.group_id AND f.kind = ? AND f.id = t.id"


async def rows_by_id(db: Database, sight: Sight, kind: str, ids: Iterable[str]) -> dict[str, Any]:
    """The rows of a kind under the ids they were asked for, without unknown ones and those not the person's to see."""
    async with db.read() as tx:
        return await read(tx, db.dialect, sight, kind, ids)


async def read(tx: Transaction, dialect: str, sight: Sight, kind: str, ids: Iterable[str]) -> dict[str, Any]:
    """`rows_by_id` inside a snapshot that is already open."""
    asked: dict[str, str] = {row_id: row_id for row_id in ids}
    found: dict[str, Any] = {}
    while asked:
        [rows] = await tx.run(feed.by_ids(dialect, sight.group_id, json.dumps(sorted(set(asked.values())))))
        bodies = _live(rows, sight)
        found |= {mine: row for mine, row_id in asked.items() if (row := bodies.get((kind, row_id)))}
        aliases = {mine: bodies.get(("aliases", row_id)) for mine, row_id in asked.items() if mine not in found}
        asked = {mine: alias.canonical_id for mine, alias in aliases.items() if alias and alias.type == kind}
    return found


async def row_of_any_kind(db: Database, sight: Sight, row_id: str) -> Any | None:
    """The row with this id, of whichever kind tablets receive."""
    async with db.read() as tx:
        return await any_of(tx, db.dialect, sight, row_id)


async def any_of(tx: Transaction, dialect: str, sight: Sight, row_id: str) -> Any | None:
    """`row_of_any_kind` inside a snapshot that is already open."""
    [rows] = await tx.run(feed.by_ids(dialect, sight.group_id, json.dumps([row_id])))
    live = _live(rows, sight)
    if alias := live.pop(("aliases", row_id), None):
        return (await read(tx, dialect, sight, alias.type, [row_id])).get(row_id)
    return next((row for (kind, _), row in live.items() if kind in WIRE), None)


def _live(rows: Rows, sight: Sight) -> dict[tuple[str, str], Any]:
    """Each row once, by kind and id, as the person sees it, without what was merged away."""
    gone: dict[tuple[str, str], bool] = {}
    bodies: dict[tuple[str, str], Any] = {}
    stores: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for kind, row_id, store_id, left, body in rows:
        gone[kind, row_id] = gone.get((kind, row_id), True) and bool(left)
        bodies[kind, row_id] = body
        stores[kind, row_id].add(store_id)
    seen = {
        key: sight.shown(DECODERS[key[0]].decode(body))
        for key, body in bodies.items()
        if not (gone[key] and (key[0] in MERGEABLE or key[0] == "aliases")) and sight.may_open(key[0], stores[key])
    }
    return {key: row for key, row in seen.items() if row is not None}


async def hanging_on(db: Database, sight: Sight, kind: str, visit_ids: Iterable[str]) -> dict[str, list[Any]]:
    """All rows of a kind that hang on each visit of those that the person sees, in the order of their ids."""
    if sight.reach(kind) == "none":
        return {}
    which = feed.DIALECTS[db.dialect].ids
    sql = (
        "SELECT DISTINCT parent_id, id, body FROM feed "
        f"WHERE group_id = ? AND kind = ? AND parent_id IN ({which}) ORDER BY parent_id, id"
    )
    async with db.read() as tx:
        [rows] = await tx.run((sql, (sight.group_id, kind, json.dumps(sorted(set(visit_ids))))))
    return _grouped(kind, rows, sight)


async def belonging_to(
    db: Database, sight: Sight, kind: str, column: str, newest: str, owners: Iterable[str], first: int
) -> dict[str, list[Any]]:
    """The newest `first` rows of a kind for each id in this column of its table, such as the visits of vehicles.

    `newest` is the column that says which are newest.
    """
    which = feed.DIALECTS[db.dialect].ids
    seen = sight.conditions(kind)
    ranked = (
        f"SELECT t.{column} AS owner, t.id, f.body, row_number() OVER (PARTITION BY t.{column} "
        f'ORDER BY t.{newest} DESC, t.id DESC) AS n FROM "{kind}" t {_FEED} '
        f"WHERE t.group_id = ? AND t.{column} IN ({which}) AND f.store_id = ({_holder(kind)})"
        + "".join(f" AND {words}" for words, _ in seen)
    )
    sql = f"SELECT owner, id, body FROM ({ranked}) AS ranked WHERE n <= ? ORDER BY owner, n"
    async with db.read() as tx:
        values = (kind, sight.group_id, json.dumps(sorted(set(owners))), *(v for _, more in seen for v in more), first)
        [rows] = await tx.run((sql, values))
    return _grouped(kind, rows, sight)


def _holder(kind: str) -> str:
    """One store that holds the row, of several; of none that was merged away."""
    live = "AND NOT h.gone " if kind in MERGEABLE else ""
    one = "SELECT h.store_id FROM feed h WHERE h.group_id = t.group_id AND h.kind = f.kind AND h.id = t.id"
    return f"{one} {live}ORDER BY h.store_id LIMIT 1"


def _grouped(kind: str, rows: Rows, sight: Sight) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for owner, _, body in rows:
        if (row := sight.shown(DECODERS[kind].decode(body))) is not None:
            found[owner].append(row)
    return found
