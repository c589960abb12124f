"""A search index of a new form is built while an older version searches and saves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from articles.catalogue import ledger
from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp
from articles.editorial.actions.on_many import withdraw
from articles.models import Article, Clock, SearchEntry
from articles.models.search_entry import FORM
from articles.search import index
from articles.search.asking import Filters, compile_query
from articles.search.backend import backend
from articles.search.finding import find
from articles.search.query import parse
from tests.derived import indexed
from tests.factories import make_article

pytestmark = pytest.mark.django_db
STAMP = Stamp.now(None, "")
TABLE = f"articles_search_{FORM}"


@pytest.fixture
def ferries(monkeypatch: pytest.MonkeyPatch) -> list[Article]:
    """Seven articles, indexed by an older version; the index of this one is not there."""
    monkeypatch.setattr(index, "RENEWED_AT_ONCE", 2)
    made = [make_article(f"Ferry {number}", published=f"2004-03-0{number + 1}") for number in range(7)]
    SearchEntry.objects.update(form=FORM - 1)
    Clock.objects.update_or_create(pk=1, defaults={"form": FORM - 1, "at": STAMP.moment})
    return made


@contextmanager
def older_version() -> Iterator[None]:
    """Its index has another form, but it writes to this one too while this one is built."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "FORM", FORM - 1)
        patch.setattr(ledger, "FORM", FORM - 1)
        yield


def rename(article: Article, headline: str, day: str) -> None:
    with changing([article.pk], STAMP) as changes:
        changes.articles[article.pk].headline = headline
        changes.articles[article.pk].published = day


def found(text: str) -> list[str]:
    numbers = find(compile_query(parse(text), Filters())).numbers
    names = dict(SearchEntry.objects.filter(pk__in=numbers).values_list("pk", "article__headline"))
    return sorted(names[number] for number in numbers)


def test_what_an_older_version_saves_meanwhile_is_in_the_new_index(ferries: list[Article]) -> None:
    building = index.build()
    next(building)
    with older_version():
        rename(ferries[0], "Gull", "2004-03-01")  # indexed already
        rename(ferries[1], "Ferry on another day", "2011-11-11")
        rename(ferries[6], "Tern", "2001-01-01")  # not yet
        withdraw([ferries[5].pk], "A court", STAMP)
        make_article("Ferry from a load")
    assert SearchEntry.objects.filter(form=FORM).count() == 2, "the others are to be indexed again"
    list(building)
    assert set(SearchEntry.objects.values_list("form", flat=True)) == {FORM}
    assert found("headline:ferry") == ["Ferry 2", "Ferry 3", "Ferry 4", "Ferry from a load", "Ferry on another day"]
    assert found("headline:gull OR headline:tern") == ["Gull", "Tern"]
    assert backend().strays() == []
    built = indexed()
    index.empty()
    list(index.fill())
    assert indexed() == built


def test_an_interrupted_building_continues(ferries: list[Article]) -> None:
    building = index.build()
    next(building)
    building.close()
    assert (Clock.objects.get().form, SearchEntry.objects.filter(form=FORM).count()) == (FORM - 1, 4)
    list(index.build())
    assert len(found("ferry")) == 7
    assert list(index.build()) == []


def test_an_older_version_saves_no_more_once_the_index_is_complete(ferries: list[Article]) -> None:
    list(index.build())
    with older_version(), pytest.raises(OperationalError, match="has been upgraded"):
        rename(ferries[0], "Gull", "2004-03-01")
    assert found("headline:gull") == []
    rename(ferries[0], "Gull", "2004-03-01")
    assert found("headline:gull") == ["Gull"]


def test_a_newer_version_saves_nothing_before_its_index_is_complete(ferries: list[Article]) -> None:
    next(index.build())
    with pytest.raises(OperationalError, match="must be upgraded first"):
        rename(ferries[0], "Gull", "2004-03-01")


def test_readers_find_everything_while_all_is_indexed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RENEWED_AT_ONCE", 2)
    made = [make_article(f"Ferry {number}") for number in range(5)]
    Article.objects.filter(pk=made[4].pk).update(headline="Steamer", archive_date=date(2001, 1, 1))
    SearchEntry.objects.update(form=0)
    for _ in index.fill():
        assert len(found("ferry")) == 5
    assert found("steamer") == ["Steamer"]


def test_a_damaged_index_is_rebuilt() -> None:
    make_article("Ferry")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"UPDATE {TABLE}_data SET block = x'00' WHERE id > 10")
        else:
            cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [f"{TABLE}_words"])
    call_command("index_articles", "--rebuild", stdout=StringIO())
    assert found("ferry") == ["Ferry"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass", [f"{TABLE}_words"])
            assert cursor.fetchall() == [(True,)]
