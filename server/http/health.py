"""Is it alive, is it ready, and how does it do: for load balancers, Kubernetes and Prometheus."""

import asyncio
import hmac
from typing import Any

from litestar import Request, Response, get
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server import VERSION
from server.documents import sealkey
from server.http.address import is_here
from server.http.caller import bearer
from server.http.errors import Problem
from server.queries.papers import unstamped
from server.store.database import Database

REGISTRY = CollectorRegistry()
REQUESTS = Counter("jieche_http_requests", "HTTP requests by route and status", ["route", "status"], registry=REGISTRY)
SECONDS = Histogram("jieche_http_seconds", "Time to the first byte of an answer", ["route"], registry=REGISTRY)
WAITING = Gauge("jieche_outbox_rows", "Messages of the outbox by state", ["state"], registry=REGISTRY)
UNSTAMPED = Gauge("jieche_papers_without_time_stamp", "Papers whose authority gave no time stamp", registry=REGISTRY)
REVIEWS = Gauge("jieche_reviews_open", "Open items of the review inbox", registry=REGISTRY)


@get("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok", "version": VERSION}


@get("/readyz", include_in_schema=False)
async def readyz(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The database answers; otherwise 503. `seal` is `ready`, or why papers wait: the doctor says more."""
    db: Database = request.app.state.db
    async with db.read() as tx:
        await tx.run(("SELECT 1", ()))
    fault = await asyncio.to_thread(sealkey.problem, request.app.state.settings.data)
    return {"status": "ready", "database": db.dialect, "seal": fault.code if fault else "ready"}


@get("/metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Counts only: no names, no ids. For programs on this machine, and who has the token of the settings."""
    _refuse_strangers(request)
    db: Database = request.app.state.db
    async with db.read() as tx:
        outbox, reviews = await tx.run(
            ("SELECT state, count(*) FROM outbox GROUP BY state", ()),
            ("SELECT count(*) FROM reviews WHERE state = 'open'", ()),
        )
        UNSTAMPED.set(await unstamped(tx))
    for state, count in outbox:
        WAITING.labels(state).set(count)
    REVIEWS.set(reviews[0][0])
    return Response(generate_latest(REGISTRY), media_type="text/plain; version=0.0.4")


def _refuse_strangers(request: Request[Any, Any, Any]) -> None:
    wanted = request.app.state.settings.metrics_token
    if hmac.compare_digest((bearer(request) or "").encode(), wanted.encode()) if wanted else is_here(request):
        return
    raise Problem(403, "forbidden", "Metrics are for this machine, or for who has the JIECHE_METRICS_TOKEN.")


def counted(app: ASGIApp) -> ASGIApp:
    """Middleware that counts requests by route, never by address."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        route = str(scope.get("path_template", "")) or "unmatched"
        with SECONDS.labels(route).time():

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    REQUESTS.labels(route, str(message["status"])).inc()
                await send(message)

            await app(scope, receive, noted)

    return middleware
