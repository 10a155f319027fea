"""The access log (PIPL): every look at a customer's file is written down before it is answered, chained by its hash."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

from server.store.database import Database
from server.store.feed import DIALECTS, insert
from server.store.journal import digest_of
from server.store.rows import encode

Waiting = tuple["Look", "asyncio.Future[None]"]


class Look(Struct, frozen=True, kw_only=True):
    """Who saw what of whom, by which door and why.

    `user_id` is null for the customer's own link. The subject is a customer; or a store, when a tablet pulled: then
    `fields` says how many rows of each kind came (`customers:12`). Otherwise it names the fields that were shown.
    """

    group_id: str
    user_id: str | None
    device_id: str | None
    role: str
    door: Literal["graphql", "sync", "document", "media", "link", "export", "fetch"]
    subject_type: Literal["customers", "stores"]
    subject_id: str
    reason: str | None
    fields: list[str]


class Looks:
    """The way into the log. Looks that wait at the same time share a transaction, so that reading stays cheap."""

    def __init__(self, db: Database, clock: Callable[[], datetime] | None = None) -> None:
        self.db = db
        self.clock = clock or (lambda: datetime.now(UTC))
        self._waiting: list[Waiting] = []
        self._draining: asyncio.Task[None] | None = None

    async def note(self, looks: Sequence[Look]) -> None:
        """Returns once they are written for good; raises Unavailable, and then nothing may be shown."""
        loop = asyncio.get_running_loop()
        written = [(look, loop.create_future()) for look in looks]
        self._waiting += written
        if written and self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        await asyncio.gather(*(future for _, future in written))

    async def _drain(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting, []
                groups: defaultdict[str, list[Waiting]] = defaultdict(list)
                for waiting in taken:
                    groups[waiting[0].group_id].append(waiting)
                for group_id, waiting in groups.items():
                    await self._settle(group_id, waiting)
        finally:
            self._draining = None

    async def _settle(self, group_id: str, waiting: list[Waiting]) -> None:
        failed: Exception | None = None
        try:
            await self._write(group_id, [look for look, _ in waiting])
        except Exception as error:
            failed = error
        for _, future in waiting:
            if not future.done():
                future.set_exception(failed) if failed else future.set_result(None)

    async def _write(self, group_id: str, looks: list[Look]) -> None:
        now, lock = self.clock(), DIALECTS[self.db.dialect].lock
        async with self.db.write() as tx:
            [_, head] = await tx.run(
                (
                    "INSERT INTO access_heads (group_id, n, hash) VALUES (?, 0, '') ON CONFLICT DO NOTHING",
                    (group_id,),
                ),
                (f"SELECT n, hash FROM access_heads WHERE group_id = ?{lock}", (group_id,)),
            )
            entries, (count, digest) = chained(looks, now, *head[0])
            await tx.finish(
                insert(self.db.dialect, "access_log", encode(entries).decode()),
                ("UPDATE access_heads SET n = ?, hash = ? WHERE group_id = ?", (count, digest, group_id)),
            )


def chained(looks: list[Look], now: datetime, count: int, digest: str) -> tuple[list[dict[str, Any]], tuple[int, str]]:
    """The entries that follow the one with this number and hash, and the number and hash of the last of them."""
    entries: list[dict[str, Any]] = []
    for look in looks:
        count += 1
        said = asdict(look) | {"fields": encode(look.fields).decode()}
        entry = {"n": count, "at": now, **said, "previous": digest}
        digest = digest_of(entry)
        entries.append(entry | {"hash": digest})
    return entries, (count, digest)
