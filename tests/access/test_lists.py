"""Every list and everything that hangs on a row, for each role here, next door and elsewhere: as the table says."""

import pytest

from server.domain.roles import EVERY_STORE, MAY_READ_LOOKS, PEOPLE, hidden, reach
from tests.access.house import PLACES, House
from tests.access.test_fields import readable, sees

LISTS = {
    "customers": "customers", "vehicles": "vehicles", "visits": "visits", "complaints": "complaints",
    "reviews": "reviews", "mergeProposals": "merge_proposals", "catalog": "catalog_items",
}  # fmt: skip


@pytest.mark.parametrize("asked", LISTS)
async def a_list_has_the_rows_that_the_table_shows(house: House, asked: str):
    kind = LISTS[asked]
    differences = []
    for role in PEOPLE:
        for place in PLACES:
            answer = await house.ask(role, place, f"{{ {asked}(first: 100) {{ edges {{ node {{ id }} }} }} }}")
            if reach(role, kind) == "none":
                right = answer["data"] is None and answer["errors"][0]["extensions"]["code"] == "forbidden"
            else:
                found = {edge["node"]["id"] for edge in answer["data"][asked]["edges"]}
                right = (house.ids[kind] in found) == (sees(role, place, kind) and readable(role, kind))
            if not right:
                differences.append((role, place, answer))
    assert not differences


async def a_number_that_a_role_does_not_see_finds_nobody(house: House):
    asked = "query($number: String!) { customers(search: $number) { edges { node { id } } } }"
    for role in PEOPLE:
        edges = (await house.ask(role, "here", asked, number=house.visit.phone))["data"]["customers"]["edges"]
        found = house.visit.customer_id in {edge["node"]["id"] for edge in edges}
        assert found == ("phones" not in hidden(role, "customers")), role


async def the_journal_is_read_by_the_store_of_who_did_it_and_by_what_it_names(house: House):
    whole, about = "journal(first: 100)", "journal(subjectId: $id, first: 100)"
    edges = "{ edges { node { name } } }"
    for role in PEOPLE:
        for place in PLACES:
            answer = await house.ask(role, place, f"query($id: UUID!) {{ {about} {edges} }}", id=house.visit.id)
            everything = await house.ask(role, place, f"{{ {whole} {edges} }}")
            if reach(role, "journal") == "none":
                assert {one["errors"][0]["extensions"]["code"] for one in (answer, everything)} == {"forbidden"}
                continue
            near = place == "here" or (place == "next_door" and role in EVERY_STORE)
            assert bool(answer["data"]["journal"]["edges"]) == near, (role, place)
            names = {edge["node"]["name"] for edge in everything["data"]["journal"]["edges"]}
            assert ("visit.open" in names) == near, (role, place)


async def the_past_of_a_field_is_seen_by_those_who_see_the_field(house: House):
    asked = "query($id: UUID!) { customer(id: $id) { history(first: 50) { field after } } }"
    for role in PEOPLE:
        answer = await house.ask(role, "here", asked, id=house.visit.customer_id)
        changed = {change["field"] for change in answer["data"]["customer"]["history"]}
        assert changed >= {"email", "address", "tags"} - hidden(role, "customers"), role
        assert changed.isdisjoint(hidden(role, "customers")), role


async def the_looks_are_told_to_those_whom_the_table_names(house: House):
    asked = "query($id: UUID!) { customer(id: $id) { looks(first: 1) { at } } }"
    for role in PEOPLE:
        answer = await house.ask(role, "here", asked, id=house.visit.customer_id)
        code = answer["errors"][0]["extensions"]["code"] if "errors" in answer else None
        assert code == (None if role in MAY_READ_LOOKS else "forbidden"), role


async def the_customers_page_is_led_to_by_those_whom_the_table_names(house: House):
    asked = "query($id: UUID!) { visit(id: $id) { customerLink } }"
    for role in PEOPLE:
        link = (await house.ask(role, "here", asked, id=house.visit.id))["data"]["visit"]["customerLink"]
        assert (link is None) == ("customer_link" in hidden(role, "visits")), role


async def a_car_that_is_seen_leads_to_nothing_that_is_not(house: House):
    """From whatever a person may open, nothing of another store is reached."""
    asked = """query($id: UUID!) { vehicle(id: $id) { visits { id } owner { id visits { id } vehicles { id } } } }"""
    for role in PEOPLE:
        found = (await house.ask(role, "next_door", asked, id=house.visit.vehicle_id))["data"]["vehicle"]
        assert (found is not None) == (role in EVERY_STORE), role
