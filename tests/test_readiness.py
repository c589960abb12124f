"""``/readyz`` of the real server, for load balancers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive import readiness
from tests.served import Answer, Archive, ask, copy_fixtures, running

pytestmark = pytest.mark.xdist_group("server")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    copy_fixtures(tmp_path)
    with running(tmp_path) as archive:
        yield archive


def looked_again(archive: Archive) -> Answer:
    time.sleep(readiness.EVERY_SECONDS + 0.1)
    return ask(f"{archive.url}/readyz")


def test_a_served_archive_is_ready_and_no_cache_or_index_keeps_that(archive: Archive) -> None:
    answer = ask(f"{archive.url}/readyz")
    assert (answer.status, answer.text) == (200, "ok\n")
    assert (answer.headers["cache-control"], answer.headers["x-robots-tag"]) == ("no-store", "noindex")
    assert ask(f"{archive.url}/readyz", "HEAD").body == b""
    assert ask(f"{archive.url}/readyz", "POST").status == 405


def test_an_archive_whose_photos_are_gone_is_not_ready_until_they_are_back(archive: Archive) -> None:
    assert ask(f"{archive.url}/readyz").status == 200
    photos = archive.var / "media"
    photos.rename(archive.var / "unmounted")
    photos.mkdir()
    answer = looked_again(archive)
    assert (answer.status, answer.text) == (503, "the photo folder cannot be read\n")
    photos.rmdir()
    (archive.var / "unmounted").rename(photos)
    assert looked_again(archive).text == "ok\n"


def test_a_database_without_the_newest_migration_is_not_ready(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.var / "archive.sqlite3")) as database, database:
        database.execute("DELETE FROM django_migrations WHERE name = '0002_search_index'")
    answer = looked_again(archive)
    assert (answer.status, answer.text) == (503, "a migration is missing: articles 0002_search_index\n")


def test_a_broken_database_is_not_ready_for_a_reason_and_without_a_traceback(archive: Archive) -> None:
    with closing(sqlite3.connect(archive.var / "archive.sqlite3")) as database, database:
        database.execute("ALTER TABLE articles_article RENAME TO lost")
    answer = looked_again(archive)
    assert (answer.status, answer.text) == (503, "the database cannot be read\n")
    log = (archive.var / "log").read_text()
    assert "Not ready: no such table: articles_article" in log
    assert "Traceback" not in log


def test_many_questions_in_a_second_are_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    monkeypatch.setattr(readiness, "faults", lambda: looks.append(1) or [])
    ready = readiness.Readiness()
    for _ in range(50):
        assert ready({"REQUEST_METHOD": "GET"}, lambda status, headers: None) == [b"ok\n"]
    assert len(looks) == 1


def test_a_look_that_hangs_keeps_one_request_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "faults", lambda: time.sleep(2))
    monkeypatch.setattr(readiness, "PATIENCE_SECONDS", 0.5)
    ready = readiness.Readiness()
    began = time.monotonic()
    for _ in range(50):
        assert ready({"REQUEST_METHOD": "GET"}, lambda status, headers: None) == [f"{readiness.HANGS}\n".encode()]
    assert time.monotonic() - began < 1
