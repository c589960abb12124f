"""Articles of one story, in its order."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from articles.models import Article
from tests import factories as make

pytestmark = pytest.mark.django_db
STRIKE = "Harbour strike"


def part(headline: str, published: str, *, tags: tuple[str, ...] = (STRIKE,)) -> Article:
    return make.make_article(headline, published=published, tags=tags)


def strike() -> list[Article]:
    """A story of four, the last undated; and an article of another story on each day."""
    make.make_tag(STRIKE, kind="story")
    make.make_tag("Cranes", kind="topic")
    days = ("2004-03-01", "2004-03-02", "2004-03-02", "")
    for number, day in enumerate(days):
        part(f"Cranes {number}", day, tags=("Cranes",))
    return [part(f"Strike, day {number}", day, tags=(STRIKE, "Cranes")) for number, day in enumerate(days, 1)]


def links(site: Client, article: Article) -> dict[str, str]:
    """Addresses in the part on the story, by their words; ``""`` for words without a link."""
    page = site.get(article.get_absolute_url()).content.decode()
    story = page.partition('<nav class="story"')[2].partition("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>|class="gone-end">([^<]+)', story, re.DOTALL)
    return {unescape(re.sub("<[^>]+>", " ", words or end)).strip(): address for address, words, end in found}


def test_an_article_of_a_story_leads_to_the_previous_and_the_next(site: Client) -> None:
    first, second, third, undated = strike()
    begin = {"Read from the beginning": "/tags/harbour-strike/?sort=oldest"}
    assert links(site, first) == begin | {
        "This is the first": "",
        "Next in this story, 2 March 2004 Strike, day 2": second.get_absolute_url(),
    }
    assert links(site, second) == begin | {
        "Previous in this story, 1 March 2004 Strike, day 1": first.get_absolute_url(),
        "Next in this story Strike, day 3": third.get_absolute_url(),
    }
    assert links(site, undated) == begin | {
        "Previous in this story, 2 March 2004 Strike, day 3": third.get_absolute_url(),
        "This is the last": "",
    }


def test_a_story_is_two_clicks_from_its_beginning(site: Client) -> None:
    *_, third, _ = strike()
    clicked = site.get(links(site, third)["Read from the beginning"]).content.decode()
    assert re.findall(r"<h3[^>]*><a[^>]*>([^<]+)</a>", clicked)[0] == "Strike, day 1"


def test_withdrawn_articles_are_passed_over_and_a_story_of_one_is_none(site: Client) -> None:
    first, second, third, undated = strike()
    make.withdraw(second)
    make.withdraw(undated)
    assert "Next in this story, 2 March 2004 Strike, day 3" in links(site, first)
    make.withdraw(first)
    assert links(site, third) == {}


def test_only_tags_that_are_stories_have_an_order(site: Client, queries_of: Callable[[str], int]) -> None:
    strike()
    crane = Article.objects.get(headline="Cranes 1")
    assert links(site, crane) == {}
    assert queries_of(crane.get_absolute_url()) <= queries_of("/2004/03/02/strike-day-2/") - 2


def test_neighbours_in_the_story_are_not_suggested_again(site: Client) -> None:
    for number in range(60):
        make.make_article(f"Boat {number}", published="2001-01-01", is_indexed=False)
    make.make_tag(STRIKE, kind="story")
    for number, headline in enumerate(("Dockers walk out", "Cranes stand still", "Port opens again"), 1):
        body = f"{headline}, said the harbour master."
        make.make_article(headline, body=body, published=f"2004-03-0{number}", tags=[STRIKE, "Docks"])
    page = site.get("/2004/03/01/dockers-walk-out/").content.decode()
    suggested = page.partition('<aside class="read-next')[2].partition("</aside>")[0]
    assert re.findall(r"<h3><a[^>]*>([^<]+)</a>", suggested) == ["Port opens again"]
