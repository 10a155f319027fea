"""The page that checks a paper, in both languages at once: whoever holds it may be anybody."""

from collections.abc import Iterable

from server.documents.labels import PURPOSES, Words
from server.documents.report import moment
from server.portal.html import Html, h
from server.portal.page import Bundle, plain
from server.queries.papers import KnownPaper

TITLE = Words("核对文书", "Check a document")
HOW = Words(
    "选择您收到的 PDF。我们核对封章、签名和内容，不保存文件。",
    "Choose the PDF that you were given. Its seal, signature and content are checked; the file is not kept.",
)
CHOOSE, SEND = Words("PDF 文件", "PDF file"), Words("开始核对", "Check it")
KNOWN = Words("本店系统里有这份文书", "This house knows this document")
UNKNOWN = Words("本店系统里没有这份文书", "This house knows no such document")
LATEST = Words("它是这次到店最新的一份", "It is the newest of its visit")
REPLACED = Words("之后又签过一份，请以新的为准", "A newer one was signed after it, and takes its place")
AMENDED = Words("文件完整、真实，但之后更正过：请以最新的更正单为准",
                "Whole and genuine, but amended since: the newest amendment takes precedence")  # fmt: skip
KEPT = Words("签名已保存，内容与门店记录不同，门店还在核对",
             "The signature is kept; the store still compares it with its records")  # fmt: skip
OURS = Words("封章是本店的", "The seal is this house's")
FOREIGN = Words(
    "这不是本店封的章：内容没有人担保", "This is not the seal of this house: nobody vouches for what stands inside"
)
SIGNED = Words("签字时间", "Signed at")
WHEN = {"amendment": Words("更正时间", "Put right at"), "released": Words("交车时间", "Car left at")}
COMPARE = Words(
    "请核对：每页页脚的 SHA-256 开头应与下面一致。要连内容一起核对，请上传 PDF。",
    "Compare: the SHA-256 at the foot of each page begins as below. To check the content too, upload the PDF.",
)
ALSO = Words("没有我们的服务器也能核对", "It can be checked without our server")


def both(tag: str, words: Words, class_: str | None = None) -> Html:
    """Chinese, and the same in English below."""
    return h(tag, words.zh, h("small", words.en, lang="en", class_="both"), class_=class_)


def form_page(bundle: Bundle, known: Html | None = None) -> str:
    """Where a paper is handed in; `known` is what its QR code led to."""
    file = h("label", both("span", CHOOSE), h("input", type="file", name="pdf", accept="application/pdf", required=True,
             data_testid="check-file"), class_="field")  # fmt: skip
    send = h("button", f"{SEND.zh} {SEND.en}", class_="button wide main", data_testid="check-send")
    form = h("form", file, send, method="post", action="/verify", enctype="multipart/form-data")
    card = h("section", both("h1", TITLE), both("p", HOW), form, class_="card check")
    alone = h("p", f"{ALSO.zh} {ALSO.en}: ", h("code", "python -m server verify FILE.pdf"), class_="small")
    return plain(f"{TITLE.zh} {TITLE.en}", bundle, known, card, alone)


def known_card(known: KnownPaper | None) -> Html:
    """What the QR code of a paper leads to: that it exists, whether it is the newest, and what to compare."""
    if known is None:
        return h("section", both("p", UNKNOWN, "bad"), class_="card check", data_testid="check-unknown")
    purpose = PURPOSES[known.purpose]
    facts = [
        (Words("文书", "Document"), f"{purpose.zh} {purpose.en} · {known.store_name}"),
        (WHEN.get(known.purpose if known.state != "released" else "released", SIGNED), moment(known.signed_at)),
        (Words("文书指纹 SHA-256", "Document SHA-256"), known.document_hash),
    ]
    marks = [both("p", KNOWN, "good"), standing(known), both("p", COMPARE)]
    return h("section", marks, listed(facts), class_="card check", data_testid="check-known")


def standing(known: KnownPaper) -> Html:
    """Whether the paper is the one that counts."""
    if known.amended_at is not None:
        at = f"{moment(known.amended_at)} · SHA-256 {(known.amended_by_hash or '')[:16]}…"
        return h("div", both("p", AMENDED, "warn"), h("p", at, class_="small"), data_testid="check-amended")
    if not known.latest:
        return both("p", REPLACED, "bad")
    return both("p", KEPT, "warn") if known.state == "kept" else both("p", LATEST, "good")


def result_page(bundle: Bundle, sentence: Words, holds: bool, marks: Iterable[Html], facts: Iterable[tuple[Words, str]]
                ) -> str:  # fmt: skip
    """What was found in an uploaded paper."""
    mark = both("h1", Words(f"{'✓' if holds else '✗'} {sentence.zh}", sentence.en), "good" if holds else "bad")
    again = h("p", h("a", f"{TITLE.zh} {TITLE.en}", href="/verify"))
    card = h("section", mark, list(marks), listed(facts), again, class_="card check", data_testid="check-result",
             data_holds=holds)  # fmt: skip
    return plain(f"{TITLE.zh} {TITLE.en}", bundle, card)


def listed(facts: Iterable[tuple[Words, str]]) -> Html:
    """Facts with their names."""
    return h("dl", [[both("dt", about), h("dd", what)] for about, what in facts])
