"""What became of a message to a customer: told by the worker that sends, and by the phone that showed it."""

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Instant, MessageChannel, MessageEvent, MessageState, Stage
from server.domain.rows.contacts import Attempt, Message
from server.domain.rows.customers import Customer
from server.store.work import Work


class RecordMessage(Command, frozen=True):
    """How far a message has come. The first record of it makes its row; attempts are appended."""

    message_id: Id
    customer_id: Id
    event: MessageEvent
    state: MessageState
    promised_at: Instant
    visit_id: Id | None = None
    appointment_id: Id | None = None
    stage: Stage | None = None
    channel: MessageChannel | None = None
    why: str | None = None
    attempts: list[Attempt] | None = None


@handles("message.record", internal=True)
def record_message(work: Work, by: By, c: RecordMessage) -> None:
    """Writes the row; what a phone has shown stays shown."""
    known = work.find(Message, c.message_id)
    if known is None:
        customer = get(work, Customer, c.customer_id)
        work.add(
            Message(
                id=c.message_id, rev=1, store_id=by.store_id, customer_id=customer.id, visit_id=c.visit_id,
                appointment_id=c.appointment_id, event=c.event, stage=c.stage, state=c.state, channel=c.channel,
                why=c.why, attempts=c.attempts or [], promised_at=c.promised_at,
            )
        )  # fmt: skip
        return
    state = "seen" if known.state == "seen" else c.state
    attempts = [*known.attempts, *(c.attempts or [])]
    work.change(known, state=state, channel=c.channel or known.channel, why=c.why, attempts=attempts)


class AcknowledgeMessage(Command, frozen=True):
    """The customer's phone has shown the message."""

    message_id: Id


@handles("push.acknowledge")
def acknowledge_message(work: Work, by: By, c: AcknowledgeMessage) -> None:
    """Marks it seen; a message of another visit, or one not recorded yet, is none of the link's."""
    message = work.find(Message, c.message_id)
    if message is None or message.state == "seen" or (by.role == "link" and message.visit_id != by.visit_id):
        return
    shown = Attempt(at=work.now, channel="push", result="seen", why=None)
    work.change(message, state="seen", attempts=[*message.attempts, shown])
