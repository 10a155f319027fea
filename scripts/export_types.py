"""Writes web/src/gen/wire.ts: rows, command fields, roles and what each command makes, as the server declares them.

`python -m scripts.export_types` writes the file; with `--check` it exits 1 when the committed file is out of date.
"""

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct

import server.commands.every  # noqa: F401  (registers every command)
from server.commands.registry import Spec, public
from server.domain import fields
from server.domain.roles import (
    FIELDS,
    HIDDEN,
    MAY_APPROVE_EXPORT,
    MAY_ASK_EXPORT,
    MAY_READ_RECORDS,
    MAY_SEE_STORED,
    MAY_STOP_CONTACT,
    ROLES,
)
from server.domain.rows import WIRE
from server.domain.scopes import SCOPES

WEB = Path(__file__).resolve().parent.parent / "web"
TARGET = WEB / "src/gen/wire.ts"
GENERIC = "Change_"
UNSAID = {"default", "minItems", "maxItems", "pattern", "format"}
NOISE = re.compile(r"( \*\n)? \* This interface was referenced by `Wire`'s JSON-Schema\n \* via the [^\n]*\n")
EMPTY = re.compile(r"/\*\*\n \*/\n")
BANNER = "// Made by `npm run types` from the server's structs. Not edited by hand."


def schema(rows: Mapping[str, type[Struct]], commands: list[Spec]) -> dict[str, Any]:
    """One JSON schema whose properties are the row kinds and the commands' fields."""
    structs = [*rows.values(), *(spec.struct for spec in commands), fields.StrokePoint]
    refs, components = msgspec.json.schema_components(structs, ref_template="#/definitions/{name}")
    of = dict(zip(structs, refs, strict=True))
    words = _words()
    plain = {name: _plain(part, components, words) for name, part in components.items() if "title" in part}
    return {
        "title": "Wire",
        **_record({"rows": {"$ref": "#/definitions/Rows"}, "commands": {"$ref": "#/definitions/CommandFields"}}),
        "definitions": {
            **{name: {"title": name, "enum": list(values)} for values, name in words.items()},
            **{name: part for name, part in plain.items() if not name.startswith(GENERIC)},
            "Rows": _record({kind: of[struct] for kind, struct in rows.items()}),
            "CommandFields": _record({spec.name: of[spec.struct] for spec in commands}),
        },
    }


def _words() -> dict[tuple[str, ...], str]:
    """The closed sets of words in server.domain.fields, by their members in order."""
    named = ((get_args(value), name) for name, value in vars(fields).items() if get_origin(value) is Literal)
    return dict(named)


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _plain(part: Any, components: Mapping[str, Any], words: Mapping[tuple[str, ...], str]) -> Any:
    """The part with its closed sets by name, its generics written out, and without what TypeScript cannot say."""
    if isinstance(part, list):
        return [_plain(inner, components, words) for inner in part]
    if isinstance(part, str):
        return inspect.cleandoc(part)
    if not isinstance(part, dict):
        return part
    if "enum" in part and (name := _word(part["enum"], words)):
        return {"$ref": f"#/definitions/{name}"}
    target = _target(part)
    if part.get("type") == "object" and "properties" not in part:
        return {"tsType": f"Record<string, {_target(part.get('additionalProperties', {})) or 'unknown'}>"}
    if target.startswith(GENERIC):
        inlined = {key: value for key, value in components[target].items() if key not in {"title", "description"}}
        return _plain(inlined, components, words)
    return {key: _plain(inner, components, words) for key, inner in part.items() if key not in UNSAID}


def _target(part: Any) -> str:
    return str(part.get("$ref", "")).removeprefix("#/definitions/") if isinstance(part, dict) else ""


def _word(members: list[str], words: Mapping[tuple[str, ...], str]) -> str | None:
    return next((name for known, name in words.items() if sorted(known) == sorted(members)), None)


def typescript(wire: dict[str, Any], commands: list[Spec]) -> str:
    """The schema as interfaces, and the tables that a tablet needs at run time."""
    options = ["--unreachableDefinitions", "--no-additionalProperties", "--bannerComment", BANNER]
    command = ["node_modules/.bin/json2ts", *options]
    made = subprocess.run(command, cwd=WEB, input=json.dumps(wire), stdout=subprocess.PIPE, text=True, check=True)
    makes = {spec.name: spec.makes for spec in commands if spec.makes}
    return "\n".join(
        [
            EMPTY.sub("", NOISE.sub("", made.stdout)).rstrip(),
            "",
            "export type Kind = keyof Rows",
            "export type CommandName = keyof CommandFields",
            "",
            "/** A drawn signature: the pad's size in pixels, and its lines. */",
            "export type Strokes = { width: number; height: number; lines: StrokePoint[][] }",
            "",
            "/** The groups of fields that a role does not see; its tablets do not get them. */",
            f"export const HIDDEN: Record<string, readonly string[]> = {_literal(HIDDEN)}",
            "",
            "/** What stands for a field that was not given. */",
            f"export const EMPTY: Partial<Record<Kind, Readonly<Record<string, null | []>>>> = {_literal(_empties())}",
            "",
            "/** The fields of each command that hold ids it creates. */",
            f"export const MAKES: Partial<Record<CommandName, readonly string[]>> = {_literal(makes)}",
            "",
            "/** Who may do what: role to patterns; `!` takes away what an earlier pattern gave. */",
            f"export const ROLES: Record<string, readonly string[]> = {_literal(ROLES)}",
            "",
            "/** What a key of another program may be given. */",
            f"export const SCOPES = {json.dumps(list(SCOPES))} as const",
            "",
            f"export const MAY_STOP_CONTACT: readonly string[] = {json.dumps(MAY_STOP_CONTACT)}",
            f"export const MAY_READ_RECORDS: readonly string[] = {json.dumps(MAY_READ_RECORDS)}",
            f"export const MAY_SEE_STORED: readonly string[] = {json.dumps(MAY_SEE_STORED)}",
            f"export const MAY_ASK_EXPORT: Record<string, readonly string[]> = {_literal(MAY_ASK_EXPORT)}",
            f"export const MAY_APPROVE_EXPORT: readonly string[] = {json.dumps(MAY_APPROVE_EXPORT)}",
            "",
        ]
    )


def _empties() -> dict[str, dict[str, list[Any] | None]]:
    """For each kind the fields that some role does not see: a list becomes an empty one, everything else null."""
    found: dict[str, dict[str, list[Any] | None]] = {}
    for kind, names in (one for group in FIELDS.values() for one in group.items() if one[0] in WIRE):
        types = {field.name: field.type for field in msgspec.structs.fields(WIRE[kind])}
        for name in types.keys() & set(names):
            found.setdefault(kind, {})[name] = [] if get_origin(types[name]) is list else None
    return {kind: dict(sorted(fields.items())) for kind, fields in found.items()}


def _literal(table: Mapping[str, Any]) -> str:
    lines = (f"  {json.dumps(name)}: {json.dumps(values)}," for name, values in table.items())
    return "\n".join(["{", *lines, "}"])


def main() -> int:
    """Writes the file, or with `--check` compares it; gives the exit code."""
    commands = sorted(public(), key=lambda spec: spec.name)
    text = typescript(schema(WIRE, commands), commands)
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.exists() and TARGET.read_text() == text else 1
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
