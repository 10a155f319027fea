"""Customers (客户): register, update, notes, consent, tags."""

from typing import Any

import msgspec
from msgspec import Struct

from server.commands import identity
from server.commands.common import entry, get, is_repeat, meet, named_changes
from server.commands.phones import PhoneChanges, PhoneEntry, changed_phones, read_phones
from server.commands.registry import By, Command, handles
from server.commands.stored import usable, usable_by
from server.domain.alike import keys_of_customer
from server.domain.fields import (
    Change,
    Channel,
    ConsentChannel,
    ConsentDecision,
    ConsentPurpose,
    ConsentSource,
    CustomerKind,
    Day,
    Id,
    Instant,
    Label,
    Text,
    Word,
)  # fmt: skip
from server.domain.merge import with_items
from server.domain.reasons import Rejected, invalid
from server.domain.rows.customers import Consent, Customer, Note
from server.store.work import Work


class RegisterCustomer(Command, frozen=True):
    """A customer is entered. A sure match (same phone and name) becomes an alias, a likely one a merge proposal."""

    customer_id: Id
    name: Label
    phones: list[PhoneEntry]
    kind: CustomerKind | None = None
    preferred_channel: Channel | None = None
    email: Label | None = None
    address: Label | None = None
    birthday_on: Day | None = None


def _name(name: str | None, path: str) -> str:
    if not name or not name.strip():
        raise invalid(path, "missing")
    return name.strip()


def _phone_keys(c: RegisterCustomer) -> list[str]:
    try:
        return keys_of_customer(c.name, [p.number for p in read_phones(c.phones)])
    except Rejected:
        return []


@handles("customer.register", makes=("customer_id",), keys=_phone_keys)
def register_customer(work: Work, by: By, c: RegisterCustomer) -> None:
    """Writes the customer, or joins it with the one who is already known."""
    content: dict[str, Any] = {
        "name": _name(c.name, "name"), "kind": c.kind or "person", "phones": read_phones(c.phones),
        "preferred_channel": c.preferred_channel, "email": c.email, "address": c.address, "birthday_on": c.birthday_on,
    }  # fmt: skip
    existing = work.find(Customer, c.customer_id)
    joined = existing is not None and existing.id != c.customer_id
    if joined or is_repeat(existing, "customers", c.customer_id, **content):
        return
    fresh = Customer(
        id=c.customer_id, rev=1, store_id=by.store_id, stores=[by.store_id], tags=[], consents=[], notes=[],
        channels=None, quiet=None, language=None, contact_stop=None, restricted=None,
        created_at=by.issued_at, **content,
    )  # fmt: skip
    identity.place_customer(work, by, fresh)


class CustomerChanges(Struct, frozen=True, forbid_unknown_fields=True):
    """Scalar changes, each with what the person saw."""

    name: Change[Label] | None = None
    kind: Change[CustomerKind] | None = None
    email: Change[Label] | None = None
    address: Change[Label] | None = None
    birthday_on: Change[Day] | None = None
    preferred_channel: Change[Channel] | None = None


class UpdateCustomer(Command, frozen=True):
    """Changes only what the person changed, with what they saw."""

    customer_id: Id
    changes: CustomerChanges | None = None
    phones: PhoneChanges | None = None


def _keys_after(work: Work, c: UpdateCustomer) -> list[str]:
    """Those of the customer as it will be, when the change can make it look like another one."""
    change = c.changes.name if c.changes else None
    customer = work.find(Customer, c.customer_id)
    if customer is None or not (change or (c.phones and c.phones.add)):
        return []
    try:
        added = read_phones(c.phones.add or [] if c.phones else [])
    except Rejected:
        return []
    name = (change.to if change else None) or customer.name
    return keys_of_customer(name, [p.number for p in [*customer.phones, *added]])


@handles("customer.update", follow=_keys_after)
def update_customer(work: Work, by: By, c: UpdateCustomer) -> None:
    """Meets the central profile field by field."""
    customer = usable(get(work, Customer, c.customer_id))
    changes = named_changes(c.changes)
    if "kind" in changes and changes["kind"].to is None:
        raise invalid("changes.kind.to", "missing")
    if "name" in changes:
        wanted = _name(changes["name"].to, "changes.name.to")
        changes["name"] = msgspec.structs.replace(changes["name"], to=wanted)
    written = meet(work, customer, changes)
    if c.phones is not None:
        phones = changed_phones(work, customer, c.phones)
        if phones != customer.phones:
            written["phones"] = phones
    if written:
        changed = work.change(customer, **written)
        if "name" in written or "phones" in written:
            identity.compare(work, changed)


class AddCustomerNote(Command, frozen=True):
    """A remark about the customer; append-only."""

    customer_id: Id
    note_id: Id
    text: Text


@handles("customer.add_note", makes=("note_id",))
def add_customer_note(work: Work, by: By, c: AddCustomerNote) -> None:
    """Appends the note."""
    customer = usable(get(work, Customer, c.customer_id))
    if is_repeat(entry(customer.notes, c.note_id), "customers", c.note_id, text=c.text):
        return
    note = Note(id=c.note_id, text=c.text, at=by.issued_at, by=by.user_id)
    work.change(customer, notes=[*customer.notes, note])


class SetConsent(Command, frozen=True):
    """The customer gives or withdraws consent for one purpose and channel.

    A withdrawal stands until a grant lifts it.
    """

    customer_id: Id
    purpose: ConsentPurpose
    channel: ConsentChannel
    decision: ConsentDecision
    decided_at: Instant
    source: ConsentSource
    lifts: list[Id] | None = None


@handles("customer.set_consent")
def set_consent(work: Work, by: By, c: SetConsent) -> None:
    """Keeps the decision beside all earlier ones; which one counts is computed (`merge.allowed`).

    Of a record that is only stored staff still write down a withdrawal.
    """
    customer = get(work, Customer, c.customer_id)
    if c.decision == "granted":
        usable_by(by, customer)
    consent = Consent(
        id=by.command_id, purpose=c.purpose, channel=c.channel, decision=c.decision, decided_at=c.decided_at,
        source=c.source, lifts=c.lifts or [], recorded_by=by.user_id,
    )  # fmt: skip
    work.change(customer, consents=sorted([*customer.consents, consent], key=lambda consent: consent.id))


class TagCustomer(Command, frozen=True):
    """Tags that people set; concurrent additions all stay."""

    customer_id: Id
    add: list[Word] | None = None
    remove: list[Word] | None = None


@handles("customer.tag")
def tag_customer(work: Work, by: By, c: TagCustomer) -> None:
    """Adds and removes tags."""
    customer = usable(get(work, Customer, c.customer_id))
    tags = with_items(customer.tags, c.add or [], c.remove or [])
    if tags != customer.tags:
        work.change(customer, tags=tags)
