"""Holds the size budgets: a server file ≤ 250 lines, a function ≤ 40, a test file ≤ 400, a web file ≤ 300."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUDGETS = (
    ("server/", (".py",), 250),
    ("tests/", (".py",), 400),
    ("web/src/", (".ts", ".vue"), 300),
    ("web/customer/", (".ts", ".vue"), 300),
)
FUNCTION = 40
EXEMPT = ("server/store/migrations/versions/", "web/src/gen/", "web/src/i18n/")


def files() -> list[str]:
    """Every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if not name.startswith(EXEMPT) and (ROOT / name).is_file()]


def too_long(name: str) -> list[str]:
    """What is over its budget in one file."""
    if not name.endswith((".py", ".ts", ".vue")):
        return []
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = text.count("\n")
    found = [
        f"{name}: {lines} lines, {most} allowed"
        for folder, endings, most in BUDGETS
        if name.startswith(folder) and name.endswith(endings) and lines > most
    ]
    if name.startswith("server/") and name.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION:
                    found.append(f"{name}:{node.lineno}: {node.name} has {size} lines, {FUNCTION} allowed")
    return found


def main() -> int:
    """Prints what is too long; 1 if anything is."""
    found = [line for name in files() for line in too_long(name)]
    print("\n".join(found) or "Every file and function is within its budget.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
