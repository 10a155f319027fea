"""The usual course of a visit, from the lane to the keys."""

from server.demo import reception, till, workshop
from server.demo.stay import Stay

_COURSE = (
    reception.check_in, reception.walk_around, reception.quote, reception.assign,
    workshop.diagnose, workshop.present, workshop.begin, workshop.wait_for_parts, workshop.go_on,
    workshop.repair, workshop.check,
    till.settle, till.make_ready, till.hand_over,
)  # fmt: skip


def unfold(stay: Stay, until: str) -> Stay:
    """Goes on with the visit until it first stands at this stage (a wire value)."""
    for part in _COURSE:
        if stay.stage == until:
            break
        part(stay)
    return stay
