"""`python -m tests.simulation.run --seeds 200 --start 1 [--engine postgres] [--show SEED] [--breakages]`."""

import argparse
import asyncio
import logging
import sys
import time

import structlog

from tests.simulation.runner import Result, ground, search


def main() -> int:
    """Runs what was asked for; 1 if a promise was broken."""
    arguments = argparse.ArgumentParser(prog="python -m tests.simulation.run", description=__doc__)
    arguments.add_argument("--seeds", type=int, default=200, help="how many seeds to run")
    arguments.add_argument("--start", type=int, default=1, help="the first seed")
    arguments.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    arguments.add_argument("--show", type=int, metavar="SEED", help="play one seed and print its whole trace")
    arguments.add_argument("--whole", action="store_true", help="print failures as they are, without shrinking")
    arguments.add_argument("--breakages", action="store_true", help="break the product on purpose, one way at a time")
    given = arguments.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if given.breakages:
        from tests.simulation.breakages import table

        return asyncio.run(table(given.engine))
    if given.show is not None:
        return asyncio.run(_show(given.show, given.engine))
    return asyncio.run(_search(range(given.start, given.start + given.seeds), given.engine, given.whole))


async def _show(seed: int, engine: str) -> int:
    async with ground(engine) as place:
        result = await place.run(seed)
    print("\n".join(result.trace))
    print(f"\nseed {seed}: {result.broken or 'every promise held'}")
    return 1 if result.broken else 0


async def _search(seeds: range, engine: str, whole: bool) -> int:
    started, failures = time.monotonic(), list[Result]()
    async with ground(engine) as place:
        counted = await search(place, seeds, failures.append)
        for failure in failures:
            shorter = failure if whole else await place.shrink(failure)
            print(f"\nseed {failure.seed}: {failure.broken}\n{shorter.events} of its events are enough:")
            print("\n".join(shorter.trace))
            print(f"→ {shorter.broken}")
    print(f"\n{engine}, {time.monotonic() - started:.0f} s")
    for name in ("seeds", "events", "commands", "violations"):
        print(f"{name:24}{counted[name]:8}")
    for name, count in sorted(counted.items()):
        if ":" in name:
            print(f"{name:24}{count:8}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
