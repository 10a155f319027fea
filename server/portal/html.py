"""HTML that cannot be broken out of: every text is escaped, only what `h` made is taken as markup."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

VOID = frozenset({"br", "img", "input", "link", "meta", "hr"})


class Html(str):
    """Markup made by `h`; plain strings become text."""

    __slots__ = ()


Child: TypeAlias = "Html | str | int | Iterable[Child] | None"
Attribute: TypeAlias = str | int | bool | None


def h(tag: str, *children: Child, **attributes: Attribute) -> Html:
    """An element: `h("a", "text", href=…, class_=…, data_line=…)`; True is a bare attribute, None and False none."""
    written = "".join(
        _attribute(name, value) for name, value in attributes.items() if value is not None and value is not False
    )
    return Html(f"<{tag}{written}>" if tag in VOID else f"<{tag}{written}>{_inner(children)}</{tag}>")


def some(tag: str, *children: Child, **attributes: Attribute) -> Html | None:
    """An element that is left out when there is nothing in it."""
    inner = _inner(children)
    return h(tag, Html(inner), **attributes) if inner else None


def _attribute(name: str, value: Attribute) -> str:
    word = name.rstrip("_").replace("_", "-")
    return f" {word}" if value is True else f' {word}="{escape(str(value))}"'


def _inner(children: Iterable[Child]) -> str:
    return "".join(_child(child) for child in children)


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    return escape(str(child)) if isinstance(child, str | int) else _inner(child)
