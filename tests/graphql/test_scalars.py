"""VIN, plate and phone: what each takes, and an error that names the field and says what to do."""

from typing import Any

import pytest

from server.domain.ids import uuid7
from server.graphql.scalars import FIXES, SCALARS
from server.graphql.scalars import VIN as Vin
from tests.graphql.door import Asker
from tests.graphql.test_mutations import mutation, run
from tests.shop import Shop

REGISTER = mutation("vehicle.register")
one_engine = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def car(**fields: Any) -> dict[str, Any]:
    """The fields of a car that comes in, as a client of GraphQL writes them."""
    return {"vehicleId": uuid7(), "make": "大众", "model": "帕萨特", "energy": "PETROL"} | fields


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("vin", "LDC613P23A130518", "vin_length"), ("vin", "LDC613P23A130518O", "vin_letters"),
        ("vin", "11111111111111111", "vin_implausible"),
        ("plate", "川I12345", "plate_format"), ("plate", "", "plate_format"),
    ],
)  # fmt: skip
@one_engine
async def a_value_that_is_none_is_refused_with_its_field_and_the_fix(ask: Asker, field: str, value: str, problem: str):
    error = await ask.error(REGISTER, id=uuid7(), input=car(**{field: value}))
    assert error["extensions"]["code"] == "invalid_value"
    assert error["message"] == f"Variable '$input' has invalid value at .{field}: {FIXES[problem]}."
    journal = await ask.data("{ journal(first: 1) { edges { node { name } } } }")
    assert journal["journal"]["edges"] == []


@one_engine
async def a_phone_in_a_list_is_named_by_its_place(ask: Asker):
    fields = {"customerId": uuid7(), "name": "王小明", "phones": [{"number": "13812341234"}, {"number": "12"}]}
    error = await ask.error(mutation("customer.register"), id=uuid7(), input=fields)
    assert error["extensions"]["code"] == "invalid_value"
    assert f"at .phones[1].number: {FIXES['phone_format']}." in error["message"]


@one_engine
async def a_value_goes_on_as_it_was_typed_and_is_kept_in_its_normal_form(ask: Asker, shop: Shop):
    vehicle = uuid7()
    outcome = await run(
        ask, "vehicle.register", vehicle_id=vehicle, make="大众", model="帕萨特", energy="petrol", plate="川a·12345",
        vin="ldc613p2 3a1305189",
    )  # fmt: skip
    assert outcome["outcome"] == "APPLIED"
    data = await ask.data("query($id: UUID!) { vehicle(id: $id) { vin plate vinCheck } }", id=vehicle)
    assert data["vehicle"] == {"vin": "LDC613P23A1305189", "plate": "川A12345", "vinCheck": "OK"}


def a_value_is_checked_also_where_it_stands_in_the_document():
    assert SCALARS[Vin].parse_value("LDC613P23A1305189") == "LDC613P23A1305189"
    for wrong in (7, None, [], "LDC"):
        with pytest.raises(Exception, match=r"VIN|text"):
            SCALARS[Vin].parse_value(wrong)
