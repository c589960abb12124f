"""RSS and Atom."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from articles.ingest.errors import IngestError
from articles.ingest.story import Story
from articles.models import Article
from tests.loading import load, text_file
from tests.photo_files import plain
from tests.readers.agency import SITES, file_names, needs_sites, refusal, stories, story

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="feed.xsl"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
 <title>Tarvik Daily</title>
 <atom:link href="https://daily.example/feed/" rel="self" type="application/rss+xml"/>
 <link>https://daily.example/</link><description>News</description><language>en-GB</language>
 <image><url>https://daily.example/logo.png</url><title>Logo</title><link>https://daily.example/</link></image>
 <lastBuildDate>Thu, 05 Mar 2015 08:00:00 +0000</lastBuildDate>
 {items}
</channel>
</rss>
"""
FERRY = """<item>
 <media:title>Not the headline</media:title>
 <title>Ferry returns &amp;amp; sails</title>
 <link>/2015/ferry?from=rss</link>
 <guid isPermaLink="false">tag:daily.example,2015:7</guid>
 <pubDate>Wed, 04 Mar 2015 23:30:00 +0100</pubDate>
 <dc:creator><![CDATA[Ana Ruiz]]></dc:creator><author>jo@daily.example (Jo Berg)</author><author>al@daily.example</author>
 <category domain="x"><![CDATA[Ferries]]></category><category>Uncategorized</category>
 <description><![CDATA[<p>After two years.</p>]]></description>
 <content:encoded><![CDATA[<p>It sailed at <b>nine</b>.</p><p>It was full.</p><img src="https://daily.example/i/quay.jpg" alt="A quay">]]></content:encoded>
 <media:group>
  <media:content url="https://daily.example/i/ferry-small.jpg" medium="image" width="300" height="200"/>
  <media:content url="https://daily.example/i/ferry.jpg" medium="image" width="1200" height="800"/>
  <media:description type="html">The &lt;i&gt;Aurora&lt;/i&gt; at the pier.</media:description>
  <media:credit role="photographer">Jo Berg/TNA</media:credit>
 </media:group>
 <enclosure url="https://daily.example/i/quay.jpg" type="image/jpeg" length="100"/>
 <enclosure url="https://daily.example/ferry.mp3" type="audio/mpeg" length="100"/>
 <media:thumbnail url="https://daily.example/i/thumb.jpg"/>
 <slash:comments>12</slash:comments>
</item>"""  # noqa: E501
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://daily.example/">
 <title>Tarvik Daily</title><id>tag:daily.example,2015:feed</id><updated>2015-03-05T08:00:00Z</updated>
 <author><name>The desk</name></author>
 {items}
</feed>
"""


def entry(content: str, more: str = "") -> Story:
    made = (
        "<entry><title>Ferry &lt; harbour</title><id>tag:daily.example,2015:7</id>"
        '<link rel="self" href="/api/7"/><link href="/2015/ferry"/>'
        f"<published>2015-03-04T23:30:00+01:00</published><updated>2015-03-05T08:00:00Z</updated>{more}{content}</entry>"
    )
    return story(ATOM.format(items=made), "feed.atom")


def rss(item: str) -> Story:
    return story(RSS.format(items=f"<item>{item}</item>"), "feed.rss")


def test_an_item_of_rss_is_read_whole() -> None:
    ferry = story(RSS.format(items=FERRY), "feed.xml")
    assert (ferry.headline, ferry.deck) == ("Ferry returns & sails", "After two years.")
    assert (ferry.id, ferry.url) == ("tag:daily.example,2015:7", "https://daily.example/2015/ferry?from=rss")
    assert (ferry.published, ferry.updated) == ("2015-03-04T23:30:00+01:00", None)
    assert (ferry.authors, ferry.byline) == (("Ana Ruiz", "Jo Berg"), "Ana Ruiz and Jo Berg")
    assert (ferry.source, ferry.language) == ("Tarvik Daily", "en-GB")
    assert (ferry.tags, ferry.body) == (("Ferries",), "It sailed at **nine**.\n\nIt was full.")
    assert [(photo.position, photo.src, photo.caption, photo.credit, photo.alt_text) for photo in ferry.photos] == [
        (2, "https://daily.example/i/quay.jpg", None, None, "A quay"),
        (2, "https://daily.example/i/ferry.jpg", "The Aurora at the pier.", "Jo Berg/TNA", None),
    ]
    assert set(ferry.boilerplate) == {
        "comments: 12", "author: al@daily.example", "enclosure: https://daily.example/ferry.mp3",
    }  # fmt: skip


def test_an_entry_of_atom_is_read_whole() -> None:
    content = '<content type="html">&lt;p&gt;It sailed.&lt;/p&gt;&lt;p&gt;It was full.&lt;/p&gt;</content>'
    ferry = entry(content, '<category term="f" label="Ferries"/><author><name>Ana Ruiz</name></author>')
    assert (ferry.headline, ferry.url) == ("Ferry < harbour", "https://daily.example/2015/ferry")
    assert (ferry.published, ferry.updated) == ("2015-03-04T23:30:00+01:00", "2015-03-05T08:00:00Z")
    assert (ferry.authors, ferry.source, ferry.language) == (("Ana Ruiz",), "Tarvik Daily", "fr")
    assert (ferry.tags, ferry.paragraphs) == (("Ferries",), ("It sailed.", "It was full."))
    assert entry(content).authors == ("The desk",)


def test_an_entry_of_atom_may_be_a_document_of_its_own() -> None:
    made = (
        '<?xml version="1.0"?>\n<entry xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Release 2</title>'
        "<id>https://ship.example/2016#1</id><published>2016-04-29T02:30:00+01:00</published>"
        '<category term="releases" label="New release"/><link href="/2016/release"/>{source}'
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It is out.</p></div></content></entry>'
    )
    alone = story(made.format(source=""), "entry.xml")
    assert (alone.headline, alone.id, alone.url) == ("Release 2", "https://ship.example/2016#1", None)
    assert (alone.published, alone.language, alone.tags) == ("2016-04-29T02:30:00+01:00", "fr", ("New release",))
    assert (alone.source, alone.authors, alone.paragraphs) == (None, (), ("It is out.",))
    source = '<title>Ship News</title><link href="https://ship.example/"/><author><name>Al</name></author>'
    from_feed = story(made.format(source=f"<source>{source}</source>"), "entry.atom")
    assert (from_feed.source, from_feed.authors) == ("Ship News", ("Al",))
    assert from_feed.url == "https://ship.example/2016/release"


@pytest.mark.parametrize(
    ("content", "paragraphs"),
    [
        ('<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>',
         ["One.", "Two."]),
        ("<content>One &lt;b&gt;.\n\nTwo.</content>", ["One <b>.", "Two."]),
        ("<summary>Only &amp;eacute;.</summary>", ["Only é."]),
        ('<content src="https://daily.example/a.pdf" type="application/pdf"/><summary>One.</summary>', ["One."]),
    ],
)  # fmt: skip
def test_the_content_of_atom_is_read_by_its_type(content: str, paragraphs: list[str]) -> None:
    assert list(entry(content).paragraphs) == paragraphs


def test_an_address_is_that_of_a_link_or_of_a_guid_that_is_one() -> None:
    assert rss("<title>A</title><guid>https://daily.example/7</guid>").url == "https://daily.example/7"
    assert rss('<title>A</title><guid isPermaLink="false">https://daily.example/7</guid>').url is None
    assert rss("<title>A</title><link>http://[</link>").url is None


def test_an_entry_that_only_dates_its_update_was_updated_then() -> None:
    made = ATOM.format(items="<entry><title>A</title><id>x:1</id><updated>2015-03-05T08:00:00Z</updated></entry>")
    assert (story(made, "a.xml").published, story(made, "a.xml").updated) == (None, "2015-03-05T08:00:00Z")


def test_rss_1_has_its_items_beside_the_channel() -> None:
    made = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
     xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://d.example/"><title>Daily</title>
     <link>https://d.example/</link><items><rdf:Seq><rdf:li resource="https://d.example/1"/></rdf:Seq></items></channel>
     <item rdf:about="https://d.example/1"><title>One</title><link>https://d.example/1</link>
     <description>Text.</description><dc:date>2004-05-06T07:08+01:00</dc:date><dc:subject>Ferries</dc:subject></item>
     <item rdf:about="https://d.example/2"><title>Two</title></item></rdf:RDF>"""
    one, two = stories(made, "index.rdf")
    assert isinstance(one, Story)
    assert isinstance(two, Story)
    assert (one.id, one.source, one.published) == ("https://d.example/1", "Daily", "2004-05-06T07:08+01:00")
    assert (one.tags, one.paragraphs, two.headline) == (("Ferries",), ("Text.",), "Two")


