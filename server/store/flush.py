"""One flush per batch: every changed row is encoded once, gets its positions, and is projected into its table."""

import json
from collections import defaultdict
from typing import Any

from server.domain.rows.visits import Visit
from server.store import erasure, feed
from server.store.feed import Statement
from server.store.projection import upsert
from server.store.rows import encode, keys_of, parent_of, stores_of
from server.store.work import Key, Work


def statements(work: Work, dialect: str, group_id: str, position: int) -> tuple[list[Statement], int, set[str]]:
    """The statements that write the batch's rows, the group's new position, and the stores that must hear of it."""
    erasing, position, left = erasure.statements(work, dialect, group_id, position)
    entries: list[dict[str, Any]] = []
    lookups: list[dict[str, str]] = []
    bodies: defaultdict[str, list[str]] = defaultdict(list)
    touched: set[str] = set(left)
    for key in work.dirty:
        row = work.rows[key]
        body = encode(row).decode()
        bodies[key[0]].append(body)
        lookups += [{"group_id": group_id, "key": word, "kind": key[0], "id": key[1]} for word in keys_of(row)]
        for store_id, gone in holders(work, key, row, group_id).items():
            position += 1
            touched.add(store_id)
            entries.append(
                {
                    "group_id": group_id, "store_id": store_id, "kind": key[0], "id": key[1],
                    "parent_id": parent_of(row), "rev": row.rev, "position": position, "gone": gone, "body": body,
                }
            )  # fmt: skip
    if not entries:
        return erasing, position, touched
    result = [
        *erasing,
        feed.insert(dialect, "feed", encode(entries).decode()),
        feed.forget_keys(dialect, group_id, json.dumps([row_id for _, row_id in work.dirty])),
    ]
    if lookups:
        result.append(feed.insert(dialect, "lookups", encode(lookups).decode()))
    past = [entry | {"group_id": group_id} for entry in work.history if entry["row_id"] not in work.forgotten]
    if past:
        result.append(feed.insert(dialect, "history", encode(past).decode()))
    result += [(upsert(kind, dialect), (group_id, f"[{','.join(rows)}]")) for kind, rows in bodies.items()]
    return result, position, touched - {group_id}


def missing_parents(work: Work) -> set[str]:
    """Visits that must be loaded to know which stores hold the changed rows."""
    parents = {parent_of(work.rows[key]) for key in work.dirty} - {None}
    return {str(visit_id) for visit_id in parents if ("visits", visit_id) not in work.rows}


def holders(work: Work, key: Key, row: Any, group_id: str) -> dict[str, bool]:
    """Each store that holds or held the row, and whether it is gone there; the group holds what no tablet does."""
    parent_id = parent_of(row)
    parent = work.rows.get(("visits", parent_id)) if parent_id else None
    now_in = stores_of(row, work.group_stores, parent) or [group_id]
    before = work.held.get(key, {})
    hidden = work.hidden.get(key)
    after = {store_id: True for store_id in before if store_id not in now_in}
    for store_id in now_in:
        after[store_id] = _is_gone(work, store_id, before, hidden, parent)
    work.held[key] = after
    return after


def _is_gone(work: Work, store_id: str, before: dict[str, bool], hidden: bool | None, parent: Visit | None) -> bool:
    if hidden is not None:
        return hidden
    if before:
        # Gone from one store alone: it had left that scope and comes back. Gone from all: merged or swept.
        return all(before.values())
    return parent is not None and store_id == parent.store_id and work.is_gone(parent)
