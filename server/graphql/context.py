"""What resolvers know: who asks, the house, and loaders that fetch a level's rows of a kind in one statement."""

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from strawberry.dataloader import DataLoader
from strawberry.types import Info as StrawberryInfo

from server.commands.bus import Bus
from server.domain.tokens import customer_token
from server.graphql.errors import Refusal
from server.http.caller import KEYS
from server.http.errors import Problem
from server.http.looking import look
from server.queries.callers import Caller, caller, note_use
from server.queries.contact import messages_of
from server.queries.history import history_of
from server.queries.looks import looks_at
from server.queries.rows import belonging_to, hanging_on, rows_by_id
from server.queries.sight import Sight
from server.queries.stores import stores_by_id
from server.settings import Settings
from server.store.database import Database, Unavailable
from server.store.doorbell import Doorbell
from server.store.looks import Looks


@dataclass
class Context:
    """One operation's surroundings; `person` is None until somebody signed in, `refused` says why then."""

    db: Database
    bus: Bus
    doorbell: Doorbell
    settings: Settings
    looks: Looks
    reason: str | None = None
    network: str = ""
    person: Caller | None = None
    refused: str = "unauthorized"
    token: str | None = None
    connection_params: dict[str, Any] | None = None
    shown: set[str] = field(default_factory=set[str], init=False)
    """The customers whose files go into the answer."""
    watching: Counter[str] = field(default_factory=Counter)
    """How many subscriptions each person has at this worker."""

    async def sign_in(self, token: str | None) -> bool:
        """Looks up who stands behind the token, anew each time it is asked."""
        found = await caller(self.db, token) if token else None
        self.token = token
        self.person = found if isinstance(found, Caller) else None
        self.refused = "device_revoked" if found == "revoked" else "unauthorized"
        return self.person is not None

    async def note(self) -> None:
        """Writes down now and then that the token is in use."""
        if self.person is not None and self.person.noteworthy and self.token:
            with suppress(Unavailable):
                await note_use(self.db, self.person, self.token, self.network)

    def check_pace(self) -> None:
        """Counts one operation of a program's key; raises a Refusal `rate_limited` with the seconds to wait."""
        if self.person is not None and self.person.scopes is not None:
            try:
                KEYS.check(self.person.session_id)
            except Problem as problem:
                raise Refusal(problem.code, **problem.facts) from None

    def renewed(self) -> "Context":
        """The same for another operation: nothing that was loaded is remembered."""
        return replace(self)

    async def write_down(self, fields: list[str]) -> None:
        """Notes who is shown, before anybody sees it; `fields` are those that the document asks of a customer."""
        shown, self.shown = sorted(self.shown), set()
        if shown:
            await self.looks.note([look(self.me, "graphql", row_id, fields, self.reason) for row_id in shown])

    @property
    def me(self) -> Caller:
        """The person who asks; nothing is asked of anybody before they signed in."""
        if self.person is None:
            raise Refusal(self.refused)
        return self.person

    @cached_property
    def sight(self) -> Sight:
        """What the person who asks sees."""
        return Sight.of(self.me)

    @cached_property
    def rows(self) -> "Loaders":
        """The loaders of this operation, with the eyes of the person who asks."""
        return Loaders(self.db, self.sight)

    @cached_property
    def secret(self) -> bytes:
        """The key of the customers' links."""
        return self.settings.secret

    def customer_link(self, visit_id: str, generation: int) -> str:
        """The address of the customer's page."""
        return f"{self.settings.public_url.rstrip('/')}/c/{customer_token(self.secret, visit_id, generation)}"


Info = StrawberryInfo[Context, None]
Load = Callable[[list[str]], Awaitable[dict[str, Any]]]


class Loaders:
    """One loader for each question that was asked; the same question of many rows is one statement."""

    def __init__(self, db: Database, sight: Sight) -> None:
        self.db, self.sight = db, sight
        self._made: dict[tuple[Any, ...], DataLoader[str, Any]] = {}

    async def one(self, kind: str, row_id: str | None) -> Any | None:
        """The row with this id, if the person may see it; an alias leads to the row it stands for."""
        if row_id is None:
            return None
        return await self._loader((kind,), partial(rows_by_id, self.db, self.sight, kind)).load(row_id)

    async def hanging_on(self, kind: str, visit_id: str) -> list[Any]:
        """The rows of a kind that hang on a visit."""
        load = partial(hanging_on, self.db, self.sight, kind)
        return await self._loader((kind, "visit"), load).load(visit_id) or []

    async def belonging_to(self, kind: str, column: str, newest: str, owner_id: str, first: int) -> list[Any]:
        """The newest rows of a kind that name this owner in a column."""
        load = partial(belonging_to, self.db, self.sight, kind, column, newest, first=first)
        return await self._loader((kind, column, first), load).load(owner_id) or []

    async def history(self, kind: str, row_id: str, first: int) -> list[Any]:
        """The newest changes of a row's fields."""

        async def load(ids: list[str]) -> dict[str, Any]:
            return dict(await history_of(self.db, self.sight, kind, ids, first))

        return await self._loader(("history", kind, first), load).load(row_id) or []

    async def messages(self, kind: str, owner_id: str, first: int) -> list[Any]:
        """The newest messages about a visit, or to a customer: rows, and what only the outbox knows of yet."""
        load = partial(messages_of, self.db, self.sight, kind, first=first)
        return await self._loader(("messages", kind, first), load).load(owner_id) or []

    async def looks(self, customer_id: str, first: int) -> list[Any]:
        """The newest looks at a customer's file."""
        load = partial(looks_at, self.db, self.sight.group_id, first=first)
        return await self._loader(("looks", first), load).load(customer_id) or []

    async def store(self, store_id: str) -> Any | None:
        """A store of the group."""

        async def load(_: list[str]) -> dict[str, Any]:
            return dict(await stores_by_id(self.db, self.sight.group_id))

        return await self._loader(("store",), load).load(store_id)

    def _loader(self, question: tuple[Any, ...], load: Load) -> DataLoader[str, Any]:
        if question not in self._made:

            async def answers(keys: list[str]) -> list[Any]:
                found = await load(keys)
                return [found.get(key) for key in keys]

            self._made[question] = DataLoader(load_fn=answers)
        return self._made[question]
