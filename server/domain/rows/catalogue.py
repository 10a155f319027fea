"""Reference rows that every tablet carries: catalogue, inspection template, staff, aliases."""

from typing import Any, Literal

from msgspec import Struct

from server.domain.fields import Day, Id, LineKind


class CatalogItem(Struct, frozen=True, kw_only=True):
    """A labour item (price per hour) or part (price per unit) with its prices "as of"."""

    id: Id
    rev: int
    code: str
    kind: LineKind
    name: str
    name_en: str
    unit: str
    unit_price_fen: int
    standard_hours: str | None
    as_of: Day


class Phrase(Struct, frozen=True):
    """What is often found at an item and what is done about it; `codes` name the remedy in the catalogue."""

    cause: str
    cause_en: str
    plan: str
    plan_en: str
    codes: list[str]


class InspectionItem(Struct, frozen=True, kw_only=True):
    """One item of the inspection template. `limits` = {"yellow": "3.0", "red": "1.6", "worse": "below" | "above"}."""

    id: Id
    rev: int
    code: str
    group: str
    group_en: str
    position: int
    name: str
    name_en: str
    unit: str | None
    limits: dict[str, Any] | None
    phrases: list[Phrase]


class StaffMember(Struct, frozen=True, kw_only=True):
    """A person who works here. `role` decides what the person may do."""

    id: Id
    rev: int
    store_id: Id
    name: str
    role: str
    active: bool


class Alias(Struct, frozen=True, kw_only=True):
    """One id stands for another until unmerged; `type` is the kind of row."""

    id: Id
    rev: int
    canonical_id: Id
    type: Literal["customers", "vehicles", "visits"]
