"""The screens around a visit, as the tour sees them: the day, the customers, what needs a person, what waits."""

from playwright.async_api import expect

from tests.browser.album import Tour
from tests.running import OutsideTablet


def a_disagreement(tablet: OutsideTablet) -> None:
    """Somebody changes an address that was changed meanwhile: both go to a review."""
    tablet.pull()
    customer = min(tablet.rows["customers"].values(), key=lambda row: row["id"])
    for address in ("青羊区西大街 16 号", "青羊区西大街 61 号"):
        change = {"address": {"from": customer["address"], "to": address}}
        tablet.push(tablet.command("customer.update", customer_id=customer["id"], changes=change)).raise_for_status()


async def the_desk(tour: Tour) -> None:
    """Step 1, and step 13: what people look at between two cars."""
    tablet = tour.tablet
    for tab in ("today", "board", "me"):
        await tablet.tap(f"tab-{tab}")
        await tour.stop(tab)
    await tablet.tap("tab-today")
    await tablet.tap("pin-offer-set")
    await tour.stop("pin")
    await tablet.tap("pin-no")
    await tablet.tap("lock-now")
    await expect(tablet.get("lock-password")).to_be_visible()
    await tour.stop("lock")
    await tablet.fill("lock-password", "manager-demo")
    await tablet.tap("lock-open")
    await expect(tablet.get("lock")).to_have_count(0)
    await tablet.tap("tab-reception")
    await tablet.get("identify-search").fill("川A1")
    await expect(tablet.get("identify-result").first).to_be_visible()
    await tour.stop("identify")
    await tablet.tap("tab-customers")
    await tour.stop("customers")
    await tablet.page.locator("[data-testid^=customer-]").nth(2).click()
    await tour.stop("customer-file")
    await tablet.tap("tab-reviews")
    await tablet.page.locator("[data-kind=review]").first.click()
    await tour.stop("review")


async def what_waits(tour: Tour) -> None:
    """Everything that was done out of reach, and what happens next."""
    await tour.tablet.page.goto("/unsent")
    await expect(tour.tablet.get("unsent-item").first).to_be_visible()
    await tour.stop("unsent")


async def the_call_afterwards(tour: Tour) -> None:
    """Step 14: the car has left, its people are called."""
    tablet = tour.tablet
    await tablet.tap("tab-today")
    await tablet.tap("today-followups")
    await tablet.page.locator("[data-testid^=follow-up-]").first.click()
    await tablet.page.wait_for_url("**/follow-up/*")
    await tour.stop("follow-up")


async def somebody_known(tour: Tour) -> None:
    """Step 2: a digit of the phone is wrong, the plate has a record: nobody is entered twice without being asked."""
    tablet = tour.tablet
    office = OutsideTablet(tour.shop)
    office.pull()
    car = next(row for row in office.rows["vehicles"].values() if row["plate"] and row["owner_id"])
    owner = office.rows["customers"][car["owner_id"]]
    digits = owner["phones"][0]["number"].removeprefix("+86")
    await tablet.fill("vehicle-plate", car["plate"])
    await tablet.fill("vehicle-make", car["make"])
    await tablet.fill("vehicle-model", car["model"])
    await tablet.fill("customer-phone", digits[:-1] + str((int(digits[-1]) + 1) % 10))
    await tablet.fill("customer-name", owner["name"])
    await tablet.tap("save-and-open-visit")
    await expect(tablet.get("maybe-vehicle")).to_be_visible()
    await expect(tablet.get("maybe-customer")).to_be_visible()
    await tour.stop("known-already")
    await tablet.tap("reception-clear")
