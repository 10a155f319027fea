"""`python -m tests.bench.papers`: what a sealed paper costs, beside typst alone and pyHanko alone in the same run.

First a paper without photos and one with twelve, each part timed by itself; then 500 in a row, with the memory that
the process holds after each fifty. All but the rate of the row are times of a processor, which other programs on the
machine change little; ratios are what to look at.
"""

import argparse
import io
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from server.documents import pdf
from server.documents.document import sha256_hex
from server.documents.pdf import render, thumbnail
from server.documents.seal import seal
from server.documents.sealkey import Seal, seal_key
from server.documents.verify import verify
from server.documents.view import Extras
from server.media import files
from tests.documents.rows import CASES

AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)


def main(rounds: int, row: int) -> None:
    """Prints one line a figure."""
    folder = Path(tempfile.mkdtemp(prefix="jieche-papers-"))
    try:
        key = seal_key(folder)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; medians of {rounds}")
        for photos in (0, 12):
            split(folder, key, photos, rounds)
        in_a_row(folder, key, row)
    finally:
        shutil.rmtree(folder)


def split(folder: Path, key: Seal, photos: int, rounds: int) -> None:
    """The parts of one paper, each the median of so many, no two papers alike."""
    taken = {name: [] for name in ("whole", "thumbnails", "typst", "pyHanko", "file", "check")}
    for n in range(rounds):
        document, extras = job(photos, n)
        start = time.process_time()
        sealed = made(folder, key, document, extras, f"{photos}-{n}")
        taken["whole"].append(time.process_time() - start)
        taken["thumbnails"].append(timed(lambda e=extras: [thumbnail(one) for one in e.photos.values()]))
        plain, spent = compiled_alone(*job(photos, n + rounds))
        taken["typst"].append(spent)
        taken["pyHanko"].append(timed(lambda p=plain, e=extras: seal(p, key, e.made_at, store_name=e.store_name)))
        taken["file"].append(timed(lambda s=sealed, n=n: files.write(folder / "again" / f"{photos}-{n}", s, once=True)))
        taken["check"].append(timed(lambda s=sealed: verify(s)))
    ms = {name: statistics.median(seconds) * 1000 for name, seconds in taken.items()}
    bare = ms["typst"] + ms["pyHanko"]
    print(
        f"{photos:>2} photos, {len(sealed):>9,} bytes: {1000 / ms['whole']:.1f} sealed/s a processor, "
        f"{ms['whole']:.1f} ms "
        f"= typst {ms['typst']:.1f} + pyHanko {ms['pyHanko']:.1f} + thumbnails {ms['thumbnails']:.1f} "
        f"+ file {ms['file']:.1f} + rest {ms['whole'] - bare - ms['thumbnails'] - ms['file']:.1f}; "
        f"{ms['whole'] / bare:.2f} × (typst + pyHanko) alone; checked in {ms['check']:.1f}"
    )


def made(folder: Path, key: Seal, document: dict[str, Any], extras: Extras, name: str) -> bytes:
    """What the worker does: rendered, sealed, on disk."""
    sealed = seal(render(document, extras), key, extras.made_at, store_name=extras.store_name)
    files.write(folder / "handovers" / f"{name}.pdf", sealed, once=True)
    return sealed


def compiled_alone(document: dict[str, Any], extras: Extras) -> tuple[bytes, float]:
    """The PDF and the seconds that typst itself took for it, with everything of ours made beforehand."""
    spent: list[float] = []
    compiled = pdf.compiled

    def watched(*arguments: Any) -> bytes:
        start = time.process_time()
        try:
            return compiled(*arguments)
        finally:
            spent.append(time.process_time() - start)

    pdf.compiled = watched
    try:
        return render(document, extras), spent[0] if spent else 0.0
    finally:
        pdf.compiled = compiled


def in_a_row(folder: Path, key: Seal, count: int) -> None:
    """So many different papers, each third with photos; what the process holds after each fifty."""
    held, start, spent = [], time.perf_counter(), time.process_time()
    for n in range(1, count + 1):
        made(folder, key, *job(4 if n % 3 == 0 else 0, 10_000 + n), f"row-{n}")
        if n % 50 == 0:
            held.append(resident())
            print(f"  after {n:>4}: {held[-1]:7.1f} MiB", flush=True)
    rate, spent = count / (time.perf_counter() - start), (time.process_time() - spent) / count * 1000
    later = held[len(held) // 2 :]
    slope = statistics.linear_regression(range(len(later)), later).slope / 50 * 1024 if len(later) > 1 else 0.0
    print(
        f"{count} in a row: {rate:.1f} sealed/s, {spent:.1f} ms of a processor each; "
        f"the second half grows by {slope:.1f} KiB a paper"
    )


def job(photos: int, n: int) -> tuple[dict[str, Any], Extras]:
    """A handover of its own: another customer, other words, other pictures."""
    document = json.loads(CASES["a whole visit at handover"]["canonical"])
    document["customer_name"] = f"王{n}"
    for concern in document["concerns"]:
        concern["words"] += f" {n}"
    shots = [picture(n * 100 + k) for k in range(photos)]
    like = document["photos"][0]
    document["photos"] = [
        like | {"id": f"01935a10-0005-7000-8000-{n * 100 + k:012d}", "sha256": sha256_hex(shot)}
        for k, shot in enumerate(shots)
    ]
    extras = Extras(
        store_name="锦程汽车成都高新店", made_at=AT + timedelta(seconds=n), visit_number=f"CD-{n:05d}",
        check_url=f"https://shop.example/verify?document={n:032x}",
        photos={sha256_hex(shot): shot for shot in shots},
    )  # fmt: skip
    return document, extras


def picture(seed: int) -> bytes:
    """A JPEG as a tablet sends it, 1600 × 1200, some 300 kB."""
    noise = Image.frombytes("L", (200, 150), random.Random(seed).randbytes(30_000))
    file = io.BytesIO()
    noise.resize((1600, 1200)).convert("RGB").save(file, "JPEG", quality=85)
    return file.getvalue()


def timed(work: Callable[[], Any]) -> float:
    """Seconds of a processor that it takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def resident() -> float:
    """MiB that this process holds in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--row", type=int, default=500)
    options = asked.parse_args()
    main(options.rounds, options.row)
