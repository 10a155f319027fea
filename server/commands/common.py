"""What handlers share: finding what a command names, moving a stage, meeting a value that someone else changed."""

from datetime import timedelta
from typing import Any, TypeVar

from msgspec import Struct

from server.commands import stored
from server.commands.registry import By
from server.domain import merge
from server.domain.fields import Change, Stage
from server.domain.reasons import Reason, Rejected, cause, invalid
from server.domain.rows import KIND_OF
from server.domain.rows.customers import Customer
from server.domain.rows.findings import Progress
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Visit
from server.domain.stages import CLOSED
from server.store.work import Work

R = TypeVar("R", bound=Struct)
LATE = timedelta(hours=1)
"""Messages caused by commands issued longer ago than this collapse into one with the latest state (sync protocol)."""


def get(work: Work, struct: type[R], row_id: str) -> R:
    """The row that a command names; raises `not_found`."""
    row = work.find(struct, row_id)
    if row is None:
        raise Rejected(Reason.NOT_FOUND, KIND_OF[struct], row_id)
    return row


def is_repeat(existing: Any, kind: str, entry_id: str, /, **content: Any) -> bool:
    """Whether an append-only entry is there already with this content; other content under its id is `id_taken`."""
    if existing is None:
        return False
    different = sorted(name for name, value in content.items() if getattr(existing, name) != value)
    if different:
        raise Rejected(Reason.ID_TAKEN, kind, entry_id, fields=different)
    return True


def entry(entries: list[R], entry_id: str) -> R | None:
    """The embedded entry with this id."""
    return next((item for item in entries if getattr(item, "id", None) == entry_id), None)


def keep_if_closed(work: Work, visit: Visit) -> None:
    """A fact for a visit that has ended is stored and put up for review."""
    if visit.stage in CLOSED:
        work.keep(cause(Reason.VISIT_CLOSED, "visits", visit.id, stage=visit.stage))


def refuse_from_settling(visit: Visit) -> None:
    """The plan is frozen once the bill is being made."""
    if visit.stage in CLOSED or visit.stage in ("settling", "ready"):
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage)


def meet(work: Work, row: Any, changes: dict[str, Change[Any]]) -> dict[str, Any]:
    """The values to write for `{from,to}` changes; where two people wanted different things both go to a review."""
    written: dict[str, Any] = {}
    for name, change in changes.items():
        current = getattr(row, name)
        result, conflict = merge.scalar(current, change.from_, change.to)
        if conflict:
            why = cause(Reason.VALUE_CONFLICT, KIND_OF[type(row)], row.id, field=name)
            work.merged(name, change.from_, change.to, current, current, why)
        elif result != current:
            written[name] = result
    return written


def stands(work: Work, row: Any, field: str, wanted: Any) -> None:
    """What somebody else has set stays; a person who set it differently, without seeing that, is heard in a review."""
    current = getattr(row, field)
    if wanted != current:
        why = cause(Reason.VALUE_CONFLICT, KIND_OF[type(row)], row.id, field=field)
        work.merged(field, None, wanted, current, current, why)


def named_changes(changes: Struct | None) -> dict[str, Change[Any]]:
    """The changes that a command carries, by field."""
    if changes is None:
        return {}
    found = {name: getattr(changes, name) for name in changes.__struct_fields__}
    return {name: change for name, change in found.items() if change is not None}


def enter(work: Work, by: By, visit: Visit, stage: Stage, note: str | None = None, **fields: Any) -> Visit:
    """The visit goes to a stage: the trail grows, a progress entry is written, the customer will be told."""
    closed = {"closed_at": work.now} if stage in CLOSED else {}
    trail = [*visit.trail, stage]
    visit = work.change(visit, stage=stage, trail=trail, moves=len(trail) - 1, **closed, **fields)
    record_progress(work, by, visit, by.command_id, "stage", text=note, told=True)
    if closed:
        stored.place_parties(work, visit)
    return visit


def record_progress(
    work: Work, by: By, visit: Visit, entry_id: str, kind: Any, text: str | None = None, told: bool = False
) -> None:
    """A step that the visit's timeline shows; `told` promises a message to the customer."""
    work.add(
        Progress(
            id=entry_id,
            rev=1,
            visit_id=visit.id,
            kind=kind,
            stage=visit.stage if kind == "stage" else None,
            ready_at=visit.ready_at,
            text=text,
            visible_to_customer=True,
            at=by.issued_at,
            by=by.user_id,
        )
    )
    if told:
        tell(work, by, visit, kind, stage=visit.stage, progress_id=entry_id)


def tell(work: Work, by: By, visit: Visit, kind: str, **payload: Any) -> None:
    """Promises the customer a message; those of old commands collapse into one with the latest state."""
    late = work.now - by.issued_at > LATE
    work.promise("message", visit.id, f"late:{visit.id}" if late else None, event=kind, **payload)


def share(work: Work, row: R, stores: list[str]) -> R:
    """The row enters these stores' scope: their tablets will hold it; a stored one only as `stored.place` says."""
    if getattr(row, "restricted", None) is not None:
        return row
    held: list[str] = getattr(row, "stores", [])
    shared = merge.with_items(held, stores)
    return row if shared == held else work.change(row, stores=shared)


def customer_and_vehicle(work: Work, visit: Visit) -> tuple[Customer, Vehicle]:
    """Who brought the car, and the car."""
    return get(work, Customer, visit.customer_id), get(work, Vehicle, visit.vehicle_id)


def read_as(path: str, read: Any, text: str | None) -> Any:
    """A value in the format of its kind (VIN, plate, phone …); raises `invalid` with the field's path."""
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise invalid(path, str(error)) from None
