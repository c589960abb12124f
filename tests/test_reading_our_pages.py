"""Pages of articles, read by programs that look for the text: by ours, for a copy of an archive, and by trafilatura."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Collection
from html import unescape
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client
from trafilatura import extract

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
from tests.warcs import Record, write

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


def test_trafilatura_takes_the_text_of_longer_articles_by_its_characters(pages: list[Page]) -> None:
    longer = [page for page in pages if len("\n".join(page.truth.body)) >= 600]
    found = {page.truth.headline: alike("\n".join(page.truth.body), extract(page.data) or "") for page in longer}
    assert len(found) > 30
    assert mean(found.values()) > 0.93
    assert {headline: f1 for headline, f1 in found.items() if f1 < 0.8} == {}


def alike(want: str, got: str) -> float:
    """F1 of the overlapping runs of four characters."""
    wanted, given = (Counter(map("".join, zip(*(text[at:] for at in range(4)), strict=False))) for text in (want, got))
    return 2 * (wanted & given).total() / (wanted.total() + given.total())


@pytest.mark.usefixtures("pages")
def test_a_crawl_of_the_archive_loads_as_the_articles_that_it_has(
    site: Client, settings: LazySettings, tmp_path: Path
) -> None:
    settings.ALLOWED_HOSTS = [HOST]
    truth = {article.get_absolute_url(): words_of(article) for article in Article.objects.published()}
    run = load(write(tmp_path / "crawl" / "own.warc.gz", *crawled(site, truth)))
    copies = {urlsplit(copy.url).path: copy for copy in Article.objects.filter(url__startswith=f"http://{HOST}/")}
    assert set(copies) - {"/about/"} == set(truth), "lists, versions and photos are no articles"
    differing = {path: differences(truth[path], words_of(copies[path])) for path in truth}
    assert {path: found for path, found in differing.items() if found} == {}
    bodies = [
        agreement("\n".join(told["body"]), "\n".join(words_of(copies[path])["body"]))[2]
        for path, told in truth.items()
        if told["body"]
    ]
    assert mean(bodies) > 0.99
    assert min(bodies) > 0.95
    assert not [line for line in run.report if line["url"] and "date-unread" in line["warnings"]], "n.d. is no date"
    skipped = [line["input"] for line in run.report if line["outcome"] == "skipped"]
    assert all(any(part in name for name in skipped) for part in ("/tags/", "/history/", "/photos/", "/account/"))


HOST = "archive.example"


def crawled(site: Client, articles: Collection[str]) -> list[Record]:
    """Every page that the sitemap names, the pictures on each, and the versions, photos and report of each article."""
    records: dict[str, Record] = {}
    todo = ["/sitemap.xml"]
    while todo:
        path = todo.pop()
        if path in records:
            continue
        answer: Any = site.get(path, headers={"Host": HOST})
        assert answer.status_code == 200, path
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        records[path] = Record(f"http://{HOST}{path}", body, answer["Content-Type"], at="2026-11-30T10:00:00Z")
        text = body.decode(errors="replace")
        if "html" in answer["Content-Type"]:
            todo += map(unescape, re.findall(r'<img src="(/media/[^"]+)', text))
            todo += re.findall(rf'href="({re.escape(path)}[^"#?]+/)"', text) if path in articles else []
        todo += [urlsplit(found).path for found in re.findall("<loc>(.*?)</loc>", text)]
    return list(records.values())


def words_of(article: Article) -> dict[str, Any]:
    return {
        **{
            name: getattr(article, name) for name in ("headline", "deck", "published", "updated", "dateline", "section")
        },
        "language": article.language,
        "source": article.source.name if article.source else "",
        "authors": list(article.authors) or [article.byline.removeprefix("By ")],
        "tags": {tag.name for tag in article.tags.all()},
        "photos": [
            (photo.caption, photo.credit)
            for photo in (true_photo(photo, article) for photo in article.photos.order_by("number"))
        ],
        "body": passages_of(article.blocks),
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: (one[name], other[name]) for name in one if name != "body" and one[name] != other[name]}


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
