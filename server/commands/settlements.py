"""The settlement (结算): a bill that is checked, not believed, and the money that changed hands."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import entry, get, is_repeat
from server.commands.registry import By, Command, handles
from server.domain.estimates import is_approved
from server.domain.fields import Fen, Id, Instant, Invoice, LineVersion, PaymentMethod, Word
from server.domain.reasons import Reason, Rejected, cause
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.visits import Payment, Settlement, Visit
from server.store.work import Work

Amount = Annotated[int, Meta(ge=1, le=10_000_000_000, extra={"scalar": "Fen"})]


class IssueSettlement(Command, frozen=True):
    """The bill over approved line versions; total = Σ amounts − discount ≥ 0. The newest replaces."""

    visit_id: Id
    settlement_id: Id
    lines: Annotated[list[LineVersion], Meta(max_length=500)]
    discount_fen: Fen
    total_fen: Fen
    invoice: Invoice | None = None


@handles("settlement.issue", makes=("settlement_id",), plan=True)
def issue_settlement(work: Work, by: By, c: IssueSettlement) -> None:
    """Issues the bill if every line is approved in exactly this version and the sum is right."""
    visit = get(work, Visit, c.visit_id)
    before = visit.settlement
    same = before if before and before.id == c.settlement_id else None
    content: dict[str, Any] = {
        "lines": c.lines, "discount_fen": c.discount_fen, "total_fen": c.total_fen, "invoice": c.invoice,
    }  # fmt: skip
    if is_repeat(same, "visits", c.settlement_id, **content):
        return
    if visit.stage not in ("settling", "ready"):
        raise Rejected(Reason.WRONG_STAGE, "visits", visit.id, current=visit.stage, wanted="settling")
    approved = sum(_approved_amount(work, visit, named) for named in c.lines)
    if len({named.line_id for named in c.lines}) < len(c.lines):
        raise Rejected(Reason.INVALID, "field", "lines", problem="line_twice")
    if c.discount_fen > approved:
        raise Rejected(Reason.DISCOUNT_TOO_LARGE, "field", "discount_fen", approved_fen=approved)
    if c.total_fen != approved - c.discount_fen:
        facts = {"approved_fen": approved, "expected_fen": approved - c.discount_fen, "total_fen": c.total_fen}
        raise Rejected(Reason.TOTAL_MISMATCH, "field", "total_fen", **facts)
    bill = Settlement(id=c.settlement_id, issued_at=by.issued_at, by=by.user_id, **content)
    work.change(visit, settlement=bill)


def _approved_amount(work: Work, visit: Visit, named: LineVersion) -> int:
    line = get(work, EstimateLine, named.line_id)
    if line.visit_id != visit.id:
        raise Rejected(Reason.NOT_FOUND, "estimate_lines", line.id)
    if line.version != named.version:
        raise Rejected(Reason.STALE_VERSION, "estimate_lines", line.id, seen=named.version, current=line.version)
    if not is_approved(line):
        raise Rejected(Reason.NOT_APPROVED, "estimate_lines", line.id, decision=line.decision, dropped=line.dropped)
    return line.amount_fen


class RecordPayment(Command, frozen=True):
    """Money changed hands: a fact. A deposit may come before the bill; `refund_of` gives money back."""

    visit_id: Id
    payment_id: Id
    method: PaymentMethod
    amount_fen: Amount
    paid_at: Instant
    reference: Word | None = None
    refund_of: Id | None = None


@handles("settlement.record_payment", makes=("payment_id",))
def record_payment(work: Work, by: By, c: RecordPayment) -> None:
    """Appends the payment; the same method, reference and amount twice is kept for a person to look at."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {
        "method": c.method, "amount_fen": c.amount_fen, "reference": c.reference, "refund_of": c.refund_of,
        "paid_at": c.paid_at,
    }  # fmt: skip
    if is_repeat(entry(visit.payments, c.payment_id), "visits", c.payment_id, **content):
        return
    for other in visit.payments:
        twice = (other.method, other.reference, other.amount_fen) == (c.method, c.reference, c.amount_fen)
        if twice and other.refund_of == c.refund_of:
            work.keep(cause(Reason.DUPLICATE_PAYMENT, "visits", visit.id, payment=other.id))
    payment = Payment(id=c.payment_id, **content)
    work.change(visit, payments=sorted([*visit.payments, payment], key=lambda p: p.id))
