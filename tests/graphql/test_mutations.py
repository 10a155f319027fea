"""Every command is a mutation, and a mutation is nothing but a command."""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLNonNull, get_named_type

from server.commands.every import public
from server.domain.ids import uuid7
from server.graphql.schema import schema
from server.graphql.shapes import camel
from tests.commands.examples import examples
from tests.graphql.door import Asker
from tests.shop import Shop
from tests.visits import check_in

OUTCOME = "{ id outcome reason { code subject { type id } facts } merged { field from yours theirs result } review }"


def mutation(name: str) -> str:
    """The document that runs a command with variables."""
    field = camel(name)
    given = f"$id: UUID!, $input: {field[0].upper()}{field[1:]}Input!"
    return f"mutation({given}) {{ {field}(id: $id, input: $input) {OUTCOME} }}"


def as_input(kind: Any, value: Any) -> Any:
    """A wire value as a GraphQL client writes it for an input type: camelCase, enum values in upper case."""
    named = get_named_type(kind)
    if isinstance(value, list):
        return [as_input(named, item) for item in value]
    if isinstance(named, GraphQLEnumType) and value is not None:
        return value.upper()
    if isinstance(named, GraphQLInputObjectType) and value is not None:
        return {camel(name): as_input(named.fields[camel(name)].type, inner) for name, inner in value.items()}
    return value


async def run(ask: Asker, name: str, command_id: str | None = None, /, **fields: Any) -> dict[str, Any]:
    """The outcome of a command that was sent as a mutation."""
    argument = schema._schema.mutation_type.fields[camel(name)].args["input"]
    data = await ask.data(mutation(name), id=command_id or uuid7(), input=as_input(argument.type, fields))
    return data[camel(name)]


async def a_car_is_checked_in_by_mutations_alone(ask: Asker, shop: Shop):
    customer, vehicle, visit = uuid7(), uuid7(), uuid7()
    phones = [{"number": "13800138000", "primary": True}]
    steps = [
        await run(ask, "customer.register", customer_id=customer, name="王小明", phones=phones),
        await run(
            ask, "vehicle.register", vehicle_id=vehicle, plate="川A12345", make="大众", model="帕萨特", energy="petrol"
        ),
        await run(
            ask,
            "visit.open",
            visit_id=visit,
            vehicle_id=vehicle,
            customer_id=customer,
            kind="maintenance",
            payer="customer",
        ),
    ]
    assert [step["outcome"] for step in steps] == ["APPLIED"] * 3
    data = await ask.data("query($id: UUID!) { visit(id: $id) { stage advisor { name } vehicle { plate } } }", id=visit)
    assert data["visit"] == {"stage": "CHECKED_IN", "advisor": {"name": "boss"}, "vehicle": {"plate": "川A12345"}}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def the_fields_of_every_command_arrive_as_they_were_sent(ask: Asker, shop: Shop):
    every = examples()
    assert set(every) == {spec.name for spec in public()}
    for name, fields in every.items():
        command_id = uuid7()
        await run(ask, name, command_id, **fields)
        entry = (await ask.data("{ journal(first: 1) { edges { node { id name door fields } } } }"))["journal"][
            "edges"
        ][0]["node"]
        sent = {key: value for key, value in fields.items() if value is not None}
        assert (entry["id"], entry["name"], entry["door"]) == (command_id, name, "graphql")
        assert without_seen_nothing(entry["fields"]) == without_seen_nothing(sent), name


def without_seen_nothing(value: Any) -> Any:
    """Without `from: null`, which means the same as no `from`."""
    if isinstance(value, dict):
        return {k: without_seen_nothing(v) for k, v in value.items() if not (k == "from" and v is None)}
    return value


async def a_mutation_that_is_sent_twice_answers_with_its_first_outcome(ask: Asker, shop: Shop):
    visit, command = await check_in(shop), uuid7()
    fields = {"visit_id": visit.id, "technician_id": {"from": None, "to": shop.people["technician"]}}
    first = await run(ask, "visit.assign", command, **fields)
    again = await run(ask, "visit.assign", command.upper(), **fields)
    assert first["outcome"] == "APPLIED"
    assert again == first
    data = await ask.data("query($id: UUID!) { visit(id: $id) { trail } }", id=visit.id)
    assert data["visit"]["trail"] == ["CHECKED_IN", "ASSIGNED"]


