"""All ids under which a row was ever known: its own, and those that stand for it, over any number of merges."""

import json
from collections import defaultdict
from collections.abc import Iterable

from server.store import feed
from server.store.database import Transaction

_STANDING = (
    "SELECT a.id, a.canonical_id FROM aliases a WHERE a.group_id = ? AND EXISTS (SELECT 1 FROM feed f "
    "WHERE f.group_id = a.group_id AND f.id = a.id AND f.kind = 'aliases' AND NOT f.gone)"
)


async def names_of(tx: Transaction, dialect: str, group_id: str, ids: Iterable[str]) -> dict[str, set[str]]:
    """For each id, whichever of a row's it is, all ids of that row; a merge that was taken back does not count."""
    asked = feed.DIALECTS[dialect].ids
    sql = (
        f"WITH RECURSIVE asked(id) AS ({asked}), standing(id, canonical_id) AS ({_STANDING}), "
        "above(asked, id) AS (SELECT id, id FROM asked "
        "UNION SELECT above.asked, s.canonical_id FROM above JOIN standing s ON s.id = above.id), "
        "named(asked, id) AS (SELECT asked, id FROM above "
        "UNION SELECT named.asked, s.id FROM named JOIN standing s ON s.canonical_id = named.id) "
        "SELECT asked, id FROM named"
    )
    [rows] = await tx.run((sql, (json.dumps(sorted(set(ids))), group_id)))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, name in rows:
        found[one].add(name)
    return found
