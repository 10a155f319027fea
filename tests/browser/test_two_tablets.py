"""Two people, two tablets: one sees what the other did, and no word of either is lost."""

import time
from typing import Any

from playwright.async_api import expect

from server.domain.ids import uuid7
from tests.browser.conftest import OpenTablet
from tests.browser.office import Office
from tests.browser.reception import Guest, receive
from tests.browser.tablet import SLOW, Tablet
from tests.running import OutsideTablet, Running

SOON = 2.0
"""Seconds from "sent" on one tablet to "seen" on the other."""


async def registered(shop: Running, *tablets: Tablet, name: str) -> str:
    """A customer whom these tablets know, registered elsewhere; gives the id."""
    customer_id = uuid7()
    number = f"+86139{uuid7().encode().hex()[-8:].translate(str.maketrans('abcdef', '123456'))}"
    OutsideTablet(shop).done("customer.register", customer_id=customer_id, name=name, phones=[{"number": number}])
    for one in tablets:
        await one.page.goto(f"/customers/{customer_id}")
        await expect(one.get("customer-edit")).to_be_visible()
    return customer_id


async def edits(tablet: Tablet, **fields: str) -> None:
    """Corrects fields of the customer on the screen."""
    await tablet.tap("customer-edit")
    for field, text in fields.items():
        await tablet.fill(f"edit-{field}", text)
    await tablet.tap("edit-save")
    await expect(tablet.get("edit-save")).to_have_count(0)


async def both_come_back(first: Tablet, second: Tablet) -> None:
    """Each sends what it did out of reach, one after the other."""
    for one in (first, second):
        await one.comes_back()
        await one.is_in_step()


async def a_visit_opened_on_one_tablet_shows_on_the_other_within_two_seconds(tablet: OpenTablet):
    here, there = await tablet("advisor"), await tablet("advisor2")
    visit_id = await receive(here, Guest("上官雨桐", "13708082001", "川A20Q01"))
    await expect(here.get("status-pill")).to_have_attribute("data-unsent", "0")
    sent = time.monotonic()
    await expect(there.get(f"visit-{visit_id}")).to_be_visible(timeout=SOON * 1000)
    assert time.monotonic() - sent < SOON
    await here.fill("concern-words", "空调不凉")
    await here.tap("concern-add")
    await there.tap(f"visit-{visit_id}")
    await there.tap("step-checkin")
    await expect(there.get("concern")).to_contain_text("空调不凉", timeout=SLOW)


async def the_changes_of_two_people_to_different_fields_of_a_customer_both_stay(
    tablet: OpenTablet, shop: Running, office: Office
):
    first, second = await tablet("advisor"), await tablet("advisor2")
    customer_id = await registered(shop, first, second, name="夏侯一鸣")
    for one in (first, second):
        await one.goes_out_of_reach()
    await edits(first, address="锦江区春熙路 8 号")
    await edits(second, email="yiming@example.com")
    await both_come_back(first, second)
    for one in (first, second):
        await one.sees("锦江区春熙路 8 号 · yiming@example.com")
    [known] = await office.customers("夏侯一鸣")
    assert known["id"] == customer_id


async def the_same_field_changed_twice_is_shown_with_both_values_and_a_person_chooses(
    tablet: OpenTablet, shop: Running, office: Office
):
    first, second = await tablet("advisor"), await tablet("advisor2")
    customer_id = await registered(shop, first, second, name="东方若曦")
    for one in (first, second):
        await one.goes_out_of_reach()
    await edits(first, name="东方若溪")
    await edits(second, name="东方若熙")
    await both_come_back(first, second)
    for one in (first, second):
        await expect(one.page.get_by_role("heading", name="东方若溪")).to_be_visible()

    review = await review_of(second, customer_id)
    await expect(second.get("status-pill")).to_have_attribute("data-state", "needs")
    await second.tap("tab-reviews")
    await second.tap(f"review-{review['id']}")
    await expect(second.get("value-theirs")).to_contain_text("东方若溪周敏")
    await expect(second.get("value-yours")).to_contain_text("东方若熙")
    await second.tap("review-accept_mine")
    await expect(second.get("review-resolved")).to_be_visible()
    await expect(first.page.get_by_role("heading", name="东方若熙")).to_be_visible(timeout=SLOW)
    await expect(second.get("status-pill")).to_have_attribute("data-state", "sent")
    assert [one["id"] for one in await office.customers("东方若熙")] == [customer_id]


async def review_of(tablet: Tablet, row_id: str) -> dict[str, Any]:
    """The open review of a command that names this row."""
    found = [one for one in await tablet.rows("reviews") if row_id in str(one["command"]) and one["state"] == "open"]
    assert len(found) == 1, found
    return found[0]


async def a_merge_shows_what_was_edited_since_before_it_is_taken_back(
    tablet: OpenTablet, shop: Running, office: Office
):
    one = await tablet("manager")
    keep = await registered(shop, one, name="太叔静")
    away = await registered(shop, one, name="太叔晶")
    OutsideTablet(shop).done("customer.merge", keep_id=keep, merge_id=away)
    await one.page.goto(f"/customers/{keep}")
    await edits(one, address="武侯区浆洗街 3 号")
    await one.is_in_step()
    await one.tap(f"joined-{away}")
    await one.tap("proposal-unmerge")
    await expect(one.get("later-edits")).to_contain_text("合并之后改过 1 处")
    await expect(one.get("later-edits")).to_contain_text("武侯区浆洗街 3 号")
    await one.tap("proposal-unmerge")
    await one.is_in_step()
    names = [customer["name"] for customer in await office.customers("太叔")]
    assert sorted(names) == ["太叔晶", "太叔静"]
