"""Plays docs/protocol-example.md: sends its requests over real HTTP and compares the answers with the page."""

import re
from typing import Any, NamedTuple

import httpx

from tests.running import ROOT

PAGE = ROOT / "docs/protocol-example.md"
STEP = re.compile(
    r"^`(?P<method>GET|POST) (?P<path>[^`\n]+)`(?: \((?P<who>\w+)\))?[^\n`]*\n+(?:```json\n(?P<sent>.*?)```\n+)?"
    r"^`(?P<status>\d{3})`\n+```(?:json|text)\n(?P<answer>.*?)```",
    re.MULTILINE | re.DOTALL,
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Step(NamedTuple):
    """One request of the page and the answer that it shows; `who` holds the token."""

    method: str
    path: str
    who: str
    sent: str | None
    status: int
    answer: str


def steps() -> list[Step]:
    """The page's exchange, in order."""
    found = [match.groupdict() for match in STEP.finditer(PAGE.read_text(encoding="utf-8"))]
    return [Step(f["method"], f["path"], f["who"] or "tablet", f["sent"], int(f["status"]), f["answer"]) for f in found]


class Player:
    """Sends a step with what earlier answers said in place of `<names>`, and remembers what its answer says."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)
        self.known: dict[str, str] = {}

    def headers(self, step: Step) -> dict[str, str]:
        """The token of whoever asks, once there is one."""
        token = self.known.get(f"<{step.who}'s token>")
        return {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, step: Step) -> httpx.Response:
        """The answer to a step."""
        body = self._filled(step.sent) if step.sent else None
        headers = self.headers(step) | ({"Content-Type": "application/json"} if body else {})
        return self.http.request(step.method, self._filled(step.path), content=body, headers=headers)

    def _filled(self, text: str) -> str:
        for name, value in self.known.items():
            text = text.replace(name, value)
        return text

    def differences(self, shown: Any, got: Any, path: str = "") -> list[str]:
        """Where an answer is not what the page shows; `<time>` stands for any time, another `<name>` for one value."""
        if isinstance(shown, dict) and isinstance(got, dict):
            missing = [f"{path}.{key}: only on one side" for key in sorted(shown.keys() ^ got.keys())]
            both = sorted(shown.keys() & got.keys())
            return missing + [line for key in both for line in self.differences(shown[key], got[key], f"{path}.{key}")]
        if isinstance(shown, list) and isinstance(got, list) and len(shown) == len(got):
            pairs = enumerate(zip(_in_order(shown), _in_order(got), strict=True))
            return [line for n, (a, b) in pairs for line in self.differences(a, b, f"{path}[{n}]")]
        if isinstance(shown, str) and isinstance(got, str) and shown.startswith("<"):
            shown = got if shown == "<time>" and TIME.fullmatch(got) else self.known.setdefault(shown, got)
        return [] if shown == got else [f"{path}: the page shows {shown!r}, the server says {got!r}"]


def _in_order(values: list[Any]) -> list[Any]:
    """Rows have no order within a page."""
    rows = all(isinstance(value, dict) and "rev" in value for value in values)
    return sorted(values, key=lambda row: row["id"]) if rows else values
