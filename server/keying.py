"""What `python -m server key …` does: keys of other programs, for installations without a screen."""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from server.auth.keys import MOST_DAYS, USUAL_DAYS, Wish, add_key, keys_of, revoke_key, unknown
from server.cli import one_store, opened
from server.domain.ids import is_id
from server.domain.scopes import SCOPES
from server.settings import settings


def add_options(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The options of `add`, `list` and `revoke`."""
    add = actions.add_parser("add", help="make a key and print it, this once")
    add.add_argument("--name", required=True, help="under which the program writes")
    add.add_argument("--store", help="id of the store; needed when there are several")
    add.add_argument("--scope", action="append", required=True, choices=list(SCOPES), help="may be given again")
    add.add_argument("--days", type=int, default=USUAL_DAYS, help=f"how long it lasts, {MOST_DAYS} at the most")
    add.add_argument("--purpose", help="what it is for, shown in the list")
    actions.add_parser("list", help="keys with scopes, last use and state")
    revoke = actions.add_parser("revoke", help="a key stops working at once")
    revoke.add_argument("id")
    revoke.add_argument("--why", help="kept with the key")


async def run(options: argparse.Namespace) -> int:
    """Runs the action; gives the exit code."""
    if options.action == "add":
        return await _add(options)
    if options.action == "revoke":
        return await _revoke(options.id, options.why)
    async with opened(settings()) as (db, _):
        for card in await keys_of(db, datetime.now(UTC)):
            used = f"{card.used_at:%Y-%m-%d}" if card.used_at else "never"
            until = f"until {card.expires_at:%Y-%m-%d}"
            print(f"{card.id}  {card.prefix}  {card.state}  {until}  used {used}  {card.store}  {card.name}")
            print(f"    {' '.join(card.scopes)}")
    return 0


async def _add(options: Any) -> int:
    name = options.name.strip()
    if not 1 <= len(name) <= 60 or not 1 <= options.days <= MOST_DAYS or unknown(options.scope):
        print(f"A name has 1 to 60 characters, a key lasts 1 to {MOST_DAYS} days.", file=sys.stderr)
        return 2
    async with opened(settings()) as (db, bus):
        chosen = await one_store(db, options.store)
        if chosen is None:
            return 2
        store_id, group_id, *_ = chosen
        scopes = tuple(dict.fromkeys(options.scope))
        made = await add_key(db, bus, Wish(group_id, store_id, name, scopes, options.days, options.purpose))
    print(made.key)
    print(f"{made.id}, until {made.expires_at:%Y-%m-%d}. The key is shown this once.", file=sys.stderr)
    return 0


async def _revoke(key_id: str, why: str | None) -> int:
    async with opened(settings()) as (db, bus):
        if not is_id(key_id) or not await revoke_key(db, bus, key_id, why):
            print(f"There is no key {key_id} that works.", file=sys.stderr)
            return 2
    print(f"{key_id} is revoked.")
    return 0
