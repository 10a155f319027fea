"""A person proves who they are: by the password, and by a code where a second factor is on; both under the back-off."""

from typing import Annotated, Any, Literal

from litestar import Request
from msgspec import Meta, Struct

from server.auth.backoff import Backoff, Bucket, TooOften, code_bucket
from server.auth.factors import Factor, Factors
from server.auth.known import known_browser
from server.auth.passwords import Passwords
from server.auth.sessions import Account, account
from server.auth.tickets import ticket_for
from server.commands.bus import Actor, Bus
from server.http.errors import Problem
from server.queries.callers import Caller

HttpRequest = Request[Any, Any, Any]
Secret = Annotated[str, Meta(min_length=1, max_length=1000)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
Change = Literal["on", "replaced", "off", "reset", "recovery_used", "recovery_renewed"]


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """The own password, and a code (of the app, or for recovery) where the second factor is on."""

    password: Secret
    code: Code | None = None


def passwords_of(request: HttpRequest) -> Passwords:
    """The one place of this process that checks passwords."""
    app = request.app.state
    return app.setdefault("passwords", Passwords(Backoff(app.db, app.settings.secret)))


def factors_of(request: HttpRequest) -> Factors:
    """The second factors, under this server's key."""
    app = request.app.state
    return app.setdefault("factors", Factors(app.db, app.settings.secret))


def too_often(error: TooOften) -> Problem:
    """The answer to who tried too often."""
    return Problem(429, "too_many_attempts", "Wait before the next attempt.", retry_after=error.retry_after)


async def right_password(request: HttpRequest, person: Caller, password: str, field: str = "password") -> Account:
    """The caller's account, if this is its password; raises 403 `wrong_password`, 429."""
    found = await account(request.app.state.db, person.username)
    own = [Bucket(f"change {person.user_id}", 5, 15 * 60)]
    try:
        if found is None or not await passwords_of(request).fits(own, password, found.password_hash):
            raise Problem(403, "wrong_password", "The password is wrong.", field=field)
    except TooOften as error:
        raise too_often(error) from None
    return found


async def right_proof(request: HttpRequest, person: Caller, proof: Proof) -> tuple[Account, Factor | None]:
    """The caller's account and second factor, both proven; raises 403 `wrong_password`, `totp_…`, 429."""
    who = await right_password(request, person, proof.password)
    factor = await factors_of(request).of(who.id)
    if factor is not None:
        await right_code(request, who, factor, proof.code, Bucket(f"code own {who.id}", 5, 15 * 60), "code")
    return who, factor


async def right_factor(request: HttpRequest, who: Account, code: str | None) -> None:
    """Lets who knows the password on with their second factor, or without one if none is needed.

    Raises 403 `totp_required`, `totp_wrong`, or `totp_enrolment_required` with a ticket; 429.
    """
    app = request.app.state
    factor = await factors_of(request).of(who.id)
    if factor is not None:
        await right_code(request, who, factor, code, code_bucket(who.id, known_browser(request, who.username)), "totp")
    elif who.role in app.settings.totp_roles:
        ticket, expires_at = ticket_for(app.settings.secret, who, app.bus.clock())
        message = "People of this role sign in with a second factor: enrol one with this ticket first."
        raise Problem(403, "totp_enrolment_required", message, ticket=ticket, expires_at=expires_at.isoformat())


async def right_code(
    request: HttpRequest, who: Account, factor: Factor, code: str | None, bucket: Bucket, field: str
) -> None:
    """Takes the code; raises 403 `totp_required` without one, `totp_wrong` with `problem` wrong or used, 429."""
    app = request.app.state
    if code is None:
        raise Problem(403, "totp_required", "Send the code of the authenticator app, or a recovery code.", field=field)
    await tried(request, bucket)
    verdict = await factors_of(request).spend(who.id, factor, code, app.bus.clock())
    if verdict in ("wrong", "used"):
        raise wrong_code(field, verdict)
    await passwords_of(request).backoff.succeeded([bucket])
    if verdict == "recovery":
        await note(app.bus, who.id, who.group_id, who.store_id, "recovery_used", who.id)


async def tried(request: HttpRequest, bucket: Bucket) -> None:
    """Counts a code before it is looked at; raises 429."""
    try:
        await passwords_of(request).backoff.attempt(bucket)
    except TooOften as error:
        raise too_often(error) from None


def wrong_code(field: str, problem: str) -> Problem:
    """The answer to a code that is not taken."""
    message = "This code was used already; wait for the next." if problem == "used" else "This is not the code."
    return Problem(403, "totp_wrong", message, field=field, problem=problem)


async def note(bus: Bus, staff_id: str, group_id: str, store_id: str, change: Change, by: str | None) -> None:
    """Into the journal: what became of a person's second factor, and who did it (None: an operator)."""
    server = Actor(group_id=group_id, store_id=store_id, door="server", role="server", user_id=by)
    await bus.run(server, "staff.note_factor", {"staff_id": staff_id, "change": change})
