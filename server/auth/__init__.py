"""The door at which people and tablets sign in."""

from server.auth import key_routes
from server.auth.device_routes import approve, list_devices, revoke
from server.auth.login import login, logout, me
from server.auth.password_routes import change_password
from server.auth.people_routes import list_people, reset_factor
from server.auth.session_routes import end_others, end_session, list_sessions, rotate
from server.auth.totp_routes import begin_factor, confirm_factor, end_factor, own_factor, renew_recovery

routes = [
    login, logout, me, list_sessions, end_session, end_others, rotate, list_devices, approve, revoke,
    change_password, own_factor, begin_factor, confirm_factor, end_factor, renew_recovery, list_people, reset_factor,
    *key_routes.routes,
]  # fmt: skip