def test_a_feed_may_name_its_elements_with_a_prefix() -> None:
    made = """<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>Daily</a:title>
     <a:entry><a:title>One</a:title><a:id>x:1</a:id></a:entry><a:entry><a:title>Two</a:title></a:entry></a:feed>"""
    found = [(part.headline, part.source) for part in stories(made, "feed.xml") if isinstance(part, Story)]
    assert found == [("One", "Daily"), ("Two", "Daily")]


def test_a_thumbnail_counts_where_there_is_no_other_picture_and_its_file_is_found(tmp_path: Path) -> None:
    picture = tmp_path / "i/thumb.jpg"
    picture.parent.mkdir()
    picture.write_bytes(plain())
    made = RSS.format(items='<item><title>A</title><media:thumbnail url="https://daily.example/i/thumb.jpg"/></item>')
    assert file_names(story(made, tmp_path / "feed.xml")) == ["thumb.jpg"]


def test_items_are_told_apart_and_a_broken_one_is_refused_alone() -> None:
    made = RSS.format(items=f"<item><title>A & B</title></item>\n{FERRY}<!-- <item> --><item><title>C</title></item>")
    broken, ferry, last = stories(made, "feed.xml")
    assert isinstance(broken, IngestError)
    assert str(broken) == "feed.xml:12: not well-formed XML: write a plain `&` as `&amp;`"
    assert [part.headline for part in (ferry, last) if isinstance(part, Story)] == ["Ferry returns & sails", "C"]
    assert refusal(RSS.format(items=""), "feed.xml").reason == "a feed without entries"


@pytest.mark.django_db
def test_the_feeds_of_an_archive_can_be_loaded(site: Client, tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    text_file(tmp_path / "in", "ferry.txt")
    load(tmp_path / "in")
    feeds = {form: site.get(f"/feeds/latest.{form}").content for form in ("rss", "atom")}
    Article.objects.all().delete()
    for form, feed in feeds.items():
        (tmp_path / form).mkdir()
        (tmp_path / form / f"latest.{form}").write_bytes(feed)
        assert load(tmp_path / form).code == 0
    (ferry,) = Article.objects.all()
    assert ferry.headline == "Ferry returns"
    assert ferry.body.endswith("It sailed.")


@needs_sites
def test_the_entry_of_a_mixed_site_is_an_article() -> None:
    release = story((SITES / "mixed/entry.xml").read_bytes(), "entry.xml")
    assert (release.headline, release.published) == ("Release 2 is out", "2016-04-29T02:30:00+01:00")
    assert (release.id, release.tags, release.source) == ("http://site.example/archive/2016#1", ("New release",), None)
    assert release.paragraphs == ("We announce release 2.",)
