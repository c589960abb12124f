"""Naming an archive of one's own on the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import ROOT, environment

STORY = "Ferry returns\n\n2004-05-06\n\nThe ferry returned to the north quay in thick fog on Monday.\n"


def manage(*arguments: str, elsewhere: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(elsewhere), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_command_works_on_the_archive_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old/ferry.txt").write_text(STORY)
    (tmp_path / "own").mkdir()
    (tmp_path / "own/tags.toml").write_text('[[tag]]\nname = "Fog"\naliases = ["fog"]\n')
    arguments = ("load_articles", str(tmp_path / "old"), "--archive", str(tmp_path / "own"), "--report", "-")
    done = manage(*arguments, elsewhere=tmp_path / "sample")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "own/archive.sqlite3").exists()
    assert f"To undo it: manage.py --archive {tmp_path / 'own'} undo_load 1" in done.stdout + done.stderr
    assert not (tmp_path / "sample").exists()
    count = ("shell", "-c", "from articles.models import Tag; print(*Tag.objects.values_list('name', flat=True))")
    assert "Fog" in manage(*count, f"--archive={tmp_path / 'own'}", elsewhere=tmp_path / "sample").stdout


@pytest.mark.parametrize("command", ["load_articles", "serve", "undo_load", "export_edits", "index_articles"])
def test_help_names_the_option(command: str, tmp_path: Path) -> None:
    assert "--archive DIR" in manage(command, "--help", elsewhere=tmp_path).stdout


def test_an_archive_without_a_name_is_refused(tmp_path: Path) -> None:
    done = manage("load_articles", "--archive", elsewhere=tmp_path)
    assert done.returncode == 2
    assert "--archive: expected one argument" in done.stderr


def test_a_misspelled_archive_is_not_made(tmp_path: Path) -> None:
    done = manage("undo_load", "--archive", str(tmp_path / "onw"), elsewhere=tmp_path)
    assert done.returncode == 2
    assert f"No archive in {tmp_path / 'onw'}" in done.stderr
    assert not (tmp_path / "onw").exists()


def test_pages_that_are_not_articles_are_counted_by_kind(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for number in range(2):
        (tmp_path / f"old/{number}.html").write_text(f"<html><!-- {number} --><body></body></html>")
    done = manage("load_articles", str(tmp_path / "old"), elsewhere=tmp_path / "own")
    assert "Skipped (not articles): an empty page (2)" in done.stdout + done.stderr
