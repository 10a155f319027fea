"""The lines of the estimate on the page: what waits for the customer, and what the customer has said."""

from itertools import groupby

from server.documents.sentence import money
from server.portal import talk
from server.portal.facts import Line, Page, Seen
from server.portal.html import Child, Html, h, some
from server.portal.sections import photos_of, words_of
from server.portal.voice import Voice

_ANSWERS = (("approved", "approve"), ("declined", "decline"), ("deferred", "defer"))
_ICONS = {"approved": "check", "declined": "close", "deferred": "clock"}


def asks(page: Page, voice: Voice) -> Html | None:
    """Lines that wait, those of one finding together under what the technician saw, the worst finding first."""
    waiting = [line for line in page.lines if line.asks]
    if not waiting:
        return None
    place = {finding.id: n for n, finding in enumerate(page.findings)}
    found = {finding.id: finding for finding in page.findings}
    waiting.sort(key=lambda line: place.get(line.finding_id or "", len(place)))
    groups = [
        h(
            "div",
            _evidence(found.get(key or ""), voice),
            h("ul", [_ask(page, line, voice) for line in lines]),
            class_="group",
        )
        for key, lines in groupby(waiting, key=lambda line: line.finding_id)
    ]
    return voice.card(
        "asks",
        h("p", voice("asks_why"), class_="why"),
        groups,
        _all(page, waiting, voice),
        class_="card asks",
    )


def _evidence(finding: Seen | None, voice: Voice) -> Html | None:
    return h("div", words_of(finding, voice), photos_of(finding, voice), class_="evidence") if finding else None


def _ask(page: Page, line: Line, voice: Voice) -> Html:
    changed = f"{voice('changed')} · {voice('was')} {money(line.before_fen)}" if line.before_fen is not None else None
    return h(
        "li",
        _words(line, voice),
        some("p", changed, class_="changed"),
        _choices(line, voice),
        talk.about(page, line, voice),
        id=f"ask-{line.id}",
    )


def _all(page: Page, waiting: list[Line], voice: Voice) -> Html | None:
    """The running total, and one button for everything."""
    sums = [("approved_sum", page.approved_fen), ("if_all", page.approved_fen + page.asks_fen)]
    totals = [h("p", h("span", voice(label)), h("b", money(fen)), class_="sum") for label, fen in sums]
    label = f"{voice('approve_all')} · {money(page.asks_fen)}"
    button = h(
        "button", label, type="submit", name="say", value="approved", class_="wide main", data_testid="c-decide-all"
    )
    return h(
        "div",
        totals if page.approved_fen or len(waiting) > 1 else None,
        voice.form("estimate.decide", button, hidden=_decided_on(waiting)) if len(waiting) > 1 else None,
        class_="all",
        id="all",
    )


def _choices(line: Line, voice: Voice) -> Html:
    """Two equal buttons, and the third answer below; what is decided already is not offered again."""
    buttons = {
        answer: _answer(line, answer, voice(label), voice) for answer, label in _ANSWERS if answer != line.decision
    }
    later = buttons.pop("deferred", None)
    two = h("div", list(buttons.values()), class_="choices")
    return voice.form("estimate.decide", two, later, hidden=_decided_on([line]), class_="decide")


def _answer(line: Line, answer: str, label: str, voice: Voice) -> Html:
    return h(
        "button", voice.icon(_ICONS[answer]), label, type="submit", name="say", value=answer, class_=answer,
        data_testid=f"c-decide-{line.id}-{answer}", aria_label=f"{label} {voice.say(line.name)}",
    )  # fmt: skip


def _decided_on(lines: list[Line]) -> dict[str, Child]:
    """Exactly the versions and sums that are shown, and the decisions that a new one replaces."""
    replaces = ",".join(command_id for line in lines for command_id in line.replaces)
    return {"line": [f"{line.id}:{line.version}:{line.amount_fen}" for line in lines], "replaces": replaces}


def _words(line: Line, voice: Voice) -> Html:
    about = [line.part_kind or line.kind, line.payer]
    unit = voice("hours") if line.unit == "h" else line.unit
    words = " · ".join([*(voice.say(word) for word in about if word), f"{line.quantity} {unit}"])
    return h(
        "div",
        h("p", h("b", voice.say(line.name)), h("small", words)),
        h("strong", money(line.amount_fen)),
        class_="what",
    )


def work(page: Page, voice: Voice) -> Html | None:
    """Every line that was decided on or dropped, and the way to change one's mind while that is still possible."""
    decided = [line for line in page.lines if not line.asks and (line.decision or line.dropped)]
    if not decided:
        return None
    total = h("p", h("span", voice("approved_sum")), h("b", money(page.approved_fen)), class_="sum")
    return voice.card("your_answers", h("ul", [_decided(page, line, voice) for line in decided], class_="lines"), total)


def _decided(page: Page, line: Line, voice: Voice) -> Html:
    state = "dropped" if line.dropped else line.decision or ""
    word = line.dropped or voice(f"is_{state}")
    answer = h("span", voice.icon(_ICONS.get(state, "close")), word, class_="answer")
    rest = (_change(line, voice), talk.about(page, line, voice))
    return h("li", _words(line, voice), answer, rest, id=f"line-{line.id}", class_=state)


def _change(line: Line, voice: Voice) -> Html | None:
    if not line.may_change:
        return None
    return h(
        "details", h("summary", voice("change_mind")), _choices(line, voice), class_="change", id=f"change-{line.id}"
    )
