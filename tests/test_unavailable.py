"""A database that is too slow, away or broken: what readers get, and what the operator reads."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client

from newsarchive.reading import public_page

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "reader"])
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
    assert "This page took too long" in answer.text
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

    monkeypatch.setattr("articles.views.front.published", ask_for_nothing)
    assert browser.get("/").status_code == 500
    assert "Traceback" in caplog.text
