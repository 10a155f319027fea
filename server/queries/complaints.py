"""Complaints (投诉) of the whole group, by when they are due."""

from server.queries.pages import DUE, Condition, Page, Window, page_of
from server.store.database import Database


async def complaints(db: Database, group_id: str, state: str | None, window: Window) -> Page:
    """The group's complaints, the one that is due first on top; `state` is open or closed."""
    conditions: list[Condition] = [] if state is None else [("t.state = ?", (state,))]
    return await page_of(db, group_id, "complaints", DUE, window, *conditions)
