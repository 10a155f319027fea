"""One visit as it unfolds: its clock, its stage, its lines, and the commands that were issued so far."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from server.demo.estimate import Quoted
from server.demo.fleet import Car
from server.demo.jobs import Job, Line, priced
from server.demo.step import SHOP_TIME, Step, demo_id, step


class Stay:
    """A visit of `car` for `job` that begins at `now`; reception, workshop and till add to it."""

    def __init__(self, rng: Random, car: Car, job: Job, now: datetime, advisor: str = "advisor") -> None:
        self.rng, self.car, self.job, self.now, self.advisor = rng, car, job, now, advisor
        self.id = demo_id(rng, now)
        self.opened_at = now
        self.stage = ""
        self.steps: list[Step] = []
        self.lines: list[Quoted] = []
        self.grades: dict[str, str] = {}
        self.odometer_km = car.drive_to(self.today)
        self.appointment_id: str | None = None
        self.promised_for: datetime | None = None
        self.due_fen = 0

    @property
    def today(self) -> date:
        """The day by the shop's clock."""
        return self.now.astimezone(SHOP_TIME).date()

    def new_id(self) -> str:
        """An id for something that is made now."""
        return demo_id(self.rng, self.now)

    def passes(self, minutes: float) -> None:
        """Time goes by, more or less."""
        self.now += timedelta(minutes=self.rng.uniform(0.6, 1.4) * minutes)

    def do(self, user: str, name: str, minutes: float, /, **fields: Any) -> None:
        """Issues a command of this visit some `minutes` after the last one."""
        self.passes(minutes)
        self.steps.append(step(self.rng, self.now, user, name, visit_id=self.id, **fields))

    def also(self, user: str, name: str, /, minutes: float = 0, **fields: Any) -> None:
        """Issues a command beside the others: it takes no time, and nothing else that is drawn changes with it."""
        at = self.now + timedelta(minutes=minutes)
        self.steps.append(step(Random(f"{name} {at}"), at, user, name, visit_id=self.id, **fields))

    def advance(self, user: str, to: str, minutes: float, note: str | None = None) -> None:
        """Moves the stage by repair.advance."""
        self.do(user, "repair.advance", minutes, stage={"from": self.stage, "to": to}, note=note)
        self.stage = to

    def add_line(self, line: Line, finding_id: str | None = None, renews: str | None = None) -> None:
        """Puts a line on the estimate at the catalogue's price."""
        fields = priced(self.rng, line, self.car.model, self.job.payer)
        fields |= {"line_id": self.new_id(), "finding_id": finding_id}
        self.do(self.advisor, "estimate.add_line", 0.5, **fields)
        self.lines.append(Quoted(fields, renews))

    def undecided(self) -> list[Quoted]:
        """The lines that wait for the customer."""
        return [line for line in self.lines if line.decision is None]
