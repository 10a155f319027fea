"""The list of a store's customers as CSV for a spreadsheet: marked at its head and in each line."""

import csv
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from server.domain.fields import Channel
from server.domain.merge import allowed
from server.domain.rows.customers import Customer
from server.exports.mark import Mark
from server.queries.names import names_of
from server.queries.pages import Condition, Order, Window, page_of
from server.queries.rows import belonging_to
from server.queries.sight import Sight
from server.queries.stores import Store
from server.store.database import Database

PAGE = 500
"""Customers that are read at once."""
CARS = 20
"""Cars of one customer at most, as their ids come."""
_BY_ID = Order(("id",), tuple[str])
_COLUMNS = ("姓名", "电话", "车辆", "最近来店", "可营销渠道", "请勿联系的原因", "导出编号")
_CHANNELS: dict[Channel, str] = {"push": "推送", "sms": "短信", "phone": "电话", "email": "邮件"}
_HEAD = (
    ("导出编号 Export", "id"), ("导出人 By", "exported_by"), ("角色 Role", "role"), ("导出时间 At", "exported_at"),
    ("用途 Reason", "reason"), ("批准人 Approved by", "approved_by"), ("批准时间 Approved at", "approved_at"),
    ("门店 Store", "store"), ("注意 Notice", "notice"),
)  # fmt: skip
_RUNS = ("=", "+", "-", "@", "\t", "\r")


async def write_list(db: Database, sight: Sight, store: Store, mark: Mark, out: TextIO) -> list[str]:
    """Writes the store's customers whose data may be used, by id; gives their ids."""
    out.write("\ufeff")  # so that spreadsheets read it as UTF-8
    sheet = csv.writer(out)
    sheet.writerows([name, _cell(str(getattr(mark, field)))] for name, field in _HEAD)
    sheet.writerows([(), _COLUMNS])
    zone, ids, after = ZoneInfo(store.time_zone), list[str](), None
    while True:
        page = await page_of(db, sight, "customers", _BY_ID, Window(PAGE, after), *_of(store.id))
        ids += [customer.id for customer in page.rows]
        sheet.writerows(await _lines(db, sight, page.rows, zone, mark.id))
        if not page.more:
            return ids
        after = page.last


def _of(store_id: str) -> list[Condition]:
    """Customers whose record lies in this store, but for those that are only stored (docs/retention.md)."""
    here = (
        "EXISTS (SELECT 1 FROM feed h WHERE h.group_id = t.group_id AND h.store_id = ? AND h.kind = 'customers' "
        "AND h.id = t.id AND NOT h.gone)"
    )
    return [(here, (store_id,)), ("t.restricted IS NULL", ())]


async def _lines(db: Database, sight: Sight, people: list[Customer], zone: ZoneInfo, mark: str) -> list[list[str]]:
    ids = [customer.id for customer in people]
    async with db.read() as tx:
        names = await names_of(tx, db.dialect, sight.group_id, ids)
    every = {name for known in names.values() for name in known}
    cars = await belonging_to(db, sight, "vehicles", "owner_id", "id", ids, CARS)
    visits = await belonging_to(db, sight, "visits", "customer_id", "opened_at", every, 1)
    lines: list[list[str]] = []
    for one in people:
        came = [visit.opened_at for name in names[one.id] for visit in visits.get(name, [])]
        seen = f"{max(came).astimezone(zone):%Y-%m-%d}" if came else ""
        phones = "、".join(_dialled(phone.number) for phone in one.phones)
        owned = "、".join(_car(car) for car in cars.get(one.id, []))
        fields = (one.name, phones, owned, seen, _marketing(one), one.contact_stop or "", mark)
        lines.append([_cell(field) for field in fields])
    return lines


def _car(car: Any) -> str:
    return " ".join(word for word in (car.plate, car.make, car.model) if word)


def _marketing(customer: Customer) -> str:
    return "、".join(word for way, word in _CHANNELS.items() if allowed(customer.consents, "marketing", way))


def _dialled(number: str) -> str:
    """As it is dialled here: a mainland number without +86, another one with 00."""
    return number.removeprefix("+86") if number.startswith("+86") else number.replace("+", "00", 1)


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(_RUNS) else text
