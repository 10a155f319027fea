"""The page's built files, and a page that works before any was built."""

import json
from pathlib import Path

import pytest

from tests.portal.door import Door, door

MANIFEST = {
    "customer/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-2.css"]},
    "customer/icons.svg": {"file": "assets/icons-3.svg"},
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder as `npm run build:customer` leaves it."""
    files = {
        ".vite/manifest.json": json.dumps(MANIFEST),
        "assets/main-1.js": "let a = 1\n" * 200,
        "assets/main-2.css": "p {}",
        "assets/icons-3.svg": "<svg/>",
        "sw.js": "self",
    }
    for name, text in files.items():
        path = tmp_path / "built" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "built"


async def the_page_names_the_built_files_and_they_never_change(shop, visit, tmp_path, built):
    async with door(shop, visit.id, tmp_path, str(built)) as customer:
        html = await customer.html()
        for name in ("main-1.js", "main-2.css", "icons-3.svg#wrench"):
            assert f"/c/assets/{name}" in html
        script = await customer.client.get("/c/assets/main-1.js")
        assert (script.status_code, script.text) == (200, "let a = 1\n" * 200)
        assert script.headers["content-encoding"] == "gzip"
        assert "immutable" in script.headers["cache-control"]


async def the_service_worker_may_serve_every_link_and_is_always_asked_for_anew(shop, visit, tmp_path, built):
    async with door(shop, visit.id, tmp_path, str(built)) as customer:
        worker = await customer.client.get("/c/sw.js")
        assert (worker.text, worker.headers["service-worker-allowed"]) == ("self", "/c/")
        assert worker.headers["cache-control"] == "no-cache"
        assert "javascript" in worker.headers["content-type"]


@pytest.mark.parametrize("name", ["no.js", "..%2fsw.js", "..%2f.vite%2fmanifest.json", "%2e%2e/sw.js"])
async def a_file_outside_the_assets_is_not_there(shop, visit, tmp_path, built, name):
    async with door(shop, visit.id, tmp_path, str(built)) as customer:
        assert (await customer.client.get(f"/c/assets/{name}")).status_code == 404


async def a_page_that_was_never_built_still_says_what_is_going_on(customer: Door):
    html = await customer.html()
    assert "有 3 项需要您确认" in html
    assert 'rel="stylesheet"' not in html
