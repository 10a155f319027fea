"""A cookie that proves that a person signed in on this browser before; it opens nothing, it only waits for nobody."""

import hashlib
import hmac
import secrets

from litestar.datastructures import Cookie

from server.http.address import Connection

LASTS = 400 * 24 * 3600
"""Seconds; browsers keep no cookie longer (RFC 6265bis §5.5)."""


def known_browser(connection: Connection, username: str) -> str | None:
    """The browser's id, if we gave it to this person's browser."""
    secret = connection.app.state.settings.secret
    browser, _, mac = connection.cookies.get(_name(secret, username), "").partition(".")
    return browser if mac and hmac.compare_digest(mac.encode(), _mac(secret, username, browser).encode()) else None


def remember_browser(connection: Connection, username: str) -> Cookie:
    """What the browser keeps for this person's next sign-in; sent to the sign-in alone, unreadable to scripts."""
    settings = connection.app.state.settings
    browser = known_browser(connection, username) or secrets.token_urlsafe(12)
    return Cookie(
        key=_name(settings.secret, username), value=f"{browser}.{_mac(settings.secret, username, browser)}",
        path="/auth/login", max_age=LASTS, httponly=True, samesite="strict",
        secure=settings.public_url.startswith("https:"),
    )  # fmt: skip


def _name(secret: bytes, username: str) -> str:
    return f"jieche_known_{hmac.digest(secret, b'known name:' + username.encode(), hashlib.sha256).hex()[:12]}"


def _mac(secret: bytes, username: str, browser: str) -> str:
    text = f"known:{browser}:{username}".encode()
    return hmac.digest(secret, text, hashlib.sha256).hex()[:32]
