"""Who asks for what is new since a number: on a PostgreSQL server of its own, with writers in processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.postgres import needed
from tests.served import ROOT

pytestmark = pytest.mark.postgres


def test_two_loads_and_staff_write_without_deadlock_and_who_asks_what_is_new_since_misses_nothing() -> None:
    needed()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.following", "--seconds", "5"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "nothing missed" in done.stdout
    assert "\n0 deadlocks\n" in done.stdout
