"""Customers: register, update, notes, consent, tags."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.commands.given import registered


async def a_customer_is_entered_with_phones_as_e164(shop):
    fields = examples()["customer.register"] | {"name": " 王小明 "}
    await shop.done("advisor", "customer.register", **fields)
    row = await shop.row("customers", fields["customer_id"])
    assert (row["name"], row["kind"], row["rev"]) == ("王小明", "person", 1)
    assert row["phones"] == [{"number": "+8613800138000", "label": "本人", "primary": True}]
    assert (row["store_id"], row["stores"]) == (shop.stores[0], [shop.stores[0]])
    assert row["birthday_on"] == "1988-08-08"


@pytest.mark.parametrize(
    ("fields", "path", "problem"),
    [
        ({"phones": [{"number": "12"}]}, "phones[0].number", "wrong_value"),
        ({"phones": [{"number": "1380013"}]}, "phones[0].number", "phone_format"),
        ({"phones": [{"number": "13800138000"}, {"number": "+8613800138000"}]}, "phones", "number_twice"),
        (
            {"phones": [{"number": "13800138000", "primary": True}, {"number": "13800138001", "primary": True}]},
            "phones", "two_primaries",
        ),
        ({"name": "  "}, "name", "missing"),
        ({"birthday_on": "1988-02-30"}, "birthday_on", "wrong_value"),
    ],
)  # fmt: skip
async def a_customer_who_cannot_be_read_is_refused(shop, fields, path, problem):
    why = await shop.refused("advisor", "customer.register", "invalid", **examples()["customer.register"] | fields)
    assert (why.subject.type, why.subject.id, why.facts["problem"]) == ("field", path, problem)


async def the_same_customer_entered_again_is_applied_and_another_under_the_id_is_taken(shop):
    fields = examples()["customer.register"]
    await shop.done("advisor", "customer.register", **fields)
    await shop.done("crm", "customer.register", **fields)
    assert (await shop.row("customers", fields["customer_id"]))["rev"] == 1
    for name, value in (("name", "李四"), ("email", "other@example.cn"), ("kind", "company"), ("address", None)):
        why = await shop.refused("advisor", "customer.register", "id_taken", **fields | {name: value})
        assert (why.subject.type, why.subject.id) == ("customers", fields["customer_id"])
        assert why.facts == {"fields": [name]}


async def an_update_writes_what_changed(shop):
    customer = await registered(shop, email="old@example.cn")
    changes = {"email": {"from": "old@example.cn", "to": None}, "address": {"from": None, "to": "锦程路2号"}}
    await shop.done("advisor", "customer.update", customer_id=customer, changes=changes)
    row = await shop.row("customers", customer)
    assert (row["email"], row["address"], row["rev"]) == (None, "锦程路2号", 2)


async def a_name_cannot_be_emptied(shop):
    customer = await registered(shop)
    changes = {"name": {"from": "王伟", "to": None}}
    why = await shop.refused("advisor", "customer.update", "invalid", customer_id=customer, changes=changes)
    assert (why.subject.id, why.facts["problem"]) == ("changes.name.to", "missing")


async def the_same_wish_of_two_people_is_no_conflict(shop):
    customer = await registered(shop)
    changes = {"name": {"from": "王伟", "to": "王玮"}}
    for role in ("advisor", "crm"):
        await shop.done(role, "customer.update", customer_id=customer, changes=changes)
    assert (await shop.row("customers", customer))["rev"] == 2


async def a_value_that_two_people_changed_differently_goes_to_a_review(shop):
    customer = await registered(shop)
    await shop.done("crm", "customer.update", customer_id=customer, changes={"name": {"from": "王伟", "to": "王玮"}})
    changes = {"name": {"from": "王伟", "to": "汪伟"}, "email": {"from": None, "to": "w@example.cn"}}
    outcome = await shop.merged("advisor", "customer.update", "value_conflict", customer_id=customer, changes=changes)
    row = await shop.row("customers", customer)
    assert (row["name"], row["email"]) == ("王玮", "w@example.cn")
    [met] = outcome.merged
    assert met == {"field": "name", "from": "王伟", "yours": "汪伟", "theirs": "王玮", "result": "王玮"}
    review = await shop.row("reviews", outcome.review)
    assert (review["outcome"], review["reason"]["subject"]["id"]) == ("merged", customer)
    who = {
        "command_id": outcome.id, "by": shop.people["advisor"], "at": "2026-11-21T01:02:03Z",
        "theirs_by": shop.people["crm"], "theirs_at": "2026-11-21T01:02:03Z",
    }  # fmt: skip
    assert review["merged"] == [met | who]


async def the_phones_are_a_set_of_which_a_remove_takes_only_what_it_names(shop):
    customer = await registered(shop)
    for number in ("13800138001", "13800138002"):
        await shop.done("advisor", "customer.update", customer_id=customer, phones={"add": [{"number": number}]})
    await shop.done("crm", "customer.update", customer_id=customer, phones={"remove": ["138 0013 8001"], "add": None})
    numbers = [p["number"] for p in (await shop.row("customers", customer))["phones"]]
    assert numbers == ["+8613800138000", "+8613800138002"]


async def the_primary_phone_follows_the_scalar_rule(shop):
    customer = await registered(shop, phones=("13800138000", "13800138001", "13800138002"))
    first = {"primary": {"from": "13800138000", "to": "13800138001"}}
    await shop.done("crm", "customer.update", customer_id=customer, phones=first)
    second = {"primary": {"from": "13800138000", "to": "13800138002"}}
    outcome = await shop.merged("advisor", "customer.update", "value_conflict", customer_id=customer, phones=second)
    assert outcome.merged[0]["field"] == "phones.primary"
    primary = [p["number"] for p in (await shop.row("customers", customer))["phones"] if p["primary"]]
    assert primary == ["+8613800138001"]


async def a_primary_phone_that_the_customer_no_longer_has_is_put_up_for_review(shop):
    customer = await registered(shop, phones=("13800138000", "13800138001"))
    await shop.done("crm", "customer.update", customer_id=customer, phones={"remove": ["13800138001"]})
    wanted = {"primary": {"from": "13800138000", "to": "13800138001"}}
    await shop.merged("advisor", "customer.update", "value_conflict", customer_id=customer, phones=wanted)
    [phone] = (await shop.row("customers", customer))["phones"]
    assert phone["primary"]


async def a_number_that_is_no_phone_is_refused_where_it_stands(shop):
    customer = await registered(shop)
    for change, path in (
        ({"remove": ["13800138000", "abc"]}, "phones.remove[1]"),
        ({"add": [{"number": "138"}]}, "phones.add[0].number"),
        ({"primary": {"from": None, "to": "138"}}, "phones.primary.to"),
    ):
        why = await shop.refused("advisor", "customer.update", "invalid", customer_id=customer, phones=change)
        assert why.subject.id == path


async def a_note_is_appended_once(shop):
    customer, note = await registered(shop), uuid7()
    for role in ("advisor", "crm"):
        await shop.done(role, "customer.add_note", customer_id=customer, note_id=note, text="靠窗")
    [row] = (await shop.row("customers", customer))["notes"]
    assert (row["id"], row["text"], row["by"]) == (note, "靠窗", shop.people["advisor"])
    why = await shop.refused("crm", "customer.add_note", "id_taken", customer_id=customer, note_id=note, text="靠门")
    assert (why.subject.id, why.facts) == (note, {"fields": ["text"]})


async def the_tags_of_several_people_all_stay(shop):
    customer = await registered(shop)
    for role, tag in (("advisor", "VIP"), ("crm", "爱干净"), ("manager", "VIP")):
        await shop.done(role, "customer.tag", customer_id=customer, add=[tag], remove=["没有的"])
    row = await shop.row("customers", customer)
    assert (row["tags"], row["rev"]) == (["VIP", "爱干净"], 3)
    await shop.done("crm", "customer.tag", customer_id=customer, add=[], remove=["VIP"])
    assert (await shop.row("customers", customer))["tags"] == ["爱干净"]


async def a_consent_is_kept_with_who_when_and_how(shop):
    customer = await registered(shop)
    said = {"customer_id": customer, "purpose": "marketing", "channel": "any", "decided_at": shop.now}
    granted = await shop.done("advisor", "customer.set_consent", **said, decision="granted", source="paper")
    withdrawn = await shop.done("crm", "customer.set_consent", **said, decision="withdrawn", source="phone")
    lifted = [withdrawn.id]
    again = await shop.done("crm", "customer.set_consent", **said, decision="granted", source="phone", lifts=lifted)
    consents = (await shop.row("customers", customer))["consents"]
    assert [c["id"] for c in consents] == [granted.id, withdrawn.id, again.id]
    assert [c["decision"] for c in consents] == ["granted", "withdrawn", "granted"]
    assert (consents[2]["lifts"], consents[2]["recorded_by"]) == (lifted, shop.people["crm"])


async def a_link_speaks_for_its_own_customer_only(shop):
    from tests.visits import check_in

    mine, other = await check_in(shop), await check_in(shop)
    fields = examples()["customer.set_consent"] | {"lifts": []}
    outcome = await shop.run(shop.link(mine.id), "customer.set_consent", **fields | {"customer_id": mine.customer_id})
    assert outcome.outcome == "applied"
    for customer, lifts in ((other.customer_id, []), (other.customer_id, [mine.id])):
        stranger = fields | {"customer_id": customer, "lifts": lifts}
        outcome = await shop.run(shop.link(mine.id), "customer.set_consent", **stranger)
        assert (outcome.reason.code, outcome.reason.subject.id) == ("not_found", customer)
