"""The contact rules as cases: each rule × channel × situation, and which call asks about a complaint's handling."""

import json
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.contact import NEEDED, PROACTIVE, Event, Ways, decide, first_call_after, quiet_until, silence
from server.domain.fields import MessageEvent
from server.domain.ids import uuid7
from server.domain.rows.contacts import Complaint
from server.domain.rows.customers import Customer, QuietHours, Restriction
from server.domain.rows.visits import Call

CASES = json.loads((Path(__file__).parents[1] / "cases" / "contact.json").read_text("utf-8"))
SHOP = ZoneInfo("Asia/Shanghai")
THEN = "2026-11-20T01:00:00Z"
VISIT, STORE, SOMEBODY = uuid7(), uuid7(), uuid7()


def customer(case):
    """The customer of a case; consents are [channel, decision, purpose or `lifts`]."""
    consents = []
    for channel, decision, *more in case.get("consents", []):
        lifts = [one["id"] for one in consents] if more == ["lifts"] else []
        consents.append(
            {
                "id": uuid7(), "purpose": more[0] if more and not lifts else "service_messages", "channel": channel,
                "decision": decision, "decided_at": THEN, "source": "page", "lifts": lifts, "recorded_by": None,
            }
        )  # fmt: skip
    quiet = case.get("quiet")
    phones = [{"number": number, "primary": n == 0} for n, number in enumerate(case.get("phones", ["+8613800138000"]))]
    return msgspec.convert(
        {
            "id": SOMEBODY, "rev": 1, "store_id": STORE, "stores": [STORE], "name": "王小明", "kind": "person",
            "phones": phones, "preferred_channel": case.get("preferred"), "email": None, "address": None,
            "birthday_on": None, "tags": [], "consents": consents, "notes": [], "channels": case.get("channels"),
            "quiet": quiet and {"start": quiet[0], "end": quiet[1]}, "language": None, "created_at": THEN,
            "contact_stop": "多次无理来电" if case.get("contact_stop") else None,
            "restricted": None,
        },
        Customer,
    )  # fmt: skip


def complaint(about, closed_at=None, visit_id=None, complaint_id=None):
    """A complaint."""
    return msgspec.convert(
        {
            "id": complaint_id or uuid7(), "rev": 1, "store_id": STORE, "customer_id": SOMEBODY, "visit_id": visit_id,
            "source": "counter", "about": about, "text": "…", "owner_id": None, "due_at": THEN, "steps": [],
            "state": "closed" if closed_at else "open", "opened_at": THEN, "opened_by": None, "closed_at": closed_at,
        },
        Complaint,
    )  # fmt: skip


def complaints(case):
    """`about`, with `:closed`, `:this` (visit) or `:other`."""
    for word in case.get("complaints", []):
        about, _, more = word.partition(":")
        yield complaint(about, THEN if more == "closed" else None, VISIT if more == "this" else uuid7())


def told(case):
    """What the rules say of a case, in its own words."""
    hour, minute = map(int, case.get("at", "12:00").split(":"))
    now = datetime(2026, 11, 21, hour, minute, tzinfo=SHOP)
    ways = Ways(
        link=case.get("link", True), subscribed=case.get("subscribed", True), sms=case.get("sms", True),
        given_up=case.get("given_up", {}),
    )  # fmt: skip
    event = Event(case["event"], case["stage"], VISIT)
    plan = decide(customer(case), complaints(case), event, ways, now, QuietHours(start="21:00", end="08:00"))
    if plan.what == "wait":
        assert plan.until > now
        return f"wait {plan.until:%H:%M} {plan.why}"
    return f"not_sent {plan.why}" if plan.what == "not_sent" else f"send {plan.channel}" + " silent" * plan.silent


@pytest.mark.parametrize("rule", sorted({case["rule"] for case in CASES["decided"]}))
def the_rule_decides_as_the_trade_says(rule):
    mine = [case for case in CASES["decided"] if case["rule"] == rule]
    assert [told(case) for case in mine] == [case["says"] for case in mine], mine


def the_table_names_every_event_under_every_rule():
    by_rule = {}
    for case in CASES["decided"]:
        by_rule.setdefault(case["rule"], set()).add(case["event"])
    whole = [rule for rule, events in by_rule.items() if events == set(get_args(MessageEvent))]
    assert len(whole) == 11
    assert PROACTIVE.isdisjoint(NEEDED)


@pytest.mark.parametrize("case", CASES["first_call"])
def the_first_call_after_a_complaint_asks_about_its_handling(case):
    ids = {name: uuid7() for name, _ in case["complaints"]}
    known = [complaint("price", closed_at, complaint_id=ids[name]) for name, closed_at in case["complaints"]]
    calls = [
        Call(id=uuid7(), reached=reached, text=None, at=datetime.fromisoformat(at), by=None)
        for at, reached in case["calls"]
    ]
    found = first_call_after(known, calls)
    assert (found.id if found else None) == ids.get(case["says"])


clock = st.times().map(lambda t: t.strftime("%H:%M"))


@given(clock, clock, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_quiet_hours_end_within_a_day_and_nobody_waits_twice(start, end, naive):
    now = naive.replace(tzinfo=SHOP)
    until = quiet_until(QuietHours(start=start, end=end), now)
    if until is not None:
        assert 0 < (until - now).total_seconds() <= 24 * 3600
        assert quiet_until(QuietHours(start=start, end=end), until) is None


@pytest.mark.parametrize("event", ["stage", "estimate", "survey", "complaint", "appointment"])
def a_record_that_is_only_stored_is_told_nothing(event):
    row = msgspec.structs.replace(
        customer({}), restricted=Restriction(reason="x", at=datetime(2026, 11, 21, tzinfo=SHOP), by=None)
    )
    assert silence(row, [], Event(event, "ready" if event == "stage" else None)) == "storage_only"
