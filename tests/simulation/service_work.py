"""What people do around the work on a car: clocks, calls afterwards, recalls, complaints, questions."""

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


def complain(hand: Hand) -> Typed | None:
    """A customer complains, often about a visit."""
    customer = hand.screen.one("customers", hand.chance)
    if customer is None:
        return None
    visit = hand.screen.one("visits", hand.chance, lambda row: row["customer_id"] == customer["id"])
    about = hand.chance.choice(("quality", "price", "rescue"))
    return "complaint.open", {
        "complaint_id": hand.id(), "customer_id": customer["id"], "visit_id": visit["id"] if visit else None,
        "about": about, "text": hand.word(), "owner_id": None, "due_at": None,
    }  # fmt: skip


def step(hand: Hand) -> Typed | None:
    """Two people often handle one complaint at the same time; one of them calls back first."""
    late = hand.chance.random() < 0.3
    complaint = hand.screen.one("complaints", hand.chance, lambda row: late or row["state"] == "open")
    kind = hand.chance.choice(("confirm", "analyse", "agree", "handle", "handle", "call_back"))
    said = {"step_id": hand.id(), "kind": kind, "text": hand.word(), "at": hand.at()}
    return complaint and ("complaint.step", {"complaint_id": complaint["id"], **said})


def assign_complaint(hand: Hand) -> Typed | None:
    """Somebody takes it over, or it may take longer."""
    complaint = hand.screen.one("complaints", hand.chance, lambda row: row["rev"] > 0)
    if complaint is None:
        return None
    changes = {"owner_id": hand.user} if hand.chance.random() < 0.5 else {"due_at": hand.at(days=2)}
    made = {name: hand.change(complaint, name, to) for name, to in changes.items()}
    return "complaint.assign", {"complaint_id": complaint["id"], **made}


def ask(hand: Hand) -> Typed | None:
    """The customer's question, as somebody at the counter writes it down."""
    visit = hand.screen.one("visits", hand.chance)
    return visit and ("estimate.ask", {"visit_id": visit["id"], "question_id": hand.id(), "text": hand.word()})


def answer(hand: Hand) -> Typed | None:
    """Two people often answer the same question."""
    visit = hand.screen.one("visits", hand.chance, lambda row: bool(row.get("questions")))
    if visit is None:
        return None
    question = hand.chance.choice(visit["questions"])
    return "estimate.answer", {"visit_id": visit["id"], "question_id": question["id"], "text": hand.word()}
