"""The review inbox (待核对) and merge proposals, open or resolved."""

from server.queries.pages import NEWEST, Condition, Page, Window, page_of
from server.queries.sight import Sight
from server.store.database import Database


async def reviews(db: Database, sight: Sight, status: str | None, window: Window) -> Page:
    """Reviews, the newest first; `status` is open or resolved."""
    return await page_of(db, sight, "reviews", NEWEST, window, *_with(status))


async def merge_proposals(db: Database, sight: Sight, status: str | None, window: Window) -> Page:
    """Merge proposals, the newest first; merged and dismissed ones are resolved."""
    return await page_of(db, sight, "merge_proposals", NEWEST, window, *_with(status))


def _with(status: str | None) -> list[Condition]:
    if status is None:
        return []
    return [("t.state = 'open'" if status == "open" else "t.state <> 'open'", ())]
