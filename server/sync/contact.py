"""What a tablet tells of itself with each pull: how much it has not sent yet, and its version."""

from collections import OrderedDict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar.params import Parameter

from server.store.database import Database, Unavailable

NOTED_EVERY = timedelta(minutes=5)
MOST = 10_000
Unsent = Annotated[int | None, Parameter(ge=0, le=1_000_000)]
App = Annotated[str | None, Parameter(pattern=r"^\d{1,4}(\.\d{1,4}){1,3}$")]
Told = tuple[int | None, str | None]

_heard: OrderedDict[str, tuple[Told, datetime]] = OrderedDict()
"""What each tablet told last in this process, and when that was written down."""


async def heard(db: Database, device_id: str, unsent: int | None, app: str | None) -> None:
    """Writes it down when it differs from what was told before, else every few minutes."""
    told, now = (unsent, app), datetime.now(UTC)
    before = _heard.get(device_id)
    if before is not None and before[0] == told and before[1] > now - NOTED_EVERY:
        return
    _heard[device_id] = (told, now)
    _heard.move_to_end(device_id)
    if len(_heard) > MOST:
        _heard.popitem(last=False)
    noted = (
        "UPDATE device_queues SET last_seen_at = ?, unsent = COALESCE(?, unsent), app = COALESCE(?, app) "
        "WHERE device_id = ?"
    )
    with suppress(Unavailable):  # the rows are what the tablet came for
        async with db.write() as tx:
            await tx.finish((noted, (now, unsent, app, device_id)))
