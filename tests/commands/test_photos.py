"""Photos: named at once, uploaded later, or waived."""

from tests.commands.examples import SHA, examples
from tests.visits import check_in


async def added(shop, visit, **fields) -> dict:
    """A photo that is named."""
    fields = examples()["photo.add"] | {"visit_id": visit.id} | fields
    await shop.done("advisor", "photo.add", **fields)
    return fields


async def a_photo_is_named_once_and_waits_for_its_bytes(shop):
    visit = await check_in(shop)
    fields = await added(shop, visit)
    await shop.done("technician", "photo.add", **fields)
    [row] = await shop.rows("photos")
    assert (row["uploaded"], row["waived"], row["visit_id"], row["bytes"]) == (False, None, visit.id, 1000)
    for name, value in (("sha256", "cd" * 32), ("bytes", 7), ("caption", None), ("taken_at", "2026-11-20T01:00:00Z")):
        why = await shop.refused("advisor", "photo.add", "id_taken", **fields | {name: value})
        assert (why.subject.type, why.facts) == ("photos", {"fields": [name]})


async def a_photo_that_is_none_is_refused(shop):
    visit = await check_in(shop)
    for name, value in (("sha256", "AB" * 32), ("media_type", "text/html"), ("bytes", 26 * 2**20), ("purpose", "art")):
        fields = examples()["photo.add"] | {"visit_id": visit.id, name: value}
        assert (await shop.refused("advisor", "photo.add", "invalid", **fields)).subject.id == name


async def the_bytes_mark_every_photo_that_names_them(shop):
    visit = await check_in(shop)
    await added(shop, visit)
    await added(shop, visit, purpose="after")
    await shop.serve("media.store", sha256=SHA, media_type="image/jpeg", bytes=1000)
    assert [row["uploaded"] for row in await shop.rows("photos")] == [True, True]
    await added(shop, visit, purpose="before")
    assert all(row["uploaded"] for row in await shop.rows("photos"))
    assert {p["dedupe"] for p in await shop.promises("seal")} == {f"seal:{visit.id}"}
    rows = await shop.rows("photos")
    await shop.serve("media.store", sha256=SHA, media_type="image/jpeg", bytes=1000)
    assert await shop.rows("photos") == rows


async def a_waiver_says_that_the_bytes_will_not_come(shop):
    visit = await check_in(shop)
    fields = await added(shop, visit)
    for role in ("advisor", "technician"):
        await shop.done(role, "photo.waive", photo_id=fields["photo_id"], reason="平板丢了")
    [row] = await shop.rows("photos")
    assert (row["waived"], row["rev"]) == ("平板丢了", 2)
    assert len(await shop.promises("seal")) == 1
    outcome = await shop.do("manager", "photo.waive", photo_id=fields["photo_id"], reason="拍糊了")
    assert (outcome.outcome, outcome.merged[0]["yours"], outcome.merged[0]["result"]) == (
        "merged",
        "拍糊了",
        "平板丢了",
    )


async def a_waiver_of_bytes_that_are_here_keeps_its_reason(shop):
    visit = await check_in(shop)
    fields = await added(shop, visit)
    await shop.serve("media.store", sha256=SHA, media_type="image/jpeg", bytes=1000)
    await shop.done("advisor", "photo.waive", photo_id=fields["photo_id"], reason="平板丢了")
    row = await shop.row("photos", fields["photo_id"])
    assert (row["uploaded"], row["waived"]) == (True, "平板丢了")
