"""The amendment (更正单): what was signed stays as it is, and a document of its own says what is right."""

import copy
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from server.documents.differences import members
from server.documents.document import Document, canonical, instant, sha256_hex, words
from server.documents.shapes import Handover
from server.domain import money, plate, vin
from server.domain.fields import Corrected
from server.domain.rows.evidence import Amendment, Signature
from server.domain.rows.visits import Visit

AMENDMENT_VERSION = 1
FIXED = frozenset({
    "document_version", "wording_version", "purpose", "id", "version", "line_id", "finding_id", "subject_id",
    "refund_of", "sha256", "photos", "decision", "dropped",
})  # fmt: skip
"""What nobody puts right: what things are called, what the customer said, under which words, which photos there are."""
LARGEST = 10_000_000_000
LONGEST = 4000
_READ: dict[str, Callable[[str], str]] = {"vin": vin.normalise, "plate": plate.normalise}


class Unfit(Exception):
    """A correction that cannot stand: its place in the list, the part of it that is wrong, and a short code."""

    def __init__(self, at: int, part: str, problem: str, **facts: Any) -> None:
        super().__init__(f"corrections.{at}.{part}: {problem}")
        self.at, self.part, self.problem, self.facts = at, part, problem, facts


class Conflict(Exception):
    """The document says something else than the person saw."""

    def __init__(self, path: str, current: Any) -> None:
        super().__init__(path)
        self.path, self.current = path, current


def closing_signature(signatures: Iterable[Signature]) -> Signature | None:
    """The signature that handed the car over."""
    return next((s for s in signatures if s.purpose == "handover" and s.state == "accepted"), None)


def left_with(visit: Visit, signatures: Iterable[Signature]) -> Document | None:
    """What the car left with, signed or sealed without a signature; None as long as neither happened."""
    if visit.stage != "handed_over":
        return None
    signature = closing_signature(signatures)
    return signature.document if signature else visit.released_document


def in_order(closing_hash: str, amendments: Iterable[Amendment]) -> list[Amendment]:
    """The chain that begins with the closing document, the oldest first."""
    after = {amendment.amends: amendment for amendment in amendments}
    chain: list[Amendment] = []
    while (following := after.get(chain[-1].document_hash if chain else closing_hash)) is not None:
        chain.append(following)
    return chain


def build(
    visit_id: str, amends: str, reason: str, corrections: Sequence[Corrected], amended_at: datetime,
    amended_by: str | None, amended: Document,
) -> Document:  # fmt: skip
    """The amendment as a document; `amended` is the whole document with the corrections in it."""
    return {
        "document_version": AMENDMENT_VERSION,
        "purpose": "amendment",
        "visit_id": visit_id,
        "amends": amends,
        "reason": reason,
        "corrections": msgspec.to_builtins(corrections),
        "amended_at": instant(amended_at),
        "amended_by": amended_by,
        "amended": amended,
    }


def corrected(document: Document, corrections: Sequence[Corrected]) -> Document:
    """The document with each correction made, one after the other. Raises Conflict, or Unfit where one cannot stand."""
    made = copy.deepcopy(document)
    for at, correction in enumerate(corrections):
        _correct(made, at, correction)
    _still_add_up(document, made, corrections)
    return made


def _correct(document: Document, at: int, correction: Corrected) -> None:
    *_, name = correction.path.split("/")
    holder = values(document).get(correction.path)
    if holder is None:
        raise Unfit(at, "path", "unknown_path")
    if name in FIXED or (correction.path.startswith("quality/checks/") and name == "item_code"):
        raise Unfit(at, "path", "not_correctable")
    if not _same(holder[name], correction.from_):
        raise Conflict(correction.path, holder[name])
    _check_value(at, name, correction)
    holder[name] = correction.to
    try:
        msgspec.convert(document, Handover)
    except msgspec.ValidationError as error:
        raise Unfit(at, "to", "wrong_value", message=str(error)) from None


def _check_value(at: int, name: str, correction: Corrected) -> None:
    """What the shape of a document leaves open: how large, how long, how a VIN is written."""
    to = correction.to
    if not _is_plain(to):
        raise Unfit(at, "to", "wrong_value")
    if _same(to, correction.from_):
        raise Unfit(at, "to", "no_change")
    if name in _READ and isinstance(to, str):
        try:
            if _READ[name](to) != to:
                raise ValueError(f"{name}_format")
        except ValueError as error:
            raise Unfit(at, "to", str(error)) from None


def _same(one: Any, other: Any) -> bool:
    """Unlike `==`, 1 is neither 1.0 nor true."""
    return type(one) is type(other) and one == other


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip() != "" and len(value) <= LONGEST
    if isinstance(value, list):
        texts = cast(list[Any], value)
        return all(isinstance(text, str) and _is_plain(text) for text in texts) and words(set(texts)) == texts
    return value is None or isinstance(value, bool) or (isinstance(value, int) and 0 <= value <= LARGEST)


def values(document: Document) -> dict[str, dict[str, Any]]:
    """Every single value of a document by its path: the object that holds it, under the path's last name."""
    found: dict[str, dict[str, Any]] = {}

    def walk(path: str, holder: dict[str, Any]) -> None:
        for name, value in holder.items():
            here = f"{path}{name}"
            if parts := members(value):
                walk(f"{here}/", parts)
            else:
                found[here] = holder

    walk("", document)
    return found


def dearer(before: Document, after: Document) -> list[str]:
    """The ids of lines, and of the bill, that ask more of the customer than before."""
    old = {line["id"]: line for line in before["lines"]}
    raised = [line["id"] for line in after["lines"] if _asks_more(old[line["id"]], line)]
    bills = before["settlement"], after["settlement"]
    if bills[1] is not None and bills[1]["total_fen"] > bills[0]["total_fen"]:
        raised.append(bills[1]["id"])
    return raised


def _asks_more(before: Document, after: Document) -> bool:
    passed_on = before["payer"] != "customer" and after["payer"] == "customer"
    return passed_on or any(after[name] > before[name] for name in ("amount_fen", "unit_price_fen"))


def _still_add_up(before: Document, after: Document, corrections: Sequence[Corrected]) -> None:
    """What added up before adds up afterwards; raises Unfit for the last correction that is in the way."""
    fitted, fits = _sums(before), _sums(after)
    for path, was_right in fitted.items():
        if was_right and not fits[path] and not dearer(before, after):
            about = ("lines/", "settlement/") if path == "settlement" else (f"{path}/",)
            places = [at for at, one in enumerate(corrections) if one.path.startswith(about)]
            raise Unfit(places[-1], "to", "does_not_add_up")


def _sums(document: Document) -> dict[str, bool]:
    sums = {f"lines/{line['id']}": _amount(line) == line["amount_fen"] for line in document["lines"]}
    if (bill := document["settlement"]) is not None:
        amounts = {line["id"]: line["amount_fen"] for line in document["lines"]}
        billed = sum(amounts.get(line["line_id"], 0) for line in bill["lines"])
        sums["settlement"] = billed - bill["discount_fen"] == bill["total_fen"]
    return sums


def _amount(line: Document) -> int | None:
    try:
        return money.line_amount(line["quantity"], line["unit_price_fen"], line["discount_fen"])
    except ValueError:
        return None


def hash_of(document: Document) -> str:
    """SHA-256 of the canonical bytes."""
    return sha256_hex(canonical(document))
