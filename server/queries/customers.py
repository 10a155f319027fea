"""Customers (客户) by name or phone."""

import re

from server.domain import phone
from server.domain.roles import MAY_SEE_STORED
from server.domain.rows.customers import Customer
from server.queries.pages import BY_NAME, Condition, Page, Window, containing, page_of
from server.store.database import Database

_FILLING = re.compile(r"[\s\-()]")
_DIGITS = re.compile(r"\+?\d{3,}")


_USED: Condition = ("(t.restricted IS NULL OR CAST(t.stores AS TEXT) <> '[]')", ())


async def customers(db: Database, group_id: str, role: str, search: str | None, window: Window) -> Page:
    """The group's customers by name; `search` finds any part of a name, or of a phone number from three digits on.

    Records that are only stored are found by those who may see them (`may_see`) and nobody else.
    """
    term = (search or "").strip()
    conditions = [_named_or_called(group_id, term)] if term else []
    conditions += [] if role in MAY_SEE_STORED else [_USED]
    return await page_of(db, group_id, "customers", BY_NAME, window, *conditions)


def may_see(role: str, row: object) -> bool:
    """Whether a person of this role may read the row: one that is only stored lies in no store while no car is here."""
    return not isinstance(row, Customer) or row.restricted is None or bool(row.stores) or role in MAY_SEE_STORED


def _named_or_called(group_id: str, term: str) -> Condition:
    words, values = "lower(t.name) LIKE ? ESCAPE '!'", [containing(term)]
    digits = _FILLING.sub("", term)
    if not _DIGITS.fullmatch(digits):
        return words, values
    for part in sorted({digits, *_normalised(term)}):
        words += (
            " OR t.id IN (SELECT l.id FROM lookups l WHERE l.group_id = ? AND l.kind = 'customers' "
            "AND l.key LIKE ? ESCAPE '!')"
        )
        values += [group_id, f"phone:{containing(part)}"]
    return f"({words})", values


def _normalised(term: str) -> list[str]:
    """The number as it is stored, for one that is typed whole, such as a landline with its 0."""
    try:
        return [phone.normalise(term)]
    except ValueError:
        return []
