"""A stranger's PDF may unpack to anything: it is read with little memory and little time, and the house stands."""

import io
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from server.documents import sandbox
from server.documents.pdf import render
from server.documents.sandbox import MEMORY, NotChecked, verified
from server.documents.seal import seal
from server.documents.sealkey import seal_key
from server.documents.verify import NoPaper
from server.documents.view import Extras
from tests.documents.test_signature import signed
from tests.documents.test_verify import AT
from tests.running import ROOT

MIB = 2**20


def bomb(times: int, folder: Path) -> bytes:
    """A sealed PDF of less than 8 MB whose attached document is `times` MiB of zeros."""
    packer = zlib.compressobj(9)
    zeros = b"".join([*(packer.compress(bytes(MIB)) for _ in range(times)), packer.flush()])
    command = signed()
    writer = IncrementalPdfFileWriter(io.BytesIO(render(command["document"], Extras(store_name="店", made_at=AT))))
    content = generic.StreamObject({generic.pdf_name("/Filter"): generic.pdf_name("/FlateDecode")}, encoded_data=zeros)
    file = generic.DictionaryObject(
        {
            generic.pdf_name("/UF"): generic.pdf_string("document.json"),
            generic.pdf_name("/EF"): generic.DictionaryObject({generic.pdf_name("/F"): writer.add_object(content)}),
        }
    )
    writer.root["/AF"] = generic.ArrayObject([writer.add_object(file)])
    writer.update_root()
    written = io.BytesIO()
    writer.write(written)
    return seal(written.getvalue(), seal_key(folder), AT, store_name="店")


_READ_ALONE = """
import asyncio, resource, sys
from server.documents.sandbox import verified
from server.documents.verify import NoPaper
try:
    print(asyncio.run(verified(sys.stdin.buffer.read())).problem)
except NoPaper as error:
    print(error.code)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def read_alone(pdf: bytes) -> tuple[str, int]:
    """What is said of it, and the bytes of memory that it took at most."""
    done = subprocess.run([sys.executable, "-c", _READ_ALONE], cwd=ROOT, input=pdf, capture_output=True, check=True)
    said, most = done.stdout.decode().split()
    return said, int(most)


def a_pdf_that_unpacks_to_more_than_there_is_memory_is_no_paper(tmp_path: Path):
    small, large = (bomb(mib, tmp_path) for mib in (100, 1500))
    assert len(large) < 2 * MIB
    said, most = read_alone(small)
    assert (said, most > 100 * MIB) == ("document", True)  # so much it does unpack
    said, most = read_alone(large)
    assert (said, most < MEMORY) == ("unreadable", True)


async def a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    begun = time.monotonic()
    with pytest.raises(NoPaper, match="unreadable"):
        await verified(b"%PDF-1.7")
    assert time.monotonic() - begun < 5


async def a_process_that_does_not_come_up_says_nothing_about_the_paper(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "ROOT", tmp_path)  # a house without its own code
    with pytest.raises(NotChecked):
        await verified(b"%PDF-1.7")
