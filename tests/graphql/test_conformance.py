"""GraphQL over HTTP as graphql-http, the reference implementation, audits it."""

import pytest

from tests.graphql.door import Asker, served
from tests.graphql.node import node


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def the_reference_audits_of_graphql_over_http_all_pass(ask: Asker):
    async with served(ask.app) as where:
        results = await node("audits.mjs", f"http://{where}/graphql")
    assert [one for one in results if one["status"] != "ok"] == []
    assert len(results) == 61
