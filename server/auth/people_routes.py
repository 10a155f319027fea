"""`/auth/people`: who has a second factor, for those who answer for them; help for who lost the phone."""

from datetime import datetime
from uuid import UUID

from litestar import Response, delete, get
from msgspec import Struct, json

from server.auth import listing
from server.auth.proving import HttpRequest, Proof, factors_of, note, right_proof
from server.auth.reach import MANAGERS, people
from server.http import bodies
from server.http.errors import Problem
from server.queries.callers import Caller
from server.store.rows import encode

_PEOPLE = (
    "SELECT u.id, u.name, u.username, u.role, u.store_id, f.since FROM users u "
    "LEFT JOIN second_factors f ON f.user_id = u.id AND f.sealed IS NOT NULL WHERE u.active AND "
)


class PersonCard(Struct, frozen=True):
    """Somebody who may sign in; `since` when with a second factor (null: without), `needed`: the role needs one."""

    id: str
    name: str
    username: str
    role: str
    store_id: str
    since: datetime | None
    needed: bool


@get("/auth/people")
async def list_people(request: HttpRequest, person: Caller) -> Response[bytes]:
    """The people for whom a manager or admin answers, the caller among them, by name."""
    _refuse_others(person)
    condition, params = people(person)
    async with request.app.state.db.read() as tx:
        [rows] = await tx.run((f"{_PEOPLE}{condition} ORDER BY u.name, u.id LIMIT ?", (*params, listing.MOST)))
    needed = request.app.state.settings.totp_roles
    cards = [PersonCard(*row, needed=row[3] in needed) for row in rows]
    return await bodies.write(request, encode({"people": cards}))


@delete("/auth/people/{user_id:uuid}/totp", status_code=200)
async def reset_factor(request: HttpRequest, person: Caller, user_id: UUID) -> Response[bytes]:
    """Takes a colleague's second factor away, whose phone is lost; all their sign-ins end.

    The body proves the caller (`password`, `code`). The own one goes over `/auth/totp`. Raises 403, 404, 429.
    """
    _refuse_others(person)
    app, whose = request.app.state, str(user_id)
    condition, params = people(person)
    async with app.db.read() as tx:
        [rows] = await tx.run((f"SELECT u.store_id FROM users u WHERE u.id = ? AND {condition}", (whose, *params)))
    if not rows or whose == person.user_id:
        raise Problem(404, "not_found")
    await right_proof(request, person, bodies.asked(request, await request.body(), Proof))
    if not await factors_of(request).remove(whose):
        raise Problem(404, "not_found")
    ended = await listing.end_others(app.db, whose, None, app.bus.clock())
    await note(app.bus, whose, person.group_id, rows[0][0], "reset", person.user_id)
    return await bodies.write(request, json.encode({"ended": ended}))


def _refuse_others(person: Caller) -> None:
    if person.role not in MANAGERS:
        raise Problem(403, "forbidden", "Only managers and admins look after other people's sign-in.")
