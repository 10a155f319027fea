"""What became of a message to a customer: told by the worker that sends, and by the phone that showed it."""

from typing import Any

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Instant, Label, MessageChannel, MessageEvent, MessageState, MessageWhy, Stage
from server.domain.ids import derived
from server.domain.reasons import Reason, cause
from server.domain.rows.contacts import Attempt, Message
from server.domain.rows.customers import Customer
from server.domain.rows.inbox import Review, SentCommand
from server.domain.rows.visits import Visit
from server.store.work import Work

SEND_AGAIN = "message.send_again"


class RecordMessage(Command, frozen=True):
    """How far a message has come. The first record of it makes its row; attempts are appended.

    `error` is what the gateway said to a message that failed, for the person who looks into it.
    """

    message_id: Id
    customer_id: Id
    event: MessageEvent
    state: MessageState
    promised_at: Instant
    visit_id: Id | None = None
    appointment_id: Id | None = None
    stage: Stage | None = None
    channel: MessageChannel | None = None
    why: MessageWhy | None = None
    attempts: list[Attempt] | None = None
    error: Label | None = None


@handles("message.record", internal=True)
def record_message(work: Work, by: By, c: RecordMessage) -> None:
    """Writes the row. What a phone has shown stays shown, and what was sent is not unsent; a failure asks a person."""
    known = work.find(Message, c.message_id)
    if known is None:
        customer = get(work, Customer, c.customer_id)
        message = work.add(
            Message(
                id=c.message_id, rev=1, store_id=by.store_id, customer_id=customer.id, visit_id=c.visit_id,
                appointment_id=c.appointment_id, event=c.event, stage=c.stage, state=c.state, channel=c.channel,
                why=c.why, attempts=c.attempts or [], promised_at=c.promised_at,
            )
        )  # fmt: skip
    else:
        attempts = [*known.attempts, *(c.attempts or [])]
        message = work.change(known, channel=c.channel or known.channel, attempts=attempts, **_state(known, c))
    if message.state == "failed" and (known is None or known.state != "failed"):
        work.add(_review(by, message, c.error))


def _state(known: Message, c: RecordMessage) -> dict[str, Any]:
    stays = known.state == "seen" or (known.state == "sent" and c.state in ("waiting", "not_sent"))
    return {} if stays else {"state": c.state, "why": c.why}


def _review(by: By, message: Message, error: str | None) -> Review:
    """What did not get through is looked at by a person: trying it again sends it again."""
    again = SentCommand(
        id=derived("again", by.command_id), name=SEND_AGAIN, fields={"message_id": message.id}, issued_at=by.issued_at,
        user_id=None, device_id=None, lane=None,
    )  # fmt: skip
    facts = {"event": message.event, "customer_id": message.customer_id, "why": message.why, "error": error}
    return Review(
        id=derived("review", by.command_id), rev=1, store_id=message.store_id, state="open", outcome="rejected",
        reason=cause(Reason.MESSAGE_FAILED, "messages", message.id, **facts), merged=[], command=again, further=[],
        makes=[], visit_id=message.visit_id, cause_id=None, opened_at=by.issued_at, resolution=None,
        resolution_reason=None, resolved_by=None, resolved_at=None, result=None,
    )  # fmt: skip


class SendAgain(Command, frozen=True):
    """A person wants a message sent that did not get through, or was not sent."""

    message_id: Id


@handles(SEND_AGAIN)
def send_again(work: Work, by: By, c: SendAgain) -> None:
    """Promises it anew, by the rules as they are then; one that waits or has arrived stays as it is."""
    message = get(work, Message, c.message_id)
    if message.state not in ("failed", "not_sent"):
        return
    work.change(message, state="waiting", why=None)
    work.promise(
        "message", message.visit_id, event=message.event, stage=message.stage, message_id=message.id,
        appointment_id=message.appointment_id, customer_id=message.customer_id, recorded=True,
    )  # fmt: skip


class AcknowledgeMessage(Command, frozen=True):
    """The customer's phone has shown the message."""

    message_id: Id


@handles("push.acknowledge")
def acknowledge_message(work: Work, by: By, c: AcknowledgeMessage) -> None:
    """Marks it seen; a message to somebody else, or one not recorded yet, is none of the link's."""
    message = work.find(Message, c.message_id)
    if message is None or message.state == "seen" or not _for(work, by, message):
        return
    shown = Attempt(at=work.now, channel="push", result="seen", why=None)
    work.change(message, state="seen", why=None, attempts=[*message.attempts, shown])


def _for(work: Work, by: By, message: Message) -> bool:
    """Whether the message is for whoever holds the link: about its visit, or its customer's appointment."""
    if by.role != "link":
        return True
    if message.visit_id is not None or by.visit_id is None:
        return message.visit_id == by.visit_id
    visit = get(work, Visit, by.visit_id)
    return get(work, Customer, visit.customer_id).id == get(work, Customer, message.customer_id).id
