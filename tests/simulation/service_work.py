"""What people do around the work on a car: the clock of a technician, the call after the visit, the maker's recalls."""

from tests.simulation.hand import Hand, Typed
from tests.simulation.screen import CLOSED

CAMPAIGNS = ("S2026M0071V", "S2026M0112V")


def clock_on(hand: Hand) -> Typed | None:
    """Somebody begins to work, now and then on a car that has just left."""
    late = hand.chance.random() < 0.2
    visit = hand.screen.one("visits", hand.chance, lambda row: late or row["stage"] not in CLOSED)
    return visit and ("repair.clock_on", {"visit_id": visit["id"], "work_id": hand.id(), "at": hand.at()})


def clock_off(hand: Hand) -> Typed | None:
    """The same stint is sometimes ended on two tablets."""
    visit = hand.screen.one("visits", hand.chance, lambda row: any(not one["ended_at"] for one in row.get("work", ())))
    if visit is None:
        return None
    stint = hand.chance.choice([one for one in visit["work"] if not one["ended_at"]])
    return "repair.clock_off", {"visit_id": visit["id"], "work_id": stint["id"], "at": hand.at()}


def call(hand: Hand) -> Typed | None:
    """How is the car?"""
    visit = hand.screen.one("visits", hand.chance, lambda row: row["stage"] == "handed_over")
    said = {"reached": hand.chance.random() < 0.6, "at": hand.at(), "text": hand.word()}
    return visit and ("survey.record_call", {"visit_id": visit["id"], "call_id": hand.id(), **said})


def add_recall(hand: Hand) -> Typed | None:
    """One of two campaigns, so that two people enter the same one for the same car."""
    vehicle = hand.screen.one("vehicles", hand.chance)
    campaign = {"code": hand.chance.choice(CAMPAIGNS), "title": hand.word(), "action": hand.maybe(hand.word)}
    return vehicle and ("vehicle.add_recall", {"vehicle_id": vehicle["id"], "recall_id": hand.id(), **campaign})


def close_recall(hand: Hand) -> Typed | None:
    """Done here or elsewhere."""
    vehicle = hand.screen.one(
        "vehicles", hand.chance, lambda row: any(not one["done_at"] for one in row.get("recalls", ()))
    )
    if vehicle is None:
        return None
    recall = hand.chance.choice([one for one in vehicle["recalls"] if not one["done_at"]])
    visit = hand.screen.one("visits", hand.chance, lambda row: row["vehicle_id"] == vehicle["id"])
    fields = {"recall_id": recall["id"], "visit_id": visit["id"] if visit else None}
    return "vehicle.close_recall", {"vehicle_id": vehicle["id"], **fields}
