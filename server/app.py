"""Puts the house together: database, bus, doorbell, doors, outbox worker. Nothing else knows everything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from server import VERSION, auth, delivery, exports, graphql, openapi, portal, records, sync
from server.commands.bus import Bus
from server.commands.every import REGISTRY
from server.domain.terms import Terms
from server.http.caller import provide_caller
from server.http.errors import HANDLERS
from server.http.gates import paced
from server.http.headers import secured
from server.http.health import counted, healthz, metrics, readyz
from server.http.shell import read_shell, shell
from server.logs import configure
from server.settings import Settings, settings
from server.stopping import before_stop
from server.store.database import Database
from server.store.doorbell import Doorbell
from server.store.epoch import keep_marks
from server.store.looks import Looks
from server.sweep import sweep_forever

SMALL = 64 * 1024
"""Bytes of a body where the route does not say otherwise."""
assert REGISTRY, "importing the commands fills the registry"


def create_app(config: Settings) -> Litestar:
    """The application for these settings; it opens the database when it starts and closes it when it stops.

    Raises ValueError for a list of trusted GraphQL documents that cannot be read.
    """
    graphql.trusted(config.graphql_documents)
    app = Litestar(
        route_handlers=[
            Router("/", route_handlers=[healthz, readyz, metrics, shell]),
            *auth.routes, *sync.routes, *graphql.routes, *portal.routes, *delivery.routes,
            *records.routes, *exports.routes,
        ],
        dependencies={"person": Provide(provide_caller)},
        exception_handlers=HANDLERS,
        middleware=[counted],
        lifespan=[_house(config)],
        before_send=[secured],
        guards=[paced],
        state=State({"settings": config}),
        openapi_config=openapi.config(VERSION),
        request_max_body_size=SMALL,
        debug=False,
    )  # fmt: skip
    return openapi.completed(app)


def from_environment() -> Litestar:
    """What the server process runs."""
    config = settings()
    configure(config.log_level)
    return create_app(config)


def _house(config: Settings) -> Callable[[Litestar], "asynccontextmanager[None]"]:
    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        db = await Database.open(config.url)
        terms = Terms(
            config.low_recommend, config.low_stars, config.complaint_hours, config.link_days, config.keep_repair_years
        )
        bus, doorbell, stop = Bus(db, terms=terms), Doorbell(config.url), asyncio.Event()
        bus.heard.append(doorbell.ring)
        app.state.update({"db": db, "bus": bus, "doorbell": doorbell, "looks": Looks(db)})
        app.state["shell"] = read_shell(Path(config.web_dir))
        await doorbell.start()
        before_stop(doorbell.close)
        background = [asyncio.create_task(job) for job in _jobs(config, db, bus, stop)]
        try:
            yield
        finally:
            stop.set()
            await _finished(background)
            await doorbell.stop()
            await db.close()

    return lifespan  # type: ignore[return-value]


def _jobs(config: Settings, db: Database, bus: Bus, stop: asyncio.Event) -> list[Awaitable[None]]:
    jobs: list[Awaitable[None]] = [sweep_forever(db, bus, stop), keep_marks(db, config.data, stop)]
    if config.embedded_worker:
        jobs.append(delivery.work(config, db, bus, stop))
    return jobs


async def _finished(tasks: list["asyncio.Task[None]"]) -> None:
    """Waits a moment for the background jobs to end by themselves."""
    _, late = await asyncio.wait(tasks, timeout=5)
    for task in late:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
