"""Photos: named by their SHA-256 at once; the bytes come by their own road."""

from typing import Annotated, Any

from msgspec import Meta

from server.commands.common import get, is_repeat, keep_if_closed, stands
from server.commands.registry import By, Command, handles
from server.domain.fields import Id, Instant, Label, MediaType, PhotoPurpose, Sha256
from server.domain.ids import derived
from server.domain.rows.evidence import Photo
from server.domain.rows.internal import Media
from server.domain.rows.visits import Visit
from server.store.work import Work

Size = Annotated[int, Meta(ge=1, le=25 * 2**20)]


def media_id(sha256: str) -> str:
    """The id under which bytes are known."""
    return derived("media", sha256)


class AddPhoto(Command, frozen=True):
    """A photo was taken. Its row says `uploaded: false` until the bytes are here and verified."""

    photo_id: Id
    visit_id: Id
    sha256: Sha256
    media_type: MediaType
    bytes: Size
    purpose: PhotoPurpose
    taken_at: Instant
    subject_id: Id | None = None
    caption: Label | None = None


@handles("photo.add", makes=("photo_id",), ids=lambda c: [media_id(c.sha256)])
def add_photo(work: Work, by: By, c: AddPhoto) -> None:
    """Appends the photo; the bytes may be here already."""
    visit = get(work, Visit, c.visit_id)
    about = work.find(Visit, c.subject_id) if c.subject_id else None
    content: dict[str, Any] = {
        "visit_id": visit.id, "sha256": c.sha256, "media_type": c.media_type, "bytes": c.bytes, "purpose": c.purpose,
        "subject_id": about.id if about else c.subject_id, "taken_at": c.taken_at, "caption": c.caption,
    }  # fmt: skip
    if is_repeat(work.find(Photo, c.photo_id), "photos", c.photo_id, **content):
        return
    keep_if_closed(work, visit)
    here = work.find(Media, media_id(c.sha256)) is not None
    work.add(Photo(id=c.photo_id, rev=1, uploaded=here, waived=None, **content))


class WaivePhoto(Command, frozen=True):
    """The bytes will not come; the seal of the handover no longer waits for them."""

    photo_id: Id
    reason: Label


@handles("photo.waive")
def waive_photo(work: Work, by: By, c: WaivePhoto) -> None:
    """Notes the waiver; another person's reason stands, and this one goes to a review."""
    photo = get(work, Photo, c.photo_id)
    if photo.waived is not None:
        stands(work, photo, "waived", c.reason)
        return
    work.change(photo, waived=c.reason)
    if not photo.uploaded:
        work.promise("seal", photo.visit_id, f"seal:{photo.visit_id}")


class StoreMedia(Command, frozen=True):
    """Bytes are on disk and verified (the server's own command, after `PUT /media/{sha256}`)."""

    sha256: Sha256
    media_type: MediaType
    bytes: Size


@handles("media.store", internal=True, keys=lambda c: [f"photo:{c.sha256}"], ids=lambda c: [media_id(c.sha256)])
def store_media(work: Work, by: By, c: StoreMedia) -> None:
    """Marks every photo of these bytes as uploaded, and lets waiting seals go on."""
    if work.find(Media, media_id(c.sha256)) is None:
        work.add(Media(id=media_id(c.sha256), rev=1, sha256=c.sha256, media_type=c.media_type, bytes=c.bytes))
    for photo in work.by_key(Photo, f"photo:{c.sha256}"):
        if not photo.uploaded:
            work.change(photo, uploaded=True)
            work.promise("seal", photo.visit_id, f"seal:{photo.visit_id}")
