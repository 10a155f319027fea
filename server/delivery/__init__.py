"""What goes out: messages and the sealed handover after the commit that promised them, and codes for who signs now."""

from server.delivery.key import push_key
from server.delivery.signing_codes import check_code, send_code
from server.delivery.worker import work

routes = [push_key, send_code, check_code]

__all__ = ["routes", "work"]
