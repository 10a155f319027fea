"""What a closing document says was agreed: its lines, the hours of labour, and the cost by kind."""

from collections.abc import Iterable
from decimal import Decimal

from server.documents.document import Document
from server.domain.fields import LineKind
from server.domain.money import yuan

HOUR_UNITS = frozenset({"h", "hr", "hour", "hours", "工时", "小时"})
"""The units of a labour line whose quantity is hours."""


def is_agreed(line: Document) -> bool:
    """Whether the customer approved the line and nobody dropped it; such lines make the bill."""
    return line["decision"] == "approved" and line["dropped"] is None


def agreed(document: Document) -> list[Document]:
    """The lines of the bill."""
    return [line for line in document["lines"] if is_agreed(line)]


def hours(line: Document) -> str | None:
    """The hours of a labour line; null when it is not priced by the hour."""
    return line["quantity"] if line["unit"].lower() in HOUR_UNITS else None


def total_hours(lines: Iterable[Document]) -> str:
    """The hours of all labour lines together."""
    return str(sum((Decimal(hours(line) or 0) for line in lines if line["kind"] == "labour"), Decimal()))


def cost(lines: Iterable[Document], kind: LineKind) -> int:
    """What the lines of a kind cost together, in fen."""
    return sum(line["amount_fen"] for line in lines if line["kind"] == kind)


def sums(lines: list[Document]) -> dict[str, str | None]:
    """Material cost, hours, labour cost and the rest as they are printed: warranty law wants them on the paper."""
    other = cost(lines, "other")
    return {
        "material": f"¥{yuan(cost(lines, 'part'))}",
        "hours": f"{total_hours(lines)} h",
        "labour": f"¥{yuan(cost(lines, 'labour'))}",
        "other": f"¥{yuan(other)}" if other else None,
    }
