"""The content itself, as tables and JSON that people edit, and the two ways to read it."""

import csv
from functools import cache
from importlib.resources import files
from typing import TypeVar

import msgspec

T = TypeVar("T")


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of `name`.tsv by the words of its first line; an absent value is an empty string."""
    text = files(__name__).joinpath(f"{name}.tsv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def shaped(name: str, shape: type[T]) -> T:
    """The content of `name`.json as `shape`; a slip of the pen raises msgspec.ValidationError with its path."""
    return msgspec.json.decode(files(__name__).joinpath(f"{name}.json").read_bytes(), type=shape)
