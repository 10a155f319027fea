"""Dates for the phone's calendar, read by somebody else's parser (icalendar)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from server.domain.ids import uuid7
from server.portal.calendar import _folded, _text
from tests.visits import check_in

NASTY = '换油; 检查, "刹车"\\ 与轮胎\n第二行 ' + "很长的一句话" * 30


async def event(customer, what: str):
    """The one event of a calendar file of the page."""
    answer = await customer.get(f"/calendar/{what}.ics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    assert customer.token.encode() not in answer.content
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    [found] = calendar.walk("VEVENT")
    assert not found.errors
    return found


async def advised(shop, visit, **fields) -> str:
    """Advice that the shop gave."""
    advice = {"visit_id": visit.id, "advice_id": uuid7(), **fields}
    await shop.done("manager", "visit.advise", **advice)
    return advice["advice_id"]


async def the_promised_time_goes_into_the_calendar(shop, visit, customer):
    assert (await customer.get("/calendar/ready.ics")).status_code == 404
    promise = {"from": None, "to": "2030-01-02T08:30:00Z"}
    await shop.done("manager", "visit.promise", visit_id=visit.id, ready_at=promise)
    found = await event(customer, "ready")
    assert found.decoded("dtstart") == datetime(2030, 1, 2, 8, 30, tzinfo=UTC)
    assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(minutes=30)
    assert str(found["location"]) == "锦程门店 锦程路1号"
    assert 'data-testid="c-date-ready"' in await customer.html()


async def the_next_maintenance_is_a_whole_day_with_every_character_of_the_advice(shop, visit, customer):
    advice = await advised(shop, visit, text=NASTY, next_km=40_000, next_on="2027-05-21")
    found = await event(customer, f"advice-{advice}")
    assert (found.decoded("dtstart"), found.decoded("dtend")) == (date(2027, 5, 21), date(2027, 5, 22))
    assert str(found["summary"]).endswith(NASTY)
    assert "40,000 km" in str(found["description"])
    assert str(found["uid"]) == f"advice-{advice}@jieche"
    [alarm] = found.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-1)


async def an_advice_without_a_date_is_nothing_for_a_calendar(shop, visit, customer):
    advice = await advised(shop, visit, text="换油", next_km=40_000)
    assert (await customer.get(f"/calendar/advice-{advice}.ics")).status_code == 404
    assert "c-date-advice" not in await customer.html()


async def an_appointment_goes_into_the_calendar_once_the_store_said_yes(shop, visit, customer):
    asked = {"appointment_id": uuid7(), "at": "2030-01-02T01:00:00Z", "work": "保养"}
    await customer.send("appointment.book", asked)
    path = f"/calendar/booking-{asked['appointment_id']}.ics"
    assert (await customer.get(path)).status_code == 404
    await shop.done("advisor", "appointment.accept", appointment_id=asked["appointment_id"])
    found = await event(customer, f"booking-{asked['appointment_id']}")
    assert found.decoded("dtstart") == datetime(2030, 1, 2, 1, tzinfo=UTC)
    assert str(found["summary"]).endswith("到店：保养")


@pytest.mark.parametrize("what", ["ready", "nothing.ics", f"advice-{uuid7()}.ics", "..%2fdata", "booking-.ics"])
async def a_date_that_is_not_there_is_not_found(customer, what):
    assert (await customer.get(f"/calendar/{what}")).status_code == 404


async def the_dates_of_another_visit_are_not_found(shop, visit, customer):
    advice = await advised(shop, await check_in(shop), text="换油", next_on="2027-05-21")
    assert (await customer.get(f"/calendar/advice-{advice}.ics")).status_code == 404


@given(st.text())
def test_any_text_comes_back_whole_and_cannot_add_a_line(text):
    wanted = "".join(c for c in "\n".join(text.splitlines()) if c >= " " or c in "\n\t")
    lines = b"".join(_folded(f"{name}:{value}") for name, value in (("SUMMARY", _text(text)), ("UID", "x")))
    whole = b"BEGIN:VEVENT\r\n" + lines + b"END:VEVENT\r\n"
    found = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + whole + b"END:VCALENDAR\r\n").walk("VEVENT")[0]
    assert set(found) == {"SUMMARY", "UID"}
    assert str(found["SUMMARY"]) == wanted
