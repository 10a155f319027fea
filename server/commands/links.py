"""The customer's link to a visit (客户链接): renewed when it went astray, or closed."""

from datetime import timedelta

from server.commands.common import get
from server.commands.registry import By, Command, handles
from server.domain.fields import Id
from server.domain.ids import derived
from server.domain.rows.internal import Link
from server.domain.rows.visits import Visit
from server.store.work import Work


class RenewLink(Command, frozen=True):
    """The customer gets a new link to the visit; the old one stops working."""

    visit_id: Id


@handles("visit.renew_link", ids=lambda c: [derived("link", c.visit_id)])
def renew_link(work: Work, by: By, c: RenewLink) -> None:
    """A new generation of the link, open again for as long as a fresh one."""
    visit = get(work, Visit, c.visit_id)
    link = get(work, Link, derived("link", visit.id))
    expires_at = work.now + timedelta(days=work.terms.link_days)
    work.change(link, generation=link.generation + 1, revoked=False, expires_at=expires_at)


class RevokeLink(Command, frozen=True):
    """The customer's link stops working."""

    visit_id: Id


@handles("visit.revoke_link", ids=lambda c: [derived("link", c.visit_id)])
def revoke_link(work: Work, by: By, c: RevokeLink) -> None:
    """Closes the link until it is renewed."""
    visit = get(work, Visit, c.visit_id)
    link = get(work, Link, derived("link", visit.id))
    if not link.revoked:
        work.change(link, revoked=True)
