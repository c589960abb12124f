"""The photos of the front page: which lead, which are in the strip, and how they are laid out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.models import Article
from articles.text.phrases import TAG_KINDS
from tests import factories as make
from tests.captions import captions_in
from tests.loading import load_records

pytestmark = pytest.mark.django_db


def html(site: Client) -> str:
    return unescape(site.get("/").content.decode())


def strip(site: Client, *, credits: bool = False) -> list[str]:
    """The photos below the lead, each by year and caption, and its credit."""
    section = html(site).partition('id="photos"')[2].partition("</section>")[0]
    return captions_in(section.partition("</header>")[2], credits=credits)


def pictured(headline: str, *captions: str, **values: Any) -> Article:
    article = make.make_article(headline, **values)
    for caption in captions:
        make.make_photo(article, sizes=[(600, 400)], caption=caption)
    return article


def test_the_front_page_shows_photos_from_years_spread_over_the_archive(site: Client) -> None:
    for year in range(2000, 2021):
        pictured(f"Year {year}", f"Caption {year}.", f"Another {year}.", published=f"{year}-03-04")
    for month in range(1, 13):
        make.make_article(f"Without {month}", published=f"2021-{month:02}-04")
    years = (2019, 2016, 2014, 2011, 2008, 2005, 2003, 2000)
    assert strip(site) == [f"{year} Caption {year}." for year in years]
    words = html(site)
    assert "A photo from every few years" in words
    assert words.index("Year 2020") < words.index("Caption 2020.") < words.index("Latest")
    assert "All 42 photos" in words


def test_where_few_years_have_photos_further_new_ones_are_on_the_front_page(site: Client) -> None:
    for number in range(7):
        article = make.make_article(f"Sailing {number}", published=f"2022-03-0{number + 1}")
        make.make_photo(article, sizes=[(600, 400)] if number else (), caption=f"Caption {number}.")
    pictured("Old", "Old one.", "Old two.", published="1999-03-04")
    make.withdraw(pictured("Wrong", "Withdrawn.", published="1998-03-04"))
    newest = [f"2022 Caption {number}." for number in (5, 4, 3, 2, 1)]
    assert strip(site) == [*newest, "1999 Old one.", "1999 Old two."]
    assert "All 8 photos" in html(site)
    assert "every few years" not in html(site)


def test_each_photo_in_the_strip_has_its_caption_and_credit(site: Client) -> None:
    pictured("New", "New one.", published="2022-03-04")
    for year in (2021, 2020):
        article = make.make_article(f"Year {year}", published=f"{year}-03-04")
        make.make_photo(article, sizes=[(600, 400)], caption=f"Caption {year}.", credit_line="Photo: Mia Olsen/NTB")
    assert strip(site, credits=True) == [f"{year} Caption {year}. Photo: Mia Olsen/NTB" for year in (2021, 2020)]


@pytest.mark.parametrize(("size", "beside"), [((1200, 800), 8), ((1800, 600), 5), ((400, 300), 8), ((640, 640), 10)])
def test_as_many_articles_are_beside_a_lead_as_its_picture_is_high(
    site: Client, size: tuple[int, int], beside: int
) -> None:
    make.make_photo(make.make_article("Newest", published="2023-03-04"), sizes=[size])
    for month in range(1, 13):
        make.make_article(f"Without {month}", published=f"2021-{month:02}-04")
    latest = html(site).partition('id="latest"')[2].partition("</section>")[0]
    assert latest.count("<h3") == beside


def test_a_front_page_with_all_its_parts_asks_few_questions(
    site: Client, queries_of: Callable[[str], int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2024, 5, 6))
    for year in range(2000, 2021):
        pictured(f"Year {year}", f"Caption {year}.", published=f"{year}-05-06", tags=[f"Tag {year}"])
    for number, kind in enumerate(TAG_KINDS):
        make.make_article(f"Kind {number}", published="2022-03-04", tags=[make.make_tag(kind.title(), kind=kind).name])
    load_records(tmp_path / "new", {"id": "urn:new", "published": "1999-01-01", "byline": "Nora Whitfield"})
    parts = re.findall('aria-labelledby="([a-z-]+)"', html(site))
    assert {"latest", "photos", "added", "onthisday", "years", "tags-person", "tags-", "sources", "authors"} <= {*parts}
    assert queries_of("/") <= 15
