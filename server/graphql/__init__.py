"""The GraphQL door: people's queries, commands as mutations, subscriptions."""

from typing import Any

from server.graphql.door import GraphQLDoor, schema_file

routes: list[Any] = [GraphQLDoor, schema_file]
