"""The customer sees who looked at the file: staff by role, the own link, the tablets by day; strangers see nothing."""

from server.domain.ids import uuid7
from server.domain.roles import ROLES
from server.portal import lookers
from server.store.looks import Look, Looks
from tests.portal.door import HTML, Door
from tests.shop import Shop


async def note(shop: Shop, customer_id: str, **fields) -> None:
    """The service manager looks at the customer's record."""
    said = {
        "user_id": shop.people["manager"], "device_id": None, "role": "manager", "door": "graphql", "reason": None,
        "subject_type": "customers", "subject_id": customer_id, "fields": ["name"],
    }  # fmt: skip
    await Looks(shop.db).note([Look(group_id=shop.group_id, **said | fields)])


async def the_customer_reads_who_looked_and_why(shop, visit, customer: Door):
    await note(shop, visit.customer_id, reason="处理投诉")
    await note(shop, shop.stores[0], subject_type="stores", door="sync", role="advisor", fields=["customers:3"])
    shown = (await customer.get("/looks", **HTML)).text
    for said in ("服务经理 · 客户资料", "“处理投诉”", "Service manager", "门店平板更新离线资料", "× 1"):
        assert said in shown, said
    assert "manager" not in shown.replace("Service manager", "")


async def a_look_at_somebody_else_is_not_shown(shop, visit, customer: Door):
    await note(shop, uuid7(), reason="别人")
    assert "别人" not in (await customer.get("/looks", **HTML)).text


async def the_opened_page_is_a_look_and_the_page_leads_to_the_list(shop, visit, customer: Door):
    assert f"/c/{customer.token}/looks" in await customer.html()
    assert "通过您的链接 · 这个页面" in (await customer.get("/looks", **HTML)).text


def the_page_has_a_word_for_every_role():
    assert set(lookers.ROLES) == set(ROLES)
