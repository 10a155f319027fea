"""How many statements the heaviest real questions cost: exact numbers, the same for one visit and for fifty."""

import asyncio
from secrets import token_hex

from server.domain.ids import uuid7
from tests.graphql.door import Asker
from tests.shop import Shop, plain
from tests.visits import Ids, estimated

MANY = 50
CALLER, LOOKED = 1, 4
"""Who stands behind the token; and what it takes to write down whose files were shown, however many."""

EVERYTHING = """
  id number localNumber kind payer stage moves trail openedAt closedAt readyAt customerLink
  concerns { words } walkaround { odometerKm energyPct belongings } presented { lineId version }
  partsUsed { name } quality { passed } settlement { totalFen } payments { amountFen } advice { text }
  report { publishedAt } survey { recommend } work { beganAt } questions { text reply { text } }
  store { name timeZone } advisor { name } technician { name } appointment { at work }
  customer { name kind phones { number } vehicles(first: 5) { plate } visits(first: 5) { number } }
  vehicle { plate vin make model odometerKm owner { name } visits(first: 5) { number stage } }
  damages { panel kind } findings { grade cause item { name limits } }
  estimateLines { name amountFen decision finding { itemCode } } progress { kind at author { name } }
  photos { sha256 uploaded } signatures { purpose } amendments { reason }
  messages(first: 5) { event state } history(first: 5) { field before after }
"""
ON_THE_BOARD = """
  number stage readyAt customerLink store { name } advisor { name } technician { name } appointment { work }
  customer { name vehicles(first: 1) { plate } visits(first: 1) { id } }
  vehicle { plate owner { name } visits(first: 1) { id } }
  damages { id } findings { id item { name } } estimateLines { amountFen } progress { kind author { name } }
  photos { id } signatures { id } amendments { id } messages(first: 1) { event } history(first: 1) { field }
"""
QUESTIONS = {
    "board": f"{{ visits(first: 100) {{ edges {{ node {{ {ON_THE_BOARD} }} }} }} }}",
    "visit": f"query($visit: UUID!) {{ visit(id: $visit) {{ {EVERYTHING} }} }}",
    "today": """{
      me { name store { name } }
      visits(openOnly: true, first: 100) { edges { node { number stage readyAt customer { name } vehicle { plate } } } }
      complaints(state: OPEN, first: 20) { edges { node { dueAt } } }
      reviews(status: OPEN, first: 20) { edges { node { openedAt } } }
    }""",
    "search": """{ customers(search: "王", first: 20) { edges { node {
      name phones { number } vehicles(first: 5) { plate } visits(first: 5) { number stage }
    } } pageInfo { endCursor } } }""",
    "customer": """query($customer: UUID!) { customer(id: $customer) {
      name phones { number } consents { purpose } notes { text } history { field before after } messages { event why }
      looks { at fields by { name } } vehicles { plate } visits { number }
    } }""",
    "vehicle": """query($vehicle: UUID!) { vehicle(id: $vehicle) {
      plate last { number } recalls { code } owner { name } history { field before after } visits { number stage }
    } }""",
    "reviews": """{ reviews(first: 100) { edges { node {
      outcome reason { code facts } merged { field yours theirs } command { name }
      visit { number vehicle { plate } customer { name } }
    } } } }""",
    "complaints": """{ complaints(first: 100) { edges { node {
      about dueAt steps { text } owner { name } customer { name phones { number } } visit { number }
    } } } }""",
    "proposals": """{ mergeProposals(first: 100) { edges { node { evidence { facts }
      keep { id ... on Customer { name visits(first: 2) { id } } }
      merge { id ... on Customer { name visits(first: 2) { id } } }
    } } } }""",
    "journal": "{ journal(first: 100) { edges { node { name outcome reason { code } author { name } } } } }",
}
COSTS = {
    "board": CALLER + LOOKED + 22,
    "visit": CALLER + LOOKED + 21,
    "today": CALLER + LOOKED + 9,
    "search": CALLER + LOOKED + 4,
    "customer": CALLER + LOOKED + 11,
    "vehicle": CALLER + LOOKED + 5,
    "reviews": CALLER + LOOKED + 5,
    "complaints": CALLER + LOOKED + 5,
    "proposals": CALLER + LOOKED + 4,
    "journal": CALLER + 2,
}


async def stay(shop: Shop) -> Ids:
    """A visit with something of everything, somebody who may be the same customer, a review and a complaint."""
    visit = await estimated(shop)
    of_it = {"visit_id": visit.id}
    said = [{"line_id": line, "version": 1, "decision": "approved"} for line in visit.lines]
    who = {"decided_by": {"name": "王小明", "role": "owner"}, "channel": "phone", "decided_at": shop.now}
    appointment = {"appointment_id": uuid7(), "customer_id": visit.customer_id, "at": shop.now, "work": "保养"}
    finding = {"finding_id": uuid7(), "item_code": "BRK-01", "grade": "red", "dtcs": [], "photos": []}
    photo = {"photo_id": uuid7(), "sha256": token_hex(32), "media_type": "image/jpeg", "bytes": 9}
    reading = {
        "odometer_km": 29_000, "energy_pct": 50, "warning_lamps": [], "belongings": [], "old_parts": "take",
        "wash": False, "valuables_reminded": True,
    }  # fmt: skip
    damage = {"panel": "hood", "kind": "dent", "severity": "light", "x": 0.5, "y": 0.5, "photos": [], "known": False}
    late = {"text": "太慢", "about": "waiting"}
    colour = {"colour": {"from": None, "to": "白"}}
    for name, fields in (
        ("estimate.decide", of_it | who | {"decisions": said}), ("appointment.book", appointment),
        ("finding.record", of_it | finding),
        ("photo.add", of_it | photo | {"purpose": "walkaround", "taken_at": shop.now}),
        ("visit.add_damage", of_it | damage | {"damage_id": uuid7()}), ("visit.record_walkaround", of_it | reading),
        ("vehicle.update", {"vehicle_id": visit.vehicle_id, "changes": colour}),
        ("customer.update", {"customer_id": visit.customer_id, "changes": {"email": {"from": None, "to": "a@b.cn"}}}),
        ("customer.register", {"customer_id": uuid7(), "name": "王小明明", "phones": [{"number": visit.phone}]}),
        ("complaint.open", of_it | {"complaint_id": uuid7(), "customer_id": visit.customer_id} | late),
    ):  # fmt: skip
        outcome = await shop.bus.run(shop.person("manager"), name, plain(fields))
        assert outcome.outcome == ("kept" if name == "visit.record_walkaround" else "applied"), outcome
    return visit


async def asked(ask: Asker, visit: Ids) -> dict[str, int]:
    """What each question costs."""
    known = {"visit": visit.id, "customer": visit.customer_id, "vehicle": visit.vehicle_id}
    costs: dict[str, int] = {}
    for name, question in QUESTIONS.items():
        costs[name] = await ask.statements(question, **{key: known[key] for key in known if f"${key}" in question})
    return costs


async def the_heaviest_questions_cost_the_same_few_statements_for_one_visit_and_for_fifty(ask: Asker, shop: Shop):
    visit = await stay(shop)
    await ask.data("{ me { name } }")
    assert await asked(ask, visit) == COSTS
    await asyncio.gather(*(stay(shop) for _ in range(MANY - 1)))
    answered = await ask.data(QUESTIONS["board"])
    assert len(answered["visits"]["edges"]) == MANY
    assert await asked(ask, visit) == COSTS


async def a_question_finds_what_it_asks_for(ask: Asker, shop: Shop):
    """Statements that find nothing would cost the same: what is counted above is really answered."""
    visit = await stay(shop)
    for name, question in QUESTIONS.items():
        known = {"visit": visit.id, "customer": visit.customer_id, "vehicle": visit.vehicle_id}
        data = await ask.data(question, **{key: known[key] for key in known if f"${key}" in question})
        for root, answer in data.items():
            assert answer, (name, root)
            assert answer.get("edges") != [], (name, root)
    whole = (await ask.data(QUESTIONS["visit"], visit=visit.id))["visit"]
    hanging = ("damages", "findings", "estimateLines", "progress", "photos", "messages")
    assert {kind: bool(whole[kind]) for kind in hanging} == dict.fromkeys(hanging, True)
