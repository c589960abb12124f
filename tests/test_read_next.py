"""Read next: which articles an article suggests, and why; and which it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.merge_tags import merge_tags
from articles.models import Article, NearDuplicate, Tag
from articles.search import index
from tests import factories as make

pytestmark = pytest.mark.django_db
ITEM = re.compile(r'<p class="shared">(.*?)</p>\s*<h3><a[^>]*>(.*?)</a>', re.DOTALL)
OTHERS = "Council debates drains|Band plays on|Baker retires|Snow closes road|Choir wins prize|Hens escape".split("|")
FLOODS = ("Floods close Osterby bridge", "No school in Osterby after floods", "Osterby remembers its floods")


def article(headline: str, body: str = "It was a fine day.", **values: Any) -> Article:
    return make.make_article(headline, **{"body": body, "language": "en", **values})


def archive_of(size: int) -> None:
    """That many other articles."""
    headlines = [f"{OTHERS[number % len(OTHERS)]} {number}" for number in range(size)]
    body = "Nobody in the south of the town had expected that of a day in May."
    index.renew(article(headline, body, is_indexed=False).pk for headline in headlines)


def suggested(site: Client, to: Article) -> dict[str, str]:
    """Headlines, each with the reasons."""
    html = site.get(to.get_absolute_url()).content.decode()
    found = ITEM.findall(html.partition('<aside class="read-next')[2].partition("</aside>")[0])
    return {plain(headline): plain(why) for why, headline in found}


def plain(html: str) -> str:
    return unescape(re.sub("<[^>]+>", "", html))


def test_articles_that_share_rare_tags_are_suggested_with_these_the_rarest_first(site: Client) -> None:
    archive_of(30)
    flood = article("Sella floods Osterby", tags=["Floods", "Osterby"])
    article("Osterby counts the cost of its floods", tags=["Osterby", "Floods"])
    article("Osterby has a new mayor", tags=["Osterby"])
    assert suggested(site, flood) == {"Osterby counts the cost of its floods": "Floods · Osterby"}


def test_one_tag_in_common_is_not_enough_nor_are_common_tags(site: Client) -> None:
    for number in range(30):
        article(f"{OTHERS[number % len(OTHERS)]} {number}", tags=["News", "Crime"])
    stabbing = article("Man held after stabbing at the harbour", tags=["Crime", "News", "Knives"])
    article("The singer has a net worth of $17 million", tags=["Crime", "News"])
    article("Knives on show in the museum", tags=["Knives"])
    assert suggested(site, stabbing) == {}


def test_tags_that_neither_text_names_are_not_enough(site: Client) -> None:
    archive_of(30)
    simulation = article("Physicists make a universe", tags=["type_news", "channel_other"])
    article("Old boots found in loft", tags=["type_news", "channel_other"])
    assert suggested(site, simulation) == {}


def test_without_tags_rare_words_of_headlines_and_openings_decide(site: Client) -> None:
    archive_of(120)
    hunter = article("Hunter catches bubonic plague", "He had eaten a wild rabbit in Mongolia.")
    article("Third case of plague", "The bubonic plague came from a rabbit in Mongolia, doctors said.")
    article("Hunter wins a prize", "It was the largest in the hall.")
    assert suggested(site, hunter) == {"Third case of plague": "bubonic plague · rabbit in Mongolia"}


def test_a_name_in_common_is_given_whole(site: Client) -> None:
    archive_of(120)
    slogan = article("South Dakota has a slogan", "The state is on it.")
    article("Slogan of South Dakota mocked", "A designer was asked.")
    assert suggested(site, slogan) == {"Slogan of South Dakota mocked": "South Dakota · slogan"}


def test_a_turn_of_phrase_in_common_is_not_enough(site: Client) -> None:
    archive_of(120)
    fire = article("Mayor admits failings after the fire", "Forty people died in Crans.")
    article("Bank admits failings in its supervision", "The report has a hundred pages.")
    assert suggested(site, fire) == {}


def test_articles_in_two_languages_are_joined_by_tags_and_not_by_words(site: Client) -> None:
    archive_of(120)
    ship = article("The Marwan is sold", "Marwan and Tarvik.", tags=["Marwan", "Ports"])
    article("بحّارة «مروان» يعودون", "عادوا إلى بيوتهم", language="ar", tags=["Marwan", "Ports"])
    article("Die Marwan in Tarvik", "Marwan und Tarvik.", language="de")
    assert list(suggested(site, ship)) == ["بحّارة «مروان» يعودون"]


def test_at_most_three_are_suggested_those_that_share_most_first(site: Client) -> None:
    archive_of(60)
    flood = article("Floods in Osterby", "The Sella rose.", tags=["Floods", "Osterby", "Sella"])
    for headline in FLOODS:
        article(headline, tags=["Floods", "Osterby"])
    article("Floods on the Sella at Osterby", "Again.", tags=["Floods", "Osterby", "Sella"])
    found = suggested(site, flood)
    assert len(found) == 3
    assert next(iter(found.items())) == ("Floods on the Sella at Osterby", "Sella · Floods · Osterby")


def test_the_same_text_again_is_not_suggested_nor_is_one_text_suggested_twice(site: Client) -> None:
    archive_of(60)
    tags = ["Floods", "Osterby"]
    flood = article("Floods in Osterby", "The Sella rose by a metre on Friday night.", tags=tags)
    article("Floods in Osterby", "The Sella rose by a metre on Friday night, police said.", tags=tags)
    copy = article("Osterby under water", "Helpers filled sandbags against the floods.", tags=tags)
    pair = {"article": copy, "other": flood, "likeness_percent": 90, "found_at": timezone.now()}
    near = NearDuplicate.objects.create(**pair)
    for number in range(2):
        article("Osterby dries out", f"The floods went down, {number}.", tags=tags)
    assert list(suggested(site, flood)) == ["Osterby dries out"]
    near.decided = NearDuplicate.Decision.NOT_A_DUPLICATE
    near.save()
    assert set(suggested(site, flood)) == {"Osterby dries out", "Osterby under water"}


def test_a_withdrawn_article_is_not_suggested(site: Client) -> None:
    archive_of(30)
    flood = article("Floods in Osterby", tags=["Floods", "Osterby"])
    make.withdraw(article("Osterby counts the cost of its floods", tags=["Osterby", "Floods"]))
    assert suggested(site, flood) == {}
    assert "Read next" not in site.get(flood.get_absolute_url()).content.decode()


def test_suggestions_cost_the_same_in_a_large_archive(site: Client, queries_of: Callable[[str], int]) -> None:
    archive_of(120)
    flood = article("Floods in Osterby", "The Sella rose.", tags=["Floods", "Osterby"])
    article("Osterby after the floods", "Boats are for sale.", tags=["Floods", "Osterby"])
    before = queries_of(flood.get_absolute_url())
    for headline in FLOODS:
        article(headline, tags=["Floods", "Osterby"])
    assert queries_of(flood.get_absolute_url()) <= before
    assert len(suggested(site, flood)) == 3


def test_a_merged_tag_joins_the_articles_of_both(site: Client) -> None:
    archive_of(30)
    flood = article("Floods in Osterby", tags=["Floods", "Osterby"])
    article("Osterby, after the floods", "Boats are for sale.", tags=["High water", "Osterby"])
    assert suggested(site, flood) == {}
    merge_tags([Tag.objects.get(name="High water")], Tag.objects.get(name="Floods"), Stamp.now(None, ""))
    assert list(suggested(site, flood)) == ["Osterby, after the floods"]
