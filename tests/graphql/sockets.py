"""A bare WebSocket at the door, to say what no well-made client would."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PROTOCOL = "graphql-transport-ws"


@asynccontextmanager
async def connected(where: str, protocol: str = PROTOCOL, **how: Any) -> AsyncIterator[ClientConnection]:
    """A connection that has said nothing yet."""
    async with connect(f"ws://{where}/graphql", subprotocols=[protocol], open_timeout=30, **how) as raw:  # type: ignore[list-item]
        yield raw


@asynccontextmanager
async def opened(where: str, token: str, **how: Any) -> AsyncIterator[ClientConnection]:
    """A connection that is signed in."""
    async with connected(where, **how) as raw:
        await say(raw, "connection_init", payload={"token": token})
        assert (await hear(raw))["type"] == "connection_ack"
        yield raw


async def say(raw: ClientConnection, kind: str, **rest: Any) -> None:
    """Sends one message."""
    await raw.send(json.dumps({"type": kind, **rest}))


async def hear(raw: ClientConnection) -> dict[str, Any]:
    """The next message."""
    return json.loads(await asyncio.wait_for(raw.recv(), 10))


async def answered(raw: ClientConnection) -> None:
    """Waits until what was sent so far has been read and begun: a query that was sent later has its answer."""
    await say(raw, "subscribe", id="answered", payload={"query": "{ me { name } }"})
    while (await hear(raw)) != {"type": "complete", "id": "answered"}:
        pass


async def closed_with(raw: ClientConnection) -> int:
    """The code with which the server closes, whatever it says before."""
    with suppress(ConnectionClosed):
        while True:
            await hear(raw)
    assert raw.close_code is not None
    return raw.close_code
