"""Customers (客户) by name or phone."""

import re

from server.domain import phone
from server.queries.pages import BY_NAME, Condition, Page, Window, containing, page_of
from server.queries.sight import Sight
from server.store.database import Database

_FILLING = re.compile(r"[\s\-()]")
_DIGITS = re.compile(r"\+?\d{3,}")


async def customers(db: Database, sight: Sight, search: str | None, window: Window) -> Page:
    """Customers by name; `search` finds any part of a name, or of a phone number from three digits on.

    Numbers that a person does not see cannot be searched for either.
    """
    term = (search or "").strip()
    conditions = [_named_or_called(sight, term)] if term else []
    return await page_of(db, sight, "customers", BY_NAME, window, *conditions)


def _named_or_called(sight: Sight, term: str) -> Condition:
    words, values = "lower(t.name) LIKE ? ESCAPE '!'", [containing(term)]
    digits = _FILLING.sub("", term)
    if not _DIGITS.fullmatch(digits) or "phones" in sight.hidden("customers"):
        return words, values
    for part in sorted({digits, *_normalised(term)}):
        words += (
            " OR t.id IN (SELECT l.id FROM lookups l WHERE l.group_id = ? AND l.kind = 'customers' "
            "AND l.key LIKE ? ESCAPE '!')"
        )
        values += [sight.group_id, f"phone:{containing(part)}"]
    return f"({words})", values


def _normalised(term: str) -> list[str]:
    """The number as it is stored, for one that is typed whole, such as a landline with its 0."""
    try:
        return [phone.normalise(term)]
    except ValueError:
        return []
