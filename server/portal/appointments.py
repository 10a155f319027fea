"""The next visit and the earlier ones: an appointment asked for and what became of it, what was done before."""

from datetime import time, timedelta

from server.portal.facts import Page
from server.portal.html import Html, h, some
from server.portal.personal import Booking, Earlier
from server.portal.voice import Voice
from server.portal.words import WORK

SLOTS = [time(hour, minute).strftime("%H:%M") for hour in range(8, 18) for minute in (0, 30)]
"""Half hours in which cars are received; the store accepts or moves what is asked for."""
AHEAD = timedelta(days=90)


def bookings(page: Page, voice: Voice) -> Html:
    """What was asked for and what the store said; then the form for another one."""
    rows = [_booking(one, voice) for one in page.bookings]
    listed = some("ul", rows, class_="bookings")
    if not rows:
        return voice.fold("bookings", _form(page, voice))
    more = h("details", h("summary", voice("book_another")), _form(page, voice), class_="ask", id="book-more")
    return voice.card("bookings", listed, more)


def _booking(one: Booking, voice: Voice) -> Html:
    said = voice(f"is_{one.state}", at=voice.when(one.at), was=voice.when(one.was_at) if one.was_at else "")
    date = voice.date(f"booking-{one.id}") if one.state in ("booked", "moved") else None
    work = voice.say(WORK[one.work]) if one.work in WORK else one.work
    return h("li", h("p", h("b", said), h("small", work)), date, class_=one.state, id=f"booking-{one.id}")


def _form(page: Page, voice: Voice) -> Html:
    today = voice.now.astimezone(voice.zone).date()
    first, last = (today + timedelta(days=1)).isoformat(), (today + AHEAD).isoformat()
    on = h("input", type="date", name="on", min=first, max=last, value=first, required=True, data_testid="c-book-on")
    slots = [h("option", slot, value=slot, selected=slot == "09:00") for slot in SLOTS]
    work = [h("option", voice.say(words), value=value) for value, words in WORK.items()]
    return voice.form(
        "appointment.book",
        h("label", h("span", voice("book_on")), on),
        h("label", h("span", voice("book_slot")), h("select", slots, name="slot", data_testid="c-book-slot")),
        h("label", h("span", voice("book_work")), h("select", work, name="work", data_testid="c-book-work")),
        h("label", voice("book_note"), h("textarea", name="note", rows=2, maxlength=500), class_="tall"),
        h("button", voice("book"), type="submit", class_="wide quiet", data_testid="c-book-send"),
        h("p", voice("book_why"), class_="why"),
        hidden={"seen": len(page.bookings)}, data_keep=True, id="book-form", class_="fields",
    )  # fmt: skip


def earlier(page: Page, voice: Voice) -> Html | None:
    """This car's earlier visits, those of this customer."""
    rows = [_earlier(one, voice) for one in page.earlier]
    return voice.fold("earlier", h("ul", rows, class_="earlier"), count=len(rows)) if rows else None


def _earlier(one: Earlier, voice: Voice) -> Html:
    distance = f"{one.odometer_km:,} km" if one.odometer_km is not None else None
    about = " · ".join(filter(None, (voice.day(one.at.astimezone(voice.zone).date()), distance)))
    href = f"{voice.base}/{one.href}" if one.href else None
    paper = h("a", voice.icon("document"), voice("document"), href=href, class_="date") if href else None
    return h(
        "li",
        h("div", h("b", about), h("small", one.number), class_="what"),
        some("p", (", " if voice.language == "en" else "、").join(one.done)),
        paper,
    )
