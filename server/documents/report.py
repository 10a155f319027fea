"""What the check of a paper found, in words: Chinese first, English beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from server.documents import labels
from server.documents.amendment_words import put_right
from server.documents.labels import PURPOSES, Words
from server.documents.testimony import testimony
from server.documents.timestamp import Stamp
from server.documents.verify import Verdict

WHOLE = Words("文件完整：封章以后没有改动", "The file is whole: nothing was changed since it was sealed")
NO_PAPER = {
    "unreadable": Words("这不是能读的 PDF", "This is no PDF that can be read"),
    "no_seal": Words("这份 PDF 没有封章", "This PDF carries no seal"),
    "too_large": Words("文件太大", "The file is too large"),
}
PROBLEMS = {
    "altered": Words("封章以后文件被改动过", "The file was changed after it was sealed"),
    "added_to": Words("封章以后又加了内容", "Something was added after it was sealed"),
    "document": Words("里面没有所签的文书", "The document that was signed is not inside"),
    "document_hash": Words("签名签的不是这份文书", "The signature is for another document"),
    "amends": Words("里面没有被更正的文书", "The document that is amended is not inside"),
    "corrections": Words("更正的内容对不上", "The corrections do not lead to what is said"),
    "strokes": Words("里面没有手写笔迹", "The drawn signature is not inside"),
    "strokes_hash": Words("手写笔迹被换过", "The drawn signature was exchanged"),
    "kid": Words("里面没有那台平板的公钥", "The tablet's public key is not inside"),
    "time_stamp": Words("时间戳对不上这个封章", "The time stamp does not fit this seal"),
    "signature": Words("签名不是这台平板的密钥做的", "The signature was not made with this tablet's key"),
    "payload_shown": Words("当时屏幕上显示的不是这份文书", "Another document stood on the screen when it was signed"),
}
IT_PROVES, IT_PROVES_NOT = Words("封章证明", "The seal proves"), Words("封章不能证明", "It does not prove")
PROVES = Words(
    "封章以后没有改动，而且是同一把密钥封的", "Nothing changed since it was sealed, and the same key sealed it"
)
"""What a seal says by itself."""
PROVES_NOT = Words(
    "密钥是谁的：证书是自签的，没有第三方担保",
    "Whose key it is: the certificate is self-signed, nobody else vouches for it",
)
ISSUER = Words(
    "密钥是谁的，由证书上写的签发者担保，请核对",
    "Whose key it is, the issuer that the certificate names vouches for: check it",
)
NO_STAMP = Words("没有：封章时间是门店服务器的钟", "None: the time of sealing is the word of the store's server")
UNREADABLE = Words("签名的内容对不上", "What the signature says does not fit")


def outcome(verdict: Verdict) -> Words:
    """The one sentence that a reader looks for first."""
    if verdict.problem is None:
        return WHOLE
    return PROBLEMS.get(verdict.problem, UNREADABLE)


def facts(verdict: Verdict) -> Iterator[tuple[Words, str]]:
    """What was signed, by whom, when, on which device, and who sealed it."""
    document, signed, seal = verdict.document, verdict.signed, verdict.seal
    if document is not None and document.get("purpose") == "amendment":
        yield from _amendment(document, verdict.document_hash or "")
    elif document is not None:
        purpose = PURPOSES.get(str(document.get("purpose")), Words("文书", "Document"))
        car = " · ".join(str(document[name]) for name in ("plate", "vin") if document.get(name))
        yield Words("文书", "Document"), f"{purpose.zh} {purpose.en} · {car}"
        yield Words("客户", "Customer"), str(document.get("customer_name"))
        yield Words("文书指纹 SHA-256", "Document SHA-256"), verdict.document_hash or ""
    if signed is not None:
        role = labels.ROLES.get(signed.signer_role, Words(signed.signer_role, ""))
        yield Words("签字人", "Signed by"), f"{signed.signer_name}（{role.zh} {role.en}）"
        yield Words("签字时间（平板的钟）", "Signed at, by the tablet's clock"), moment(signed.signed_at)
        yield Words("签字平板", "Signed on device"), signed.device_id
        yield from testimony(signed.evidence, moment)
    elif document is not None and document.get("purpose") != "amendment":
        yield Words("签字", "Signature"), "没有签字 none"
    yield Words("封章", "Seal"), " · ".join(filter(None, (seal.name, moment(seal.at))))
    if verdict.problem is None:
        yield IT_PROVES, both(PROVES)
        yield (
            IT_PROVES_NOT if seal.self_signed else Words("另外", "Besides"),
            both(PROVES_NOT if seal.self_signed else ISSUER),
        )
    yield Words("封章证书", "Seal certificate"), seal.subject
    if seal.issuer is not None:
        yield Words("证书上的签发者", "Issuer named in it"), seal.issuer
    yield Words("封章证书 SHA-256", "Seal certificate SHA-256"), seal.certificate
    yield from _stamp(seal.stamp)


def _stamp(stamp: Stamp | None) -> Iterator[tuple[Words, str]]:
    """The authority's time stamp, if the seal carries one that fits; who stands behind the authority is not known."""
    if stamp is None:
        yield Words("时间戳", "Time stamp"), both(NO_STAMP)
    elif stamp.fits:
        yield Words("时间戳（第三方）", "Time stamp, by an authority"), f"{moment(stamp.at)} · {stamp.authority}"
        yield Words("时间戳证书 SHA-256", "Time stamp certificate SHA-256"), stamp.certificate or ""


def both(words: Words) -> str:
    """Chinese, and the same in English behind it."""
    return f"{words.zh} {words.en}"


def _amendment(document: dict[str, Any], document_hash: str) -> Iterator[tuple[Words, str]]:
    """What was put right, why, by whom, when, and in which document."""
    amended, purpose = document["amended"], PURPOSES["amendment"]
    car = " · ".join(str(amended[name]) for name in ("plate", "vin") if amended[name])
    yield Words("文书", "Document"), f"{purpose.zh} {purpose.en} · {car}"
    yield Words("客户", "Customer"), amended["customer_name"]
    for change in put_right(document, item_names={}, time_zone="Asia/Shanghai"):
        yield Words("更正内容", "Put right"), f"{change.zh}　{change.en}"
    yield Words("更正原因", "Reason"), document["reason"]
    yield Words("更正人", "Put right by"), document["amended_by"] or ""
    yield Words("更正时间（平板的钟）", "Put right at, by the tablet's clock"), moment(document["amended_at"])
    yield Words("文书指纹 SHA-256", "Document SHA-256"), document_hash
    yield Words("被更正文书的指纹", "SHA-256 of the amended document"), document["amends"]


def moment(at: datetime | str | None) -> str:
    """`2026-11-21 08:31:00 UTC`: a paper may be read anywhere."""
    if at is None:
        return ""
    stated = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{stated.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
