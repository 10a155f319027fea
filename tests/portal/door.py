"""The customer's door in a test: the page's routes over a real database, and the token of a visit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar
from litestar.datastructures import State
from playwright.async_api import Page

from server import portal
from server.domain.ids import uuid7
from server.domain.tokens import customer_token
from server.http.errors import HANDLERS
from server.queries.visits import visit_rows
from server.settings import Settings
from server.store.doorbell import Doorbell
from server.store.looks import Looks
from tests.shop import Shop

HTML = {"accept": "text/html"}


def house(shop: Shop, config: Settings) -> Litestar:
    """An application with the customer's door only."""
    doorbell = Doorbell()
    shop.bus.heard.append(doorbell.ring)
    state = State({"settings": config, "db": shop.db, "bus": shop.bus, "doorbell": doorbell, "looks": Looks(shop.db)})
    return Litestar(route_handlers=portal.routes, exception_handlers=HANDLERS, state=state, openapi_config=None)


@dataclass
class Door:
    """One customer's link."""

    app: Litestar
    client: httpx.AsyncClient
    config: Settings
    token: str

    async def get(self, path: str = "", **headers: str) -> Any:
        """What lies at an address below the token."""
        return await self.client.get(f"/c/{self.token}{path}", headers=headers)

    async def html(self, lang: str = "zh") -> str:
        """The page."""
        answer = await self.get(f"?lang={lang}", **HTML)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def data(self) -> dict[str, Any]:
        """The page's data."""
        answer = await self.get("/data")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, name: str, fields: dict[str, Any], command_id: str | None = None) -> Any:
        """The answer to a command."""
        sent = {"id": command_id or uuid7(), "name": name, "fields": fields}
        return await self.client.post(f"/c/{self.token}/commands", json=sent)

    async def send(self, name: str, fields: dict[str, Any], command_id: str | None = None) -> dict[str, Any]:
        """The outcome of a command."""
        answer = await self.post(name, fields, command_id)
        assert answer.status_code == 200, answer.text
        return answer.json()

    @asynccontextmanager
    async def live(self) -> AsyncIterator[asyncio.Queue[str]]:
        """The live line: what it sends, until the caller leaves; an empty text when the server ends it."""
        heard: asyncio.Queue[str] = asyncio.Queue()
        left = asyncio.Event()

        async def receive() -> Any:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                heard.put_nowait(message.get("body", b"").decode())

        path = f"/c/{self.token}/live"
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "headers": [], "http_version": "1.1", "scheme": "http", "root_path": "", "asgi": {"version": "3.0"},
            "server": ("shop", 80), "client": ("127.0.0.1", 1),
        }  # fmt: skip
        answering = asyncio.create_task(self.app(scope, receive, send))  # type: ignore[arg-type]
        try:
            yield heard
        finally:
            left.set()
            await asyncio.wait_for(answering, 5)


async def unlock(client: httpx.AsyncClient, token: str, phone: str) -> None:
    """Names the last four digits of the phone, as the customer does once on each device."""
    answer = await client.post(f"/c/{token}/unlock", json={"digits": phone[-4:]})
    assert answer.status_code == 200, answer.text


async def name_digits(page: Page, phone: str) -> None:
    """Like `unlock`, in a browser."""
    await page.get_by_test_id("c-digits").fill(phone[-4:])
    await page.get_by_test_id("c-unlock").click()
    await page.get_by_test_id("c-gate").wait_for(state="detached")


@asynccontextmanager
async def door(
    shop: Shop, visit_id: str, folder: Path, customer_dir: str = "", locked: bool = False
) -> AsyncIterator[Door]:
    """The door of a visit's customer; `folder` holds photos and documents. `locked`: digits were not named yet."""
    config = Settings(data_dir=str(folder), secret_key="a secret of this test", customer_dir=customer_dir)
    app = house(shop, config)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        opened = Door(app, client, config, customer_token(config.secret, visit_id, 1))
        rows = await visit_rows(shop.db, shop.group_id, visit_id)
        if rows is not None and rows.customer.phones and not locked:
            await unlock(client, opened.token, rows.customer.phones[0].number)
        yield opened
