"""Querysets compiled once give the right rows for new values, each time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Photo, Rendition, Source, Tag, Tagging
from articles.models.keyset import Listed, Place, page_of
from articles.models.prepared import fetch, prepared
from tests import factories as make

pytestmark = pytest.mark.django_db
DAY, OTHER = date(2022, 3, 4), date(2022, 3, 5)


@prepared
def on_day(day: date, slug: str) -> Any:
    return Article.objects.filter(archive_date=day, slug=slug).select_related("source")


@prepared
def tags_called(slugs: list[str]) -> Any:
    return Tag.objects.filter(slug__in=slugs).order_by("slug").values_list("slug", flat=True)


@prepared
def photos_of(article_ids: list[int]) -> Any:
    return Photo.objects.filter(article_id__in=article_ids).order_by("article_id", "number")


def all_articles() -> Any:
    return Article.objects.all()


def test_each_call_gives_the_rows_of_its_own_values() -> None:
    ferry = make.make_article("Ferry", published="2022-03-04", tags=["Harbours", "Rivers"])
    bridge = make.make_article("Bridge", published="2022-03-05", tags=["Rivers"])
    for _ in range(2):
        assert tags_called([]) == []
        assert on_day(DAY, "ferry") == [ferry]
        assert on_day(OTHER, "bridge") == [bridge]
        assert on_day(DAY, "bridge") == []
        assert tags_called(["harbours", "rivers"]) == ["harbours", "rivers"]
        assert tags_called(["rivers"]) == ["rivers"]
    with CaptureQueriesContext(connection) as queries:
        assert on_day(DAY, "ferry")[0].source == ferry.source
    assert len(queries) == 1


def test_fetched_rows_stand_in_for_those_of_each_owner() -> None:
    ferry, bridge = make.make_article("Ferry"), make.make_article("Bridge")
    first, second = make.make_photo(ferry), make.make_photo(ferry)
    articles = [ferry, bridge]
    fetch(articles, "photos", photos_of, of="article")
    with CaptureQueriesContext(connection) as queries:
        assert [list(article.photos.all()) for article in articles] == [[first, second], []]
        assert ferry.photos.all()[0].article is ferry
    assert len(queries) == 0
    assert fetch([], "photos", photos_of, of="article") == []


def test_pages_are_those_of_the_same_queryset() -> None:
    for number in range(7):
        make.make_article(f"Story {number}", published=f"2022-03-0{1 + number // 2}" if number < 5 else "")
    whole = page_of(Article.objects.all(), size=100).rows
    assert len(whole) == 7
    for within in ({}, {"archive_date__lte": date(2022, 3, 2)}):
        for article in whole:
            place = Place(article.archive_date, article.pk)
            for way in ({"older_than": place}, {"newer_than": place}, {}):
                expected: Any = page_of(Article.objects.filter(**within), size=2, **way)
                assert page_of(Listed(all_articles, within=within), size=2, **way) == expected


@pytest.mark.parametrize("columns", [(), ("pk",)])
def test_rows_become_the_same_objects_as_those_of_django(columns: tuple[str, ...], monkeypatch: Any) -> None:
    make.make_photo(make.make_article("Ferry", tags=["Harbours"]), sizes=[(800, 600)])

    def objects(model: Any) -> list[dict[str, Any]]:
        found = model.objects.order_by("pk").only(*columns) if columns else model.objects.order_by("pk")
        return [{**vars(row), "_state": {"fields_cache": {}, **vars(row._state)}} for row in found]

    models = (Article, Source, Photo, Rendition, Tag, Tagging)
    quick = list(map(objects, models))
    for model in models:
        monkeypatch.setattr(model, "from_db", classmethod(Model.from_db.__func__))  # type: ignore[attr-defined]
    assert quick == list(map(objects, models))
    assert all(quick)


def test_a_page_asked_again_compiles_no_further_query(site: Client) -> None:
    make.make_article("Ferry", published="2022-03-04", tags=["Harbours"])
    for address in ("/", "/dates/", "/2022/", "/photos/", "/added/", "/tags/harbours/", "/search/?q=ferry",
                    "/feeds/latest.atom", "/feeds/photos.atom", "/feeds/corrections.atom"):  # fmt: skip
        compiled = []
        for _ in range(2):
            assert site.get(address).status_code == 200
            compiled.append(set(vars(connections["default"])["prepared_queries"]))
        assert compiled[0] == compiled[1]
