"""One message to one browser: encrypted (RFC 8291), signed for (RFC 8292) and handed to its push service (RFC 8030)."""

import base64
import hashlib
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, InvalidURL
from http_ece import ECEException
from msgspec import Struct
from py_vapid import VapidException
from pywebpush import WebPusher, WebPushException

from server.delivery.guard import Guard, NotAllowed
from server.delivery.key import Vapid
from server.domain.rows.internal import PushSubscription

TTL = 24 * 3600
"""Seconds for which a push service keeps a message for a browser that is away, and the longest pause it may ask."""
TIMEOUT = ClientTimeout(total=15)
GONE = frozenset({404, 410})
TOO_LARGE = 413


class Result(Struct, frozen=True):
    """`taken`, `gone` (the browser unsubscribed), `refused` (for good), or `later` (at least `after` seconds)."""

    what: Literal["taken", "gone", "refused", "later"]
    why: str = ""
    after: float = 0


class Post(Struct, frozen=True):
    """The way to the push services: the guarded HTTP session and our key."""

    http: ClientSession
    guard: Guard
    key: Vapid

    async def send(self, browser: PushSubscription, message: bytes, topic: str, urgency: str, ttl: int) -> Result:
        """Sends; of messages with the same topic, a push service keeps only the newest for a browser that is away."""
        try:
            self.guard.check(browser.endpoint)
            body = _encrypted(browser, message)
            headers = self._headers(browser.endpoint, topic, urgency, ttl)
        except NotAllowed as error:
            return Result("refused", str(error))
        except (WebPushException, ECEException, VapidException, ValueError) as error:
            return Result("refused", f"bad_subscription: {type(error).__name__}")
        try:
            # The body of the answer is never read: it comes from an address that a stranger named.
            async with self.http.post(
                browser.endpoint, data=body, headers=headers, allow_redirects=False, timeout=TIMEOUT
            ) as answer:
                return _result(answer.status, answer.headers.get("Retry-After", ""))
        except NotAllowed as error:
            return Result("refused", str(error))
        except InvalidURL:
            return Result("refused", "bad_endpoint")
        except (ClientError, TimeoutError, OSError) as error:
            return Result("later", f"push_unreachable: {type(error).__name__}")

    def _headers(self, endpoint: str, topic: str, urgency: str, ttl: int) -> dict[str, str]:
        parts = urlsplit(endpoint)
        digest = hashlib.sha256(topic.encode()).digest()
        return {
            **self.key.headers(f"{parts.scheme}://{parts.netloc}"),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(ttl),
            "Urgency": urgency,
            "Topic": base64.urlsafe_b64encode(digest).decode()[:32],
        }


def _encrypted(browser: PushSubscription, message: bytes) -> bytes:
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    return WebPusher({"endpoint": browser.endpoint, "keys": keys}).encode(message)["body"]


def _result(status: int, retry_after: str) -> Result:
    if 200 <= status < 300:
        return Result("taken")
    if status in GONE:
        return Result("gone")
    if status == TOO_LARGE or 300 <= status < 400:
        return Result("refused", f"push_service: {status}")
    return Result("later", f"push_service: {status}", min(float(retry_after), TTL) if retry_after.isdecimal() else 0)
