"""What goes out: messages to customers' browsers and the sealed handover, after the commit that promised them."""

from server.delivery.key import push_key
from server.delivery.worker import work

routes = [push_key]

__all__ = ["routes", "work"]
