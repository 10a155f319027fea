"""What a customer asks from the page, and what the shop answers."""

from server.domain.ids import uuid7
from tests.visits import check_in, estimated


async def asked(shop, visit, **fields) -> str:
    """A question of the customer; gives its id."""
    question_id = uuid7()
    fields = {"visit_id": visit.id, "question_id": question_id, "text": "能用副厂件吗？"} | fields
    assert (await shop.run(shop.link(visit.id), "estimate.ask", **fields)).outcome == "applied"
    return question_id


async def questions(shop, visit) -> list[dict]:
    """The visit's questions."""
    return (await shop.row("visits", visit.id))["questions"]


async def a_question_about_a_line_waits_for_its_answer_and_the_customer_is_told(shop):
    visit = await estimated(shop)
    question_id = await asked(shop, visit, line_id=visit.lines[1])
    [row] = await questions(shop, visit)
    assert (row["id"], row["line_id"], row["text"], row["reply"]) == (
        question_id, visit.lines[1], "能用副厂件吗？", None,
    )  # fmt: skip
    answer = {"visit_id": visit.id, "question_id": question_id, "text": "可以，便宜 200 元。"}
    for role in ("advisor", "crm"):
        await shop.done(role, "estimate.answer", **answer)
    [row] = await questions(shop, visit)
    assert (row["reply"]["text"], row["reply"]["by"]) == ("可以，便宜 200 元。", shop.people["advisor"])
    told = [one for one in await shop.promises() if one["event"] == "answer"]
    assert [one["question_id"] for one in told] == [question_id]


async def a_question_is_asked_once(shop):
    visit = await check_in(shop)
    question_id = await asked(shop, visit)
    again = {"visit_id": visit.id, "question_id": question_id, "text": "能用副厂件吗？"}
    assert (await shop.run(shop.link(visit.id), "estimate.ask", **again)).outcome == "applied"
    outcome = await shop.run(shop.link(visit.id), "estimate.ask", **again | {"text": "要多久？"})
    assert (outcome.reason.code, outcome.reason.facts) == ("id_taken", {"fields": ["text"]})
    assert len(await questions(shop, visit)) == 1


async def a_second_answer_never_replaces_the_first_and_stands_in_the_inbox(shop):
    visit = await check_in(shop)
    answer = {"visit_id": visit.id, "question_id": await asked(shop, visit)}
    await shop.done("advisor", "estimate.answer", **answer, text="可以。")
    why = await shop.refused("manager", "estimate.answer", "value_conflict", **answer, text="不行。")
    assert why.facts == {"field": "reply"}
    assert (await questions(shop, visit))[0]["reply"]["text"] == "可以。"
    assert len([one for one in await shop.promises() if one["event"] == "answer"]) == 1


async def an_answer_to_nothing_is_refused(shop):
    visit = await check_in(shop)
    fields = {"visit_id": visit.id, "question_id": uuid7(), "text": "可以。"}
    why = await shop.refused("advisor", "estimate.answer", "not_found", **fields)
    assert (why.subject.type, why.subject.id) == ("visits", fields["question_id"])


async def a_link_asks_about_its_own_visit_and_lines_only(shop):
    mine, other = await check_in(shop), await estimated(shop)
    for fields in ({"visit_id": other.id}, {"visit_id": mine.id, "line_id": other.lines[0]}):
        sent = {"question_id": uuid7(), "text": "多少钱？"} | fields
        outcome = await shop.run(shop.link(mine.id), "estimate.ask", **sent)
        assert (outcome.outcome, outcome.reason.code) == ("rejected", "not_found")
    assert await questions(shop, mine) == await questions(shop, other) == []


async def the_link_itself_answers_nothing(shop):
    visit = await check_in(shop)
    fields = {"visit_id": visit.id, "question_id": await asked(shop, visit), "text": "可以。"}
    assert (await shop.run(shop.link(visit.id), "estimate.answer", **fields)).reason.code == "forbidden"


async def the_questions_and_answers_cross_without_a_loss(shop):
    visit = await check_in(shop)
    first = await asked(shop, visit)
    second = await asked(shop, visit, text="要多久？")
    await shop.done("advisor", "estimate.answer", visit_id=visit.id, question_id=second, text="两小时。")
    third = await asked(shop, visit, text="可以等吗？")
    await shop.done("manager", "estimate.answer", visit_id=visit.id, question_id=first, text="可以。")
    rows = await questions(shop, visit)
    assert [(row["id"], row["reply"] and row["reply"]["text"]) for row in rows] == [
        (first, "可以。"), (second, "两小时。"), (third, None),
    ]  # fmt: skip
