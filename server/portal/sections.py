"""The open sections of the page: what to decide, what was found, done and billed."""

from itertools import groupby

import msgspec

from server.portal.facts import Line, Page, Seen
from server.portal.html import Child, Html, h
from server.portal.sentence import money
from server.portal.voice import Voice

_GRADES = {"green": "●", "yellow": "▲", "red": "■", "not_checked": "○"}
_ANSWERS = (("approved", "approve"), ("declined", "decline"), ("deferred", "defer"))
_ANSWERED = {"approved": ("check", "approve"), "declined": ("close", "decline"), "deferred": ("clock", "defer")}


def tell_me(voice: Voice) -> Html:
    """The push button; the script shows it, because only the script can make it work."""
    return h(
        "section",
        h("button", voice.icon("bell"), voice("tell_me"), type="button", class_="wide quiet", data_testid="c-notify"),
        h("p", voice("tell_me_why"), class_="why"),
        h("p", voice.icon("check"), voice("told"), h("button", voice("stop_telling"), type="button"), class_="told", hidden=True),
        id="notify", class_="card notify", hidden=True, data_keep=True,
    )  # fmt: skip


def asks(page: Page, voice: Voice) -> Html | None:
    """Lines that wait for the customer, those of one finding together under what the technician saw."""
    waiting = [line for line in page.lines if line.asks]
    if not waiting:
        return None
    found = {finding.id: finding for finding in page.findings}
    waiting.sort(key=lambda line: line.finding_id or "")
    groups = [
        h("div", _evidence(found.get(finding or ""), voice), h("ul", [_ask(line, voice) for line in lines]), class_="group")
        for finding, lines in groupby(waiting, key=lambda line: line.finding_id)
    ]
    total = h(
        "p", h("span", voice("if_all")), h("b", money(page.approved_fen + page.asks_fen)), class_="sum"
    ) if page.approved_fen else None  # fmt: skip
    every = [{"line_id": line.id, "version": line.version, "decision": "approved"} for line in waiting]
    approve_all = h(
        "button", f"{voice('approve_all')} {money(page.asks_fen)}", type="button", class_="wide main", data_testid="c-decide-all",
        data_decisions=_json(every), data_replaces=_json([i for line in waiting for i in line.replaces]),
    )  # fmt: skip
    return voice.card(
        "asks", h("p", voice("asks_why"), class_="why"), h("noscript", h("p", voice("no_script"), class_="changed")), groups,
        h("div", total, approve_all if len(waiting) > 1 else None, h("p", class_="state", role="status"), class_="all"),
        class_="card asks",
    )  # fmt: skip


def _evidence(finding: Seen | None, voice: Voice) -> Html | None:
    if finding is None:
        return None
    photos = [voice.photo(sha256, voice.say(finding.name)) for sha256 in finding.photos]
    return h("div", _finding_words(finding, voice), h("div", photos, class_="photos") if photos else None, class_="evidence")


def _ask(line: Line, voice: Voice) -> Html:
    changed = f"{voice('changed')} · {voice('was')} {money(line.before_fen)}" if line.before_fen is not None else None
    return h(
        "li", _line_words(line, voice), h("p", changed, class_="changed") if changed else None, *_choices(line, voice),
        h("p", class_="state", role="status"), id=f"ask-{line.id}",
    )  # fmt: skip


def _choices(line: Line, voice: Voice) -> list[Html]:
    """Two equal buttons, and the third answer below; what is decided already is not offered again."""
    buttons = {
        answer: h(
            "button", voice(label), type="button", class_=answer, data_testid=f"c-decide-{line.id}-{answer}",
            data_decisions=_json([{"line_id": line.id, "version": line.version, "decision": answer}]),
            data_replaces=_json(line.replaces), aria_label=f"{voice(label)}：{line.name}",
        )
        for answer, label in _ANSWERS if answer != line.decision
    }  # fmt: skip
    later = buttons.pop("deferred", None)
    return [h("div", list(buttons.values()), class_="choices"), *([later] if later else [])]


def _line_words(line: Line, voice: Voice) -> Html:
    about = [line.part_kind or line.kind, line.payer]
    words = " · ".join([*(voice.say(word) for word in about if word), f"{line.quantity} {line.unit}"])
    return h("div", h("p", h("b", line.name), h("small", words)), h("strong", money(line.amount_fen)), class_="what")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


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
    rows: list[Child] = []
    if page.bill:
        billed = [line for line in page.lines if line.id in page.bill.lines]
        rows += [_sum(line.name, money(line.amount_fen)) for line in billed]
        rows += [_sum(voice("discount"), money(-page.bill.discount_fen))] if page.bill.discount_fen else []
        rows.append(_sum(voice("total"), money(page.bill.total_fen), "total"))
    rows += [
        _sum(f"{voice('refund') if p.amount_fen < 0 else voice('paid')} · {voice.say(p.method)}", money(p.amount_fen), "paid")
        for p in page.payments
    ]
    if page.bill:
        rows.append(_sum(voice("due") if page.due_fen > 0 else voice("settled"), money(max(page.due_fen, 0)), "due"))
    within = page.bill and page.bill.total_fen <= page.bill.approved_fen
    note = h("p", voice.icon("check"), voice("within", sum=money(page.bill.approved_fen)), class_="good") if page.bill and within else None
    return voice.card("bill", h("dl", rows, class_="sums"), note)


