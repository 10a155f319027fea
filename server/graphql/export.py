"""The schema as text: what `schema.graphql` holds and `GET /schema.graphql` answers."""

from functools import cache

from server.graphql.schema import schema

HEADER = """\
# Jieche 接车 — the GraphQL schema. Made by `python -m server export-schema`; a test compares it with the server.
#
# Where a mutation comes from: each one is a command of the registry, the same command that tablets send to /sync/push.
# `visitOpen` is `visit.open`: its input is the command's struct and its description the struct's docstring, both in
# server/commands/visits.py; the handler beside it decides. To change a mutation, change the command.
# Object types are the row structs of server/domain/rows.
"""


@cache
def sdl() -> str:
    """The whole schema in the schema definition language, with a header that says where it comes from."""
    return f"{HEADER}\n{schema.as_str()}\n"
