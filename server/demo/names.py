"""What customers are called, where they live and how they are reached; none of it can reach a real person."""

from functools import cache
from random import Random

from msgspec import Struct

from server.demo.content import shaped

_UNASSIGNED = ("154", "160", "161", "163", "164", "168", "169")
"""Mobile prefixes that no Chinese operator hands out, so that a demo never calls or texts anyone."""


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """The words of content/people.json; numbers are weights."""

    surnames: dict[str, int]
    given: list[str]
    districts: list[str]
    streets: list[str]
    company_names: list[str]
    company_trades: list[str]
    colours: dict[str, int]
    areas: dict[str, int]
    tags: dict[str, int]
    notes: list[str]


@cache
def words() -> Words:
    """The words to choose from."""
    return shaped("people", Words)


def weighted(rng: Random, weights: dict[str, int]) -> str:
    """One of the words, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def a_person(rng: Random) -> str:
    """A Chinese name: surnames as frequent as they are."""
    return weighted(rng, words().surnames) + rng.choice(words().given)


def a_company(rng: Random) -> str:
    """A company of Chengdu."""
    return f"成都{rng.choice(words().company_names)}{rng.choice(words().company_trades)}"


def an_address(rng: Random) -> str:
    """A street and number in Chengdu."""
    return f"成都市{rng.choice(words().districts)}{rng.choice(words().streets)} {rng.randint(1, 399)} 号"


def a_mobile(rng: Random) -> str:
    """A mainland mobile in E.164 that nobody has."""
    return f"+86{rng.choice(_UNASSIGNED)}{rng.randrange(100_000_000):08}"
