"""Which language the page speaks."""

import pytest

from tests.portal.door import HTML


async def spoken(customer, query: str = "", **headers: str) -> str:
    """The language of the page."""
    answer = await customer.get(query, **HTML, **headers)
    return "en" if '<html lang="en">' in answer.text else "zh"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"), ("en-US,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en;q=0.5,zh;q=0.8", "zh"),
        ("de,en;q=0.3", "en"), ("de", "zh"), ("zh-TW", "zh"), ("en;q=x, ;;,", "zh"), ("*", "zh"), ("EN-gb", "en"),
    ],
)  # fmt: skip
async def a_browser_is_answered_in_the_language_that_it_asks_for(customer, accepted, language):
    assert await spoken(customer, **{"accept-language": accepted}) == language


async def the_customers_own_language_comes_before_the_browsers(shop, visit, customer):
    wish = {"customer_id": visit.customer_id, "language": {"from": None, "to": "en"}}
    await shop.done("advisor", "customer.set_contact", **wish)
    assert await spoken(customer, **{"accept-language": "zh-CN"}) == "en"


async def a_language_that_was_chosen_on_this_phone_stays_chosen(customer):
    english = {"accept-language": "en"}
    assert await spoken(customer, "?lang=zh", **english) == "zh"
    assert await spoken(customer, **english) == "zh"
    assert await spoken(customer, "?lang=tlh", **english) == "zh"
    assert await spoken(customer, "?lang=en") == "en"
    assert await spoken(customer) == "en"
