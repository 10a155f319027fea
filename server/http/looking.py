"""What a door writes down before it shows a customer's file."""

from typing import Any, Literal
from urllib.parse import unquote

from litestar.connection import ASGIConnection

from server.queries.callers import Caller
from server.store.looks import Look

REASON = "jieche-reason"
"""The header in which whoever asks says why, percent-encoded UTF-8."""
LONGEST = 200


def reason_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """Why this is asked, as the caller says; null when nothing was said."""
    return unquote(connection.headers.get(REASON, "")).replace("\0", "").strip()[:LONGEST] or None


def look(
    person: Caller,
    door: Literal["graphql", "sync", "document", "media", "export", "fetch"],
    customer_id: str,
    fields: list[str],
    reason: str | None = None,
) -> Look:
    """A signed-in person's look at a customer."""
    return Look(
        group_id=person.group_id, user_id=person.user_id, device_id=person.device_id, role=person.role, door=door,
        subject_type="customers", subject_id=customer_id, reason=reason, fields=fields,
    )  # fmt: skip


def look_at_store(
    person: Caller, door: Literal["sync", "document"], store_id: str, fields: list[str], reason: str | None = None
) -> Look:
    """A signed-in person's look at many of a store's files at once; `fields` sums up which."""
    return Look(
        group_id=person.group_id, user_id=person.user_id, device_id=person.device_id, role=person.role, door=door,
        subject_type="stores", subject_id=store_id, reason=reason, fields=fields,
    )  # fmt: skip


async def seen(connection: ASGIConnection[Any, Any, Any, Any], written: Look) -> None:
    """Writes one look down; raises Unavailable, and then nothing may be shown."""
    await connection.app.state.looks.note([written])
