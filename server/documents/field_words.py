"""Every field of the signed documents in words, and how its values are said (docs/document.md, version 1)."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents import labels
from server.documents.labels import PURPOSES, Words


class Known(Struct, frozen=True):
    """What values are said with: names of inspection items and of lines, and the store's clock."""

    item_names: Mapping[str, Words]
    line_names: Mapping[str, Words]
    zone: ZoneInfo

    def item(self, code: str) -> Words:
        """An inspection item; one that the template no longer has is said by its code."""
        return self.item_names.get(code) or Words(code, code)


Show = Callable[[Any, Known], Words]
NONE, SOME = Words("无", "none"), Words("", "")


class Field(Struct, frozen=True):
    """A field's name. Without `show` its values say nothing to a person, only that they changed; null is `nothing`."""

    name: Words
    show: Show | None = None
    unit: Words = SOME
    nothing: Words = NONE


def typed(value: Any, known: Known) -> Words:
    """As somebody typed it."""
    if not isinstance(value, str | int):
        raise TypeError("not typed by a person")
    return Words(str(value), str(value))


def money(value: int, known: Known) -> Words:
    """`1,234.50` and `¥1,234.50`."""
    yuan, rest = divmod(abs(value), 100)
    sign = "−" if value < 0 else ""
    return Words(f"{sign}{yuan:,}.{rest:02d}", f"{sign}¥{yuan:,}.{rest:02d}")


def number(value: int, known: Known) -> Words:
    """`12,345`."""
    return Words(f"{value:,}", f"{value:,}")


def moment(value: str, known: Known) -> Words:
    """`2026-11-22 16:30` on the store's clock."""
    there = datetime.fromisoformat(value)
    with suppress(OverflowError):  # the first and the last day of the calendar have no other zone
        there = there.astimezone(known.zone)
    return Words(f"{there:%Y-%m-%d %H:%M}", f"{there:%Y-%m-%d %H:%M}")


def count(value: list[Any], known: Known) -> Words:
    """How many."""
    return Words(str(len(value)), str(len(value)))


def several(show: Show) -> Show:
    """A list of words."""

    def said(value: list[Any], known: Known) -> Words:
        words = [show(one, known) for one in value]
        return Words("、".join(w.zh for w in words), ", ".join(w.en for w in words)) if words else NONE

    return said


def coded(table: Mapping[Any, Words]) -> Show:
    """A closed code."""
    return lambda value, known: table[value]


def either(yes: Words, no: Words) -> Show:
    """True or false."""
    return coded({True: yes, False: no})


def measured(value: dict[str, Any], known: Known) -> Words:
    """`2.1 mm`."""
    return typed(f"{value['value']} {value['unit']}", known)


def invoiced(value: dict[str, Any], known: Known) -> Words:
    """Who the invoice is made out to."""
    return typed(" ".join(filter(None, (value["title"], value["tax_number"]))), known)


def panel(code: str, known: Known) -> Words:
    """A panel of the car drawing."""
    words = labels.panel(code)
    return words if words.en else Words(code, code)


def _lamp(code: str, known: Known) -> Words:
    return labels.LAMPS.get(code) or typed(code, known)


def _unmarked(words: Words) -> Words:
    return Words(words.zh.partition(" ")[2], words.en)


YUAN, KM = Words(" 元", ""), Words(" km", " km")
DECISIONS = {code: _unmarked(words) for code, words in labels.DECISIONS.items()}
UNDECIDED = DECISIONS[None]
PASSED, FAILED = Words("合格", "passed"), Words("不合格", "failed")
PHOTOS = Field(Words("照片", "photos"), count, Words(" 张", ""))
yes_or_no = either(labels.YES, labels.NO)
in_order = either(PASSED, FAILED)

