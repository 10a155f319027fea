"""What keys of other programs may, written out: every scope × every command and × every kind of row."""

import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.commands.every import public
from server.domain.access_keys import BITS, is_key, key_text, shown
from server.domain.roles import FIELDS, hidden, may, reach
from server.domain.rows import KINDS, WIRE
from server.domain.scopes import INTEGRATION, SCOPES, opener, opens

NAMES = [spec.name for spec in public()]
RUNS = {
    "vehicles:write": {"vehicle.register", "vehicle.update", "vehicle.add_recall", "vehicle.close_recall"},
    "customers:write": {"customer.register", "customer.update", "customer.add_note", "customer.tag"},
    "appointments:write": {"appointment.book", "appointment.accept", "appointment.move", "appointment.cancel"},
    "complaints:write": {"complaint.open", "complaint.step"},
    "surveys:write": {"survey.answer", "survey.record_call"},
}
READS = {
    "visits:read": {"visits", "vehicles", "damages", "findings", "inspection_items", "progress", "staff"},
    "estimates:read": {"estimate_lines", "findings", "inspection_items"},
    "vehicles:read": {"vehicles"},
    "customers:read": {"customers"},
    "customers:contact": {"customers"},
    "appointments:read": {"appointments"},
    "catalog:read": {"catalog_items", "inspection_items"},
    "messages:read": {"messages"},
    "complaints:read": {"complaints", "staff"},
    "photos:read": {"photos"},
}
CLOSED = {"signatures", "amendments", "reviews", "merge_proposals", "aliases"}


@pytest.mark.parametrize("scope", SCOPES)
def a_scope_gives_what_is_written_for_it(scope):
    assert {name for name in NAMES if may(INTEGRATION, name, (scope,))} == RUNS.get(scope, set())
    assert {kind for kind in KINDS if opens((scope,), kind)} == READS.get(scope, set())


def test_every_command_and_kind_that_a_scope_names_is_one():
    assert {name for scope in SCOPES.values() for name in scope.commands} <= set(NAMES)
    assert {kind for scope in SCOPES.values() for kind in scope.reads} == set(WIRE) - CLOSED
    assert set(RUNS) | set(READS) == set(SCOPES)


def test_without_scopes_a_key_may_nothing_and_scopes_give_people_nothing():
    assert not any(may(INTEGRATION, name) for name in NAMES)
    every = tuple(SCOPES)
    for role in ("unknown", "link", "technician"):
        assert all(may(role, name, every) == may(role, name) for name in NAMES)


def test_contact_shows_with_its_own_scope_only_and_the_customers_link_with_none():
    for scope in SCOPES:
        groups = ("link",) if scope == "customers:contact" else ("contact", "remarks", "link")
        for kind in WIRE:
            assert hidden(INTEGRATION, kind, (scope,)) == {f for g in groups for f in FIELDS[g].get(kind, ())}


@pytest.mark.parametrize("scope", SCOPES)
def a_key_reads_the_rows_of_its_store_and_what_is_about_nobody(scope):
    house = {"catalog_items", "inspection_items", "staff"}
    for kind in (*WIRE, "journal"):
        whose = "none" if kind not in READS.get(scope, set()) else "group" if kind in house else "store"
        assert reach(INTEGRATION, kind, (scope,)) == whose


def test_each_kind_names_the_scope_that_opens_it_and_what_none_opens_names_none():
    assert all(opens((opener(kind) or "",), kind) for kind in set(WIRE) - CLOSED)
    assert {opener(kind) for kind in CLOSED} == {None}


@given(st.integers(0, 2**BITS - 1))
def a_key_has_one_form_that_a_scanner_of_secrets_can_check(secret):
    text = key_text(secret)
    assert re.fullmatch("jck_[0-9A-Za-z]{49}", text)
    assert is_key(text)
    checksum = 0
    for letter in text[-6:]:
        checksum = checksum * 62 + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".index(letter)
    assert checksum == zlib.crc32(text[:-6].encode())
    assert shown(text) == f"{text[:8]}…"


@given(st.integers(0, 2**BITS - 1), st.integers(4, 52), st.sampled_from("aZ0_é"))
def a_key_with_another_letter_is_none(secret, place, letter):
    text = key_text(secret)
    other = text[:place] + letter + text[place + 1 :]
    assert is_key(other) == (other == text)


@given(st.integers(0, 2**BITS - 1), st.integers(0, 2**BITS - 1))
def test_two_secrets_are_two_keys(one, other):
    assert (key_text(one) == key_text(other)) == (one == other)


@pytest.mark.parametrize("text", ["", "jck_", "jck_" + "0" * 48, "jck_" + "0" * 50, "x" * 53, key_text(0) + "\n"])
def test_what_is_no_key_is_known_without_asking_anybody(text):
    assert not is_key(text)
