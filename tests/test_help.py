"""The help: chapters for readers, editors and operators, in every archive, and no article among them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from articles.public.views.help import FOLDER, PARTS, chapters
from tests import factories as make
from tests.served import ROOT

NAMES = [name for names in PARTS.values() for name in names]
LINK = re.compile(r'href="([^"]+)"')


def test_the_contents_lead_every_kind_of_reader_to_each_chapter(site: Client) -> None:
    page = site.get("/help/").content.decode()
    for part in ("Reading", "Editing", "Making an archive", "Running an archive"):
        assert f">{part}</h2>" in page
    assert re.findall(r'<h3><a href="/help/([a-z]+)/">', page) == NAMES
    assert {path.stem for path in FOLDER.glob("*.md")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_is_a_short_page_whose_links_all_work(site: Client, name: str) -> None:
    page = site.get(f"/help/{name}/").content.decode()
    chapter = chapters()[name]
    assert f"<h1>{chapter.title}</h1>" in page
    assert 150 <= len((FOLDER / f"{name}.md").read_text().split()) <= 500
    assert not set("`*[") & set(chapter.summary)
    assert ".md" not in "".join(LINK.findall(chapter.body))
    for address in LINK.findall(chapter.body):
        assert site.get(address).status_code == 200, address


def test_a_chapter_leads_to_the_one_before_and_the_one_after(site: Client) -> None:
    page = site.get(f"/help/{NAMES[1]}/").content.decode()
    assert f'rel="prev" href="/help/{NAMES[0]}/"' in page
    assert f'rel="next" href="/help/{NAMES[2]}/"' in page
    assert 'rel="prev"' not in site.get(f"/help/{NAMES[0]}/").content.decode()
    assert 'rel="next"' not in site.get(f"/help/{NAMES[-1]}/").content.decode()


def test_a_chapter_that_is_not_there_is_not_found(site: Client) -> None:
    assert site.get("/help/nothing/").status_code == 404


def test_help_is_at_the_head_of_every_page_and_on_the_staff_pages_where_it_is_needed(
    site: Client, editor: Client
) -> None:
    article = make.make_article("Ferry returns")
    assert '<a href="/help/">Help</a>' in site.get(article.get_absolute_url()).content.decode()
    for address, chapter in (
        ("/admin/", "/help/"),
        (f"/admin/articles/article/{article.pk}/change/", "/help/correct/"),
        ("/admin/review/", "/help/review/"),
    ):
        assert f'<a href="{chapter}">Help</a>' in editor.get(address).content.decode()


def test_the_help_is_no_article(site: Client) -> None:
    make.make_article("Ferry returns")
    assert "Search tips</a></h3>" not in site.get("/search/?q=%22half-remembered+photos%22").content.decode()
    for address in ("/2023/", "/feeds/latest.atom", "/sitemap/articles-0.xml", "/tags/"):
        assert "Search tips" not in site.get(address).content.decode()
    assert "/help/" in site.get("/sitemap/listings.xml").content.decode()


def test_every_setting_is_explained() -> None:
    read = set(re.findall(r'variable\(\s*"\w+", "([A-Z_]+)"', (ROOT / "newsarchive/settings.py").read_text()))
    explained = (FOLDER / "settings.md").read_text()
    assert {name for name in read if f"`{name}`" not in explained} == set()
