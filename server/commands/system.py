"""The server's own commands: staff, devices, reference rows. No door offers them."""

from typing import Literal

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.domain.fields import Day, Id, Label, Word
from server.domain.ids import derived
from server.domain.rows.catalogue import CatalogItem, InspectionItem, Phrase, StaffMember
from server.domain.rows.internal import Device
from server.store.work import Work


class PutStaff(Command, frozen=True):
    """A person works in this store, with this role."""

    staff_id: Id
    name: Label
    role: Word
    active: bool = True


@handles("staff.put", internal=True)
def put_staff(work: Work, by: By, c: PutStaff) -> None:
    """Writes the person's row."""
    existing = work.find(StaffMember, c.staff_id)
    if existing is None:
        work.add(StaffMember(id=c.staff_id, rev=1, store_id=by.store_id, name=c.name, role=c.role, active=c.active))
    elif (existing.store_id, existing.name, existing.role, existing.active) != (by.store_id, c.name, c.role, c.active):
        work.change(existing, store_id=by.store_id, name=c.name, role=c.role, active=c.active)


class NoteFactor(Command, frozen=True):
    """Something became of a person's second factor; the journal keeps who did it and when."""

    staff_id: Id
    change: Literal["on", "replaced", "off", "reset", "recovery_used", "recovery_renewed"]


@handles("staff.note_factor", internal=True)
def note_factor(work: Work, by: By, c: NoteFactor) -> None:
    """No row changes: the second factor itself is in no feed."""
    get(work, StaffMember, c.staff_id)


class EnrolDevice(Command, frozen=True):
    """A tablet made itself known with the public half of its key (JWK)."""

    device_id: Id
    name: Label
    public_key: dict[str, str]
    enrolled_by: Id
    pending: bool = False


@handles("device.enrol", internal=True)
def enrol_device(work: Work, by: By, c: EnrolDevice) -> None:
    """Writes the device, once."""
    if work.find(Device, c.device_id) is None:
        work.add(
            Device(
                id=c.device_id,
                rev=1,
                name=c.name,
                home_store_id=by.store_id,
                public_key=c.public_key,
                enrolled_at=work.now,
                enrolled_by=c.enrolled_by,
                revoked_at=None,
                pending=c.pending,
            )
        )


class ApproveDevice(Command, frozen=True):
    """A manager says that a tablet which waits is one of ours."""

    device_id: Id


@handles("device.approve", internal=True)
def approve_device(work: Work, by: By, c: ApproveDevice) -> None:
    """People may sign in on it from now on."""
    device = get(work, Device, c.device_id)
    if device.pending:
        work.change(device, pending=False)


class RevokeDevice(Command, frozen=True):
    """A tablet is lost or no longer trusted."""

    device_id: Id


@handles("device.revoke", internal=True)
def revoke_device(work: Work, by: By, c: RevokeDevice) -> None:
    """Its token stops working and its signatures are kept, not counted."""
    device = get(work, Device, c.device_id)
    if device.revoked_at is None:
        work.change(device, revoked_at=work.now)


class PutCatalogItem(Command, frozen=True):
    """A labour item or part with its prices as of a day."""

    code: Word
    kind: Word
    name: Label
    name_en: Label
    unit: Word
    unit_price_fen: int
    as_of: Day
    standard_hours: Word | None = None


@handles("catalog.put", internal=True, ids=lambda c: [derived("catalog", c.code)])
def put_catalog_item(work: Work, by: By, c: PutCatalogItem) -> None:
    """Writes the item under the id that its code gives."""
    _put(work, CatalogItem, derived("catalog", c.code), c)


class PutInspectionItem(Command, frozen=True):
    """One item of the inspection template."""

    code: Word
    group: Label
    group_en: Label
    position: int
    name: Label
    name_en: Label
    unit: Word | None = None
    limits: dict[str, str] | None = None
    phrases: list[Phrase] = []


@handles("inspection.put", internal=True, ids=lambda c: [derived("inspection", c.code)])
def put_inspection_item(work: Work, by: By, c: PutInspectionItem) -> None:
    """Writes the item under the id that its code gives."""
    _put(work, InspectionItem, derived("inspection", c.code), c)


def _put(work: Work, struct: type[CatalogItem] | type[InspectionItem], row_id: str, c: Command) -> None:
    fields = {name: getattr(c, name) for name in c.__struct_fields__}
    existing = work.find(struct, row_id)
    if existing is None:
        work.add(struct(id=row_id, rev=1, **fields))
    elif any(getattr(existing, name) != value for name, value in fields.items()):
        work.change(existing, **fields)
