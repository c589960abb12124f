"""A search without hits shows those of the nearest broader one, and says what it changed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from articles.models import Tag
from articles.public.search import broader
from articles.public.search.spelling import respelled
from articles.search.query import parse
from tests.factories import make_source, make_tag
from tests.test_search import article, page

pytestmark = pytest.mark.django_db


def shown(site: Client, text: str, **asked: Any) -> str:
    """The line above the hits of a broader search; ``""`` where the page has none. Its link leads to the same hits."""
    answer = site.get("/search/", {"q": text, **asked}, follow=True)
    html = answer.content.decode()
    assert '<meta name="robots" content="noindex">' in html
    line = re.search(r'<p class="changed-search">(.*?)</p>', html, re.DOTALL)
    if line is None:
        assert "No articles</strong>" in html
        return ""
    link, count = re.search(r'<a href="([^"]+)" rel="nofollow">', line[1]), re.search(r"\d+ articles?", line[1])
    assert link
    assert count
    full = site.get(unescape(link[1])).content.decode()
    assert f"<strong>{count[0]}</strong>" in full
    assert headlines(full) == headlines(html) != []
    return " ".join(unescape(re.sub("<[^>]+>", "", line[1])).split())


def headlines(html: str) -> list[str]:
    return re.findall(r"<h3[^>]*>(.*?)</h3>", html.partition('<ol class="list')[2])


def test_nothing_found_says_so_and_leads_on(site: Client) -> None:
    article(tags=["Snow"])
    said = page(site, "xyzzy")
    assert "No articles for “xyzzy”" in said
    assert "Search the whole archive" not in said
    html = site.get("/search/?q=xyzzy&tag=snow").content.decode()
    assert '<a href="/search/?q=xyzzy" rel="nofollow">Search the whole archive</a>' in html
    assert "No tag is called “gulls”" in page(site, "xyzzy", tag="gulls")


def test_hits_past_the_first_page_are_led_to(site: Client) -> None:
    for number in range(21):
        article(f"Ferry {number}")
    html = site.get("/search/?q=ferrey").content.decode()
    assert "No articles</strong> for “ferrey”. Showing 21 articles for" in html
    assert len(headlines(html)) == 20
    assert '<a rel="next nofollow" href="/search/?q=ferry&amp;page=2">More results</a>' in html


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("harbuor ferry", "harbour ferry"),
        ("meridien aground", "meridian aground"),  # each is found alone: in Spanish both have one stem
        ("hafenrundfart", "hafenrundfahrten"),
        ("tag:habrours", "tag:Harbours"),
        ("subject:habrours ferry", "tag:Harbours ferry"),
        ('tag:"city concil"', 'tag:"City council"'),
        ("tag:quyas", "tag:Quays"),  # another name
        ("source:couriar", "source:Courier"),
        ("source:evning-post", 'source:"Evening Post"'),
        ("source:pots OR source:couriar", "source:Post OR source:Courier"),
        ("acessibility", "Accessibility"),
        ("citycouncil", '"City council"'),
        ("mayor hary", "mayor harry"),  # no nearer than a word is the tag "Hard"
        ("headline:acessibility", ""),
        ("tag:xyzzy", ""),
        ("tag:unused", ""),
        ("2022", ""),  # a number is not misspelled
    ],
)
def test_hits_of_another_spelling_are_shown(site: Client, text: str, better: str) -> None:
    article("The harbour ferry", tags=["Harbours", "City council", "Accessibility"], published="2018-11-05")
    article("Mayor Harry", body="2023.", tags=["Hard"], source="Evening Post")
    article("Ferry Meridian runs aground", body="She went around the point.", source="Courier")
    article("Encalla el Meridian", body="Nada.", language="es")
    article("Hafenrundfahrten werden teurer", body="Schade.", language="de")
    make_tag("Harbours", aliases=["Quays"])
    make_source("Evening Post").aliases.create(name="Post", slug="post")
    make_tag("Unuseds")
    count = "2 articles" if " OR " in better else "1 article"
    assert shown(site, text) == (f"No articles for “{text}”. Showing {count} for {better}." if better else "")


def test_of_names_that_are_as_near_the_most_used_is_taken(site: Client) -> None:
    article("One", tags=["Boats"])
    for number in range(2):
        article(f"Two {number}", tags=["Boots"])
    assert shown(site, "tag:bouts") == "No articles for “tag:bouts”. Showing 2 articles for tag:Boots."


def test_the_most_used_of_very_many_names_are_compared(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.public.search.spelling.NAMES_COMPARED", 5)
    Tag.objects.bulk_create(Tag(name=f"Ha{number:04}", slug=f"ha{number:04}", article_count=1) for number in range(50))
    for number in range(2):
        article(f"Ferry {number}", tags=["Hockey"])
    assert "Showing 2 articles for tag:Hockey." in shown(site, "tag:hokcey")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks SQLite how it looks them up")
def test_names_are_looked_up_by_first_letter_and_size(db: None) -> None:
    plans: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        plans.extend(row[3] for row in execute(f"EXPLAIN QUERY PLAN {sql}", params, many, context))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        respelled(parse("tag:harbuor"))
    assert any("tag_by_first_letter (<expr>=?" in plan for plan in plans), plans


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("ferry xyzzy 2018", "No article has all these words. Showing 1 article for ferry 2018."),
        ("ferrey 2018", "No articles for “ferrey 2018”. Showing 1 article for ferry 2018."),
    ],
)
def test_a_year_is_a_date_in_what_is_shown_instead(site: Client, text: str, better: str) -> None:
    article("Ferry returns", published="2018-11-05")
    article("Ferry sails in 2018", published="2016-11-05")
    assert shown(site, text) == better


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("storm January 1953", 'Showing 1 article with the date as words: storm "January 1953".'),
        ("storm January 1954", "Showing 1 article with fewer filters: storm."),
        ("strom January 1990", "Showing 1 article for storm from:1990-01 to:1990-01."),
    ],
)
def test_of_a_month_without_articles_the_words_are_looked_for(site: Client, text: str, better: str) -> None:
    article("The great storm", body="The dykes broke in January 1953.", published="1990-01-31")
    assert shown(site, text).endswith(better)


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ('"ferry old"', "ferry old"),
        ('"The OLD ferries" -bus from:2020', "the old ferries -bus from:2020"),
        ('caption:"gull small"', "caption:gull caption:small"),
        ('"ferry old" OR zzz', ""),
    ],
)
def test_the_words_of_a_phrase_are_looked_for_apart(site: Client, text: str, better: str) -> None:
    article("Ferry", body="The old ferry.", captions=["A small gull"])
    assert better in shown(site, text)
    assert ("without the quotation marks:" in shown(site, text)) == bool(better)


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("harbour xyzzy", "harbour, 2 articles"),
        ("ferry xyzzy fog zyxxy", "ferry fog, 1 article"),
        ("ferry harbour rain gulls", "ferry rain gulls, 1 article"),  # the commonest of which one will do
        ("gulls harbour fog", "harbour fog, 2 articles"),
        ("council rain", "rain, 1 article"),
        ("city council xyzzy", "city council, 1 article"),  # together the name of a tag
        ("headline:harbour nobody OR xyzzy fog", "headline:harbour fog, 2 articles"),
        ("who is Lyu Anqi", "Lyu Anqi, 1 article"),
        ("harbour -gulls xyzzy from:2001 has:photo", ""),
        ("harbour -rain xyzzy from:2019 to:2020-06", "harbour -rain from:2019 to:2020-06, 1 article"),
        ("xyzzy zyxxy", ""),
    ],
)
def test_words_are_left_out_until_something_is_found(site: Client, text: str, better: str) -> None:
    article("Harbour", body="Fog.", published="2019-05-01", source="Courier")
    article("Ferry harbour", body="Fog, fog.", published="2003-05-01", tags=["City council"], source="Courier")
    article("Ferry", body="Rain, gulls.", published="2003-05-01", source="Courier")
    article("Lyu Anqi", body="A symposium.", source="Courier")
    for number in range(3):
        article(f"Item {number}", body="Who is the one that was there?", source="Courier")
    query, _, count = better.rpartition(", ")
    expected = f"No article has all these words. Showing {count} for {query}."
    assert shown(site, text) == (expected if better else "")


@pytest.mark.parametrize(
    ("text", "asked", "better"),
    [
        ("ferry", {"tag": "snow"}, "ferry"),
        ("ferry from:2019", {}, "ferry"),
        ("ferry from:2003-05-02", {"tag": "gulls"}, "ferry"),
        ("ferry to:2010", {"from": "2009"}, "ferry to:2010"),
        ("ferry has:photo", {"from": "2009"}, "ferry"),
        ("from:2019", {}, ""),
    ],
)
def test_filters_are_left_out_first(site: Client, text: str, asked: dict[str, str], better: str) -> None:
    article("Ferry", published="2003-05-01", tags=["Gulls"])
    article("Rain", body="Rain.", published="2003-05-01", tags=["Snow"])
    line = shown(site, text, **asked)
    assert line.startswith(f"No articles for “{text}”") == bool(better)
    assert line.endswith(f"with fewer filters: {better}." if better else "")


def test_no_more_searches_are_tried_than_a_bounded_number(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [f"word{letter}" for letter in "abcdefghijklmnopqrst"]
    for word in words:
        article(word)
    counted: list[Any] = []
    monkeypatch.setattr(broader, "count", lambda compiled: counted.append(compiled) or (0, False))
    assert shown(site, f'"{words[0]} {words[1]}" {" ".join(words)} 2018', tag="xyzzy") == ""
    assert 10 < len(counted) <= broader.MOST_TRIED
