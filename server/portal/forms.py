"""The page's forms: the same commands without a script, and what the script sends when there is one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, post
from litestar.response import Redirect

from server.domain.ids import derived, is_id
from server.http.errors import Problem
from server.portal.answers import GUARDED
from server.portal.commands import LARGEST, Sent, run
from server.portal.digits import refuse_strangers, unlock
from server.portal.inside import seen_by
from server.portal.link import WRITES, Asked, open_link, refuse_other_sites, rows_of
from server.queries.portal import surroundings
from server.store.rows import encode

Given = dict[str, list[str]]
Fields = dict[str, Any]

SAID = {"applied": "done", "merged": "done", "kept": "kept", "rejected": "refused"}
PLACES = {
    "estimate.decide": "your_answers", "estimate.ask": "questions", "survey.answer": "survey",
    "customer.set_consent": "consents", "customer.set_contact": "reach", "appointment.book": "bookings",
    "customer.restrict": "own_data",
}  # fmt: skip
"""Where on the page the answer to each form stands."""


@post("/c/{token:str}/unlock", status_code=200, request_max_body_size=LARGEST, include_in_schema=False)
async def open_up(request: Asked, token: str) -> Response[Any]:
    """Takes the last four digits, `{"digits": …}` as JSON or form, and answers with the pass as a cookie."""
    link = await open_link(request, token, WRITES)
    refuse_other_sites(request)
    body = await request.body()
    try:
        cookie = await unlock(request, link, await rows_of(request, link), _digits(request, body))
    except Problem as problem:
        said = {400: "incomplete", 403: "wrong_digits", 429: "wait"}[problem.status]
        if not _is_person(request):
            raise
        return _back(token, said, "gate")
    if not _is_person(request):
        return Response({"unlocked": True}, headers=dict(GUARDED), media_type="application/json", cookies=[cookie])
    request.cookies[cookie.key] = cookie.value or ""
    waits = getattr(await seen_by(request, link, datetime.now(UTC)), "asks_fen", 0)
    answer = _back(token, None, "asks" if waits else "")
    answer.set_cookie(cookie)
    return answer


def _digits(request: Asked, body: bytes) -> str:
    try:
        if "json" in request.headers.get("content-type", ""):
            return msgspec.json.decode(body, type=dict[str, str]).get("digits", "")
        return _one(_given(body), "digits")
    except (msgspec.DecodeError, UnicodeError):
        raise Problem(400, "invalid", "This cannot be read.", field="digits") from None


@post("/c/{token:str}/form", status_code=200, request_max_body_size=LARGEST, include_in_schema=False)
async def form(request: Asked, token: str) -> Response[Any]:
    """Runs the command that a form of the page means; people are led back to it, a script is told the outcome."""
    link = await open_link(request, token, WRITES)
    refuse_other_sites(request)
    rows = await rows_of(request, link)
    refuse_strangers(request, link, rows)
    place = ""
    try:
        given = _given(await request.body())
        name = _one(given, "do")
        place = _place(name, given)
        if name not in READ:
            raise Problem(403, "forbidden", "A customer's link cannot do this.", command=name)
        store = (await surroundings(request.app.state.db, link.group_id, rows.visit.store_id, set(), set())).store
        fields = _read(name, given, _when(given), ZoneInfo(store.time_zone), rows.visit.id)
        outcome = await run(request, link, rows, Sent(_id(given, rows.visit.id), name, fields))
    except Problem as problem:
        if not _is_person(request):
            raise
        return _back(token, "incomplete" if problem.status == 400 else "refused", place)
    if _is_person(request):
        return _back(token, SAID[outcome.outcome], place)
    return Response(encode(outcome), headers=dict(GUARDED), media_type="application/json")


def _is_person(request: Asked) -> bool:
    """Whether a browser waits for a page, not a script for an outcome."""
    return "text/html" in request.headers.get("accept", "")


def _back(token: str, said: str | None, place: str) -> Response[Any]:
    """Back to the page (303, so that a reload sends nothing again), at the place that was touched."""
    path = f"/c/{token}" + (f"?said={said}" if said else "") + (f"#{place}" if place else "")
    return Redirect(path, status_code=303, headers=dict(GUARDED))


def _given(body: bytes) -> Given:
    try:
        return parse_qs(body.decode(), keep_blank_values=True, strict_parsing=False, max_num_fields=200)
    except ValueError:
        raise Problem(400, "invalid", "This is no form.") from None


def _place(name: str, given: Given) -> str:
    """A question about a line is shown beside it."""
    line = _one(given, "line")
    return f"about-{line}" if name == "estimate.ask" and is_id(line) else PLACES.get(name, "")


def _one(given: Given, name: str) -> str:
    return given.get(name, [""])[-1].strip()


def _id(given: Given, visit_id: str) -> str:
    """The script's own id, else one made of all that the form says: a form sent twice is one command."""
    words = (f"{name}={value}" for name in sorted(given) for value in given[name] if name not in ("id", "at"))
    own = _one(given, "id")
    if own and not is_id(own):
        raise Problem(400, "invalid", "An id is a UUID in lower case.", field="id")
    return own or derived("form", visit_id, *words)


