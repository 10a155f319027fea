"""Hearing of the end early: open streams must close before the server waits for them."""

import asyncio
import signal
from collections.abc import Callable


def before_stop(callback: Callable[[], None]) -> None:
    """Runs `callback` when the process is told to stop, before the HTTP server's own handler.

    The server (granian) has set its handlers on this loop already, and asyncio offers no way to add a second one: so
    the first is taken along.
    """
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        theirs = getattr(loop, "_signal_handlers", {}).get(name)
        if theirs is not None:
            loop.add_signal_handler(name, _both, callback, theirs._run)


def _both(first: Callable[[], None], second: Callable[[], None]) -> None:
    first()
    second()
