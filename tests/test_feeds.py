"""Feeds and the sitemap, compared as whole documents."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import feedparser
import pytest
from django.test import Client

from tests import factories as make

ATOM = {"a": "http://www.w3.org/2005/Atom"}
CONTENT = (
    "<p><small>Published 4 March 2022, 06:00. Updated 7 March 2022. Harbour Daily.</small></p>\n"
    "<p><strong>A deck.</strong></p>\n<p>Mei Tanaka</p>\n"
    "<p>The ferry sailed at nine.</p>\n"
    '<figure><img src="http://testserver/media/renditions/ab/{digest}-400.jpg" width="400" height="300" alt="A ferry.">'
    "<figcaption>The ferry at the quay. <small>Photo: Mei Tanaka</small></figcaption></figure>\n"
    "<p>It was full.</p>"
).replace("{digest}", "ab" * 32)

XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
ABOUT = (
    f'<p {XHTML}><a href="http://testserver/2022/03/04/ferry/" dir="auto">Ferry &amp; &lt;returns&gt;</a>'
    "<span>Published 4 March 2022, 06:00. Updated 7 March 2022. Harbour Daily.</span></p>"
)

PHOTO = (
    f'<media:content url="http://testserver/media/renditions/ab/{"ab" * 32}-400.jpg" type="image/jpeg" width="400" '
    'height="300" medium="image"><media:description>The ferry at the quay.</media:description>'
    "<media:credit>Mei Tanaka</media:credit></media:content>"
)


def body(site: Client, address: str) -> str:
    return site.get(address).content.decode()


def in_browsers(page: str, name: str) -> str:
    return (
        f'<meta {XHTML} name="viewport" content="width=device-width"/>'
        f'<p {XHTML}><a href="http://testserver{page}" dir="auto">{name}</a>'
        "<span>This is a feed. To follow it, copy its address into a feed reader.</span></p>"
    )


@pytest.fixture
def ferry(site: Client) -> None:
    """One article with everything, one without a date, one withdrawn."""
    article = make.make_article(
        "Ferry & <returns>", slug="ferry", key="0123456789", deck="A deck.", byline="Mei Tanaka", tags=["Harbours"],
        published="2022-03-04T06:00", updated="2022-03-07", language="en", url="https://example.org/f",
        body="The ferry sailed at nine.\n\nIt was full.",
    )  # fmt: skip
    make.make_photo(article, sizes=[(400, 300)], digest="ab" * 32, alt_text="A ferry.", position=1)
    make.make_article("Undated", published="", source=None)
    make.withdraw(make.make_article("Withdrawn", tags=["Harbours"]))


def canonical(document: str) -> str:
    """XML with its attributes in one order, which Django's versions need not agree on."""
    return ElementTree.canonicalize(document)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_the_atom_feed_is_whole(site: Client, ferry: None) -> None:
    response = site.get("/feeds/latest.atom")
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert canonical(response.content.decode()) == canonical(
        '<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/css" href="/static/feed.css"?>'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-gb">'
        "<title>Newsarchive</title>"
        '<link rel="alternate" href="http://testserver/"/><link rel="self" href="http://testserver/feeds/latest.atom"/>'
        "<id>http://testserver/feeds/latest.atom</id><updated>2022-03-07T00:00:00+00:00</updated>"
        "<author><name>Newsarchive</name></author>"
        "<subtitle>Articles kept as they were published, with their photos, captions and credits.</subtitle>"
        f"{in_browsers('/', 'Newsarchive')}"
        '<entry xml:lang="en"><title>Ferry &amp; &lt;returns&gt;</title>'
        '<link href="http://testserver/2022/03/04/ferry/" rel="alternate"/>'
        "<published>2022-03-04T06:00:00+00:00</published><updated>2022-03-07T00:00:00+00:00</updated>"
        "<author><name>Mei Tanaka</name></author><id>tag:newsarchive,2026:0123456789</id>"
        f'<category term="Harbours"/>{PHOTO}{ABOUT}<summary type="text">A deck.</summary>'
        f'<content type="html">{escaped(CONTENT)}</content></entry></feed>'
    )


