"""The types of single fields, shared by commands and rows: their limits are said once, here."""

from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import Meta, Struct, field

from server.domain.ids import UUID_PATTERN

Id = Annotated[str, Meta(pattern=UUID_PATTERN, extra={"scalar": "UUID"})]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[datetime, Meta(tz=True)]
Day = date
Fen = Annotated[int, Meta(ge=0, le=10_000_000_000, extra={"scalar": "Fen"})]
Km = Annotated[int, Meta(ge=0, le=9_999_999)]
Version = Annotated[int, Meta(ge=1, le=1_000_000)]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Stars = Annotated[int, Meta(ge=1, le=5)]
Share = Annotated[float, Meta(ge=0, le=1)]
Quantity = Annotated[str, Meta(pattern=r"^(?!0+(\.0+)?$)\d{1,6}(\.\d{1,3})?$")]
Decimal = Annotated[str, Meta(pattern=r"^-?\d{1,9}(\.\d{1,6})?$")]
Word = Annotated[str, Meta(min_length=1, max_length=64)]
Label = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Vin = Annotated[str, Meta(min_length=1, max_length=32, extra={"scalar": "VIN"})]
Plate = Annotated[str, Meta(min_length=1, max_length=16, extra={"scalar": "Plate"})]
PhoneNumber = Annotated[str, Meta(min_length=3, max_length=32, extra={"scalar": "Phone"})]
Dtc = Annotated[str, Meta(min_length=5, max_length=8)]
MediaType = Annotated[str, Meta(pattern="^image/(jpeg|png|webp)$")]

ClockTime = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

Language = Literal["zh", "en"]
CustomerKind = Literal["person", "company"]
Channel = Literal["push", "sms", "phone", "email"]
MessageChannel = Literal["push", "sms"]
ConsentChannel = Literal["any", "push", "sms", "phone", "email"]
ConsentPurpose = Literal["service_messages", "marketing", "manufacturer_sharing"]
ConsentDecision = Literal["granted", "withdrawn"]
ConsentSource = Literal["tablet", "page", "phone", "paper"]
Energy = Literal["petrol", "diesel", "hev", "phev", "erev", "bev", "other"]
VisitKind = Literal["maintenance", "repair", "accident", "warranty", "recall", "other"]
Payer = Literal["customer", "warranty", "insurance"]
OldParts = Literal["take", "leave"]
DamageKind = Literal["scratch", "dent", "crack", "missing", "rust", "other"]
Severity = Literal["light", "medium", "heavy"]
PhotoPurpose = Literal["walkaround", "damage", "finding", "before", "after", "dashboard", "vin", "other"]
Grade = Literal["green", "yellow", "red", "not_checked"]
LineKind = Literal["labour", "part", "other"]
PartKind = Literal["oem", "aftermarket", "refurbished", "customer_supplied"]
Decision = Literal["approved", "declined", "deferred"]
DeciderRole = Literal["owner", "bringer", "other"]
DecisionChannel = Literal["tablet", "page", "phone"]
PaymentMethod = Literal["cash", "card", "wechat", "alipay", "transfer", "insurance", "warranty", "points", "on_account"]
SignaturePurpose = Literal["contract", "handover"]
ReleaseReason = Literal["key_drop", "refused", "proxy"]
AppointmentStatus = Literal["requested", "booked", "arrived", "cancelled"]
ComplaintAbout = Literal["quality", "price", "waiting", "attitude", "rescue", "other"]
ComplaintSource = Literal["survey", "call", "page", "counter"]
ComplaintState = Literal["open", "closed"]
ComplaintStepKind = Literal["confirm", "analyse", "agree", "handle", "call_back"]
MessageEvent = Literal[
    "stage", "promise", "note", "report", "estimate", "contract", "document", "survey", "survey_reminder", "answer",
    "appointment", "appointment_reminder", "complaint", "sign_again", "amendment",
]  # fmt: skip
MessageState = Literal["waiting", "sent", "seen", "not_sent", "failed"]
MessageWhy = Literal[
    "consent_withdrawn", "complaint_open", "rescue_open", "contact_stopped", "no_channel", "nobody_subscribed",
    "no_phone", "link_closed", "no_visit", "already_answered", "newer", "cancelled", "quiet_hours", "unanswered_push",
    "refused", "gave_up", "storage_only",
]  # fmt: skip
AttemptResult = Literal["sent", "seen", "failed", "skipped"]
ReviewAction = Literal["retry", "edit", "accept_mine", "accept_theirs", "discard"]
Stage = Literal[
    "checked_in", "assigned", "diagnosing", "awaiting_approval", "awaiting_parts", "repairing",
    "quality_check", "settling", "ready", "handed_over", "cancelled",
]  # fmt: skip

T = TypeVar("T")


class Change(Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """A value change that carries what the person saw: `from` (null when it was empty) and `to`."""

    from_: T | None = field(name="from")
    to: T | None


class Phone(Struct, frozen=True, forbid_unknown_fields=True):
    """One phone of a customer; `number` is E.164."""

    number: PhoneNumber
    label: Word | None = None
    primary: bool = False


class Measure(Struct, frozen=True, forbid_unknown_fields=True):
    """A measured value: a decimal string and its unit (mm, V, %, bar …)."""

    value: Decimal
    unit: Word


class LineVersion(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one estimate line: the thing a customer can decide on."""

    line_id: Id
    version: Version


class FindingVersion(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of one finding, as a published report shows it."""

    finding_id: Id
    version: Version


class LineDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer said to one version of one line; `amount_fen` is the price that the customer was shown."""

    line_id: Id
    version: Version
    decision: Decision
    amount_fen: Fen | None = None


class Decider(Struct, frozen=True, forbid_unknown_fields=True):
    """Who decided: a name as spoken, and the person's part in the visit."""

    name: Label
    role: DeciderRole


class QualityCheckItem(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the quality check list."""

    item_code: Word
    ok: bool


class Invoice(Struct, frozen=True, forbid_unknown_fields=True):
    """Who the invoice (发票) is made out to."""

    title: Label
    tax_number: Word | None = None


class Signer(Struct, frozen=True, forbid_unknown_fields=True):
    """Who signed: a name and the person's part in the visit."""

    name: Label
    role: DeciderRole


class StrokePoint(Struct, frozen=True, forbid_unknown_fields=True):
    """A point of a drawn line: pixels, milliseconds since the first point, pressure 0–1."""

    x: float
    y: float
    t: float
    p: float


class Corrected(Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a document put right: where it stands (such as `lines/<id>/name`), what it says and what it should.

    `path` joins member names and the ids of list entries by `/`; `from` and `to` are texts, numbers, yes or no, lists
    of texts, or null.
    """

    path: Label
    from_: Any = field(name="from")
    to: Any


class Correction(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an odometer reading may lower the known value."""

    reason: Label
