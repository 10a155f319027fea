"""A signature over a bill that changed meanwhile is kept, explained to everybody, and replaced by a new one."""

import asyncio

import pytest
from playwright.async_api import Browser

from server.documents.verify import verify
from tests.browser import kept
from tests.browser.conftest import OpenTablet
from tests.browser.office import Office
from tests.running import Running

pytestmark = pytest.mark.usefixtures("tidy")


async def a_bill_that_changed_under_a_signature_is_explained_and_signed_again(
    browser: Browser, tablet: OpenTablet, office: Office, shop: Running
):
    visit_id, faults = await kept.walk(browser, shop, tablet, office, "端木清扬", "川A93K01", None)
    assert faults == {}
    visit = await office.visit(visit_id)
    assert visit["stage"] == "HANDED_OVER"
    assert sorted(one["state"] for one in visit["signatures"]) == ["ACCEPTED", "KEPT"]
    found = await asyncio.to_thread(verify, await office.document(visit_id))
    assert found.problem is None
    assert found.document["settlement"]["total_fen"] == kept.NEW
