"""Who asks for what is new since a number: on a PostgreSQL server of its own, with writers in processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.postgres import needed
from tests.served import ROOT

pytestmark = pytest.mark.postgres


def test_who_asks_what_is_new_since_misses_nothing_while_two_loads_and_an_editor_write() -> None:
    needed()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.following", "--seconds", "5"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "nothing missed" in done.stdout
