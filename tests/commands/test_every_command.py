"""What holds for all commands alike: who may, what is not there, null and absent, unknown fields, U+0000."""

import json
from typing import Any

import pytest

from server.auth.keys import Wish, add_key, revoke_key
from server.commands.bus import Actor, Submission
from server.commands.envelope import envelope, sent_now
from server.commands.registry import public
from server.domain.ids import uuid7
from server.domain.roles import PEOPLE, may
from server.domain.scopes import SCOPES
from server.store.journal import Outcome
from tests.commands.examples import examples

NAMES_NOTHING = {"customer.register", "push.unsubscribe", "push.acknowledge"}


async def run_all(shop, actor: Actor, commands: list[tuple[str, dict[str, Any]]]) -> list[Outcome]:
    """The outcomes of many commands in one submission."""
    sent = [sent_now(uuid7(), name, fields, actor.user_id, shop.now) for name, fields in commands]
    return (await shop.bus.submit(Submission(actor, [envelope(one) for one in sent]))).outcomes


def test_the_examples_name_every_command():
    assert set(examples()) == {spec.name for spec in public()}


@pytest.mark.parametrize("role", PEOPLE)
async def a_role_runs_its_commands_and_is_forbidden_the_others(shop, role):
    outcomes = await run_all(shop, shop.person(role), list(examples().items()))
    for name, outcome in zip(examples(), outcomes, strict=True):
        forbidden = outcome.reason is not None and outcome.reason.code == "forbidden"
        assert forbidden != may(role, name), name
        if forbidden:
            assert (outcome.reason.subject.type, outcome.reason.subject.id) == ("command", name)
            assert outcome.reason.facts == {"role": role}
    await shop.followed()


@pytest.mark.parametrize("scope", SCOPES)
async def a_key_runs_the_commands_of_its_scope_and_is_forbidden_the_others(shop, scope):
    made = await add_key(shop.db, shop.bus, Wish(shop.group_id, shop.stores[0], "DMS", (scope,)))
    key = Actor(group_id=shop.group_id, store_id=shop.stores[0], door="graphql", user_id=made.id, scopes=(scope,))
    outcomes = await run_all(shop, key, list(examples().items()))
    for name, outcome in zip(examples(), outcomes, strict=True):
        forbidden = outcome.reason is not None and outcome.reason.code == "forbidden"
        assert forbidden != (name in SCOPES[scope].commands), name
    await revoke_key(shop.db, shop.bus, made.id)
    late = await run_all(shop, key, list(examples().items()))
    assert {outcome.reason and outcome.reason.code for outcome in late} == {"forbidden"}


async def a_command_that_names_what_is_not_there_is_refused(shop):
    commands = [(name, fields) for name, fields in examples().items() if name not in NAMES_NOTHING]
    outcomes = await run_all(shop, shop.person("manager"), commands)
    for (name, fields), outcome in zip(commands, outcomes, strict=True):
        assert (outcome.outcome, outcome.reason and outcome.reason.code) == ("rejected", "not_found"), (name, outcome)
        assert outcome.reason.subject.id in str(fields), name


async def an_unknown_field_is_refused_by_name(shop):
    for name, fields in examples().items():
        [outcome] = await run_all(shop, shop.person("manager"), [(name, fields | {"colour_of_socks": "red"})])
        assert outcome.reason.code == "invalid", name
        assert (outcome.reason.subject.type, outcome.reason.subject.id) == ("field", "colour_of_socks")
        assert outcome.reason.facts["problem"] == "unknown_field"


def test_a_missing_or_null_field_is_refused_unless_it_is_optional():
    for name, fields in examples().items():
        for field in fields:
            absent = envelope(sent_now(uuid7(), name, {k: v for k, v in fields.items() if k != field}, None, None))
            null = envelope(sent_now(uuid7(), name, fields | {field: None}, None, None))
            assert (absent.problem is None) == (null.problem is None), (name, field)
            for env in (absent, null):
                assert env.problem is None or env.problem.subject.id == field


async def a_path_leads_into_lists_and_objects(shop):
    fields = examples()["customer.register"] | {"phones": [{"number": "13800138000"}, {"number": 7}]}
    why = await shop.refused("advisor", "customer.register", "invalid", **fields)
    assert why.subject.id == "phones[1].number"
    fields = examples()["visit.promise"] | {"ready_at": {"from": None, "to": "soon"}}
    why = await shop.refused("advisor", "visit.promise", "invalid", **fields)
    assert why.subject.id == "ready_at.to"


@pytest.mark.parametrize(
    ("name", "fields", "path"),
    [
        ("customer.register", {"name": "王\0"}, "name"),
        ("handover.sign", {"strokes": {"width": 1, "lines": [[{"x": 1, "note": "a\0"}]]}}, "strokes.lines[0][0].note"),
        ("handover.sign", {"document": {"a\0": 1}}, "document"),
    ],
)
async def a_null_character_is_refused_with_its_path_and_shown_in_the_inbox(shop, name, fields, path):
    outcome = await shop.do("advisor", name, **examples()[name] | fields)
    assert (outcome.outcome, outcome.reason.code, outcome.reason.subject.id) == ("rejected", "invalid", path)
    assert outcome.reason.facts["problem"] == "null_character"
    [review] = await shop.rows("reviews")
    [typed] = fields.values()
    assert review["command"]["fields"][next(iter(fields))] == json.loads(json.dumps(typed).replace(r"\u0000", "␀"))


async def a_null_character_in_a_name_or_lane_never_blocks_a_queue(shop):
    tablet = await shop.tablet()
    outcome = await shop.send(tablet, "visit.fly\0", lane="visit\0")
    assert outcome.reason.code == "unknown_command"
    [review] = await shop.rows("reviews")
    assert (review["command"]["name"], review["command"]["lane"]) == ("visit.fly␀", "visit␀")


async def a_text_that_only_looks_like_a_null_character_is_fine(shop):
    fields = examples()["customer.register"] | {"name": r"王\u0000"}
    await shop.done("advisor", "customer.register", **fields)
    assert (await shop.row("customers", fields["customer_id"]))["name"] == r"王\u0000"


async def a_number_beyond_all_bounds_is_refused_and_stands_in_the_inbox(shop):
    fields = examples()["customer.register"] | {"birthday_on": 2**70}
    assert (await shop.refused("advisor", "customer.register", "invalid", **fields)).subject.id == "birthday_on"


async def an_unknown_command_is_refused_and_stands_in_the_inbox(shop):
    why = await shop.refused("advisor", "visit.fly", "unknown_command", visit_id=uuid7())
    assert (why.subject.type, why.subject.id) == ("command", "visit.fly")


async def a_door_never_runs_the_servers_own_commands(shop):
    await shop.refused("manager", "staff.put", "unknown_command", staff_id=uuid7(), name="我", role="manager")
