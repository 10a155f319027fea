"""The door at which people and tablets sign in."""

from server.auth.device_routes import approve, list_devices, revoke
from server.auth.login import login, logout, me
from server.auth.password_routes import change_password
from server.auth.session_routes import end_others, end_session, list_sessions, rotate

routes = [
    login, logout, me, list_sessions, end_session, end_others, rotate, list_devices, approve, revoke,
    change_password,
]  # fmt: skip
