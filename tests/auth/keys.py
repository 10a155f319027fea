"""Keys of other programs in tests: made by a manager over HTTP, and the programs that come with them."""

from typing import Any

import httpx
from litestar import Litestar

SOME = ["visits:read", "customers:read"]


def program(app: Litestar, key: str) -> httpx.AsyncClient:
    """A program that asks with this key."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://shop.test", headers={"Authorization": f"Bearer {key}"}
    )


async def new_key(boss: httpx.AsyncClient, name: str = "DMS", scopes: list[str] | None = None, **more: Any) -> Any:
    """What a manager is told when a key is made: its id and its text."""
    answer = await boss.post("/auth/keys", json={"name": name, "scopes": scopes or SOME} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def asked(client: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    """A GraphQL answer."""
    return (await client.post("/graphql", json={"query": query, "variables": variables})).json()


async def code_of(client: httpx.AsyncClient, query: str) -> str | None:
    """The code of an answer's first error; None when there is none."""
    errors = (await asked(client, query)).get("errors")
    return errors[0]["extensions"]["code"] if errors else None


async def cards(boss: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The keys that somebody answers for."""
    return (await boss.get("/auth/keys")).json()["keys"]
