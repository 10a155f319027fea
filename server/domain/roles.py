"""Who may do what: one table, role × command. `*` stands for any name after the dot."""

from fnmatch import fnmatchcase
from functools import cache

ROLES: dict[str, tuple[str, ...]] = {
    "manager": ("*",),
    "advisor": ("*", "!quality.*", "!*.merge", "!*.unmerge", "!customer.restrict", "!customer.lift_restriction"),
    "technician": ("finding.*", "photo.*", "visit.add_damage", "repair.*"),
    "inspector": ("quality.*", "finding.*", "photo.*"),
    "crm": (
        "customer.*", "appointment.*", "review.*", "survey.*", "complaint.*", "estimate.answer",
        "message.*",
    ),
    "claims": ("vehicle.add_recall", "vehicle.close_recall", "handover.amend"),
    "admin": ("customer.restrict", "customer.lift_restriction"),
    "link": (
        "estimate.decide", "estimate.ask", "survey.answer", "customer.set_consent", "customer.set_contact",
        "customer.restrict", "appointment.book", "push.*",
    ),
}  # fmt: skip
"""`!` takes away what an earlier pattern gave. `link` is a customer who holds the link to one visit."""

MAY_STOP_CONTACT = ("manager", "crm")
"""Who says that nobody contacts a customer unasked, and who takes it back (`customer.set_contact`)."""

MAY_READ_RECORDS = ("manager", "claims", "admin")
"""Who reads and exports the records that the law asks for (`/records`)."""

MAY_READ_LOOKS = ("manager", "crm", "admin")
"""Who reads in the access log who looked at a customer's file."""

MAY_SEE_STORED = ("manager", "claims", "admin")
"""Who may open a customer's record that is only stored (仅存储): to keep the law's periods, and for nothing else."""

MAY_EXPORT = ("manager",)
"""Who hands a customer the archive of everything about them (`/customers/{id}/archive.zip`)."""

PEOPLE = tuple(role for role in ROLES if role != "link")


@cache
def may(role: str, command: str) -> bool:
    """Whether a person of this role may run the command with this wire name."""
    allowed = False
    for pattern in ROLES.get(role, ()):
        if fnmatchcase(command, pattern.lstrip("!")):
            allowed = not pattern.startswith("!")
    return allowed
