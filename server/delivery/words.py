"""What a message says: one short text from the visit or appointment as it is now, on the store's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.delivery.situation import Situation
from server.documents.labels import Words
from server.documents.sentence import moment, money, sentence
from server.domain.estimates import waiting
from server.domain.rows.vehicles import Appointment
from server.domain.stages import BEFORE_SETTLING
from server.queries.visits import StoreFacts, VisitRows

LONGEST = 160
"""Characters of a text at most: phones cut off what is longer, and a push carries some 3 kB."""
NAMED_PARTS = 3
FIXED = {
    "contract": Words("委托书已签署，点开可查看。", "Your repair order is signed. Open to read it."),
    "document": Words(
        "交车单已签章，点开可查看和下载 PDF。", "Your handover document is sealed. Open to read or save the PDF."
    ),
    "sign_again": Words(
        "您签字后单据有变化，那次签字还没有生效。请点开核对变化，再到店里确认。",
        "The paper changed after you signed it, so that signature does not count yet. Open to see what changed.",
    ),
    "amendment": Words(
        "您的交车单有一处更正，原件不变，点开查看。",
        "Your handover document was put right; the original stays. Open to read what changed.",
    ),
    "survey": Words("这次服务怎么样？点开评价，一分钟就好。", "How was your visit? Tell us in a minute."),
    "survey_reminder": Words(
        "还想听听您对这次服务的评价，点开即可。", "We would still like to hear how your visit was."
    ),
    "complaint": Words("您反映的问题有了进展，点开查看。", "There is news about what you told us. Open to read it."),
}
SEE, ASK, RATE = Words("查看", "See"), Words("查看并确认", "See and decide"), Words("去评价", "Rate it")
OK = Words("同意", "Approve")


def title(visit: VisitRows | None, store: StoreFacts) -> str:
    """The store and the plate, or the model of a car that has none yet."""
    return store.name if visit is None else f"{store.name} · {visit.vehicle.plate or visit.vehicle.model}"


def body(s: Situation) -> str:
    """The text for a situation, in the customer's language: what happened, or where the car is by now."""
    text = _appointment(s.appointment, s).zh if s.appointment and s.language == "zh" else None
    if s.appointment and text is None:
        text = _appointment(s.appointment, s).en
    if text is None:
        assert s.visit is not None
        text = said(s.visit, s.store, s.event.name, s.promise.payload, s.now, s.language)
    return cut(text)


def cut(text: str) -> str:
    """The text, shortened to what a phone shows."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def said(
    rows: VisitRows, store: StoreFacts, event: str, payload: dict[str, str], now: datetime, language: str = "zh"
) -> str:
    """The text for an event of a visit; `payload` names the note or question that it is about."""
    found: Words | None = FIXED.get(event)
    if event == "note" and (note := _note(rows, payload.get("progress_id"))):
        found = Words(f"门店留言：{note}", f"From the shop: {note}")
    elif event == "answer" and (reply := _reply(rows, payload.get("question_id"))):
        found = Words(f"门店回复：{reply}", f"The shop answers: {reply}")
    elif event == "report":
        found = _report(rows)
    found = found or standing(rows, ZoneInfo(store.time_zone), now)
    return found.en if language == "en" else found.zh


def standing(rows: VisitRows, zone: ZoneInfo, now: datetime) -> Words:
    """Where the car is, when it can be collected, and which parts were replaced."""
    visit = rows.visit
    asked = waiting(visit.presented, rows.lines) if visit.stage in BEFORE_SETTLING else []
    doing = sentence(visit.stage, len(asked), 0, visit.ready_at, now, zone)
    yuan = money(sum(line.amount_fen for line in asked))
    total = Words(f"合计 {yuan}", f"Total {yuan}") if asked else None
    parts = [part for part in (doing, total, _parts(rows)) if part]
    return Words("。".join(part.zh for part in parts), ". ".join(part.en for part in parts))


def actions(s: Situation) -> list[dict[str, str]]:
    """The buttons under a notification: `see` opens the page, `approve` opens it at the decisions (no decision yet)."""
    asks = s.event.name == "estimate" or s.event.stage == "awaiting_approval"
    shown = {"see": ASK if asks else RATE if s.event.name in ("survey", "survey_reminder") else SEE}
    if asks:
        shown["approve"] = OK
    return [{"action": name, "title": words.en if s.language == "en" else words.zh} for name, words in shown.items()]


def params(s: Situation, link: str) -> dict[str, str]:
    """What a gateway's template may say; `token` is the last part of the link, for templates that know the rest."""
    car = (s.visit.vehicle.plate or s.visit.vehicle.model) if s.visit else ""
    return {"store": s.store.name, "car": car, "text": body(s), "token": link.rpartition("/")[2]}


def _appointment(appointment: Appointment, s: Situation) -> Words:
    when = moment(appointment.at, s.now, s.zone)
    if appointment.status == "cancelled":
        return Words(f"您 {when.zh} 的预约已取消。", f"Your appointment {when.en} was cancelled.")
    if s.event.name == "appointment_reminder":
        return Words(
            f"提醒您：{when.zh} 到店，{appointment.work}。如需改期请联系门店。",
            f"A reminder: you are expected {when.en} ({appointment.work}). Call us to change it.",
        )
    return Words(
        f"预约已确认：{when.zh} 到店，{appointment.work}。",
        f"Your appointment is confirmed: {when.en} ({appointment.work}).",
    )


def _note(rows: VisitRows, progress_id: str | None) -> str:
    return next((p.text for p in rows.progress if p.id == progress_id and p.text and p.visible_to_customer), "")


def _reply(rows: VisitRows, question_id: str | None) -> str:
    return next((q.reply.text for q in rows.visit.questions if q.id == question_id and q.reply), "")


def _report(rows: VisitRows) -> Words:
    published = rows.visit.report.findings if rows.visit.report else []
    shown = {(named.finding_id, named.version) for named in published}
    grades = [f.grade for f in rows.findings if (f.id, f.version) in shown]
    words = (
        ("red", "需处理", "to be done"), ("yellow", "需关注", "to keep an eye on"), ("green", "正常", "in order"),
    )  # fmt: skip
    zh = "，".join(f"{grades.count(grade)} 项{word}" for grade, word, _ in words if grade in grades)
    en = ", ".join(f"{grades.count(grade)} {word}" for grade, _, word in words if grade in grades)
    if not zh:
        return Words("检查报告已出，点开查看。", "Your inspection report is here. Open to read it.")
    return Words(f"检查报告已出：{zh}。点开查看。", f"Your inspection report is here: {en}. Open to read it.")


def _parts(rows: VisitRows) -> Words | None:
    used = rows.visit.parts_used
    if not used:
        return None
    shown = [p.name if p.quantity == "1" else f"{p.name}×{p.quantity}" for p in used[:NAMED_PARTS]]
    more = len(used) > NAMED_PARTS
    return Words(
        f"已更换：{'、'.join(shown)}" + (f" 等 {len(used)} 种" if more else ""),
        f"Replaced: {', '.join(shown)}" + (f" and more, {len(used)} kinds" if more else ""),
    )
