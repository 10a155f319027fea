"""From the visit's rows to what its customer may see."""

from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from msgspec import structs

from server.documents import labels
from server.documents.labels import Words
from server.documents.sentence import is_late, sentence
from server.domain import plate as plates
from server.domain.estimates import approved
from server.domain.fields import Channel
from server.domain.merge import withdrawn
from server.domain.rows.customers import Consent
from server.domain.rows.findings import Damage, Finding, Progress
from server.domain.rows.vehicles import Vehicle
from server.domain.rows.visits import Payment, Visit
from server.domain.stages import STAGES
from server.portal import amending, facts, signing
from server.portal.estimate import lines_of
from server.portal.facts import Said
from server.portal.words import LABELS, PURPOSES
from server.portal.words import STAGES as STAGE_WORDS
from server.queries.portal import Surroundings
from server.queries.visits import VisitRows

_ON_THE_WAY = frozenset({"awaiting_approval", "awaiting_parts", "cancelled"})
"""Stages that not every visit meets: the line shows them once they happened."""


def outside(rows: VisitRows, around: Surroundings, now: datetime) -> facts.Outside:
    """What whoever holds the link sees; how many lines wait is told, no price is."""
    return _outside(rows, around, now, 0, locked=True)


def _outside(rows: VisitRows, around: Surroundings, now: datetime, due: int, locked: bool) -> facts.Outside:
    visit, zone = rows.visit, ZoneInfo(around.store.time_zone)
    waiting = sum(line.asks for line in lines_of(visit, rows.lines, around.catalogue))
    said = sentence(visit.stage, waiting, due, visit.ready_at, now, zone)
    return facts.Outside(
        visit_id=visit.id, number=visit.number, stage=visit.stage, sentence=spoken(said),
        late=is_late(visit.stage, visit.ready_at, now), ready_at=visit.ready_at, store=_store(around),
        car=_car(rows.vehicle), steps=_steps(visit, rows.progress), language=rows.customer.language,
        locked=locked,
    )  # fmt: skip


def build(
    rows: VisitRows, around: Surroundings, sealed: bool, bookings: list[facts.Booking], earlier: list[facts.Earlier],
    now: datetime,
) -> facts.Page:  # fmt: skip
    """The page's data; `sealed` says that the handover's PDF is there."""
    visit, customer = rows.visit, rows.customer
    lines = lines_of(visit, rows.lines, around.catalogue)
    agreed = sum(line.amount_fen for line in approved(rows.lines))
    paid = sum(_received(p) for p in visit.payments if p.method != "on_account")
    due = visit.settlement.total_fen - paid if visit.settlement else 0
    here = {photo.sha256 for photo in rows.photos if photo.uploaded}
    return facts.Page(
        **structs.asdict(_outside(rows, around, now, due, locked=False)), opened_at=visit.opened_at,
        updates=_updates(rows.progress), concerns=[concern.words for concern in visit.concerns], lines=lines,
        asks_fen=sum(line.amount_fen for line in lines if line.asks), approved_fen=agreed,
        findings=_findings(rows, around, here), photos=_photos(rows),
        parts=[facts.Part(p.id, p.name, p.quantity, p.at) for p in visit.parts_used],
        damages=[_mark(damage, here) for damage in rows.damages],
        bill=_bill(visit, agreed), payments=[_paid(p) for p in visit.payments], paid_fen=paid, due_fen=due,
        advice=[facts.Counsel(a.id, a.text, a.next_km, a.next_on) for a in visit.advice],
        documents=[facts.Paper("handover", "handover.pdf")] if sealed else [], survey=_survey(visit),
        amendments=amending.amendments(rows, around),
        sign_again=signing.sign_again(rows, around), signatures=signing.signatures(rows, around),
        consents=[_permission(name, words, customer.consents) for name, words in PURPOSES.items()],
        questions=[facts.Asked(q.id, q.line_id, q.text, q.at, q.reply and q.reply.text) for q in visit.questions],
        reach=facts.Reach(customer.channels, customer.quiet, customer.language), bookings=bookings, earlier=earlier,
        stored_since=customer.restricted and customer.restricted.at, seen=customer.rev,
    )  # fmt: skip


def spoken(words: Words) -> Said:
    """Words as data."""
    return Said(words.zh, words.en)


def shown_photos(rows: VisitRows) -> set[str]:
    """The SHA-256 of every photo that the page may show."""
    return {photo.sha256 for photo in rows.photos if photo.uploaded}


def _mark(damage: Damage, here: set[str]) -> facts.Mark:
    words = spoken(labels.DAMAGES[damage.kind])
    return facts.Mark(damage.id, spoken(labels.panel(damage.panel)), words, damage.severity, _here(damage.photos, here))


def _here(photos: list[str], here: set[str]) -> list[str]:
    return [sha256 for sha256 in photos if sha256 in here]


def _store(around: Surroundings) -> facts.Store:
    store = around.store
    name = Said(store.name, store.name_en or store.name)
    return facts.Store(name, store.phone, store.address, store.map_url, store.time_zone)


