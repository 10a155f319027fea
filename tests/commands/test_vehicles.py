"""Vehicles: register, update, change of owner."""

import pytest

from server.domain.ids import uuid7
from tests.commands.examples import examples
from tests.commands.given import car, registered
from tests.visits import make_vin


async def a_car_is_entered_by_vin_or_plate(shop):
    vehicle, _ = await car(shop, vin="ldc613p23a1305189", plate="川A·12345", colour="白", model_year=2021)
    row = await shop.row("vehicles", vehicle)
    assert (row["vin"], row["vin_check"], row["plate"]) == ("LDC613P23A1305189", "ok", "川A12345")
    assert (row["colour"], row["model_year"], row["owner_id"], row["odometer_km"]) == ("白", 2021, None, None)
    vehicle, _ = await car(shop, plate="川AD12345", energy="bev")
    assert (await shop.row("vehicles", vehicle))["vin_check"] is None


async def a_wrong_check_digit_is_recorded_as_a_warning(shop):
    vehicle, _ = await car(shop, vin="LDC613P24A1305189")
    assert (await shop.row("vehicles", vehicle))["vin_check"] == "warning"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"vin": None, "plate": None}, "vin"),
        ({"vin": "LDC613P23A130518"}, "vin"),
        ({"vin": "1" * 17}, "vin"),
        ({"plate": "川I1234O"}, "plate"),
        ({"model_year": 1900}, "model_year"),
        ({"energy": "steam"}, "energy"),
        ({"odometer_km": -1}, "odometer_km"),
    ],
)
async def a_car_that_cannot_be_read_is_refused(shop, fields, path):
    fields = examples()["vehicle.register"] | {"owner_id": None} | fields
    why = await shop.refused("advisor", "vehicle.register", "invalid", **fields)
    assert why.subject.id == path


async def a_car_of_an_unknown_owner_is_refused(shop):
    fields = examples()["vehicle.register"]
    why = await shop.refused("advisor", "vehicle.register", "not_found", **fields)
    assert (why.subject.type, why.subject.id) == ("customers", fields["owner_id"])


async def the_same_car_entered_again_is_applied_and_another_under_the_id_is_taken(shop):
    fields = examples()["vehicle.register"] | {"owner_id": await registered(shop)}
    for role in ("advisor", "manager"):
        await shop.done(role, "vehicle.register", **fields)
    assert (await shop.row("vehicles", fields["vehicle_id"]))["rev"] == 1
    for name, value in (("vin", make_vin(shop)), ("model", "迈腾"), ("colour", "黑"), ("owner_id", None)):
        why = await shop.refused("advisor", "vehicle.register", "id_taken", **fields | {name: value})
        assert (why.subject.id, why.facts) == (fields["vehicle_id"], {"fields": [name]})


async def an_update_meets_what_another_device_wrote_first(shop):
    vehicle, _ = await car(shop, plate="川A12345", colour="白")
    changes = {"plate": {"from": "川A12345", "to": "川B12345"}, "colour": {"from": "白", "to": "黑"}}
    await shop.done("manager", "vehicle.update", vehicle_id=vehicle, changes=changes)
    changes = {
        "plate": {"from": "川A·12345", "to": "川B·12345"},
        "colour": {"from": "白", "to": "红"},
        "insurance_expires_on": {"from": None, "to": "2027-01-01"},
    }
    outcome = await shop.merged("advisor", "vehicle.update", "value_conflict", vehicle_id=vehicle, changes=changes)
    assert [(m["field"], m["yours"], m["result"]) for m in outcome.merged] == [("colour", "红", "黑")]
    row = await shop.row("vehicles", vehicle)
    assert (row["plate"], row["colour"], row["insurance_expires_on"]) == ("川B12345", "黑", "2027-01-01")


async def a_corrected_vin_is_checked_again(shop):
    vehicle, _ = await car(shop, vin="LDC613P24A1305189")
    changes = {"vin": {"from": "LDC613P24A1305189", "to": "LDC613P23A1305189"}}
    await shop.done("advisor", "vehicle.update", vehicle_id=vehicle, changes=changes)
    row = await shop.row("vehicles", vehicle)
    assert (row["vin"], row["vin_check"]) == ("LDC613P23A1305189", "ok")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"vin": {"from": None, "to": "1" * 17}}, "changes.vin.to"),
        ({"plate": {"from": None, "to": "12345"}}, "changes.plate.to"),
        ({"make": {"from": "大众", "to": None}}, "changes.make.to"),
        ({"odometer_km": {"from": None, "to": 1}}, "changes.odometer_km"),
    ],
)
async def an_update_that_cannot_be_read_is_refused(shop, changes, path):
    vehicle, _ = await car(shop, plate="川A12345")
    why = await shop.refused("advisor", "vehicle.update", "invalid", vehicle_id=vehicle, changes=changes)
    assert why.subject.id == path


async def an_owner_is_never_changed_over_another_change(shop):
    owners = [await registered(shop, phones=(f"1380013800{i}",)) for i in range(3)]
    vehicle, _ = await car(shop, plate="川A12345", owner_id=owners[0])
    change = {"from": owners[0], "to": owners[1]}
    await shop.done("advisor", "vehicle.change_owner", vehicle_id=vehicle, owner_id=change, reason="过户")
    change = {"from": owners[0], "to": owners[2]}
    outcome = await shop.merged(
        "manager", "vehicle.change_owner", "value_conflict", vehicle_id=vehicle, owner_id=change, reason="过户"
    )
    assert outcome.merged[0]["theirs"] == owners[1]
    assert (await shop.row("vehicles", vehicle))["owner_id"] == owners[1]


async def an_owner_who_is_nobody_is_refused(shop):
    vehicle, _ = await car(shop, plate="川A12345")
    for to, code in ((None, "invalid"), (uuid7(), "not_found")):
        change = {"from": None, "to": to}
        await shop.refused("advisor", "vehicle.change_owner", code, vehicle_id=vehicle, owner_id=change, reason="过户")


async def a_merged_owner_seen_under_the_old_id_is_no_conflict(shop):
    first, second = [await registered(shop, name=name) for name in ("王伟", "王小姐")]
    third = await registered(shop, phones=("13800138009",))
    vehicle, _ = await car(shop, plate="川A12345", owner_id=second)
    await shop.done("manager", "customer.merge", keep_id=first, merge_id=second)
    change = {"from": second, "to": third}
    await shop.done("advisor", "vehicle.change_owner", vehicle_id=vehicle, owner_id=change, reason="过户")
    assert (await shop.row("vehicles", vehicle))["owner_id"] == third


async def the_owner_of_a_stores_car_is_on_its_tablets(shop):
    owner, other = [await registered(shop, phones=(f"1380013800{i}",)) for i in range(2)]
    vehicle, _ = await car(shop, store=1, plate="川A12345", owner_id=owner)
    assert [row["id"] for row in await shop.rows("customers", store=1)] == [owner]
    change = {"from": owner, "to": other}
    await shop.done("advisor", "vehicle.change_owner", store=1, vehicle_id=vehicle, owner_id=change, reason="过户")
    assert {row["id"] for row in await shop.rows("customers", store=1)} == {owner, other}
