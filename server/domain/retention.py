"""How long what is kept, from when, and because of which rule: one table, printed in docs/retention.md.

`least` is what the law asks for at the least. It is also what counts for a record that is only stored (PIPL art. 47).
"""

from datetime import datetime, timedelta

from msgspec import Struct

from server.domain.rows.contacts import Complaint
from server.domain.rows.customers import Customer
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.visits import Visit

_DAYS = 366
"""Days of a year: rather one too many than one too few."""


class Kept(Struct, frozen=True):
    """A class of records: `years` is our default, `least` the law's; `since` the moment from which they count."""

    years: int
    least: int
    zh: str
    holds: str
    since: str
    source: str

    def until(self, start: datetime, stored: bool = False) -> datetime:
        """When a record's time is over; `stored` for a customer whose record is only stored."""
        return start + timedelta(days=_DAYS * (self.least if stored else self.years))


CLASSES: dict[str, Kept] = {
    "warranty": Kept(
        6, 6, "三包与召回记录",
        "visits of kind warranty or recall, or with a payer or line payer warranty: everything recorded, documents, "
        "signatures, photos, sealed PDFs",
        "the end of the visit", "SAMR Order 43 (家用汽车产品修理更换退货责任规定): repair records 6 years or more",
    ),
    "repair": Kept(
        3, 2, "其他维修档案", "every other visit, likewise", "the end of the visit",
        "机动车维修管理规定: repair files 2 years; 3 unless set otherwise, as claims can be made (Civil Code art. 188)",
    ),
    "appointments": Kept(
        1, 0, "预约", "appointments that no visit came of", "the time agreed", "ours: a year shows who comes when",
    ),
    "messages": Kept(
        1, 0, "消息", "what was told to customers about no visit, and what the outbox sent", "the day it was promised",
        "ours; messages about a visit stay with the visit",
    ),
    "complaints": Kept(
        3, 0, "投诉", "complaints and what was done about them", "the day it was closed",
        "ours: a claim can be made for 3 years (Civil Code art. 188)",
    ),
    "reviews": Kept(
        1, 0, "待核对与合并建议", "resolved reviews and settled merge proposals", "the day it was resolved or opened",
        "ours: who asks why a value stands, asks within the year",
    ),
    "people": Kept(
        3, 0, "客户与车辆", "customers and cars that nothing kept names any more",
        "the last thing that the customer said or had noted", "PIPL art. 19: no longer than needed",
    ),
    "media": Kept(
        0, 0, "照片", "photo files that no photo, damage, finding or open review names",
        "90 days after the bytes came", "PIPL art. 19; the days are for tablets that are still away",
    ),
}  # fmt: skip

FORGOTTEN_AFTER = timedelta(days=90)
"""So long the journal says what a command said, also when what it names is gone: a tablet may ask for its outcome."""


def class_of(visit: Visit, lines: list[EstimateLine]) -> str:
    """`warranty` or `repair`."""
    payers = {visit.payer, *(line.payer for line in lines), *(v.payer for line in lines for v in line.versions)}
    return "warranty" if visit.kind in ("warranty", "recall") or "warranty" in payers else "repair"


def visit_is_over(visit: Visit, lines: list[EstimateLine], stored: bool, repair_years: int, now: datetime) -> bool:
    """Whether the time of a visit is over; never that of an open one. `repair_years` is the shop's own, 2 at least."""
    if visit.closed_at is None:
        return False
    kept = CLASSES[class_of(visit, lines)]
    years = max(kept.least, repair_years) if kept is CLASSES["repair"] else kept.years
    return now >= visit.closed_at + timedelta(days=_DAYS * (kept.least if stored else years))


def complaint_is_over(complaint: Complaint, stored: bool, now: datetime) -> bool:
    """Whether the time of a complaint is over; never that of an open one."""
    return complaint.closed_at is not None and now >= CLASSES["complaints"].until(complaint.closed_at, stored)


def last_sign(customer: Customer) -> datetime:
    """When the customer last said something about themselves, or somebody noted something."""
    said = [one.decided_at for one in customer.consents] + [note.at for note in customer.notes]
    return max([customer.created_at, *said])


TRIMMED: dict[str, object] = {
    "preferred_channel": None, "email": None, "address": None, "birthday_on": None, "tags": [], "notes": [],
    "channels": None, "quiet": None, "language": None, "contact_stop": None,
}  # fmt: skip
"""What no law asks for of a customer whose visits must be kept: it goes when the record is only stored."""

LOOSE: dict[str, object] = {"survey": None, "calls": [], "questions": []}
"""The same of a visit."""


def table() -> str:
    """The classes as a Markdown table."""
    head = "| class | what it holds | kept | by law at the least | from | because of |\n|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| `{name}` {kept.zh} | {kept.holds} | {_years(kept.years)} | {_years(kept.least)} | {kept.since} "
        f"| {kept.source} |"
        for name, kept in CLASSES.items()
    )


def _years(years: int) -> str:
    return "–" if years == 0 else f"{years} year{'s' if years > 1 else ''}"
