"""The end of a visit: the bill, the payment, the keys, and how it was."""

from datetime import timedelta
from random import Random
from typing import Any

from server.demo.estimate import approved, versions
from server.demo.stay import Stay
from server.demo.step import at_the_shop, demo_id, step, wire
from server.domain.ids import derived

_PROXIES = ("车主家人代取，已电话确认", "公司司机代取，已核对证件", "车主朋友代取，已电话确认")
_PRAISE = ("接待很周到", "修得快，价格也透明", "照片报告看得很清楚", None, None)
_ANSWERED = (
    ("confirm", 20, "已电话联系客户，听完整个经过并道歉"),
    ("analyse", 180, "和车间核对了派工和用料记录"),
    ("agree", 60, "客户同意免费复检，下次保养工时九折"),
    ("handle", 24 * 60, "已安排复检，客户在场确认"),
    ("call_back", 24 * 60, "回访客户，对处理表示认可"),
)
"""How a complaint is answered: step, minutes after the one before, and what was done."""
_COMPLAINTS = ("等的时间太长了", "比说好的时间晚了一个多小时", "价格偏高，解释不够清楚")


def settle(stay: Stay) -> None:
    """The bill over every approved line, now and then rounded down to ten yuan; insurers pay weeks later."""
    agreed = approved(stay.lines)
    amount = sum(line.amount_fen for line in agreed)
    discount = amount % 1000 if stay.rng.random() < 0.3 else 0
    stay.due_fen = amount - discount
    stay.do(
        stay.advisor, "settlement.issue", 6, settlement_id=stay.new_id(), lines=versions(agreed),
        discount_fen=discount, total_fen=stay.due_fen,
    )  # fmt: skip
    if stay.job.payer != "insurance":
        pay(stay)


def pay(stay: Stay) -> None:
    """The whole bill in the payer's way of paying."""
    method = _method(stay)
    stay.passes(4)
    stay.do(
        stay.advisor, "settlement.record_payment", 0, payment_id=stay.new_id(), method=method,
        amount_fen=stay.due_fen, paid_at=wire(stay.now),
        reference=None if method == "cash" else f"{stay.rng.randrange(10**10):010}",
    )  # fmt: skip


def _method(stay: Stay) -> str:
    if stay.job.payer != "customer":
        return stay.job.payer
    if stay.car.owner["kind"] == "company":
        return stay.rng.choice(("on_account", "transfer"))
    return stay.rng.choices(("wechat", "alipay", "card", "cash"), (55, 25, 15, 5))[0]


def make_ready(stay: Stay) -> None:
    """Advice for the next visit, and the car is ready."""
    next_km = (stay.odometer_km + 10_000) // 1000 * 1000
    stay.do(
        stay.advisor, "visit.advise", 3, advice_id=stay.new_id(), text="下次保养请提前预约，以先到者为准",
        next_km=next_km, next_on=(stay.today + timedelta(days=182)).isoformat(),
    )  # fmt: skip
    stay.advance(stay.advisor, "ready", 3)


def hand_over(stay: Stay) -> None:
    """Somebody else fetches the car, so the visit ends without the owner's signature."""
    stay.do(stay.advisor, "handover.release", 40, reason="proxy", note=stay.rng.choice(_PROXIES))
    stay.stage = "handed_over"
    stay.car.leaves(stay.now, stay.odometer_km)


def insurer_pays(stay: Stay) -> None:
    """The insurer's transfer, three weeks after the car left."""
    stay.now += timedelta(days=21)
    pay(stay)


def call(stay: Stay) -> None:
    """Of the last weeks' customers half have been called after three days; the others are still to be called."""
    rng = Random(f"call {stay.id}")
    if rng.random() < 0.5:
        return
    stay.now = max(stay.now, at_the_shop(stay.today + timedelta(days=3), rng.uniform(9.5, 17)))
    text = rng.choice((None, "客户满意，没有问题", "空调还有轻微异味，约下周复查"))
    said: dict[str, Any] = {"reached": text is not None, "text": text, "at": wire(stay.now)}
    stay.also("crm", "survey.record_call", call_id=derived("call", stay.id), **said)


def ask(stay: Stay) -> None:
    """The follow-up call on the next day, and its scores."""
    stay.now = at_the_shop(stay.today + timedelta(days=1), stay.rng.uniform(9.5, 17))
    content = stay.rng.random() < 0.88
    scores = (4, 5, 5) if content else (2, 3, 3, 4)
    survey_id = stay.new_id()
    stay.do(
        "crm", "survey.answer", 0, survey_id=survey_id, text=stay.rng.choice(_PRAISE if content else _COMPLAINTS),
        recommend=stay.rng.randint(8, 10) if content else stay.rng.randint(2, 6),
        **{name: stay.rng.choice(scores) for name in ("speed", "quality", "price", "courtesy")},
    )  # fmt: skip
    if not content:
        _answer(stay, survey_id)


def _answer(stay: Stay, complaint_id: str) -> None:
    """The complaint that a low survey opened, taken to its end; nothing else that is drawn changes with it."""
    at, rng = stay.now, Random(f"complaint {complaint_id}")
    for kind, minutes, text in _ANSWERED:
        at += timedelta(minutes=minutes * rng.uniform(0.7, 1.3))
        said: dict[str, Any] = {"step_id": demo_id(rng, at), "kind": kind, "text": text, "at": wire(at)}
        stay.steps.append(step(rng, at, stay.advisor, "complaint.step", complaint_id=complaint_id, **said))


def complain(stay: Stay) -> None:
    """A customer answers the survey low some hours after the car left; nobody has answered yet."""
    rng = Random(f"complain {stay.id}")
    stay.now += timedelta(hours=rng.uniform(2, 5))
    scores = {"speed": 2, "quality": 4, "price": 3, "courtesy": 3, "recommend": 4}
    stay.also("crm", "survey.answer", survey_id=demo_id(rng, stay.now), text=_COMPLAINTS[1], **scores)
