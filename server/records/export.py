"""The records of a period as one JSON text, written page by page: what is complete, and what lacks where."""

from typing import Any, TextIO

import msgspec
from msgspec import Struct

from server.queries.pages import Window
from server.records.batch import MOST, Kind, Period, filed_page, without_problems, without_record
from server.store.database import Database


class Written(Struct, frozen=True):
    """How many records are complete, how many lack something, and whose they are, each customer once."""

    complete: int
    incomplete: int
    customers: list[str]


async def export(
    db: Database, group_id: str, kind: Kind, period: Period, store_name: str, out: TextIO, mark: object = None
) -> Written:
    """Writes the text; `mark` stands first in it, as `export`."""
    complete, incomplete, customers = 0, list[dict[str, Any]](), dict[str, None]()
    head = {"export": mark} if mark is not None else {}
    store = {"id": period.store_id, "name": store_name}
    head |= {"kind": kind, "from": period.first, "to": period.last, "store": store}
    out.write(_text(head)[:-1] + ',"records":[')
    after: str | None = None
    while True:
        page = await filed_page(db, group_id, kind, period, Window(MOST, after))
        customers |= dict.fromkeys(page.customers)
        for one in page.filed:
            if one.problems:
                incomplete.append(without_record(one))
            else:
                out.write((",\n" if complete else "\n") + _text(without_problems(one)))
                complete += 1
        after = page.after
        if after is None:
            break
    out.write('\n],"incomplete":' + _text(incomplete) + "}\n")
    return Written(complete, len(incomplete), list(customers))


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
