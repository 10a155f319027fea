"""`/c/{token}/archive.zip`: everything about the customer, and nobody else, for who knows the digits."""

from datetime import UTC, datetime

from litestar import get
from litestar.response import Stream

from server.archive.packed import pack
from server.archive.zipped import length, sent
from server.http.limits import Limit
from server.portal.answers import GUARDED
from server.portal.digits import refuse_strangers
from server.portal.inside import by_the_link
from server.portal.link import Asked, open_link, rows_of

PACE = Limit(burst=3, per_second=1 / 1200)
"""Three at once, then one in twenty minutes: an archive may be large."""


@get("/c/{token:str}/archive.zip", include_in_schema=False)
async def archive(request: Asked, token: str) -> Stream:
    """The zip, streamed; 403 `digits_needed`, or 429 for more than a few an hour.

    Its length is known beforehand, so a browser shows how far it is.
    """
    link = await open_link(request, token)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    PACE.check(rows.customer.id)
    state, now = request.app.state, datetime.now(UTC)
    await state.looks.note([by_the_link(link, rows, "archive.zip")])
    items = await pack(state.db, state.settings.data, link.group_id, rows.customer, now)
    headers = GUARDED | {
        "Content-Length": str(length(items)),
        "Content-Disposition": f'attachment; filename="jieche-{now:%Y%m%d}.zip"',
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(sent(items, now), headers=headers, media_type="application/zip")
