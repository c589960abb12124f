"""The page beside each article that says what was kept of its original and what was left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from articles.models import Article
from tests.loading import load, text_file

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
    """The account of an article that was loaded from a post."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/pier.md").write_text(POST)
    load(tmp_path / "site")
    return f"{Article.objects.get().get_absolute_url()}account/"


def test_an_article_leads_to_its_account_and_back(address: str, site: Client) -> None:
    article = address.removesuffix("account/")
    assert f'<a href="{address}">What was kept and what was left out</a>' in site.get(article).content.decode()
    assert f'<a href="{article}">The article</a>' in site.get(address).content.decode()


def test_an_account_tells_fields_photos_and_what_was_left_out(address: str, site: Client) -> None:
    page = site.get(address).content.decode()
    for words in ("Pier opens", "2 paragraphs", "The pier at noon.", "Photo: Ann Lee", "pier.jpg", "weight: 7"):
        assert words in page, words
    assert "Its file was not found with the original" in page
    assert '<meta name="robots" content="noindex">' in page


def test_an_account_tells_every_line_of_a_text(tmp_path: Path, site: Client) -> None:
    text_file(tmp_path / "site", "ferry.txt")
    load(tmp_path / "site")
    page = site.get(f"{Article.objects.get().get_absolute_url()}account/").content.decode()
    assert "Every line of the original" in page
    assert '<tr class="out"><td class="num">5</td><td>Left out</td><td><bdi>Print Print</bdi></td></tr>' in page


def test_an_account_says_what_staff_have_changed(address: str, site: Client) -> None:
    Article.objects.update(headline="The pier opens")
    assert "changed here by the archive’s staff" in site.get(address).content.decode()


def test_the_account_of_a_withdrawn_article_is_gone(address: str, site: Client) -> None:
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
