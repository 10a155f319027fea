"""One visit through the bus, from check-in to settled, on both engines."""

from tests.visits import check_in, ready_visit


async def a_visit_goes_from_check_in_to_ready(shop):
    visit = await ready_visit(shop)
    row = await shop.row("visits", visit.id)
    assert row["stage"] == "ready"
    assert row["trail"] == [
        "checked_in", "assigned", "diagnosing", "awaiting_approval", "repairing", "quality_check", "settling", "ready",
    ]  # fmt: skip
    assert row["moves"] == 7
    assert row["settlement"]["total_fen"] == 94_000


async def a_checked_in_car_has_a_number_of_the_day(shop):
    first, second = await check_in(shop), await check_in(shop)
    numbers = [(await shop.row("visits", visit.id))["number"] for visit in (first, second)]
    assert numbers == ["R20261121-0001", "R20261121-0002"]
