"""Text messages (短信): what is asked of a provider, and the two that reach nobody: the console and a file."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Literal, Protocol

import msgspec
from msgspec import Struct

from server.settings import Settings

CARRIED = frozenset(
    {
        "awaiting_approval", "ready", "estimate", "answer", "survey", "survey_reminder", "appointment",
        "appointment_reminder", "complaint", "sign_again", "signing_code",
    }
)  # fmt: skip
"""Topics of which a text message tells when no templates are named: each costs money, so no plain progress."""


class Text(Struct, frozen=True, kw_only=True):
    """One text message. `out_id` is the message's id: a gateway that has seen it sends nothing again.

    `words` are the whole text; a gateway fills `params` into the template that it has approved.
    """

    out_id: str
    phone: str
    topic: str
    language: str
    words: str
    params: dict[str, str]


class Answer(Struct, frozen=True):
    """`taken`, `refused` (for good), or `later` (at least `after` seconds); `why` is a code without personal data."""

    what: Literal["taken", "refused", "later"]
    why: str = ""
    after: float = 0


class Provider(Protocol):
    """Something that sends text messages; `topics` are those that it has words for."""

    topics: frozenset[str]

    async def send(self, text: Text) -> Answer:
        """Hands one text message over; never raises for what the other side does."""
        ...


class Nobody:
    """No provider is set: text messages go nowhere."""

    topics: frozenset[str] = frozenset()

    async def send(self, text: Text) -> Answer:
        """Refuses."""
        return Answer("refused", "no_provider")


class Console:
    """Prints what would be sent, for trying things out."""

    topics = CARRIED

    async def send(self, text: Text) -> Answer:
        """Prints the text."""
        print(f"SMS {text.phone} [{text.topic}] {text.words}", file=sys.stderr)
        return Answer("taken")


class File:
    """Appends what would be sent to a file, one JSON object a line; what is there already is not written again."""

    topics = CARRIED

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = asyncio.Lock()

    async def send(self, text: Text) -> Answer:
        """Writes the line, durably."""
        async with self._lock:
            await asyncio.to_thread(self._append, text)
        return Answer("taken")

    def _append(self, text: Text) -> None:
        line = msgspec.json.encode(text)
        with self._path.open("ab+") as file:
            file.seek(0)
            if not any(json.loads(old)["out_id"] == text.out_id for old in file):
                file.write(line + b"\n")


def templates(config: Settings) -> dict[str, str]:
    """Topic → template code: those of the file that the setting names, else each topic under its own name.

    Raises ValueError for a file that is no such table.
    """
    if not config.sms_templates:
        return {topic: topic for topic in CARRIED}
    try:
        return msgspec.json.decode(Path(config.sms_templates).read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"JIECHE_SMS_TEMPLATES: {error}") from None
