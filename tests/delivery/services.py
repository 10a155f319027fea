"""Push services on the loopback interface: a real one that decrypts, and one whose answers a test chooses."""

import asyncio
import base64
import json
import shutil
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from tests.auth.app import new_key

PACKAGE = Path(__file__).parents[2] / "web" / "node_modules" / "web-push-testing"


class PushService:
    """The npm package web-push-testing: subscribes browsers, receives, decrypts and shows what they got."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self._client = httpx.AsyncClient(base_url=f"http://{self.host}")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Starts node and waits until it answers; skips the test where the package is not installed."""
        if shutil.which("node") is None or not PACKAGE.exists():
            pytest.skip("needs node and web/node_modules")
        script = Path(__file__).with_name("push_service.cjs")
        self._process = await asyncio.create_subprocess_exec(
            "node", str(script), str(PACKAGE), str(self.port), stdout=asyncio.subprocess.DEVNULL
        )
        for _ in range(100):
            try:
                await self._client.post("/status")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        raise RuntimeError("the push service did not come up")

    async def stop(self) -> None:
        """Ends node."""
        await self._client.aclose()
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()

    async def subscribe(self, key: str) -> dict[str, Any]:
        """A browser's subscription: endpoint, keys, and the hash under which the service knows it."""
        answer = await self._client.post("/subscribe", json={"userVisibleOnly": "true", "applicationServerKey": key})
        return answer.raise_for_status().json()["data"]

    async def expire(self, subscription: dict[str, Any]) -> None:
        """The browser unsubscribed: the service answers 410 from now on."""
        await self._client.post(f"/expire-subscription/{subscription['clientHash']}")

    async def refuse(self, subscription: dict[str, Any], *statuses: int) -> None:
        """The next messages for the browser are answered so, with `Retry-After: 2`; the one after them is taken."""
        wish = {"clientHash": subscription["clientHash"], "statuses": statuses}
        (await self._client.post("/mood", json=wish)).raise_for_status()

    async def asked(self) -> int:
        """How many messages came over the wire, whatever was answered."""
        return (await self._client.post("/wire")).json()["asked"]

    async def refused(self) -> dict[str, list[tuple[int, float]]]:
        """(status, unix time) of what was refused as asked for, by the browser's hash."""
        return (await self._client.post("/wire")).json()["refused"]

    async def everything(self) -> dict[str, list[dict[str, Any]]]:
        """The decrypted messages of all browsers by their hash, as they came over the wire."""
        found = (await self._client.post("/everything")).json()
        return {browser: [json.loads(message) for message in messages] for browser, messages in found.items()}

    async def received(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        """The messages that the browser got, decrypted."""
        answer = await self._client.post("/get-notifications", json={"clientHash": subscription["clientHash"]})
        return [json.loads(message) for message in answer.json()["data"]["messages"]]


class MoodyService:
    """A push service that answers what `mood` holds, one status after the other, then 201; it keeps the requests."""

    def __init__(self, *mood: int) -> None:
        self.mood = list(mood)
        self.requests: list[web.Request] = []
        self.pause = 0.0
        self.asked = asyncio.Event()

    async def __aenter__(self) -> "MoodyService":
        self._runner = web.AppRunner(self._app())
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def subscription(self, name: str = "a") -> dict[str, Any]:
        """A browser's subscription here."""
        return {"endpoint": f"http://{self.host}/{name}", "keys": self.keys()}

    @staticmethod
    def keys() -> dict[str, str]:
        """A browser's keys."""
        return {"p256dh": _point(new_key()), "auth": "A" * 22}

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{name}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        await request.read()
        self.requests.append(request)
        self.asked.set()
        await asyncio.sleep(self.pause)
        return web.Response(status=self.mood.pop(0) if self.mood else 201, headers={"Location": "/elsewhere"})


def _point(jwk: dict[str, str]) -> str:
    """A JWK as the uncompressed point that browsers send, base64url."""
    x, y = (base64.urlsafe_b64decode(jwk[name] + "=") for name in ("x", "y"))
    return base64.urlsafe_b64encode(b"\x04" + x + y).rstrip(b"=").decode()
