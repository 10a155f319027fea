"""The page as HTML: whole without any script, which only keeps it fresh and sends what the customer decides."""

from typing import Any

import msgspec
from msgspec import Struct

from server.domain.stages import CLOSED
from server.portal import amended, appointments, decisions, folds, sections, signed, talk, wishes
from server.portal.facts import Outside, Page
from server.portal.gate import gate
from server.portal.html import Html, h
from server.portal.voice import Voice
from server.portal.words import LABELS, NOTICES, SPOKEN, Language

STAGE_ICONS = {
    "checked_in": "reception", "assigned": "people", "diagnosing": "stethoscope", "awaiting_approval": "chat",
    "awaiting_parts": "box", "repairing": "wrench", "quality_check": "shield", "settling": "money", "ready": "flag",
    "handed_over": "check", "cancelled": "close",
}  # fmt: skip
_PLATES = {
    "ordinary": "blue", "new_energy_small": "green", "new_energy_large": "green large", "trailer": "yellow",
    "coach": "yellow", "hongkong": "black", "macao": "black", "embassy": "black", "consulate": "black",
}  # fmt: skip


class Bundle(Struct, frozen=True):
    """Addresses of the built files; None when they were not built."""

    script: str | None = None
    style: str | None = None
    icons: str | None = None


def document(page: Outside, voice: Voice, bundle: Bundle, said: str | None = None) -> str:
    """The whole page of one visit; `said` is what became of the form that led back to it."""
    head = _head(f"{page.car.plate or page.number} {voice('title')}", bundle, voice.base)
    spoken = {key: voice.say(words) for key, words in SPOKEN.items()}
    parts = _parts(page, voice) if isinstance(page, Page) else _car_only(page, voice)
    main = h("main", *parts, id="page", data_stage=page.stage)
    data = h("script", _data(spoken), type="application/json", id="spoken")
    ours = {"data_base": voice.base, "data_visit": page.visit_id, "data_locked": page.locked}
    body = h("body", _top(page, voice), _notice(said, voice), main, _foot(page, voice), data, **ours)
    return "<!doctype html>" + h("html", head, body, lang=lang_of(voice.language))


def _notice(said: str | None, voice: Voice) -> Html | None:
    if said not in NOTICES:
        return None
    return h("p", voice.say(NOTICES[said]), class_=f"card notice {said}", role="status", id="notice")


def lost(bundle: Bundle) -> str:
    """What a link that opens nothing shows, whatever the reason."""
    both = [h("div", h("h1", LABELS["lost_title"][i]), h("p", LABELS["lost"][i]), class_="card lost") for i in (0, 1)]
    return plain(LABELS["title"].zh, bundle, *both)


def plain(title: str, bundle: Bundle, *parts: Html | None) -> str:
    """A page of no visit, which needs no script."""
    body = h("body", h("main", *parts, id="page"))
    return "<!doctype html>" + h("html", _head(title, bundle, None), body, lang="zh-CN")


def lang_of(language: Language) -> str:
    """The language as HTML names it."""
    return "en" if language == "en" else "zh-CN"


def _data(value: dict[str, Any]) -> Html:
    """JSON that cannot end the script element it stands in."""
    return Html(msgspec.json.encode(value).decode().replace("<", "\\u003c"))


def _head(title: str, bundle: Bundle, base: str | None) -> Html:
    return h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1, viewport-fit=cover"),
        h("meta", name="robots", content="noindex, nofollow"),
        h("meta", name="format-detection", content="telephone=no"),
        h("meta", name="theme-color", content="#f5f3ee", media="(prefers-color-scheme: light)"),
        h("meta", name="theme-color", content="#13161a", media="(prefers-color-scheme: dark)"),
        h("title", title),
        h("link", rel="icon", href="/icon.svg", type="image/svg+xml"),
        h("link", rel="apple-touch-icon", href="/icon-180.png"),
        h("link", rel="manifest", href=f"{base}/app.webmanifest") if base else None,
        h("link", rel="stylesheet", href=bundle.style) if bundle.style else None,
        h("script", type="module", src=bundle.script) if bundle.script and base else None,
    )


def _top(page: Outside, voice: Voice) -> Html:
    other = "zh" if voice.language == "en" else "en"
    link = h(
        "a", voice("other_language"), href=f"{voice.base}?lang={other}", hreflang=lang_of(other), data_testid="c-lang",
        class_="lang",
    )  # fmt: skip
    return h("header", h("span", voice.say(page.store.name)), link, class_="top")