def _sum(words: str, value: str, kind: str | None = None) -> Html:
    return h("div", h("dt", words), h("dd", value), class_=kind)


def parts(page: Page, voice: Voice) -> Html | None:
    """Parts that went into the car."""
    if not page.parts:
        return None
    rows = [h("li", voice.icon("check"), h("b", part.name), h("small", f"× {part.quantity}")) for part in page.parts]
    return voice.card("parts", h("ul", rows, class_="ticks"), data_testid="c-parts")


def work(page: Page, voice: Voice) -> Html | None:
    """Every line that was decided on, with the decision, and the way to change one's mind while that is still possible."""
    decided = [line for line in page.lines if not line.asks and (line.decision or line.dropped)]
    if not decided:
        return None
    rows = [_decided(line, voice) for line in decided]
    total = h("p", h("span", voice("approved_sum")), h("b", money(page.approved_fen)), class_="sum")
    return voice.card("your_answers", h("ul", rows, class_="lines"), total)


def _decided(line: Line, voice: Voice) -> Html:
    icon, word = ("close", line.dropped) if line.dropped or not line.decision else _ANSWERED[line.decision]
    words = h("span", voice.icon(icon), voice(word) if not line.dropped else line.dropped, class_="answer")
    change = h(
        "details", h("summary", voice("change_mind")), *_choices(line, voice), h("p", class_="state", role="status"),
        class_="change", id=f"change-{line.id}",
    ) if line.may_change else None  # fmt: skip
    state = "dropped" if line.dropped else line.decision
    return h("li", _line_words(line, voice), words, change, id=f"line-{line.id}", class_=state)


def findings(page: Page, voice: Voice) -> Html | None:
    """What was checked: what needs attention first, what is in good order folded."""
    if not page.findings:
        return None
    counts = [
        h("span", f"{_GRADES[grade]} {len(group)} ", h("small", voice.say(group[0].words)), class_=f"count {grade}")
        for grade in _GRADES if (group := [f for f in page.findings if f.grade == grade])
    ]  # fmt: skip
    poor = [f for f in page.findings if f.grade in ("red", "yellow")]
    good = [f for f in page.findings if f not in poor]
    rest = h(
        "details", h("summary", f"{len(good)} {voice('show_good')}", voice.icon("down")),
        h("ul", [_finding(f, voice) for f in good], class_="found"), class_="more", id="good",
    ) if good else None  # fmt: skip
    return voice.card(
        "findings", h("p", counts, class_="counts"), h("ul", [_finding(f, voice) for f in poor], class_="found") if poor else None, rest
    )


def _finding(finding: Seen, voice: Voice) -> Html:
    photos = [voice.photo(sha256, voice.say(finding.name)) for sha256 in finding.photos]
    return h(
        "li", _finding_words(finding, voice), h("div", photos, class_="photos") if photos else None,
        id=f"finding-{finding.id}", data_testid=f"c-finding-{finding.id}",
    )  # fmt: skip


def _finding_words(finding: Seen, voice: Voice) -> Html:
    limit = voice(f"act_{finding.limit_is}", limit=finding.limit) if finding.limit and finding.limit_is else None
    grade = h("span", f"{_GRADES[finding.grade]} {voice.say(finding.words)}", class_=f"grade {finding.grade}")
    measure = h("p", h("b", finding.measure), h("small", limit) if limit else None, class_="measure") if finding.measure else None
    plan = h("p", f"{voice('we_suggest')}：{finding.plan}") if finding.plan else None
    codes = h("p", " ".join(finding.dtcs), class_="codes") if finding.dtcs else None
    return h(
        "div", h("p", grade, h("b", voice.say(finding.name)), class_="name"), measure,
        h("p", finding.cause) if finding.cause else None, plan, codes, class_="words",
    )  # fmt: skip


def advice(page: Page, voice: Voice) -> Html | None:
    """What to do next and when."""
    if not page.advice:
        return None
    rows = [
        h("li", voice.icon("calendar"), h("b", a.text), h("small", f" {voice('or')} ".join(
            [f"{a.next_km:,} km"] * (a.next_km is not None) + ([voice.day(a.next_on)] if a.next_on else [])
        )))
        for a in page.advice
    ]  # fmt: skip
    return voice.card("advice", h("ul", rows, class_="ticks"))
