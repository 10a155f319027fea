"""What deletes rows for good: tablets get `gone`, from an empty entry of the feed until the horizon."""

import json
from collections import defaultdict
from typing import Any

from server.store import feed
from server.store.feed import Statement
from server.store.journal import forget_reviewed
from server.store.rows import encode
from server.store.work import Work


def statements(work: Work, dialect: str, group_id: str, position: int) -> tuple[list[Statement], int, set[str]]:
    """What deletes the batch's erased rows, the group's new position, and the stores that must hear of it."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    entries: list[dict[str, Any]] = []
    for (kind, row_id), erased in work.erased.items():
        ids[kind].append(row_id)
        for store_id in sorted(store for store, gone in erased.held.items() if not gone and store != group_id):
            position += 1
            entries.append(
                {
                    "group_id": group_id, "store_id": store_id, "kind": kind, "id": row_id, "parent_id": None,
                    "rev": 0, "position": position, "gone": True, "body": "",
                }
            )  # fmt: skip
    which = feed.DIALECTS[dialect].ids
    past = json.dumps(sorted({*work.forgotten, *(row_id for _, row_id in work.erased)}))
    result = (
        [(f"DELETE FROM history WHERE group_id = ? AND row_id IN ({which})", (group_id, past))] if past != "[]" else []
    )
    result += [statement for kind in ids for statement in _kind(dialect, group_id, kind, sorted(ids[kind]))]
    if entries:
        result.append(feed.insert(dialect, "feed", encode(entries).decode()))
    return result, position, {str(entry["store_id"]) for entry in entries}


def _kind(dialect: str, group_id: str, kind: str, ids: list[str]) -> list[Statement]:
    which, given = feed.DIALECTS[dialect].ids, json.dumps(ids)
    here = f"group_id = ? AND kind = ? AND id IN ({which})"
    found = [
        (f'DELETE FROM "{kind}" WHERE group_id = ? AND id IN ({which})', (group_id, given)),
        (f"DELETE FROM feed WHERE store_id = group_id AND {here}", (group_id, kind, given)),
        (f"UPDATE feed SET body = '', parent_id = NULL WHERE {here}", (group_id, kind, given)),
        (f"DELETE FROM lookups WHERE {here}", (group_id, kind, given)),
    ]
    if kind == "visits":
        found += [(f"DELETE FROM {table} WHERE visit_id IN ({which})", (given,)) for table in ("outbox", "guesses")]
    return found + ([forget_reviewed(dialect, group_id, ids)] if kind == "reviews" else [])
