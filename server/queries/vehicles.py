"""Vehicles (车辆) by plate or VIN."""

from server.domain.typed import bare
from server.queries.pages import LATEST, Page, Window, containing, ending, page_of
from server.queries.sight import Sight
from server.store.database import Database


async def vehicles(db: Database, sight: Sight, search: str | None, window: Window) -> Page:
    """Cars, the latest first; `search` finds any part of a plate, or the end of a VIN."""
    term = bare(search or "")
    found = "(lower(t.plate) LIKE ? ESCAPE '!' OR lower(t.vin) LIKE ? ESCAPE '!')"
    conditions = [(found, (containing(term), ending(term)))] if term else []
    return await page_of(db, sight, "vehicles", LATEST, window, *conditions)
