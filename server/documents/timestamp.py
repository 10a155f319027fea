"""Time stamps of an authority (RFC 3161): asked for over HTTP, believed only when everything in the answer fits."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from asn1crypto import cms, core, pem, tsp, x509
from msgspec import Struct
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, validate_tst_signed_data
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from server.settings import Settings

LARGEST = 12 * 2**10
"""Bytes of an answer at most; one with two RSA-2048 certificates has some 4,000."""
SECONDS = 5
"""So long an answer is waited for."""
APART = timedelta(hours=1)
"""So far an authority's time may lie from ours: a wrong time on a paper is worse than none."""

Imprint = Callable[[str], bytes]
"""What was stamped, by the name of a hash algorithm."""


class NoStamp(Exception):
    """No time stamp that holds: `code` says why.

    `unreachable`, `refused`, `unreadable`, `too_large`, `other_nonce`, `other_document`, `forged`, `not_an_authority`,
    `expired`, `unknown_authority` or `other_time`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Authority(Struct, frozen=True):
    """Where time stamps come from; with `trusted` (DER) only answers that lead to one of these certificates count."""

    url: str
    user: str = ""
    password: str = ""
    trusted: tuple[bytes, ...] = ()


class Stamp(Struct, frozen=True):
    """A time stamp as found: when, whose, and the SHA-256 of the authority's certificate in hex.

    `fits`: it stamps this very seal, and its signature holds. Who stands behind the authority is another question.
    Nothing is told of one that cannot be read, or that no authority could make.
    """

    fits: bool
    at: datetime | None = None
    authority: str | None = None
    certificate: str | None = None


def authority(config: Settings) -> Authority | None:
    """The authority that the settings name, if any; raises ValueError for settings that name half of one."""
    if not config.tsa_url:
        return None
    trusted: tuple[bytes, ...] = ()
    if config.tsa_certificates:
        try:
            trusted = tuple(der for _, _, der in pem.unarmor(Path(config.tsa_certificates).read_bytes(), multiple=True))
        except (OSError, ValueError) as error:
            raise ValueError(f"JIECHE_TSA_CERTIFICATES: {error}") from None
    return Authority(config.tsa_url, config.tsa_user, config.tsa_password, trusted)


class Stamper(TimeStamper):
    """Asks once and reads no long answer; raises NoStamp for one that does not fit in every point."""

    def __init__(self, authority: Authority) -> None:
        super().__init__()
        self._authority = authority

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token for a digest, checked."""
        nonce, asked = self.request_cms(message_digest, md_algorithm)
        answer = await self._answer(asked.dump())
        try:
            return await _checked(answer, nonce, message_digest, md_algorithm, self._authority.trusted)
        except NoStamp:
            raise
        except Exception as error:
            # Whatever bytes came are read by large libraries: what they cannot make sense of is no time stamp.
            raise NoStamp("unreadable") from error

    async def _answer(self, asked: bytes) -> bytes:
        who = self._authority
        login = aiohttp.BasicAuth(who.user, who.password) if who.user else None
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            async with aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=SECONDS), auth=login, cookie_jar=aiohttp.DummyCookieJar()
            ) as http, http.post(who.url, data=asked, headers=headers, allow_redirects=False) as answer:  # fmt: skip
                if answer.status != 200:
                    raise NoStamp("refused")
                content = bytearray()
                async for chunk in answer.content.iter_any():
                    content += chunk
                    if len(content) > LARGEST:
                        raise NoStamp("too_large")
                return bytes(content)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise NoStamp("unreachable") from error


class _Answer(core.Sequence):
    """TimeStampResp (RFC 3161 §2.4.2); asn1crypto's own cannot be read without a token, which a refusal lacks."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


async def _checked(
    answer: bytes, nonce: int, digest: bytes, algorithm: str, trusted: tuple[bytes, ...]
) -> cms.ContentInfo:
    response = _Answer.load(answer, strict=True)
    if response["status"]["status"].native not in ("granted", "granted_with_mods"):
        raise NoStamp("refused")
    token = response["time_stamp_token"]
    told = token["content"]["encap_content_info"]["content"].parsed
    if told["nonce"].native != nonce:
        raise NoStamp("other_nonce")
    imprint = told["message_imprint"]
    if (imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native) != (algorithm, digest):
        raise NoStamp("other_document")
    at, signer, fits = await _examined(token["content"], lambda _: digest)
    if not fits:
        raise NoStamp("forged")
    if trusted and not await _leads_to(trusted, signer, token["content"], at):
        raise NoStamp("unknown_authority")
    if abs(at - datetime.now(UTC)) > APART:
        raise NoStamp("other_time")
    return token


async def stamp_of(signer_info: cms.SignerInfo) -> Stamp | None:
    """The time stamp that a seal carries, if any."""
    signature = signer_info["signature"].native
    for token in extract_tst_data_iter(signer_info, signed=False):
        try:
            at, signer, fits = await _examined(token, lambda name: hashlib.new(name, signature).digest())
        except Exception:
            # It lies outside the sealed bytes, so anybody may have put anything there.
            return Stamp(fits=False)
        return Stamp(fits, at, signer.subject.human_friendly, signer.sha256.hex()) if fits else Stamp(fits=False)
    return None


async def _examined(token: cms.SignedData, imprint: Imprint) -> tuple[datetime, x509.Certificate, bool]:
    """When, by whose certificate, and whether the token stamps the imprint; raises NoStamp for no authority's."""
    [info] = token["signer_infos"]
    held = [one.chosen for one in token["certificates"] if one.name == "certificate"]
    [signer] = [one for one in held if _is_of(one, info["sid"])]
    context = ValidationContext(trust_roots=[signer], allow_fetching=False)
    found: dict[str, Any] = await validate_tst_signed_data(token, context, imprint)
    usage = signer.extended_key_usage_value
    if usage is None or "time_stamping" not in usage.native:
        raise NoStamp("not_an_authority")
    at: datetime = found["timestamp"]
    if not signer.not_valid_before <= at <= signer.not_valid_after:
        raise NoStamp("expired")
    return at, signer, bool(found["intact"] and found["valid"])


def _is_of(certificate: x509.Certificate, sid: cms.SignerIdentifier) -> bool:
    if sid.name == "subject_key_identifier":
        return certificate.key_identifier == sid.chosen.native
    return (certificate.issuer, certificate.serial_number) == (
        sid.chosen["issuer"], sid.chosen["serial_number"].native,
    )  # fmt: skip


async def _leads_to(trusted: tuple[bytes, ...], signer: x509.Certificate, token: cms.SignedData, at: datetime) -> bool:
    roots = [x509.Certificate.load(der) for der in trusted]
    between = [one.chosen for one in token["certificates"] if one.name == "certificate"]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=at)
    try:
        await CertificateValidator(
            signer, intermediate_certs=between, validation_context=context
        ).async_validate_usage(set(), {"time_stamping"})  # fmt: skip
    except (PathError, ValidationError):
        return False
    return True
