"""The project as an installed package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tests.served import ROOT

FOLDERS = ("articles", "newsarchive", "templates", "static", "fixtures")


def test_an_installed_archive_brings_its_templates_styles_and_fixtures(tmp_path: Path) -> None:
    # From a copy: building leaves folders of its own behind.
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / "copy" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / "copy")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, tmp_path / "copy"],
        check=True, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    inside = set(zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    for folder in ("templates", "static", "fixtures"):
        files = {f"newsarchive/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert files - inside == set()
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(tmp_path / "installed")
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", "load_articles"], cwd=tmp_path, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "installed")}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Name the archive's folder")
    assert not (tmp_path / "var").exists()
    for app in ("articles", "newsarchive"):
        files = [path for path in (ROOT / app).rglob("*") if path.is_file() and path.suffix != ".pyc"]
        assert {str(path.relative_to(ROOT)) for path in files} - inside == set()


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    table = (ROOT / "CONTRIBUTING.md").read_text().partition("## Dependencies")[2].lower()
    names = [entry.partition(">")[0].partition("[")[0].lower() for entry in project["dependencies"]]
    assert [name for name in names if name not in table] == []
