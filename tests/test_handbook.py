"""Articles in each format, complete, and loaded again without a change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from articles.ingest.readers import READERS
from articles.models import Article, NearDuplicate, Original, Photo
from articles.text.originals import FORMS
from tests.loading import load
from tests.served import DATA, vocabulary

pytestmark = pytest.mark.django_db

DAMAGED = {"what-happens-to-damage.txt", "a-letter-without-a-date.txt"}  # as examples


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a copy of the handbook lies, and its photos from test to test: making their sizes takes time."""
    return tmp_path_factory.mktemp("samples")


@pytest.fixture
def handbook(folder: Path, settings: LazySettings) -> Path:
    """The handbook, loaded."""
    settings.MEDIA_ROOT, settings.TAGS_FILE = folder / "media", vocabulary(folder)
    copy = folder / "handbook"
    if not copy.exists():
        shutil.copytree(DATA / "handbook", copy)
    load(copy)
    return copy


@pytest.mark.usefixtures("handbook")
def test_there_is_an_article_in_each_form_and_each_form_has_its_words(site: Client) -> None:
    assert set(Original.objects.values_list("form", flat=True)) == set(READERS)
    for one in Original.objects.filter(is_current=True).select_related("article"):
        page = site.get(f"{one.article.get_absolute_url()}account/")
        assert page.status_code == 200
        assert f"{FORMS[one.form]}, " in page.content.decode(), one.name


@pytest.mark.usefixtures("handbook")
def test_only_the_examples_of_damage_are_damaged() -> None:
    damaged = Original.objects.filter(article__damage__isnull=False)
    assert set(damaged.values_list("name", flat=True)) == DAMAGED


@pytest.mark.usefixtures("handbook")
def test_every_picture_that_was_saved_is_found_and_has_its_caption_alt_text_and_credit() -> None:
    shown = Photo.objects.exclude(src="")
    assert shown.count() >= 15
    for photo in shown:
        assert photo.file, photo.src
        assert photo.caption, photo.src
        assert "Newsarchive / drawing" in photo.credit_line, photo.src
        assert photo.alt_text or photo.article.headline.startswith("NewsML-G2"), photo.src  # it has no place for one


@pytest.mark.usefixtures("handbook")
def test_the_crawl_gives_one_article_with_a_version_and_the_ferry_one_pair() -> None:
    page = Article.objects.get(url="https://handbook.newsarchive.example/guide/web-crawls/")
    versions = Original.objects.filter(article=page).order_by("captured_at")
    assert [f"{one.captured_at:%Y-%m-%d}" for one in versions if one.captured_at] == ["2024-11-06", "2025-02-18"]
    assert "the newest capture is what is shown" in page.body
    assert {"Dunmere Press Agency", "Sellamouth Wire"} == {
        str(article.source) for pair in NearDuplicate.objects.all() for article in (pair.article, pair.other)
    }


def test_a_second_load_changes_nothing(handbook: Path) -> None:
    again = load(handbook)
    assert set(again.outcomes.values()) == {"unchanged", "skipped"}
