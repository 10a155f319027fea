"""Signatures over a paper that had changed: what the customer signed, what it is now, and what differs."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from server.documents import document as paper
from server.documents.difference_words import Change, in_words
from server.documents.differences import differences
from server.documents.labels import PURPOSES, Words
from server.documents.plain_words import in_sections
from server.domain.rows.evidence import Signature
from server.domain.stages import CLOSED
from server.portal.personal import Said
from server.queries.portal import Surroundings
from server.queries.visits import VisitRows

State = Literal["kept", "replaced", "earlier", "counts"]


class Section(Struct, frozen=True):
    """A part of a paper in plain words."""

    title: Said
    lines: list[Said]


class Signed(Struct, frozen=True):
    """One signature. `state`: `kept` does not count yet, `replaced` never did, `earlier` did until `counts` was given.

    `document` is what was signed, for one that did not count.
    """

    purpose: Said
    signed_at: datetime
    state: State
    document: list[Section]


class SignAgain(Struct, frozen=True):
    """What waits for a new signature: the change line by line, and the paper as it is now."""

    purpose: Said
    signed_at: datetime
    changes: list[Change]
    signed: list[Section]
    current: list[Section]


_STATES: dict[tuple[str, bool], State] = {
    ("kept", False): "kept", ("kept", True): "replaced", ("accepted", True): "earlier", ("accepted", False): "counts",
}  # fmt: skip
"""By what the signature is, and whether one that counts followed it."""


def sign_again(rows: VisitRows, around: Surroundings) -> list[SignAgain]:
    """Papers whose newest signature does not say what stands here now, while the car is in the shop."""
    if rows.visit.stage in CLOSED:
        return []
    newest = [own[-1] for own in _by_purpose(rows) if own[-1].state == "kept"]
    return [found for signature in newest if (found := _changed(rows, around, signature)).changes]


def signatures(rows: VisitRows, around: Surroundings) -> list[Signed]:
    """The chain of signatures of every paper of which one did not count, the oldest first."""
    chains = [own for own in _by_purpose(rows) if any(one.state == "kept" for one in own)]
    return [_signed(one, own[place + 1 :], around) for own in chains for place, one in enumerate(own)]


def _by_purpose(rows: VisitRows) -> list[list[Signature]]:
    every = sorted(rows.signatures, key=lambda one: (one.received_at, one.id))
    return [own for purpose in ("contract", "handover") if (own := [one for one in every if one.purpose == purpose])]


def _changed(rows: VisitRows, around: Surroundings, signature: Signature) -> SignAgain:
    signed = signature.document
    current = paper.build(
        signature.purpose, visit=rows.visit, vehicle=rows.vehicle, customer=rows.customer, damages=rows.damages,
        findings=rows.findings, lines=rows.lines, photos=rows.photos, like=signed,
    )  # fmt: skip
    names, zone = _item_names(around), around.store.time_zone
    changes = in_words(differences(signed, current), signed, current, item_names=names, time_zone=zone)
    return SignAgain(
        _purpose(signature), signature.signed_at, changes, _sections(signed, around), _sections(current, around)
    )


def _signed(signature: Signature, later: list[Signature], around: Surroundings) -> Signed:
    followed = any(one.state == "accepted" for one in later)
    document = _sections(signature.document, around) if signature.state == "kept" else []
    return Signed(_purpose(signature), signature.signed_at, _STATES[signature.state, followed], document)


def _sections(document: paper.Document, around: Surroundings) -> list[Section]:
    found = in_sections(document, item_names=_item_names(around), time_zone=around.store.time_zone)
    return [Section(Said(*part.title), [Said(*line) for line in part.lines]) for part in found]


def _purpose(signature: Signature) -> Said:
    return Said(*PURPOSES[signature.purpose])


def _item_names(around: Surroundings) -> dict[str, Words]:
    return {code: Words(item.name, item.name_en) for code, item in around.items.items()}
