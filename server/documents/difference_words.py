"""The differences of two documents in words, Chinese and English: what a person reads before signing again."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.documents import field_words as say
from server.documents.differences import Difference
from server.documents.field_words import Field, Known
from server.documents.labels import Words
from server.documents.part_words import PARTS, Entry, Part, line_called

Kind = Literal["added", "removed", "changed"]


class Change(Struct, frozen=True):
    """One difference in words; `path` is where (see `Difference`). Chinese first, English beside it."""

    path: str
    zh: str
    en: str
    kind: Kind


def in_words(
    differences: Iterable[Difference], signed: Any, current: Any, *, item_names: Mapping[str, Words], time_zone: str
) -> list[Change]:
    """What changed since it was signed, in the document's order; version numbers only where nothing else says it.

    `item_names` are names of inspection items by code; lines without a name there are named by the documents.
    """
    known = Known(item_names, line_names(signed) | line_names(current), ZoneInfo(time_zone))
    told = [_Told(difference, signed, current, known) for difference in differences]
    loud = {told_one.about for told_one in told if not told_one.quiet}
    said: dict[tuple[str, str], Change] = {}
    for one in told:
        if not (one.quiet and loud.intersection(one.covered_by)):
            change = one.change()
            said.setdefault((change.zh, one.about), change)
    return list(said.values())


class _Told:
    """One difference, with the part of the document and the entry that it is in."""

    def __init__(self, difference: Difference, signed: Any, current: Any, known: Known) -> None:
        self.path, self.before, self.after = difference.path, difference.signed, difference.current
        self.known = known
        self.name = next((name for name in PARTS if _within(self.path, name) and self._fits(name)), "")
        self.part = PARTS.get(self.name)
        self.field = self.path
        self.entry: Entry | None = None
        self.about = self.name
        if self.part is None:
            return
        self.field = self.path[len(self.name) + 1 :]
        lists = [_at(document, self.name) for document in (current, signed)]
        if self.part.key is None:
            self.entry = next((found for found in lists if isinstance(found, dict)), None)
        elif self.field:
            self._find(self.part.key, lists)

    def _fits(self, name: str) -> bool:
        """Whether the path names an entry of this list; the list as a whole is a field of what holds it."""
        return "/" not in name or self.path != name

    def _find(self, key: str, lists: list[Any]) -> None:
        """The entry, as it is now or was; a name that somebody typed may hold a `/`."""
        entries = [e for found in lists if isinstance(found, list) for e in found if isinstance(e, dict) and key in e]
        fitting = [entry for entry in entries if _within(self.field, str(entry[key]))]
        if fitting:
            self.entry = max(fitting, key=lambda entry: len(str(entry[key])))
            self.about = f"{self.name}/{self.entry[key]}"
            self.field = self.path[len(self.about) + 1 :]

    @property
    def quiet(self) -> bool:
        """Bookkeeping: a version or the bill's own number, which moves with whatever else has changed."""
        return self.field == "version" or self.path == "settlement/id"

    @property
    def covered_by(self) -> set[str]:
        """Where another difference says already what this one would."""
        bill = (
            {"settlement", self.about.removeprefix("settlement/")} if self.name.startswith("settlement") else set[str]()
        )
        return {self.about} | bill

    def change(self) -> Change:
        try:
            words, kind = self._words()
        except (AttributeError, KeyError, TypeError, ValueError):  # a document that nobody here could build
            noun = PARTS[self.name].noun({}) if self.part else Words("其他内容", "Other content")
            words, kind = Words(f"{noun.zh}已更改", f"{noun.en} changed"), "changed"
        return Change(self.path, words.zh, words.en, kind)

    def _words(self) -> tuple[Words, Kind]:
        if self.part is None:
            return self._field(say.HEAD[self.field]), "changed"
        if not self.field:
            return self._whole(self.part)
        if self.name == "lines" and self.field == "dropped":
            return self._dropped(self.part)
        return self._field(self.part.fields[self.field]), "changed"

    def _whole(self, part: Part) -> tuple[Words, Kind]:
        """An entry or object that is new or gone."""
        entry = self.after if self.before is None else self.before
        if self.before is not None and self.after is not None:
            raise TypeError("no entry")
        noun, brief = part.noun(entry), part.brief(entry, self.known)
        if self.before is None:
            return Words(f"新增{noun.zh}：{brief.zh}", f"{noun.en} added: {brief.en}"), "added"
        return Words(f"删除{noun.zh}：{brief.zh}", f"{noun.en} removed: {brief.en}"), "removed"

    def _dropped(self, part: Part) -> tuple[Words, Kind]:
        """A line that the handover document shows as struck out, with the reason."""
        called = line_called(self.entry or {}, self.known)
        if self.before is not None and self.after is not None:
            return self._field(Field(Words("取消原因", "reason for dropping it"), say.typed)), "changed"
        reason = say.typed(self.after if self.before is None else self.before, self.known)
        if self.before is None:
            return Words(f"删除项目：{called.zh}（{reason.zh}）", f"Item dropped: {called.en} ({reason.en})"), "removed"
        return Words(f"恢复项目：{called.zh}", f"Item restored: {called.en}"), "added"

    def _field(self, field: Field) -> Words:
        name = self._with_subject(field.name)
        shown = [self._shown(field, value) for value in (self.before, self.after)]
        if field.show is None or shown[0] == shown[1]:
            return Words(f"{name.zh}已更改", f"{name.en} changed")
        zh, en = ([word[at] for word in shown] for at in (0, 1))
        return Words(
            f"{name.zh} {_arrow(zh, [field.nothing.zh, say.NONE.zh], field.unit.zh)}",
            f"{name.en} {_arrow(en, [field.nothing.en, say.NONE.en], field.unit.en)}",
        )

    def _shown(self, field: Field, value: Any) -> Words:
        return field.nothing if value is None or field.show is None else field.show(value, self.known)

    def _with_subject(self, name: Words) -> Words:
        if self.part is None or self.entry is None or self.field == self.part.alone:
            return name
        if self.part.called is None:
            noun = self.part.noun(self.entry)
            return Words(f"{noun.zh}{name.zh}", f"{noun.en}: {name.en}")
        called = self.part.called(self.entry, self.known)
        gap = "" if called.zh.endswith(("）", "」")) else " "
        return Words(f"{called.zh}{gap}{name.zh}", f"{called.en}: {name.en}")


def _arrow(values: list[str], nothing: list[str], unit: str) -> str:
    """`380.00 → 420.00 元`: the unit stands once, after the last value that has one."""
    before, after = values
    if after in nothing:
        return f"{before}{unit} → {after}"
    return f"{before} → {after}{unit}"


def _within(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/")


def _at(document: Any, path: str) -> Any:
    for name in path.split("/"):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def line_names(document: Any) -> dict[str, Words]:
    """The names of a document's lines by id."""
    lines = _at(document, "lines")
    named = [one for one in lines if isinstance(one, dict) and "id" in one] if isinstance(lines, list) else []
    return {str(one["id"]): Words(str(one.get("name")), str(one.get("name"))) for one in named}
