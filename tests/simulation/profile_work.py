"""What people do with customers, cars, appointments and the review inbox."""

from collections.abc import Callable

from server.commands.reviews import OFFERED
from server.domain.roles import MAY_STOP_CONTACT
from tests.simulation.hand import NAMES, PHONES, PLATES, Hand, Typed, marks_in
from tests.simulation.tablet import Wire

VINS = ("LSVAA2BR0GN100001", "LSVAA2BR0GN100002", "LSVAA2BR0GN100003")


def register_customer(hand: Hand) -> Typed:
    """Often someone whom another tablet registers at the same time."""
    known = hand.chance.random() < 0.6
    phones = [{"number": n} for n in hand.chance.sample(PHONES, hand.chance.choice((1, 1, 2)))]
    if hand.chance.random() < 0.4:
        phones[0]["primary"] = True
    return "customer.register", {
        "customer_id": hand.id(), "name": hand.chance.choice(NAMES) if known else f"{hand.word()}", "phones": phones,
        "email": hand.maybe(hand.word), "address": hand.maybe(hand.word),
    }  # fmt: skip


def update_customer(hand: Hand) -> Typed | None:
    """One or two fields, sometimes phones."""
    customer = hand.screen.one("customers", hand.chance)
    if customer is None:
        return None
    changes: Wire = {}
    for name in hand.chance.sample(("name", "address", "email", "birthday_on"), hand.chance.choice((1, 1, 2))):
        wanted = f"19{hand.chance.randint(50, 99)}-01-02" if name == "birthday_on" else hand.word()
        changes[name] = hand.change(customer, name, wanted)
    fields: Wire = {"customer_id": customer["id"], "changes": changes}
    if hand.chance.random() < 0.4:
        fields["phones"] = _phones(hand, customer)
    return "customer.update", fields


def _phones(hand: Hand, customer: Wire) -> Wire:
    numbers = [phone["number"] for phone in customer["phones"]]
    new = [number for number in PHONES if number not in numbers]
    added = hand.chance.sample(new, 1) if new else []
    primary = next((phone["number"] for phone in customer["phones"] if phone.get("primary")), None)
    removed = [n for n in numbers if n != primary][:1] if len(numbers) > 1 and hand.chance.random() < 0.3 else []
    choice = hand.chance.choice([*added, *(n for n in numbers if n not in removed)])
    phones: Wire = {"add": [{"number": number} for number in added], "remove": removed}
    return phones | ({"primary": {"from": primary, "to": choice}} if hand.chance.random() < 0.6 else {})


def note_customer(hand: Hand) -> Typed | None:
    """A remark."""
    customer = hand.screen.one("customers", hand.chance)
    fields = {"note_id": hand.id(), "text": hand.word()}
    return customer and ("customer.add_note", {"customer_id": customer["id"], **fields})


def consent(hand: Hand) -> Typed | None:
    """A grant or a withdrawal; a grant sometimes lifts the withdrawals that are shown."""
    customer = hand.screen.one("customers", hand.chance)
    if customer is None:
        return None
    granted = hand.chance.random() < 0.5
    shown = [c["id"] for c in customer["consents"] if c["decision"] == "withdrawn"]
    return "customer.set_consent", {
        "customer_id": customer["id"], "purpose": hand.chance.choice(("marketing", "service_messages")),
        "channel": hand.chance.choice(("any", "sms")), "decision": "granted" if granted else "withdrawn",
        "decided_at": hand.at(), "source": "tablet", "lifts": hand.some(shown) if granted and shown else None,
    }  # fmt: skip


def tag_customer(hand: Hand) -> Typed | None:
    """Tags are words without a mark of their own: people share them."""
    customer = hand.screen.one("customers", hand.chance)
    if customer is None:
        return None
    tags = ["VIP", "怕等", "老客户", "企业"]
    removed = hand.maybe(lambda: hand.some(customer["tags"]), 0.4)
    return "customer.tag", {"customer_id": customer["id"], "add": hand.some(tags), "remove": removed}


def _pair(hand: Hand, kind: str) -> tuple[str, str] | None:
    proposal = hand.screen.one("merge_proposals", hand.chance, lambda row: row["type"] == kind)
    if proposal and hand.chance.random() < 0.7:
        return proposal["keep_id"], proposal["merge_id"]
    rows = hand.screen.all(kind)
    return tuple(row["id"] for row in hand.chance.sample(rows, 2)) if len(rows) > 1 else None  # type: ignore[return-value]


def merge(kind: str, name: str) -> Callable[[Hand], Typed | None]:
    """Two records are one."""

    def act(hand: Hand) -> Typed | None:
        pair = _pair(hand, kind)
        return pair and (name, {"keep_id": pair[0], "merge_id": pair[1]})

    return act


def unmerge(kind: str, name: str) -> Callable[[Hand], Typed | None]:
    """They were not."""

    def act(hand: Hand) -> Typed | None:
        alias = hand.screen.one("aliases", hand.chance, lambda row: row["type"] == kind)
        return alias and (name, {"merge_id": alias["id"]})

    return act


def register_vehicle(hand: Hand) -> Typed:
    """Few VINs and plates, so that cars meet."""
    owner = hand.screen.one("customers", hand.chance)
    vin = hand.maybe(lambda: hand.chance.choice(VINS), 0.7)
    km = hand.maybe(lambda: hand.chance.randint(1_000, 900_000))
    return "vehicle.register", {
        "vehicle_id": hand.id(), "vin": vin, "plate": hand.maybe(lambda: hand.chance.choice(PLATES), 0.5 if vin else 1),
        "make": "大众", "model": hand.word(), "energy": "petrol", "colour": hand.maybe(hand.word),
        "owner_id": owner and hand.maybe(lambda: owner["id"]), "odometer_km": km,
    }  # fmt: skip


