"""What the explorer's page may load and run: its own three files, and nothing else."""

import re

import pytest

from server.graphql.explorer import KINDS
from server.settings import Settings
from tests.graphql.door import Asker, app_of, asker
from tests.shop import Shop

PAGE = {"Accept": "text/html"}

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


async def the_page_and_what_it_loads_have_a_policy_without_exceptions(ask: Asker):
    page = await ask.http.get("/graphql", headers=PAGE)
    loaded = re.findall(r'(?:src|href)="(/graphql/[^"]+)"', page.text)
    answers = {"page.html": page} | {path.rsplit("/", 1)[1]: await ask.http.get(path) for path in loaded}
    assert set(answers) == set(KINDS)
    for name, answer in answers.items():
        assert (answer.status_code, answer.headers["content-type"]) == (200, f"{KINDS[name]}; charset=utf-8")
        policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
        assert policy.pop("default-src") == "'none'"
        assert set(policy.values()) == {"'self'", "'none'"}


async def the_page_has_nothing_inline_and_nothing_of_another_host(ask: Asker):
    page = (await ask.http.get("/graphql", headers=PAGE)).text
    assert not re.search(
        r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)|javascript:|https?:|//", page.removeprefix("<!")
    )


async def a_shop_may_close_the_explorer(shop: Shop, tmp_path):
    closed = asker(shop, app_of(shop, Settings(data_dir=str(tmp_path), graphiql=False)))
    await closed.sign_in("boss")
    for path in ("/graphql", *(f"/graphql/explorer/{name}" for name in KINDS)):
        assert (await closed.http.get(path, headers=PAGE)).status_code == 404
    await closed.http.aclose()


async def the_page_has_no_other_file_to_be_had(ask: Asker):
    for name in ("__init__.py", "..%2Fdoor.py", "nothing"):
        assert (await ask.http.get(f"/graphql/explorer/{name}")).status_code == 404
