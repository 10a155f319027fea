"""Which language the page speaks: as chosen on this phone, as the customer wishes, or as the browser asks."""

from litestar.datastructures import Cookie

from server.portal.link import Asked
from server.portal.words import Language

COOKIE = "jieche_lang"
_YEAR = 366 * 86_400


def language_of(request: Asked, wished: Language | None) -> Language:
    """`?lang=`, else the language last chosen that way on this phone, else the customer's, else Accept-Language."""
    for word in (request.query_params.get("lang"), request.cookies.get(COOKIE), wished):
        if word in ("zh", "en"):
            return word
    return _accepted(request.headers.get("accept-language", ""))


def remembered(request: Asked) -> Cookie | None:
    """The cookie that keeps a choice by `?lang=`, so that it also holds without a script."""
    chosen = request.query_params.get("lang")
    if chosen not in ("zh", "en"):
        return None
    return Cookie(key=COOKIE, value=chosen, path="/c", max_age=_YEAR, httponly=True, samesite="lax")


def _accepted(header: str) -> Language:
    """English for whoever asks for it before Chinese; Chinese for everybody else (RFC 9110 §12.5.4)."""
    weights = {"zh": 0.0, "en": 0.0}
    for part in header.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        name = tag.strip().lower().partition("-")[0]
        if name in weights:
            weights[name] = max(weights[name], weight)
    return "en" if weights["en"] > weights["zh"] else "zh"
