"""`/auth/totp`: a person's own second factor: turned on, moved to another phone, turned off; recovery codes."""

from litestar import Response, delete, get, post
from msgspec import Struct, json

from server.auth import listing
from server.auth.backoff import Bucket
from server.auth.proving import (
    Code,
    HttpRequest,
    Proof,
    Secret,
    factors_of,
    note,
    passwords_of,
    right_proof,
    tried,
    wrong_code,
)
from server.auth.sessions import Account, account
from server.auth.tickets import holder
from server.domain.totp import enrolment_uri, spelled
from server.http import bodies
from server.http.caller import provide_caller
from server.http.errors import Problem
from server.queries.callers import Caller
from server.store.rows import encode


class Begin(Struct, frozen=True, forbid_unknown_fields=True):
    """The own password, with a code where a second factor is on; or the ticket that a sign-in gave."""

    password: Secret | None = None
    code: Code | None = None
    ticket: Secret | None = None


class Confirm(Struct, frozen=True, forbid_unknown_fields=True):
    """The first code of the new secret; with the ticket, if that is how it was begun."""

    code: Code
    ticket: Secret | None = None


@get("/auth/totp")
async def own_factor(request: HttpRequest, person: Caller) -> Response[bytes]:
    """The caller's second factor: `on`, `since`, `recovery_left`, and `needed`: the role must have one."""
    factor = await factors_of(request).of(person.user_id)
    told = {
        "on": factor is not None,
        "since": factor and factor.since,
        "recovery_left": factor and factor.recovery_left,
        "needed": person.role in request.app.state.settings.totp_roles,
    }
    return await bodies.write(request, encode(told))


@post("/auth/totp", status_code=200)
async def begin_factor(request: HttpRequest) -> Response[bytes]:
    """A fresh secret, shown this once: as base32 and as an `otpauth` address for a QR code; nothing is on yet.

    Waits 15 minutes for `POST /auth/totp/confirm`. With a second factor on, this moves it to another phone and wants a
    code of it. Raises 400, 401 `ticket_over`, 403 `wrong_password`, `totp_required`, `totp_wrong`, 409, 429.
    """
    wanted = bodies.asked(request, await request.body(), Begin)
    factors, now = factors_of(request), request.app.state.bus.clock()
    if wanted.ticket is not None:
        who, factor = await _by_ticket(request, wanted.ticket), None
    else:
        person = await provide_caller(request)
        if wanted.password is None:
            raise Problem(400, "invalid", "The password is needed once more.", field="password", problem="missing")
        who, factor = await right_proof(request, person, Proof(wanted.password, wanted.code))
    secret = await factors.begin(who.id, factor, now)
    if secret is None:
        raise Problem(409, "totp_is_on", "A second factor was turned on meanwhile.")
    told = {"secret": spelled(secret), "uri": enrolment_uri(secret, who.username)}
    return await bodies.write(request, json.encode(told))


@post("/auth/totp/confirm", status_code=200)
async def confirm_factor(request: HttpRequest) -> Response[bytes]:
    """The first code turns the new secret on: ten recovery codes, shown this once; the other sign-ins end.

    Raises 400, 401 `ticket_over`, 403 `totp_wrong`, 409 `totp_not_begun`, 429.
    """
    wanted = bodies.asked(request, await request.body(), Confirm)
    who, session_id = await _enrolling(request, wanted.ticket)
    app, factors = request.app.state, factors_of(request)
    bucket = Bucket(f"code confirm {who.id}", 5, 15 * 60)
    await tried(request, bucket)
    before = await factors.of(who.id)
    try:
        codes = await factors.confirm(who.id, wanted.code, app.bus.clock())
    except LookupError:
        raise Problem(409, "totp_not_begun", "Begin again: this secret was shown too long ago.") from None
    if codes is None:
        raise wrong_code("code", "wrong")
    await passwords_of(request).backoff.succeeded([bucket])
    ended = await listing.end_others(app.db, who.id, session_id, app.bus.clock())
    await note(app.bus, who.id, who.group_id, who.store_id, "replaced" if before else "on", who.id)
    return await bodies.write(request, json.encode({"recovery_codes": codes, "ended": ended}))


@post("/auth/totp/recovery-codes", status_code=200)
async def renew_recovery(request: HttpRequest, person: Caller) -> Response[bytes]:
    """Ten fresh recovery codes, shown this once; those before open nothing any more. Raises 403, 404, 429."""
    who = await _with_factor(request, person)
    codes = await factors_of(request).renew_recovery(who.id)
    await note(request.app.state.bus, who.id, who.group_id, who.store_id, "recovery_renewed", who.id)
    return await bodies.write(request, json.encode({"recovery_codes": codes}))


@delete("/auth/totp", status_code=200)
async def end_factor(request: HttpRequest, person: Caller) -> Response[bytes]:
    """Turns the second factor off; the other sign-ins end. Raises 403, also `totp_needed` by the role; 404, 429."""
    app = request.app.state
    if person.role in app.settings.totp_roles:
        raise Problem(
            403, "totp_needed", "People of this role sign in with a second factor; it can be moved to a new phone."
        )
    who = await _with_factor(request, person)
    await factors_of(request).remove(who.id)
    ended = await listing.end_others(app.db, who.id, person.session_id, app.bus.clock())
    await note(app.bus, who.id, who.group_id, who.store_id, "off", who.id)
    return await bodies.write(request, json.encode({"ended": ended}))


async def _with_factor(request: HttpRequest, person: Caller) -> Account:
    """The caller's account, once password and code are proven; raises 404 where no second factor is on."""
    who, factor = await right_proof(request, person, bodies.asked(request, await request.body(), Proof))
    if factor is None:
        raise Problem(404, "not_found")
    return who


async def _enrolling(request: HttpRequest, ticket: str | None) -> tuple[Account, str | None]:
    """Who enrols, and the sign-in that is to stay open."""
    if ticket is not None:
        return await _by_ticket(request, ticket), None
    person = await provide_caller(request)
    who = await account(request.app.state.db, person.username)
    if who is None:
        raise Problem(401, "unauthorized")
    return who, person.session_id


async def _by_ticket(request: HttpRequest, ticket: str) -> Account:
    app = request.app.state
    who = await holder(app.db, app.settings.secret, ticket, app.bus.clock())
    if who is None:
        raise Problem(401, "ticket_over", "Sign in again: this ticket is over.")
    return who
