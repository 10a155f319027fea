"""What the simulation knows by itself: every command that was typed, every outcome that was told, every fault."""

from collections import Counter
from typing import Any

from tests.simulation.ledger import Ledger
from tests.simulation.tablet import Command, Tablet, Wire


class Broken(Exception):
    """A promise does not hold: which one, and how."""

    def __init__(self, promise: str, text: str) -> None:
        super().__init__(f"promise {promise}: {text}")
        self.promise, self.text = promise, text


class Model:
    """`issued` by command id, in the order of typing; `told` by (epoch, command id)."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.issued: dict[str, Command] = {}
        self.told: dict[tuple[str, str], Wire] = {}
        self.lost: set[str] = set()
        self.faults: Counter[str] = Counter()
        self.trace: list[str] = []

    def say(self, text: str) -> None:
        """One line of the trace."""
        self.trace.append(text)

    def typed(self, command: Command) -> None:
        """A person did this."""
        self.issued[command.id] = command
        self.say(f"  {command.author} types {command.name} {command.id[-6:]} {_short(command.fields)}")

    def heard(self, epoch: str, outcomes: list[Any]) -> None:
        """Somebody was told these outcomes: they must be what was told before."""
        for outcome in outcomes:
            said = {name: value for name, value in outcome.items() if name != "seq"}
            before = self.told.setdefault((epoch, said["id"]), said)
            if before != said:
                raise Broken("1", f"{said['id']} was told as {before} and then as {said}")

    def landed(self, tablet: Tablet) -> None:
        """A tablet shows new rows: they are those of one moment, and its own outcomes came with them."""
        epoch, position = tablet.at
        shown = {(kind, row_id): row["rev"] for kind, rows in tablet.base.items() for row_id, row in rows.items()}
        if not self.ledger.is_boundary(epoch, position):
            raise Broken("4", f"{tablet.name} shows the rows of half a commit, at {position}")
        held = self.ledger.held(epoch, tablet.scope, position)
        if shown != held:
            wrong = sorted(key for key in shown.keys() | held.keys() if shown.get(key) != held.get(key))
            words = [f"{' '.join(key)}: {shown.get(key)} for {held.get(key)}" for key in wrong[:5]]
            raise Broken("4", f"{tablet.name} at {position} shows other rows than there were: {words}")
        untold = self.ledger.told_by(epoch, tablet.device.id, position)
        for queued in tablet.queue:
            if queued.command.id in untold and queued.device_id == tablet.device.id:
                raise Broken("1", f"{tablet.name} was not told the outcome of {queued.command.id} by {position}")

    def look(self, tablet: Tablet) -> None:
        """Everything typed on a tablet is shown: as a guess, or in rows of a moment after it ran."""
        epoch, position = tablet.at
        shown = self.ledger.ran_by(epoch, position) | {queued.command.id for queued in tablet.queue}
        for command_id in [*tablet.inherited, *tablet.issued]:
            if command_id not in shown:
                name = self.issued[command_id].name
                raise Broken("4", f"{tablet.name} let go of {name} {command_id} before its rows came, at {position}")


def _short(fields: Wire) -> str:
    if "document" in fields:
        fields = {name: fields[name] for name in ("visit_id", "purpose", "document_hash")}
    return " ".join(f"{name}={_tail(value)}" for name, value in fields.items() if value is not None)


def _tail(value: Any) -> str:
    text = str(value)
    return text[-6:] if len(text) == 36 and text.count("-") == 4 else text