def _car(car: Vehicle) -> facts.Car:
    try:
        kind = plates.kind(car.plate) if car.plate else None
    except ValueError:
        kind = None
    return facts.Car(car.plate, kind, f"{car.make} {car.model}", car.model_year, car.colour)


def _steps(visit: Visit, progress: list[Progress]) -> list[facts.Step]:
    """The line from received to returned; a cancelled visit's line ends where it was cancelled."""
    came = {p.stage: p.at for p in sorted(progress, key=lambda p: (p.at, p.id)) if p.kind == "stage" and p.stage}
    place = STAGES.index(visit.stage)
    steps: list[facts.Step] = []
    for index, stage in enumerate(STAGES):
        was_there = stage in visit.trail
        if not was_there and (stage in _ON_THE_WAY or index < place):
            continue
        over = index < place or visit.stage == "handed_over"
        state = "now" if stage == visit.stage and not over else "done" if over else "ahead"
        at = came.get(stage) if state != "ahead" else None
        steps.append(facts.Step(stage, spoken(STAGE_WORDS[stage]), state, at))
    return steps


def _updates(progress: list[Progress]) -> list[facts.Update]:
    """What a customer may read; remarks beside a stage move are the shop's own."""
    shown = [p for p in progress if p.visible_to_customer]
    return [
        facts.Update(
            p.id, p.kind, spoken(_update_words(p)), p.text if p.kind in ("note", "promise") else None,
            p.ready_at if p.kind == "promise" else None, p.at,
        )
        for p in sorted(shown, key=lambda p: (p.at, p.id), reverse=True)
    ]  # fmt: skip


def _update_words(entry: Progress) -> Words:
    if entry.kind == "stage" and entry.stage:
        return STAGE_WORDS[entry.stage]
    return LABELS[{"promise": "new_time", "report": "report_there"}.get(entry.kind, "note")]


def _findings(rows: VisitRows, around: Surroundings, here: set[str]) -> list[facts.Seen]:
    """Findings that were published, that a line before the customer rests on, or that the signed document lists."""
    visit = rows.visit
    presented = {p.line_id for p in visit.presented}
    told = {f.finding_id for f in visit.report.findings} if visit.report else set[str]()
    told |= {line.finding_id for line in rows.lines if line.finding_id and line.id in presented}
    shown = [f for f in rows.findings if f.id in told or visit.stage == "handed_over"]
    order = ("red", "yellow", "green", "not_checked")
    return sorted((_seen(f, around, here) for f in shown), key=lambda f: (order.index(f.grade), f.id))


def _seen(finding: Finding, around: Surroundings, here: set[str]) -> facts.Seen:
    item = around.items.get(finding.item_code)
    name = Said(item.name, item.name_en) if item else Said(finding.item_code, finding.item_code)
    limits: dict[str, Any] = (item.limits if item and finding.measure else None) or {}
    unit = finding.measure.unit if finding.measure else ""
    return facts.Seen(
        id=finding.id, name=name, grade=finding.grade, words=spoken(labels.GRADES[finding.grade]),
        measure=f"{finding.measure.value} {unit}" if finding.measure else None,
        limit=f"{limits['red']} {unit}" if "red" in limits else None, limit_is=limits.get("worse"),
        dtcs=finding.dtcs, cause=finding.cause, plan=finding.plan, photos=_here(finding.photos, here),
    )  # fmt: skip


def _photos(rows: VisitRows) -> list[facts.Picture]:
    taken = sorted((p for p in rows.photos if p.uploaded and p.purpose != "finding"), key=lambda p: p.id)
    unique = {photo.sha256: photo for photo in taken}
    return [facts.Picture(p.sha256, spoken(labels.PHOTOS[p.purpose]), p.caption) for p in unique.values()]


def _bill(visit: Visit, agreed: int) -> facts.Bill | None:
    bill = visit.settlement
    if bill is None:
        return None
    return facts.Bill([b.line_id for b in bill.lines], bill.discount_fen, bill.total_fen, agreed, bill.issued_at)


def _received(payment: Payment) -> int:
    return payment.amount_fen if payment.refund_of is None else -payment.amount_fen


def _paid(payment: Payment) -> facts.Paid:
    return facts.Paid(payment.id, spoken(labels.METHODS[payment.method]), _received(payment), payment.paid_at)


def _survey(visit: Visit) -> Any:
    if visit.survey is not None:
        return "answered"
    return "open" if visit.stage == "handed_over" else "closed"


def _permission(purpose: Any, words: Words, consents: list[Consent]) -> facts.Permission:
    """Withdrawn while a withdrawal stands on any channel."""
    standing = sorted({one for channel in get_args(Channel) for one in withdrawn(consents, purpose, channel)})
    granted = any(c.decision == "granted" and c.purpose == purpose for c in consents)
    state = "withdrawn" if standing else "granted" if granted else "unsaid"
    return facts.Permission(purpose, spoken(words), state, standing)
