"""How a customer wants to be reached (联系偏好), and questions from the customer's page."""

from server.commands.common import entry, get, is_repeat, meet, tell
from server.commands.registry import By, Command, handles
from server.commands.stored import usable_by
from server.domain.fields import Change, Id, Label, Language, MessageChannel, Text
from server.domain.reasons import Reason, Rejected, invalid
from server.domain.roles import MAY_STOP_CONTACT
from server.domain.rows.customers import Customer, QuietHours
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.visits import Question, Reply, Visit
from server.store.work import Work


class SetContact(Command, frozen=True):
    """Channels in order, hours of quiet, language; `contact_stop` says why nobody contacts the customer unasked."""

    customer_id: Id
    channels: Change[list[MessageChannel]] | None = None
    quiet: Change[QuietHours] | None = None
    language: Change[Language] | None = None
    contact_stop: Change[Label] | None = None


@handles("customer.set_contact")
def set_contact(work: Work, by: By, c: SetContact) -> None:
    """Changes only what the person changed; `contact_stop` is set and lifted by those who answer for the customer."""
    customer = usable_by(by, get(work, Customer, c.customer_id))
    if c.contact_stop is not None and by.role not in MAY_STOP_CONTACT:
        raise Rejected(Reason.FORBIDDEN, "customers", customer.id, field="contact_stop")
    wanted = (c.channels and c.channels.to) or []
    if len(wanted) != len(set(wanted)):
        raise invalid("channels.to", "twice")
    names = ("channels", "quiet", "language", "contact_stop")
    changes = {name: change for name in names if (change := getattr(c, name)) is not None}
    if written := meet(work, customer, changes):
        work.change(customer, **written)


class AskQuestion(Command, frozen=True):
    """The customer asks from the page, about a line or the whole visit."""

    visit_id: Id
    question_id: Id
    text: Text
    line_id: Id | None = None


@handles("estimate.ask", makes=("question_id",))
def ask_question(work: Work, by: By, c: AskQuestion) -> None:
    """Appends the question to the visit; a line that it names is one of this visit's."""
    visit = get(work, Visit, c.visit_id)
    if c.line_id is not None and get(work, EstimateLine, c.line_id).visit_id != visit.id:
        raise Rejected(Reason.NOT_FOUND, "estimate_lines", c.line_id)
    if is_repeat(entry(visit.questions, c.question_id), "visits", c.question_id, text=c.text, line_id=c.line_id):
        return
    asked = Question(id=c.question_id, line_id=c.line_id, text=c.text, at=by.issued_at, reply=None)
    work.change(visit, questions=[*visit.questions, asked])


class AnswerQuestion(Command, frozen=True):
    """The shop answers a customer's question."""

    visit_id: Id
    question_id: Id
    text: Text


@handles("estimate.answer")
def answer_question(work: Work, by: By, c: AnswerQuestion) -> None:
    """Writes the answer beside the question and tells the customer; a second, different one is refused."""
    visit = get(work, Visit, c.visit_id)
    question = entry(visit.questions, c.question_id)
    if question is None:
        raise Rejected(Reason.NOT_FOUND, "visits", c.question_id)
    if question.reply is not None:
        if question.reply.text != c.text:
            raise Rejected(Reason.VALUE_CONFLICT, "visits", c.question_id, field="reply")
        return
    replied = Question(
        id=question.id, line_id=question.line_id, text=question.text, at=question.at,
        reply=Reply(text=c.text, at=by.issued_at, by=by.user_id),
    )  # fmt: skip
    visit = work.change(visit, questions=[replied if one.id == question.id else one for one in visit.questions])
    tell(work, by, visit, "answer", question_id=question.id)