def test_the_rss_feed_of_a_tag_is_whole(site: Client, ferry: None) -> None:
    response = site.get("/tags/harbours/feed.rss")
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert canonical(response.content.decode()) == canonical(
        '<?xml version="1.0" encoding="utf-8"?>\n<?xml-stylesheet type="text/css" href="/static/feed.css"?>'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
        '<channel xmlns:media="http://search.yahoo.com/mrss/">'
        "<title>Harbours · Newsarchive</title>"
        "<link>http://testserver/tags/harbours/</link><description>Articles tagged Harbours</description>"
        '<atom:link href="http://testserver/tags/harbours/feed.rss" rel="self"/><language>en-gb</language>'
        "<lastBuildDate>Mon, 07 Mar 2022 00:00:00 +0000</lastBuildDate>"
        f"{in_browsers('/tags/harbours/', 'Harbours · Newsarchive')}<item><title>Ferry &amp; &lt;returns&gt;</title>"
        f"<link>http://testserver/2022/03/04/ferry/</link><description>{escaped(CONTENT)}</description>"
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Mei Tanaka</dc:creator>'
        "<pubDate>Fri, 04 Mar 2022 06:00:00 +0000</pubDate>"
        f'<guid isPermaLink="false">tag:newsarchive,2026:0123456789</guid><category>Harbours</category>{PHOTO}{ABOUT}'
        "<atom:updated>2022-03-07T00:00:00+00:00</atom:updated>"
        '<dc:source xmlns:dc="http://purl.org/dc/elements/1.1/">Harbour Daily</dc:source></item></channel></rss>'
    )


def test_the_json_feed_of_a_source_is_whole(site: Client, ferry: None) -> None:
    response = site.get("/sources/harbour-daily/feed.json")
    image = f"http://testserver/media/renditions/ab/{'ab' * 32}-400.jpg"
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    assert json.loads(response.content) == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Harbour Daily · Newsarchive",
        "home_page_url": "http://testserver/sources/harbour-daily/",
        "feed_url": "http://testserver/sources/harbour-daily/feed.json",
        "description": "Articles from Harbour Daily",
        "language": "en-gb",
        "authors": [{"name": "Newsarchive"}],
        "items": [
            {
                "id": "tag:newsarchive,2026:0123456789",
                "url": "http://testserver/2022/03/04/ferry/",
                "external_url": "https://example.org/f",
                "title": "Ferry & <returns>",
                "content_html": CONTENT,
                "summary": "A deck.",
                "image": image,
                "date_published": "2022-03-04T06:00:00+00:00",
                "date_modified": "2022-03-07T00:00:00+00:00",
                "authors": [{"name": "Mei Tanaka"}],
                "tags": ["Harbours"],
                "language": "en",
                "attachments": [
                    {
                        "url": image,
                        "mime_type": "image/jpeg",
                        "_photo": {
                            "caption": "The ferry at the quay.",
                            "credit": "Mei Tanaka",
                        },
                    }
                ],
            }
        ],
    }


def test_a_feed_tells_what_is_not_known(site: Client) -> None:
    make.make_article("Older", published="2019-01-01")
    article = make.make_article("", slug="silent", source=None, published="", updated="2022-03-04")
    make.make_photo(article, credit_line="")
    entry = ElementTree.fromstring(site.get("/feeds/latest.atom").content).find("a:entry", ATOM)
    assert entry is not None
    assert entry.findtext("a:title", namespaces=ATOM) == "No headline"
    assert entry.find("a:published", ATOM) is None
    content = entry.findtext("a:content", namespaces=ATOM) or ""
    assert "Updated 4 March 2022. Publication date not known. Source not named." in content
    assert "Photo not in the archive. Caption only." in content
    assert "The ferry at the quay. <small>Credit not given</small>" in content


def test_what_xml_can_not_hold_breaks_no_feed(site: Client) -> None:
    make.make_article("Bell\x07 and \x1fseparator", slug="bell", deck="a\x08b", byline="c\x0bd", tags=["T\x02ag"])
    for ending in ("atom", "rss"):
        root = ElementTree.fromstring(site.get(f"/feeds/latest.{ending}").content)
        assert "Bell and separator" in "".join(root.itertext())
    assert json.loads(site.get("/feeds/latest.json").content)["items"][0]["title"] == "Bell and separator"


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59+00:00"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+00:00"),
        ("2022-03-04T06:00:00+08:00", "2022-03-04T06:00:00+08:00"),
    ],
)
def test_a_date_at_the_end_of_the_calendar_breaks_no_feed(site: Client, published: str, shown: str) -> None:
    make.make_article("Ferry returns", published="2022-03-04")
    make.make_article("Last sailing", published=published, updated=published)
    for ending in ("atom", "rss"):
        assert "Last sailing" in site.get(f"/feeds/latest.{ending}").content.decode()
    items = json.loads(site.get("/feeds/latest.json").content)["items"]
    assert shown in [item["date_published"] for item in items]


def test_a_feed_holds_the_newest_by_date(site: Client) -> None:
    for number in range(25):
        make.make_article(f"Sailing {number}", published=f"2022-03-{number + 1:02}")
    titles = [item["title"] for item in json.loads(site.get("/feeds/latest.json").content)["items"]]
    assert titles == [f"Sailing {number}" for number in range(24, 4, -1)]


