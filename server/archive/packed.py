"""What goes into a customer's archive: what is recorded, the sealed papers, the photos, and a word to the reader."""

from datetime import datetime
from pathlib import Path

import msgspec

from server.archive.facts import facts_of
from server.archive.zipped import LARGEST, Item
from server.domain.rows.customers import Customer
from server.media.files import place
from server.queries.visits import VisitRows
from server.store.database import Database

README = """我的全部资料
这是门店记录的、与您有关的全部资料。archive.json 可以用程序读取；documents 里是盖章的单据；photos 里是照片。
别人的姓名和电话不在里面：别人送修您的车时，只列出做了什么。您不再拥有的车，只列出它是哪台车。

Your archive
Everything that the store recorded about you. archive.json is for programs; documents holds the sealed papers; photos
the photos. Nobody else's name or phone is inside: when somebody else brought your car, you find what was done.

archive.json: docs/archive.md, docs/archive.schema.json
"""
_ENDS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


async def pack(db: Database, data: Path, group_id: str, customer: Customer, now: datetime) -> list[Item]:
    """The files of the archive, in order; what is not on the disk, or too much, is named under `left_out`."""
    facts, visits = await facts_of(db, group_id, customer, now)
    papers = [item for rows in visits for item in _papers(data, rows)]
    found, left_out = _fitting([*papers, *(item for rows in visits for item in _photos(data, rows))])
    facts["files"] = [item.name for item in found]
    facts["left_out"] = left_out
    content = msgspec.json.format(msgspec.json.encode(facts), indent=1)
    readme = README.encode()
    first = [Item("README.txt", len(readme), readme), Item("archive.json", len(content), content)]
    return [*first, *found]


def _fitting(items: list[Item]) -> tuple[list[Item], list[str]]:
    kept: list[Item] = []
    left_out: list[str] = []
    room = LARGEST
    for item in items:
        if item.size < 0 or item.size > room:
            left_out.append(item.name)
        else:
            room -= item.size
            kept.append(item)
    return kept, left_out


def _papers(data: Path, rows: VisitRows) -> list[Item]:
    folder = data / "handovers" / rows.visit.id
    return [_item(f"documents/{rows.visit.number}-{path.name}", path) for path in sorted(folder.glob("[!.]*.pdf"))]


def _photos(data: Path, rows: VisitRows) -> list[Item]:
    """Each photo once, though it may be named twice."""
    shown = {photo.sha256: photo for photo in rows.photos if photo.uploaded}
    return [
        _item(f"photos/{rows.visit.number}/{one.purpose}-{sha}.{_ENDS[one.media_type]}", place(data, sha))
        for sha, one in sorted(shown.items())
    ]


def _item(name: str, path: Path) -> Item:
    """The file with its size; −1 when it is not on the disk."""
    try:
        return Item(name, path.stat().st_size, path=path)
    except FileNotFoundError:
        return Item(name, -1, path=path)
