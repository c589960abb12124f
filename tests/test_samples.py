"""The samples: news of an invented region in every format, with the work of its staff."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from articles.ingest.readers import READERS
from articles.models import Article, Original, Photo, Source
from tests import picture
from tests.loading import Run, load

pytestmark = pytest.mark.django_db

DAMAGED = {
    "000_674226f9ade730aa.txt": {"credit-cut", "source-stripped"},  # the seed
    "street-lights.txt": {"credit-cut"},
    "notice-to-masters.txt": {"no-date"},
}
CAPTIONS_ONLY = {
    "booth-2.jpg", "class-of-1960.jpg", "handcart-on-tarvik-pier.jpg", "jon-aune-mat.jpg", "marwan-auction.jpg",
    "marwan-wadaa.jpg", "osterby-school-gym.jpg", "petit-large-norhaven.jpg", "tarvik-halle.jpg", "tarvik-piano.jpg",
    "upper-lock.jpg", "west-berth-hut.jpg",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where copies lie, and their photos from test to test: making sizes takes time."""
    return tmp_path_factory.mktemp("samples")


@pytest.fixture
def loaded(folder: Path, settings: LazySettings) -> Run:
    """The samples and the seed, with the edits of staff, as ``make run`` loads them."""
    settings.MEDIA_ROOT, settings.TAGS_FILE = folder / "media", settings.FIXTURES_DIR / "tags.toml"
    for name in ("samples", "seeds"):
        if not (folder / name).exists():
            shutil.copytree(settings.FIXTURES_DIR / name, folder / name)
    return load(folder / "samples", folder / "seeds", edits=settings.FIXTURES_DIR / "samples.edits")


def test_each_sample_loads_and_all_edits_apply(loaded: Run) -> None:
    assert loaded.code == 0
    assert Counter(loaded.outcomes.values()) == {"created": 41, "updated": 1}
    assert loaded.summary == "Edits: 6 applied, 0 unchanged, 0 refused"


def test_each_format_and_container_occurs(loaded: Run) -> None:
    assert set(Original.objects.values_list("form", flat=True)) == set(READERS)
    assert all(any(f"{ending}/" in name or f"{ending}:" in name for name in loaded.outcomes) for ending in (
        ".warc.gz", ".zip", ".tar.gz", ".jsonl",
    ))  # fmt: skip


@pytest.mark.usefixtures("loaded")
def test_damage_is_where_it_is_meant_to_be() -> None:
    found = {
        one.name: {damage.code for damage in one.article.damage.all()}
        for one in Original.objects.filter(article__damage__isnull=False)
    }
    assert found == DAMAGED


@pytest.mark.usefixtures("loaded")
def test_the_seed_is_the_newest_and_each_year_since_1998_has_a_story() -> None:
    days = list(Article.objects.exclude(archive_date=None).values_list("archive_date", flat=True))
    assert {day.year for day in days} == set(range(1998, 2024))
    newest = Article.objects.order_by("-archive_date").exclude(archive_date=None)[0]
    assert newest.archive_date == date(2023, 9, 6)
    assert "Qingdao" in newest.headline
    assert Counter(days)[newest.archive_date] == 1
    assert Counter(days)[date(2010, 6, 19)] == 3
    assert len([day for day in days if (day.month, day.day) == (9, 6)]) == 8


@pytest.mark.usefixtures("loaded")
def test_photos_are_held_but_for_those_that_only_captions_are_left_of() -> None:
    named = Photo.objects.exclude(src="")
    missing = {photo.src.rpartition("/")[2] for photo in named.filter(file="")}
    assert missing == CAPTIONS_ONLY
    held = named.exclude(file="")
    assert held.count() == 21
    assert {photo.width_px > photo.height_px for photo in held if photo.width_px and photo.height_px} == {True, False}
    for photo in Photo.objects.exclude(article__damage__code="credit-cut"):
        assert photo.caption, photo.src
        assert photo.credit_line, photo.src


@pytest.mark.usefixtures("loaded")
def test_stories_have_their_tags_bylines_and_languages() -> None:
    # A notice or a clock has one subject; what an article names in passing is none.
    tags = [article.tags.count() for article in Article.objects.exclude(withdrawn_at__isnull=False)]
    assert min(tags) >= 1
    assert sum(tags) >= 3 * len(tags)
    assert set(Article.objects.values_list("language", flat=True)) >= {"en", "de", "fr", "ar", "zh-Hans"}
    assert set(Article.objects.filter(byline="").values_list("slug", flat=True)) == {
        "demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries",
        "notice-to-masters-of-small-vessels",
        "osterby-clock",
        "street-lights-to-go-out-at-eleven-in-half-the-town",
    }


@pytest.mark.usefixtures("loaded")
def test_source_pages_call_the_sources_invented(site: Client) -> None:
    assert Source.objects.count() == 3
    for source in Source.objects.all():
        assert "are invented" in site.get(source.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("loaded")
def test_one_is_withdrawn_one_merged_one_corrected_and_one_has_two_versions(site: Client) -> None:
    withdrawn = Article.objects.get(slug="boathouse-fire")
    assert site.get(withdrawn.get_absolute_url()).status_code == 410
    merged = Article.objects.get(url__endswith="/print/48113")
    assert merged.merged_into is not None
    assert site.get(f"/a/{merged.key}/", follow=True).redirect_chain[-1][0] == merged.merged_into.get_absolute_url()
    page = site.get("/2023/08/30/library-opens/").content.decode()
    assert "The reading room on Tuesday." in page
    assert "It was taken on Tuesday." in page
    ferry = Article.objects.get(slug="ferry-solveig-aground-off-tarvik")
    assert ferry.originals.count() == 2
    assert "floated off by herself" in ferry.body


@pytest.mark.usefixtures("loaded")
def test_the_picture_in_the_readme_is_of_the_present_front_page(site: Client) -> None:
    shown = picture.digest_in(picture.PICTURE)
    assert shown == picture.digest_of(site.get("/").content), "out of date: run make picture"


@pytest.mark.usefixtures("loaded")
def test_the_form_in_the_readme_is_the_present_one(admin_client: Client) -> None:
    damaged = Article.objects.get(headline__startswith=picture.DAMAGED)
    form = admin_client.get(f"/admin/articles/article/{damaged.pk}/change/")
    assert picture.digest_in(picture.FORM) == picture.labels_of(form.content), "out of date: run make picture"


def test_a_second_load_changes_nothing(loaded: Run, folder: Path, settings: LazySettings) -> None:
    again = load(folder / "samples", folder / "seeds", edits=settings.FIXTURES_DIR / "samples.edits")
    assert set(again.outcomes.values()) == {"unchanged"}
    assert again.summary == "Edits: 0 applied, 6 unchanged, 0 refused"
