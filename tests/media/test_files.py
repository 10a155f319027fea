import zlib

import pytest

from server.media import files
from tests.media.pictures import name, picture


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def the_type_is_read_from_the_bytes(kind, media_type):
    assert files.media_type_of(picture(kind)) == media_type


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg/>", b"\xff\xd8\xff", picture("GIF"), picture("TIFF")])
def a_file_that_is_no_photo_is_refused(content):
    with pytest.raises(files.Unfit, match="not_an_image"):
        files.media_type_of(content)


def a_decompression_bomb_is_refused():
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    bomb = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    bomb += (0).to_bytes(4, "big") + b"IDAT" + zlib.crc32(b"IDAT").to_bytes(4, "big")
    with pytest.raises(files.Unfit, match="too_large"):
        files.media_type_of(bomb)


def an_image_lands_in_its_place_and_nothing_else_does(tmp_path):
    content = picture()
    sha256 = name(content)
    assert files.keep(tmp_path, sha256, content) == files.Stored("image/jpeg", len(content))
    assert files.place(tmp_path, sha256) == tmp_path / "media" / sha256[:2] / sha256[2:]
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [content]


def the_bytes_already_known_are_not_written_again(tmp_path):
    content = picture()
    files.keep(tmp_path, name(content), content)
    path = files.place(tmp_path, name(content))
    before = path.stat().st_ino
    files.keep(tmp_path, name(content), content)
    assert path.stat().st_ino == before


@pytest.mark.parametrize(
    ("content", "named", "code"),
    [
        (picture(), "0" * 64, "wrong_hash"),
        (b"hello", name(b"hello"), "not_an_image"),
        (bytes(files.LARGEST + 1), "0" * 64, "too_large"),
    ],
)
def a_refused_file_leaves_nothing_behind(tmp_path, content, named, code):
    with pytest.raises(files.Unfit, match=code):
        files.keep(tmp_path, named, content)
    assert list(tmp_path.rglob("*")) == []


def a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    content = picture()
    with pytest.raises(OSError, match="space"):
        files.keep(tmp_path, name(content), content)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("named", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def a_name_that_is_no_sha256_leads_nowhere(tmp_path, named):
    with pytest.raises(ValueError, match="SHA-256"):
        files.place(tmp_path, named)
