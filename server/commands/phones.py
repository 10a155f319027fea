"""The phones of a customer: a set of numbers, one of them the primary one."""

from msgspec import Struct

from server.commands.common import read_as
from server.domain import phone
from server.domain.fields import Change, Phone, PhoneNumber, Word
from server.domain.merge import PRIMARY, primary_of, scalar, with_primary
from server.domain.reasons import Reason, cause, invalid
from server.domain.rows.customers import Customer
from server.store.work import Work


class PhoneEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """A phone as people type it; the server keeps it as E.164."""

    number: PhoneNumber
    label: Word | None = None
    primary: bool | None = None


class PhoneChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers to add and remove, and which is the primary one."""

    add: list[PhoneEntry] | None = None
    remove: list[PhoneNumber] | None = None
    primary: Change[PhoneNumber] | None = None


def read_phones(phones: list[PhoneEntry], path: str = "phones") -> list[Phone]:
    """Normalised to E.164, each number once, at most one primary."""
    read = [
        Phone(
            number=read_as(f"{path}[{i}].number", phone.normalise, p.number), label=p.label, primary=bool(p.primary)
        )
        for i, p in enumerate(phones)
    ]  # fmt: skip
    if len({p.number for p in read}) < len(read):
        raise invalid(path, "number_twice")
    if sum(p.primary for p in read) > 1:
        raise invalid(path, "two_primaries")
    return read


def changed_phones(work: Work, customer: Customer, c: PhoneChanges) -> list[Phone]:
    """The phones after the change: additions of several people all stay, a remove takes only what it names."""
    removed = {read_as(f"phones.remove[{i}]", phone.normalise, n) for i, n in enumerate(c.remove or [])}
    kept = [p for p in customer.phones if p.number not in removed]
    known = {p.number for p in kept}
    entered = read_phones(c.add or [], "phones.add")
    phones = [*kept, *(p for p in entered if p.number not in known)]
    primary = primary_of(customer.phones)
    wanted = next((p.number for p in entered if p.primary), None)
    change = c.primary or (Change(from_=None, to=wanted) if wanted else None)
    if change is not None:
        current = None if primary in removed and c.primary is None else primary
        primary = _primary(work, customer, change, current, {p.number for p in phones})
    return with_primary(phones, primary)


def _primary(
    work: Work, customer: Customer, change: Change[PhoneNumber], current: str | None, numbers: set[str]
) -> str | None:
    """The primary phone by the scalar rule; a number that the customer no longer has is put up for review."""
    seen = read_as("phones.primary.from", phone.normalise, change.from_)
    wanted = read_as("phones.primary.to", phone.normalise, change.to)
    result, conflict = scalar(current, seen, wanted)
    if conflict or (result is not None and result not in numbers):
        why = cause(Reason.VALUE_CONFLICT, "customers", customer.id, field=PRIMARY)
        work.merged(PRIMARY, seen, wanted, current, current, why)
        return current
    return result
