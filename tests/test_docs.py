"""The docs are true: settings, files and subcommands that they name exist, and nothing is left out."""

import re
import subprocess
from pathlib import Path

import pytest

from server.__main__ import parser
from server.commands.every import public
from server.settings import Settings, settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def the_settings_page_names_every_setting_and_no_other():
    named = set(re.findall(r"^\| `JIECHE_([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE))
    assert named == {name.upper() for name in Settings.__struct_fields__}


def a_setting_is_read_from_the_environment():
    read = settings({"JIECHE_SESSION_DAYS": "7", "JIECHE_EMBEDDED_WORKER": "false", "OTHER": "x"})
    assert (read.session_days, read.embedded_worker) == (7, False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def a_link_within_the_project_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def a_subcommand_that_a_page_names_exists():
    known = set(re.findall(r"[a-z-]+", re.search(r"\{(.*?)\}", parser().format_usage()).group(1)))
    for page in PAGES:
        for name in re.findall(r"python -m server ([a-z-]+)", page.read_text(encoding="utf-8")):
            assert name in known, f"{page.name}: {name}"


def a_make_target_that_a_page_names_exists():
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        for name in re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8")):
            assert re.search(rf"^{name}:", makefile, re.MULTILINE), f"{page.name}: make {name}"


def the_schema_has_a_mutation_for_every_command():
    schema = (ROOT / "schema.graphql").read_text()
    for spec in public():
        head, *rest = re.split(r"[._]", spec.name)
        assert f"  {head}{''.join(word.capitalize() for word in rest)}(" in schema, spec.name


def the_tree_names_no_machine_and_no_secret():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    wrong = re.compile(r"/work/|/root/|\.\./shared|BEGIN (EC )?PRIVATE KEY")
    mine = "tests/test_docs.py"
    for name in listed:
        path = ROOT / name
        if (
            path.suffix in (".py", ".md", ".ts", ".vue", ".json", ".toml", ".sh", ".yml", "")
            and path.is_file()
            and name != mine
        ):
            found = wrong.search(path.read_text(encoding="utf-8", errors="ignore"))
            assert found is None, f"{name}: {found and found.group(0)}"
