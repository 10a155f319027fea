"""What a restore drill needs: the page's own shell blocks, and tablets that are the protocol page's example client."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from PIL import Image

from server.domain.ids import uuid7
from tests.engines import postgres_programs
from tests.running import ROOT, OutsideTablet, Running, now


def blocks(page: str, section: str) -> list[str]:
    """The shell blocks of a section of a page in docs/."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    body = re.split(r"(?m)^## ", text.split(f"## {section}\n", 1)[1], maxsplit=1)[0]
    return re.findall(r"```sh\n(.*?)```", body, re.DOTALL)


def run_block(block: str, server: Running, backup: Path) -> str:
    """Runs a block as an operator would, from the project's folder; gives what it printed."""
    programs = [str(Path(sys.executable).parent), *([str(found)] if (found := postgres_programs()) else [])]
    environment = server.environment | {"BACKUP": str(backup)}
    environment["PATH"] = os.pathsep.join([*programs, os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], cwd=ROOT, env=environment, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def has_programs() -> bool:
    """Whether pg_dump and pg_restore are here."""
    return postgres_programs() is not None or shutil.which("pg_dump") is not None


_spec = importlib.util.spec_from_file_location("docs_tablet", ROOT / "docs/tablet.py")
assert _spec is not None
assert _spec.loader is not None
example = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(example)


class Tablet(example.Tablet):
    """The example client with a camera and a pen."""

    def __init__(self, server: Running, name: str, folder: Path, username: str = "manager") -> None:
        super().__init__(server.url, username, f"{username}-demo", folder / f"{name}.json")
        self.photos: dict[str, bytes] = {}
        self.key = load_pem_private_key(self.state["key"].encode(), None)
        self.id = self.state["device"]["id"]

    @property
    def rows(self) -> dict[str, Any]:
        """The rows it holds, empty kinds left out."""
        return {kind: rows for kind, rows in self.state["rows"].items() if rows}

    def sync(self) -> None:
        """Syncs, photos included."""
        super().sync()
        for row in self.rows.get("photos", {}).values():
            if not row["uploaded"] and row["sha256"] in self.photos:
                content = self.photos[row["sha256"]]
                self.call("PUT", f"/media/{row['sha256']}", content=content).raise_for_status()
        super().sync()

    def receive(self, name: str, phone: str, plate: str) -> str:
        """A new customer with a new car is checked in; the visit's id."""
        customer, car, visit = uuid7(), uuid7(), uuid7()
        self.issue("customer.register", customer_id=customer, name=name, phones=[{"number": phone}])
        details = {"make": "大众", "model": "朗逸", "energy": "petrol", "owner_id": customer}
        self.issue("vehicle.register", vehicle_id=car, plate=plate, **details)
        opened = {"vehicle_id": car, "customer_id": customer, "kind": "repair", "payer": "customer"}
        self.issue("visit.open", visit_id=visit, **opened)
        return visit

    def take_photo(self, visit: str) -> str:
        """A photo of the visit; its SHA-256."""
        out = BytesIO()
        Image.frombytes("RGB", (40, 30), os.urandom(3600)).save(out, "JPEG")
        content = out.getvalue()
        sha256 = hashlib.sha256(content).hexdigest()
        self.photos[sha256] = content
        facts = {"sha256": sha256, "media_type": "image/jpeg", "bytes": len(content), "purpose": "walkaround"}
        self.issue("photo.add", photo_id=uuid7(), visit_id=visit, taken_at=now(), **facts)
        return sha256

    def sign_contract(self, visit: str) -> str:
        """The customer signs what the server shows; the signature's id."""
        document = self.call("GET", f"/visits/{visit}/document", params={"purpose": "contract"}).json()
        fields = OutsideTablet.signature(self, visit, "contract", document)  # type: ignore[arg-type]
        self.issue("handover.sign", **fields)
        return fields["signature_id"]

    def issued(self) -> dict[str, dict[str, Any]]:
        """Every command that was acknowledged: id → outcome."""
        assert self.state["queue"] == []
        return {command["id"]: command["outcome"] for command in self.state["done"]}
