"""Reads a stranger's PDF in a process of its own, with little memory and time: a PDF may unpack to anything."""

import asyncio
import resource
import sys

import msgspec
from msgspec import Struct

from server.documents.verify import NoPaper, Verdict, verify
from server.settings import ROOT

MEMORY = 2**30
"""Bytes of address space; reading a paper of 14.6 MB took 374 MiB of memory."""
SECONDS = 15
"""Of a processor; on the clock twice as many."""


READY = b"ready\n"
"""What the process says before it touches the paper."""


class NotChecked(Exception):
    """Nobody looked at the paper; the same again may work."""


class _Answer(Struct, frozen=True):
    verdict: Verdict | None = None
    refused: str | None = None


async def verified(pdf: bytes) -> Verdict:
    """`verify` at arm's length; raises NoPaper, with `unreadable` for what takes more than it may.

    Raises NotChecked when the process itself did not come up: that says nothing about the paper.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.documents.sandbox", cwd=ROOT, env={},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        said, _ = await asyncio.wait_for(child.communicate(pdf), 2 * SECONDS)
    except TimeoutError:
        raise NoPaper("unreadable") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if not said.startswith(READY):
        raise NotChecked
    if child.returncode != 0:
        raise NoPaper("unreadable")
    answer = msgspec.json.decode(said.removeprefix(READY), type=_Answer)
    if answer.verdict is None:
        raise NoPaper(answer.refused or "unreadable")
    return answer.verdict


def main() -> None:
    """A PDF on standard input, what was found as JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    try:
        answer = _Answer(verdict=verify(sys.stdin.buffer.read()))
    except NoPaper as error:
        answer = _Answer(refused=error.code)
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
