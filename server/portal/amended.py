"""On the page: the papers of a visit that was put right, the newest first, and the first one as it was."""

from server.portal.amending import Amended
from server.portal.facts import Page
from server.portal.html import Html, h
from server.portal.voice import Voice


def papers(page: Page, voice: Voice) -> Html | None:
    """Each amendment with what it puts right and its paper; the handover document stands in a card of its own."""
    if not page.amendments:
        return None
    rows = [_amendment(one, voice) for one in page.amendments]
    body = (h("p", voice("amended_why"), class_="why"), h("ol", rows, class_="chain"))
    return voice.card("amended", *body, data_testid="c-amendments")


def _amendment(one: Amended, voice: Voice) -> Html:
    changes = [h("li", h("i", "•", aria_hidden="true"), h("span", voice.say(change))) for change in one.changes]
    paper = None
    if one.href is not None:
        words = (voice.icon("document"), voice("amended_pdf"))
        paper = h("a", *words, href=f"{voice.base}/{one.href}", class_="button wide", data_testid="c-amendment-pdf")
    return h(
        "li",
        h("b", f"{voice('amendment')} · {voice.when(one.amended_at)}"),
        h("ul", changes, class_="changes"),
        h("p", f"{voice('amended_reason')} {one.reason}", class_="why"),
        paper,
    )
