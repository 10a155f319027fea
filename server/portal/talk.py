"""Questions of the customer, about one line or the whole visit, with the shop's answers."""

from server.portal.facts import Line, Page
from server.portal.html import Html, h, some
from server.portal.personal import Asked
from server.portal.voice import Voice


def about(page: Page, line: Line, voice: Voice) -> Html:
    """What was asked about a line, and room for one more question."""
    asked = [one for one in page.questions if one.line_id == line.id]
    form = _form(line.id, voice, f"{voice('question')} {voice.say(line.name)}")
    more = h("details", h("summary", voice.icon("chat"), voice("ask")), form, class_="ask", id=f"question-{line.id}")
    return h("div", more, _said(asked, voice), class_="about", id=f"about-{line.id}")


def questions(page: Page, voice: Voice) -> Html:
    """Questions about the visit as a whole; open once there is one."""
    asked = [one for one in page.questions if one.line_id not in {line.id for line in page.lines}]
    fold = (_said(asked, voice), _form(None, voice, voice("question")))
    return voice.card("questions", *fold) if asked else voice.fold("questions", *fold)


def _said(asked: list[Asked], voice: Voice) -> Html | None:
    return some("ul", [_one(one, voice) for one in asked], class_="talk")


def _one(one: Asked, voice: Voice) -> Html:
    reply = h("p", h("small", voice("store_says")), one.reply) if one.reply else h("small", voice("no_reply_yet"))
    return h(
        "li", h("p", h("small", f"{voice('you_asked')} · {voice.when(one.at)}"), one.text), h("div", reply),
        id=f"q-{one.id}", class_="answered" if one.reply else None,
    )  # fmt: skip


def _form(line_id: str | None, voice: Voice, label: str) -> Html:
    where = line_id or "visit"
    text = h(
        "textarea", name="text", rows=2, maxlength=500, required=True, aria_label=label, data_testid=f"c-ask-{where}"
    )
    button = h("button", voice("send_question"), type="submit", class_="quiet", data_testid=f"c-ask-{where}-send")
    hidden = {"line": line_id} if line_id else {}
    return voice.form("estimate.ask", text, button, hidden=hidden, data_keep=True, id=f"ask-form-{where}")