HEAD = {
    "document_version": Field(Words("单据格式", "Format of the document"), typed),
    "wording_version": Field(Words("条款版本", "Version of the terms"), typed),
    "purpose": Field(Words("单据种类", "Kind of document"), coded(PURPOSES)),
    "vin": Field(Words("车架号", "VIN"), typed),
    "plate": Field(Words("车牌", "Plate"), typed),
    "customer_name": Field(Words("客户姓名", "Customer"), typed),
    "kind": Field(Words("接车类型", "Kind of visit"), coded(labels.KINDS)),
    "payer": Field(Words("付款方", "Paid by"), coded(labels.PAYERS)),
    "odometer_in_km": Field(Words("进厂里程", "Odometer in"), number, KM),
    "odometer_out_km": Field(Words("出厂里程", "Odometer out"), number, KM),
    "promised_at": Field(Words("预计取车时间", "Promised time"), moment),
}
CONCERN = {
    "words": Field(Words("客户描述", "Concern"), typed),
    "condition": Field(Words("出现条件", "occurs when"), typed),
    "frequency": Field(Words("出现频率", "how often"), typed),
}
WALKAROUND = {
    "odometer_km": Field(Words("里程", "odometer"), number, KM),
    "energy_pct": Field(Words("油量/电量", "fuel or charge"), number, Words("%", "%")),
    "warning_lamps": Field(Words("警示灯", "warning lamps"), several(_lamp)),
    "belongings": Field(Words("车内物品", "belongings"), several(typed)),
    "old_parts": Field(Words("旧件", "old parts"), coded(labels.OLD_PARTS)),
    "wash": Field(Words("洗车", "wash"), yes_or_no),
    "valuables_reminded": Field(Words("已提醒贵重物品", "reminded of valuables"), yes_or_no),
}
DAMAGE = {
    "panel": Field(Words("部位", "panel"), panel),
    "kind": Field(Words("损伤类型", "kind of damage"), coded(labels.DAMAGES)),
    "severity": Field(Words("程度", "severity"), coded(labels.SEVERITIES)),
    "x": Field(Words("图上位置", "place on the drawing")),
    "y": Field(Words("图上位置", "place on the drawing")),
    "known": Field(Words("上次已有", "there before"), yes_or_no),
    "photos": PHOTOS,
}
LINE = {
    "version": Field(Words("报价版本", "version of the quote"), typed),
    "kind": Field(Words("类别", "kind"), coded(labels.LINE_KINDS)),
    "code": Field(Words("编号", "code"), typed),
    "name": Field(Words("项目名称", "Name of the item"), typed),
    "quantity": Field(Words("数量", "quantity"), typed),
    "unit": Field(Words("单位", "unit"), typed),
    "unit_price_fen": Field(Words("单价", "unit price"), money, YUAN),
    "discount_fen": Field(Words("优惠", "discount"), money, YUAN),
    "amount_fen": Field(Words("金额", "amount"), money, YUAN),
    "part_kind": Field(Words("配件种类", "kind of part"), coded(labels.PART_KINDS)),
    "payer": Field(Words("付款方", "paid by"), coded(labels.PAYERS)),
    "finding_id": Field(Words("对应的诊断", "finding behind it")),
    "decision": Field(Words("客户决定", "customer's decision"), coded(DECISIONS), nothing=UNDECIDED),
}
FINDING = {
    "version": Field(Words("诊断版本", "version of the finding"), typed),
    "item_code": Field(Words("检查项", "Inspection item"), lambda code, known: known.item(code)),
    "grade": Field(Words("结论", "grade"), coded(labels.GRADES)),
    "measure": Field(Words("测量值", "measure"), measured),
    "measure/value": Field(Words("测量值", "measure"), typed),
    "measure/unit": Field(Words("测量单位", "unit of the measure"), typed),
    "dtcs": Field(Words("故障码", "trouble codes"), several(typed)),
    "cause": Field(Words("原因", "cause"), typed),
    "plan": Field(Words("处理方案", "plan"), typed),
    "budget_fen": Field(Words("预算", "budget"), money, YUAN),
    "photos": PHOTOS,
}
PART = {
    "line_id": Field(Words("对应的项目", "item it belongs to")),
    "code": Field(Words("编号", "code"), typed),
    "name": Field(Words("配件名称", "Name of the part"), typed),
    "quantity": Field(Words("数量", "quantity"), typed),
}
QUALITY = {
    "passed": Field(Words("结论", "result"), in_order),
    "checks": Field(Words("检查项", "checks"), count, Words(" 项", "")),
    "road_test_km": Field(Words("路试", "road test"), typed, KM),
}
CHECK = {"ok": Field(Words("结果", "result"), in_order)}
ADVICE = {
    "text": Field(Words("保养建议", "Advice"), typed),
    "next_km": Field(Words("建议里程", "due at"), number, KM),
    "next_on": Field(Words("建议日期", "due on"), typed),
}
SETTLEMENT = {
    "id": Field(Words("结算单编号", "Number of the bill")),
    "lines": Field(Words("项目", "items"), count, Words(" 项", "")),
    "discount_fen": Field(Words("整单优惠", "discount on the bill"), money, YUAN),
    "total_fen": Field(Words("合计", "total"), money, YUAN),
    "invoice": Field(Words("发票", "invoice"), invoiced),
    "invoice/title": Field(Words("发票抬头", "invoice title"), typed),
    "invoice/tax_number": Field(Words("税号", "tax number"), typed),
}
BILLED = {"version": Field(Words("报价版本", "version of the quote"), typed)}
PAYMENT = {
    "method": Field(Words("方式", "method"), coded(labels.METHODS)),
    "amount_fen": Field(Words("金额", "amount"), money, YUAN),
    "reference": Field(Words("凭证号", "reference"), typed),
    "refund_of": Field(Words("所退的付款", "payment given back")),
    "paid_at": Field(Words("付款时间", "paid at"), moment),
}
PHOTO = {
    "sha256": Field(Words("画面", "picture")),
    "purpose": Field(Words("用途", "purpose"), coded(labels.PHOTOS)),
    "subject_id": Field(Words("所属记录", "what it belongs to")),
    "taken_at": Field(Words("拍摄时间", "taken at"), moment),
    "caption": Field(Words("说明", "caption"), typed),
}
