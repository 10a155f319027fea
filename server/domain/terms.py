"""What a dealership has settled for itself (docs/settings.md) and commands go by."""

from datetime import timedelta

from msgspec import Struct


class Terms(Struct, frozen=True):
    """What handlers go by (settings): at or below which numbers a survey opens a complaint, within how many hours it is
    answered, for how many days a customer's link opens, and how long ordinary repair files are kept.
    """

    low_recommend: int = 6
    low_stars: int = 2
    complaint_hours: int = 24
    link_days: int = 90
    keep_repair_years: int = 3

    @property
    def time(self) -> timedelta:
        """So soon a complaint is to be answered when nobody says otherwise."""
        return timedelta(hours=self.complaint_hours)
