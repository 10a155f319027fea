"""On the page: a signature that does not count because the paper changed after it, and the chain of signatures."""

from server.portal.facts import Page
from server.portal.html import Html, h
from server.portal.signing import Section, SignAgain, Signed
from server.portal.voice import Voice

_SIGNS = {"added": "+", "removed": "−", "changed": "•"}
_MARKS = {"kept": "clock", "replaced": "close", "earlier": "undo", "counts": "check"}


def again(page: Page, voice: Voice) -> list[Html]:
    """What changed since the customer signed, line by line, with both versions to read."""
    return [_again(one, voice) for one in page.sign_again]


def _again(one: SignAgain, voice: Voice) -> Html:
    changes = [
        h(
            "li",
            h("i", _SIGNS[change.kind], aria_hidden="true"),
            h("span", voice.say(change)),
            class_=f"is-{change.kind}",
        )
        for change in one.changes
    ]
    return h(
        "section",
        h("h2", voice("sign_again")),
        h("p", voice("sign_again_why", paper=voice.say(one.purpose), at=voice.when(one.signed_at))),
        h("ul", changes, class_="changes", data_testid="c-changes"),
        _version("you_signed", one.signed, voice),
        _version("as_it_is", one.current, voice),
        h("p", voice("sign_again_how"), class_="why"),
        class_="card again", data_testid="c-sign-again",
    )  # fmt: skip


def _version(key: str, sections: list[Section], voice: Voice) -> Html:
    return h("details", h("summary", h("span", voice(key)), voice.icon("down")), _read(sections, voice),
             class_="version", data_testid=f"c-{key.replace('_', '-')}")  # fmt: skip


def _read(sections: list[Section], voice: Voice) -> Html:
    rows = [
        (h("dt", voice.say(section.title)), [h("dd", voice.say(line)) for line in section.lines])
        for section in sections
    ]
    return h("dl", rows, class_="read")


def chain(page: Page, voice: Voice) -> Html | None:
    """Every signature of a paper of which one did not count, the oldest first; what was signed stays readable."""
    if not page.signatures:
        return None
    rows = [_signature(one, voice) for one in page.signatures]
    return voice.card("signatures", h("ol", rows, class_="chain"), data_testid="c-signatures")


def _signature(one: Signed, voice: Voice) -> Html:
    words = h("b", f"{voice.say(one.purpose)} · {voice.when(one.signed_at)}")
    state = h("p", voice.icon(_MARKS[one.state]), voice(f"signature_{one.state}"), class_="standing")
    version = _version("you_signed_then", one.document, voice) if one.document else None
    return h("li", words, state, version, class_=f"is-{one.state}")
