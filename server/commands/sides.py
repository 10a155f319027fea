"""Taking a side in a review: the value that a person typed takes the place of the one that stands, or stays aside."""

from typing import Any, cast

import msgspec

from server.commands.common import enter, get, record_progress, share
from server.commands.complaints import hear
from server.commands.identity import compare
from server.commands.registry import By
from server.domain import vin
from server.domain.estimates import standing_decision
from server.domain.fields import Phone, ReviewAction
from server.domain.merge import PRIMARY, primary_of, with_primary
from server.domain.reasons import Reason, cause, invalid
from server.domain.rows import KIND_OF, KINDS
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import Decided, EstimateLine
from server.domain.rows.findings import Finding
from server.domain.rows.inbox import Review
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work

VALUES = (Reason.VALUE_CONFLICT, Reason.OWNER_CONFLICT, Reason.STALE_VERSION, Reason.VISIT_JOINED)
"""Why a value was set aside that can still win."""


def taken(work: Work, by: By, review: Review, side: ReviewAction, chosen: dict[str, Any]) -> bool:
    """Whether the side could be taken; if what stands has changed meanwhile, the review shows it and stays open.

    `chosen` names the values that win, by field, where several people typed one.
    """
    if review.reason.code == Reason.DECISION_CONFLICT:
        _settle_decisions(work, review, mine=side == "accept_mine")
        return True
    if side == "accept_mine" and review.reason.code == Reason.ODOMETER_LOWER:
        return _odometer(work, review)
    return side != "accept_mine" or review.reason.code not in VALUES or _values(work, by, review, chosen)


def _values(work: Work, by: By, review: Review, chosen: dict[str, Any]) -> bool:
    row = cast(Any, get(work, KINDS[review.reason.subject.type], review.reason.subject.id))
    stands = _plain(row)
    aside = [m for m in msgspec.to_builtins(review.merged) if m["yours"] != m["result"] and m["field"] in stands]
    shown: dict[str, list[Any]] = {}
    for m in aside:
        shown.setdefault(m["field"], []).extend((m["yours"], m["result"]))
    if any(stands[field] not in values for field, values in shown.items()):
        now = [m | _as_it_stands(work, row.id, m["field"], stands) for m in aside]
        work.change(review, merged=now)
        return False
    for field, value in chosen.items():
        if value not in shown.get(field, []):
            raise invalid(f"edits.{field}", "not_shown")
    mine = chosen or {m["field"]: m["yours"] for m in reversed(aside)}
    _write(work, by, row, {field: value for field, value in mine.items() if stands[field] != value})
    return True


def _as_it_stands(work: Work, row_id: str, field: str, stands: dict[str, Any]) -> dict[str, Any]:
    last = work.last_change(row_id, field)
    now = {"theirs": stands[field], "result": stands[field], "theirs_by": last.by, "theirs_at": last.at}
    return msgspec.to_builtins(now)


def _plain(row: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(row)
    if isinstance(row, Customer):
        plain[PRIMARY] = primary_of(row.phones)
    return plain


def _write(work: Work, by: By, row: Any, mine: dict[str, Any]) -> None:
    """Writes the values as the command would have: with the visit's next step, or the finding's next version."""
    if not mine:
        return
    types = {f.name: f.type for f in msgspec.structs.fields(row)}
    written = {name: msgspec.convert(value, types[name]) for name, value in mine.items() if name in types}
    for name in ("customer_id", "owner_id"):
        if written.get(name) is not None and KIND_OF[type(row)] != "complaints":
            stores = getattr(row, "stores", None) or [row.store_id]
            written[name] = share(work, get(work, Customer, written[name]), stores).id
    if PRIMARY in mine:
        number = cast(str | None, mine[PRIMARY])
        missing = [] if number is None or any(p.number == number for p in row.phones) else [Phone(number)]
        written["phones"] = with_primary([*row.phones, *missing], number)
    if isinstance(row, Finding):
        version = row.version + 1
        written |= {"version": version, "touched": row.touched | dict.fromkeys(mine, version)}
    if isinstance(row, Visit) and "technician_id" in mine and row.stage == "checked_in":
        enter(work, by, row, "assigned", **written)
        return
    if isinstance(row, Vehicle) and "vin" in written:
        written["vin_check"] = vin.check(written["vin"]) if written["vin"] else None
    changed = work.change(row, **written)
    if isinstance(changed, Customer | Vehicle):
        compare(work, changed)
    if isinstance(changed, Visit) and "ready_at" in mine:
        record_progress(work, by, changed, by.command_id, "promise", told=True)
    if isinstance(changed, Visit) and changed.survey is not None and "survey" in mine:
        hear(work, by, changed, changed.survey)


def _odometer(work: Work, review: Review) -> bool:
    vehicle, facts = get(work, Vehicle, review.reason.subject.id), review.reason.facts
    if vehicle.odometer_km not in (facts["known_km"], facts["read_km"]):
        now = facts | {"known_km": vehicle.odometer_km}
        work.change(review, reason=cause(Reason.ODOMETER_LOWER, "vehicles", vehicle.id, **now))
        return False
    work.change(vehicle, odometer_km=facts["read_km"])
    return True


def _settle_decisions(work: Work, review: Review, mine: bool) -> None:
    """One side of the conflict replaces the other, so that the line counts as decided again."""
    for said in review.command.fields["decisions"]:
        line = get(work, EstimateLine, said["line_id"])
        about = [d for d in line.decided if d.version == said["version"]]
        wins = {d.id for d in about if (d.id == review.command.id) == mine}
        loses = {d.id for d in about} - wins
        decided = [_settled(d, wins, loses) for d in line.decided]
        decision, _ = standing_decision(decided, line.version, line.amount_fen)
        work.change(line, decided=decided, decision=decision, decided_version=line.version if decision else None)


def _settled(decided: Decided, wins: set[str], loses: set[str]) -> Decided:
    replaces = set(decided.replaces)
    replaces = replaces | loses if decided.id in wins else replaces - wins if decided.id in loses else replaces
    return msgspec.structs.replace(decided, replaces=sorted(replaces))
