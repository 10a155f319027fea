"""Who may do what, written out: every role × every command."""

import pytest

from server.commands.every import public
from server.domain.roles import PEOPLE, ROLES, may

NAMES = [spec.name for spec in public()]
INSPECTOR_ONLY = {"quality.pass", "quality.fail"}
MERGES = {"customer.merge", "customer.unmerge", "vehicle.merge", "vehicle.unmerge"}
RESTRICTING = {"customer.restrict", "customer.lift_restriction"}
EXPECTED = {
    "manager": set(NAMES),
    "advisor": set(NAMES) - INSPECTOR_ONLY - MERGES - RESTRICTING,
    "technician": {
        "finding.record", "finding.revise", "photo.add", "photo.waive", "visit.add_damage", "repair.advance",
        "repair.use_part", "repair.note", "repair.clock_on", "repair.clock_off",
    },
    "inspector": INSPECTOR_ONLY | {"finding.record", "finding.revise", "photo.add", "photo.waive"},
    "crm": {
        "customer.register", "customer.update", "customer.add_note", "customer.set_consent", "customer.tag",
        "customer.merge", "customer.unmerge", "appointment.book", "appointment.move", "appointment.cancel",
        "review.resolve", "survey.answer", "survey.record_call", "customer.set_contact", "appointment.accept",
        "complaint.open", "complaint.step", "complaint.assign", "estimate.answer", "message.send_again",
    }
    | RESTRICTING,
    "claims": {"vehicle.add_recall", "vehicle.close_recall", "handover.amend"},
    "admin": RESTRICTING,
    "link": {
        "estimate.decide", "survey.answer", "customer.set_consent", "appointment.book", "push.subscribe",
        "push.unsubscribe", "push.acknowledge", "estimate.ask", "customer.set_contact", "customer.restrict",
    },
    "integration": set(),
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def a_role_may_what_is_written_for_it(role):
    assert {name for name in NAMES if may(role, name)} == EXPECTED[role]


@pytest.mark.parametrize("role", ["unknown", "server", "", "*", "Manager"])
def a_role_that_nobody_has_may_nothing(role):
    assert not any(may(role, name) for name in NAMES)


def test_people_are_everybody_but_a_link_and_a_program():
    assert set(PEOPLE) == set(EXPECTED) - {"link", "integration"}
