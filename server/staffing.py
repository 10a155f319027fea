"""What `python -m server user …` does: accounts of people who may sign in."""

import getpass
import sys
from datetime import UTC, datetime

from server.auth.accounts import add_user, plain, set_password
from server.auth.factors import Factors
from server.auth.listing import end_others
from server.auth.proving import note
from server.auth.rules import LONGEST, SHORTEST, weakness
from server.auth.sessions import account
from server.cli import one_store, opened
from server.domain.roles import PEOPLE
from server.settings import settings


async def user_add(username: str, name: str, role: str, store: str | None) -> int:
    """Adds a person who may sign in."""
    if role not in PEOPLE:
        print(f"A role is one of: {', '.join(PEOPLE)}.", file=sys.stderr)
        return 2
    async with opened(settings()) as (db, bus):
        chosen = await one_store(db, store)
        if chosen is None:
            return 2
        if (password := _new_password(username)) is None:
            return 2
        store_id, group_id, *_ = chosen
        await add_user(db, bus, group_id, store_id, username, password, name, role)
    print(f"{username} may sign in as {role}.")
    return 0


def _new_password(username: str) -> str | None:
    """A password from the terminal or from standard input; None, and a sentence, when it is none."""
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if problem := weakness(password, username):
        what = f"A password has {SHORTEST} to {LONGEST} characters and is not one that everybody tries"
        print(f"{what} ({problem.replace('_', ' ')}).", file=sys.stderr)
        return None
    return password


async def user_password(username: str) -> int:
    """Another password for somebody who lost theirs; all their sign-ins end."""
    async with opened(settings()) as (db, _):
        found = await account(db, plain(username))
        if found is None:
            print(f"There is no account {username}.", file=sys.stderr)
            return 2
        if (password := _new_password(username)) is None:
            return 2
        await set_password(db, found.id, password)
        ended = await end_others(db, found.id, None, datetime.now(UTC))
    print(f"{username} has another password; {ended} sign-ins ended.")
    return 0


async def user_reset_totp(username: str) -> int:
    """Takes somebody's second factor away, when nobody can do it on a screen; all their sign-ins end."""
    config = settings()
    async with opened(config) as (db, bus):
        found = await account(db, plain(username))
        if found is None:
            print(f"There is no account {username}.", file=sys.stderr)
            return 2
        if not await Factors(db, config.secret).remove(found.id):
            print(f"{username} has no second factor.", file=sys.stderr)
            return 2
        ended = await end_others(db, found.id, None, datetime.now(UTC))
        await note(bus, found.id, found.group_id, found.store_id, "reset", None)
    print(f"{username} signs in without a second factor now; {ended} sign-ins ended.")
    return 0
