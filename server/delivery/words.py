"""What a message says: one short text from the visit as it is now, on the store's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.documents.sentence import money, sentence
from server.domain.estimates import waiting
from server.domain.stages import BEFORE_SETTLING
from server.queries.visits import StoreFacts, VisitRows

LONGEST = 160
"""Characters of a text at most: phones cut off what is longer, and a push carries some 3 kB."""
NAMED_PARTS = 3
QUIET_FROM, QUIET_TO = 21, 8
"""Hours of the store's day between which a message arrives without a sound."""


def title(rows: VisitRows, store: StoreFacts) -> str:
    """The store and the plate, or the model of a car that has none yet."""
    return f"{store.name} · {rows.vehicle.plate or rows.vehicle.model}"


def body(rows: VisitRows, store: StoreFacts, event: str, progress_id: str | None, now: datetime) -> str:
    """The text for an event: what happened, or where the car is by now."""
    match event:
        case "note" if note := _note(rows, progress_id):
            text = f"门店留言：{note}"
        case "report":
            text = _report(rows)
        case "contract":
            text = "委托书已签署，点开可查看。"
        case "document":
            text = "交车单已签章，点开可查看和下载 PDF。"
        case _:
            text = standing(rows, ZoneInfo(store.time_zone), now)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def standing(rows: VisitRows, zone: ZoneInfo, now: datetime) -> str:
    """Where the car is, when it can be collected, and which parts were replaced."""
    visit = rows.visit
    asked = waiting(visit.presented, rows.lines) if visit.stage in BEFORE_SETTLING else []
    said = sentence(visit.stage, len(asked), 0, visit.ready_at, now, zone).zh
    total = f"合计 {money(sum(line.amount_fen for line in asked))}" if asked else None
    return "。".join(filter(None, (said, total, _parts(rows))))


def is_quiet(store: StoreFacts, now: datetime) -> bool:
    """Whether it is night at the store."""
    hour = now.astimezone(ZoneInfo(store.time_zone)).hour
    return hour >= QUIET_FROM or hour < QUIET_TO


def _note(rows: VisitRows, progress_id: str | None) -> str:
    return next((p.text for p in rows.progress if p.id == progress_id and p.text and p.visible_to_customer), "")


def _report(rows: VisitRows) -> str:
    published = rows.visit.report.findings if rows.visit.report else []
    shown = {(named.finding_id, named.version) for named in published}
    grades = [f.grade for f in rows.findings if (f.id, f.version) in shown]
    words = (("red", "需处理"), ("yellow", "需关注"), ("green", "正常"))
    counts = "，".join(f"{grades.count(grade)} 项{word}" for grade, word in words if grade in grades)
    return f"检查报告已出：{counts}。点开查看。" if counts else "检查报告已出，点开查看。"


def _parts(rows: VisitRows) -> str | None:
    used = rows.visit.parts_used
    if not used:
        return None
    named = "、".join(p.name if p.quantity == "1" else f"{p.name}×{p.quantity}" for p in used[:NAMED_PARTS])
    return f"已更换：{named}" + (f" 等 {len(used)} 种" if len(used) > NAMED_PARTS else "")
