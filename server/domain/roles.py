"""Who may do and see what: one table, role × command × kind of row × field × door. Everything that asks, asks here.

`docs/access.md` is this table in words and is made from it; `tests/access` walks every door with every role.
"""

from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

from server.domain.scopes import INTEGRATION, is_plain, may_run, opens

Reach = Literal["none", "store", "group"]
"""Whose rows of a kind: nobody's, those that the own store has or had, those of every store of the dealer group."""

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
    INTEGRATION: (),
}  # fmt: skip
"""Commands. `*` stands for any name after the dot, `!` takes away what an earlier pattern gave.

`link` is a customer who holds the link to one visit: it reads the customer's page and nothing of what follows.
A key of another program (`integration`) may and sees what its scopes say: `server/domain/scopes.py`.
"""

HOUSE = ("catalog_items", "inspection_items", "staff", "aliases")
"""What is about nobody: everybody who signed in reads it."""
SHOP = (
    "customers", "vehicles", "visits", "damages", "findings", "estimate_lines", "progress", "photos", "signatures",
    "amendments", "appointments", "messages", "reviews", "merge_proposals",
)  # fmt: skip
"""What the work of a store is made of. Of reviews, a role reads those of commands that it may run or resolve."""

KINDS: dict[str, tuple[str, ...]] = {
    "manager": (*SHOP, "complaints", "journal"),
    "advisor": (*SHOP, "complaints", "journal"),
    "technician": SHOP,
    "inspector": SHOP,
    "crm": (*SHOP, "complaints", "journal"),
    "claims": SHOP,
    "admin": SHOP,
}
"""The kinds of rows that a role reads, and the journal (指令日志) of everything that was entered."""

EVERY_STORE = ("crm", "admin")
"""Who reads and serves the customers of every store of the group; everybody else those that came to the own store."""

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "contact": {
        "customers": (
            "phones",
            "email",
            "address",
            "birthday_on",
            "preferred_channel",
            "channels",
            "quiet",
            "contact_stop",
        ),
        "merge_proposals": ("evidence",),
    },
    "remarks": {"customers": ("notes", "tags", "consents")},
    "link": {"visits": ("customer_link",)},
}
"""Fields that not everybody who reads the row has a need for, in groups. All others go with the row."""

HIDDEN: dict[str, tuple[str, ...]] = {
    "manager": (),
    "advisor": (),
    "technician": ("contact", "remarks", "link"),
    "inspector": ("contact", "remarks", "link"),
    "crm": (),
    "claims": ("remarks", "link"),
    "admin": ("contact", "remarks", "link"),
}
"""The groups that a role does not see: programs get phones starred and the rest empty, tablets nothing of it."""

MAY_STOP_CONTACT = ("manager", "crm")
"""Who says that nobody contacts a customer unasked, and who takes it back (`customer.set_contact`)."""

MAY_READ_PAPERS = ("manager", "advisor", "crm", "claims")
"""Who opens documents and sealed PDFs of a visit (`/visits/{id}/document`, `handover.pdf`, `amendments/{id}.pdf`)."""

MAY_READ_RECORDS = ("manager", "claims", "admin")
"""Who reads and exports the records that the law asks for (`/records`)."""

MAY_READ_LOOKS = ("manager", "crm", "admin")
"""Who reads in the access log who looked at a customer's file."""

MAY_SEE_STORED = ("manager", "claims", "admin")
"""Who may open a customer's record that is only stored (仅存储): to keep the law's periods, and for nothing else."""

MAY_ASK_EXPORT: dict[str, tuple[str, ...]] = {
    "records-health": MAY_READ_RECORDS,
    "records-warranty": MAY_READ_RECORDS,
    "customer-archive": ("manager", "crm"),
    "customer-list": ("manager", "crm"),
}
"""Who may ask for which file with many people's data, or with everything about one (docs/exports.md)."""

MAY_APPROVE_EXPORT = ("manager", "admin")
"""Who allows what somebody else asked for: a manager for the own store, an admin for the group."""

SERVER = "server"
"""The house itself: papers, messages and archives are made of everything."""

PEOPLE = tuple(role for role in ROLES if role not in ("link", INTEGRATION))


@cache
def may(role: str, command: str, scopes: tuple[str, ...] = ()) -> bool:
    """Whether a person of this role, or a key with these scopes, may run the command with this wire name."""
    if role == INTEGRATION:
        return may_run(scopes, command)
    allowed = False
    for pattern in ROLES.get(role, ()):
        if fnmatchcase(command, pattern.lstrip("!")):
            allowed = not pattern.startswith("!")
    return allowed


@cache
def reach(role: str, kind: str, scopes: tuple[str, ...] = ()) -> Reach:
    """Whose rows of a kind (`journal` among them) a person of this role, or a key with these scopes, reads."""
    if role == INTEGRATION:
        return "none" if not opens(scopes, kind) else "group" if kind in HOUSE else "store"
    if kind in HOUSE or role == SERVER:
        return "group"
    if kind not in KINDS.get(role, ()):
        return "none"
    return "group" if role in EVERY_STORE else "store"


@cache
def hidden(role: str, kind: str, scopes: tuple[str, ...] = ()) -> frozenset[str]:
    """The fields of a kind of row that a person of this role, or a key with these scopes, does not see."""
    groups = () if role == SERVER else HIDDEN.get(role, tuple(FIELDS))
    if role == INTEGRATION:
        groups = tuple(group for group in FIELDS if not is_plain(scopes, group))
    return frozenset(field for group in groups for field in FIELDS[group].get(kind, ()))


def reads_every_review(role: str) -> bool:
    """Whether the reviews of all commands show."""
    return role == SERVER or may(role, "review.resolve")


def reads_review(role: str, command: str) -> bool:
    """Whether the review of a command shows: it holds everything that was entered."""
    return reads_every_review(role) or may(role, command)
