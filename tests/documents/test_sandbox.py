"""A stranger's PDF may unpack to anything: it is read with little memory and little time, and the house stands."""

import subprocess
import sys
import time
import zlib

import pytest

from server.documents import sandbox
from server.documents.sandbox import MEMORY, verified
from server.documents.verify import NoPaper
from tests.running import ROOT

MIB = 2**20


def bomb(times: int) -> bytes:
    """A PDF of some kilobytes whose table of contents is `times` MiB of zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = b"\x78\xda" + block * times
    head = b"%%PDF-1.5\n1 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n"
    return head % len(zeros) + zeros + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


_READ_ALONE = """
import asyncio, resource
from server.documents.sandbox import verified
from server.documents.verify import NoPaper
from tests.documents.test_sandbox import bomb
try:
    asyncio.run(verified(bomb(4096)))
except NoPaper as error:
    print(error.code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def a_pdf_that_unpacks_to_more_than_there_is_memory_is_no_paper():
    assert len(bomb(4096)) < 8 * MIB
    done = subprocess.run([sys.executable, "-c", _READ_ALONE], cwd=ROOT, capture_output=True, text=True, check=True)
    said, most = done.stdout.split()
    assert (said, int(most) < MEMORY) == ("unreadable", True)


async def a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sandbox, "SECONDS", 0.01)
    begun = time.monotonic()
    with pytest.raises(NoPaper, match="unreadable"):
        await verified(bomb(1))
    assert time.monotonic() - begun < 5
