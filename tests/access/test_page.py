"""The page says what the server asks."""

import subprocess
import sys


def test_the_tables_of_the_page_are_those_of_the_table():
    checked = subprocess.run([sys.executable, "-m", "scripts.export_access", "--check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout
