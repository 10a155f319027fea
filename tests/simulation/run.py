"""`python -m tests.simulation.run --seeds 200 --start 1 [--engine postgres] [--show SEED] [--breakages]`."""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import structlog

from tests.simulation.runner import Result, ground, search

SHARE = 25
"""So many seeds are given to a process at once."""
JOBS = (os.cpu_count() or 1) + 1
"""A third of a seed is waiting for SQLite's thread."""


def main() -> int:
    """Runs what was asked for; 1 if a promise was broken."""
    arguments = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__)
    arguments.add_argument("--seeds", type=int, default=200, help="how many seeds to run")
    arguments.add_argument("--start", type=int, default=1, help="the first seed")
    arguments.add_argument("--engine", choices=("sqlite", "postgres", "outside"), default="sqlite")
    arguments.add_argument("--jobs", type=int, default=JOBS, help="how many processes share the seeds")
    arguments.add_argument("--show", type=int, metavar="SEED", help="play one seed and print its whole trace")
    arguments.add_argument("--whole", action="store_true", help="print failures as they are, without shrinking")
    arguments.add_argument("--breakages", action="store_true", help="break the product on purpose, one way at a time")
    given = arguments.parse_args()
    if given.breakages:
        from tests.simulation.breakages import table

        return asyncio.run(_quietly(table(given.engine)))
    if given.show is not None:
        return asyncio.run(_quietly(_show(given.show, given.engine)))
    seeds = range(given.start, given.start + given.seeds)
    started = time.monotonic()
    counted, failures = search_all(seeds, given.engine, given.jobs, given.whole)
    print(f"\n{given.engine}, {time.monotonic() - started:.0f} s in {given.jobs} processes")
    for name in ("seeds", "events", "commands", "violations"):
        print(f"{name:24}{counted[name]:8}")
    for name, count in sorted(counted.items()):
        if ":" in name:
            print(f"{name:24}{count:8}")
    return 1 if failures else 0


async def _quietly(work):
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    return await work


async def _show(seed: int, engine: str) -> int:
    async with ground(engine) as place:
        result = await place.run(seed)
    print("\n".join(result.trace))
    print(f"\nseed {seed}: {result.broken or 'every promise held'}")
    return 1 if result.broken else 0


def search_all(seeds: range, engine: str, jobs: int = JOBS, whole: bool = False) -> tuple[Counter[str], list[str]]:
    """What was counted, and each failure with its shortest trace."""
    total, failures = Counter[str](), list[str]()
    shares = [seeds[at : at + SHARE] for at in range(0, len(seeds), SHARE)]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_share, share, engine, whole) for share in shares]):
            counted, broken = done.result()
            total += counted
            failures += broken
            for told in broken:
                print(told, flush=True)
            print(f"\r{total['seeds']} of {len(seeds)} seeds, {len(failures)} broken", end="", file=sys.stderr)
    return total, failures


def _share(seeds: range, engine: str, whole: bool) -> tuple[Counter[str], list[str]]:
    return asyncio.run(_quietly(_run(seeds, engine, whole)))


async def _run(seeds: range, engine: str, whole: bool) -> tuple[Counter[str], list[str]]:
    broken = list[Result]()
    async with ground(engine) as place:
        counted = await search(place, seeds, broken.append)
        return counted, [await _told(place, result, whole) for result in broken]


async def _told(place, result: Result, whole: bool) -> str:
    shorter = result if whole else await place.shrink(result)
    trace = "\n".join(shorter.trace)
    few = f"{shorter.events} of its events are enough:"
    return f"\nseed {result.seed}: {result.broken}\n{few}\n{trace}\n→ {shorter.broken}"


if __name__ == "__main__":
    sys.exit(main())
