"""The open sections of the page: what was found, done and billed, and what to keep."""

from server.documents.sentence import money
from server.domain.stages import CLOSED
from server.portal.facts import Counsel, Page, Paid, Seen
from server.portal.html import Child, Html, h, some
from server.portal.voice import Voice

GRADES = {"green": "●", "yellow": "▲", "red": "■", "not_checked": "○"}
"""Grades by shape, so that nobody needs to tell colours apart."""


def tell_me(page: Page, voice: Voice) -> Html | None:
    """The push button while there is something to tell; the script shows it, because only the script makes it work."""
    if page.stage in CLOSED:
        return None
    start = h(
        "button", voice.icon("bell"), voice("tell_me"), type="button", class_="wide quiet", data_testid="c-notify"
    )
    stop = h("button", voice("stop_telling"), type="button", data_testid="c-notify-stop")
    told = h("p", voice.icon("check"), voice("told"), stop, class_="told", hidden=True)
    why = h("p", voice("tell_me_why"), class_="why", role="status")
    return h("section", start, why, told, id="notify", class_="card notify", hidden=True, data_keep=True)


def documents(page: Page, voice: Voice) -> Html | None:
    """The sealed handover document, once it is there."""
    if not page.documents:
        return None
    href = f"{voice.base}/{page.documents[0].href}"
    link = h("a", voice.icon("document"), voice("document"), href=href, class_="button wide main", data_testid="c-pdf")
    return h("section", link, h("p", voice("document_why"), class_="why"), class_="card", id="documents")


def bill(page: Page, voice: Voice) -> Html | None:
    """The bill against what was approved, and what was paid; a deposit shows before there is a bill."""
    if page.bill is None and not page.payments:
        return None
    paid = [_paid(payment, voice) for payment in page.payments]
    if page.bill is None:
        return voice.card("bill", h("dl", paid, class_="sums"))
    billed = [line for line in page.lines if line.id in page.bill.lines]
    rows: list[Child] = [_sum(voice.say(line.name), line.amount_fen) for line in billed]
    if page.bill.discount_fen:
        rows.append(_sum(voice("discount"), -page.bill.discount_fen))
    rows += [_sum(voice("total"), page.bill.total_fen, "total"), paid]
    rows.append(_sum(voice("due" if page.due_fen > 0 else "settled"), max(page.due_fen, 0), "due"))
    agreed = voice("within", sum=money(page.bill.approved_fen))
    within = page.bill.total_fen <= page.bill.approved_fen
    note = h("p", voice.icon("check"), agreed, class_="good") if within else None
    return voice.card("bill", h("dl", rows, class_="sums"), note)


def _paid(payment: Paid, voice: Voice) -> Html:
    words = voice("refund" if payment.amount_fen < 0 else "paid")
    return _sum(f"{words} · {voice.say(payment.method)}", payment.amount_fen, "paid")


def _sum(words: str, fen: int, kind: str | None = None) -> Html:
    return h("div", h("dt", words), h("dd", money(fen)), class_=kind)


def parts(page: Page, voice: Voice) -> Html | None:
    """Parts that went into the car."""
    if not page.parts:
        return None
    rows = [h("li", voice.icon("check"), h("b", part.name), h("small", f"× {part.quantity}")) for part in page.parts]
    return voice.card("parts", h("ul", rows, class_="ticks"), data_testid="c-parts")


def findings(page: Page, voice: Voice) -> Html | None:
    """What was checked: what needs attention first, the rest folded."""
    if not page.findings:
        return None
    groups = {grade: [f for f in page.findings if f.grade == grade] for grade in GRADES}
    counts = [
        h("span", f"{GRADES[grade]} {len(group)} ", h("small", voice.say(group[0].words)), class_=grade)
        for grade, group in groups.items()
        if group
    ]
    asked = {line.finding_id for line in page.lines if line.asks}
    poor = [_finding(f, voice, f.id not in asked) for f in groups["red"] + groups["yellow"]]
    good = [_finding(f, voice, True) for f in groups["green"] + groups["not_checked"]]
    title = h("summary", voice("rest", count=str(len(good))), voice.icon("down"))
    rest = h("details", title, h("ul", good, class_="found"), class_="more", id="good") if good else None
    return voice.card("findings", h("p", counts, class_="counts"), some("ul", poor, class_="found"), rest)


def _finding(finding: Seen, voice: Voice, with_photos: bool) -> Html:
    """Photos that already stand beside a decision are not shown again."""
    shown = photos_of(finding, voice) if with_photos else None
    words = words_of(finding, voice)
    return h("li", words, shown, id=f"finding-{finding.id}", data_testid=f"c-finding-{finding.id}")


def photos_of(finding: Seen, voice: Voice) -> Html | None:
    """The photos of a finding."""
    return some("div", [voice.photo(sha256, voice.say(finding.name)) for sha256 in finding.photos], class_="photos")


def words_of(finding: Seen, voice: Voice) -> Html:
    """A finding in plain words: grade, item, measure against its limit, cause, plan."""
    grade = h("span", f"{GRADES[finding.grade]} {voice.say(finding.words)}", class_=f"grade {finding.grade}")
    limit = voice(f"act_{finding.limit_is}", limit=finding.limit) if finding.limit and finding.limit_is else None
    measure = h("p", h("b", finding.measure), some("small", limit), class_="measure") if finding.measure else None
    return h(
        "div",
        h("p", grade, h("b", voice.say(finding.name)), class_="name"),
        measure,
        some("p", finding.cause),
        some("p", voice("we_suggest", plan=finding.plan) if finding.plan else None),
        some("p", " ".join(finding.dtcs), class_="codes"),
        class_="words",
    )


def advice(page: Page, voice: Voice) -> Html | None:
    """What to do next and when."""
    if not page.advice:
        return None
    rows = [
        h(
            "li", voice.icon("today"), h("b", one.text), some("small", _due(one, voice)),
            voice.date(f"advice-{one.id}") if one.next_on else None,
        )
        for one in page.advice
    ]  # fmt: skip
    return voice.card("advice", h("ul", rows, class_="ticks"))


def _due(counsel: Counsel, voice: Voice) -> str:
    """The distance, the date, or both."""
    distance = f"{counsel.next_km:,} km" if counsel.next_km is not None else None
    day = voice.day(counsel.next_on) if counsel.next_on else None
    return f" {voice('or')} ".join(filter(None, (distance, day)))
