"""Loads and undoings killed at any moment, repeatedly: the next run completes them."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import ROOT, environment
from tests.test_photos import picture

KILLS = int(os.environ.get("KILLS", "50"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_what_is_killed_at_any_moment_is_finished_by_the_next_run(tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201  # shown when the test fails
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(6):
        picture(folder / f"pier-{number}.jpg", (60 + number, 40))
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing", str(folder), str(seed), str(KILLS)],
        cwd=ROOT, env=environment(tmp_path / "var"), capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["found"] == {}, f"KILL_SEED={seed}"
    assert sum(told["kills"].values()) >= KILLS
    assert min(told["kills"].values()) >= KILLS // 10, told["kills"]
