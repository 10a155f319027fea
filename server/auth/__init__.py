"""The door at which people and tablets sign in."""

from server.auth.login import login, logout, me, revoke

routes = [login, logout, me, revoke]
