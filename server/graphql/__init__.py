"""The GraphQL door: people's queries, commands as mutations, subscriptions."""

from typing import Any

from server.graphql.documents import trusted
from server.graphql.door import GraphQLDoor, schema_file

__all__ = ["routes", "trusted"]

routes: list[Any] = [GraphQLDoor, schema_file]
