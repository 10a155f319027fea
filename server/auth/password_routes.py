"""`/auth/password`: a person changes the own password, which ends their other sign-ins."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from msgspec import Struct

from server.auth import listing
from server.auth.accounts import set_password
from server.auth.proving import Secret, right_password
from server.auth.rules import LONGEST, SHORTEST, weakness
from server.http import bodies
from server.http.errors import Problem
from server.queries.callers import Caller


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """The password that opens now, and the one that is to open from now on."""

    old: Secret
    new: Secret


@post("/auth/password", status_code=200)
async def change_password(request: Request[Any, Any, Any], person: Caller) -> Response[Any]:
    """Changes the password; raises 400 with what is wrong with `new`, 403 `wrong_password`, 429."""
    wanted: Change = bodies.asked(request, await request.body(), Change)
    app = request.app.state
    await right_password(request, person, wanted.old, "old")
    if problem := weakness(wanted.new, person.username):
        message = f"A password has {SHORTEST} to {LONGEST} characters and is not one that everybody tries."
        raise Problem(400, "invalid", message, field="new", problem=problem, shortest=SHORTEST, longest=LONGEST)
    await set_password(app.db, person.user_id, wanted.new)
    ended = await listing.end_others(app.db, person.user_id, person.session_id, app.bus.clock())
    return await bodies.write(request, msgspec.json.encode({"ended": ended}))
