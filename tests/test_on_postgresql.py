"""The same archive on PostgreSQL: tests of loading, pages and admin, on a server of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.loading import text_file
from tests.postgres import cluster, free_ports, needed
from tests.served import ROOT, environment

pytestmark = pytest.mark.postgres
# What asks the database in ways of its own, in parts that take about as long as one another; each makes a database. The
# search has an index of its own here, and parameters of merging are operations. Of the other tests with many, the first
# and the last are tried here, and all on SQLite: the whole takes too long.
WHOLE = (
    *("search", "index_forms", "search_quality", "search_plans"),
    *("merging", "derived", "added", "feeds_of_lists", "corrections", "large_archives"),
)
FEW = (
    ("loading", "likeness", "vanished", "pages", "history", "photo_listing", "timelines", "former_addresses"),
    ("admin", "tag_merging", "review", "undo", "edits", "verify"),
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as this module."""
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(1)) as (server,):
        yield server.url


@pytest.mark.parametrize("names", [WHOLE, *FEW], ids=["search and merging", "loads and pages", "staff"])
def test_the_archive_is_the_same_on_postgresql(server: str, tmp_path: Path, names: tuple[str, ...]) -> None:
    files = [f"tests/test_{name}.py" for name in names]
    # A page asks as many questions on either, and files of SQLite are damaged elsewhere.
    others, few = "not questions and not corrupt", ["--few"] if names in FEW else []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", others, *few, *files],
        cwd=ROOT,
        env={**environment(tmp_path), "DATABASE_URL": server},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]


def test_of_first_loads_on_two_machines_one_sets_up_and_a_killed_one_leaves_nothing(
    server: str, tmp_path: Path
) -> None:
    database = "first_loads"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    url = f"{server.rpartition('/')[0]}/{database}"

    def start(name: str) -> subprocess.Popen[str]:
        text_file(tmp_path / name, f"{name}.txt", headline=f"Boat {name}")
        return subprocess.Popen(
            [sys.executable, "manage.py", "load_articles", str(tmp_path / name), "--workers", "1"],
            cwd=ROOT, env={**environment(tmp_path / f"var-{name}"), "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    killed = start("one")
    assert killed.stdout is not None
    assert "Setting up" in killed.stdout.readline()
    killed.kill()
    killed.communicate()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    loads = [start(name) for name in ("one", "two")]
    said = [process.communicate(timeout=300)[0] for process in loads]
    assert ["Loaded 1 article," in words for words in said] == [True, True], said
    assert "".join(said).count("Setting up the database") == 1


def test_migrate_waits_for_no_reader_and_no_reader_for_it(server: str, tmp_path: Path) -> None:
    def migrate() -> int:
        variables = {**environment(tmp_path), "DATABASE_URL": server}
        return subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=variables).returncode

    assert migrate() == 0
    with psycopg.connect(server) as reader:
        for table in ("articles_article", "articles_photo", "articles_tag", "articles_searchentry"):
            reader.execute(f"SELECT count(*) FROM {table}")  # and goes on with its page
        assert migrate() == 0
