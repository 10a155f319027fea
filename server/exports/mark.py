"""The mark that every exported file carries: who took it, when, why, and who allowed it."""

from datetime import datetime

from msgspec import Struct

from server.exports.requests import Export

NOTICE = "内部资料，仅限所述用途；每份文件都可追溯到导出人。For the stated purpose only; every copy is traced."
_ENDINGS = {"customer-archive": "zip", "customer-list": "csv"}


class Mark(Struct, frozen=True):
    """`id` is the request's, as in the table `exports` and in the file's name; times are UTC."""

    id: str
    kind: str
    store: str
    exported_by: str
    role: str
    exported_at: datetime
    reason: str
    approved_by: str
    approved_at: datetime
    notice: str = NOTICE


def mark_of(export: Export, now: datetime) -> Mark:
    """The mark of a request that was allowed."""
    assert export.decider_name is not None
    assert export.decided_at is not None
    return Mark(
        export.id, export.kind, export.store_name, export.asker_name, export.asker_role, now, export.reason,
        export.decider_name, export.decided_at,
    )  # fmt: skip


def file_name(mark: Mark) -> str:
    """The file's name, in ASCII: what, when, and the whole id of the request."""
    return f"jieche-{mark.kind}-{mark.exported_at:%Y%m%d}-{mark.id}.{_ENDINGS.get(mark.kind, 'json')}"
