"""The product as its users run it, `python -m server serve` in a process of its own, and an outside tablet."""

import base64
import hashlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from server.domain.ids import uuid7

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Running:
    """One server over one data folder; may be stopped, killed and started again on the same port."""

    def __init__(
        self, folder: Path, customers: int | None = 60, database_url: str | None = None, workers: int = 1,
        **settings: str,
    ) -> None:  # fmt: skip
        self.folder, self.port, self.workers = folder, free_port(), workers
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "JIECHE_DATA_DIR": str(folder),
            "JIECHE_PUBLIC_URL": self.url,
            "JIECHE_DATABASE_URL": database_url or f"sqlite:///{folder}/shop.db",
            "JIECHE_QUIET_HOURS": "",  # tests are run at night too
            **{f"JIECHE_{name.upper()}": value for name, value in settings.items()},
            # A server that starts often should not compile itself each time.
            "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        if customers is not None:
            self.run("demo", "--customers", str(customers), "--seed", "7")

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """A subcommand's output; raises with it when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "server", *arguments], cwd=ROOT, env=self.environment, capture_output=True,
            text=True, input=stdin, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        """Starts serving and waits until it is ready."""
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "server", "serve", "--port", str(self.port), "--workers", str(self.workers)],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            if self.is_ready():
                return
            time.sleep(0.05)
        raise AssertionError("the server did not come up:\n" + self.log()[-2000:])

    def is_ready(self) -> bool:
        """Whether some worker answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", "/readyz")
            return line.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()

    def stop(self, how: int = signal.SIGTERM) -> None:
        """Ends the server and waits for it."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(20)

    def log(self) -> str:
        """What the server wrote."""
        return (self.folder / "server.log").read_text(errors="replace")


class OutsideTablet:
    """A tablet written from the protocol alone: httpx, its own key, its own queue."""

    def __init__(self, server: Running, username: str = "manager") -> None:
        self.id, self.username = uuid7(), username
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.http = httpx.Client(base_url=server.url, timeout=30)
        self.seq = 0
        self.cookie: str | None = None
        self.rows: dict[str, dict[str, Any]] = {}
        self.sign_in()

    @property
    def jwk(self) -> dict[str, str]:
        """The public half of the key."""
        numbers = self.key.public_key().public_numbers()
        x, y = (_b64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def sign_in(self) -> None:
        """Signs in and keeps the token."""
        device = {"id": self.id, "name": "外部平板", "public_key": self.jwk}
        body = {"username": self.username, "password": f"{self.username}-demo", "device": device}
        answer = self.http.post("/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        self.me = answer.json()
        self.http.headers["Authorization"] = f"Bearer {self.me['token']}"

    def command(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """The next command of the queue."""
        self.seq += 1
        return {"seq": self.seq, "id": uuid7(), "name": name, "issued_at": now(), "fields": fields}

    def push(self, *commands: dict[str, Any]) -> httpx.Response:
        """Sends commands as one push."""
        return self.http.post("/sync/push", json={"protocol": 1, "app": "2026.11.0", "commands": list(commands)})

    def done(self, name: str, /, **fields: Any) -> dict[str, Any]:
        """Pushes one command that must be applied; gives its outcome."""
        [outcome] = self.push(self.command(name, **fields)).json()["outcomes"]
        assert outcome["outcome"] == "applied", outcome
        return outcome

    def pull(self) -> None:
        """Brings the copy up to date."""
        while True:
            page = self.http.get("/sync/pull", params={"cookie": self.cookie} if self.cookie else {}).json()
            for kind, rows in page["rows"].items():
                self.rows.setdefault(kind, {}).update({row["id"]: row for row in rows})
            for kind, ids in page["gone"].items():
                for row_id in ids:
                    self.rows.get(kind, {}).pop(row_id, None)
            self.cookie = page["cookie"]
            if not page["more"]:
                return

    def signature(self, visit_id: str, purpose: str, document: dict[str, Any], name: str = "王小明") -> dict[str, Any]:
        """The fields of handover.sign over this document."""
        strokes = {
            "width": 600,
            "height": 200,
            "lines": [[{"x": 10 * i, "y": 50, "t": 16 * i, "p": 0.5} for i in range(40)]],
        }
        payload = {
            "document_hash": _sha(document), "strokes_hash": _sha(strokes), "signer_name": name,
            "signer_role": "bringer", "visit_id": visit_id, "purpose": purpose, "device_id": self.id,
            "signed_at": now(),
        }  # fmt: skip
        head = {"alg": "ES256", "kid": self.id, "typ": "jieche-signature"}
        signed = f"{_b64(json.dumps(head).encode())}.{_b64(rfc8785.dumps(payload))}"
        r, s = utils.decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return {
            "visit_id": visit_id, "signature_id": uuid7(), "purpose": purpose, "document": document, "strokes": strokes,
            "document_hash": payload["document_hash"], "strokes_hash": payload["strokes_hash"],
            "signer": {"name": name, "role": "bringer"}, "signed_at": payload["signed_at"],
            "jws": f"{signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}",
        }  # fmt: skip


def now() -> str:
    """RFC 3339 UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _sha(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