@pytest.mark.parametrize(
    ("page", "name", "feed"),
    [
        ("/", "Newsarchive", "/feeds/latest"),
        ("/articles/", "Newsarchive", "/feeds/latest"),
        ("/photos/", "Photos", "/photos/feed"),
        ("/added/", "Recently added", "/added/feed"),
        ("/2022/", "2022", "/2022/feed"),
        ("/2022/03/", "March 2022", "/2022/03/feed"),
        ("/2022/03/04/", "4 March 2022", "/2022/03/04/feed"),
        ("/tags/harbours/", "Harbours", "/tags/harbours/feed"),
        ("/sources/harbour-daily/", "Harbour Daily", "/sources/harbour-daily/feed"),
    ],
)
def test_a_page_names_one_feed_for_readers_and_their_programs(site: Client, ferry: None, page: str, name: str,
                                                              feed: str) -> None:  # fmt: skip
    text = site.get(page).content.decode()
    link = f'<link rel="alternate" type="application/atom+xml" title="{name}" href="{feed}.atom">'
    assert re.findall('<link rel="alternate".*?>', text) == [link]
    assert re.findall('<a href="([^"]*)">Follow</a>', text) == ([] if page == "/" else [f"{feed}.atom"])
    assert '<a href="/added/feed.atom">Follow the archive</a>' in text
    assert f"{feed}.rss" not in text
    assert all(site.get(f"{feed}.{ending}").status_code == 200 for ending in ("atom", "rss", "json"))


def test_feeds_give_the_licence_of_their_texts_and_none_of_photos(site: Client, settings: Any) -> None:
    make.make_source(license="https://example.org/by/")
    make.make_photo(make.make_article(tags=["Boats"]))
    make.make_article(source=None, tags=["Boats"])
    settings.ARCHIVE_LICENSE, settings.ARCHIVE_TERMS = "All rights reserved.", "Name the library."
    of_both = ["Text: All rights reserved. · Name the library.", "Text: https://example.org/by/ · Name the library."]
    for form in ("atom", "rss"):
        assert [entry.rights for entry in feedparser.parse(body(site, f"/tags/boats/feed.{form}")).entries] == of_both
    assert [item["_rights"] for item in json.loads(body(site, "/tags/boats/feed.json"))["items"]] == of_both
    assert "rights" not in feedparser.parse(body(site, "/tags/boats/feed.atom")).feed
    for form in ("atom", "rss"):
        assert feedparser.parse(body(site, f"/sources/harbour-daily/feed.{form}")).feed.rights == of_both[1]
        assert "ights" not in body(site, f"/photos/feed.{form}")


@pytest.mark.parametrize("form", ["atom", "json"])
def test_before_the_newest_there_is_no_page_of_the_latest(site: Client, form: str) -> None:
    newest = make.make_article()
    assert site.get(f"/feeds/latest.{form}?after={newest.key}").status_code == 404


def test_the_sitemap_names_every_page(site: Client, ferry: None) -> None:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ways = ("/", "/about/", "/help/", "/articles/", "/added/", "/tags/", "/authors/", "/sources/", "/photos/")
    listings = (*ways, "/2022/03/", "/2022/", "/sources/harbour-daily/", "/tags/harbours/")

    def named(item: str, paths: tuple[str, ...]) -> str:
        return "".join(f"<{item}><loc>http://testserver{path}</loc></{item}>\n" for path in paths)

    files = named("sitemap", ("/sitemap/listings.xml", "/sitemap/articles-0.xml"))
    assert site.get("/sitemap.xml").content.decode() == f"{head}<sitemapindex {space}>\n{files}</sitemapindex>\n"
    assert site.get("/sitemap/listings.xml").content.decode() == (
        f"{head}<urlset {space}>\n{named('url', listings)}</urlset>\n"
    )
    image = (
        f"<image:image><image:loc>http://testserver/media/renditions/ab/{'ab' * 32}-400.jpg</image:loc></image:image>"
    )
    of_articles = named("url", ("/2022/03/04/ferry/", "/undated/undated/")).replace("</url>", f"{image}</url>", 1)
    images = 'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    assert site.get("/sitemap/articles-0.xml").content.decode() == (
        f"{head}<urlset {space} {images}>\n{of_articles}</urlset>\n"
    )


def test_the_sitemap_is_cut_by_ranges_of_ids(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.public.formats.sitemaps.ARTICLES_A_FILE", 2)
    articles = [make.make_article(f"Sailing {number}") for number in range(3)]
    first, last = articles[0].pk - 1, articles[-1].pk - 1
    assert f"articles-{last // 2}.xml" in site.get("/sitemap.xml").content.decode()
    named = "".join(
        site.get(f"/sitemap/articles-{number}.xml").content.decode() for number in range(first // 2, last // 2 + 1)
    )
    assert all(named.count(article.get_absolute_url()) == 1 for article in articles)
