"""The unit of work: rows that a batch of commands touches, in memory, with a draft for the command that runs now.

A handler reads and writes through it without awaiting. What was not loaded raises `NotLoaded`; the batch loads it and
runs the handler again on a fresh draft. Accepting merges the draft, discarding drops it: no SAVEPOINT is needed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec
from msgspec import Struct

from server.domain.ids import uuid7
from server.domain.rows import KIND_OF
from server.domain.rows.catalogue import Alias
from server.domain.rows.inbox import Cause, SentCommand
from server.domain.terms import Terms
from server.store.history import changes
from server.store.loading import Erased, LastChange, NotLoaded, Wanted
from server.store.rows import DECODERS, keys_of, kind_of, parent_of

R = TypeVar("R", bound=Struct)
Key = tuple[str, str]


class Work:
    """Rows in memory; `now` is the server's time, `zones` the clocks of the dealer group's stores, `terms` settings."""

    def __init__(self, now: datetime, zones: Mapping[str, str]) -> None:
        self.now = now
        self.terms = Terms()
        self.zones = zones
        self.group_stores = sorted(zones)
        self.rows: dict[Key, Any] = {}
        self.held: dict[Key, dict[str, bool]] = {}
        self.loaded_ids: set[str] = set()
        self.loaded_keys: set[str] = set()
        self.loaded_parents: set[str] = set()
        self.children_of: dict[str, dict[Key, None]] = {}
        self.keyed: dict[str, dict[Key, None]] = {}
        self.dirty: dict[Key, None] = {}
        self.erased: dict[Key, Erased] = {}
        self.forgotten: set[str] = set()
        self.hidden: dict[Key, bool] = {}
        self.promises: list[dict[str, Any]] = []
        self.history: list[dict[str, Any]] = []
        self.pasts: dict[str, dict[str, LastChange]] = {}
        self.recalled: set[str] = set()
        self.discard()

    # Loading

    def load(self, rows: Iterable[tuple[Any, ...]], asked: Wanted) -> None:
        """Takes rows of the feed (kind, id, store, gone, body); remembers what was asked for, found or not."""
        for kind, row_id, store_id, gone, body in rows:
            key = (kind, row_id)
            if key in self.erased:
                continue
            self.held.setdefault(key, {})[store_id] = bool(gone)
            if key not in self.rows:
                self._index(key, DECODERS[kind].decode(body))
        self.loaded_ids |= asked.ids
        self.loaded_keys |= asked.keys
        self.loaded_parents |= asked.parents

    def recall(self, changes: Iterable[tuple[Any, ...]], asked: Iterable[str]) -> None:
        """Takes changes of fields (row, field, by, at), the oldest first; what this batch changed is newer."""
        found: dict[str, dict[str, LastChange]] = {row_id: {} for row_id in asked}
        for row_id, field, by, at in changes:
            found[row_id][field] = LastChange(by, at)
        for row_id, fields in found.items():
            self.pasts[row_id] = fields | self.pasts.get(row_id, {})
        self.recalled |= set(found)

    def _index(self, key: Key, row: Struct) -> None:
        self.rows[key] = row
        if parent := parent_of(row):
            self.children_of.setdefault(parent, {})[key] = None
        for word in keys_of(row):
            self.keyed.setdefault(word, {})[key] = None

    # Reading

    def find(self, struct: type[R], row_id: str) -> R | None:
        """The row with this id (an alias leads to the row it stands for), or None."""
        kind = KIND_OF[struct]
        if (row := self._row((kind, row_id))) is not None and not self._merged_away((kind, row_id)):
            return cast(R, row)
        if (alias := self._row(("aliases", row_id))) is not None and not self._merged_away(("aliases", row_id)):
            return self.find(struct, cast(Alias, alias).canonical_id) if alias.type == kind else None
        if row_id not in self.loaded_ids:
            raise NotLoaded(ids=[row_id])
        return None

    def itself(self, struct: type[R], row_id: str) -> R | None:
        """The row with exactly this id, also when it was merged away."""
        row = self._row((KIND_OF[struct], row_id))
        if row is None and row_id not in self.loaded_ids:
            raise NotLoaded(ids=[row_id])
        return cast(R | None, row)

    def _row(self, key: Key) -> Any:
        return None if key in self.draft_erased else self.draft.get(key) or self.rows.get(key)

    def _merged_away(self, key: Key) -> bool:
        return key[0] in ("customers", "vehicles", "aliases") and self._gone(key)

    def _gone(self, key: Key) -> bool:
        for hidden in (self.draft_hidden, self.hidden):
            if key in hidden:
                return hidden[key]
        return all(self.held.get(key, {"": False}).values())

    def is_gone(self, row: Struct) -> bool:
        """Whether the row has left every tablet."""
        return self._gone((kind_of(row), cast(Any, row).id))

    def stores_that_held(self, row: Struct) -> Iterable[str]:
        """The stores whose tablets held the row before this batch, or hold it still."""
        return self.held.get((kind_of(row), cast(Any, row).id), ())

    def children(self, struct: type[R], visit_id: str) -> list[R]:
        """All rows of a kind that hang on a visit, in the order of their ids."""
        if visit_id not in self.loaded_parents:
            raise NotLoaded(parents=[visit_id])
        kind = KIND_OF[struct]
        keys = dict.fromkeys([*self.children_of.get(visit_id, ()), *self.draft_children.get(visit_id, ())])
        found = (self._row(key) for key in sorted(keys) if key[0] == kind)
        return [cast(R, row) for row in found if row is not None]

    def by_key(self, struct: type[R], *words: str) -> list[R]:
        """Rows of a kind that carry one of these secondary keys (see `keys_of`), in the order of their ids."""
        if missing := set(words) - self.loaded_keys:
            raise NotLoaded(keys=missing)
        kind, wanted = KIND_OF[struct], set(words)
        keys = {key for word in words for key in self.keyed.get(word, ())} | set(self.draft)
        found = [self._row(key) for key in sorted(keys) if key[0] == kind and not self._merged_away(key)]
        return [cast(R, row) for row in found if row is not None and not wanted.isdisjoint(keys_of(row))]

    def need(self, keys: Iterable[str], pasts: Iterable[str]) -> None:
        """Asks at once for what several readings will ask for."""
        missing = (set(keys) - self.loaded_keys, set(pasts) - self.recalled)
        if any(missing):
            raise NotLoaded(keys=missing[0], pasts=missing[1])

    def last_change(self, row_id: str, field: str) -> LastChange:
        """Who gave a followed field its value; nobody when it is still what the row began with (see `history`)."""
        if row_id not in self.recalled:
            raise NotLoaded(pasts=[row_id])
        return self.pasts[row_id].get(field, LastChange())

    # Writing

    def add(self, row: R) -> R:
        """A new row."""
        self._put(row)
        return row

    def change(self, row: R, **fields: Any) -> R:
        """The row with these fields changed and its `rev` one higher."""
        changed = msgspec.structs.replace(row, rev=cast(Any, row).rev + 1, **fields)
        self._put(changed)
        return changed

    def hide(self, row: Struct, hidden: bool = True) -> None:
        """The row leaves every tablet (`gone`), or comes back."""
        key = (kind_of(row), cast(Any, row).id)
        self.draft_hidden[key] = hidden
        self.draft.setdefault(key, row)

    def erase(self, row: Struct) -> None:
        """The row is deleted for good, with its history; tablets that hold it are told that it is gone."""
        self.draft_erased[kind_of(row), cast(Any, row).id] = row

    def forget_past(self, row: Struct) -> None:
        """What the row's fields held before, also before this change, is deleted."""
        self.draft_forgotten.add(cast(Any, row).id)

    def _put(self, row: Struct) -> None:
        key = (kind_of(row), cast(Any, row).id)
        self.draft[key] = row
        if parent := parent_of(row):
            self.draft_children.setdefault(parent, {})[key] = None

    def promise(self, kind: str, visit_id: str | None, dedupe: str | None = None, **payload: Any) -> None:
        """Something must go out after the commit: the outbox carries it. `dedupe` lets one such promise exist."""
        self.draft_promises.append(
            {"id": uuid7(), "visit_id": visit_id, "kind": kind, "dedupe": dedupe, "payload": payload}
        )

    def keep(self, why: Cause) -> None:
        """The command is a fact that arrived after the plan changed: stored, and put up for review."""
        self.kept = self.kept or why

    def merged(self, field: str, seen: Any, yours: Any, theirs: Any, result: Any, why: Cause | None = None) -> None:
        """Someone else had changed this field; `result` stands. With `why`, a review shows the value set aside."""
        values = {"field": field, "from": seen, "yours": yours, "theirs": theirs, "result": result}
        self.merged_fields.append(msgspec.to_builtins(values))
        self.set_aside = self.set_aside or why

    # The draft of one command

    def accept(self, sent: SentCommand) -> None:
        """The command stands: its draft becomes part of the batch, and what it replaced is remembered."""
        for key, row in self.draft.items():
            if (before := self.rows.get(key)) is not None:
                for change in changes(*key, before, row, sent.id):
                    self.history.append(change)
                    self.pasts.setdefault(key[1], {})[change["field"]] = LastChange(sent.user_id, sent.issued_at)
            self._index(key, row)
            self.dirty[key] = None
        for key, row in self.draft_erased.items():
            self.erased[key] = Erased(row, self.held.pop(key, {}))
            self.rows.pop(key, None)
            self.dirty.pop(key, None)
        self.forgotten |= self.draft_forgotten
        self.hidden.update(self.draft_hidden)
        self.promises.extend(self.draft_promises)
        self.discard()

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A part of the draft that may fail alone: an exception takes back what it wrote, then goes on."""
        names = ("draft", "draft_children", "draft_hidden", "draft_promises", "merged_fields")
        saved = {name: copy(getattr(self, name)) for name in names}
        saved["draft_children"] = {parent: dict(keys) for parent, keys in self.draft_children.items()}
        kept, set_aside = self.kept, self.set_aside
        try:
            yield
        except Exception:
            for name, value in saved.items():
                setattr(self, name, value)
            self.kept, self.set_aside = kept, set_aside
            raise

    def discard(self) -> None:
        """The command does not stand: nothing of its draft remains."""
        self.draft: dict[Key, Any] = {}
        self.draft_children: dict[str, dict[Key, None]] = {}
        self.draft_hidden: dict[Key, bool] = {}
        self.draft_erased: dict[Key, Struct] = {}
        self.draft_forgotten: set[str] = set()
        self.draft_promises: list[dict[str, Any]] = []
        self.kept: Cause | None = None
        self.merged_fields: list[dict[str, Any]] = []
        self.set_aside: Cause | None = None
