"""What became of a message, written as its row through the bus (`message.record`), so that tablets see it."""

from datetime import datetime

from msgspec import Struct, to_builtins

from server.commands.bus import Actor, Bus
from server.delivery.outbox import held
from server.delivery.situation import Situation
from server.domain.fields import AttemptResult, MessageChannel, MessageState, MessageWhy
from server.domain.ids import derived
from server.domain.rows.contacts import Attempt
from server.store.database import Database

LONGEST = 200
"""Characters of what a gateway said."""


class Became(Struct, frozen=True, kw_only=True):
    """How far a message has come."""

    state: MessageState
    channel: MessageChannel | None = None
    why: MessageWhy | None = None
    attempts: list[Attempt] = []
    error: str | None = None


class Recorder(Struct, frozen=True):
    """Writes what became of messages."""

    db: Database
    bus: Bus

    async def write(self, s: Situation, became: Became, step: str = "end", *, dead: bool = False) -> None:
        """Records it, unless the promise is another worker's by now; the same step of one claim is recorded once.

        `dead` says that the promise was ended before.
        """
        promise = s.promise
        if not dead and not await held(self.db, promise):
            return
        fields = {
            "message_id": promise.message_id, "customer_id": s.customer.id, "event": s.event.name,
            "state": became.state, "promised_at": promise.promised_at, "visit_id": promise.visit_id,
            "appointment_id": promise.payload.get("appointment_id"), "stage": s.event.stage, "channel": became.channel,
            "why": became.why, "attempts": became.attempts, "error": became.error and became.error[:LONGEST],
        }  # fmt: skip
        server = self.server(s)
        again = derived("message", promise.id, str(promise.attempts), step)
        await self.bus.run(server, "message.record", to_builtins(fields), again)

    def server(self, s: Situation) -> Actor:
        """The server itself, in the store that the message comes from."""
        return Actor(group_id=s.promise.group_id, store_id=s.store_id, door="server", role="server")


def attempt(at: datetime, channel: MessageChannel | None, result: AttemptResult, why: str | None = None) -> Attempt:
    """One try, as the timeline shows it."""
    return Attempt(at=at, channel=channel, result=result, why=why)


def skipped(s: Situation, reasons: dict[MessageChannel, MessageWhy]) -> list[Attempt]:
    """The channels that the customer prefers and that could not be used, without those that were tried or are none."""
    tried = s.promise.payload.get("given_up", {})
    told = {channel: why for channel, why in reasons.items() if channel not in tried and why != "no_channel"}
    return [attempt(s.now, channel, "skipped", why) for channel, why in told.items()]
