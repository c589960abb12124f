"""An archive of a former version is upgraded while the older program serves it, and rules for migrations."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.db.migrations import AddField, AddIndex, AlterField, CreateModel, Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

from articles.models.search_entry import FORM
from tests.kept_archive import kept, unpack
from tests.loading import text_file
from tests.served import ROOT, Archive, ask, free_port, running, start, wait_for

pytestmark = pytest.mark.xdist_group("server")
FIRST = ("0001_schema", "0002_search_index")
# Operations that do not disturb an older version, during or after them. ``RunPython`` fills new columns, in batches.
EXPANDING = (CreateModel, AddField, AddIndex, RunPython)
LATER = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("articles", "{newest}")]
    operations = [migrations.AddField("article", "mood", models.CharField(max_length=9, db_default=""))]
"""
PAGES = ("/", "/search/?q=the", "/search/?q=photo:yes", "/tags/", "/photos/", "/feeds/latest.atom", "/readyz")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[Archive]:
    """Those of former versions, upgraded to this one; the last is the newest."""
    found = [unpack(file, tmp_path_factory.mktemp(file.name)) for file in kept()]
    for archive in found:
        archive.manage("migrate", "--verbosity", "0")
    return found


def test_every_kept_archive_is_whole_after_an_upgrade(archives: list[Archive]) -> None:
    assert archives
    for archive in archives:
        assert faults(archive) == []


def test_readers_notice_nothing_of_an_upgrade(archives: list[Archive], tmp_path: Path) -> None:
    var, inputs = archives[-1].var, tmp_path / "inputs"
    with running(var) as older, readers_of(older) as answers:
        later = replace(older, program=later_version(tmp_path / "later"), url=f"http://127.0.0.1:{free_port()}")
        building = begin(later)
        while not entries(var, FORM + 1):  # the first three
            time.sleep(0.05)
        text_file(inputs, "one.txt", headline="Heron on the pier")
        older.manage("load_articles", str(inputs))
        assert start(later, stderr=subprocess.DEVNULL).wait(30) == 1, "the index is not complete"
        building.kill()
        building.wait()
        (later.program / "go").touch()
        assert begin(later).wait(60) == 0
        assert entries(var, FORM) == 0

        assert hits(older, "heron") == hits(older, "headline:pier") == 1, "in the index of the older version"
        text_file(inputs, "two.txt", headline="Heron on the roof")
        refused = older.manage("load_articles", str(inputs), code=1).stderr
        assert "the archive has been upgraded" in refused

        server = start(later, stdout=subprocess.DEVNULL)
        try:
            wait_for(later.url, server)
            assert hits(later, "heron") == hits(later, "headline:pier") == 1
        finally:
            server.terminate()
            server.wait(20)
        with_search = {path: found for path, found in answers.items() if path.startswith("/search/")}
        assert all(len(found) == 1 for found in with_search.values()), "readers find the same all the time"
        assert faults(later) == []


@pytest.mark.parametrize(
    ("app", "name"), [key for key in MigrationLoader(None).disk_migrations if key[0] == "articles"]
)
def test_an_older_version_stands_a_migration(app: str, name: str) -> None:
    if name not in FIRST:
        assert refused(MigrationLoader(None).disk_migrations[app, name]) == []


def refused(migration: type[Migration] | Migration) -> list[object]:
    """Operations that older versions do not stand; of a contraction, none. See CONTRIBUTING.md."""
    if getattr(migration, "contracts", ""):
        return []
    return [operation for operation in migration.operations if not _is_expanding(operation)]


def _is_expanding(operation: object) -> bool:
    if isinstance(operation, AlterField):  # its default
        return (operation.model_name, operation.name) == ("clock", "form")
    if isinstance(operation, AddField):
        return operation.field.null or operation.field.many_to_many or operation.field.db_default is not NOT_PROVIDED
    return isinstance(operation, EXPANDING)


@contextmanager
def readers_of(archive: Archive) -> Iterator[dict[str, set[bytes]]]:
    """Ask for pages all the time; yield what came, without what changes by itself. Any failed request is an error."""
    answers: dict[str, set[bytes]] = {path: set() for path in PAGES}
    failed, is_over = [], threading.Event()

    def read() -> None:
        while not is_over.is_set():
            for path in PAGES:
                answer = ask(archive.url + path)
                answers[path].add(b"".join(re.findall(rb"<h1.*?</h1>|<h2.*?</h2>", answer.body, re.S)))
                if answer.status != 200:
                    failed.append((path, answer.status, answer.text[:300]))
            time.sleep(0.3)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield answers
    finally:
        is_over.set()
        reader.join()
    assert failed == []


def later_version(folder: Path) -> Path:
    """The next version of the program, with another form of the index, which it builds slowly, and a new column."""
    folder.mkdir()
    for name in ("articles", "newsarchive", "templates", "static", "fixtures"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "manage.py", folder)
    migrations = folder / "articles/migrations"
    newest = max(migrations.glob("0*.py")).stem
    (migrations / "0998_later.py").write_text(LATER.format(newest=newest))
    change(folder / "articles/models/search_entry.py", f"FORM = {FORM} ", f"FORM = {FORM + 1} ")
    change(folder / "articles/search/index.py", "RENEWED_AT_ONCE = 500", "RENEWED_AT_ONCE = 3")
    wait = f"import pathlib, time\n        while not pathlib.Path({str(folder / 'go')!r}).exists(): time.sleep(0.05)"
    change(folder / "articles/search/index.py", "        yield done\n", f"        yield done\n        {wait}\n")
    return folder


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert text.count(before) == 1
    file.write_text(text.replace(before, after))


def begin(archive: Archive) -> subprocess.Popen[bytes]:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    return subprocess.Popen(migrate, cwd=archive.program, env=archive.environment)


def entries(var: Path, form: int) -> int:
    with closing(sqlite3.connect(var / "archive.sqlite3", timeout=20)) as database:
        return int(database.execute("SELECT count(*) FROM articles_searchentry WHERE form = ?", [form]).fetchone()[0])


def faults(archive: Archive) -> list[str]:
    """But for photo files, which it does not have."""
    *lines, _ = archive.manage("verify_archive", code=1).stdout.splitlines()
    return [line for line in lines if ": photo of /" not in line]


def hits(archive: Archive, query: str) -> int:
    return int(re.findall(r"<strong>(\d+) articles?</strong>", ask(f"{archive.url}/search/?q={query}").text)[0])
