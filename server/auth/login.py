"""`/auth/login`, `/auth/logout`, `/auth/me`: signing in on a tablet or from a program, and out again."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from msgspec import Meta, Struct

from server.auth import sessions
from server.auth.accounts import plain
from server.auth.backoff import TooOften, buckets
from server.auth.known import known_browser, remember_browser
from server.auth.proving import Code, Secret, passwords_of, right_factor, too_often
from server.auth.reach import MANAGERS
from server.auth.sessions import Account, Known, Named
from server.commands.bus import Actor
from server.documents.signature import BadSignature, public_key
from server.domain.fields import Id
from server.http import bodies
from server.http.address import client_network
from server.http.errors import Problem
from server.http.limits import Limit
from server.queries.callers import Caller
from server.store.rows import encode

BURST, PER_SECOND = 120, 2
"""Attempts by the network of who asks, right or wrong: each costs 20 MB and 25 ms of a processor."""
COORDINATE = 43
"""Characters of 32 bytes in base64url, the length of a P-256 coordinate (RFC 7518 §6.2.1.2)."""

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern="^[^\0]*$")]
HttpRequest = Request[Any, Any, Any]


class Tablet(Struct, frozen=True, forbid_unknown_fields=True):
    """A tablet makes itself known: its id, a name for people, and the public half of its key (JWK)."""

    id: Id
    name: Line
    public_key: dict[str, Any]


class Login(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person enters, and the tablet they enter it on; other programs have none.

    `totp` is a code of the authenticator app or a recovery code, for who has a second factor.
    """

    username: Line
    password: Secret
    device: Tablet | None = None
    totp: Code | None = None


@post("/auth/login", status_code=200, request_max_body_size=64 * 1024)
async def login(request: HttpRequest) -> Response[Any]:
    """Signs in; raises 400, 401 `bad_credentials`, 403 `device_revoked`, `device_pending`, 409, 429.

    After the right password also 403 `totp_required` (send the same again with `totp`), `totp_wrong` (`problem`:
    `wrong` or `used`), and `totp_enrolment_required` with the `ticket` for `POST /auth/totp`.
    """
    network = client_network(request)
    request.app.state.setdefault("attempts", Limit(BURST, PER_SECOND)).check(network)
    wanted = bodies.asked(request, await request.body(), Login)
    key = _coordinates(wanted.device) if wanted.device else None
    app = request.app.state
    try:
        who = await _account(request, wanted)
    except TooOften as error:
        raise too_often(error) from None
    if wanted.device is None and app.settings.approve_devices and who.role not in MANAGERS:
        raise Problem(403, "device_needed", "Sign in on a tablet that a manager has approved.")
    if wanted.device and key:  # before the code, which is taken only once
        _refused(await sessions.known_device(app.db, wanted.device.id), who, key)
    await right_factor(request, who, wanted.totp)
    device = await _enrolled(request, who, wanted.device, key) if wanted.device and key else None
    signed_in = await sessions.open_session(app.db, who, device, app.bus.clock(), app.settings.session_days, network)
    answered = await bodies.write(request, encode(signed_in))
    answered.set_cookie(remember_browser(request, plain(wanted.username)))
    return answered


@post("/auth/logout", status_code=204)
async def logout(request: HttpRequest, person: Caller) -> None:
    """Ends the session; the tablet stays enrolled and keeps its queue."""
    app = request.app.state
    await sessions.close_session(app.db, person.session_id, app.bus.clock())


@get("/auth/me")
async def me(request: HttpRequest, person: Caller) -> Response[bytes]:
    """The sign-in's answer again, without the token."""
    return await bodies.write(request, encode(await sessions.session(request.app.state.db, person.session_id)))


def _coordinates(tablet: Tablet) -> dict[str, str]:
    """The members of the JWK that say which key it is; raises 400 for a private key or one not on P-256."""
    jwk = tablet.public_key
    try:
        public_key(jwk)
    except BadSignature:
        raise _no_key("wrong_value") from None
    if "d" in jwk or len(jwk["x"]) != COORDINATE or len(jwk["y"]) != COORDINATE:
        raise _no_key("private_key" if "d" in jwk else "wrong_value")
    return {name: jwk[name] for name in ("kty", "crv", "x", "y")}


def _no_key(problem: str) -> Problem:
    message = "A tablet's key is a public P-256 key as a JWK; the private half never leaves the tablet."
    return Problem(400, "invalid", message, field="device.public_key", problem=problem)


async def _account(request: HttpRequest, wanted: Login) -> Account:
    """The account, if the password fits; raises 401 or TooOften."""
    app = request.app.state
    username = plain(wanted.username)
    found = await sessions.account(app.db, username)
    counted = buckets(username, client_network(request), known_browser(request, username))
    known = found.password_hash if found and found.active else None
    if not await passwords_of(request).fits(counted, wanted.password, known) or found is None:
        raise Problem(401, "bad_credentials", "Username or password is wrong.")
    return found


async def _enrolled(request: HttpRequest, who: Account, tablet: Tablet, key: dict[str, str]) -> Named:
    """The tablet, enrolled if it is new; raises 403 or 409."""
    app = request.app.state
    known = await sessions.known_device(app.db, tablet.id)
    if known is None:
        waits = app.settings.approve_devices and who.role not in MANAGERS
        facts = {"name": tablet.name, "public_key": key, "enrolled_by": who.id, "pending": waits}
        await app.bus.run(_server(who), "device.enrol", {"device_id": tablet.id, **facts})
        known = await sessions.known_device(app.db, tablet.id)
    # Looked at again after enrolling: of two tablets that claim one id at the same time, only one enrolled.
    if known is None:
        raise Problem(409, "device_key_changed", "This id has another key: enrol under a new id.")
    _refused(known, who, key)
    if known.pending and (who.role in MANAGERS or not app.settings.approve_devices):
        await app.bus.run(_server(who), "device.approve", {"device_id": tablet.id})
    elif known.pending:
        raise Problem(403, "device_pending", "A manager has to approve this tablet first.", device=known.name)
    return Named(tablet.id, known.name)


def _refused(known: Known | None, who: Account, key: dict[str, str]) -> None:
    """Raises 409 or 403 for a tablet that enrolled as another one, or was revoked."""
    if known is not None and (known.group_id != who.group_id or known.public_key != key):
        raise Problem(409, "device_key_changed", "This id has another key: enrol under a new id.")
    if known is not None and known.revoked:
        raise Problem(403, "device_revoked")


def _server(who: Account) -> Actor:
    return Actor(group_id=who.group_id, store_id=who.store_id, door="server", role="server", user_id=who.id)
