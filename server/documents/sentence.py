"""The one sentence that matters, and times as people say them on the store's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.documents.labels import Words
from server.domain.fields import Stage

_DOING: dict[Stage, Words] = {
    "checked_in": Words("我们已接到您的车", "We have received your car"),
    "assigned": Words("已安排技师，马上检查您的车", "A technician will look at your car shortly"),
    "diagnosing": Words("技师正在检查您的车", "A technician is checking your car"),
    "awaiting_approval": Words("已收到您的决定，正在安排", "We have your answer and are arranging the work"),
    "awaiting_parts": Words("您的车正在等配件", "Your car is waiting for parts"),
    "repairing": Words("您的车正在维修", "Your car is being repaired"),
    "quality_check": Words("维修完成，正在质检", "The work is done and being checked"),
    "settling": Words("质检通过，正在准备账单", "Checked and passed; we are preparing the bill"),
    "ready": Words("您的车可以取了", "Your car is ready to collect"),
    "handed_over": Words("车已交还给您，一路平安", "Your car is back with you. Drive safely"),
    "cancelled": Words("这次维修已取消", "This visit was cancelled"),
}
_OVER: frozenset[Stage] = frozenset({"ready", "handed_over", "cancelled"})


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> Words:
    """`16:30` today, `明天 16:30` tomorrow, else with the date."""
    there, days = at.astimezone(zone), (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    clock = f"{there:%H:%M}"
    if days == 0:
        return Words(clock, clock)
    if days == 1:
        return Words(f"明天 {clock}", f"tomorrow {clock}")
    return Words(f"{there.month}月{there.day}日 {clock}", f"{there.day} {there:%b} {clock}")


def is_late(stage: Stage, ready_at: datetime | None, now: datetime) -> bool:
    """Whether the promised time has passed and the car is not ready."""
    return ready_at is not None and stage not in _OVER and ready_at + timedelta(minutes=1) <= now


def sentence(stage: Stage, asks: int, due_fen: int, ready_at: datetime | None, now: datetime, zone: ZoneInfo) -> Words:
    """What is happening and when the car can be collected; `asks` counts lines that wait for the customer."""
    doing = _DOING[stage]
    if asks:
        doing = Words(f"有 {asks} 项需要您确认", f"{asks} item{'s' * (asks > 1)} need your decision")
    if stage == "ready" and due_fen > 0:
        yuan = money(due_fen)
        return Words(f"{doing.zh}，应付 {yuan}", f"{doing.en}. To pay: {yuan}")
    if ready_at is None or stage in _OVER:
        return doing
    when = moment(ready_at, now, zone)
    if is_late(stage, ready_at, now):
        return Words(
            f"{doing.zh}，比预计的 {when.zh} 晚了，有新时间会马上告诉您",
            f"{doing.en}. It is later than promised ({when.en}); we will tell you the new time",
        )
    return Words(f"{doing.zh}，预计 {when.zh} 可取", f"{doing.en}, ready by {when.en}")


def money(fen: int) -> str:
    """`¥1,234.50`; whole yuan without decimals."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'−' if fen < 0 else ''}¥{yuan:,}" + (f".{rest:02d}" if rest else "")
