"""The folded sections of the page, and the survey after the handover."""

from server.portal.facts import Page, Picture, Update
from server.portal.html import Html, h, some
from server.portal.voice import Voice

_STARS = ("speed", "quality", "price", "courtesy")


def survey(page: Page, voice: Voice) -> Html | None:
    """Four questions with stars, one from 0 to 10, and room for words."""
    if page.survey == "closed":
        return None
    if page.survey == "answered":
        thanks = h("p", voice.icon("check"), voice("thanks"), class_="good", role="status")
        return h("section", thanks, class_="card", id="survey", data_testid="c-survey-thanks")
    form = voice.form(
        "survey.answer", [_stars(name, voice) for name in _STARS], _ten(voice),
        h("label", voice("words"), h("textarea", name="text", rows=3, maxlength=2000)),
        h("button", voice("send"), type="submit", class_="wide main", data_testid="c-survey-submit"),
        hidden={}, data_keep=True, id="survey-form", novalidate=True,
    )  # fmt: skip
    return voice.card("survey", form, data_testid="c-survey")


def _stars(name: str, voice: Voice) -> Html:
    """Five radios that look like stars, from five to one, so that CSS can fill all up to the chosen one."""
    choices = [
        part
        for n in (5, 4, 3, 2, 1)
        for part in (
            h("input", type="radio", name=name, value=n, id=f"{name}-{n}", data_testid=f"c-survey-{name}-{n}"),
            h("label", h("span", f"{n} {voice('stars')}"), for_=f"{name}-{n}"),
        )
    ]
    return h("fieldset", h("legend", voice(name)), h("div", choices, class_="stars"))


def _ten(voice: Voice) -> Html:
    choices = [h("label", h("input", type="radio", name="recommend", value=n), _number(n)) for n in range(11)]
    return h("fieldset", h("legend", voice("recommend")), h("div", choices, class_="ten"), class_="tall")


def _number(n: int) -> Html:
    return h("span", n, data_testid=f"c-survey-recommend-{n}")


def updates(page: Page, voice: Voice) -> Html | None:
    """All that happened, newest first."""
    rows = [_update(update, voice) for update in page.updates]
    return voice.fold("history", h("ol", rows, class_="updates"), count=len(rows)) if rows else None


def _update(update: Update, voice: Voice) -> Html:
    words = voice.say(update.words)
    if update.ready_at:
        words = f"{words} {voice.when(update.ready_at)}"
    time = h("time", voice.when(update.at), datetime=update.at.isoformat())
    return h("li", time, h("p", h("b", words), some("span", update.text)), id=f"update-{update.id}")


def photos(page: Page, voice: Voice) -> Html | None:
    """Photos of the car by what they show, and the damages that were seen at reception."""
    taken = [_picture(picture, voice) for picture in page.photos]
    seen = [h("li", h("b", voice.say(d.panel)), h("small", voice.say(d.words))) for d in page.damages]
    if not taken and not seen:
        return None
    inside = (some("ul", seen, class_="ticks"), some("div", taken, class_="photos"))
    return voice.fold("photos", *inside, count=len(taken) or None)


def _picture(picture: Picture, voice: Voice) -> Html:
    words = picture.caption or voice.say(picture.words)
    return h("figure", voice.photo(picture.sha256, words), h("figcaption", words))


def concerns(page: Page, voice: Voice) -> Html | None:
    """What the customer said at reception."""
    rows = [h("li", f"“{words}”") for words in page.concerns]
    return voice.fold("concerns", h("ul", rows, class_="quotes")) if rows else None
