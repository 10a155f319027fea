"""What a message says: one short text from the visit as it is now, on the store's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.estimates import decision_of
from server.domain.fields import Stage
from server.domain.rows.estimate import EstimateLine
from server.queries.visits import StoreFacts, VisitRows

NOW: dict[Stage, str] = {
    "checked_in": "已接到您的车",
    "assigned": "已安排技师",
    "diagnosing": "技师正在检查您的车",
    "awaiting_approval": "检查完成，正在等您确认",
    "awaiting_parts": "您的车正在等配件",
    "repairing": "您的车正在维修",
    "quality_check": "维修完成，正在质检",
    "settling": "质检通过，正在准备账单",
    "ready": "您的车可以取了",
    "handed_over": "车已交还给您，一路平安",
    "cancelled": "这次维修已取消",
}
OVER: frozenset[Stage] = frozenset({"ready", "handed_over", "cancelled"})
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
    asked = undecided(rows)
    sentence = f"有 {len(asked)} 项需要您确认，合计 {_yuan(asked)}" if asked else NOW[visit.stage]
    if visit.ready_at is not None and visit.ready_at > now and visit.stage not in OVER:
        sentence += f"，预计 {clock(visit.ready_at, zone, now)} 可取"
    return "。".join(filter(None, (sentence, _parts(rows))))


def undecided(rows: VisitRows) -> list[EstimateLine]:
    """The lines that were put before the customer and wait for an answer."""
    presented = {(named.line_id, named.version) for named in rows.visit.presented}
    return [
        line for line in rows.lines
        if (line.id, line.version) in presented and line.dropped is None and decision_of(line) is None
        and rows.visit.stage not in OVER
    ]  # fmt: skip


def clock(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`16:30` today, `明天 16:30`, else with the date."""
    there = at.astimezone(zone)
    day = now.astimezone(zone).date()
    if there.date() == day:
        return f"{there:%H:%M}"
    if there.date() == day + timedelta(days=1):
        return f"明天 {there:%H:%M}"
    return f"{there.month}月{there.day}日 {there:%H:%M}"


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


def _yuan(lines: list[EstimateLine]) -> str:
    yuan, rest = divmod(sum(line.amount_fen for line in lines), 100)
    return f"¥{yuan:,}.{rest:02d}"
