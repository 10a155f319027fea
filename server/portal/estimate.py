"""The estimate as its customer sees it: what waits for a decision, what may still change, what it cost before."""

from server.documents import labels
from server.documents.labels import Words
from server.domain.estimates import decision_of
from server.domain.money import line_amount
from server.domain.rows.catalogue import CatalogItem
from server.domain.rows.estimate import EstimateLine
from server.domain.rows.visits import Visit
from server.domain.stages import BEFORE_SETTLING
from server.portal import facts
from server.portal.facts import Said

_BEFORE_WORK = frozenset({"checked_in", "assigned", "diagnosing", "awaiting_approval"})


def lines_of(visit: Visit, lines: list[EstimateLine], catalogue: dict[str, CatalogItem]) -> list[facts.Line]:
    """Lines that were presented or decided on; what the advisor is still writing stays in the shop."""
    presented = {p.line_id: p.version for p in visit.presented}
    shown = [line for line in lines if line.id in presented or line.decided]
    return [
        _line(visit, line, presented.get(line.id), catalogue.get(line.code or ""))
        for line in sorted(shown, key=lambda line: line.id)
    ]


def _line(visit: Visit, line: EstimateLine, presented: int | None, item: CatalogItem | None) -> facts.Line:
    decision = decision_of(line)
    is_open = presented is not None and line.dropped is None and visit.stage in BEFORE_SETTLING
    still = visit.stage in _BEFORE_WORK or decision != "approved"
    return facts.Line(
        id=line.id, version=line.version, kind=_said(labels.LINE_KINDS[line.kind]),
        name=Said(line.name, item.name_en if item and item.name == line.name else line.name),
        quantity=line.quantity, unit=line.unit, amount_fen=line.amount_fen, discount_fen=line.discount_fen,
        part_kind=_said(labels.PART_KINDS[line.part_kind]) if line.part_kind else None,
        payer=_said(labels.PAYERS[line.payer]) if line.payer != "customer" else None, finding_id=line.finding_id,
        decision=decision, asks=is_open and decision is None, may_change=is_open and decision is not None and still,
        replaces=_standing(line), before_fen=_before(line, presented), dropped=line.dropped,
    )  # fmt: skip


def _said(words: Words) -> Said:
    return Said(words.zh, words.en)


def _standing(line: EstimateLine) -> list[str]:
    """Decisions on this version that a new one must name to take their place."""
    about = [d for d in line.decided if d.version == line.version]
    replaced = {command_id for d in about for command_id in d.replaces}
    return [d.id for d in about if d.id not in replaced]


def _before(line: EstimateLine, presented: int | None) -> int | None:
    """What the newest older version that the customer knew had cost, if it was another sum."""
    known = {d.version for d in line.decided} | {presented}
    older = [v for v in line.versions if v.version in known and v.version < line.version]
    if not older:
        return None
    last = older[-1]
    cost = line_amount(last.quantity, last.unit_price_fen, last.discount_fen)
    return cost if cost != line.amount_fen else None
