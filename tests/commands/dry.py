"""The real handlers on the real unit of work, with nothing under it: fast enough for thousands of cases."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from server.commands.envelope import envelope
from server.commands.every import REGISTRY
from server.commands.execute import execute
from server.commands.registry import By
from server.domain.ids import uuid7
from server.domain.rows.catalogue import StaffMember
from server.domain.rows.inbox import SentCommand
from server.store.journal import Outcome
from server.store.loading import NotLoaded
from server.store.work import Work

NOW = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)


class Dry:
    """A dealer group of two stores whose every row is in memory."""

    def __init__(self) -> None:
        self.stores = [uuid7(), uuid7()]
        self.work = Work(NOW, dict.fromkeys(self.stores, "Asia/Shanghai"))

    def do(self, command: str, store: int = 0, **fields: Any) -> Outcome:
        """Runs a command as the manager of a store."""
        sent = SentCommand(
            id=uuid7(), name=command, fields=msgspec.to_builtins(fields), issued_at=NOW, user_id=uuid7(),
            device_id=None, lane=None,
        )  # fmt: skip
        by = By(
            command_id=sent.id, user_id=sent.user_id, role="manager", store_id=self.stores[store], device_id=None,
            door="graphql", visit_id=None, issued_at=NOW, today=date(2026, 11, 21), lane=None,
        )  # fmt: skip
        while True:
            try:
                return execute(self.work, by, envelope(sent))
            except NotLoaded as missing:
                self.work.load([], missing.wanted)
                self.work.recall([], missing.wanted.pasts)

    def hire(self) -> str:
        """A technician who works in the first store."""
        person = StaffMember(
            id=uuid7(), rev=1, store_id=self.stores[0], name="技师", role="technician", active=True
        )  # fmt: skip
        self.work.rows["staff", person.id] = person
        return person.id

    def rows(self, *kinds: str) -> dict[str, dict[str, Any]]:
        """The rows of these kinds that tablets hold, but for their `rev`."""
        return {
            f"{kind}:{row_id}": {name: value for name, value in msgspec.to_builtins(row).items() if name != "rev"}
            for (kind, row_id), row in self.work.rows.items()
            if kind in kinds and not self.work.is_gone(row)
        }


__all__ = ["NOW", "REGISTRY", "Dry"]
