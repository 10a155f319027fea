"""A shared tablet: a technician's copy holds no way to reach a customer; a manager's does, and it leaves with them."""

from playwright.async_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import OpenTablet
from tests.browser.tablet import LONGEST_PAUSE, NARROW, SLOW, WIDE, Tablet, until
from tests.running import OutsideTablet, Running

_EVERYTHING = """async () => {
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
  const kept = [{ ...localStorage }]
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name))
    for (const store of db.objectStoreNames) kept.push(await asked(db.transaction(store).objectStore(store).getAll()))
    db.close()
  }
  return JSON.stringify(kept)
}"""


async def everything(page: Page) -> str:
    """All that the page has stored: every table of every database, and its small notes."""
    return await page.evaluate(_EVERYTHING)


async def signs_in_on(one: Tablet, username: str) -> None:
    """Somebody else signs in on the tablet."""
    await one.tap("lock-now")
    await one.tap("lock-other")
    await one.fill("login-username", username)
    await one.fill("login-password", f"{username}-demo")
    await one.tap("login-submit")
    await expect(one.get("login-submit")).to_have_count(0)
    await expect(one.get("lock")).to_have_count(0)


async def a_technician_works_without_a_phone_number_and_a_manager_takes_theirs_along(tablet: OpenTablet, shop: Running):
    outside = OutsideTablet(shop)
    outside.pull()
    customers = outside.rows["customers"]
    numbers = {phone["number"] for row in customers.values() for phone in row["phones"]}
    visit = next(row for row in outside.rows["visits"].values() if row["stage"] not in ("handed_over", "cancelled"))
    customer = customers[visit["customer_id"]]
    one = await tablet("technician")

    async def known() -> int:
        text = await everything(one.page)
        return sum(number in text for number in numbers)

    async def knows_all() -> bool:
        return await known() == len(numbers)

    async def knows_none() -> bool:
        return await known() == 0

    assert await knows_none()
    assert {row["id"] for row in await one.rows("customers")} == set(customers)
    await opens(one, visit["id"], customer)
    await expect(one.get("contact-hidden")).to_be_visible()
    await expect(one.get("customer-call")).to_have_count(0)
    assert await faults(one.page) == []
    for width, height in (NARROW, WIDE):
        await one.page.set_viewport_size({"width": width, "height": height})
        assert await faults(one.page) == []

    await signs_in_on(one, "manager")
    await until(knows_all, SLOW / 1000)
    await opens(one, visit["id"], customer)
    await expect(one.get("customer-call")).to_have_count(len(customer["phones"]))
    await one.goes_out_of_reach()
    await signs_in_on(one, "technician")
    assert await knows_all()
    await expect(one.get("contact-hidden")).to_be_visible()
    await expect(one.get("customer-call")).to_have_count(0)
    await one.comes_back()
    await until(knows_none, LONGEST_PAUSE)
    await expect(one.get("status-pill")).to_have_attribute("data-unsent", "0")


async def opens(one: Tablet, visit_id: str, customer: dict[str, str]) -> None:
    """The visit, and from its head the customer's card."""
    await one.page.goto(f"/visit/{visit_id}/progress")
    await expect(one.get("visit-customer")).to_have_text(customer["name"])
    await one.tap("visit-customer")
    await one.page.wait_for_url(f"**/customers/{customer['id']}")
    await expect(one.page.get_by_role("heading", name=customer["name"])).to_be_visible()
