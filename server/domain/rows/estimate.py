"""Estimate lines (估价项目): what each version cost, and what the customer said to it."""

from msgspec import Struct

from server.domain.fields import (
    Decider,
    Decision,
    DecisionChannel,
    Id,
    Instant,
    LineKind,
    PartKind,
    Payer,
)  # fmt: skip


class Decided(Struct, frozen=True):
    """One decision on one version of the line; `id` is the command, `amount_fen` the price shown. All are kept."""

    id: Id
    version: int
    decision: Decision
    by: Decider
    channel: DecisionChannel
    decided_at: Instant
    replaces: list[Id]
    amount_fen: int | None


class PricedVersion(Struct, frozen=True):
    """What one version of the line said, and why it was dropped, if it was; prices in fen."""

    version: int
    name: str
    quantity: str
    unit_price_fen: int
    discount_fen: int
    payer: Payer
    reason: str | None
    dropped: str | None
    at: Instant
    by: Id | None


class EstimateLine(Struct, frozen=True, kw_only=True):
    """Labour, part or other. `amount_fen` = round_half_up(quantity × unit_price_fen) − discount_fen.

    `decision` counts only for `decided_version`; null means undecided. `carried_from` is a line of an earlier visit
    that the customer had put off.
    """

    id: Id
    rev: int
    visit_id: Id
    version: int
    kind: LineKind
    code: str | None
    name: str
    quantity: str
    unit: str
    unit_price_fen: int
    discount_fen: int
    amount_fen: int
    part_kind: PartKind | None
    payer: Payer
    finding_id: Id | None
    carried_from: Id | None
    decision: Decision | None
    decided_version: int | None
    decided: list[Decided]
    versions: list[PricedVersion]
    dropped: str | None
    created_at: Instant
