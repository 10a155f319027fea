"""Recalls (召回): a campaign of the maker is open for a car, and is done."""

from typing import Any

import msgspec

from server.commands.common import entry, get, is_repeat, stands
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Label, Text, Word
from server.domain.reasons import Reason, Rejected
from server.domain.rows.vehicles import Recall, Vehicle
from server.domain.rows.visits import Visit
from server.store.work import Work


class AddRecall(Command, frozen=True):
    """The maker calls the car back; a campaign that is open already is not entered twice."""

    vehicle_id: Id
    recall_id: Id
    code: Word
    title: Label
    action: Text | None = None


@handles("vehicle.add_recall", makes=("recall_id",))
def add_recall(work: Work, by: By, c: AddRecall) -> None:
    """Appends the recall; other words for a campaign that is open already go to review."""
    vehicle = get(work, Vehicle, c.vehicle_id)
    content: dict[str, Any] = {"code": c.code, "title": c.title, "action": c.action}
    if is_repeat(entry(vehicle.recalls, c.recall_id), "vehicles", c.recall_id, **content):
        return
    first = next((r for r in vehicle.recalls if r.code == c.code and r.done_at is None), None)
    if first is None:
        fresh = Recall(id=c.recall_id, opened_at=by.issued_at, done_at=None, done_in=None, **content)
        work.change(vehicle, recalls=[*vehicle.recalls, fresh])
        return
    work.merged("recall_id", None, c.recall_id, first.id, first.id)
    stands(work, vehicle, "recalls", _with(vehicle, first, title=c.title, action=c.action or first.action))


class CloseRecall(Command, frozen=True):
    """The campaign is done on this car, in a visit or elsewhere."""

    vehicle_id: Id
    recall_id: Id
    visit_id: Id | None = None


@handles("vehicle.close_recall")
def close_recall(work: Work, by: By, c: CloseRecall) -> None:
    """Notes when and where; of two visits the first one stands."""
    vehicle = get(work, Vehicle, c.vehicle_id)
    visit = get(work, Visit, c.visit_id) if c.visit_id else None
    recall = entry(vehicle.recalls, c.recall_id)
    if recall is None:
        raise Rejected(Reason.NOT_FOUND, "recalls", c.recall_id)
    if recall.done_at is None:
        done = _with(vehicle, recall, done_at=by.issued_at, done_in=visit.id if visit else None)
        work.change(vehicle, recalls=done)
    elif visit is not None:
        stands(work, vehicle, "recalls", _with(vehicle, recall, done_in=visit.id))


def _with(vehicle: Vehicle, recall: Recall, **fields: Any) -> list[Recall]:
    changed = msgspec.structs.replace(recall, **fields)
    return [changed if one is recall else one for one in vehicle.recalls]
