"""`/auth/password`: a person changes the own password, which ends their other sign-ins."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, post
from msgspec import Meta, Struct

from server.auth import listing
from server.auth.accounts import set_password
from server.auth.backoff import Bucket
from server.auth.login import passwords_of, too_often
from server.auth.passwords import TooOften
from server.auth.rules import LONGEST, SHORTEST, weakness
from server.auth.sessions import account
from server.http import bodies
from server.http.errors import Problem
from server.queries.callers import Caller

Secret = Annotated[str, Meta(min_length=1, max_length=1000)]


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """The password that opens now, and the one that is to open from now on."""

    old: Secret
    new: Secret


@post("/auth/password", status_code=200)
async def change_password(request: Request[Any, Any, Any], person: Caller) -> Response[Any]:
    """Changes the password; raises 400 with what is wrong with `new`, 403 `wrong_password`, 429."""
    wanted: Change = bodies.asked(request, await request.body(), Change)
    app = request.app.state
    found = await account(app.db, person.username)
    try:
        own = [Bucket(f"change {person.user_id}", 5, 15 * 60)]
        if found is None or not await passwords_of(request).fits(own, wanted.old, found.password_hash):
            raise Problem(403, "wrong_password", "The old password is wrong.", field="old")
    except TooOften as error:
        return too_often(error)
    if problem := weakness(wanted.new, person.username):
        message = f"A password has {SHORTEST} to {LONGEST} characters and is not one that everybody tries."
        raise Problem(400, "invalid", message, field="new", problem=problem, shortest=SHORTEST, longest=LONGEST)
    await set_password(app.db, person.user_id, wanted.new)
    ended = await listing.end_others(app.db, person.user_id, person.session_id, app.bus.clock())
    return await bodies.write(request, msgspec.json.encode({"ended": ended}))
