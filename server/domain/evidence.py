"""What a tablet bears witness to when somebody signs: who that was, what was on the screen, what the tablet knew."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from server.domain.fields import Count, Id, Instant, Label, Sha256, Version, Word

PhoneTail = Annotated[str, Meta(pattern=r"^\d{4}$")]
IdentityMethod = Literal["known_phone", "id_seen", "sms_code", "not_checked"]


class SignerIdentity(Struct, frozen=True, forbid_unknown_fields=True):
    """How the advisor made sure who signs; `phone_tail` are the last digits of the phone that it was done with.

    `code_id` is the text message whose digits the signer knew: `sms_code` needs it.
    """

    method: IdentityMethod
    phone_tail: PhoneTail | None = None
    code_id: Id | None = None


class KnownState(Struct, frozen=True, forbid_unknown_fields=True):
    """What the tablet knew of the server: the `cookie` and server time (`known_at`) of its newest pull.

    `visit_rev` is the visit's `rev` in those rows; `unsent` counts its own commands of the visit that still waited.
    """

    unsent: Count
    cookie: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    known_at: Instant | None = None
    visit_rev: Version | None = None


class ShownDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """The document on the screen, and since when."""

    document_hash: Sha256
    at: Instant


class SigningEvidence(Struct, frozen=True, forbid_unknown_fields=True):
    """What was signed along with the document: identity check, app version, tablet, the server as known, the screen."""

    identity: SignerIdentity
    app: Word
    shown: ShownDocument
    server_state: KnownState
    device_name: Label | None = None
