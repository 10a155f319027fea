"""After the visit (回访): the customer's answer to the survey, and the calls that the shop made."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import entry, get, is_repeat
from server.commands.complaints import hear
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Instant, Stars, Text
from server.domain.reasons import Reason, cause
from server.domain.rows.visits import Call, Survey, Visit
from server.store.work import Work


class AnswerSurvey(Command, frozen=True):
    """1–5 for speed, quality, price and courtesy; 0–10 to recommend."""

    visit_id: Id
    survey_id: Id
    speed: Stars
    quality: Stars
    price: Stars
    courtesy: Stars
    recommend: Annotated[int, Meta(ge=0, le=10)]
    text: Text | None = None


@handles("survey.answer", makes=("survey_id",))
def answer_survey(work: Work, by: By, c: AnswerSurvey) -> None:
    """Stores the answer with the visit and opens a complaint for a low one; a second answer goes to review."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {
        "speed": c.speed, "quality": c.quality, "price": c.price, "courtesy": c.courtesy, "recommend": c.recommend,
        "text": c.text,
    }  # fmt: skip
    answer, first = Survey(id=c.survey_id, at=by.issued_at, **content), visit.survey
    if first is None:
        work.change(visit, survey=answer)
        hear(work, by, visit, answer)
    elif first.id != c.survey_id:
        why = cause(Reason.VALUE_CONFLICT, "visits", visit.id, field="survey")
        work.merged("survey", None, answer, first, first, why)
    else:
        is_repeat(first, "visits", c.survey_id, **content)


class RecordCall(Command, frozen=True):
    """Somebody called the customer; `reached` false when nobody answered."""

    visit_id: Id
    call_id: Id
    reached: bool
    at: Instant
    text: Text | None = None


@handles("survey.record_call", makes=("call_id",))
def record_call(work: Work, by: By, c: RecordCall) -> None:
    """Appends the call, most often to a visit that has ended."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {"reached": c.reached, "text": c.text, "at": c.at}
    if not is_repeat(entry(visit.calls, c.call_id), "visits", c.call_id, **content):
        work.change(visit, calls=[*visit.calls, Call(id=c.call_id, by=by.user_id, **content)])
