"""Customers' links: made again and checked, never stored."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from server.domain.ids import uuid7
from server.domain.tokens import customer_token, is_genuine, token_hash, visit_of

SECRETS = st.binary(min_size=1, max_size=64)
VISITS = st.uuids().map(str)
GENERATIONS = st.integers(1, 2**31)


@given(SECRETS, VISITS, GENERATIONS)
def a_token_opens_its_own_visit(secret, visit, generation):
    token = customer_token(secret, visit, generation)
    assert visit_of(token) == visit
    assert is_genuine(secret, token, generation)
    assert token == customer_token(secret, visit, generation)
    assert len(token) == 43
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(SECRETS, SECRETS, VISITS, GENERATIONS, GENERATIONS)
def a_token_of_another_generation_or_secret_is_not_ours(secret, other, visit, generation, later):
    token = customer_token(secret, visit, generation)
    assert is_genuine(secret, token, later) == (later == generation)
    if other.ljust(64, b"\0") != secret.ljust(64, b"\0"):
        assert not is_genuine(other, token, generation)


@given(VISITS, GENERATIONS, st.integers(0, 31), st.integers(1, 255))
def a_token_with_one_other_bit_is_not_ours(visit, generation, place, flip):
    import base64

    token = customer_token(b"secret", visit, generation)
    raw = bytearray(base64.urlsafe_b64decode(token + "="))
    raw[place] ^= flip
    assert not is_genuine(b"secret", base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode(), generation)


@given(st.text(max_size=60))
def a_text_that_is_no_token_opens_nothing(text):
    assert visit_of(text) is None or uuid.UUID(visit_of(text))
    assert not is_genuine(b"secret", text, 1)


def a_stored_bearer_token_does_not_give_the_token_away():
    token = uuid7()
    assert len(token_hash(token)) == 64
    assert token not in token_hash(token)
