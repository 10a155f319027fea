"""What records share: the parts that went into a car, and the words for what a record lacks."""

import re
from collections.abc import Callable

from msgspec import Struct

from server.documents.agreed import agreed
from server.documents.document import Document
from server.documents.labels import Words


class Lack(Struct, frozen=True):
    """What a record lacks, or what is wrong with it: the element's name and a sentence in both languages."""

    element: str
    zh: str
    en: str


class Part(Struct, frozen=True):
    """A part that went into the car; `line` is the line that it was billed on, null when no agreed line named it.

    `amount_fen` stands on the first part of its line, null on the others.
    """

    line: Document | None
    name: str
    code: str | None
    quantity: str
    amount_fen: int | None


def missing(element: str, name: Words) -> Lack:
    """An element that is not there."""
    return Lack(element, f"缺少{name.zh}", f"{name.en} is missing")


def malformed(element: str, name: Words, value: str) -> Lack:
    """An element that is there, but is not written as it must be."""
    return Lack(element, f"{name.zh}的格式不对：{value}", f"{name.en} is malformed: {value}")


def is_amount(text: str) -> bool:
    """Whether a quantity or a number of hours is written as one."""
    return re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) is not None


def fits(normalise: Callable[[str], str], value: str) -> bool:
    """Whether the value is written as it is kept."""
    try:
        return normalise(value) == value
    except ValueError:
        return False


def parts(document: Document) -> list[Part]:
    """What was installed: the parts noted at the car, and each agreed part line for which none was noted.

    A noted part belongs to the line that it names, or to one with its code.
    """
    lines = [line for line in agreed(document) if line["kind"] == "part"]
    noted: dict[str, list[Document]] = {line["id"]: [] for line in lines}
    loose: list[Document] = []
    for use in document["parts_used"]:
        alike = [line["id"] for line in lines if use["line_id"] is None and line["code"] == use["code"]]
        line_id = next(iter(alike), use["line_id"])
        noted.get(line_id, loose).append(use)
    found = [
        Part(line, entry["name"], entry["code"], entry["quantity"], None if at else line["amount_fen"])
        for line in lines
        for at, entry in enumerate(noted[line["id"]] or [line])
    ]
    return found + [Part(None, use["name"], use["code"], use["quantity"], None) for use in loose]
