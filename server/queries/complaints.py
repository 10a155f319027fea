"""Complaints (投诉) by when they are due."""

from server.queries.pages import DUE, Condition, Page, Window, page_of
from server.queries.sight import Sight
from server.store.database import Database


async def complaints(db: Database, sight: Sight, state: str | None, window: Window) -> Page:
    """Complaints, the one that is due first on top; `state` is open or closed."""
    conditions: list[Condition] = [] if state is None else [("t.state = ?", (state,))]
    return await page_of(db, sight, "complaints", DUE, window, *conditions)
