"""What a door hands to the bus, and what it gets back."""

from msgspec import Struct

from server.commands.envelope import Envelope
from server.store.journal import Outcome


class Actor(Struct, frozen=True, kw_only=True):
    """Who stands at the door: a signed-in person, a customer with a link (`role` link) or the server itself.

    A key of another program brings its `scopes`.
    """

    group_id: str
    store_id: str
    door: str
    user_id: str | None = None
    role: str | None = None
    device_id: str | None = None
    visit_id: str | None = None
    scopes: tuple[str, ...] = ()


class Submission(Struct, frozen=True):
    """What one request wants to run, in order. `queue` says that the commands are numbered by a device."""

    actor: Actor
    envelopes: list[Envelope]
    queue: bool = False


class Failed(Struct, frozen=True):
    """A command that failed unexpectedly and has no outcome yet."""

    seq: int | None
    id: str
    attempt: int


class Answer(Struct, frozen=True):
    """What became of a submission; `next_seq` counts only for a queue."""

    outcomes: list[Outcome]
    next_seq: int | None = None
    failed: Failed | None = None


class Gap(Exception):
    """The queue's numbers do not go on from `next_seq`; nothing ran."""

    def __init__(self, next_seq: int) -> None:
        super().__init__(f"gap at {next_seq}")
        self.next_seq = next_seq


class Forked(Exception):
    """A number that was used for another command: a restored or cloned tablet; nothing ran."""
