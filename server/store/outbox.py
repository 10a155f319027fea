"""The outbox: what a batch promised to send, written in the same transaction as the change that caused it."""

from typing import Any

from server.store.feed import Statement, insert
from server.store.rows import encode
from server.store.work import Work


def promised(work: Work, dialect: str, group_id: str) -> list[Statement]:
    """One statement for all promises of the batch; of several with the same `dedupe`, the last one stays."""
    latest = {promise["dedupe"] or promise["id"]: promise for promise in work.promises}
    rows: list[dict[str, Any]] = [
        {
            "id": promise["id"], "group_id": group_id, "visit_id": promise["visit_id"], "kind": promise["kind"],
            "topic": _topic(promise), "payload": encode(promise["payload"]).decode(), "created_at": work.now,
            "due_at": work.now, "attempts": 0, "state": "waiting", "dedupe": promise["dedupe"],
        }
        for promise in latest.values()
    ]  # fmt: skip
    return [insert(dialect, "outbox", encode(rows).decode())] if rows else []


def _topic(promise: dict[str, Any]) -> str:
    """What a message is about, in one word: the stage that was entered, else the event."""
    payload = promise["payload"]
    event = payload.get("event", promise["kind"])
    return payload.get("stage") or event if event == "stage" else event
