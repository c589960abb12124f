"""How many rows a page of a large archive reads, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from lxml import etree

from articles.loading.undo import undo
from articles.models import Article, Change, Load, Photo
from articles.public.listings import harvest, photos
from articles.public.views import oai
from articles.search import finding, index
from tests import factories as make
from tests.loading import load_records
from tests.test_oai import asked, at_once, keys, texts  # noqa: F401 - a fixture
from tests.test_timelines import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]
LIST = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc"


def loaded(folder: Path, count: int, first: int = 0, **values: Any) -> None:
    shared = {"published": "2021-05-04", "source": "Harbour Daily", "tags": ["Ferries"], **values}
    numbers = range(first, first + count)
    load_records(folder, *({"id": f"urn:{n}", "headline": f"Ferry {n}", **shared} for n in numbers))


@contextmanager
def plans() -> Iterator[list[Any]]:
    """The plans of the queries that read changes."""
    found: list[Any] = []

    def explained(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if "CROSS JOIN" in sql and not sql.startswith("EXPLAIN"):
            is_postgresql = connection.vendor == "postgresql"
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {'(ANALYZE, FORMAT JSON)' if is_postgresql else 'QUERY PLAN'} {sql}", values)
                rows = cursor.fetchall()
            found.append(rows[0][0][0]["Plan"] if is_postgresql else [row[3] for row in rows])
        return execute(sql, values, many, context)

    with connection.execute_wrapper(explained):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")  # as of millions
        yield found


def most_rows(plan: Mapping[str, Any]) -> float:
    """The most rows that one step of a PostgreSQL plan reads."""
    own = plan["Actual Rows"] * plan["Actual Loops"]
    return max([own, *map(most_rows, plan.get("Plans", []))])


@pytest.mark.parametrize("query", ["", "&set=tag-ferries", "&set=source-harbour-daily"])
@pytest.mark.parametrize("is_undone", [False, True])
def test_a_page_reads_as_many_rows_of_a_large_change_as_it_has(
    site: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, is_undone: bool
) -> None:
    monkeypatch.setattr(oai, "RECORDS", 3)
    loaded(tmp_path / "first", 70)
    Change.objects.update(seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    loaded(tmp_path / "second", 60, first=70)
    if is_undone:
        undo(Load.objects.latest("pk"), user=User.objects.create(username="ada"))
    page = etree.fromstring(site.get(f"{LIST}&from=2026-01-02{query}").content)
    with plans() as found:
        asked(site, "ListIdentifiers", resumptionToken=texts(page, "//o:resumptionToken/text()")[0])
    assert found
    for plan in found:
        if connection.vendor == "sqlite":
            assert not any("TEMP B-TREE" in step for step in plan), plan
            assert "id>?" in plan[1], plan  # nor reads it from its beginning
        else:
            assert most_rows(plan) <= 20, plan


def test_a_harvest_of_a_set_does_not_pass_by_all_that_changed_elsewhere(
    site: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path / "old", 4, source="Evening Post", tags=["Boats"])
    Change.objects.update(seen_at=datetime(2026, 1, 1, tzinfo=UTC))
    loaded(tmp_path / "old", 1, source="Evening Post", tags=["Boats"], deck="Changed")
    loaded(tmp_path / "others", 60, first=10)
    loaded(tmp_path / "others", 2, first=10, deck="Changed")
    examined, read = list[int](), harvest.Harvest._read

    def counted(*values: Any) -> Any:
        examined.append(len(found := read(*values)))
        return found

    monkeypatch.setattr(harvest.Harvest, "_read", counted)
    for name in ("source-evening-post", "tag-boats"):
        examined.clear()
        assert len(keys(site, set=name, from_="2026-01-02")) == 1
        assert sum(examined) <= 8, "its own four, twice"


def test_very_many_photos_of_an_author_are_not_all_counted(
    site: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photos, "WALK", 2)
    loaded(tmp_path / "in", 1, authors=["Nora Berg"])
    for agency, count in (("/AP", 2), ("", 3), ("son", 1), ("/Gone", 1)):
        for _ in range(count):
            make.make_photo(Article.objects.get(), credit_line=f"Nora Berg{agency}")
    Photo.objects.filter(credit_line__endswith="Gone").update(withdrawn_at=timezone.now())
    page = shown(site, "/authors/nora-berg/")
    assert "Photos credited to Nora Berg (more than 2) Nora Berg/AP (2) " in page
    assert "Gone" not in page


def test_an_alert_for_a_common_word_compares_many_articles_at_once(
    site: Client, monkeypatch: pytest.MonkeyPatch, queries_of: Callable[[str], int]
) -> None:
    monkeypatch.setattr(finding, "MOST", 5)
    articles = [
        make.make_article(f"Sailing {n}", body="A ferry sailed." if n % 3 else "", is_indexed=False) for n in range(60)
    ]
    index.renew([article.pk for article in articles])
    assert site.get("/search/feed.json?q=ferry").json()["items"][19]["title"] == "Sailing 31"
    assert queries_of("/search/feed.json?q=ferry") <= 30
