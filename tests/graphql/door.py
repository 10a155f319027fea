"""The GraphQL door over a real database: asked over HTTP in this process, or served on a port for outside clients."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from server import auth, graphql
from server.http.caller import provide_caller
from server.http.errors import HANDLERS
from server.settings import Settings
from server.store.doorbell import Doorbell
from server.store.looks import Looks
from server.store.transaction import Transaction
from tests.auth.app import hire, sign_in
from tests.running import free_port
from tests.shop import Shop

ANSWER = "application/graphql-response+json"


class Asker:
    """A program that asks: `await asker.data("{ me { name } }")` as the person whose token it has."""

    def __init__(self, shop: Shop, app: Litestar, http: httpx.AsyncClient) -> None:
        self.shop, self.app, self.http = shop, app, http

    async def post(self, query: str, accept: str = "application/json", **variables: Any) -> httpx.Response:
        """The answer as it comes."""
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=body, headers={"Accept": accept})

    async def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        answer = (await self.post(query, **variables)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def error(self, query: str, **variables: Any) -> dict[str, Any]:
        """The first error of an answer."""
        return (await self.post(query, **variables)).json()["errors"][0]

    async def code(self, query: str, **variables: Any) -> str:
        """The code of the first error."""
        return (await self.error(query, **variables))["extensions"]["code"]

    async def statements(self, query: str, **variables: Any) -> int:
        """How many statements the database runs for an answer: those of the caller's token and of the log too."""
        opened: list[Transaction] = []
        db: Any = self.shop.db

        def counting(begin: Callable[[], Transaction]) -> Callable[[], Transaction]:
            def begun() -> Transaction:
                opened.append(begin())
                return opened[-1]

            return begun

        db.read, db.write = counting(db.read), counting(db.write)
        try:
            await self.data(query, **variables)
        finally:
            del db.read, db.write
        return sum(transaction.statements for transaction in opened)

    async def sign_in(self, username: str, role: str = "manager", store: int = 0) -> str:
        """Asks as a new person from now on; gives the person's id."""
        person = await hire(self.shop, username, role, store)
        assert (await sign_in(self.http, username)).status_code == 200
        return person

    @property
    def token(self) -> str:
        """The token it asks with."""
        return self.http.headers["Authorization"].removeprefix("Bearer ")


def app_of(shop: Shop, settings: Settings, *more: Any) -> Litestar:
    """An application with the doors at which people sign in and ask, and others that are named."""
    doorbell = Doorbell()
    shop.bus.heard.append(doorbell.ring)
    state = {"db": shop.db, "bus": shop.bus, "doorbell": doorbell, "looks": Looks(shop.db), "settings": settings}
    return Litestar(
        [*auth.routes, *graphql.routes, *more], dependencies={"person": Provide(provide_caller)},
        exception_handlers=HANDLERS, state=State(state), openapi_config=None,
    )  # fmt: skip


def asker(shop: Shop, app: Litestar) -> Asker:
    """Nobody yet; sign in to be somebody."""
    return Asker(shop, app, httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop.test"))


@asynccontextmanager
async def served(app: Litestar) -> AsyncIterator[str]:
    """The application on a port of this machine: gives `127.0.0.1:port`."""
    server = Server(app, address="127.0.0.1", port=free_port(), interface=Interfaces.ASGI, log_enabled=False)
    running = asyncio.create_task(server.serve())
    where = f"127.0.0.1:{server.bind_port}"
    try:
        async with httpx.AsyncClient() as client:
            for _ in range(200):
                try:
                    await client.get(f"http://{where}/schema.graphql")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.02)
        yield where
    finally:
        server.stop()
        await running
