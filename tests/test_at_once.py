"""A change by one process is on the next page of another: on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.postgres import cluster, free_ports, needed
from tests.served import Answer, Archive, ask, free_port, served, serving
from tests.staff_over_http import MAKE_STAFF, StaffBrowser

ADDRESS = "/2021/05/04/ferry-returns/"
FORM = "/admin/articles/article/1/change/"
KNOWN_AFTER_SECONDS = 0.1
MERGE = """
from django.db import transaction
from articles.editorial.actions.merge_tags import merge_tags
from articles.models import Tag
from articles.catalogue.ledger import Stamp
with transaction.atomic():
    boats = Tag.objects.create(name="Boats", slug="boats")
    merge_tags([Tag.objects.get(name="Ferries")], boats, Stamp.now(None, "One name."))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Archive, Archive]]:
    """Two servers of one archive: staff work on the first, readers read the second."""
    (tmp_path / "in").mkdir()
    write(tmp_path, "It sailed.")
    if request.param == "sqlite":
        yield from _served_twice(tmp_path, "")
        return
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(1)) as (database,):
        yield from _served_twice(tmp_path, database.url)


def _served_twice(folder: Path, database_url: str) -> Iterator[tuple[Archive, Archive]]:
    with served(folder / "var", str(folder / "in"), database_url=database_url) as first:
        first.manage("shell", "-c", MAKE_STAFF)
        second = Archive(f"http://127.0.0.1:{free_port()}", first.var, database_url)
        with serving(second):
            yield first, second


def write(folder: Path, body: str) -> None:
    (folder / "in" / "ferry.md").write_text(
        f"---\ntitle: Ferry returns\ndate: 2021-05-04\ntags: [Ferries]\n---\n{body}\n"
    )


def test_every_change_is_on_the_next_page_of_another_process(
    processes: tuple[Archive, Archive], tmp_path: Path
) -> None:
    staffs, readers = processes
    editor = StaffBrowser(staffs)

    def page(address: str = ADDRESS) -> Answer:
        time.sleep(KNOWN_AFTER_SECONDS)
        return ask(readers.url + address)

    assert "It sailed." in page().text
    editor.save(FORM, deck="After eleven years", reason="It was missing.")
    assert "After eleven years" in page().text
    write(tmp_path, "It sailed at nine.")
    staffs.manage("load_articles", str(tmp_path / "in"))
    assert "It sailed at nine." in page().text
    staffs.manage("undo_load")
    assert "It sailed at nine." not in page().text
    editor.save(FORM, withdrawn="on", withdrawn_reason="A court.")
    assert (page().status, page("/2021/05/04/").status) == (410, 410)
    editor.save(FORM, without=("withdrawn",))
    assert (page().status, page("/2021/05/04/").status) == (200, 200)
    assert page("/tags/ferries/").status == 200
    staffs.manage("shell", "-c", MERGE)
    assert (page("/tags/ferries/").status, page("/tags/boats/").status) == (301, 200)
    assert "Boats" in page().text


def test_the_page_of_an_undo_does_not_wait_for_a_load_that_writes(processes: tuple[Archive, Archive]) -> None:
    archive, _ = processes
    archivist = StaffBrowser(archive)
    with writing(archive):
        assert "1 article from this load will be deleted" in archivist.page("/admin/articles/load/1/undo/")


@contextmanager
def writing(archive: Archive) -> Iterator[None]:
    """Another process has written to the articles, and has not finished its transaction."""
    if archive.database_url:
        with psycopg.connect(archive.database_url) as database:
            database.execute("SELECT id FROM articles_article FOR UPDATE")
            yield
        return
    with closing(sqlite3.connect(archive.var / "archive.sqlite3", isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
