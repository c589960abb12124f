"""A slow, unreachable or broken database: the pages for readers, and the log for operators."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client

from articles.admin.signing_in import check_secret_key_is_shared
from articles.models.reading import public_page
from tests.served import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "reader"])
NOWHERE = "postgres://archive@127.0.0.1:1/archive"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def reader() -> Any:
    return connections["reader"]


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def test_an_endless_statement_of_a_page_ends_in_time(reader: Any, settings: Any) -> None:
    settings.QUERY_SECONDS = 0.2
    began = time.monotonic()
    with public_page(), reader.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute(ENDLESS)
    assert time.monotonic() - began < 2


def test_a_page_of_many_statements_ends_in_time(reader: Any, settings: Any) -> None:
    settings.QUERY_SECONDS = 0.05
    with public_page(), reader.cursor() as cursor:
        time.sleep(0.1)
        with pytest.raises(OperationalError, match="QUERY_SECONDS"):
            cursor.execute("SELECT 1")
    with reader.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_no_limit_is_no_limit(reader: Any, settings: Any) -> None:
    settings.QUERY_SECONDS = 0
    with public_page(), reader.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_search_that_takes_too_long_says_so_with_503(
    browser: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.QUERY_SECONDS = 0.000_001
    with caplog.at_level(logging.WARNING):
        answer = browser.get("/search/", {"q": "harbour"})
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert answer["Cache-Control"] == "no-store"
    assert "The archive is busy" in answer.text
    assert len(caplog.records) == 1
    assert "QUERY_SECONDS" in caplog.text
    assert "Traceback" not in caplog.text
    settings.QUERY_SECONDS = 5
    assert browser.get("/search/", {"q": "harbour"}).status_code == 200


def test_a_missing_address_is_503_while_the_database_is_away(browser: Client, settings: Any) -> None:
    settings.QUERY_SECONDS = 0.000_001
    assert browser.get("/nothing/here/").status_code == 503


def test_a_fault_in_a_statement_is_500_and_leaves_a_traceback(
    browser: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def ask_for_nothing(*args: Any, **kwargs: Any) -> None:
        with connections["reader"].cursor() as cursor:
            cursor.execute("SELECT 1 FROM no_such_thing")

    monkeypatch.setattr("articles.public.views.front.published", ask_for_nothing)
    assert browser.get("/").status_code == 500
    assert "Traceback" in caplog.text


def _managed(var: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env={**environment(var), **variables}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_serving_says_which_database_does_not_answer(tmp_path: Path) -> None:
    done = _managed(tmp_path, "serve", "--port", "8199", DATABASE_URL=NOWHERE)
    assert done.returncode == 1
    assert re.fullmatch(
        r"CommandError: Cannot reach a database to read from \(127\.0\.0\.1\): .*refused.*DATABASE_URL\.\n", done.stderr
    )


def test_a_database_that_does_not_answer_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    done = _managed(tmp_path, "axes_reset", DATABASE_URL=NOWHERE)
    assert done.returncode == 2
    assert done.stderr.startswith("Cannot reach the database (DATABASE_URL): ")
    assert done.stderr.count("\n") == 1


def test_an_empty_folder_is_no_archive_to_serve(tmp_path: Path) -> None:
    done = _managed(tmp_path, "serve", "--port", "8199")
    assert done.stderr.startswith("CommandError: No archive to serve yet. Load articles first")


def test_web_machines_that_would_each_make_a_secret_key_are_not_started(tmp_path: Path) -> None:
    done = _managed(tmp_path, "serve", "--port", "8199", DATABASE_URL="postgres://a@db.invalid/a", SECRET_KEY="")
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr


@pytest.mark.parametrize(
    ("host", "of_readers", "is_own", "is_warned"),
    [
        ("db.example.org", "db.example.org", True, True),
        ("127.0.0.1,db2", "127.0.0.1", True, True),
        ("127.0.0.1", "db2", True, True),
        ("/run/postgresql", "localhost", True, False),  # a pooler
        ("db", "db", False, False),
    ],
)
def test_a_secret_key_of_each_machine_is_warned_of(
    monkeypatch: pytest.MonkeyPatch, host: str, of_readers: str, is_own: bool, is_warned: bool
) -> None:
    monkeypatch.setattr(settings, "DATABASES", {"default": {"HOST": host}, "reader": {"HOST": of_readers}})
    monkeypatch.setattr(settings, "IS_SECRET_KEY_OWN", is_own)
    assert [message.id for message in check_secret_key_is_shared()] == ["newsarchive.W001"] * is_warned
