"""The shop as a program sees it: GraphQL, photos, documents, the customer's link; over HTTP with a person's token."""

import asyncio
import time
from typing import Any

import httpx
from playwright.async_api import Page

from tests.portal.door import name_digits

VISIT = """query ($id: UUID!) {
  visit(id: $id) {
    id number stage trail customerLink
    customer { id name phones { number } } vehicle { id plate make model ownerId }
    concerns { words } walkaround { odometerKm energyPct belongings }
    damages { id panel kind photos } partsUsed { name } quality { passed }
    findings { id itemCode grade measure { value unit } dtcs }
    estimateLines { id code version decision decidedVersion }
    settlement { totalFen } payments { amountFen method }
    photos { sha256 purpose uploaded } signatures { purpose state sealedAt signer { name } }
  }
}"""
CUSTOMERS = """query ($search: String) {
  customers(search: $search) { edges { node { id name phones { number } vehicles { plate } visits { id } } } }
}"""


class Office:
    """A person at a desk, signed in without a tablet."""

    def __init__(self, url: str, username: str = "manager") -> None:
        self.http = httpx.AsyncClient(base_url=url, timeout=20)
        self.username = username

    async def __aenter__(self) -> "Office":
        await self.sign_in()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def sign_in(self) -> None:
        """Takes a token."""
        body = {"username": self.username, "password": f"{self.username}-demo"}
        answer = (await self.http.post("/auth/login", json=body)).raise_for_status().json()
        self.me: dict[str, Any] = answer["user"]
        self.http.headers["Authorization"] = f"Bearer {answer['token']}"

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of a GraphQL answer without errors."""
        answer = (await self.http.post("/graphql", json={"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def visit(self, visit_id: str) -> dict[str, Any]:
        """A visit with what hangs on it."""
        return (await self.ask(VISIT, id=visit_id))["visit"]

    async def shows(self, page: Page, visit_id: str, query: str = "") -> None:
        """The customer's page of a visit, by its link, with the digits of the phone named."""
        known = await self.visit(visit_id)
        await page.goto(known["customerLink"] + query)
        await name_digits(page, known["customer"]["phones"][0]["number"])

    async def customers(self, search: str) -> list[dict[str, Any]]:
        """Customers whose name or number holds this text."""
        return [edge["node"] for edge in (await self.ask(CUSTOMERS, search=search))["customers"]["edges"]]

    async def document(self, visit_id: str, seconds: float = 20) -> bytes:
        """The sealed PDF, as soon as it is there."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = await self.http.get(f"/visits/{visit_id}/handover.pdf")
            if answer.status_code == 200:
                return answer.content
            await asyncio.sleep(0.2)
        raise AssertionError(answer.text)
