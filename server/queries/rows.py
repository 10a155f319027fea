"""Rows by id, rows that hang on visits, rows that belong to someone: read from the feed, aliases followed."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from server.domain.rows import WIRE
from server.store import feed
from server.store.database import Database, Rows, Transaction
from server.store.rows import DECODERS

MERGEABLE = frozenset({"customers", "vehicles"})
"""Kinds of which a row that every store has lost was merged away; any other row stays readable for ever."""

_FEED = "JOIN feed f ON f.group_id = t.group_id AND f.kind = ? AND f.id = t.id"


async def rows_by_id(db: Database, group_id: str, kind: str, ids: Iterable[str]) -> dict[str, Any]:
    """The rows of a kind under the ids they were asked for; an id that is unknown here is left out."""
    async with db.read() as tx:
        return await read(tx, db.dialect, group_id, kind, ids)


async def read(tx: Transaction, dialect: str, group_id: str, kind: str, ids: Iterable[str]) -> dict[str, Any]:
    """`rows_by_id` inside a snapshot that is already open."""
    asked: dict[str, str] = {row_id: row_id for row_id in ids}
    found: dict[str, Any] = {}
    while asked:
        [rows] = await tx.run(feed.by_ids(dialect, group_id, json.dumps(sorted(set(asked.values())))))
        bodies = _live(rows)
        found |= {mine: row for mine, row_id in asked.items() if (row := bodies.get((kind, row_id)))}
        aliases = {mine: bodies.get(("aliases", row_id)) for mine, row_id in asked.items() if mine not in found}
        asked = {mine: alias.canonical_id for mine, alias in aliases.items() if alias and alias.type == kind}
    return found


async def row_of_any_kind(db: Database, group_id: str, row_id: str) -> Any | None:
    """The row with this id, of whichever kind tablets receive."""
    async with db.read() as tx:
        [rows] = await tx.run(feed.by_ids(db.dialect, group_id, json.dumps([row_id])))
        live = _live(rows)
        if alias := live.pop(("aliases", row_id), None):
            return (await read(tx, db.dialect, group_id, alias.type, [row_id])).get(row_id)
    return next((row for (kind, _), row in live.items() if kind in WIRE), None)


def _live(rows: Rows) -> dict[tuple[str, str], Any]:
    """Each row once, by kind and id, without what was merged away."""
    gone: dict[tuple[str, str], bool] = {}
    bodies: dict[tuple[str, str], Any] = {}
    for kind, row_id, _, left, body in rows:
        gone[kind, row_id] = gone.get((kind, row_id), True) and bool(left)
        bodies[kind, row_id] = body
    return {
        key: DECODERS[key[0]].decode(body)
        for key, body in bodies.items()
        if not (gone[key] and (key[0] in MERGEABLE or key[0] == "aliases"))
    }


async def hanging_on(db: Database, group_id: str, kind: str, visit_ids: Iterable[str]) -> dict[str, list[Any]]:
    """All rows of a kind that hang on each visit, in the order of their ids."""
    which = feed.DIALECTS[db.dialect].ids
    sql = (
        "SELECT DISTINCT parent_id, id, body FROM feed "
        f"WHERE group_id = ? AND kind = ? AND parent_id IN ({which}) ORDER BY parent_id, id"
    )
    async with db.read() as tx:
        [rows] = await tx.run((sql, (group_id, kind, json.dumps(sorted(set(visit_ids))))))
    return _grouped(kind, rows)


async def belonging_to(
    db: Database, group_id: str, kind: str, column: str, newest: str, owners: Iterable[str], first: int
) -> dict[str, list[Any]]:
    """The newest `first` rows of a kind for each id in this column of its table, such as the visits of vehicles.

    `newest` is the column that says which are newest.
    """
    which = feed.DIALECTS[db.dialect].ids
    ranked = (
        f"SELECT t.{column} AS owner, t.id, f.body, row_number() OVER (PARTITION BY t.{column} "
        f'ORDER BY t.{newest} DESC, t.id DESC) AS n FROM "{kind}" t {_FEED} '
        f"WHERE t.group_id = ? AND t.{column} IN ({which}) AND f.store_id = ({_holder(kind)})"
    )
    sql = f"SELECT owner, id, body FROM ({ranked}) AS ranked WHERE n <= ? ORDER BY owner, n"
    async with db.read() as tx:
        [rows] = await tx.run((sql, (kind, group_id, json.dumps(sorted(set(owners))), first)))
    return _grouped(kind, rows)


def _holder(kind: str) -> str:
    """One store that holds the row, of several; of none that was merged away."""
    live = "AND NOT h.gone " if kind in MERGEABLE else ""
    one = "SELECT h.store_id FROM feed h WHERE h.group_id = t.group_id AND h.kind = f.kind AND h.id = t.id"
    return f"{one} {live}ORDER BY h.store_id LIMIT 1"


def _grouped(kind: str, rows: Rows) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for owner, _, body in rows:
        found[owner].append(DECODERS[kind].decode(body))
    return found
