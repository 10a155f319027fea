"""What a person sees: the server's rows with a rough guess of the pending commands on top, enough to go on working."""

from collections.abc import Callable
from random import Random
from typing import Any

from tests.simulation.tablet import Command, Rows, Wire

CLOSED = ("handed_over", "cancelled")


class Screen:
    """Rows by kind and id; guesses are written into copies."""

    def __init__(self, base: Rows, pending: list[Command], store_id: str) -> None:
        self.rows: Rows = {kind: dict(rows) for kind, rows in base.items()}
        self.base, self.pending, self.store_id = base, pending, store_id
        for command in pending:
            if guess := _GUESSES.get(command.name):
                guess(self, command.fields)

    def all(self, kind: str) -> list[Wire]:
        """Rows of a kind in the order of their ids, what was merged away left out."""
        return [row for _, row in sorted(self.rows.get(kind, {}).items())]

    def one(self, kind: str, chance: Random, wanted: Callable[[Wire], bool] = lambda row: True) -> Wire | None:
        """Some row that fits; the first ones more often, so that people meet."""
        found = [row for row in self.all(kind) if wanted(row)]
        if not found:
            return None
        if chance.random() < 0.3:
            return chance.choice(found)
        return found[min(int(chance.expovariate(0.6)), len(found) - 1)]

    def get(self, kind: str, row_id: str | None) -> Wire | None:
        """The row with this id, also under an alias."""
        rows = self.rows.get(kind, {})
        if row_id in rows:
            return rows[row_id]
        alias = self.rows.get("aliases", {}).get(row_id or "")
        return self.get(kind, alias["canonical_id"]) if alias else None

    def of_visit(self, kind: str, visit_id: str) -> list[Wire]:
        """What hangs on a visit."""
        return [row for row in self.all(kind) if row["visit_id"] == visit_id]

    def untouched(self, visit: Wire) -> bool:
        """Whether no guess lies over the visit or what it shows, so that a document can be built from it."""
        text = repr([command.fields for command in self.pending])
        ids = [visit["id"], visit["customer_id"], visit["vehicle_id"]]
        ids += [line["id"] for line in self.of_visit("estimate_lines", visit["id"])]
        return visit["id"] in self.base.get("visits", {}) and not any(row_id in text for row_id in ids)

    def put(self, kind: str, row_id: str, /, **fields: Any) -> None:
        """A new row as guessed."""
        self.rows.setdefault(kind, {}).setdefault(row_id, fields | {"id": row_id, "rev": 0})

    def set(self, kind: str, row_id: str, /, **fields: Any) -> None:
        """A changed row as guessed."""
        if (row := self.get(kind, row_id)) is not None:
            self.rows[kind][row["id"]] = row | fields


def _customer(screen: Screen, f: Wire) -> None:
    fields = {name: f.get(name) for name in ("email", "address", "birthday_on", "preferred_channel")}
    empty: Wire = {"kind": "person", "tags": [], "notes": [], "consents": []}
    screen.put("customers", f["customer_id"], name=f["name"], phones=f["phones"], **fields, **empty)


def _changed(kind: str, key: str) -> Callable[[Screen, Wire], None]:
    return lambda screen, f: screen.set(kind, f[key], **{n: c["to"] for n, c in (f.get("changes") or {}).items()})


def _vehicle(screen: Screen, f: Wire) -> None:
    names = ("vin", "plate", "make", "model", "model_year", "colour", "energy", "engine_no", "owner_id", "odometer_km")
    screen.put("vehicles", f["vehicle_id"], **{name: f.get(name) for name in names}, insurance_expires_on=None)


def _visit(screen: Screen, f: Wire) -> None:
    empty: Wire = {"technician_id": None, "ready_at": None, "settlement": None, "quality": None, "walkaround": None}
    lists: Wire = {name: [] for name in ("presented", "payments", "concerns", "advice", "parts_used")}
    names = ("vehicle_id", "customer_id", "kind", "payer")
    screen.put(
        "visits", f["visit_id"], stage="checked_in", moves=0, **{n: f[n] for n in names}, **empty, **lists
    )  # fmt: skip


def _assign(screen: Screen, f: Wire) -> None:
    visit = screen.get("visits", f["visit_id"])
    if visit:
        stage = "assigned" if visit["stage"] == "checked_in" else visit["stage"]
        screen.set("visits", visit["id"], technician_id=f["technician_id"]["to"], stage=stage)


