"""Additions: in the order of commits and by day, whatever the dates of the articles."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.catalogue.ledger import Stamp, change_of, transaction_of_changes
from articles.editorial.actions.on_many import reinstate, withdraw
from articles.loading.undo import undo
from articles.models import Article, Change, Load
from articles.models.keyset import Listed, page_by
from articles.public.listings.added import ORDER, additions, place_of
from tests import factories as make
from tests.loading import load_records

DAYS = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 2, 5)]


def add(*articles: Article, at: datetime | None = None) -> Change:
    """Articles first published by one change, which the ledger saw at a moment."""
    with transaction_of_changes():
        change = change_of(Stamp.now(None, "Loaded"))
        Article.objects.filter(pk__in=[article.pk for article in articles]).update(added=change, changed=change)
    if at is not None:
        Change.objects.filter(pk=change.pk).update(seen_at=at)
    return change


def three_days() -> None:
    for number, at in enumerate(DAYS):
        add(*(make.make_article(f"Sailing {number}{letter}", published="1999-05-04") for letter in "ab"), at=at)


def headlines(page: str) -> list[str]:
    return re.findall(r'<h3[^>]*><a href="[^"]*">(?:<span[^>]*>)?([^<]*)', page)


def read(site: Client, address: str) -> str:
    response = site.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def link(page: str, rel: str) -> str:
    return re.findall(f'<a rel="{rel}" href="([^"]*)"', page)[0]


def test_old_articles_loaded_today_are_the_newest_additions(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "new", {"id": "urn:new", "headline": "New", "published": "2024-01-01"})
    load_records(tmp_path / "old", {"id": "urn:old", "headline": "Old", "published": "1999-05-04"})
    page = read(site, "/added/")
    assert headlines(page) == ["Old", "New"]
    today = timezone.localdate()
    assert f'href="/added/{today}/"' in page
    assert headlines(read(site, f"/added/{today}/")) == ["Old", "New"]
    assert "<span>2 articles</span>" in read(site, f"/added/{today}/")


def test_additions_are_grouped_by_day_and_a_day_names_its_neighbours(site: Client) -> None:
    three_days()
    page = read(site, "/added/")
    assert re.findall(r'href="/added/([^"]+)/"', page) == ["2026-03-05", "2026-03-02", "2026-03-01"]
    assert headlines(page) == [f"Sailing {name}" for name in ("2b", "2a", "1b", "1a", "0b", "0a")]
    page = read(site, "/added/2026-03-02/")
    assert headlines(page) == ["Sailing 1b", "Sailing 1a"]
    assert (link(page, "prev"), link(page, "next")) == ("/added/2026-03-01/", "/added/2026-03-05/")


def test_pages_of_additions_go_there_and_back(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.public.listings.added.PAGE_SIZE", 4)
    three_days()
    first = read(site, "/added/")
    second = read(site, f"/added/{link(first, 'next')}")
    assert headlines(first) + headlines(second) == [f"Sailing {name}" for name in ("2b", "2a", "1b", "1a", "0b", "0a")]
    assert headlines(read(site, f"/added/{link(second, 'prev')}")) == headlines(first)
    assert site.get("/added/?before=0000000000").status_code == 404


def test_a_withdrawn_article_leaves_the_additions_and_comes_back_to_its_place(site: Client) -> None:
    three_days()
    middle = Article.objects.get(headline="Sailing 1a")
    withdraw([middle.pk], "Asked for.", Stamp.now(None, ""))
    assert "Sailing 1a" not in read(site, "/added/")
    reinstate([middle.pk], Stamp.now(None, ""))
    assert headlines(read(site, "/added/"))[3] == "Sailing 1a"


def test_an_undone_load_leaves_no_day_of_adding(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "new", {"id": "urn:new"})
    undo(Load.objects.get())
    assert site.get(f"/added/{timezone.localdate()}/").status_code == 404
    assert "No articles yet" in read(site, "/added/")


@pytest.mark.parametrize("day", ["2026-02-31", "0001-01-01", "2026-03-03", "9999-12-31"])
def test_a_day_without_additions_is_not_found(site: Client, day: str) -> None:
    three_days()
    assert site.get(f"/added/{day}/").status_code == 404


def test_the_front_page_shows_additions_that_are_not_among_the_latest(site: Client) -> None:
    for number in range(12):
        make.make_article(f"Story {number}", published=f"2022-03-{number + 1:02}")
    add(*Article.objects.all(), at=DAYS[0])
    page = read(site, "/")
    assert (page.count("Recently added"), page.count('href="/added/"')) == (1, 1)
    add(make.make_article("Found in a cellar", published="1899-05-04"), at=DAYS[1])
    page = read(site, "/")
    assert "Found in a cellar" in page
    assert page.count('href="/added/"') == 1


def test_an_addition_is_read_along_the_index_of_changes(site: Client, queries_of: Callable[[str], int]) -> None:
    three_days()

    def refuse_scans(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if connection.vendor == "sqlite" and "has_added" in sql and "ORDER BY" in sql:
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in params)}", params)
            steps = [row[3] for row in plan]
            assert "change_added" in steps[0], steps
            assert "article_added (added_id=?)" in steps[1], steps
            assert not any(step.startswith("USE TEMP B-TREE FOR ORDER BY") for step in steps), steps
            seen.append(sql)
        return execute(sql, params, many, context)

    seen: list[Any] = []
    key = Article.objects.get(headline="Sailing 1a").key
    with connection.execute_wrapper(refuse_scans):
        for address in ("/added/", f"/added/?before={key}", f"/added/?after={key}", "/added/2026-03-02/"):
            read(site, address)
    assert len(seen) >= 4 or connection.vendor != "sqlite"
    few = [queries_of("/added/"), queries_of("/added/2026-03-02/")]
    add(*(make.make_article(f"More {number}") for number in range(20)), at=DAYS[1] + timedelta(hours=1))
    assert [queries_of("/added/"), queries_of("/added/2026-03-02/")] == few
    assert max(few) <= 8


def test_a_change_that_adds_nothing_is_passed_by(site: Client, tmp_path: Path) -> None:
    load_records(tmp_path / "new", {"id": "urn:new"})
    load_records(tmp_path / "new", {"id": "urn:new", "headline": "Corrected"})
    assert list(Change.objects.order_by("number").values_list("has_added", flat=True)) == [True, False]
    with CaptureQueriesContext(connection):
        assert headlines(read(site, "/added/")) == ["Corrected"]


@pytest.mark.django_db(transaction=True)
def test_whoever_follows_additions_misses_none_of_a_load_that_commits_late() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    late, early = make.make_article("Late"), make.make_article("Early")
    has_begun, may_end = threading.Event(), threading.Event()

    def load() -> None:
        with transaction_of_changes():
            change = change_of(Stamp.now(None, "Loaded"))
            Article.objects.filter(pk=late.pk).update(added=change)
            has_begun.set()
            may_end.wait(20)
        connection.close()

    thread = threading.Thread(target=load)
    thread.start()
    has_begun.wait(20)
    add(early)
    [seen] = page_by(Listed(additions), ORDER).rows
    may_end.set()
    thread.join()
    [new] = page_by(Listed(additions), ORDER, newer_than=place_of(seen, ORDER)).rows
    assert [seen.headline, new.headline] == ["Early", "Late"]
    assert late.pk < early.pk
    assert new.added_id < seen.added_id
    assert [article.headline for article in page_by(Listed(additions), ORDER).rows] == ["Late", "Early"]
