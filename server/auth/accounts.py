"""Accounts of staff."""

from datetime import UTC, datetime

from server.auth.passwords import hashed
from server.commands.bus import Actor, Bus
from server.domain.ids import uuid7
from server.domain.roles import PEOPLE
from server.store.database import Database


async def add_user(
    db: Database,
    bus: Bus,
    group_id: str,
    store_id: str,
    username: str,
    password: str,
    name: str,
    role: str,
    user_id: str | None = None,
) -> str:
    """Adds an account and the person's staff row, or changes both when the group knows the username; gives the id.

    Raises ValueError for a role that does not exist, a username that another group has, or a name that is none.
    """
    if role not in PEOPLE:
        raise ValueError(f"a role is one of {', '.join(PEOPLE)}")
    password_hash = await hashed(password)
    async with db.write() as tx:
        [rows] = await tx.finish(
            (
                "INSERT INTO users (id, group_id, store_id, username, name, role, password_hash, active, created_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (username) DO UPDATE SET store_id = excluded.store_id, "
                "name = excluded.name, role = excluded.role, password_hash = excluded.password_hash, "
                "active = excluded.active WHERE users.group_id = excluded.group_id RETURNING CAST(id AS TEXT)",
                (
                    user_id or uuid7(), group_id, store_id, plain(username), name, role, password_hash, True,
                    datetime.now(UTC),
                ),
            )
        )  # fmt: skip
    if not rows:
        raise ValueError("this username is taken")
    server = Actor(group_id=group_id, store_id=store_id, door="server", role="server")
    outcome = await bus.run(server, "staff.put", {"staff_id": rows[0][0], "name": name, "role": role})
    if outcome.outcome != "applied":
        raise ValueError(f"no staff row: {outcome.reason}")
    return rows[0][0]


async def set_password(db: Database, user_id: str, password: str) -> None:
    """Another password from now on; whether it is a good one, `rules.weakness` says."""
    password_hash = await hashed(password)
    async with db.write() as tx:
        await tx.finish(("UPDATE users SET password_hash = ? WHERE id = ?", (password_hash, user_id)))


def plain(username: str) -> str:
    """A username as it is stored and looked up: without outer blanks, in lower case."""
    return username.strip().lower()
