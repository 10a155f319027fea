"""The parts of the signed documents in words: what an entry is called, and how one that is new or gone is said."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from server.documents import field_words as say
from server.documents import labels
from server.documents.field_words import Field, Known
from server.documents.labels import Words

Entry = dict[str, Any]
Called = Callable[[Entry, Known], Words]


class Part(Struct, frozen=True):
    """A part of a document: an object, or (with `key`) a list whose entries are told apart by that member.

    `brief` says an entry that is new or gone, `called` the one that a field belongs to; the field `alone` says that
    itself. `noun` sees the entry, because money given back is no payment.
    """

    noun: Callable[[Entry], Words]
    brief: Called
    fields: Mapping[str, Field]
    key: str | None = None
    called: Called | None = None
    alone: str = ""


def _always(zh: str, en: str) -> Callable[[Entry], Words]:
    return lambda entry: Words(zh, en)


def _typed(name: str) -> Called:
    return lambda entry, known: say.typed(entry[name], known)


def _joined(words: list[Words]) -> Words:
    return Words("，".join(w.zh for w in words), ", ".join(w.en for w in words))


def _shown(field: Field, value: Any, known: Known) -> Words:
    assert field.show is not None
    words = field.show(value, known)
    return Words(f"{words.zh}{field.unit.zh}", f"{words.en}{field.unit.en}")


def _money(fen: int, known: Known) -> Words:
    return _shown(say.LINE["amount_fen"], fen, known)


def line_called(line: Entry, known: Known) -> Words:
    """`机油（原厂）`: parts say which kind they are."""
    name = say.typed(line["name"], known)
    if line["part_kind"] is None:
        return name
    kind = labels.PART_KINDS[line["part_kind"]]
    return Words(f"{name.zh}（{kind.zh}）", f"{name.en} ({kind.en})")


def _line(line: Entry, known: Known) -> Words:
    called, count, amount = line_called(line, known), line["quantity"], _money(line["amount_fen"], known)
    gap = "" if called.zh.endswith("）") else " "
    words = [Words(f"{called.zh}{gap}×{count}", f"{called.en} ×{count}"), amount]
    if line.get("decision", "approved") != "approved":
        words.append(say.DECISIONS[line["decision"]])
    if line.get("dropped") is not None:
        words.append(Words(f"已取消（{line['dropped']}）", f"dropped ({line['dropped']})"))
    return _joined(words)


def _walkaround(seen: Entry, known: Known) -> Words:
    return _joined([_shown(say.WALKAROUND[name], seen[name], known) for name in ("odometer_km", "energy_pct")])


def _panel(damage: Entry, known: Known) -> Words:
    return say.panel(damage["panel"], known)


def _damage(damage: Entry, known: Known) -> Words:
    where, kind, how = _panel(damage, known), labels.DAMAGES[damage["kind"]], labels.SEVERITIES[damage["severity"]]
    return Words(f"{where.zh} {kind.zh}（{how.zh}）", f"{where.en}, {kind.en} ({how.en})")


def _item(entry: Entry, known: Known) -> Words:
    return known.item(entry["item_code"])


def _finding(finding: Entry, known: Known) -> Words:
    item, grade = _item(finding, known), labels.GRADES[finding["grade"]]
    return Words(f"{item.zh} {grade.zh}", f"{item.en}, {grade.en}")


def _part(part: Entry, known: Known) -> Words:
    return say.typed(f"{part['name']} ×{part['quantity']}", known)


def _quality(quality: Entry, known: Known) -> Words:
    return say.in_order(quality["passed"], known)


def _check(check: Entry, known: Known) -> Words:
    item, result = _item(check, known), say.in_order(check["ok"], known)
    return Words(f"{item.zh} {result.zh}", f"{item.en}, {result.en}")


def _advice(advice: Entry, known: Known) -> Words:
    due = [_shown(say.ADVICE[name], advice[name], known) for name in ("next_km", "next_on") if advice[name] is not None]
    return _joined([say.typed(advice["text"], known), *due])


def _settlement(bill: Entry, known: Known) -> Words:
    total = _money(bill["total_fen"], known)
    return Words(f"合计 {total.zh}", f"total {total.en}")


def _billed(billed: Entry, known: Known) -> Words:
    return known.line_names.get(billed["line_id"]) or Words("未列出的项目", "an item that is not listed")


def _paid(payment: Entry) -> Words:
    is_back = payment.get("refund_of") is not None
    return Words("退款", "Refund") if is_back else Words("付款", "Payment")


def _payment(payment: Entry, known: Known) -> Words:
    method, amount = labels.METHODS[payment["method"]], _money(payment["amount_fen"], known)
    return Words(f"{method.zh} {amount.zh}", f"{method.en} {amount.en}")


def _payment_called(payment: Entry, known: Known) -> Words:
    noun, brief = _paid(payment), _payment(payment, known)
    return Words(f"{noun.zh}（{brief.zh}）", f"{noun.en} ({brief.en})")


def _photo(photo: Entry, known: Known) -> Words:
    purpose, caption = labels.PHOTOS[photo["purpose"]], photo["caption"]
    return Words(f"{purpose.zh}（{caption}）", f"{purpose.en} ({caption})") if caption else purpose


def _photo_called(photo: Entry, known: Known) -> Words:
    words = _photo(photo, known)
    return Words(f"照片「{words.zh}」", f"Photo “{words.en}”")


PARTS = {
    "concerns": Part(
        _always("客户描述", "Concern"), _typed("words"), say.CONCERN, "id", called=_typed("words"), alone="words"
    ),
    "walkaround": Part(_always("环检", "Walk-around"), _walkaround, say.WALKAROUND),
    "damages": Part(_always("外观损伤", "Damage"), _damage, say.DAMAGE, "id", called=_panel),
    "lines": Part(_always("项目", "Item"), _line, say.LINE, "id", called=line_called, alone="name"),
    "findings": Part(_always("诊断", "Finding"), _finding, say.FINDING, "id", called=_item, alone="item_code"),
    "parts_used": Part(
        _always("更换配件", "Part replaced"), _part, say.PART, "id", called=_typed("name"), alone="name"
    ),
    "quality/checks": Part(_always("质检项目", "Quality check item"), _check, say.CHECK, "item_code", called=_item),
    "quality": Part(_always("质检", "Quality check"), _quality, say.QUALITY),
    "advice": Part(_always("保养建议", "Advice"), _advice, say.ADVICE, "id", called=_typed("text"), alone="text"),
    "settlement/lines": Part(_always("结算项目", "Item on the bill"), _billed, say.BILLED, "line_id", called=_billed),
    "settlement": Part(_always("结算单", "Bill"), _settlement, say.SETTLEMENT, alone="id"),
    "payments": Part(_paid, _payment, say.PAYMENT, "id", called=_payment_called),
    "photos": Part(_always("照片", "Photo"), _photo, say.PHOTO, "id", called=_photo_called),
}
"""By path; a list inside an object stands before the object, so that its entries are found first."""
