"""How the customer wants to be told, and what the customer allowed: each changed, or withdrawn, with one tap."""

from datetime import time

import msgspec

from server.portal.facts import Page
from server.portal.html import Html, h
from server.portal.personal import Permission
from server.portal.voice import Voice

_ORDERS = ("push,sms", "sms,push", "push", "sms")
_CLOCK = [time(hour, minute).strftime("%H:%M") for hour in range(24) for minute in (0, 30)]


def reach(page: Page, voice: Voice) -> Html:
    """Channels in order, hours of quiet, language."""
    now, languages = page.reach, {"": voice("no_wish"), "zh": "中文", "en": "English"}
    quiet = (now.quiet.start, now.quiet.end) if now.quiet else ("", "")
    orders = {"": voice("no_wish")} | {order: voice(f"order_{order.replace(',', '_')}") for order in _ORDERS}
    hours = [
        _select(
            f"quiet_{end}",
            {"": voice("quiet_none")} | {at: at for at in sorted({*_CLOCK, at} - {""})},
            at,
            voice(f"quiet_{end}"),
        )
        for end, at in zip(("start", "end"), quiet, strict=True)
    ]
    form = voice.form(
        "customer.set_contact",
        h("label", h("span", voice("channels")), _select("channels", orders, ",".join(now.channels or []))),
        h("div", h("span", voice("quiet")), h("span", hours[0], " – ", hours[1], class_="hours"), class_="pair"),
        h("label", h("span", voice("language")), _select("language", languages, now.language or "")),
        h("button", voice("save"), type="submit", class_="wide quiet", data_testid="c-reach-save"),
        hidden={
            "channels_was": _json(now.channels), "quiet_was": _json(now.quiet), "language_was": _json(now.language),
            "seen": page.seen,
        },
        id="reach-form", class_="fields",
    )  # fmt: skip
    return voice.fold("reach", form)


def _select(name: str, choices: dict[str, str], chosen: str, label: str | None = None) -> Html:
    options = [h("option", words, value=value, selected=value == chosen) for value, words in choices.items()]
    return h("select", options, name=name, aria_label=label, data_testid=f"c-{name}")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def consents(page: Page, voice: Voice) -> Html:
    """One switch a purpose; withdrawing takes one touch, like giving."""
    rows = [_permission(page, permission, voice) for permission in page.consents]
    looks = h("p", h("a", voice("looks"), href=f"{voice.base}/looks", data_testid="c-looks"))
    return voice.fold("consents", h("p", voice("consents_why"), class_="why"), h("ul", rows, class_="consents"), looks)


def _permission(page: Page, asked: Permission, voice: Voice) -> Html:
    """Messages about the own car go out unless withdrawn, so before any answer both are offered."""
    offers = {"granted": ("withdraw",), "withdrawn": ("grant",), "unsaid": ("grant", "refuse")}[asked.state]
    buttons = []
    for offer in offers:
        said = "granted" if offer == "grant" else "withdrawn"
        name = f"{voice(offer)} {voice.say(asked.words)}"
        buttons.append(
            h(
                "button", voice(offer), type="submit", name="say", value=said, aria_label=name,
                data_testid=f"c-consent-{asked.purpose}-{said}",
            )
        )  # fmt: skip
    hidden = {"purpose": asked.purpose, "lifts": ",".join(asked.withdrawals), "seen": page.seen}
    return h(
        "li", h("p", h("b", voice.say(asked.words)), h("small", voice(asked.state))),
        voice.form("customer.set_consent", h("span", buttons), hidden=hidden), id=f"consent-{asked.purpose}",
    )  # fmt: skip


def own_data(page: Page, voice: Voice) -> Html:
    """The archive of everything, and the way to have the data only stored: opened, read, then decided."""
    href = f"{voice.base}/archive.zip"
    download = h("a", voice("archive"), href=href, download=True, class_="button wide quiet", data_testid="c-archive")
    return voice.fold("own_data", download, h("p", voice("archive_why"), class_="why"), _stored(page, voice))


def _stored(page: Page, voice: Voice) -> Html:
    if page.stored_since is not None:
        return h("p", voice("restricted", at=voice.when(page.stored_since)), role="status", data_testid="c-restricted")
    sure = h("button", voice("restrict_now"), type="submit", class_="wide quiet", data_testid="c-restrict")
    form = voice.form("customer.restrict", sure, hidden={"seen": page.seen})
    title = h("summary", h("span", voice("restrict")), voice.icon("down"))
    return h("details", title, h("p", voice("restrict_why"), class_="why"), form, class_="ask", id="restrict")
