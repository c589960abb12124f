"""The reading report of an article: what was read from its original, and what was omitted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from articles.models import Article, Original, Photo
from tests.factories import make_article, make_original
from tests.loading import load, text_file
from tests.staff import saved

pytestmark = pytest.mark.django_db

POST = """---
title: Pier opens
date: 2021-05-04
weight: 7
---
The pier is open.

![The pier at noon. (Photo: Ann Lee)](pier.jpg)

Boats call there again.
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    """The reading report of an article that was loaded from a post."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/pier.md").write_text(POST)
    load(tmp_path / "site")
    return f"{Article.objects.get().get_absolute_url()}account/"


def test_an_article_links_to_its_reading_report_and_back(address: str, site: Client) -> None:
    article = address.removesuffix("account/")
    assert f'<a href="{address}">How this text was read from the original</a>' in site.get(article).content.decode()
    assert f'<a href="{article}">The article</a>' in site.get(address).content.decode()


def test_a_reading_report_tells_fields_photos_and_what_was_left_out(address: str, site: Client) -> None:
    page = site.get(address).content.decode()
    for words in ("Pier opens", "2 paragraphs", "The pier at noon.", "Photo: Ann Lee", "pier.jpg", "weight: 7"):
        assert words in page, words
    assert "Not found with the original" in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_reading_report_tells_every_line_of_a_text(tmp_path: Path, site: Client) -> None:
    text_file(tmp_path / "site", "ferry.txt")
    load(tmp_path / "site")
    page = site.get(f"{Article.objects.get().get_absolute_url()}account/").content.decode()
    assert "The original, line by line" in page
    assert (
        '<tr class="out"><td class="num">5</td><td><p id="line-5"><bdi>Print Print</bdi></p></td>'
        '<td><p class="note">Omitted</p></td></tr>'
    ) in page
    assert '<a href="#line-5">(line 5)</a>' in page


def test_each_line_stands_beside_the_part_of_the_article_that_it_became(address: str, site: Client) -> None:
    at, photo = Article.objects.get().get_absolute_url(), Photo.objects.get()
    page = site.get(address).content.decode()
    rows = [re.findall("<td.*?>(.*?)</td>", row) for row in re.findall(r'<tr>(<td class="num">.*?)</tr>', page)]
    beside = {line: (original, part) for line, original, part in rows}
    assert beside["2"] == (
        '<p id="line-2"><bdi>title: Pier opens</bdi></p>',
        f'<p class="note"><a href="{at}">Front matter, headline</a></p><p><bdi>Pier opens</bdi></p>',
    )
    assert beside["6"][1] == f'<p class="note"><a href="{at}#p1">Paragraph 1</a></p><p><bdi>The pier is open.</bdi></p>'
    assert f'<a href="{photo.get_absolute_url()}">Caption 1</a>' in beside["8"][1]
    assert beside["8"][1].endswith("<p><bdi>The pier at noon.</bdi></p><p><bdi>Photo: Ann Lee</bdi></p>")
    assert '<a href="#line-2">line 2 of the original</a>' in page
    assert '<p id="p1">The pier is open.</p>' in site.get(at).content.decode()


def test_lines_are_not_beside_paragraphs_that_staff_have_changed(address: str, site: Client, editor: Client) -> None:
    saved(editor, Article.objects.get(), body="Boats call there again.\n\nThe pier is open.", reason="Order")
    page = site.get(address).content.decode()
    line = page.partition('<p id="line-6">')[2].partition("</tr>")[0]
    assert line.endswith('<td><p class="note">Paragraph 1</p></td>')


def test_lines_that_became_one_paragraph_are_one_row(tmp_path: Path, site: Client) -> None:
    (tmp_path / "pier.md").write_text("---\ntitle: Pier\n---\nThe pier\nis open.\n")
    load(tmp_path / "pier.md")
    page = site.get(f"{Article.objects.get().get_absolute_url()}account/").content.decode()
    assert (
        '<td class="num">4–5</td><td><p id="line-4"><bdi>The pier</bdi></p><p id="line-5"><bdi>is open.</bdi></p></td>'
    ) in page


def test_a_reading_report_says_what_staff_have_changed(address: str, site: Client) -> None:
    Article.objects.update(headline="The pier opens")
    assert "changed here by the archive’s staff" in site.get(address).content.decode()


def test_an_edited_text_and_caption_are_not_said_to_be_the_sources(address: str, site: Client, editor: Client) -> None:
    saved(
        editor, Article.objects.get(), body="The pier is open.", **{"photos-0-caption": "The pier."}, reason="Misread"
    )
    page = site.get(address).content.decode()
    for value in ("1 paragraph", "The pier."):
        told = page.partition(f'<bdi class="printed">{value}</bdi>')[2].partition("</tr>")[0]
        assert "changed here by the archive’s staff" in told, value
        assert ": Misread" in told
    alt_text = page.partition('<th scope="row">Alt text</th>')[2].partition("</tr>")[0]
    assert "line 8 of the original" in alt_text


def test_a_reading_report_says_what_a_photos_file_said_and_shows_copyright(address: str, site: Client) -> None:
    Photo.objects.update(copyright_notice="© Shore Weekly", from_file=["copyright_notice", "caption"])
    page = site.get(address).content.decode()
    told = page.partition("© Shore Weekly")[2].partition("</tr>")[0]
    assert "the photo’s own file" in told
    article = site.get(address.removesuffix("account/")).content.decode()
    assert "photo 1: caption and copyright" in article


def test_dates_are_told_in_the_words_of_the_article(address: str, site: Client) -> None:
    page = site.get(address).content.decode()
    assert '<bdi class="printed">4 May 2021</bdi> (printed: <bdi class="printed">2021-05-04</bdi>)' in page


def test_each_original_can_be_downloaded(tmp_path: Path, site: Client) -> None:
    path = text_file(tmp_path / "site", "ferry.txt", body="It sailed.")
    first = path.read_bytes()
    load(tmp_path / "site")
    path.write_bytes(first.replace(b"It sailed", b"It sailed late"))
    load(tmp_path / "site")
    at = Article.objects.get().get_absolute_url()
    page = site.get(f"{at}account/").content.decode()
    for one in Original.objects.all():
        url = f"{at}original/{one.digest[:12]}"
        assert f'<a href="{url}">' in page
        assert site.get(url).content == bytes(one.content)
    earlier = Original.objects.get(is_current=False)
    for digest in (earlier.digest[:11], "g" * 12, "0" * 12):
        assert site.get(f"{at}original/{digest}").status_code == 404
    other = make_original(make_article("Another"), b"Another")
    assert site.get(f"{at}original/{other.digest[:12]}").status_code == 404
    Article.objects.update(withdrawn_at="2022-01-01T00:00Z")
    assert site.get(f"{at}original/{earlier.digest[:12]}").status_code == 410


def test_the_reading_report_of_a_withdrawn_article_is_gone(address: str, site: Client) -> None:
    Article.objects.update(withdrawn_at="2022-01-01T00:00Z", withdrawn_reason="An error.")
    assert site.get(address).status_code == 410


def test_the_other_forms_of_a_moved_article_move_with_it(tmp_path: Path, site: Client) -> None:
    path = text_file(tmp_path / "site", "ferry.txt", day="2021-05-04")
    load(tmp_path / "site")
    before = Article.objects.get().get_absolute_url()
    path.write_text(path.read_text().replace("2021-05-04", "2021-05-05"))
    load(tmp_path / "site")
    after = Article.objects.get().get_absolute_url()
    for ending in ("account/", "original", "article.json"):
        moved = site.get(f"{before}{ending}")
        assert (moved.status_code, moved["Location"]) == (301, f"{after}{ending}")
