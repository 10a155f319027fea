"""How tests ask for files, and have them allowed."""

from typing import Any

import httpx

DAYS = {"from": "2026-11-01", "to": "2026-11-30"}
WHY = "客户索要全部资料"


async def asked(client: httpx.AsyncClient, kind: str = "customer-list", **fields: Any) -> dict[str, Any]:
    """A request that was taken."""
    answer = await client.post("/exports", json={"kind": kind, "reason": WHY} | fields)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def allowed(client: httpx.AsyncClient, export: dict[str, Any]) -> dict[str, Any]:
    """The request as this person allowed it."""
    answer = await client.post(f"/exports/{export['id']}/approve")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def fetched(client: httpx.AsyncClient, export: dict[str, Any]) -> httpx.Response:
    """The answer with the file."""
    answer = await client.get(f"/exports/{export['id']}/file")
    assert answer.status_code == 200, answer.text
    return answer


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["code"]
