"""Why something was not simply applied: the closed list of codes, and the exception that carries one."""

from enum import StrEnum
from typing import Any

from server.domain.rows.inbox import Cause, Subject


class Reason(StrEnum):
    """Codes that clients translate; none is ever renamed."""

    INVALID = "invalid"
    UNKNOWN_COMMAND = "unknown_command"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    ID_TAKEN = "id_taken"
    BLOCKED = "blocked"
    INTERNAL_ERROR = "internal_error"
    DEVICE_REVOKED = "device_revoked"
    WRONG_STAGE = "wrong_stage"
    STALE_MOVE = "stale_move"
    STALE_VERSION = "stale_version"
    STALE_REVIEW = "stale_review"
    ALREADY_RESOLVED = "already_resolved"
    NOT_RESOLVABLE = "not_resolvable"
    VALUE_CONFLICT = "value_conflict"
    OWNER_CONFLICT = "owner_conflict"
    ODOMETER_LOWER = "odometer_lower"
    UNDECIDED_LINES = "undecided_lines"
    NOTHING_APPROVED = "nothing_approved"
    OLDER_VERSION = "older_version"
    DECISION_CONFLICT = "decision_conflict"
    NOT_APPROVED = "not_approved"
    APPROVED_LINE_MISSING = "approved_line_missing"
    TOTAL_MISMATCH = "total_mismatch"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    NO_SETTLEMENT = "no_settlement"
    NO_QUALITY_PASS = "no_quality_pass"
    OWN_WORK = "own_work"
    DUPLICATE_PAYMENT = "duplicate_payment"
    VISIT_CLOSED = "visit_closed"
    COMPLAINT_CLOSED = "complaint_closed"
    VISIT_JOINED = "visit_joined"
    SECOND_VISIT = "second_visit"
    IDENTITY_MATCH = "identity_match"
    BAD_SIGNATURE = "bad_signature"
    DOCUMENT_DIFFERS = "document_differs"
    CLOCK_OFF = "clock_off"
    NOTE_NEEDED = "note_needed"
    MESSAGE_FAILED = "message_failed"
    STORAGE_ONLY = "storage_only"


class Rejected(Exception):
    """The command cannot be applied; nothing of it is. Its cause names a kind of row (or "field") and id (or path)."""

    def __init__(self, reason: Reason, kind: str, subject_id: str, /, **facts: Any) -> None:
        super().__init__(f"{reason} {kind} {subject_id}")
        self.cause = cause(reason, kind, subject_id, **facts)


def cause(reason: Reason, kind: str, subject_id: str, /, **facts: Any) -> Cause:
    """A reason as data."""
    return Cause(code=reason.value, subject=Subject(type=kind, id=subject_id), facts=facts)


def invalid(path: str, problem: str, /, **facts: Any) -> Rejected:
    """A field that cannot be read: `path` as `changes.name.to`, `problem` a short code such as `vin_length`."""
    return Rejected(Reason.INVALID, "field", path, problem=problem, **facts)
