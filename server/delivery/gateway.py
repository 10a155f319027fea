"""An SMS gateway over HTTP, asked in the way of the large Chinese ones (Alibaba Cloud SendSms 2017-05-25, ACS3).

Every request is signed: HMAC-SHA256 over the canonical request, with the access key's id, a time, a nonce and the hash
of the body in signed headers. `OutId` carries our message id, so that a request that is repeated sends nothing twice.
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

from server.delivery.guard import Guard, NotAllowed
from server.delivery.sms import Answer, Console, File, Nobody, Provider, Text, templates
from server.settings import Settings

ALGORITHM = "ACS3-HMAC-SHA256"
TIMEOUT = ClientTimeout(total=15)
MOST_READ = 8192
"""Bytes of an answer that are read."""
LONGEST_PAUSE = 3600.0
BUSY = ("Throttling", "isv.BUSINESS_LIMIT_CONTROL", "isp.", "ServiceUnavailable", "InternalError")
"""Codes after which trying again may help: too many at a time, or the gateway's own trouble."""


class Said(msgspec.Struct, frozen=True):
    """What the gateway answers: `OK`, or a code that says why not."""

    Code: str = ""


class Gateway:
    """The provider `http`."""

    def __init__(self, http: ClientSession, guard: Guard, config: Settings) -> None:
        self._http, self._guard, self._config = http, guard, config
        self._templates = templates(config)
        self.topics = frozenset(self._templates)

    async def send(self, text: Text) -> Answer:
        """Sends one signed request; follows no redirect and reads no long answer."""
        url = self._config.sms_url
        body = urlencode(
            {
                "PhoneNumbers": text.phone.removeprefix("+86").removeprefix("+"), "SignName": self._config.sms_sign,
                "TemplateCode": self._templates[text.topic], "OutId": text.out_id,
                "TemplateParam": msgspec.json.encode(text.params).decode(),
            },
            quote_via=quote,
        ).encode()  # fmt: skip
        try:
            self._guard.check(url)
            headers = signed(url, body, self._config.sms_key_id, self._config.sms_key_secret, datetime.now(UTC))
            async with self._http.post(
                url, data=body, headers=headers, allow_redirects=False, timeout=TIMEOUT
            ) as answer:
                read = await answer.content.read(MOST_READ)
                return _answer(answer.status, read, answer.headers.get("Retry-After", ""))
        except NotAllowed as error:
            return Answer("refused", str(error))
        except (ClientError, TimeoutError, OSError) as error:
            return Answer("later", f"sms_unreachable: {type(error).__name__}")


def signed(url: str, body: bytes, key_id: str, secret: str, now: datetime, nonce: str | None = None) -> dict[str, str]:
    """The headers of a request, with its signature over method, path, query, headers and the hash of the body."""
    parts = urlsplit(url)
    digest = hashlib.sha256(body).hexdigest()
    headers = {
        "content-type": "application/x-www-form-urlencoded", "host": parts.netloc, "x-acs-action": "SendSms",
        "x-acs-content-sha256": digest, "x-acs-date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce or secrets.token_hex(16), "x-acs-version": "2017-05-25",
    }  # fmt: skip
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = "\n".join(("POST", parts.path or "/", parts.query, lines, names, digest))
    wanted = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), wanted.encode(), "sha256").hexdigest()
    return headers | {"authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}


def _answer(status: int, body: bytes, retry_after: str) -> Answer:
    """What became of it. A success that cannot be read is tried again: the gateway knows the `OutId`."""
    after = min(float(retry_after), LONGEST_PAUSE) if retry_after.isdecimal() else 0
    try:
        code = "".join(c for c in msgspec.json.decode(body, type=Said).Code if c.isascii() and c.isprintable())[:64]
    except msgspec.DecodeError:
        code = ""
    if code == "OK" and 200 <= status < 300:
        return Answer("taken")
    if status == 429 or status >= 500 or code.startswith(BUSY) or (not code and 200 <= status < 300):
        return Answer("later", f"sms_gateway: {code or status}", after)
    return Answer("refused", f"sms_gateway: {code or status}")


def named(url: str) -> str:
    """The gateway's host and port: whoever runs the server names it, also one that is not of the open internet."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}" if url else ""


def provider(config: Settings, http: ClientSession, guard: Guard) -> Provider:
    """The provider that the settings name; raises ValueError for settings that name half of one."""
    match config.sms_provider:
        case "console":
            return Console()
        case "file":
            return File(config.data / "sms.jsonl")
        case "http":
            missing = [n for n in ("sms_url", "sms_key_id", "sms_key_secret", "sms_sign") if not getattr(config, n)]
            if missing:
                raise ValueError(f"sms_provider=http needs {', '.join(f'JIECHE_{name.upper()}' for name in missing)}")
            return Gateway(http, guard, config)
        case _:
            return Nobody()
