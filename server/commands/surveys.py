"""The survey after the visit (回访): the customer's answer, one for each survey."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import get, is_repeat
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Stars, Text
from server.domain.reasons import Reason, cause
from server.domain.rows.visits import Survey, Visit
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
    """Stores the answer with the visit; another answer than the one that is there goes to review."""
    visit = get(work, Visit, c.visit_id)
    content: dict[str, Any] = {
        "speed": c.speed, "quality": c.quality, "price": c.price, "courtesy": c.courtesy, "recommend": c.recommend,
        "text": c.text,
    }  # fmt: skip
    answer, first = Survey(id=c.survey_id, at=by.issued_at, **content), visit.survey
    if first is None:
        work.change(visit, survey=answer)
    elif first.id != c.survey_id:
        why = cause(Reason.VALUE_CONFLICT, "visits", visit.id, field="survey")
        work.merged("survey", None, answer, first, first, why)
    else:
        is_repeat(first, "visits", c.survey_id, **content)
