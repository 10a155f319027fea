"""The electronic vehicle-health record (汽车维修电子健康档案, JT/T 1132): thirteen elements of each repair.

Element names are those of the interface in JT/T 1132.2 as programs in public use them (docs/records.md).
"""

from typing import Any

from server.documents.agreed import agreed, hours
from server.documents.labels import Words
from server.domain import plate, vin
from server.records.done import Lack, fits, is_amount, malformed, missing, parts
from server.records.kept import Kept

Record = dict[str, Any]

BASIC = {
    "companyname": Words("维修企业名称", "The company"),
    "vin": Words("车架号", "The VIN"),
    "vehicleplatenumber": Words("车牌号码", "The plate"),
    "repairdate": Words("送修日期", "The date in"),
    "repairmileage": Words("送修里程", "The odometer in"),
    "settledate": Words("结算日期", "The settlement date"),
    "costlistcode": Words("结算清单编号", "The settlement number"),
    "faultdescription": Words("故障描述", "The fault description"),
}
ITEM = {"repairproject": Words("维修项目", "The repair item"), "workinghours": Words("工时", "The hours")}
PART = {
    "partsname": Words("配件名称", "The part's name"),
    "partscode": Words("配件编码", "The part's code"),
    "partsquantity": Words("配件数量", "The part's quantity"),
}
ELEMENTS = (*BASIC, *ITEM, *PART)
"""The thirteen."""

WITHOUT_FAULT = {"maintenance": "定期保养", "recall": "召回"}
"""What a car comes in for without any fault, when nobody described one."""


def health(kept: Kept) -> Record | None:
    """The record, with null for each element that is not known; None when nothing was repaired."""
    lines = agreed(kept.document)
    if not lines:
        return None
    return {
        "basicInfo": _basic(kept),
        "repairprojectlist": [
            {"repairproject": line["name"], "workinghours": hours(line)} for line in lines if line["kind"] == "labour"
        ],
        "vehiclepartslist": [
            {"partsname": part.name, "partscode": part.code, "partsquantity": part.quantity}
            for part in parts(kept.document)
        ],
    }


def _basic(kept: Kept) -> Record:
    document, bill = kept.document, kept.visit.settlement
    odometer = document["odometer_in_km"]
    return {
        "companyname": kept.store.name or None,
        "vin": document["vin"],
        "vehicleplatenumber": document["plate"],
        "repairdate": f"{kept.local(kept.visit.opened_at):%Y%m%d}",
        "repairmileage": None if odometer is None else str(odometer),
        "settledate": bill and f"{kept.local(bill.issued_at):%Y%m%d}",
        "costlistcode": kept.visit.number if bill else None,
        "faultdescription": _fault(kept),
    }


def _fault(kept: Kept) -> str | None:
    """The customer's words; else what the inspection found; else why a car without a fault came in."""
    words = [concern["words"] for concern in kept.document["concerns"]]
    causes = [found["cause"] for found in kept.document["findings"] if found["cause"]]
    return "；".join(words or causes) or WITHOUT_FAULT.get(kept.document["kind"])


def lacks(record: Record) -> list[Lack]:
    """What is missing or malformed in the record; a part or item is named by its name, else by its place."""
    basic = record["basicInfo"]
    found = [missing(name, words) for name, words in BASIC.items() if not basic[name]]
    found += _malformed(basic)
    if not record["repairprojectlist"]:
        found.append(Lack("repairproject", "没有维修项目", "There is no repair item"))
    for at, item in enumerate(record["repairprojectlist"], 1):
        found += _of_row(item, ITEM, "workinghours", Words(f"第 {at} 个维修项目", f"Repair item {at}"), "repairproject")
    for at, part in enumerate(record["vehiclepartslist"], 1):
        found += _of_row(part, PART, "partsquantity", Words(f"第 {at} 个配件", f"Part {at}"), "partsname")
    return found


def _malformed(basic: Record) -> list[Lack]:
    found: list[Lack] = []
    for name, check in (("vin", vin.normalise), ("vehicleplatenumber", plate.normalise)):
        if basic[name] and not fits(check, basic[name]):
            found.append(malformed(name, BASIC[name], basic[name]))
    came, settled = basic["repairdate"], basic["settledate"]
    if came and settled and settled < came:
        early = f"结算日期 {settled} 早于送修日期 {came}", f"The settlement date {settled} is before the date in {came}"
        found.append(Lack("settledate", *early))
    return found


def _of_row(row: Record, elements: dict[str, Words], number: str, place: Words, name: str) -> list[Lack]:
    """What a repair item or a part lacks; `number` names the element that is a quantity."""
    called = Words(f"“{row[name]}”", f"“{row[name]}”") if row[name] else place
    found = [
        Lack(element, f"{called.zh}缺少{words.zh}", f"{called.en}: {words.en.lower()} is missing")
        for element, words in elements.items()
        if not row[element]
    ]
    if row[number] and not is_amount(row[number]):
        found.append(malformed(number, elements[number], row[number]))
    return found
