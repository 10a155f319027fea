"""A tablet in a hundred lines, from protocol.md alone: `python docs/tablet.py URL USER PASSWORD FILE [NAME FIELDS]`."""

import base64
import json
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path

import httpx
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec


class Tablet:
    def __init__(self, url, username, password, file):
        self.file, self.http, self.person = Path(file), httpx.Client(base_url=url, timeout=30), (username, password)
        fresh = {"token": "none", "cookie": None, "rows": {}, "queue": [], "done": []}
        self.state = json.loads(self.file.read_text()) if self.file.exists() else self.enrolled(fresh)

    def enrolled(self, state):  # a device of our own: at the first start, and when another one uses our numbers
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()
        point = key.public_key().public_bytes(form.Encoding.X962, form.PublicFormat.UncompressedPoint)[1:]
        x, y = (base64.urlsafe_b64encode(half).rstrip(b"=").decode() for half in (point[:32], point[32:]))
        jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y}
        device = {"id": str(uuid.uuid4()), "name": "tablet.py", "public_key": jwk}
        queue = [command | {"seq": seq} for seq, command in enumerate(state["queue"], 1)]
        return state | {
            "device": device,
            "key": private,
            "token": "none",
            "queue": queue,
            "done": [],
            "seq": len(queue),
        }

    def issue(self, name, /, **fields):  # number and command are stored in one step, before anything is sent
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.state["seq"] += 1
        command = {"seq": self.state["seq"], "id": str(uuid.uuid4()), "name": name, "issued_at": now, "fields": fields}
        self.state["queue"].append(command)
        self.file.write_text(json.dumps(self.state))
        return command["id"]

    def sync(self):
        while self.push() or self.pull():
            self.file.write_text(json.dumps(self.state))
        self.file.write_text(json.dumps(self.state))

    def push(self):
        if not (waiting := [command for command in self.state["queue"] if "outcome" not in command][:500]):
            return False
        answer = self.call("POST", "/sync/push", json={"protocol": 1, "app": "2026.11.0", "commands": waiting})
        if answer.status_code == 409 and not self.resend(answer.json().get("next_seq", 0)):
            self.state = self.enrolled(self.state)
        elif answer.status_code != 409:
            outcomes = {outcome["id"]: outcome for outcome in answer.raise_for_status().json()["outcomes"]}
            for command in waiting[: len(outcomes)]:
                command["outcome"] = outcomes[command["id"]]
        return True

    def resend(self, start):  # the server went back to a backup: what it had acknowledged from `start` on goes again
        known = sorted([*self.state["done"], *self.state["queue"]], key=lambda command: command["seq"])
        again = [{k: v for k, v in c.items() if k != "outcome"} for c in known if 0 < start <= c["seq"]]
        if again and again[0]["seq"] == start:
            self.state |= {"queue": again, "done": [command for command in known if command["seq"] < start]}
        return bool(again) and again[0]["seq"] == start

    def pull(self):
        pages = []
        while not pages or pages[-1]["more"]:  # staged, and shown together
            cookie = pages[-1]["cookie"] if pages else self.state["cookie"] or ""
            page = self.call("GET", "/sync/pull", params={"cookie": cookie}).raise_for_status().json()
            pages = [page] if page["reset"] else [*pages, page]
        rows = {} if pages[0]["reset"] else self.state["rows"]
        for page in pages:
            for kind, news in page["rows"].items():
                rows.setdefault(kind, {}).update({row["id"]: row for row in news})
            for kind, ids in page["gone"].items():
                rows[kind] = {row_id: row for row_id, row in rows.get(kind, {}).items() if row_id not in ids}
        told = {outcome["id"]: outcome for page in pages for outcome in page["outcomes"]}
        through, queue = pages[-1]["applied_through"], []
        for command in self.state["queue"]:
            known = told.get(command["id"]) or (command["seq"] <= through and command.get("outcome"))
            (self.state["done"] if known else queue).append(command | ({"outcome": known} if known else {}))
        self.state |= {"rows": rows, "cookie": pages[-1]["cookie"], "queue": queue}
        return any(command["seq"] > through for command in self.state["done"]) and self.resend(through + 1)

    def call(self, method, path, **more):  # an expired token is renewed, and the queue stays
        headers = {"Authorization": f"Bearer {self.state['token']}"}
        if (answer := self.http.request(method, path, headers=headers, **more)).status_code != 401:
            return answer
        login = {"username": self.person[0], "password": self.person[1], "device": self.state["device"]}
        self.state["token"] = self.http.post("/auth/login", json=login).raise_for_status().json()["token"]
        return self.call(method, path, **more)


if __name__ == "__main__":
    tablet = Tablet(*sys.argv[1:5])
    if sys.argv[5:]:
        tablet.issue(sys.argv[5], **json.loads(sys.argv[6]))
    tablet.sync()
    print({kind: len(rows) for kind, rows in tablet.state["rows"].items()}, "waiting:", len(tablet.state["queue"]))
