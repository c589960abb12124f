"""The same archive on PostgreSQL: the tests of loading, pages and admin, run again on a server of their own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import cluster, free_ports, needed
from tests.served import ROOT, environment

pytestmark = pytest.mark.postgres
# In parts that take about as long as one another, for whoever runs tests side by side.
THE_SAME = (
    ("loading", "crawls", "agency_versions", "likeness", "vanished", "search"),
    ("pages", "history", "photo_listing", "photos_by_credit", "photo_page", "timelines", "tag_index"),
    ("admin", "curation", "review", "generation"),
    ("undo", "conflicts", "edits"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as this module."""
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(1)) as (server,):
        yield server.url


@pytest.mark.parametrize("names", THE_SAME, ids=" ".join)
def test_the_archive_is_the_same_on_postgresql(server: str, tmp_path: Path, names: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"tests/test_{name}.py" for name in names)],
        cwd=ROOT,
        env={**environment(tmp_path), "DATABASE_URL": server},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
