"""What a customer reads whose signature was kept because the paper had changed."""

from tests.commands.signing import signed
from tests.commands.test_signing_again import change, kept_signature
from tests.portal.door import door
from tests.visits import ready_visit


async def a_customer_reads_what_changed_and_both_versions(shop, tmp_path):
    visit, _, _, _ = await kept_signature(shop)
    async with door(shop, visit.id, tmp_path) as customer:
        html, english, [asked] = await customer.html(), await customer.html("en"), (await customer.data())["sign_again"]
    assert "您签字后单据有变化，请重新确认" in html
    assert "签名已保存，没有生效" in html
    assert "新增保养建议：下次换机油，60,000 km" in html
    assert "Advice added: 下次换机油, 60,000 km" in english
    assert "已交还给您" not in html
    advice = {
        "title": {"zh": "保养建议", "en": "Advice"},
        "lines": [{"zh": "下次换机油，60,000 km", "en": "下次换机油, 60,000 km"}],
    }
    assert advice in asked["current"]
    assert advice not in asked["signed"]


async def a_new_signature_that_counts_ends_the_question_and_the_chain_tells_both(shop, tmp_path):
    visit, tablet, _, _ = await kept_signature(shop)
    async with door(shop, visit.id, tmp_path) as customer:
        assert [one["state"] for one in (await customer.data())["signatures"]] == ["kept"]
        assert (await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))).outcome == "applied"
        data, html = await customer.data(), await customer.html()
    assert data["sign_again"] == []
    assert [(one["state"], bool(one["document"])) for one in data["signatures"]] == [
        ("replaced", True),
        ("counts", False),
    ]
    assert html.index("没有生效，已由之后的签名取代") < html.index("有效</p>")


async def a_contract_that_was_signed_twice_has_an_earlier_one(shop, tmp_path):
    visit, tablet, _, _ = await kept_signature(shop, "contract")
    for _ in range(2):
        await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id, "contract"))
        await change(shop, visit, "contract")
    async with door(shop, visit.id, tmp_path) as customer:
        data = await customer.data()
    assert [one["state"] for one in data["signatures"]] == ["replaced", "earlier", "counts"]
    assert data["sign_again"] == []


async def a_customer_whose_every_signature_counts_reads_of_no_chain(shop, tmp_path):
    visit, tablet = await ready_visit(shop), await shop.tablet()
    await shop.send(tablet, "handover.sign", **await signed(shop, tablet, visit.id))
    async with door(shop, visit.id, tmp_path) as customer:
        data = await customer.data()
    assert (data["sign_again"], data["signatures"]) == ([], [])


async def a_visit_that_left_without_a_signature_asks_for_none(shop, tmp_path):
    visit, _, _, _ = await kept_signature(shop)
    await shop.done("advisor", "handover.release", visit_id=visit.id, reason="refused", note="客户不再签字")
    async with door(shop, visit.id, tmp_path) as customer:
        data = await customer.data()
    assert (data["sign_again"], [one["state"] for one in data["signatures"]]) == ([], ["kept"])


async def a_stranger_with_the_link_reads_nothing_of_it(shop, tmp_path):
    visit, _, _, _ = await kept_signature(shop)
    async with door(shop, visit.id, tmp_path, locked=True) as stranger:
        assert "sign_again" not in await stranger.data()
