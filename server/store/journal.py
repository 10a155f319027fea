"""The journal (指令日志): every command with its outcome, append-only and hash-chained, and the receipts beside it.

The chain runs over a salted digest of what an entry says. So what it says can be forgotten when its time is over, and
the chain still holds; with the salt gone too, nobody can find it out by trying.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.rows.inbox import Cause, SentCommand
from server.store.feed import DIALECTS, Statement, insert
from server.store.rows import encode

CONTENT = ("fields", "reason", "merged", "salt")
"""What an entry says, and the salt of its digest: the columns that can be forgotten."""
_EMPTIED = "SET fields = '{}', reason = NULL, merged = '[]', salt = NULL"


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a command, for ever. `review` is the id of its item in the inbox, if it has one."""

    seq: int | None = None
    id: str
    outcome: str
    reason: Cause | None = None
    merged: list[dict[str, Any]] = []
    review: str | None = None


class Known(Struct, frozen=True):
    """A command that already ran: where it came from, and its first outcome."""

    device_id: str | None
    seq: int | None
    outcome: Outcome


def known(row: tuple[Any, ...]) -> Known:
    """From a row of `feed.known_outcomes`."""
    command_id, device_id, seq, outcome, reason, merged, review_id = row
    return Known(device_id, seq, outcome_of((command_id, seq, outcome, reason, merged, review_id)))


def outcome_of(row: tuple[Any, ...]) -> Outcome:
    """From (command id, seq, outcome, reason, merged, review id) as the journal keeps them."""
    command_id, seq, outcome, reason, merged, review_id = row
    return Outcome(
        seq=seq,
        id=command_id,
        outcome=outcome,
        reason=msgspec.json.decode(reason, type=Cause) if reason else None,
        merged=msgspec.json.decode(merged),
        review=review_id,
    )


class Journal:
    """The end of a group's journal, and what this batch appends to it."""

    def __init__(self, group_id: str, count: int, digest: str) -> None:
        self.group_id, self.count, self.digest = group_id, count, digest
        self._pending: list[tuple[SentCommand, Outcome, str]] = []
        self._echoes: list[tuple[str, int, str]] = []

    def append(self, command: SentCommand, outcome: Outcome, door: str) -> None:
        """A command that ran now."""
        self._pending.append((command, outcome, door))

    def echo(self, device_id: str, seq: int, command_id: str) -> None:
        """A command that had run before was sent again under another number: the number is used up all the same."""
        self._echoes.append((device_id, seq, command_id))

    def echoed(self, device_id: str) -> set[tuple[int, str]]:
        """What this batch has noted so: (seq, command)."""
        return {(seq, command_id) for device, seq, command_id in self._echoes if device == device_id}

    def statements(self, dialect: str, position: int, now: datetime) -> tuple[list[Statement], int]:
        """What writes the entries, each with its own position and chained by its hash; and the last position."""
        entries: list[dict[str, Any]] = []
        for command, outcome, door in self._pending:
            position += 1
            self.count += 1
            entry = _entry(self, command, outcome, door) | {"received_at": now, "position": position}
            self.digest = digest_of(chained(entry))
            entries.append(entry | {"hash": self.digest})
        receipts: list[dict[str, Any]] = []
        for device_id, seq, command_id in self._echoes:
            position += 1
            receipts.append({"device_id": device_id, "seq": seq, "command_id": command_id, "position": position})
        tables = (("journal", entries), ("receipts", receipts))
        return [insert(dialect, table, encode(rows).decode()) for table, rows in tables if rows], position


def _entry(journal: Journal, command: SentCommand, outcome: Outcome, door: str) -> dict[str, Any]:
    said = {
        "fields": encode(command.fields).decode(), "merged": encode(outcome.merged).decode(),
        "reason": encode(outcome.reason).decode() if outcome.reason else None, "salt": secrets.token_hex(16),
    }  # fmt: skip
    return {
        "group_id": journal.group_id, "n": journal.count, "command_id": command.id, "device_id": command.device_id,
        "seq": outcome.seq, "name": command.name, "user_id": command.user_id, "door": door, "lane": command.lane,
        "issued_at": _in_utc(command.issued_at), "outcome": outcome.outcome, "review_id": outcome.review,
        "previous": journal.digest, "content": content_of(said), **said,
    }  # fmt: skip


def _in_utc(moment: datetime) -> datetime:
    """As both engines give it back; a clock at the edge of time keeps its digits."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def digest_of(entry: dict[str, Any]) -> str:
    """SHA-256 over an entry's JSON in this order, `hash` left out; `previous` chains it."""
    return hashlib.sha256(encode(entry)).hexdigest()


def chained(entry: dict[str, Any]) -> dict[str, Any]:
    """What the chain runs over: an entry without what it says, of which it keeps the digest."""
    return {name: value for name, value in entry.items() if name not in CONTENT}


def content_of(entry: dict[str, Any]) -> str:
    """The salted digest of what an entry says: SHA-256 over the JSON of its `CONTENT`, in that order."""
    return hashlib.sha256(encode([entry[name] for name in CONTENT])).hexdigest()


def is_whole(entry: dict[str, Any]) -> bool:
    """Whether an entry says what its digest says, or was forgotten in the one way that it can be."""
    if entry["salt"] is not None:
        return content_of(entry) == entry["content"]
    return (entry["fields"], entry["reason"], entry["merged"]) == ("{}", None, "[]")


def forget(group_id: str, numbers: list[int]) -> Statement:
    """Empties these entries (their `n`): who did what and when stays, and so does the chain."""
    which = ", ".join("?" * len(numbers))
    return f"UPDATE journal {_EMPTIED} WHERE group_id = ? AND n IN ({which})", (group_id, *numbers)


def forget_reviewed(dialect: str, group_id: str, reviews: list[str]) -> Statement:
    """Empties the entries whose commands stand in these reviews."""
    which = DIALECTS[dialect].ids
    return f"UPDATE journal {_EMPTIED} WHERE group_id = ? AND review_id IN ({which})", (group_id, json.dumps(reviews))
