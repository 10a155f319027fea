"""The tablet's TypeScript, run by Node for the tests."""

import json
import subprocess
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("twin.mjs")


def tablet(work: dict[str, Any]) -> Any:
    """What twin.mjs makes of `{"documents": [{purpose, rows}]}` or `{"sign": {…}}`."""
    done = subprocess.run(["node", str(SCRIPT)], input=json.dumps(work), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
