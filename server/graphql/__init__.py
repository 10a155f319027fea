"""The GraphQL door: people's queries, commands as mutations, subscriptions."""

from typing import Any

from server.graphql.documents import trusted
from server.graphql.door import GraphQLDoor, schema_file
from server.graphql.explorer import assets

__all__ = ["routes", "trusted"]

routes: list[Any] = [GraphQLDoor, schema_file, assets]