async def a_value_that_cannot_be_is_an_outcome_with_the_path_of_its_field(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    walkaround = {
        "visit_id": visit.id, "odometer_km": 31_000, "energy_pct": 300, "warning_lamps": [], "belongings": [],
        "old_parts": "leave", "wash": True, "valuables_reminded": True,
    }  # fmt: skip
    outcome = await run(ask, "visit.record_walkaround", **walkaround)
    assert (outcome["outcome"], outcome["reason"]["code"]) == ("REJECTED", "INVALID")
    assert outcome["reason"]["subject"] == {"type": "field", "id": "energy_pct"}
    assert outcome["review"]
    lines = [{"line_id": uuid7(), "version": 1}, {"line_id": uuid7(), "version": 0}]
    nested = await run(ask, "estimate.present", visit_id=visit.id, lines=lines)
    assert nested["reason"]["subject"]["id"] == "lines[1].version"
    missing = await ask.data(
        mutation("visit.promise"), id=uuid7(), input={"visitId": visit.id, "readyAt": {"from": None}}
    )
    assert missing["visitPromise"]["reason"]["subject"]["id"] == "ready_at.to"


async def a_value_of_no_such_kind_is_an_error_and_nothing_runs(ask: Asker, shop: Shop):
    book = mutation("appointment.book")
    fields = {"appointmentId": uuid7(), "customerId": uuid7(), "at": "2026-11-21T09:00:00+08:00", "work": "保养"}
    for wrong in (
        {"appointmentId": "7"},
        {"at": "2026-11-21 09:00"},
        {"at": "2026-11-21T09:00:00"},
        {"work": 7},
        {"extra": 1},
    ):
        assert await ask.code(book, id=uuid7(), input=fields | wrong) in ("invalid_value", "invalid_query")
    assert await ask.code(book, id="7", input=fields) == "invalid_value"
    data = await ask.data(
        "query($id: UUID!) { journal(subjectId: $id) { edges { node { id } } } }", id=fields["customerId"]
    )
    assert data["journal"]["edges"] == []


async def a_name_that_two_wanted_differently_is_told_to_both(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    await shop.done(
        "manager",
        "customer.update",
        customer_id=visit.customer_id,
        changes={"name": {"from": "王小明", "to": "王晓明"}},
    )
    change = {"name": {"from": "王小明", "to": "王筱明"}}
    outcome = await run(ask, "customer.update", customer_id=visit.customer_id, changes=change)
    assert outcome["outcome"] == "MERGED"
    assert outcome["merged"] == [
        {"field": "name", "from": "王小明", "yours": "王筱明", "theirs": "王晓明", "result": "王晓明"}
    ]
    data = await ask.data("query { reviews { edges { node { id merged { yours } command { name fields } } } } }")
    [review] = [edge["node"] for edge in data["reviews"]["edges"]]
    assert review["id"] == outcome["review"]
    assert review["merged"] == [{"yours": "王筱明"}]
    assert review["command"]["fields"]["changes"] == change


async def a_person_without_the_right_is_told_so_as_an_outcome(ask: Asker, shop: Shop):
    visit = await check_in(shop)
    await ask.sign_in("tom", "technician")
    outcome = await run(ask, "visit.cancel", visit_id=visit.id, reason="不修了")
    assert (outcome["outcome"], outcome["reason"]["code"]) == ("REJECTED", "FORBIDDEN")


def the_server_keeps_its_own_commands_to_itself():
    fields = schema._schema.mutation_type.fields
    assert len(fields) == len(public())
    assert not {"staffPut", "deviceEnrol", "visitSweep", "handoverSeal"} & set(fields)
    assert all(isinstance(field.args["input"].type, GraphQLNonNull) and field.description for field in fields.values())
