"""Articles in time: timelines of tags and sources, gaps in words, the same day in all years."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, SourceMonth, TagMonth
from articles.public.listings.charts import FOUND, years_chart
from articles.public.search.related import LOOKED_AT
from articles.text.dates import Span
from articles.text.gaps import day_gaps, month_gaps, year_gaps
from tests import factories as make
from tests.counting import counted_anew, kept_counts


def html(site: Client, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def shown(site: Client, address: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html(site, address))).split())


def headlines(site: Client, address: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a>', html(site, address))


def ferries() -> None:
    for day in ("2004-03-11", "2004-03-31", "2004-07-01", "2006-01-01", ""):
        make.make_article(f"Ferry {day}", tags=["Ferries"], published=day)


# --- Tags and sources. ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/tags/ferries/", "/sources/harbour-daily/"])
def test_tags_and_sources_have_a_timeline_of_links(site: Client, address: str) -> None:
    ferries()
    page, words = html(site, address), shown(site, address)
    assert '<a href="?from=2004&amp;to=2004" rel="nofollow" tabindex="-1"><title>2004: 3 articles</title>' in page
    assert "<title>2005" not in page
    assert "2004 3 2005 no articles 2006 1" in words
    assert "No articles in 2005." in words
    assert "5 articles, 2004–2006, 1 without a date" in words


@pytest.mark.parametrize("address", ["/tags/ferries/", "/sources/harbour-daily/"])
def test_a_bar_leads_to_its_articles_and_the_months_of_its_year(site: Client, address: str) -> None:
    ferries()
    year, month = f"{address}?from=2004&to=2004", f"{address}?from=2004-03&to=2004-03"
    assert headlines(site, year) == ["Ferry 2004-07-01", "Ferry 2004-03-31", "Ferry 2004-03-11"]
    assert (
        '<a href="?from=2004-03&amp;to=2004-03" rel="nofollow" tabindex="-1"><title>March 2004: 2 articles</title>'
        in html(site, year)
    )
    assert "2004: 3 articlesAll years" in shown(site, year)
    assert headlines(site, month) == ["Ferry 2004-03-31", "Ferry 2004-03-11"]
    assert 'aria-current="true" tabindex="-1"><title>March 2004: 2 articles<' in html(site, month)
    assert f'<link rel="canonical" href="http://testserver{month.replace("&", "&amp;")}">' in html(site, month)


def test_years_and_months_are_told_apart_from_what_is_neither(site: Client) -> None:
    ferries()
    asked = {"from=2005": ["Ferry 2006-01-01"], "to=2004-03": ["Ferry 2004-03-31", "Ferry 2004-03-11"]}
    for query, found in asked.items():
        assert headlines(site, f"/tags/ferries/?{query}") == found
    for query in ("from=last+year", "from=2004-13", "from=0000", "to=20040", "from=2006&to=2004", "from=2004-03-11"):
        assert len(headlines(site, f"/tags/ferries/?{query}")) == 5, query
    assert "No articles from this time." in shown(site, "/tags/ferries/?from=1950&to=1959")
    assert site.get("/tags/fog/?from=1950").status_code == 404


@pytest.mark.parametrize(("place", "bounds"), [("before", "<="), ("after", ">=")])
def test_a_page_deep_in_a_year_is_read_from_its_place(site: Client, place: str, bounds: str) -> None:
    for day in ("2004-01-01", "2004-05-06", "2004-12-30"):
        make.make_article(f"Ferry {day}", published=day)
    key = Article.objects.get(archive_date="2004-05-06").key
    with CaptureQueriesContext(connection) as captured:
        found = headlines(site, f"/2004/?{place}={key}")
    assert found == ["Ferry 2004-01-01" if place == "before" else "Ferry 2004-12-30"]
    begun = [re.findall(f"\"archive_date\" {bounds} \\(?'([0-9-]+)'", query["sql"]) for query in captured]
    assert {day for days in begun for day in days} == {"2004-05-06"}


def test_the_pages_of_a_year_lead_on_within_it(site: Client) -> None:
    for number in range(60):
        make.make_article(f"Ferry {number}", tags=["Ferries"], published=f"200{number % 2}-01-01")
    first = "/tags/ferries/?from=2001&to=2001"
    older = re.search(r'rel="next nofollow" href="([^"]+)"', html(site, first))
    assert older
    second = f"/tags/ferries/{unescape(older[1])}"
    assert second.startswith(first)
    assert (len(headlines(site, first)), len(headlines(site, second))) == (25, 5)
    assert "There are no older ones" in shown(site, second)
    assert headlines(site, first)[0] == "Ferry 59"


def test_robots_follow_links_to_dates_and_not_to_what_is_narrowed(site: Client) -> None:
    for number in range(30):
        article = make.make_article(f"Ferry {number}", tags=["Ferries"], published=f"200{number % 2}-01-01")
        make.make_photo(article, caption="Ferry", sizes=[(40, 30)])
    narrowed, dates = [], []
    for address in ("/", "/2000/", "/2000/01/", "/2000/01/01/", "/tags/ferries/", "/tags/ferries/?from=2000",
                    "/sources/harbour-daily/", "/sources/harbour-daily/?from=2000-01&to=2000-01", "/search/?q=ferry",
                    "/search/?q=ferry+xyzzy+zyxxy", "/photos/?q=ferry", "/photos/?tag=ferries"):  # fmt: skip
        links = re.findall(r"<a [^>]*>", html(site, address))
        narrowed += [one for one in links if re.search(r'href="[^"]*[?;](q|tag|from|to)=', one)]
        dates += [one for one in links if re.search(r'href="/\d{4}/(\d\d/){0,2}"', one)]
    assert [one for one in narrowed if "nofollow" not in one] == []
    assert [one for one in dates if "nofollow" in one] == []
    assert len(narrowed) > 20
    assert len(dates) > 10


def test_a_year_of_a_tag_costs_what_the_whole_of_it_costs(site: Client, queries_of: Callable[[str], int]) -> None:
    ferries()
    assert queries_of("/tags/ferries/?from=2004&to=2004") <= queries_of("/tags/ferries/") <= 12


@pytest.mark.parametrize(
    ("query", "words", "again"),
    [
        ("from=2004&to=2004", "2004", "from=2004&to=2004"),
        ("from=2004-03&to=2004-03", "March 2004", "from=2004-03&to=2004-03"),
        ("from=2004&to=2004-01", "January 2004", "from=2004-01&to=2004-01"),
        ("from=2004&to=2006", "2004 to 2006", "from=2004&to=2006"),
        ("from=2004-12&to=2005", "December 2004 to December 2005", "from=2004-12&to=2005-12"),
        ("from=2004-02", "February 2004 and later", "from=2004-02"),
        ("to=9999", "9999 and earlier", "to=9999"),
        ("from=2004&to=1999", "", ""),
    ],
)  # fmt: skip
def test_a_span_is_told_in_words_and_asked_for_again(query: str, words: str, again: str) -> None:
    span = Span.asked(dict(one.split("=") for one in query.split("&")))
    assert (span.words, urlencode(span.parameters)) == (words, again)


def test_a_chart_of_hits_keeps_what_else_was_asked_for() -> None:
    chart = years_chart({2004: 2, 2006: 1}, words=FOUND, link=lambda span: f"?q=ferry&{urlencode(span.parameters)}")
    assert chart
    links = re.findall('href="([^"]+)"', unescape(chart.entries))
    assert links == ["?q=ferry&from=2004&to=2004", "?q=ferry&from=2006&to=2006"]
    assert chart.title == "Articles found, by year"


# --- Kept counts. -----------------------------------------------------------------------------------------------------


def test_months_follow_every_change_of_an_article(site: Client) -> None:
    articles = [make.make_article(f"Ferry {n}", tags=["Ferries", "Fog", "Quays"]) for n in range(3)]
    make.refile_under(articles[0], "2021-12-31")
    make.refile_under(articles[1], "")
    make.withdraw(articles[2])
    assert kept_counts() == counted_anew()
    assert set(SourceMonth.objects.values_list("month", "articles")) == {(202112, 1)}


def test_what_counts_nothing_is_no_row(site: Client) -> None:
    make.withdraw(make.make_article(tags=["Ferries", "Fog"]))
    assert [model.objects.count() for model in (TagMonth, SourceMonth)] == [0, 0]


def test_tags_that_stand_together_are_named_the_commonest_first(site: Client) -> None:
    for number in range(3):
        make.make_article(f"Ferry {number}", tags=["Ferries", "Quays", *(["Fog"] if number else [])])
    make.make_article("Ice", tags=["Ferries", "Ice"])
    assert "Often tagged with Quays Fog Ice" in shown(site, "/tags/ferries/")
    assert '<a href="/tags/ferries+fog/">' in html(site, "/tags/ferries/")


def test_related_tags_are_those_of_the_newest_articles(site: Client) -> None:
    for number in range(LOOKED_AT + 2):
        make.make_article(f"Ferry {number}", tags=["Quays", "Ferries", "Ice" if number < 2 else "Fog"])
    words = shown(site, "/tags/ferries/")
    assert "Often tagged with Fog Quays" in words
    assert "Ice" not in words


# --- Gaps. ------------------------------------------------------------------------------------------------------------


def test_gaps_are_told_from_the_first_to_the_last_that_is_missing() -> None:
    assert year_gaps([1998, 2000, 2005]) == "No articles: 1999, 2001–2004"
    assert year_gaps([1998, 1999]) == year_gaps([]) == ""
    months = [date(2003, 11, 1), date(2004, 3, 1), date(2004, 5, 1), date(2004, 9, 1)]
    assert month_gaps(months, 2004) == "No articles: December 2003 – February 2004, April, June–August"
    assert month_gaps([date(2004, month, 1) for month in (1, 3, 5)], 2004) == "No articles: February, April"
    days = [date(2004, 2, 27), date(2004, 3, 2), date(2004, 3, 11), date(2004, 3, 31)]
    assert day_gaps(days, date(2004, 3, 1), date(2004, 3, 31)) == (
        "No articles: 28 February – 1 March 2004, 3–10 March 2004, 12–30 March 2004"
    )


def test_many_gaps_are_counted() -> None:
    assert year_gaps([1990, 1992, 1994, 1996, 1998, 2002]) == "No articles: 7 years, longest gap 1999–2001"
    assert year_gaps(range(1990, 2002, 2)) == "No articles: 5 years"


def test_years_and_months_tell_their_gaps(site: Client) -> None:
    ferries()
    assert "No articles: 12–30 March 2004" in shown(site, "/2004/03/")
    assert "No articles: April–June, August 2004 – December 2005" in shown(site, "/2004/")
    assert "2005No articles" in shown(site, "/dates/")


# --- On this day. -----------------------------------------------------------------------------------------------------


def test_a_day_of_the_year_has_a_page(site: Client) -> None:
    for day in ("2004-09-06", "2011-09-06", "2011-09-06", "2012-09-07"):
        make.make_article(f"Ferry {day}", published=day)
    words = shown(site, "/on-this-day/09-06/")
    assert "3 articles from 2 years." in words
    assert "2011Ferry 2011-09-06 Harbour Daily 2 articles on this day 2004Ferry 2004-09-06" in words
    assert "The day before5 September The day after7 September" in words
    assert '<a href="/on-this-day/09-06/">All years</a>' in html(site, "/2004/09/06/")


def test_the_29th_of_february_is_a_day(site: Client) -> None:
    for day in ("2020-02-29", "2019-03-01", "2019-12-31"):
        make.make_article("Leap", published=day)
    assert "Leap" in shown(site, "/on-this-day/02-29/")
    assert "The day before29 February" in shown(site, "/on-this-day/03-01/")
    assert "The day after1 January" in shown(site, "/on-this-day/12-31/")
    for address in ("/on-this-day/02-30/", "/on-this-day/13-01/", "/on-this-day/9-6/"):
        assert site.get(address).status_code == 404


@pytest.mark.parametrize(
    ("day", "earlier", "later"),
    [
        ("09-05", "29 February", "6 September"), ("09-10", "6 September", "24 December"),
        ("12-31", "24 December", "29 February"), ("01-01", "24 December", "29 February"),
        ("03-01", "29 February", "6 September"), ("02-28", "24 December", "29 February"),
    ],
)  # fmt: skip
def test_a_day_that_holds_nothing_leads_to_the_nearest_that_do(
    site: Client, day: str, earlier: str, later: str
) -> None:
    for held in ("2004-09-06", "2011-09-06", "2020-02-29", "1998-12-24"):
        make.make_article(f"Ferry {held}", published=held)
    make.withdraw(make.make_article("Gone", published="2011-09-04"))
    words = shown(site, f"/on-this-day/{day}/")
    assert f"Nearest earlier day with articles{earlier} Nearest later day with articles{later}" in words


def test_the_29th_of_february_lies_between_its_neighbours_of_other_years(site: Client) -> None:
    for held in ("2019-02-28", "2021-03-01"):
        make.make_article(f"Ferry {held}", published=held)
    words = shown(site, "/on-this-day/02-29/")
    assert "Nearest earlier day with articles28 February Nearest later day with articles1 March" in words


def test_the_nearest_days_take_no_more_queries_in_a_large_archive(
    site: Client, queries_of: Callable[[str], int]
) -> None:
    make.make_article(published="2004-09-06")
    few = queries_of("/on-this-day/03-03/")
    for year in range(1950, 2000):
        make.make_article(published=f"{year}-06-06")
    assert queries_of("/on-this-day/03-03/") <= few


def test_the_page_of_today_leads_to_its_day(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2024, 2, 29))
    answer = site.get("/on-this-day/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/on-this-day/02-29/")
    assert "No articles dated 29 February in any year." in shown(site, "/on-this-day/02-29/")
