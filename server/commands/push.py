"""Web push subscriptions of a visit (RFC 8030, RFC 8291)."""

from typing import Annotated

from msgspec import Meta, Struct

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.domain.fields import Id
from server.domain.ids import derived
from server.domain.rows.internal import PushSubscription
from server.domain.rows.visits import Visit
from server.store.work import Work

Endpoint = Annotated[str, Meta(pattern="^https?://", max_length=2000)]
Base64 = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{16,200}=*$")]


class PushKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """The browser's public key and secret, base64url."""

    p256dh: Base64
    auth: Base64


class SubscribePush(Command, frozen=True):
    """A browser asks to be told about this visit."""

    visit_id: Id
    endpoint: Endpoint
    keys: PushKeys


@handles("push.subscribe", ids=lambda c: [derived("push", c.visit_id, c.endpoint)])
def subscribe_push(work: Work, by: By, c: SubscribePush) -> None:
    """Stores the subscription; the same browser again replaces its keys."""
    visit = get(work, Visit, c.visit_id)
    subscription_id = derived("push", visit.id, c.endpoint)
    existing = work.find(PushSubscription, subscription_id)
    if existing is None:
        work.add(
            PushSubscription(
                id=subscription_id,
                rev=1,
                visit_id=visit.id,
                endpoint=c.endpoint,
                p256dh=c.keys.p256dh,
                auth=c.keys.auth,
                active=True,
            )
        )
    elif (existing.p256dh, existing.auth, existing.active) != (c.keys.p256dh, c.keys.auth, True):
        work.change(existing, p256dh=c.keys.p256dh, auth=c.keys.auth, active=True)


class UnsubscribePush(Command, frozen=True):
    """The browser no longer wants to be told, or its push service says that it is gone (404, 410)."""

    endpoint: Endpoint


@handles("push.unsubscribe", keys=lambda c: [f"endpoint:{derived(c.endpoint)}"])
def unsubscribe_push(work: Work, by: By, c: UnsubscribePush) -> None:
    """Ends the endpoint's subscriptions."""
    for subscription in work.by_key(PushSubscription, f"endpoint:{derived(c.endpoint)}"):
        if subscription.active and (by.role != "link" or subscription.visit_id == by.visit_id):
            work.change(subscription, active=False)
