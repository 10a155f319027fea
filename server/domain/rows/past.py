"""What a car's last visit left behind: it travels with the car, beyond the days that closed visits stay on a tablet."""

from msgspec import Struct

from server.domain.fields import (
    DamageKind,
    Decision,
    Grade,
    Id,
    Instant,
    LineKind,
    OldParts,
    PartKind,
    Payer,
    Severity,
    VisitKind,
)  # fmt: skip


class PastDamage(Struct, frozen=True):
    """A damage as it was seen then; x and y are shares (0–1) of the car drawing's width and height."""

    panel: str
    kind: DamageKind
    severity: Severity
    x: float
    y: float


class PastMeasure(Struct, frozen=True):
    """How an inspection item was graded when it was last looked at; value and unit where it was measured."""

    grade: Grade
    value: str | None
    unit: str | None
    at: Instant


class PutOff(Struct, frozen=True):
    """Work that the customer declined or deferred, as it was last priced; amounts in fen."""

    line_id: Id
    kind: LineKind
    code: str | None
    name: str
    quantity: str
    unit: str
    unit_price_fen: int
    amount_fen: int
    part_kind: PartKind | None
    payer: Payer
    decision: Decision
    decided_at: Instant


class CarPast(Struct, frozen=True):
    """The last handed-over visit, the damages known since, measures by item code, and work that is still put off."""

    visit_id: Id
    number: str
    kind: VisitKind
    closed_at: Instant
    odometer_km: int | None
    old_parts: OldParts | None
    wash: bool | None
    damages: list[PastDamage]
    measures: dict[str, PastMeasure]
    put_off: list[PutOff]
    repaired: list[str]
