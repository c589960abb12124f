"""Evidence on web pages apart from the text: which place is believed, and what is no evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from articles.ingest.readers.html.evidence import Evidence, gather
from articles.ingest.readers.html.page import parse
from articles.ingest.story import Story
from tests.effort import MOST_EFFORT, effort
from tests.readers.made import piece

CORPUS = Path(__file__).parents[3] / "shared/corpora/html"
TRUTHS = sorted(CORPUS.glob("*/*.json"))

H1 = "<h1>Ferry runs again</h1>"
TEXT = (
    "<p>The harbour authority said on Tuesday that the ferry between Norhaven and Dunmere will run again from Monday, "
    "after repairs to the pier were finished early.</p>"
)


def said(page: str, **more: Any) -> Story:
    return gathered(page, **more).story


def gathered(page: str, **more: Any) -> Evidence:
    return gather(parse((page + TEXT).encode()), piece("page.html", **more))


def linked(node: str) -> str:
    return f'<script type="application/ld+json">{node}</script>'


def letters(text: str | None) -> str:
    return "".join(filter(str.isalnum, (text or "").casefold()))


@pytest.mark.parametrize("name", ["Harbour Daily", "Harbour Daily Staff", "Staff Reporter", "10:35", "4 March 2019"])
def test_an_outlet_a_role_or_a_time_is_no_author_beside_a_byline(name: str) -> None:
    node = linked(json.dumps({"@type": "NewsArticle", "author": name, "publisher": {"name": "Harbour Daily"}}))
    assert said(f"{node}{H1}<p class=byline>By Jane Doe (jdo)</p>").authors == ("Jane Doe",)


def test_the_lines_of_a_headline_are_apart() -> None:
    assert said("<h1>The ferry runs<br>again at <b>no</b>on</h1>").headline == "The ferry runs again at noon"


def test_code_within_a_byline_is_no_name() -> None:
    assert said(f"{H1}<p class=author><script>track('a b');</script>Jane Doe</p>").authors == ("Jane Doe",)


# --- the corpus


@pytest.mark.skipif(not TRUTHS, reason="the pages of ../shared/corpora are not here")
@pytest.mark.parametrize(("folder", "headlines", "dates", "authors"), [("made", 48, 44, 44), ("real", 47, 46, 34)])
def test_the_pages_of_the_corpus_say_who_and_when(folder: str, headlines: int, dates: int, authors: int) -> None:
    right = {"headline": 0, "date": 0, "authors": 0}
    for path in (path for path in TRUTHS if path.parent.name == folder):
        truth = json.loads(path.read_text())
        found = gather(parse(path.with_suffix(".html").read_bytes()), piece(path)).story
        right["headline"] += bool(truth["title"]) and letters(truth["title"]) == letters(found.headline)
        right["date"] += bool(truth["date"]) and truth["date"][:10] == (found.published or "")[:10]
        named = {letters(name) for name in truth["authors"]}
        right["authors"] += bool(named) and named == {letters(name) for name in found.authors}
    assert right["headline"] >= headlines
    assert right["date"] >= dates
    assert right["authors"] >= authors


# --- JSON-LD


GRAPH = """{"@context": "https://schema.org", "@graph": [
  {"@type": "WebSite", "name": "Harbour Daily"},
  {"@type": "Organization", "@id": "#org", "name": "Harbour Media"},
  {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
  {"@type": ["NewsArticle"], "headline": "Ferry &amp; pier", "author": {"@id": "#jane"}, "publisher": {"@id": "#org"},
   "datePublished": "2020-01-02T03:04:05+01:00", "dateModified": "2020-01-03", "articleSection": ["Local", "News"],
   "keywords": "ferry, pier", "inLanguage": "en_GB", "description": "The pier was mended early.",
   "image": {"@type": "ImageObject", "url": "/pier.jpg", "caption": "The pier", "creditText": "Lena Hartog"}}]}"""


def test_a_graph_is_read_with_its_references() -> None:
    evidence = gathered(linked(GRAPH) + "<h1>Ferry &amp; pier</h1>")
    found = evidence.story
    assert (found.headline, found.authors, found.source) == ("Ferry & pier", ("Jane Doe",), "Harbour Media")
    assert (found.published, found.updated) == ("2020-01-02T03:04:05+01:00", "2020-01-03")
    assert (found.section, found.tags, found.language) == ("Local", ("ferry", "pier"), "en-GB")
    assert found.deck == "The pier was mended early."
    picture = evidence.images[0]
    assert (picture.url, picture.caption, picture.credit) == ("/pier.jpg", "The pier", "Lena Hartog")


def test_each_field_remembers_where_it_came_from() -> None:
    found = said(linked(GRAPH) + '<h1>Ferry &amp; pier</h1><link rel=canonical href="https://a.example/pier">')
    assert found.evidence["published"] == "JSON-LD datePublished"
    assert found.evidence["url"] == "link canonical"
    assert "id" not in found.evidence


@pytest.mark.parametrize(
    "block",
    [
        '<!--\n{"@type": "NewsArticle", "headline": "It\ncame", "datePublished": "2020-01-02",}\n//-->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "It\tcame", "datePublished": "2020-01-02"};\n//]]>',
        '{"@type": "WebSite", "name": "D"}{"@type": "Article", "headline": "It came", "datePublished": "2020-01-02"}',
        '{"@type": "NewsArticle", /* by hand */ "headline": "It\\\' came", "datePublished": "2020-01-02",,}'.replace(
            ",,", ","
        ),
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;datePublished&quot;: &quot;2020-01-02&quot;}",
    ],
)
def test_json_that_is_not_quite_json_is_read_all_the_same(block: str) -> None:
    assert said(linked(block)).published == "2020-01-02"


def test_articles_that_a_page_lists_are_not_the_article_of_the_page() -> None:
    item = '{"@type": "NewsArticle", "headline": "Another story", "datePublished": "2020-01-02"}'
    found = said(linked(f'{{"@type": "ItemList", "itemListElement": [{item}]}}') + H1)
    assert (found.headline, found.published) == ("Ferry runs again", None)


def test_of_several_articles_the_one_of_the_page_counts() -> None:
    nodes = [
        {
            "@type": "NewsArticle",
            "headline": f"Story {number}",
            "url": f"https://a.example/{number}",
            "author": f"Jane {name}",
        }
        for number, name in enumerate(("Ada", "Bea", "Cleo"))
    ]
    assert said(linked(json.dumps(nodes)), url="https://www.a.example/1/").authors == ("Jane Bea",)


# --- microdata, meta elements, classes


def test_microdata_keeps_people_and_publisher_apart() -> None:
    found = said(
        '<div itemscope itemtype="http://schema.org/Article"><h2 itemprop="headline">Ferry runs again</h2>'
        '<b itemprop="author" itemscope itemtype="http://schema.org/Person"><i itemprop="name">Jane Doe</i></b>'
        '<meta itemprop="datePublished" content="2019-05-03"><div itemprop="publisher" itemscope>'
        '<meta itemprop="name" content="Harbour Daily"></div>' + TEXT * 4 + "</div>"
    )
    assert (found.headline, found.authors, found.source) == ("Ferry runs again", ("Jane Doe",), "Harbour Daily")
    assert found.published == "2019-05-03"


def test_scholarly_names_are_turned_round() -> None:
    found = said(
        '<meta name="citation_author" content="Doe, Jane"><meta name="citation_author" content="Roe, John">'
        '<meta name="citation_publication_date" content="2019/05/06">'
        '<meta name="DC.Publisher" content="Harbour Review">'
    )
    assert (found.authors, found.published, found.source) == (("Jane Doe", "John Roe"), "2019-05-06", "Harbour Review")


def test_the_classes_of_hatom_are_understood() -> None:
    found = said(
        '<div class="hentry"><h2 class="entry-title">Ferry runs again</h2><abbr class="published" '
        'title="2019-05-03T10:00:00+02:00">3 May</abbr><span class="author vcard"><a class="fn">Jane Doe</a></span>'
    )
    assert (found.headline, found.published) == ("Ferry runs again", "2019-05-03T10:00:00+02:00")
    assert found.authors == ("Jane Doe",)


def test_keywords_of_the_site_count_only_where_no_other_tags_are() -> None:
    keywords = '<meta name="keywords" content="daily, ferry news">'
    assert said(keywords + H1 + '<a rel="tag" href="/t/ferry">Ferry</a>').tags == ("Ferry",)
    assert said(keywords + H1).tags == ("daily", "ferry news")


def test_the_section_is_the_last_step_of_the_breadcrumbs() -> None:
    crumbs = '<ul class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/local">Local</a></li></ul>'
    assert said(crumbs + H1).section == "Local"


# --- headlines


@pytest.mark.parametrize(
    ("page", "url", "headline"),
    [
        (
            "<title>Pier: Ferry runs again | Daily</title><h1>Pier: Ferry runs again</h1><i class=headline>Pier</i>",
            None,
            "Pier: Ferry runs again",
        ),
        (
            "<title>Pier: Ferry runs again | Daily</title><h1><i>Pier</i> Ferry runs again</h1>",
            None,
            "Pier: Ferry runs again",
        ),
        (
            "<h1><i>Harbour works</i> Ferry runs again</h1><meta property='og:title' content='Ferry runs again'>"
            + linked('{"@type": "NewsArticle", "headline": "Ferry runs again"}'),
            None,
            "Ferry runs again",
        ),
        (
            "<title>When does the ferry run?</title><h1>The ferry runs again from Monday</h1>"
            + linked('{"@type": "NewsArticle", "headline": "When does the ferry run?"}'),
            None,
            "The ferry runs again from Monday",
        ),
        (
            "<title>Ferry runs again</title><meta property='og:title' content='Ferry runs again'><h1>Details</h1>",
            None,
            "Ferry runs again",
        ),
        (
            "<title>渡轮周一恢复通航-滨海报</title><meta property='og:site_name' content='滨海报'>",
            None,
            "渡轮周一恢复通航",
        ),
        (
            "<title>Ferry runs again | Daily</title><meta property='og:site_name' content='Daily'>",
            None,
            "Ferry runs again",
        ),
        ("<title>Ferry runs again - The Daily Post</title>", "https://www.thedailypost.example/a", "Ferry runs again"),
        ("<title>Daily: Ferry runs again</title><font size=5><b>Ferry runs again</b></font>", None, "Ferry runs again"),
        ("<title>Ferry runs again - part two</title>", None, "Ferry runs again - part two"),
        (
            "<title>Ferry - at last - runs | Daily</title><h1>Ferry - at last - runs</h1>",
            None,
            "Ferry - at last - runs",
        ),
        (
            f"<meta property='og:title' content='You will love this'><title>Ferry runs again</title>{H1}",
            None,
            "Ferry runs again",
        ),
        (
            "<h1><a href='/'>Daily</a></h1><h2>Ferry runs again</h2><title>Ferry runs again | Daily</title>",
            None,
            "Ferry runs again",
        ),
        (
            "<h1><a href=/><b>Old Quay Days</b></a></h1><title>Ferry is back - Old Quay Days</title><p>Ferry is back",
            None,
            "Ferry is back",
        ),
        (
            "<title>Ferry is \"back\" | Daily</title><meta property='og:title' content='Ferry is'>"
            "<meta property='og:site_name' content='Daily'>"
            + linked('{"@type": "NewsArticle", "headline": "Ferry is"}'),
            None,
            'Ferry is "back"',
        ),
    ],
)
def test_the_headline_is_what_places_agree_on_without_the_name_of_the_site(
    page: str, url: str | None, headline: str
) -> None:
    assert said(page, url=url).headline == headline


def test_a_word_of_menus_is_a_headline_where_head_and_heading_say_it() -> None:
    assert said("<title>Home</title><meta property=og:title content=Home><h1>Home</h1>").headline == "Home"
    assert said("<title>Home</title><h1>Home</h1>").headline is None


def test_a_heading_in_the_breadcrumbs_gives_way_to_the_headline_that_is_shown() -> None:
    page = (
        '<title>Ferry repairs: when it runs again</title><meta property=og:title content="Norhaven has its ferry back">'
        "<ul class=breadcrumb><li><a href=/>Home</a><li><h1>Ferry repairs: when it runs again</h1></ul>"
        "<h2><span>Harbour</span> Norhaven has its ferry back</h2>"
    )
    assert said(page).headline == "Norhaven has its ferry back"
    assert said(page.replace("h2>", "h4>")).headline == "Ferry repairs: when it runs again"


def test_a_headline_that_is_cut_off_is_taken_whole_from_the_page() -> None:
    whole = "The long headline of a ferry that runs again after repairs"
    node = '{"@type": "NewsArticle", "headline": "The long headline of a ferry that runs ..."}'
    assert said(f"{linked(node)}<h1>{whole}</h1>").headline == whole


# --- dates


@pytest.mark.parametrize(
    ("lines", "published", "updated"),
    [
        ("<p>(chinadaily.com.cn)| Updated : 2019-09-13</p>", None, "2019-09-13"),
        ("<p>Posted on May 3, 2019 by Jane Doe</p>", "2019-05-03", None),
        (
            "<p>Von Jana Döring</p><p>Veröffentlicht am 5. März 2019 um 10.30 Uhr, aktualisiert am 6. März 2019",
            "2019-03-05T10:30",
            "2019-03-06",
        ),
        (
            "<div class='date'>Publié le 25/03/2019 à 10h30 - Mis à jour le 26/03/2019 à 11h00</div>",
            "2019-03-25T10:30",
            "2019-03-26T11:00",
        ),
        ("<p>Por María Pérez</p><p>5 de marzo de 2019</p>", "2019-03-05", None),
        ("<p>2019年03月05日 10:30 来源：新华网</p>", "2019-03-05T10:30", None),
        (
            "<p>Published <time datetime='2019-05-03T10:00Z'>x</time> Updated <time datetime='2019-05-04'>y</time></p>",
            "2019-05-03T10:00Z",
            "2019-05-04",
        ),
        ("<time datetime='2019-05-03T10:00:00Z'>3 hours ago</time>", "2019-05-03T10:00:00Z", None),
        ("<p>28. Juni 2019<span>14. Januar 2020</span></p>", "2019-06-28", None),
        ("<p><!-- x --><time datetime='2019-05-03'>x</time></p>", "2019-05-03", None),
    ],
)
def test_dates_are_read_where_they_are_printed(lines: str, published: str | None, updated: str | None) -> None:
    found = said(H1 + lines)
    assert (found.published, found.updated) == (published, updated)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<footer>© 2019-05-03 Harbour Daily</footer>",
        '<div id="comments"><p class="comment"><time datetime="2020-05-05">x</time></p></div>',
        '<div class="related-posts"><time datetime="2020-05-05">x</time></div>',
        '<meta property="article:published_time" content="1970-01-01T00:00:00Z">',
        '<meta property="article:published_time" content="-0001-11-30T00:00:00+00:00">',
        '<meta name="date" content="03/05/2019">',
        "<p>The bridge was opened on 3 May 1912 by the king himself.</p>",
    ],
)
def test_dates_of_other_things_are_not_those_of_the_article(elsewhere: str) -> None:
    assert said(f"{H1}{TEXT}{elsewhere}").published is None


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<p class=date>03/05/2019</p>", "date-ambiguous"),
        ('<meta name="date" content="2019-02-31">', "date-invalid"),
        ('<meta name="date" content="last spring">', "date-unread"),
    ],
)
def test_a_date_that_cannot_be_used_is_damage(page: str, code: str) -> None:
    assert [damage.code for damage in said(H1 + page).damage] == [code]
    assert said(f'{H1}{page}<meta property="article:published_time" content="2019-05-03">').damage == ()


def test_a_date_after_the_day_of_saving_is_not_believed() -> None:
    page = f'<meta property="article:published_time" content="2031-01-01">{H1}<p>March 3, 2019</p>'
    assert said(page, captured_at=datetime(2020, 1, 1, tzinfo=UTC)).published == "2019-03-03"


def test_a_date_after_the_capture_is_kept_with_a_note_where_the_page_marks_no_other():
    page = '<meta property="article:published_time" content="2023-12-13T09:00:00Z"><h1>Laser link</h1><p>5 May 2031</p>'
    evidence = said(page, captured_at=datetime(2023, 9, 6, tzinfo=UTC))
    assert evidence.published == "2023-12-13T09:00:00Z"
    assert [(one.code, one.text) for one in evidence.damage] == [("date-after-capture", "2023-12-13T09:00:00Z")]
    assert said("<h1>Laser link</h1><p>5 May 2031</p>", captured_at=datetime(2023, 9, 6, tzinfo=UTC)).published is None


@pytest.mark.parametrize(
    ("more", "published"),
    [
        ("", None),
        ("<meta name=DC.date content=2022-03-07>", None),
        ("<meta name=DC.date content=2022-03-04>", "2022-03-04"),
        ("<meta property=article:published_time content=2022-03-07>", "2022-03-07"),
        ("<p>Published 7 March 2022</p>", "2022-03-07"),
    ],
)
def test_an_update_that_is_stated_alone_is_no_publication(more: str, published: str | None) -> None:
    node = linked(json.dumps({"@type": "NewsArticle", "dateModified": "2022-03-07"}))
    story = said(f"{node}{H1}{more}", url="https://harbour.example/2022/03/07/ferry/")
    assert (story.published, story.updated) == (published, "2022-03-07")


def test_no_date_in_words_of_citations_is_no_damage() -> None:
    story = said(f"<meta name=DC.date content=n.d.>{H1}")
    assert (story.published, story.damage) == (None, ())


def test_the_address_gives_the_day_where_nothing_else_does() -> None:
    found = said(H1, url="https://a.example/2019/05/03/ferry.html")
    assert (found.published, found.evidence["published"]) == ("2019-05-03", "address")


def test_the_local_time_of_a_moment_says_more_than_that_of_greenwich() -> None:
    page = '<meta property="article:published_time" content="2019-05-02T22:30:00+00:00">'
    found = said(f'{page}{H1}<time class="entry-date" datetime="2019-05-03T00:30:00+02:00">3 May</time>')
    assert found.published == "2019-05-03T00:30:00+02:00"


# --- people


@pytest.mark.parametrize(
    ("page", "authors"),
    [
        (
            '<meta name="author" content="admin"><p class="byline">By <a rel="author" href="/j">Jane Doe</a></p>',
            ("Jane Doe",),
        ),
        ('<meta property="article:author" content="https://facebook.com/jane"><p>By Jane Doe</p>', ("Jane Doe",)),
        ('<div class="byline">By Jane Doe, Political Correspondent</div>', ("Jane Doe",)),
        ("<div class=author>Par Jeanne Dupont et Paul Martin</div>", ("Jeanne Dupont", "Paul Martin")),
        ("<p>Par Jeanne Dupont, publié le 5 mars 2019</p>", ("Jeanne Dupont",)),
        ("<p>By Jane Doe and John Roe | May 3, 2019</p>", ("Jane Doe", "John Roe")),
        ("<p>Gespeichert von <span class=username>jdoe</span> am 24. Juli 2017 - 18:55</p>", ("jdoe",)),
        ("<p class=byline>Reuters</p>", ("Reuters",)),
        ("<span class=writer>كتبت: هدى القرماني</span>", ("هدى القرماني",)),
        ("<p>מאת: רינה אשכול | 11.03.2014 | 09:30</p>", ("רינה אשכול",)),
        ("<p>Dodano: 11 maja 2006, 18:40 | Autor: Bożena Krzewska</p>", ("Bożena Krzewska",)),
        ("<p>Haber: Nermin Akalın</p>", ("Nermin Akalın",)),
        ("<p>Συντάκτης: Λουκία Φωκιανού</p>", ("Λουκία Φωκιανού",)),
        ("<p>Posted by: <b>Jane Doe</b> @ Mon Jul 18, 2005 9:41 pm</p>", ("Jane Doe",)),
        ("<p class=post-footer><em>posted by Jane Doe @ <a href=1>9:14 PM</a></em></p>", ("Jane Doe",)),
        ("<div class='submitted hide-for-print'><a class=user-name>Jane Doe</a></div>", ("Jane Doe",)),
        ("<p class=byline>Interview: Jana Döring</p>", ("Jana Döring",)),
        ("<p class=byline>By <a>Jane Doe</a> <i>Dunmere Herald-News</i> | March 9, 2023</p>", ("Jane Doe",)),
        (
            "<p class=byline>By <a>Jane Doe</a> and <a>John Roe</a>, <span>5 min read</span></p>",
            ("Jane Doe", "John Roe"),
        ),
        ("<p class=byline><a>Jane Doe</a><span>Senior Reporter</span><a>Share this story</a></p>", ("Jane Doe",)),
        ("<p class=byline>Jane Doe in Norhaven, updated 8 января, 17:46</p>", ("Jane Doe",)),
        ("<p class=byline>Text und Interview: Jana Döring</p>", ("Jana Döring",)),
        ("<p class=byline>Fotos: Jana Döring</p>", ()),
        ("<p class=byline>By Jane Doe and The Associated Press</p>", ("Jane Doe",)),
        ("<p class=byline>Par Jeanne Dupont avec Reuters</p>", ("Jeanne Dupont",)),
        ("<p class=byline>Ministry of Ferries and Piers</p>", ("Ministry of Ferries and Piers",)),
        ("<p class=byline>홍길동 기자</p>", ("홍길동",)),
        ("<p class=byline>责任编辑：王芳</p>", ("王芳",)),
        ("<p class=byline>Jane Doe, Reuters in Norhaven</p>", ("Jane Doe",)),
        ("<p class=byline>Redaktion</p>", ("Redaktion",)),
        ("<p class=metaInfoAuthorList><a href='/author/jane/'>Jane Doe</a></p>", ("Jane Doe",)),
        ("<p><b itemprop=author itemscope itemtype='http://schema.org/Person'>Jane Doe</b></p>", ("Jane Doe",)),
        (
            "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Jane Doe'>",
            ("Jane Doe",),
        ),
        ('<div class="comments"><b class="author">Bob Troll</b></div>', ()),
        ('<meta name="author" content="@harbourdaily">', ()),
        ("<p>A post shared by Quay Band (@quayband) on Jan 3, 2019</p>", ()),
    ],
)
def test_authors_are_names_and_nothing_else(page: str, authors: tuple[str, ...]) -> None:
    assert said(H1 + page).authors == authors


def test_the_header_of_an_article_says_who_wrote_whatever_its_class_says() -> None:
    top = "<header class='top-bar'><a rel=author href='/jane'>Jane Doe</a></header>"
    assert said(f"<article>{top}{H1}</article>").authors == ("Jane Doe",)
    assert said(f"{top}<article>{H1}</article>").authors == ()


def test_the_site_as_author_gives_way_to_a_printed_byline() -> None:
    node = linked('{"@type": "NewsArticle", "author": {"name": "Daily"}, "publisher": {"name": "Daily"}}')
    assert said(f'{node}{H1}<p class="byline">By Jane Doe</p>').authors == ("Jane Doe",)
    assert said(node + H1).authors == ("Daily",)


def test_a_section_is_no_author() -> None:
    section = '<meta property="article:section" content="Local"><meta name="author" content="Local">'
    assert said(section + H1).authors == ()


def test_a_second_author_who_is_only_printed_is_not_lost() -> None:
    found = said(f'<meta name="parsely-author" content="Jane Doe">{H1}<p class="byline">By Jane Doe and John Roe</p>')
    assert (found.authors, found.byline) == (("Jane Doe", "John Roe"), "Jane Doe and John Roe")


def test_editors_whom_only_the_metadata_list_are_no_authors() -> None:
    listed = linked('{"@type": "NewsArticle", "author": [{"name": "Jane Doe"}, {"name": "John Roe"}]}')
    page = f"{listed}<meta name=parsely-author content='Jane Doe'>{H1}"
    assert said(f"{page}<p>By Jane Doe</p>").authors == ("Jane Doe",)
    assert said(page).authors == ("Jane Doe", "John Roe")


def test_what_a_role_is_about_is_no_second_author() -> None:
    node = linked('{"@type": "NewsArticle", "author": {"name": "Jane Doe"}}')
    assert said(f"{node}{H1}<p class=byline>Jane Doe, General Editor, F1</p>").authors == ("Jane Doe",)


# --- deck, address, language, id


def test_the_beginning_of_the_text_is_no_deck() -> None:
    excerpt = (
        '<meta name="description" content="The harbour authority said on Tuesday that the ferry between Norhaven">'
    )
    assert said(excerpt + H1).deck is None
    marked = '<p class="article__standfirst">The pier was mended early, says the harbour.</p>'
    assert said(excerpt + H1 + marked).deck == "The pier was mended early, says the harbour."


def test_the_address_is_the_canonical_one_unless_that_is_the_front_page() -> None:
    captured = "https://a.example/2019/ferry?utm=1"
    assert said('<link rel="canonical" href="/2019/ferry">', url=captured).url == "https://a.example/2019/ferry"
    assert said('<link rel="canonical" href="https://a.example/">', url=captured).url == captured
    assert said('<link rel="canonical" href="/2019/ferry">').url is None


def test_languages_are_tags_or_nothing() -> None:
    assert said("<html lang=de_DE>").language == "de-DE"
    assert said("<html lang=eng>").language == "en"
    assert said("<html lang='en-US.UTF-8 x'>").language is None


def test_an_id_without_a_digit_is_no_id() -> None:
    assert said('<meta name="article_id" content="frontpage">').id is None
    assert said('<meta name="article_id" content="n-4711">').id == "n-4711"


# --- hostile pages


@pytest.mark.parametrize(
    "page",
    [
        linked(json.dumps({"@type": "NewsArticle", "articleBody": "x " * 2_000_000})),
        linked("[" * 100_000 + "]" * 100_000),
        linked('{"a": ' + '"\\"' * 500_000),
        linked("{" + "/*" * 500_000),
        linked("{" + " " * 1_000_000 + "x"),
        linked('[{"@id": "a", "@type": "NewsArticle", "author": {"@id": "b"}}, {"@id": "b", "author": {"@id": "a"}}]'),
        '<meta name="author" content="Jane Doe">' * 30_000,
        f'<meta name="keywords" content="{"a," * 300_000}">',
        f"<title>{'a | ' * 200_000}</title>",
        f'<link rel=alternate type=application/rss+xml title="{" " * 100_000}x">',
        f'<p class="{"byline " * 100_000}">By Jane</p>',
        "<p class=byline>By Jane Doe</p>" * 20_000,
        '<div itemscope itemtype="http://schema.org/Article"><p itemprop=headline>x</p>' * 10_000,
        '<link rel=canonical href="http://[bad"><base href="http://[x">',
    ],
    ids=range(14),
)
def test_hostile_pages_are_asked_with_little_effort(page: str) -> None:
    parsed = parse((page + H1).encode())
    assert effort(lambda: gather(parsed, piece("page.html", url="https://a.example/a")))[0] < MOST_EFFORT
