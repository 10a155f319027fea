"""What tests begin with: customers, cars, a queue of notes."""

from typing import Any

from server.domain.ids import uuid7
from server.store.journal import Outcome
from tests.shop import Shop, Tablet


async def registered(shop: Shop, name: str = "王伟", phones: tuple[str, ...] = ("13800138000",), **fields: Any) -> str:
    """A customer who is known."""
    customer_id = uuid7()
    given = [{"number": number, "primary": i == 0} for i, number in enumerate(phones)]
    await shop.given("advisor", "customer.register", customer_id=customer_id, name=name, phones=given, **fields)
    return customer_id


async def car(
    shop: Shop, word: str = "applied", role: str = "advisor", store: int = 0, **fields: Any
) -> tuple[str, Outcome]:
    """A car as somebody enters it, and what became of the command."""
    vehicle_id = fields.pop("vehicle_id", uuid7())
    fields = {"make": "大众", "model": "帕萨特", "energy": "petrol"} | fields
    outcome = await shop.do(role, "vehicle.register", store=store, vehicle_id=vehicle_id, **fields)
    assert outcome.outcome == word, outcome
    return vehicle_id, outcome


def notes(shop: Shop, tablet: Tablet, customer: str, count: int) -> list:
    """That many notes about a customer, queued."""
    return [
        shop.queued(tablet, "customer.add_note", customer_id=customer, note_id=uuid7(), text=f"第{i}条")
        for i in range(count)
    ]
