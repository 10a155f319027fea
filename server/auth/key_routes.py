"""`/auth/keys`: the keys with which other programs come in, for managers of their store and admins."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.params import Parameter
from msgspec import Meta, Struct

from server.auth.keys import MOST_DAYS, USUAL_DAYS, Wish, add_key, keys_of, renew_key, revoke_key, rotate_key, unknown
from server.auth.reach import MANAGERS
from server.domain.fields import Id
from server.domain.scopes import SCOPES
from server.http import bodies
from server.http.caller import ANY, bearer
from server.http.errors import Problem
from server.queries.callers import Caller
from server.queries.stores import stores_by_id
from server.store.rows import encode

HttpRequest = Request[Any, Any, Any]
Days = Annotated[int, Meta(ge=1, le=MOST_DAYS)]
Why = Annotated[str | None, Parameter(max_length=200)]


class NewKey(Struct, frozen=True, forbid_unknown_fields=True):
    """What a key is to be called, may do and how long; an admin may name another store of the group."""

    name: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[^\0]*\S[^\0]*$")]
    scopes: Annotated[list[str], Meta(min_length=1, max_length=50)]
    days: Days = USUAL_DAYS
    purpose: Annotated[str, Meta(max_length=200, pattern=r"^[^\0]*$")] | None = None
    store_id: Id | None = None


class Renewal(Struct, frozen=True, forbid_unknown_fields=True):
    """How long the fresh key is to last."""

    days: Days = USUAL_DAYS


@get("/auth/keys")
async def list_keys(request: HttpRequest, person: Caller) -> Response[bytes]:
    """Keys with who made them, what they may and when they were used last; ended ones too."""
    _refuse_others(person)
    app = request.app.state
    found = await keys_of(app.db, app.bus.clock(), person)
    return await bodies.write(request, encode({"keys": found}))


@post("/auth/keys", status_code=201)
async def make_key(request: HttpRequest, person: Caller) -> Response[bytes]:
    """Makes a key; its text is in this answer and nowhere else, ever."""
    _refuse_others(person)
    app = request.app.state
    wanted = bodies.asked(request, await request.body(), NewKey)
    if wrong := unknown(wanted.scopes):
        message = f"There is no scope {wrong[0]}."
        raise Problem(400, "invalid", message, field="scopes", problem="wrong_value", scopes=list(SCOPES))
    store_id = wanted.store_id or person.store_id
    if store_id != person.store_id and (
        person.role != "admin" or store_id not in await stores_by_id(app.db, person.group_id)
    ):
        raise Problem(404, "not_found")
    wish = Wish(
        person.group_id, store_id, wanted.name.strip(), tuple(dict.fromkeys(wanted.scopes)), wanted.days,
        (wanted.purpose or "").strip() or None, person.user_id,
    )  # fmt: skip
    return await bodies.write(request, encode(await add_key(app.db, app.bus, wish)), 201)


@post("/auth/keys/{key_id:uuid}/rotate", status_code=200, opt={"scope": ANY})
async def rotate(request: HttpRequest, person: Caller, key_id: UUID) -> Response[bytes]:
    """A fresh key for the same program; the one before works until it was used and 60 seconds more, 24 hours at most.

    A manager or admin gives it a new term; a key may do so for itself and keeps its term. Raises 409 `token_rotated`
    for a key whose successor is in use.
    """
    app, now = request.app.state, request.app.state.bus.clock()
    if person.scopes is not None:
        if person.user_id != str(key_id):
            raise Problem(404, "not_found")
        made = await rotate_key(app.db, person, bearer(request) or "", now)
        if made is None:
            raise Problem(409, "token_rotated", "A newer key of this program is in use.")
        return await bodies.write(request, encode(made))
    _refuse_others(person)
    body = await request.body()
    days = bodies.asked(request, body, Renewal).days if body else USUAL_DAYS
    made = await renew_key(app.db, person, str(key_id), days, now)
    if made is None:
        raise Problem(404, "not_found")
    return await bodies.write(request, encode(made))


@delete("/auth/keys/{key_id:uuid}", status_code=204)
async def revoke(request: HttpRequest, person: Caller, key_id: UUID, why: Why = None) -> None:
    """The key stops working at once; what it wrote stays, under its name. `why` is kept."""
    _refuse_others(person)
    app = request.app.state
    reason = (why or "").replace("\0", "").strip() or None
    if not await revoke_key(app.db, app.bus, str(key_id), reason, person):
        raise Problem(404, "not_found")


def _refuse_others(person: Caller) -> None:
    if person.role not in MANAGERS:
        raise Problem(403, "forbidden", "Only managers and admins look after keys of programs.")


routes = [list_keys, make_key, rotate, revoke]
