"""Exports (导出): files with many people's data, or with everything about one; asked for, allowed, fetched once.

waiting → approved | refused · approved → fetched; what is waiting or approved ends by itself (`expired`).
"""

from datetime import datetime, timedelta
from typing import Literal

ExportKind = Literal["records-health", "records-warranty", "customer-archive", "customer-list"]
ExportState = Literal["waiting", "approved", "refused", "fetched", "expired"]

WAITS = timedelta(days=7)
"""So long a request waits for an answer."""
LASTS = timedelta(hours=24)
"""So long an approval can be used."""
AGAIN_WITHIN, AGAIN_AT_MOST = timedelta(minutes=10), 2
"""A transfer that broke off is tried again by the same sign-in: within this time, this often (docs/decisions/0013)."""
SHORTEST_REASON, LONGEST_REASON = 5, 200


def ends_at(state: str, asked_at: datetime, decided_at: datetime | None) -> datetime | None:
    """When what is waiting or approved ends by itself; None for what is over."""
    if state == "waiting":
        return asked_at + WAITS
    return decided_at + LASTS if state == "approved" and decided_at is not None else None


def standing(state: ExportState, ends: datetime | None, now: datetime) -> ExportState:
    """The state as it is now: the clock ends what nobody answered or used."""
    return "expired" if ends is not None and ends <= now else state
