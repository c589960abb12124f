"""Pages of articles, read by programs that look for the text: by ours, for a copy of an archive, and by trafilatura."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest
from django.conf import LazySettings
from django.test import Client

from articles.ingest.readers import html
from articles.ingest.story import Piece
from articles.models import Article, Photo
from articles.public.formats.representations import caption_note
from articles.text.markdown import passages_of
from articles.text.shown_credits import bare_credit, credit_of
from tests.bench.evaluate.extractors import Extractor, ours, plain_trafilatura
from tests.bench.evaluate.measures import agreement
from tests.bench.evaluate.scores import judge_all
from tests.bench.evaluate.truth import Page, TruePhoto, Truth
from tests.loading import load
from tests.served import DATA

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("reading our pages")]  # the photos are made once


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ours")


@pytest.fixture
def pages(folder: Path, settings: LazySettings, site: Client) -> list[Page]:
    """The page of every article with a text, of the sample and the handbook, with what the archive knows of it."""
    settings.MEDIA_ROOT = folder / "media"
    fixtures = settings.FIXTURES_DIR
    for path in (fixtures / "samples", fixtures / "seeds", DATA / "handbook"):
        shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
    load(folder / "samples", folder / "seeds", folder / "handbook", edits=fixtures / "samples.edits")
    found = Article.objects.published().exclude(body="")
    return [page_of(article, site.get(article.get_absolute_url()).content, folder) for article in found]


def page_of(article: Article, data: bytes, folder: Path) -> Page:
    updated = article.updated[:10] or None
    truth = Truth(
        headline=article.headline,
        authors=tuple(article.authors) or tuple(filter(None, [article.byline.removeprefix("By ")])),
        day=article.published[:10] or updated,
        updated_day=updated,
        language=article.language,
        body=tuple(passages_of(article.blocks)),
        wanted=(),
        unwanted=(),
        photos=tuple(true_photo(photo, article) for photo in article.photos.order_by("number")),
        is_whole=True,
    )
    return Page(folder / f"{article.key}.html", "", article.key, data, truth)


def true_photo(photo: Photo, article: Article) -> TruePhoto:
    """As pages show it, with the notes that a caption or credit is cut off in the source."""
    caption = f"{photo.caption} {caption_note(photo, article.damage.all())}".strip()
    credit = bare_credit(str(credit_of(photo))).removeprefix("Photo ")
    return TruePhoto((), caption, credit, photo.position)


@pytest.mark.parametrize("reader", [plain_trafilatura, ours])
def test_the_text_taken_from_a_page_is_that_of_its_article(pages: list[Page], reader: Callable[[], Extractor]) -> None:
    taken = list(map(reader(), pages))
    found = {
        page.truth.headline: agreement("\n".join(page.truth.body), answer.body)[2]
        for page, answer in zip(pages, taken, strict=True)
    }
    assert mean(found.values()) > 0.99
    assert {headline: f1 for headline, f1 in found.items() if f1 < 0.95} == {}


def test_a_copy_of_a_page_gives_the_fields_of_its_article_and_its_photos_alone(pages: list[Page]) -> None:
    judged = judge_all(pages, list(map(ours(), pages)))
    faults = {one.page.family: one.judgement.faults for one in judged if one.judgement.faults}
    # The reader takes this last line, a link to an older report, for one to another story.
    assert faults.pop("3ce0ysm0fd")[1:] == [
        "  missing: “Earlier report: Nine men, no wages and a cold ship at berth 6, 28 No …”"
    ]
    assert faults == {}
    assert sum(len(page.truth.photos or ()) for page in pages) > 50


def test_a_copy_of_a_page_gives_the_tags_and_deck_of_its_article(pages: list[Page]) -> None:
    for page in pages:
        piece = Piece(page.path, page.path.name, "html", root=page.path.parent, size_bytes=len(page.data))
        story, article = html.read(piece, page.data), Article.objects.get(key=page.family)
        assert set(story.tags) == {tag.name for tag in article.tags.all()}, article.headline
        assert (story.deck or "") == article.deck
