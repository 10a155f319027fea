"""What each screen of the tablet, and the customer's page, loads: script, gzipped, from the builds; fails over budget.

`python scripts/first_loads.py [--all]`; the words are the Chinese ones, English is one more file on top.
"""

import gzip
import json
import sys
from functools import cache
from pathlib import Path

DIST = Path(__file__).resolve().parent.parent / "web" / "dist"
CUSTOMER_DIST = DIST.parent / "dist-customer"
MOST = 180 * 1024
MOST_OF_CUSTOMERS = 30 * 1024
ALWAYS = ("index.html",)
VISIT = "src/screens/visit/VisitScreen.vue"
WORDS = {
    "src/screens/visit/": ("steps",),
    "src/screens/board/": ("steps",),
    "src/screens/reception/": ("steps", "contact"),
    "src/screens/customers/": ("steps", "contact", "aftercare", "exports", "rights"),
    "src/screens/complaints/": ("steps", "contact", "aftercare"),
    "src/screens/today/FollowUp": ("steps", "contact", "aftercare"),
    "src/screens/reviews/": ("inbox", "steps", "contact", "aftercare"),
    "src/screens/me/MeScreen": ("tablet",),
    "src/screens/me/UnsentScreen": ("inbox", "steps", "contact", "aftercare", "tablet"),
    "src/screens/revoked/": ("inbox", "tablet"),
}
"""The words that a screen waits for (`meta.words` in web/src/router.ts)."""


def needed(manifest: dict[str, dict], *entries: str) -> set[str]:
    """The script files that these entries load by themselves, not what they load later."""
    files, waiting = set[str](), list(entries)
    while waiting:
        chunk = manifest[waiting.pop()]
        if chunk["file"] not in files:
            files.add(chunk["file"])
            waiting += chunk.get("imports", [])
    return {file for file in files if file.endswith(".js")}


@cache
def weight(file: str) -> int:
    """Bytes after gzip."""
    return len(gzip.compress((DIST / file).read_bytes(), 9))


def screens(manifest: dict[str, dict]) -> dict[str, set[str]]:
    """Every screen that is loaded when it is wanted; a step of a visit with the visit around it."""
    found = {"src/screens/today": needed(manifest, *ALWAYS)}
    for name, chunk in manifest.items():
        if chunk.get("isDynamicEntry") and name.startswith("src/screens/"):
            around = (VISIT,) if name.startswith("src/screens/visit/") else ()
            parts = next((parts for place, parts in WORDS.items() if name.startswith(place)), ())
            words = (f"src/i18n/zh/{part}.ts" for part in parts)
            found[name] = needed(manifest, *ALWAYS, *around, name, *words)
    return found


def customer_page() -> int:
    """Bytes of script of the customer's page after gzip, its service worker with it."""
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in CUSTOMER_DIST.rglob("*.js"))


def main() -> int:
    """Names what is over budget; with `--all` every screen, the heaviest first."""
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    weights = {name: (sum(map(weight, files)), MOST) for name, files in screens(manifest).items()}
    weights["customer"] = customer_page(), MOST_OF_CUSTOMERS
    for name, (size, most) in sorted(weights.items(), key=lambda one: -one[1][0]):
        if size > most or "--all" in sys.argv:
            print(f"{size / 1024:7.1f} KiB of {most // 1024}  {name}")
    return 1 if any(size > most for size, most in weights.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
