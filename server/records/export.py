"""The records of a period as one JSON text, written page by page: what is complete, and what lacks where."""

from typing import Any, TextIO

import msgspec

from server.queries.pages import Window
from server.records.batch import MOST, Kind, Period, filed_page, without_problems, without_record
from server.store.database import Database


async def export(
    db: Database, group_id: str, kind: Kind, period: Period, store_name: str, out: TextIO
) -> tuple[int, int]:
    """Writes the text; gives how many records are complete, and how many lack something."""
    written, incomplete, after = 0, list[dict[str, Any]](), None
    store = {"id": period.store_id, "name": store_name}
    out.write(_text({"kind": kind, "from": period.first, "to": period.last, "store": store})[:-1] + ',"records":[')
    while True:
        page = await filed_page(db, group_id, kind, period, Window(MOST, after))
        for one in page.filed:
            if one.problems:
                incomplete.append(without_record(one))
            else:
                out.write((",\n" if written else "\n") + _text(without_problems(one)))
                written += 1
        after = page.after
        if after is None:
            break
    out.write('\n],"incomplete":' + _text(incomplete) + "}\n")
    return written, len(incomplete)


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