def update_vehicle(hand: Hand) -> Typed | None:
    """Colour, model, engine number; sometimes plate or VIN, which others have."""
    vehicle = hand.screen.one("vehicles", hand.chance)
    if vehicle is None:
        return None
    name = hand.chance.choice(("colour", "model", "engine_no", "plate", "vin"))
    to = hand.chance.choice(PLATES if name == "plate" else VINS) if name in ("plate", "vin") else hand.word()
    return "vehicle.update", {"vehicle_id": vehicle["id"], "changes": {name: hand.change(vehicle, name, to)}}


def change_owner(hand: Hand) -> Typed | None:
    """The car was sold."""
    vehicle, owner = hand.screen.one("vehicles", hand.chance), hand.screen.one("customers", hand.chance)
    if vehicle is None or owner is None:
        return None
    change = {"from": vehicle["owner_id"], "to": owner["id"]}
    return "vehicle.change_owner", {"vehicle_id": vehicle["id"], "owner_id": change, "reason": "过户"}


def book(hand: Hand) -> Typed | None:
    """An appointment."""
    customer = hand.screen.one("customers", hand.chance)
    return customer and ("appointment.book", {
        "appointment_id": hand.id(), "customer_id": customer["id"], "at": hand.at(days=2), "work": hand.word(),
        "note": hand.maybe(hand.word),
    })  # fmt: skip


def move_appointment(hand: Hand) -> Typed | None:
    """Another time, or none."""
    row = hand.screen.one("appointments", hand.chance, lambda row: row["status"] in ("booked", "requested"))
    if row is None:
        return None
    if hand.chance.random() < 0.3:
        return "appointment.cancel", {"appointment_id": row["id"], "reason": hand.word()}
    at = {"from": row["at"], "to": hand.at(days=3)}
    return "appointment.move", {"appointment_id": row["id"], "at": at}


def accept(hand: Hand) -> Typed | None:
    """What a customer asked for, as it is or at another time; sometimes what is booked or cancelled by now."""
    late = hand.chance.random() < 0.2
    row = hand.screen.one("appointments", hand.chance, lambda row: late or row["status"] == "requested")
    if row is None:
        return None
    at = hand.maybe(lambda: {"from": row["at"], "to": hand.at(days=3)}, 0.4)
    return "appointment.accept", {"appointment_id": row["id"], "at": at}


def set_contact(hand: Hand) -> Typed | None:
    """How a customer wants to be reached; a stop is a reason in words."""
    customer = hand.screen.one("customers", hand.chance)
    if customer is None:
        return None
    wanted = {
        "channels": lambda: hand.chance.choice((["sms"], ["push", "sms"], None)),
        "quiet": lambda: hand.chance.choice(({"start": "21:00", "end": "08:00"}, None)),
        "language": lambda: hand.chance.choice(("zh", "en")),
        "contact_stop": lambda: hand.maybe(hand.word, 0.7),
    }
    names = [name for name in wanted if name != "contact_stop" or hand.role in MAY_STOP_CONTACT]
    chosen = hand.chance.sample(names, hand.chance.choice((1, 1, 2)))
    changes = {name: hand.change(customer, name, wanted[name]()) for name in chosen}
    return "customer.set_contact", {"customer_id": customer["id"], **changes}


def resolve(hand: Hand) -> Typed | None:
    """Someone looks at an item of the inbox."""
    review = hand.screen.one("reviews", hand.chance, lambda row: row["state"] == "open")
    if review is None:
        return None
    action = hand.chance.choice(OFFERED[review["outcome"]])
    hand.over |= marks_in(review)
    edits: Wire = {}
    if action == "edit":
        words = [name for name in ("text", "reason", "name", "note") if review["command"]["fields"].get(name)]
        for name in words[:1]:
            hand.replacing(review["command"]["fields"][name])
            edits[name] = hand.word()
    return "review.resolve", {
        "review_id": review["id"], "seen_rev": review["rev"], "action": action, "edits": edits or None,
        "reason": hand.word() if action == "discard" else None,
    }  # fmt: skip


def nonsense(hand: Hand) -> Typed:
    """What a newer app sends, or a broken one."""
    customer = hand.screen.one("customers", hand.chance)
    named = customer["id"] if customer else hand.id()
    note = {"customer_id": named, "note_id": hand.id(), "text": hand.word()}
    lines = hand.screen.all("estimate_lines")
    if lines and hand.chance.random() < 0.4:
        return _wrong_decision(hand, hand.chance.choice(lines))
    return hand.chance.choice((
        ("customer.add_note", note | {"colour": "红"}),
        ("customer.add_note.2", note),
        ("customer.add_note", note | {"customer_id": hand.id()}),
        ("vehicle.register", {"vehicle_id": hand.id(), "make": note["text"], "model": "", "energy": "gas"}),
    ))  # fmt: skip


def _wrong_decision(hand: Hand, line: Wire) -> Typed:
    """The second line is of no visit at all: nothing of this may be stored."""
    hand.marks.clear()
    hand.shown = {line["id"]: line["amount_fen"]}
    lines = [(line["id"], line["version"]), (hand.id(), 1)]
    return "estimate.decide", {
        "visit_id": line["visit_id"], "decided_by": {"name": hand.word(), "role": "owner"}, "channel": "tablet",
        "decisions": [{"line_id": line_id, "version": n, "decision": "declined"} for line_id, n in lines],
        "decided_at": hand.at(), "replaces": None,
    }  # fmt: skip
