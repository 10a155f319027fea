"""Dates of the page for the calendar of the customer's phone (RFC 5545): when the car is ready, when to come again."""

from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from server.portal.facts import Page
from server.portal.voice import Voice

MEDIA_TYPE = "text/calendar"
COLLECTING, COMING = timedelta(minutes=30), timedelta(hours=1)
"""How long collecting the car and an appointment are taken to last."""


class Entry(Struct, frozen=True):
    """One date: a whole day, or a moment and how long it lasts."""

    uid: str
    title: str
    at: date | datetime
    lasts: timedelta
    text: str = ""


def entry(page: Page, what: str, voice: Voice) -> Entry | None:
    """`ready`, `advice-{id}` or `booking-{id}`; None when there is no such date."""
    car = page.car.plate or page.car.name
    if what == "ready" and page.ready_at is not None:
        return Entry(f"ready-{page.visit_id}", voice("cal_ready", car=car), page.ready_at, COLLECTING)
    for advice in page.advice:
        if what == f"advice-{advice.id}" and advice.next_on is not None:
            distance = f"{advice.next_km:,} km" if advice.next_km is not None else ""
            title = voice("cal_advice", car=car, text=advice.text)
            return Entry(what, title, advice.next_on, timedelta(days=1), distance)
    for booking in page.bookings:
        if what == f"booking-{booking.id}" and booking.state in ("booked", "moved"):
            return Entry(what, voice("cal_booking", car=car, work=booking.work), booking.at, COMING)
    return None


def written(entry: Entry, page: Page, voice: Voice) -> bytes:
    """The calendar file: CRLF, lines of at most 75 octets, times in UTC. The address of the page is not in it."""
    store = page.store
    where = f"{voice.say(store.name)} {store.address}".strip()
    text = " ".join(filter(None, (entry.text, f"{voice('call')} {store.phone}")))
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jieche//Customer page//ZH", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", "BEGIN:VEVENT", f"UID:{entry.uid}@jieche", f"DTSTAMP:{_utc(voice.now)}", *_times(entry),
        f"SUMMARY:{_text(entry.title)}", f"LOCATION:{_text(where)}", f"DESCRIPTION:{_text(text)}",
        "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(entry.title)}",
        f"TRIGGER:{'-P1D' if isinstance(entry.at, datetime) is False else '-PT1H'}", "END:VALARM", "END:VEVENT",
        "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line) for line in lines)


def _times(entry: Entry) -> list[str]:
    if isinstance(entry.at, datetime):
        return [f"DTSTART:{_utc(entry.at)}", f"DTEND:{_utc(entry.at + entry.lasts)}"]
    day = f"{entry.at:%Y%m%d}"
    return [f"DTSTART;VALUE=DATE:{day}", f"DTEND;VALUE=DATE:{entry.at + entry.lasts:%Y%m%d}"]


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """TEXT of §3.3.11: backslash, semicolon, comma and line ends are escaped, other control characters left out."""
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = "\\n".join(escaped.splitlines())
    return "".join(c for c in lines if c >= " " or c == "\t")


def _folded(line: str) -> bytes:
    """§3.1: no line is longer than 75 octets, none is broken within a character."""
    parts, part = [], b""
    for character in line:
        encoded = character.encode()
        if len(part) + len(encoded) > (75 if not parts else 74):
            parts.append(part)
            part = b""
        part += encoded
    return b"\r\n ".join([*parts, part]) + b"\r\n"
