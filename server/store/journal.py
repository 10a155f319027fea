"""The journal (指令日志): every command with its outcome, append-only and hash-chained, and the receipts beside it."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from server.domain.rows.inbox import Cause, SentCommand
from server.store.feed import Statement, insert
from server.store.rows import encode


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
            self.digest = digest_of(entry)
            entries.append(entry | {"hash": self.digest})
        receipts: list[dict[str, Any]] = []
        for device_id, seq, command_id in self._echoes:
            position += 1
            receipts.append({"device_id": device_id, "seq": seq, "command_id": command_id, "position": position})
        tables = (("journal", entries), ("receipts", receipts))
        return [insert(dialect, table, encode(rows).decode()) for table, rows in tables if rows], position


def _entry(journal: Journal, command: SentCommand, outcome: Outcome, door: str) -> dict[str, Any]:
    return {
        "group_id": journal.group_id, "n": journal.count, "command_id": command.id, "device_id": command.device_id,
        "seq": outcome.seq, "name": command.name, "user_id": command.user_id, "door": door, "lane": command.lane,
        "issued_at": _in_utc(command.issued_at), "fields": encode(command.fields).decode(), "outcome": outcome.outcome,
        "reason": encode(outcome.reason).decode() if outcome.reason else None,
        "merged": encode(outcome.merged).decode(), "review_id": outcome.review, "previous": journal.digest,
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
