"""The way in for whoever knows the phone: a forwarded link shows no more than the car without it."""

from server.portal.facts import Outside
from server.portal.html import Html, h
from server.portal.voice import Voice


def gate(page: Outside, voice: Voice) -> Html:
    """Four digits, sent as a plain form; the script leaves it alone."""
    digits = h(
        "input", type="text", name="digits", inputmode="numeric", pattern="[0-9０-９]{4}", maxlength=4, required=True,
        autocomplete="off", id="digits", aria_describedby="gate-why", data_testid="c-digits",
    )  # fmt: skip
    button = h("button", voice("open_up"), type="submit", class_="main", data_testid="c-unlock")
    form = h(
        "form", h("label", voice("digits"), for_="digits"), h("div", digits, button, class_="row"),
        method="post", action=f"{voice.base}/unlock", data_keep=True, id="gate-form",
    )  # fmt: skip
    return voice.card("gate", h("p", voice("gate_why"), class_="why", id="gate-why"), form, data_testid="c-gate")
