"""Persisted documents: where a list of them is set, nothing else runs, whichever way it comes."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.graphql.documents import fingerprint, trust, trusted
from server.settings import Settings
from tests.graphql.door import Asker, app_of, asker, served
from tests.graphql.sockets import hear, opened, say
from tests.shop import Shop

ME = "query Me { me { username } }"
NAMED = fingerprint(ME)


@pytest.fixture(params=["sqlite"])
def dialect(request) -> str:
    """These say nothing of the database: one engine is enough."""
    return request.param


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Documents as a program keeps them."""
    (tmp_path / "documents/me").mkdir(parents=True)
    (tmp_path / "documents/me/me.graphql").write_text(ME, encoding="utf-8")
    return tmp_path / "documents"


@pytest.fixture
async def strict(shop: Shop, tmp_path: Path, folder: Path) -> AsyncIterator[Asker]:
    """A program that asks where only trusted documents run."""
    config = Settings(data_dir=str(tmp_path), graphiql=True, graphql_documents=str(folder))
    program = asker(shop, app_of(shop, config))
    await program.sign_in("boss")
    yield program
    await program.http.aclose()


async def posted(program: Asker, **body: Any) -> Any:
    return (await program.http.post("/graphql", json=body)).json()


async def a_trusted_document_runs_by_its_hash_by_its_id_and_by_its_text(strict: Asker):
    wanted = {"data": {"me": {"username": "boss"}}}
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": NAMED.upper()}}
    assert await posted(strict, extensions=persisted) == wanted
    assert await posted(strict, documentId=f"sha256:{NAMED}", operationName="Me") == wanted
    assert await posted(strict, query=ME) == wanted
    got = await strict.http.get("/graphql", params={"extensions": json.dumps(persisted)})
    assert got.json() == wanted


async def a_document_that_is_not_on_the_list_is_refused(strict: Asker):
    for query in ("{ me { name } }", "{ __typename }", ME + " ", "{"):
        assert await strict.code(query) == "persisted_only"
    unknown = await posted(strict, documentId="sha256:" + "0" * 64)
    assert unknown["errors"][0]["extensions"]["code"] == "persisted_unknown"
    smuggled = await posted(strict, query="{ me { name } }", documentId=f"sha256:{'0' * 64}")
    assert smuggled["errors"][0]["extensions"]["code"] == "persisted_only"
    replaced = await posted(strict, query="{ me { name } }", documentId=f"sha256:{NAMED}")
    assert replaced == {"data": {"me": {"username": "boss"}}}


async def a_socket_runs_trusted_documents_only(strict: Asker):
    async with served(strict.app) as where, opened(where, strict.token) as raw:
        await say(raw, "subscribe", id="1", payload={"documentId": NAMED})
        assert (await hear(raw))["payload"]["data"] == {"me": {"username": "boss"}}
        assert (await hear(raw))["type"] == "complete"
        await say(raw, "subscribe", id="2", payload={"query": "{ me { name } }"})
        assert (await hear(raw))["payload"][0]["extensions"]["code"] == "persisted_only"


async def a_hash_alone_says_nothing_where_no_list_is_kept(ask: Asker):
    answer = await posted(ask, documentId=NAMED)
    assert answer["errors"][0]["extensions"]["code"] == "persisted_unknown"
    assert (await posted(ask, query=ME, documentId=NAMED))["data"]


def the_list_of_a_folder_is_a_file_that_runs_the_same(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert trust(str(folder)) == 0
    file = folder.parent / "trusted.json"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert trusted(str(file)) == trusted(str(folder))


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"00": "{ me { id } }"}', None])
def a_list_that_cannot_be_read_stops_the_start(tmp_path: Path, text: str | None):
    file = tmp_path / "trusted.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="JIECHE_GRAPHQL_DOCUMENTS"):
        trusted(str(file))
