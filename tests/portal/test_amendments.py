"""What a customer reads of a document that was put right after the car left."""

from server.domain.ids import uuid7
from tests.commands.amending import amending, handed_over
from tests.portal.door import door


async def a_customer_reads_what_was_put_right_the_newest_first(shop, tmp_path):
    visit = await handed_over(shop)
    path = f"lines/{visit.lines[0]}/name"
    corrections = ((path, "前刹车片", "后刹车片"), (path, "后刹车片", "后刹车盘"))
    for correction in corrections:
        await shop.done("advisor", "handover.amend", **await amending(shop, visit, correction))
    async with door(shop, visit.id, tmp_path) as customer:
        html, english, data = await customer.html(), await customer.html("en"), await customer.data()
    assert html.index("后刹车片 → 后刹车盘") < html.index("前刹车片 → 后刹车片")
    assert "您签过的原件不变" in html
    assert "原因： 写错了" in html
    assert "Something on the paper was wrong." in english
    assert [one["href"] for one in data["amendments"]] == [None, None]


async def a_sealed_amendment_leads_to_its_paper_and_no_other_does(shop, tmp_path):
    visit, other = await handed_over(shop), await handed_over(shop)
    fields = await amending(shop, visit, ("plate", None, "川A12345"))
    await shop.done("advisor", "handover.amend", **fields)
    seal = {"visit_id": visit.id, "amendment_id": fields["amendment_id"], "pdf_sha256": "ab" * 32}
    await shop.serve("handover.seal_amendment", **seal)
    async with door(shop, visit.id, tmp_path) as customer:
        [one] = (await customer.data())["amendments"]
        assert one["href"] == f"amendments/{fields['amendment_id']}.pdf"
        assert f"/{one['href']}" in await customer.html()
        for name in (f"{uuid7()}.pdf", f"{other.id}.pdf", fields["amendment_id"]):
            assert (await customer.get(f"/amendments/{name}")).status_code == 404


async def a_visit_without_amendments_says_nothing_of_them(shop, tmp_path):
    visit = await handed_over(shop)
    async with door(shop, visit.id, tmp_path) as customer:
        assert (await customer.data())["amendments"] == []
        assert "更正" not in await customer.html()