def _when(given: Given) -> str:
    """When it was said: by the phone's clock if a script tells it, else now."""
    return _one(given, "at") or datetime.now(UTC).isoformat()


def _read(name: str, given: Given, at: str, zone: ZoneInfo, visit_id: str) -> Fields:
    try:
        return READ[name](given, at, zone) | _made(name, given, visit_id)
    except (ValueError, IndexError, OverflowError):
        raise Problem(400, "invalid", "A field is missing or cannot be read.") from None


def _made(name: str, given: Given, visit_id: str) -> Fields:
    """The id of what a form makes: the command's own, seen from the other side."""
    makes = {"estimate.ask": "question_id", "survey.answer": "survey_id", "appointment.book": "appointment_id"}
    return {makes[name]: derived("made", _id(given, visit_id))} if name in makes else {}


def _decide(given: Given, at: str, zone: ZoneInfo) -> Fields:
    """`line` is `id:version:amount_fen`, exactly what was shown."""
    said, replaces = _one(given, "say"), _list(given, "replaces")
    lines = [line.split(":") for line in given.get("line", [])]
    decisions = [
        {"line_id": line[0], "version": int(line[1]), "decision": said, "amount_fen": int(line[2])} for line in lines
    ]
    return {"decisions": decisions, "decided_at": at} | ({"replaces": replaces} if replaces else {})


def _ask(given: Given, at: str, zone: ZoneInfo) -> Fields:
    return {"text": _one(given, "text"), "line_id": _one(given, "line") or None}


def _survey(given: Given, at: str, zone: ZoneInfo) -> Fields:
    names = ("speed", "quality", "price", "courtesy", "recommend")
    return {name: int(_one(given, name)) for name in names} | {"text": _one(given, "text") or None}


def _consent(given: Given, at: str, zone: ZoneInfo) -> Fields:
    said = _one(given, "say")
    lifts = _list(given, "lifts") if said == "granted" else []
    return {"purpose": _one(given, "purpose"), "channel": "any", "decision": said, "decided_at": at, "lifts": lifts}


def _contact(given: Given, at: str, zone: ZoneInfo) -> Fields:
    """Only what differs from `…_was`, which is what the form showed."""
    start, end = _one(given, "quiet_start"), _one(given, "quiet_end")
    wanted: dict[str, Any] = {
        "channels": _list(given, "channels") or None,
        "quiet": {"start": start, "end": end} if start or end else None,
        "language": _one(given, "language") or None,
    }
    shown = {name: msgspec.json.decode(_one(given, f"{name}_was") or "null") for name in wanted}
    return {name: {"from": shown[name], "to": wanted[name]} for name in wanted if wanted[name] != shown[name]}


def _restrict(given: Given, at: str, zone: ZoneInfo) -> Fields:
    return {"reason": "本人在页面上要求", "restricted_at": at}


def _book(given: Given, at: str, zone: ZoneInfo) -> Fields:
    """A day and a slot on the store's clock, at least an hour from now."""
    wanted = datetime.combine(date.fromisoformat(_one(given, "on")), time.fromisoformat(_one(given, "slot")), zone)
    days = (wanted - datetime.now(UTC)).total_seconds() / 86_400
    if not 1 / 24 <= days <= 370:
        raise ValueError("not a time to come")
    return {"at": wanted.astimezone(UTC).isoformat(), "work": _one(given, "work"), "note": _one(given, "note") or None}


def _list(given: Given, name: str) -> list[str]:
    return [word for word in _one(given, name).split(",") if word]


READ: dict[str, Callable[[Given, str, ZoneInfo], Fields]] = {
    "estimate.decide": _decide, "estimate.ask": _ask, "survey.answer": _survey,
    "customer.set_consent": _consent, "customer.set_contact": _contact, "appointment.book": _book,
    "customer.restrict": _restrict,
}  # fmt: skip
"""How each form becomes the fields of its command."""
