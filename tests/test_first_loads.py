"""A first load that was stopped at any moment of setting up the archive is finished by the same command."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.loading import text_file
from tests.served import ROOT, environment

KILLS = int(os.environ.get("KILLS", "6"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_first_load_stopped_at_any_moment_is_finished_by_the_same_command(tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201  # shown when the test fails
    for number in range(3):
        text_file(tmp_path / "in", f"{number}.txt", headline=f"Boat {number}", body=f"It sailed at {number}.")
    done = subprocess.run(
        [sys.executable, "-m", "tests.first_loads", str(tmp_path / "in"), str(seed), str(KILLS)],
        cwd=ROOT, env=environment(tmp_path / "var"), capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["differing"] == [], f"KILL_SEED={seed}"
    assert found["articles"] == 3
    assert found["stopped"]["SIGKILL"] + found["stopped"]["SIGINT"] >= KILLS // 2, found


def test_a_first_load_on_a_full_disk_is_finished_when_there_is_room(small_disk: Path, tmp_path: Path) -> None:
    text_file(tmp_path / "in", "boat.txt")
    full = load(small_disk, tmp_path / "in")
    assert full.returncode == 1, full.stdout + full.stderr
    assert "run the command again" in full.stderr
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    assert "Loaded 1 article," in load(small_disk, tmp_path / "in").stdout


def test_what_cannot_read_the_database_on_a_full_disk_says_so(small_disk: Path, tmp_path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=100m", str(small_disk)], check=True)
    text_file(tmp_path / "in", "boat.txt")
    load(small_disk, tmp_path / "in")
    with (small_disk / "filler").open("wb") as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))
            filler.flush()
    for command in (["undo_load", "--dry-run"], ["undo_load"], ["export_edits"], ["index_articles"]):
        full = manage(small_disk, *command)
        assert full.returncode != 0, command
        assert "The database stopped working: " in full.stderr, full.stderr
        assert "Traceback" not in full.stderr


def load(var: Path, *paths: Path) -> subprocess.CompletedProcess[str]:
    return manage(var, "load_articles", *map(str, paths))


def manage(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(var), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
