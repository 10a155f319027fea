"""Finds functions of test files that pytest does not collect and nobody calls: tests that never run."""

import ast
import fnmatch
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Prints each; 1 if there is any."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["python_functions"]
    files = sorted((ROOT / "tests").rglob("*.py"))
    words = re.findall(r"\w+", " ".join(file.read_text(encoding="utf-8") for file in files))
    uses = {word: words.count(word) for word in set(words)}
    silent = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for file in files
        if file.name.startswith("test_")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
        and not any(fnmatch.fnmatchcase(node.name, pattern) for pattern in patterns)
        and uses[node.name] == 1
    ]
    print("\n".join(["These tests never run:", *silent] if silent else ["Every test is collected."]))
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
