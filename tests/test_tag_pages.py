"""The pages of tags and sources: newest or oldest first, and pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Tag
from articles.models.keyset import PAGE_SIZE
from tests import factories as make

pytestmark = pytest.mark.django_db
BOATS = 2 * PAGE_SIZE + 3


def html(site: Client, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def listed(page: str) -> list[str]:
    shown = page.partition('<ol class="list dated">')[2].partition("</ol>")[0]
    return re.findall(r"<h3[^>]*><a[^>]*>([^<]+)</a>", shown)


def led(page: str, words: str) -> str:
    """The address of the link with these words; ``""`` without one."""
    found = re.search(rf'<a [^>]*href="([^"]+)"[^>]*>{words}</a>', page)
    return unescape(found[1]) if found else ""


def boats() -> list[str]:
    """Oldest first, two undated ones last."""
    for number in range(BOATS - 2):
        day = date(2004, 1, 1) + timedelta(days=number // 2)  # two of each day
        make.make_article(f"Boat {number}", published=day.isoformat(), tags=["Boats"], is_indexed=False)
    for number in range(BOATS - 2, BOATS):
        make.make_article(f"Boat {number}", published="", tags=["Boats"], is_indexed=False)
    return [f"Boat {number}" for number in range(BOATS)]


def turned(site: Client, start: str, words: str) -> list[list[str]]:
    """The lists of all pages from ``start`` on, by links of these words."""
    base, address, pages = start.partition("?")[0], start, []
    while True:
        page = html(site, address)
        pages.append(listed(page))
        further = led(page, words)
        if not further:
            return pages
        address = base + further


@pytest.mark.parametrize("base", ["/tags/boats/", "/sources/harbour-daily/"])
def test_a_list_is_read_from_its_beginning_page_by_page_and_back(site: Client, base: str) -> None:
    in_order = boats()
    start = base + led(html(site, base), "oldest")
    assert start == f"{base}?sort=oldest"
    pages = turned(site, start, "Newer articles")
    assert [boat for shown in pages for boat in shown] == in_order
    last = base + "?sort=oldest&after=" + key_of(pages[-2][-1])
    assert turned(site, last, "Older articles") == pages[::-1]
    assert "There are no newer ones" in html(site, last)
    assert "These are the oldest" in html(site, start)
    assert led(html(site, start), "newest") == "."


def key_of(headline: str) -> str:
    return str(Tag.objects.get(slug="boats").articles.get(headline=headline).key)


def test_the_oldest_of_a_year_come_first_and_the_years_stay_chosen(site: Client) -> None:
    for year in (2003, 2004, 2005):
        for month in (5, 3):
            make.make_article(f"Boat {year}-{month}", published=f"{year}-0{month}-01", tags=["Boats"])
    page = html(site, "/tags/boats/?from=2004&to=2004")
    address = "/tags/boats/" + led(page, "oldest")
    assert address == "/tags/boats/?from=2004&to=2004&sort=oldest"
    assert listed(html(site, address)) == ["Boat 2004-3", "Boat 2004-5"]
    assert led(html(site, address), "newest") == "?from=2004&to=2004"


def test_the_order_is_part_of_the_canonical_address_and_not_of_the_feed(site: Client) -> None:
    boats()
    page = html(site, "/tags/boats/?utm_source=x&sort=oldest")
    assert '<link rel="canonical" href="http://testserver/tags/boats/?sort=oldest">' in page
    assert 'type="application/atom+xml" title="Boats" href="/tags/boats/feed.atom"' in page
    assert 'rel="next nofollow" href="?sort=oldest&amp;after=' in page
    assert '<link rel="canonical" href="http://testserver/tags/boats/">' in html(site, "/tags/boats/?sort=size")


def test_the_oldest_of_many_cost_what_the_newest_cost(site: Client, queries_of: Callable[[str], int]) -> None:
    make.make_article("Boat", tags=["Boats"])
    few = queries_of("/tags/boats/?sort=oldest")
    boats()
    assert queries_of("/tags/boats/?sort=oldest") <= few
    assert site.get("/tags/boats/?sort=oldest&after=nothing").status_code == 404


def pictured(headline: str, **values: Any) -> Article:
    article = make.make_article(headline, tags=["Boats"], **values)
    make.make_photo(article, caption=f"{headline}, from the quay.", sizes=[(300, 200), (600, 400)])
    return article


def strip(page: str) -> list[str]:
    shown = page.partition('id="pictures"')[2].partition("</section>")[0]
    return re.findall(r">([^<>]+), from the quay", shown)


def test_a_tag_shows_a_row_of_its_newest_pictures_one_of_each_article(site: Client) -> None:
    for number in range(6):
        article = pictured(f"Boat {number}", published=f"200{number}-01-01")
        make.make_photo(article, caption="Its mast.", sizes=[(600, 400)])
    page = html(site, "/tags/boats/")
    assert strip(page) == ["Boat 5", "Boat 4", "Boat 3", "Boat 2"]
    assert led(page, "All photos") == "/photos/?tag=boats"
    assert strip(html(site, "/tags/boats/?sort=oldest")) == ["Boat 5", "Boat 4", "Boat 3", "Boat 2"]
    assert strip(html(site, "/tags/boats/?from=2003&to=2003")) == []


def test_damaged_captions_in_a_row_of_pictures_take_no_queries_of_their_own(site: Client) -> None:
    numbers = []
    for number in range(4):
        make.make_damage(pictured(f"Boat {number}"), "caption_cut", field="photo 1")
        with CaptureQueriesContext(connections["reader"]) as captured:
            html(site, "/tags/boats/")
        numbers.append(len(captured))
    assert numbers[1] == numbers[3]


def test_related_tags_are_read_by_their_ids(site: Client) -> None:
    make.make_article("Ferry", tags=["Boats", "Harbours"])
    with CaptureQueriesContext(connections["reader"]) as captured:
        assert led(html(site, "/tags/boats/"), "<bdi>Harbours</bdi>") == "/tags/boats+harbours/"
    # With both conditions, SQLite reads its index of all tags.
    by_id = [query["sql"] for query in captured if '"articles_tag"."id" IN' in query["sql"]]
    assert [sql for sql in by_id if '"is_author" IN' not in sql] == by_id != []


def test_a_row_has_no_withdrawn_or_lost_pictures_and_is_none_for_a_single_one(site: Client) -> None:
    pictured("Barge")
    make.make_photo(make.make_article("Tug", tags=["Boats"]), caption="Tug, from the quay.")
    ferry = pictured("Ferry")
    assert strip(html(site, "/tags/boats/")) == ["Ferry", "Barge"]
    make.withdraw(ferry)
    assert "In pictures" not in html(site, "/tags/boats/")
