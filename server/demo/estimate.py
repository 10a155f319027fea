"""The estimate of a visit as it grows: lines, what the customer says to them, what they come to."""

from dataclasses import dataclass
from random import Random
from typing import Any

from server.domain.money import line_amount


@dataclass
class Quoted:
    """One line: the fields of estimate.add_line, what it would renew, and the customer's decision."""

    fields: dict[str, Any]
    renews: str | None = None
    decision: str | None = None

    @property
    def id(self) -> str:
        """The line's id."""
        return self.fields["line_id"]

    @property
    def amount_fen(self) -> int:
        """Quantity × unit price − discount."""
        return line_amount(self.fields["quantity"], self.fields["unit_price_fen"], self.fields.get("discount_fen", 0))


def versions(lines: list[Quoted]) -> list[dict[str, Any]]:
    """The lines as `[{line_id, version}]`; nothing in the demo is revised, so every version is the first."""
    return [{"line_id": line.id, "version": 1} for line in lines]


def approved(lines: list[Quoted]) -> list[Quoted]:
    """What the bill will contain."""
    return [line for line in lines if line.decision == "approved"]


def decide_by_finding(rng: Random, lines: list[Quoted], grades: dict[str, str]) -> None:
    """Decides lines together that belong to one finding: red ones are mostly done, yellow ones can wait."""
    said: dict[str | None, str] = {}
    for line in lines:
        finding = line.fields.get("finding_id")
        if finding not in said:
            chances = (8, 1, 1) if grades.get(finding or "") == "red" else (5, 2, 3)
            said[finding] = rng.choices(("approved", "declined", "deferred"), chances)[0]
        line.decision = said[finding]
