"""The doors under test over a real database, asked over HTTP in this process."""

import base64
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide

from server.auth.accounts import add_user
from server.domain.ids import uuid7
from server.http.caller import provide_caller
from server.http.errors import HANDLERS
from server.settings import Settings
from server.store.looks import Looks
from tests.shop import Shop


class Asker(httpx.AsyncClient):
    """A client that knows the server's settings."""

    def __init__(self, settings: Settings, **how: Any) -> None:
        super().__init__(**how)
        self.settings = settings


def client_for(shop: Shop, settings: Settings, routes: list[Any]) -> Asker:
    """A client of an application that has only these routes."""
    app = Litestar(
        route_handlers=routes,
        dependencies={"person": Provide(provide_caller)},
        exception_handlers=HANDLERS,
        state=State({"db": shop.db, "bus": shop.bus, "settings": settings, "looks": Looks(shop.db)}),
        openapi_config=None,
    )
    return Asker(settings, transport=httpx.ASGITransport(app=app), base_url="http://shop.test")


async def hire(shop: Shop, username: str, role: str = "advisor", store: int = 0) -> str:
    """A person who may sign in with `<username>-demo`; gives the id."""
    return await add_user(
        shop.db, shop.bus, shop.group_id, shop.stores[store], username, f"{username}-demo", username, role
    )


def new_key() -> dict[str, str]:
    """The public half of a fresh P-256 key as a JWK."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = (base64.urlsafe_b64encode(n.to_bytes(32, "big")).rstrip(b"=").decode() for n in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def new_device() -> dict[str, Any]:
    """A tablet as it makes itself known."""
    return {"id": uuid7(), "name": "前台 1", "public_key": new_key()}


async def sign_in(client: httpx.AsyncClient, username: str, device: Any = None) -> httpx.Response:
    """Signs in; the client carries the token from then on if there is one."""
    body = {"username": username, "password": f"{username}-demo"} | ({"device": device} if device else {})
    answer = await client.post("/auth/login", json=body)
    if answer.status_code == 200:
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
    return answer
