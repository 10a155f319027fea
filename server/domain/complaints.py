"""Complaints (投诉): which survey opens one, what it is about, and by when somebody must have answered."""

from datetime import timedelta

from msgspec import Struct

from server.domain.fields import ComplaintAbout
from server.domain.rows.visits import Survey

ASPECTS: tuple[tuple[str, ComplaintAbout], ...] = (
    ("quality", "quality"), ("price", "price"), ("speed", "waiting"), ("courtesy", "attitude"),
)  # fmt: skip
"""What each number of stars speaks of; of equal ones the first counts."""
CONTENT = 4
"""From so many stars on nobody complains of that aspect."""


class Terms(Struct, frozen=True):
    """What handlers go by (settings): at or below which numbers a survey opens a complaint, within how many hours it is
    answered, and for how many days a customer's link opens.
    """

    low_recommend: int = 6
    low_stars: int = 2
    complaint_hours: int = 24
    link_days: int = 90

    @property
    def time(self) -> timedelta:
        """So soon a complaint is to be answered when nobody says otherwise."""
        return timedelta(hours=self.complaint_hours)


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
