"""Other users of the machine cannot read an archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles.management.archive import close_to_others
from tests.loading import text_file
from tests.test_first_loads import load
from tests.test_photos import picture


def modes(var: Path) -> dict[str, set[int]]:
    """The permissions of the archive's files and folders, by what they are."""
    found = {"home": {mode(var)}}
    for path in var.rglob("*"):
        kind = "originals" if "originals" in path.parts else "database" if "sqlite3" in path.name else path.name
        kind = "renditions" if "renditions" in path.parts else kind
        found.setdefault(f"{kind}/" if path.is_dir() else kind, set()).add(mode(path))
    return found


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


CLOSED = {
    "home": {0o750},
    "secret-key": {0o600},
    "database": {0o600},
    "media/": {0o750},
    "originals/": {0o700},
    "originals": {0o600},
    "renditions/": {0o750},
    "renditions": {0o640},
    "sites/": {0o750},
    "in.toml": {0o640},  # a profile
}


def test_the_files_of_an_archive_are_not_for_everyone(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    picture(tmp_path / "in/pier.jpg", (640, 480))
    (tmp_path / "in/post.md").write_text("---\ntitle: Pier\ndate: 2021-05-04\n---\n\n![It](pier.jpg)\n\nIt is long.\n")
    var = tmp_path / "var"
    assert "Loaded 1 article," in load(var, tmp_path / "in").stdout
    assert modes(var) == CLOSED

    for path in (var, *var.rglob("*")):  # as it was made by an older version
        path.chmod(0o755 if path.is_dir() else 0o644)
    (var / "secret-key").chmod(0o600)
    text_file(tmp_path / "in", "boat.txt")
    assert "Loaded 1 article," in load(var, tmp_path / "in").stdout
    closed = modes(var)
    assert {kind: closed[kind] for kind in ("home", "database", "originals/", "originals")} == {
        kind: CLOSED[kind] for kind in ("home", "database", "originals/", "originals")
    }


def test_a_folder_that_all_users_share_is_left_as_it_is(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    tmp_path.chmod(0o1777)
    close_to_others()
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777
