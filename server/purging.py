"""`python -m server purge`: prints what goes, class by class, and does it with `--really`."""

import argparse
import asyncio
import sys
from datetime import UTC, date, datetime, time

from server.cli import opened
from server.commands.bus import Bus
from server.domain.retention import CLASSES
from server.domain.terms import Terms
from server.purge.run import Purge, purge
from server.settings import settings


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the subcommand."""
    parser.add_argument("--really", action="store_true", help="delete it; begin again after a breakdown")
    parser.add_argument("--at", type=date.fromisoformat, metavar="YYYY-MM-DD", help="rehearse another day")


def purge_now(really: bool, at: date | None) -> int:
    """Rehearses, or does it; another day than today can only be rehearsed. 0: done, 2: nothing was looked at."""
    if really and at:
        print("--at rehearses another day; with --really it is always today.", file=sys.stderr)
        return 2
    now = datetime.combine(at, time(), UTC) if at else datetime.now(UTC)
    return asyncio.run(_purge(really, now))


async def _purge(really: bool, now: datetime) -> int:
    config = settings()
    terms = Terms(keep_repair_years=config.keep_repair_years)
    async with opened(config) as (db, _):
        async with db.read() as tx:
            [groups] = await tx.run(("SELECT id, name FROM groups ORDER BY id", ()))
        for group_id, name in groups:
            found = await purge(db, config.data, group_id, now, terms, Bus(db, terms=terms) if really else None)
            print(f"{name}, {now:%Y-%m-%d}: {'deleted' if really else 'would be deleted'}")
            print("\n".join(lines(found)))
    print("Done." if really else "Nothing was changed. With --really it is done (docs/retention.md).")
    return 0


def lines(found: Purge) -> list[str]:
    """The table that people read: class, rows, bytes, the oldest, and what keeps the rest."""
    taken = found.taken
    rows = [f"  {'class':<14}{'rows':>8}{'bytes':>12}  {'oldest':<12}kept"]
    for name, kept in CLASSES.items():
        oldest = f"{taken.oldest[name]:%Y-%m-%d}" if name in taken.oldest else "–"
        rest = f"{kept.years} years from {kept.since}" if kept.years else kept.since
        rows.append(f"  {name:<14}{taken.rows[name]:>8}{taken.bytes[name]:>12}  {oldest:<12}{rest}")
    return [
        *rows,
        f"  records only stored, trimmed to what the law wants: {taken.trimmed}",
        f"  journal entries emptied: {found.words} · sent messages: {found.sent} · old sessions: {found.sessions}",
        f"  files removed: {found.files}, {found.file_bytes} bytes",
    ]
