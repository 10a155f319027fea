"""Complaints (投诉): which survey opens one, and what it is about."""

from server.domain.fields import ComplaintAbout
from server.domain.rows.visits import Survey
from server.domain.terms import Terms

ASPECTS: tuple[tuple[str, ComplaintAbout], ...] = (
    ("quality", "quality"), ("price", "price"), ("speed", "waiting"), ("courtesy", "attitude"),
)  # fmt: skip
"""What each number of stars speaks of; of equal ones the first counts."""
CONTENT = 4
"""From so many stars on nobody complains of that aspect."""


def is_low(survey: Survey, terms: Terms) -> bool:
    """Whether somebody should ask the customer what went wrong."""
    return survey.recommend <= terms.low_recommend or min(_stars(survey)) <= terms.low_stars


def about(survey: Survey) -> ComplaintAbout:
    """What the customer was least content with; `other` when only the recommendation was low."""
    stars = _stars(survey)
    lowest = min(stars)
    return "other" if lowest >= CONTENT else ASPECTS[stars.index(lowest)][1]


def _stars(survey: Survey) -> list[int]:
    return [getattr(survey, name) for name, _ in ASPECTS]