def _move(screen: Screen, visit_id: str, stage: str) -> None:
    if visit := screen.get("visits", visit_id):
        screen.set("visits", visit_id, stage=stage, moves=visit["moves"] + 1)


def _present(screen: Screen, f: Wire) -> None:
    visit = screen.get("visits", f["visit_id"])
    if visit and visit["stage"] in ("diagnosing", "repairing"):
        _move(screen, visit["id"], "awaiting_approval")
    screen.set("visits", f["visit_id"], presented=f["lines"])


def _line(screen: Screen, f: Wire) -> None:
    said: Wire = {"decision": None, "decided_version": None, "dropped": None, "version": 1, "decided": []}
    price = {name: f[name] for name in ("name", "unit_price_fen", "quantity", "discount_fen")}
    screen.put("estimate_lines", f["line_id"], visit_id=f["visit_id"], amount_fen=_amount(price), **price, **said)


def _amount(price: Wire) -> int:
    return int(price["quantity"]) * price["unit_price_fen"] - price["discount_fen"]


def _revise_line(screen: Screen, f: Wire) -> None:
    if line := screen.get("estimate_lines", f["line_id"]):
        new = {name: f[name] for name in ("name", "unit_price_fen") if f.get(name) is not None}
        new |= {"version": line["version"] + 1, "dropped": None, "amount_fen": _amount(line | new)}
        screen.set("estimate_lines", line["id"], **new)


def _decide(screen: Screen, f: Wire) -> None:
    for said in f["decisions"]:
        fields = {"decision": said["decision"], "decided_version": said["version"]}
        screen.set("estimate_lines", said["line_id"], **fields)


def _finding(screen: Screen, f: Wire) -> None:
    names = ("visit_id", "item_code", "grade", "dtcs", "cause", "plan", "budget_fen", "measure")
    screen.put("findings", f["finding_id"], version=1, **{name: f.get(name) for name in names})


def _revise_finding(screen: Screen, f: Wire) -> None:
    if finding := screen.get("findings", f["finding_id"]):
        new = {name: value for name, value in f.items() if name not in ("finding_id", "seen_version")}
        screen.set("findings", finding["id"], version=finding["version"] + 1, **new)


_GUESSES: dict[str, Callable[[Screen, Wire], None]] = {
    "customer.register": _customer,
    "customer.update": _changed("customers", "customer_id"),
    "vehicle.register": _vehicle,
    "vehicle.update": _changed("vehicles", "vehicle_id"),
    "vehicle.change_owner": lambda s, f: s.set("vehicles", f["vehicle_id"], owner_id=f["owner_id"]["to"]),
    "appointment.book": lambda s, f: s.put("appointments", f["appointment_id"], **f, status="booked"),
    "appointment.accept": lambda s, f: s.set("appointments", f["appointment_id"], status="booked"),
    "appointment.move": lambda s, f: s.set("appointments", f["appointment_id"], at=f["at"]["to"]),
    "complaint.open": lambda s, f: s.put("complaints", f["complaint_id"], **f, state="open", steps=[]),
    "visit.open": _visit,
    "visit.assign": _assign,
    "visit.promise": lambda s, f: s.set("visits", f["visit_id"], ready_at=f["ready_at"]["to"]),
    "visit.cancel": lambda s, f: _move(s, f["visit_id"], "cancelled"),
    "estimate.add_line": _line,
    "estimate.revise_line": _revise_line,
    "estimate.drop_line": lambda s, f: s.set("estimate_lines", f["line_id"], dropped=f["reason"]),
    "estimate.present": _present,
    "estimate.decide": _decide,
    "finding.record": _finding,
    "finding.revise": _revise_finding,
    "repair.advance": lambda s, f: _move(s, f["visit_id"], f["stage"]["to"]),
    "quality.pass": lambda s, f: _move(s, f["visit_id"], "settling"),
    "quality.fail": lambda s, f: _move(s, f["visit_id"], "repairing"),
    "settlement.issue": lambda s, f: s.set("visits", f["visit_id"], settlement=f),
    "handover.release": lambda s, f: _move(s, f["visit_id"], "handed_over"),
    "photo.add": lambda s, f: s.put("photos", f["photo_id"], **f, uploaded=False, waived=None),
}
