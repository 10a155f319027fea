"""Rows that only the server reads: links, devices, media, subscriptions, what a merge must remember."""

from typing import Any

from msgspec import Struct

from server.domain.evidence import PhoneTail
from server.domain.fields import Id, Instant, Sha256


class Link(Struct, frozen=True, kw_only=True):
    """A customer's link to one visit; `id` is derived from the visit.

    The token is a MAC over visit and `generation` (see `domain/tokens.py`), so no token is ever stored.
    """

    id: Id
    rev: int
    visit_id: Id
    generation: int
    expires_at: Instant
    revoked: bool


class Device(Struct, frozen=True, kw_only=True):
    """A tablet: the public half of its key (JWK), and since when it is no longer trusted.

    `pending`: a manager has not said yet that it is one of ours.
    """

    id: Id
    rev: int
    name: str
    home_store_id: Id
    public_key: dict[str, Any]
    enrolled_at: Instant
    enrolled_by: Id
    revoked_at: Instant | None
    pending: bool = False


class Media(Struct, frozen=True, kw_only=True):
    """Bytes that are on disk and verified; `id` is derived from the SHA-256."""

    id: Id
    rev: int
    sha256: Sha256
    media_type: str
    bytes: int


class PushSubscription(Struct, frozen=True, kw_only=True):
    """A browser that asked to be told about a visit: RFC 8030 endpoint, RFC 8291 keys.

    `id` is derived from visit and endpoint.
    """

    id: Id
    rev: int
    visit_id: Id
    endpoint: str
    p256dh: str
    auth: str
    active: bool


class VerifiedCode(Struct, frozen=True, kw_only=True):
    """Somebody at the visit knew the digits that a text message had brought to a phone on file."""

    id: Id
    rev: int
    visit_id: Id
    phone_tail: PhoneTail
    verified_at: Instant


class Merge(Struct, frozen=True, kw_only=True):
    """What a merge changed, so that its inverse is exact; `id` is derived from the merged-away id."""

    id: Id
    rev: int
    type: str
    keep_id: Id
    before_keep: dict[str, Any]
    before_merged: dict[str, Any]
    after_keep: dict[str, Any]
    repointed: list[list[str]]
    undone: bool


class Counter(Struct, frozen=True, kw_only=True):
    """The last number given in a series, such as a store's visits of one day."""

    id: Id
    rev: int
    value: int
