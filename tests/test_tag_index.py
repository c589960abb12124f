"""The index of tags: the largest, then by size, and a page for each letter or script."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from articles.catalogue.ledger import Stamp, save_tag, transaction_of_changes
from articles.models import Tag
from articles.public.views import subjects
from articles.text.alphabet import letter_of, sorting_name
from tests.test_timelines import html, make, shown

NAMES = ["Harbours", "Häfen", "Ice", "3D printing", "Москва", "图书馆", "القاهرة", "✈ Air"]


def named(site: Client, address: str) -> list[str]:
    return re.findall(r"<li><a href=\"/tags/[^\"]+\"><bdi>([^<]+)</bdi>", html(site, address))


def follow(site: Client, address: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]+)"', html(site, address))
    return f"/tags/{unescape(found[1])}" if found else ""


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of more tags than one page shows."""
    monkeypatch.setattr(subjects, "TAGS_A_PAGE", 2)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Häfen", "h"), ("Øresund", "o"), ("Łódź", "l"), ("Ærø", "a"), ("Þing", "t"), ("ıspanak", "i"),
        ("“Quoted”", "q"), ("3D printing", "0-9"), ("٣", "0-9"), ("Москва", "cyrillic"), ("Αθήνα", "greek"),
        ("القاهرة", "arabic"), ("北京", "chinese-japanese"), ("とうきょう", "chinese-japanese"), ("서울", "korean"),
        ("✈ Air", "other"), ("#", "other"),
    ],
)  # fmt: skip
def test_every_name_has_its_place(name: str, letter: str) -> None:
    assert letter_of(name) == letter


def test_accents_and_capitals_do_not_part_names() -> None:
    assert sorted(["zoo", "Éire", "eire 2", "Øre", "ore 1"], key=sorting_name) == [
        "Éire", "eire 2", "Øre", "ore 1", "zoo",
    ]  # fmt: skip


@pytest.mark.usefixtures("large")
def test_a_letter_or_a_script_has_pages_that_are_read_forward_and_back(site: Client) -> None:
    make.make_article(tags=[*NAMES, "Hail", "Herring", "Hulls"])
    first = "/tags/?letter=h"
    second = follow(site, first, "next")
    third = follow(site, second, "next")
    assert [named(site, address) for address in (first, second, third)] == [
        ["Häfen", "Hail"], ["Harbours", "Herring"], ["Hulls"],
    ]  # fmt: skip
    assert (follow(site, third, "next"), follow(site, first, "prev")) == ("", "")
    assert named(site, follow(site, third, "prev")) == ["Harbours", "Herring"]
    assert named(site, follow(site, second, "prev")) == ["Häfen", "Hail"]
    assert named(site, "/tags/?letter=cyrillic") == ["Москва"]


@pytest.mark.usefixtures("large")
def test_the_most_used_tags_come_first_by_size(site: Client) -> None:
    for number, name in enumerate(["Ice", "Hail", "Fog", "Fog 2", "Quays", "Ferries"]):
        for article in range(1 + number // 2):
            make.make_article(f"{name} {article}", tags=[name])
    first = "/tags/?by=size"
    second = follow(site, first, "next")
    assert named(site, "/tags/") == named(site, first) == ["Ferries", "Quays"]
    assert "The hundred largest" in shown(site, "/tags/")
    assert named(site, second) == ["Fog", "Fog 2"]
    assert named(site, follow(site, second, "next")) == ["Hail", "Ice"]
    assert named(site, follow(site, second, "prev")) == ["Ferries", "Quays"]
    letters = re.findall(r'<a href="\?letter=(\w)">', html(site, first))
    assert letters == ["f", "h", "i", "q"]


@pytest.mark.usefixtures("large")
def test_tags_are_counted_no_further_than_a_page_may(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_article(tags=["Ice", "Hail", "Fog"])
    assert "3 tags. Choose a letter, or one of the largest." in shown(site, "/tags/")
    monkeypatch.setattr(subjects, "TAGS_COUNTED", 2)
    assert "More than 2 tags; these begin with H." in shown(site, "/tags/?letter=h")


def test_an_index_that_is_whole_on_its_page_does_not_ask_to_choose(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_article(tags=["Ice", "Hail", "Fog"])
    assert "3 tags." in shown(site, "/tags/")
    assert "Choose a letter" not in shown(site, "/tags/")
    Tag.objects.filter(name="Fog").update(kind="topic")  # now there are groups
    assert "Choose a letter" not in shown(site, "/tags/")
    monkeypatch.setattr(subjects, "TAGS_A_KIND", 1)
    assert "3 tags. Choose a letter, or one of the largest." in shown(site, "/tags/")


@pytest.mark.usefixtures("large")
def test_addresses_of_the_index_are_each_their_own(site: Client) -> None:
    make.make_article(tags=["Ice", "Hail", "Fog"])
    assert '<link rel="canonical" href="http://testserver/tags/">' in html(site, "/tags/?utm=1")
    page = html(site, "/tags/?letter=h&utm=1")
    assert '<link rel="canonical" href="http://testserver/tags/?letter=h">' in page
    assert (site.get("/tags/?letter=H").status_code, site.get("/tags/?letter=H").headers["Location"]) == (
        301, "/tags/?letter=h",
    )  # fmt: skip
    for query in ("letter=zz", "letter=x", "letter=h&after=nothing", "letter=h&after=hail"):
        assert site.get(f"/tags/?{query}").status_code == 404, query


def test_very_many_tags_are_not_all_counted(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_article(tags=[f"Hail {number}" for number in range(15)])  # of which the front page shows twelve
    assert ("All 15 tags" in html(site, "/"), "15 tags</a>" in html(site, "/about/")) == (True, True)
    monkeypatch.setattr("articles.public.listings.rows.TAGS_COUNTED", 14)
    make.make_article()
    assert "All 14 tags and more" in html(site, "/")
    assert "14 tags and more</a>." in html(site, "/about/")


@pytest.mark.usefixtures("large")
def test_the_number_of_tags_does_not_show(site: Client, queries_of: Callable[[str], int]) -> None:
    make.make_article(tags=["Hail", "Ice"])
    few = [queries_of("/tags/?letter=h"), queries_of("/tags/?by=size")]
    make.make_article(tags=[f"Hail {number}" for number in range(60)])
    assert [queries_of("/tags/?letter=h"), queries_of("/tags/?by=size")] == few
    assert max(few) <= 4


@pytest.mark.parametrize("query", ["letter=h", "by=size", "letter=h&after=hail", "by=size&after=hail"])
def test_an_index_is_read_along_an_index(site: Client, query: str) -> None:
    make.make_article(tags=["Hail", "Hulls"])
    with connection.execute_wrapper(_refuse_scans):
        site.get(f"/tags/?{query}")


def _refuse_scans(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
    if connection.vendor == "sqlite" and "sorting_name" in sql and "ORDER BY" in sql:
        plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in params)}", params)
        steps = [row[3] for row in plan]
        assert not any("SCAN" in step and "INDEX" not in step for step in steps), steps
        assert not any("TEMP B-TREE" in step for step in steps), steps
    return execute(sql, params, many, context)


def test_a_renamed_tag_moves_in_the_index(site: Client) -> None:
    make.make_article(tags=["Hail"])
    tag = Tag.objects.get()
    tag.name = "Sleet"
    with transaction_of_changes():
        save_tag(tag, Stamp.now(None, ""))
    assert (tag.letter, named(site, "/tags/?letter=s")) == ("s", ["Sleet"])
