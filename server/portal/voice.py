"""How the page speaks: one language, the store's clock, the drawings' address."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents.difference_words import Change
from server.documents.labels import Words
from server.documents.sentence import moment
from server.portal.facts import Said
from server.portal.html import Attribute, Child, Html, h
from server.portal.words import LABELS, Language


class Voice(Struct, frozen=True):
    """`base` is the page's address, `icons` that of the sprite (None when the page's files were not built)."""

    language: Language
    zone: ZoneInfo
    now: datetime
    base: str
    icons: str | None

    def __call__(self, key: str, **values: str) -> str:
        """A label of the page."""
        return self.say(LABELS[key]).format(**values)

    def say(self, words: Words | Said | Change) -> str:
        """Words in this language."""
        return words.en if self.language == "en" else words.zh

    def when(self, at: datetime) -> str:
        """A time as people say it."""
        return self.say(moment(at, self.now, self.zone))

    def day(self, on: date) -> str:
        """A date as people say it."""
        return f"{on.day} {on:%b} {on.year}" if self.language == "en" else f"{on.year}年{on.month}月{on.day}日"

    def icon(self, name: str) -> Html | None:
        """A line drawing in the current colour; it says nothing that a word beside it does not."""
        if self.icons is None:
            return None
        return h("svg", h("use", href=f"{self.icons}#{name}"), class_="icon", aria_hidden="true")

    def photo(self, sha256: str, about: str) -> Html:
        """A photo that opens in full."""
        href = f"{self.base}/media/{sha256}"
        picture = h("img", src=href, alt=about, loading="lazy", decoding="async")
        return h("a", picture, href=href, class_="photo", data_testid="c-photo")

    def date(self, what: str) -> Html:
        """A date of the page for the phone's calendar."""
        href = f"{self.base}/calendar/{what}.ics"
        return h("a", self("add_date"), href=href, class_="date", data_testid=f"c-date-{what}")

    def card(self, key: str, *children: Child, **attributes: Attribute) -> Html:
        """A section with its heading."""
        return h("section", h("h2", self(key)), *children, **({"class_": "card", "id": key} | attributes))

    def fold(self, key: str, *children: Child, count: int | None = None) -> Html:
        """A section that opens on touch."""
        title = h("summary", h("span", self(key)), h("small", count) if count else None, self.icon("down"))
        return h("details", title, h("div", *children, class_="inside"), class_="card fold", id=key)

    def form(self, command: str, *children: Child, hidden: dict[str, Child], **attributes: Attribute) -> Html:
        """A form that means a command, with a place for what became of it; it works without a script."""
        said = [h("input", type="hidden", name=n, value=str(v)) for n, one in hidden.items() for v in _each(one)]
        sent = {"method": "post", "action": f"{self.base}/form", "accept_charset": "utf-8", "data_send": True}
        do = h("input", type="hidden", name="do", value=command)
        return h("form", do, said, *children, h("p", class_="state", role="status"), **(sent | attributes))


def _each(value: Child) -> list[Child]:
    return list(value) if isinstance(value, list | tuple) else [value]