def _car_only(page: Outside, voice: Voice) -> list[Html | None]:
    """What a forwarded link shows, and the way in for whoever knows the phone."""
    return [_hero(page, voice), _line(page, voice), gate(page, voice)]


def _parts(page: Page, voice: Voice) -> list[Html | None]:
    """In the order in which they matter: what is going on, what to decide, what to keep, then the rest folded."""
    return [
        _hero(page, voice, _message(page, voice)),
        _line(page, voice),
        *signed.again(page, voice),
        decisions.asks(page, voice),
        amended.papers(page, voice),
        sections.documents(page, voice),
        signed.chain(page, voice),
        sections.tell_me(page, voice),
        sections.bill(page, voice),
        sections.parts(page, voice),
        folds.survey(page, voice),
        decisions.work(page, voice),
        sections.findings(page, voice),
        sections.advice(page, voice),
        appointments.bookings(page, voice),
        talk.questions(page, voice),
        folds.updates(page, voice),
        folds.photos(page, voice),
        folds.concerns(page, voice),
        appointments.earlier(page, voice),
        wishes.reach(page, voice),
        wishes.consents(page, voice),
        wishes.own_data(page, voice),
    ]


def _hero(page: Outside, voice: Voice, message: Html | None = None) -> Html:
    car = page.car
    about = " · ".join(str(word) for word in (car.year, car.colour) if word)
    ahead = page.ready_at is not None and page.stage not in CLOSED and page.stage != "ready" and not page.locked
    return h(
        "section",
        h("div", _plate(page, voice), h("p", h("b", car.name), h("small", about) if about else None), class_="car"),
        h("h1", voice.say(page.sentence), data_testid="c-sentence", aria_live="polite"),
        voice.date("ready") if ahead and not page.late else None,
        message,
        None if page.locked else h("p", f"{voice('visit')} {page.number}", class_="number"),
        class_="card hero late" if page.late else "card hero", id="hero",
    )  # fmt: skip


def _message(page: Page, voice: Voice) -> Html | None:
    """The store's newest message, while the car is there."""
    newest = next((update for update in page.updates if update.kind == "note"), None)
    if newest is None or page.stage in CLOSED:
        return None
    return h("p", voice.icon("chat"), h("span", newest.text, " ", h("small", voice.when(newest.at))), class_="message")


def _plate(page: Outside, voice: Voice) -> Html:
    plate = page.car.plate
    if plate is None:
        return h("span", voice("no_plate"), class_="plate none")
    colour = _PLATES.get(page.car.plate_kind or "", "white")
    parts = (h("span", plate[:2]), h("i"), h("span", plate[2:]))
    return h("span", *parts, class_=f"plate {colour}", role="img", aria_label=plate)


def _line(page: Outside, voice: Voice) -> Html:
    """The stages from received to returned, each with its word and the time it was reached."""
    steps = [
        h(
            "li", h("span", voice.icon(STAGE_ICONS[step.stage]), class_="dot"), h("b", voice.say(step.words)),
            h("time", voice.when(step.at), datetime=step.at.isoformat()) if step.at else None,
            class_=step.state, data_testid=f"c-stage-{step.stage}", id=f"stage-{step.stage}",
            aria_current="step" if step.state == "now" else None,
        )
        for step in page.steps
    ]  # fmt: skip
    columns = 4 if len(steps) <= 8 else 5
    return h("section", h("ol", steps, class_=f"line of-{columns}"), class_="card", id="line", aria_label=voice("line"))


def _foot(page: Outside, voice: Voice) -> Html:
    store = page.store
    phone = h("a", voice.icon("phone"), f"{voice('call')} {_readable(store.phone)}", href=f"tel:{store.phone}")
    place = h("a", voice.icon("pin"), voice("map"), href=store.map_url, rel="noreferrer") if store.map_url else None
    reach = h("p", phone, place, class_="reach")
    return h("footer", h("b", voice.say(store.name)), h("p", store.address), reach, class_="foot")


def _readable(phone: str) -> str:
    """A mainland number as people write it: `138…`, `028-…` (area codes: two digits for 10 and 2x, else three)."""
    number = phone.removeprefix("+86")
    if number == phone or (number.startswith("1") and len(number) == 11):
        return number
    area = 2 if number[:2] == "10" or number[0] == "2" else 3
    return f"0{number[:area]}-{number[area:]}"
