"""What the shop knows besides visits: recalls of the makers, and customers who need another tone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from server.demo.fleet import Car
from server.demo.step import Step, demo_id, step

_WORDS = (("VIP", 0.03), ("投诉处理中", 0.01), ("勿主动联系", 0.01))


class _Campaign(NamedTuple):
    """What a maker calls back: cars with these engines of these years, one in `every`."""

    code: str
    energies: tuple[str, ...]
    years: tuple[int, int]
    every: int
    title: str
    action: str


_CAMPAIGNS = (
    _Campaign("S2026-031", ("petrol",), (2018, 2021), 12, "高压燃油泵可能渗漏", "检查油泵，必要时更换"),
    _Campaign(
        "S2026-044", ("petrol", "hev", "phev"), (2015, 2019), 20, "驾驶席气囊充气装置可能异常", "更换气囊充气装置"
    ),
    _Campaign("S2026-052", ("bev", "phev", "erev"), (2021, 2024), 10, "电池管理软件可能误报", "升级电池管理软件"),
)


def tone(customer_id: str) -> list[str]:
    """Tags that every desk must see before anybody speaks to this customer; most customers have none."""
    rng = Random(f"tone {customer_id}")
    return [word for word, share in _WORDS if rng.random() < share]


def recalls(cars: list[Car], now: datetime) -> Iterator[Step]:
    """The campaigns that the claims clerk entered five days ago; one car in five has been to another shop for it."""
    at = now - timedelta(days=5)
    for campaign in _CAMPAIGNS:
        for car in cars:
            rng = Random(f"{campaign.code} {car.id}")
            if rng.randrange(campaign.every) or not _concerns(campaign, car.vehicle):
                continue
            recall = {"vehicle_id": car.id, "recall_id": demo_id(rng, at)}
            told = {"code": campaign.code, "title": campaign.title, "action": campaign.action}
            yield step(rng, at, "claims", "vehicle.add_recall", **recall, **told)
            if rng.random() < 0.2:
                yield step(rng, at, "claims", "vehicle.close_recall", **recall)


def _concerns(campaign: _Campaign, vehicle: dict[str, Any]) -> bool:
    first, last = campaign.years
    return vehicle["energy"] in campaign.energies and first <= vehicle["model_year"] <= last
