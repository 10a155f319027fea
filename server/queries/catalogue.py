"""The catalogue of labour and parts."""

from server.queries.pages import BY_CODE, Page, Window, containing, page_of
from server.queries.sight import Sight
from server.store.database import Database


async def catalog(db: Database, sight: Sight, search: str | None, window: Window) -> Page:
    """The catalogue by code; `search` finds any part of a code or of a name in either language."""
    term = (search or "").strip()
    found = " OR ".join(f"lower(t.{name}) LIKE ? ESCAPE '!'" for name in ("code", "name", "name_en"))
    conditions = [(f"({found})", [containing(term)] * 3)] if term else []
    return await page_of(db, sight, "catalog_items", BY_CODE, window, *conditions)
