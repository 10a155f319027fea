"""What a database was told to commit, read from the statements themselves: the independent record of a simulation."""

import json
from bisect import insort
from collections.abc import Sequence
from typing import Any, NamedTuple

from server.store.transaction import Statement

Held = dict[tuple[str, str], int]


def head_of(statements: Sequence[Statement]) -> int:
    """Where the feed stands when these are committed; 0 when they do not touch it."""
    return next((params[0] for sql, params in statements if sql.startswith("UPDATE groups SET position")), 0)


class Commit(NamedTuple):
    """One transaction: where the feed stood after it, rows (store, kind, id, rev, gone), and commands with position."""

    position: int
    rows: list[tuple[str, str, str, int, bool]]
    commands: dict[str, int]
    told: dict[tuple[str, str], int]


class Ledger:
    """Commits by epoch. `told` maps (device, command) to the position at which that device's pull must tell it."""

    def __init__(self) -> None:
        self.epoch = ""
        self.epochs: dict[str, list[Commit]] = {}

    def begin(self, epoch: str, rows: Sequence[tuple[Any, ...]], commands: dict[str, int], position: int) -> None:
        """An epoch starts from what a database holds."""
        self.epoch = epoch
        self.epochs[epoch] = [Commit(position, [(s, k, i, r, bool(g)) for s, k, i, r, g in rows], commands, {})]

    def restored(self, epoch: str, position: int) -> set[str]:
        """A backup that stood at this position lives on under a new epoch; gives the commands that were lost."""
        before = self.epochs[self.epoch]
        kept, lost = [c for c in before if c.position <= position], [c for c in before if c.position > position]
        self.epoch, self.epochs[epoch] = epoch, kept
        return {command for commit in lost for command in commit.commands}

    def note(self, statements: Sequence[Statement]) -> None:
        """These statements were committed together."""
        found: dict[str, list[dict[str, Any]]] = {"feed": [], "journal": [], "receipts": []}
        head = head_of(statements)
        for sql, params in statements:
            for table, entries in found.items():
                if sql.startswith(f'INSERT INTO "{table}"'):
                    entries += json.loads(params[0])
        positions = [entry["position"] for entries in found.values() for entry in entries]
        if not positions:
            return
        told = {(e["device_id"], e["command_id"]): e["position"] for e in found["journal"] + found["receipts"]}
        commit = Commit(
            position=head or max(positions),
            rows=[(e["store_id"], e["kind"], e["id"], e["rev"], e["gone"]) for e in found["feed"]],
            commands={e["command_id"]: e["position"] for e in found["journal"]},
            told=told,
        )
        insort(self.epochs[self.epoch], commit, key=lambda c: c.position)

    def is_boundary(self, epoch: str, position: int) -> bool:
        """Whether the feed ever stood exactly here after a commit."""
        return any(commit.position == position for commit in self.epochs[epoch])

    def held(self, epoch: str, store_id: str, position: int) -> Held:
        """What a store's tablets hold at a position: the revision of each row by kind and id."""
        rows: Held = {}
        for commit in self.epochs[epoch]:
            if commit.position > position:
                break
            for store, kind, row_id, rev, gone in commit.rows:
                if store == store_id and gone:
                    rows.pop((kind, row_id), None)
                elif store == store_id:
                    rows[kind, row_id] = rev
        return rows

    def positions(self, epoch: str) -> dict[str, int]:
        """Where in an epoch's order each command ran."""
        return {command: at for commit in self.epochs[epoch] for command, at in commit.commands.items()}

    def ran_by(self, epoch: str, position: int) -> set[str]:
        """The commands that had run at a position."""
        commits = self.epochs.get(epoch, [])
        return {command for commit in commits if commit.position <= position for command in commit.commands}

    def told_by(self, epoch: str, device_id: str, position: int) -> set[str]:
        """The commands whose outcome a device's pulls must have told up to a position."""
        return {
            command for commit in self.epochs[epoch] if commit.position <= position
            for (device, command), _ in commit.told.items() if device == device_id
        }  # fmt: skip

    @property
    def head(self) -> int:
        """Where the feed stands now."""
        return self.epochs[self.epoch][-1].position
