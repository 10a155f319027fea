"""The estimate (估价): lines, their versions, and what is put before the customer."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from server.commands.common import enter, get, is_repeat, refuse_from_settling, stands, tell
from server.commands.registry import By, Command, handles
from server.domain import money
from server.domain.fields import Fen, Id, Label, LineKind, LineVersion, PartKind, Payer, Quantity, Version, Word
from server.domain.reasons import Reason, Rejected, invalid
from server.domain.rows.estimate import EstimateLine, PricedVersion
from server.domain.rows.visits import Visit
from server.domain.stages import CLOSED
from server.store.work import Work


def amount(quantity: str, unit_price_fen: int, discount_fen: int) -> int:
    """The line's amount in fen; raises `invalid` when the discount is larger than the line."""
    try:
        total = money.line_amount(quantity, unit_price_fen, discount_fen)
    except ValueError as error:
        raise invalid("quantity", str(error)) from None
    if total < 0:
        raise invalid("discount_fen", "discount_above_amount", amount_fen=total + discount_fen)
    return total


class AddLine(Command, frozen=True):
    """A line of the estimate: labour (hours × rate), part or other."""

    visit_id: Id
    line_id: Id
    kind: LineKind
    name: Label
    quantity: Quantity
    unit: Word
    unit_price_fen: Fen
    code: Word | None = None
    discount_fen: Fen | None = None
    part_kind: PartKind | None = None
    payer: Payer | None = None
    finding_id: Id | None = None
    carried_from: Id | None = None


@handles("estimate.add_line", makes=("line_id",), plan=True)
def add_line(work: Work, by: By, c: AddLine) -> None:
    """Appends the line with its first version."""
    visit = get(work, Visit, c.visit_id)
    discount = c.discount_fen or 0
    price: dict[str, Any] = {
        "name": c.name, "quantity": c.quantity, "unit_price_fen": c.unit_price_fen, "discount_fen": discount,
        "payer": c.payer or visit.payer,
    }  # fmt: skip
    content: dict[str, Any] = {
        "visit_id": visit.id, "kind": c.kind, "code": c.code, "unit": c.unit, "part_kind": c.part_kind,
        "finding_id": c.finding_id, "carried_from": c.carried_from,
    }  # fmt: skip
    existing = work.find(EstimateLine, c.line_id)
    if is_repeat(existing, "estimate_lines", c.line_id, **content):
        is_repeat(existing and existing.versions[0], "estimate_lines", c.line_id, **price)
        return
    refuse_from_settling(visit)
    first = PricedVersion(version=1, reason=None, dropped=None, at=by.issued_at, by=by.user_id, **price)
    line = EstimateLine(
        id=c.line_id, rev=1, version=1, amount_fen=amount(c.quantity, c.unit_price_fen, discount), decision=None,
        decided_version=None, decided=[], dropped=None, created_at=by.issued_at,
        versions=[first], **content, **price,
    )  # fmt: skip
    work.add(line)


def _current(work: Work, line_id: str, seen_version: int) -> tuple[EstimateLine, Visit]:
    line = get(work, EstimateLine, line_id)
    visit = get(work, Visit, line.visit_id)
    if line.version != seen_version:
        raise Rejected(Reason.STALE_VERSION, "estimate_lines", line.id, seen=seen_version, current=line.version)
    return line, visit


class ReviseLine(Command, frozen=True):
    """A line changes; another price, or another who pays it, is a new version that needs a new decision."""

    line_id: Id
    seen_version: Version
    reason: Label
    quantity: Quantity | None = None
    unit_price_fen: Fen | None = None
    discount_fen: Fen | None = None
    name: Label | None = None
    payer: Payer | None = None


@handles("estimate.revise_line", plan=True)
def revise_line(work: Work, by: By, c: ReviseLine) -> None:
    """Writes the line's next version, which is undecided."""
    line, visit = _current(work, c.line_id, c.seen_version)
    refuse_from_settling(visit)
    names = ("quantity", "unit_price_fen", "discount_fen", "name", "payer")
    values = {name: getattr(line, name) if getattr(c, name) is None else getattr(c, name) for name in names}
    total = amount(values["quantity"], values["unit_price_fen"], values["discount_fen"])
    *earlier, last = line.versions
    version = PricedVersion(
        version=line.version + 1, reason=c.reason, dropped=None, at=by.issued_at, by=by.user_id, **values
    )  # fmt: skip
    work.change(
        line, version=version.version, amount_fen=total, decision=None, decided_version=None,
        versions=[*earlier, msgspec.structs.replace(last, dropped=line.dropped), version], dropped=None, **values,
    )  # fmt: skip


class DropLine(Command, frozen=True):
    """A line is no longer wanted; it stays visible with the reason."""

    line_id: Id
    seen_version: Version
    reason: Label


@handles("estimate.drop_line", plan=True)
def drop_line(work: Work, by: By, c: DropLine) -> None:
    """Drops the line; the bill, if there is one, must be issued again without it."""
    line, visit = _current(work, c.line_id, c.seen_version)
    if visit.stage in CLOSED:
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage)
    if line.dropped is None:
        work.change(line, dropped=c.reason)
    else:
        stands(work, line, "dropped", c.reason)


class PresentEstimate(Command, frozen=True):
    """Puts these versions before the customer; from diagnosing or repairing the visit waits for approval."""

    visit_id: Id
    lines: Annotated[list[LineVersion], Meta(min_length=1, max_length=500)]


@handles("estimate.present", plan=True)
def present_estimate(work: Work, by: By, c: PresentEstimate) -> None:
    """Notes what was presented and tells the customer."""
    visit = get(work, Visit, c.visit_id)
    refuse_from_settling(visit)
    if visit.stage in ("quality_check", "awaiting_parts"):
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted="awaiting_approval")
    for named in c.lines:
        line = get(work, EstimateLine, named.line_id)
        if line.visit_id != visit.id:
            raise Rejected(Reason.NOT_FOUND, "estimate_lines", line.id)
        if line.version != named.version or line.dropped is not None:
            raise Rejected(Reason.STALE_VERSION, "estimate_lines", line.id, seen=named.version, current=line.version)
    shown = {p.line_id: p for p in [*visit.presented, *c.lines]}
    presented = list(shown.values())
    if visit.stage in ("diagnosing", "repairing"):
        enter(work, by, visit, "awaiting_approval", presented=presented)
        return
    if presented != visit.presented:
        visit = work.change(visit, presented=presented)
        tell(work, by, visit, "estimate", stage=visit.stage)
