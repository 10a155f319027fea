"""The database: what a transaction promises, on both engines."""

import asyncio
from datetime import UTC, datetime

import pytest

from server.domain.ids import uuid7
from server.store.database import Database, Statement
from server.store.tables import DeviceQueues, Groups

GROUP = uuid7()
READ: Statement = ("SELECT position FROM groups WHERE id = ?", (GROUP,))


def moved_to(position: int) -> Statement:
    return "UPDATE groups SET position = ? WHERE id = ?", (position, GROUP)


@pytest.fixture(autouse=True)
async def group(db: Database) -> None:
    async with db.write() as tx:
        await tx.run(("INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?, ?)", (GROUP, "合众", 0, uuid7(), 0, "", None)))


async def position(db: Database) -> int:
    async with db.read() as tx:
        [[row]] = await tx.run(READ)
    return row[0]


async def the_sum_of_twenty_transactions_that_read_then_add_is_twenty(db: Database):
    async def add_one() -> None:
        async with db.write() as tx:
            lock = " FOR UPDATE" if db.dialect == "postgres" else ""
            [[(now,)]] = await tx.run((READ[0] + lock, READ[1]))
            await asyncio.sleep(0)
            await tx.run(moved_to(now + 1))

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert await position(db) == 20


async def the_statements_of_a_call_run_in_one_hop(db: Database):
    async with db.write() as tx:
        rows = await tx.run(READ, moved_to(1), READ)
        await tx.finish(moved_to(2))
    assert rows == [[(0,)], [], [(1,)]]
    assert (tx.statements, tx.hops) == (4, 2)
    assert await position(db) == 2


async def an_exception_rolls_everything_back(db: Database):
    async def broken() -> None:
        async with db.write() as tx:
            await tx.run(moved_to(5))
            raise KeyError

    with pytest.raises(KeyError):
        await broken()
    assert await position(db) == 0


async def a_failed_statement_ends_the_transaction_even_when_its_error_is_swallowed(db: Database):
    async def stubborn() -> None:
        async with db.write() as tx:
            await tx.run(moved_to(5))
            with pytest.raises(Exception, match=r"(?i)syntax"):
                await tx.run(("SELEKT 1", ()))
            with pytest.raises(RuntimeError, match="over"):
                await tx.run(moved_to(6))

    with pytest.raises(RuntimeError, match="nothing was committed"):
        await stubborn()
    assert await position(db) == 0


async def a_cancelled_transaction_leaves_nothing_and_blocks_nobody(db: Database):
    async def never_done() -> None:
        async with db.write() as tx:
            await tx.run(moved_to(5))
            await asyncio.sleep(60)

    task = asyncio.create_task(never_done())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with db.write() as tx:
        [[row]] = await tx.finish(READ)
    assert row == (0,)


async def a_reader_sees_one_moment_while_others_write(db: Database):
    async with db.read() as reader:
        [[before]] = await reader.run(READ)
        async with asyncio.TaskGroup() as others:
            others.create_task(_move(db, 7))
        [[after]] = await reader.run(READ)
    assert before == after == (0,)
    assert await position(db) == 7


async def _move(db: Database, to: int) -> None:
    async with db.write() as tx:
        await tx.finish(moved_to(to))


async def a_reader_cannot_write(db: Database):
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        async with db.read() as tx:
            await tx.run(moved_to(1))


async def a_transaction_inside_another_of_the_same_task_is_refused(db: Database):
    async with db.write():
        with pytest.raises(RuntimeError, match="already open"):
            async with db.write():
                pass


async def the_queries_of_piccolo_join_the_transaction_around_them(db: Database):
    async def broken() -> None:
        async with db.write() as tx:
            await Groups.update({Groups.position: 9}).where(Groups.id == GROUP)
            [[row]] = await tx.run(READ)
            assert row == (9,)
            raise KeyError

    with pytest.raises(KeyError):
        await broken()
    assert await Groups.select(Groups.position).first() == {"position": 0}


async def the_queries_of_several_loaders_share_one_snapshot(db: Database):
    async with db.read():
        answers = await asyncio.gather(*(Groups.select(Groups.id).first() for _ in range(5)))
    assert answers == [{"id": GROUP}] * 5


async def a_value_means_the_same_on_both_engines(db: Database):
    seen = datetime(2026, 11, 21, 1, 2, 3, 4000, UTC)
    device, store = uuid7(), uuid7()
    await DeviceQueues.insert(
        DeviceQueues(
            device_id=device,
            group_id=GROUP,
            store_id=store,
            next_seq=2**40,
            attempts="{}",
            app=None,
            last_seen_at=seen,
            unsent=None,
        )
    )
    async with db.read() as tx:
        [[row]] = await tx.run(("SELECT * FROM device_queues WHERE last_seen_at >= ? AND app IS NULL", (seen,)))
    assert row == (device, GROUP, store, 2**40, "{}", None, seen, None)
