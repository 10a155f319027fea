"""Writes the tables of docs/access.md from the one that the server asks; with `--check` it only says if they differ."""

import sys
from pathlib import Path

from server.commands.every import public
from server.domain import roles
from server.domain.rows import WIRE
from server.domain.scopes import SCOPES

PAGE = Path(__file__).resolve().parent.parent / "docs/access.md"
BEGIN, END = "<!-- made by scripts/export_access.py -->", "<!-- end -->"
DOORS = {
    "papers: `/visits/{id}/document`, `handover.pdf`, `amendments/…`": roles.MAY_READ_PAPERS,
    "records: `/visits/{id}/…-record.json`, `/records/{kind}`": roles.MAY_READ_RECORDS,
    **{f"asking for the export `{kind}`": who for kind, who in roles.MAY_ASK_EXPORT.items()},
    "deciding about an export that somebody else asked for": roles.MAY_APPROVE_EXPORT,
    "the access log: `customer.looks`": roles.MAY_READ_LOOKS,
    "records that are only stored (仅存储)": roles.MAY_SEE_STORED,
    "saying that nobody contacts a customer unasked": roles.MAY_STOP_CONTACT,
}


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """A table in Markdown."""
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)] + [""]


def commands() -> list[str]:
    """Role × command: the commands by area, those of one area that the same roles may run in one row."""
    everybody = [*roles.PEOPLE, "link"]
    rows: dict[tuple[str, tuple[bool, ...]], list[str]] = {}
    for spec in public():
        area = spec.name.split(".")[0]
        rows.setdefault((area, tuple(roles.may(role, spec.name) for role in everybody)), []).append(spec.name)
    lines = [
        [", ".join(f"`{name}`" for name in names), *("●" if yes else "" for yes in which)]
        for (_, which), names in sorted(rows.items(), key=lambda row: row[0][0])
    ]
    return table(["command", *everybody], lines)


def kinds() -> list[str]:
    """Role × kind of rows: none, the own store's, the group's."""
    words = {"none": "", "store": "own store", "group": "group"}
    names = [kind for kind in WIRE if kind != "aliases"] + ["journal"]
    lines = [[f"`{kind}`", *(words[roles.reach(role, kind)] for role in roles.PEOPLE)] for kind in names]
    return table(["rows", *roles.PEOPLE], lines)


def fields() -> list[str]:
    """Role × field, of those that not everybody who reads the row sees."""
    lines = [
        [group, f"`{kind}`: {', '.join(names)}", *("" if group in roles.HIDDEN[role] else "●" for role in roles.PEOPLE)]
        for group, kinds in roles.FIELDS.items()
        for kind, names in kinds.items()
    ]
    return table(["group", "fields", *roles.PEOPLE], lines)


def doors() -> list[str]:
    """Role × door, beside the rows."""
    lines = [[name, *("●" if role in which else "" for role in roles.PEOPLE)] for name, which in DOORS.items()]
    return table(["door", *roles.PEOPLE], lines)


def scopes() -> list[str]:
    """Scope × rows, fields and commands."""
    lines = [
        [f"`{name}`", ", ".join(one.reads), ", ".join(one.plain), ", ".join(f"`{c}`" for c in one.commands)]
        for name, one in SCOPES.items()
    ]
    return table(["scope", "rows of the own store", "hidden fields it shows", "commands"], lines)


def made() -> str:
    """All tables, under their headings."""
    parts = {
        "Commands": commands(), "Rows": kinds(), "Fields": fields(), "Doors": doors(), "Keys of programs": scopes(),
    }  # fmt: skip
    return "\n".join(line for title, lines in parts.items() for line in [f"### {title}", "", *lines])


def main() -> int:
    """0 when the page is up to date, or was written."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    new = f"{before}{BEGIN}\n\n{made()}\n{END}{after}"
    if "--check" in sys.argv:
        if new != text:
            print("docs/access.md is out of date: run `make schema`.")
        return int(new != text)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
