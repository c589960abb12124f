"""Feeds next to lists and searches: in the order of adding, paged to the first article, with captions and credits."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import feedparser
import pytest
from django.db import connection
from django.test import Client

from articles.catalogue.ledger import Stamp
from articles.editorial.actions.on_many import withdraw
from articles.models import Article
from articles.public.listings import added
from tests import factories as make
from tests.test_added import add

SPACES = {"a": "http://www.w3.org/2005/Atom", "m": "http://search.yahoo.com/mrss/"}
# Lists of the archive below, each of all its articles.
LISTS = (
    "/added/feed", "/tags/harbours/feed", "/tags/harbours+rivers/feed",
    "/sources/harbour-daily/feed", "/search/feed?q=ferry", "/search/feed?tag=rivers&source=harbour-daily",
)  # fmt: skip
PARTS = {
    "/2022/feed": ["Ferry 4", "Ferry 2"], "/2022/03/feed": ["Ferry 4", "Ferry 2"], "/2022/03/05/feed": ["Ferry 4"],
    "/1999/feed": ["Ferry 5", "Ferry 1"], "/search/feed?q=ferry&from=1999&to=2000": [
        "Ferry 5", "Ferry 1",
    ],
}  # fmt: skip
ALL = [f"Ferry {number}" for number in (5, 4, 3, 2, 1)]


@pytest.fixture
def archive(site: Client) -> Client:
    for number, day in enumerate(("1999-05-04", "2022-03-04", "", "2022-03-05", "1999-05-04"), 1):
        article = make.make_article(f"Ferry {number}", published=day, tags=["Harbours", "Rivers"])
        make.make_photo(article, sizes=[(400, 300), (800, 600)], caption=f"Quay {number}", credit_line="Mei Tanaka")
        make.make_photo(article, caption=f"Lost {number}", credit_line="", kind="video")
        add(article)
    make.make_article("Another", published="2021-01-01", source="Coast News")
    return site


def address(feed: str, form: str) -> str:
    path, _, query = feed.partition("?")
    return f"{path}.{form}{'?' if query else ''}{query}"


def read(site: Client, feed: str, form: str = "json") -> Any:
    response = site.get(address(feed, form))
    assert response.status_code == 200, (feed, form)
    return json.loads(response.content) if form == "json" else ElementTree.fromstring(response.content)


def test_the_page_about_the_archive_names_the_lists_that_have_feeds(archive: Client) -> None:
    words = "Years, months, days, tags, authors, sources, photos and searches have feeds"
    assert words in archive.get("/about/").content.decode()
    make.make_article(published="", source=None)
    for page in ("/2022/", "/2022/03/", "/2022/03/05/", "/tags/rivers/", "/sources/harbour-daily/", "/photos/"):
        assert archive.get(f"{page}feed.atom").status_code == 200, page
    for page in ("/undated/", "/unsourced/", "/articles/"):
        assert archive.get(page).status_code == 200
        assert archive.get(f"{page}feed.atom").status_code == 404, page


def test_a_page_of_the_feed_of_photos_has_those_of_ten_articles(site: Client) -> None:
    for number in range(12):
        add(article := make.make_article(f"Ferry {number}"))
        make.make_photo(article)
    page = read(site, "/photos/feed")
    assert len(page["items"]) == 10
    assert len(json.loads(site.get(page["next_url"]).content)["items"]) == 2


def titles(site: Client, feed: str) -> list[str]:
    return [item["title"] for item in read(site, feed)["items"]]


@pytest.mark.parametrize("feed", [*LISTS, *PARTS])
def test_a_list_has_a_feed_in_the_order_of_adding(archive: Client, feed: str) -> None:
    found = [title for title in titles(archive, feed) if title != "Another"]
    assert found == PARTS.get(feed, ALL)
    atom = [entry.findtext("a:title", "", SPACES) for entry in read(archive, feed, "atom").iterfind("a:entry", SPACES)]
    rss = [item.findtext("title") for item in read(archive, feed, "rss").iter("item")]
    assert atom == rss == titles(archive, feed)
    assert read(archive, feed)["feed_url"].endswith(address(feed, "json"))


def pages(site: Client, feed: str) -> Iterator[Any]:
    page = read(site, feed)
    yield page
    while url := page.get("next_url"):
        page = json.loads(site.get(url.removeprefix("http://testserver")).content)
        yield page


@pytest.mark.parametrize("feed", ["/feeds/latest", *LISTS, "/2022/feed", "/1999/feed"])
def test_pages_of_a_feed_go_to_the_first_article(archive: Client, feed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(archive, feed)
    assert "next_url" not in whole
    for module in ("articles.public.listings.added", "articles.public.views.feeds"):
        monkeypatch.setattr(f"{module}.ENTRIES", 2)
    monkeypatch.setattr("articles.public.views.feeds.newest.__kwdefaults__", {"size": 2}, raising=False)
    monkeypatch.setitem(added.newest.__kwdefaults__, "size", 2)
    found = [item for page in pages(archive, feed) for item in page["items"]]
    assert found == whole["items"]
    first = read(archive, feed, "atom")
    links = {link.get("rel"): link.get("href", "") for link in first.iterfind("a:link", SPACES)}
    assert ("next" in links, "first" in links) == (len(found) > 2, False)
    if len(found) > 2:
        second = ElementTree.fromstring(archive.get(links["next"].removeprefix("http://testserver")).content)
        back = {link.get("rel"): link.get("href") for link in second.iterfind("a:link", SPACES)}
        assert (back["first"], back["self"]) == (links["self"], links["next"])
        assert second.findtext("a:id", "", SPACES) == first.findtext("a:id", "", SPACES)


def test_a_search_with_many_hits_is_followed_by_reading_the_newest_additions(
    archive: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.search.finding.MOST", 2)
    monkeypatch.setattr("articles.public.listings.articles.WALK", 2)
    found = list(pages(archive, "/search/feed?q=ferry"))
    assert [[item["title"] for item in page["items"]] for page in found] == [["Another", *ALL[:1]], ALL[1:3], ALL[3:]]


def test_a_withdrawn_article_leaves_every_feed(archive: Client) -> None:
    withdraw([Article.objects.get(headline="Ferry 4").pk], "Asked for.", Stamp.now(None, ""))
    for feed in (*LISTS, "/2022/feed", "/feeds/latest", "/photos/feed", "/feeds/photos"):
        for form in ("atom", "rss", "json"):
            assert "Ferry 4" not in archive.get(address(feed, form)).content.decode(), feed
    assert archive.get("/2022/03/05/feed.atom").status_code == 410


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/tags/rivers+harbours/feed.atom", "/tags/harbours+rivers/feed.atom"),
        ("/tags/harbours+harbours/feed.rss", "/tags/harbours/feed.rss"),
        ("/search/feed.json?sort=newest&q=ferry&page=3", "/search/feed.json?q=ferry&sort=newest&page=3"),
    ],
)
def test_a_feed_at_another_address_of_its_list_redirects(archive: Client, asked: str, answer: str) -> None:
    response = archive.get(asked)
    if "sort" in asked:
        assert json.loads(response.content)["feed_url"] == "http://testserver/search/feed.json?q=ferry"
    else:
        assert (response.status_code, response["Location"]) == (301, answer)


@pytest.mark.parametrize(
    "asked",
    [
        "/search/feed.atom", "/search/feed.atom?q=...", "/search/feed.atom?tag=nothing", "/2023/feed.atom",
        "/tags/nothing/feed.atom", "/tags/harbours+nothing/feed.atom", "/tags/harbours/feed.atom?before=0000000000",
        "/2022/feed.xml", "/2022/13/feed.atom",
    ],
)  # fmt: skip
def test_there_is_no_feed_of_nothing(archive: Client, asked: str) -> None:
    assert archive.get(asked).status_code == 404


def test_a_search_without_hits_yet_can_be_followed(archive: Client) -> None:
    assert titles(archive, "/search/feed?q=zeppelin") == []
    assert '<a href="/search/feed.atom?q=zeppelin" rel="nofollow">Follow this search</a>' in (
        archive.get("/search/?q=zeppelin").content.decode()
    )
    make.make_article("Zeppelin over the quay", published="1911-05-04")
    assert titles(archive, "/search/feed?q=zeppelin") == ["Zeppelin over the quay"]


@pytest.mark.parametrize("feed", ["/added/feed", "/feeds/latest", "/search/feed?q=ferry"])
def test_captions_and_credits_are_those_of_the_data(archive: Client, feed: str) -> None:
    items = read(archive, feed)["items"]
    atom, rss = read(archive, feed, "atom"), read(archive, feed, "rss")
    for item, entry, element in zip(items, atom.iterfind("a:entry", SPACES), rss.iter("item"), strict=True):
        data = json.loads(archive.get(f"{item['url'].removeprefix('http://testserver')}article.json").content)
        words = [(photo["caption"], photo["credit"]) for photo in data["photos"]]
        urls = [(photo["files"] or [{"url": None}])[-1]["url"] for photo in data["photos"]]
        attached = item.get("attachments", [])
        assert [(photo["_photo"].get("caption"), photo["_photo"].get("credit")) for photo in attached] == words
        assert [photo["url"] for photo in attached] == [
            url or photo["page"] for url, photo in zip(urls, data["photos"], strict=True)
        ]
        for found in (entry, element):
            media = found.findall("m:content", SPACES)
            assert [tuple(photo.findtext(f"m:{name}", None, SPACES) for name in ("description", "credit"))
                    for photo in media] == words  # fmt: skip
            assert [photo.get("url") for photo in media] == urls


@pytest.mark.parametrize("feed", ["/added/feed", "/feeds/latest", "/search/feed?q=ferry", "/photos/feed"])
@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feedparser_reads_what_the_json_feed_has(archive: Client, feed: str, form: str) -> None:
    items = read(archive, feed)["items"]
    found = feedparser.parse(archive.get(address(feed, form)).content)
    assert not found.bozo
    for item, entry in zip(items, found.entries, strict=True):
        assert (entry.id, entry.link, entry.title) == (item["id"], item["url"], item["title"])
        moments = [datetime.fromisoformat(item[name]).timetuple()[:6] if name in item else None
                   for name in ("date_modified", "date_published")]  # fmt: skip
        read_as = [entry.get("updated_parsed"), entry.get("published_parsed")]
        assert [moment and moment[:6] for moment in read_as] == moments
        assert [photo.get("url") for photo in entry.get("media_content", [])] == [
            photo["url"] if photo["mime_type"].startswith("image/") else None for photo in item.get("attachments", [])
        ]
        *_, last = [photo["_photo"] for photo in item.get("attachments", []) if "credit" in photo["_photo"]] or [{}]
        assert last.get("credit") == (entry.media_credit[-1]["content"] if "media_credit" in entry else None)


def test_the_photos_of_the_newest_additions_have_a_feed(archive: Client) -> None:
    items = read(archive, "/photos/feed")["items"]
    assert [item["title"] for item in items] == [
        f"{name} {number}" for number in (5, 4, 3, 2, 1) for name in ("Quay", "Lost")
    ]
    assert items[0]["id"].startswith(f"tag:newsarchive,2026:{Article.objects.get(headline='Ferry 5').key}/photos/")
    assert items[0]["attachments"][0]["_photo"] == {"caption": "Quay 5", "credit": "Mei Tanaka"}


def test_an_entry_says_since_when_it_is_as_it_is(archive: Client) -> None:
    article = Article.objects.get(headline="Ferry 1")
    change = add(article)
    change.refresh_from_db()
    [item] = [item for item in read(archive, "/tags/harbours/feed")["items"] if item["title"] == "Ferry 1"]
    assert change.seen_at is not None
    assert item["date_modified"] == change.seen_at.isoformat(timespec="seconds")
    assert item["date_published"] == "1999-05-04T00:00:00+00:00"


@pytest.mark.parametrize("feed", ["/added/feed", "/tags/harbours/feed", "/sources/harbour-daily/feed", "/2022/feed",
                                  "/2022/03/feed", "/2022/03/04/feed", "/photos/feed",
                                  "/tags/harbours+rivers/feed"])  # fmt: skip
def test_the_size_of_the_archive_does_not_show_in_a_feed(
    archive: Client, feed: str, queries_of: Callable[[str], int]
) -> None:
    make.make_photo(make.make_article("Unknown", source=None, published="2022-03-04"), sizes=[(400, 300)])

    def refuse_scans(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if (
            connection.vendor == "sqlite"
            and sql.startswith("SELECT")
            and "articles_article" in sql
            and "json_each" not in sql
        ):
            plan = connection.connection.execute(f"EXPLAIN QUERY PLAN {sql % tuple('?' for _ in params)}", params)
            steps = [row[3] for row in plan]
            assert not any(step.startswith("SCAN articles_article") and "INDEX" not in step for step in steps), steps
            assert feed.startswith(("/2022", "/added", "/photos")) or "USE TEMP B-TREE FOR ORDER BY" not in steps, (
                sql,
                steps,
            )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse_scans):
        few = queries_of(address(feed, "atom"))
    for number in range(30):
        article = make.make_article(
            f"More {number}", tags=["Harbours", "Rivers"],
            published="2022-03-04",
        )  # fmt: skip
        make.make_photo(article, sizes=[(400, 300)])
        add(article)
    with connection.execute_wrapper(refuse_scans):
        many = queries_of(address(feed, "atom"))
    assert many <= few + 1  # the key of the article at which the next page begins


def test_a_feed_of_a_search_leaves_out_what_is_deleted_meanwhile(
    archive: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = added.newest

    def newest_then_deleted(*args: Any, **options: Any) -> added.Part:
        part = newest(*args, **options)
        return added.Part([*part.ids[:-1], 10**9], last=10**9)

    monkeypatch.setattr(added, "all_hits", lambda _: None)
    monkeypatch.setattr(added, "newest", newest_then_deleted)
    monkeypatch.setattr(added.articles, "WALK", 3)
    found = json.loads(archive.get("/search/feed.json?q=ferry").content)
    assert [item["title"] for item in found["items"]] == ["Another", "Ferry 5"]
    assert "next_url" not in found
