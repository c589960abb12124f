"""Pages that are no articles are recognised, and their kind is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from lxml import etree

from articles.ingest.readers.html.evidence import gather
from articles.ingest.readers.html.lines import Entries
from articles.ingest.readers.html.page import parse
from articles.ingest.readers.html.page_kind import why_not_a_page, why_not_an_article
from tests.readers.made import piece

CORPUS = Path(__file__).parents[3] / "shared/corpora"
TRUTHS = sorted((CORPUS / "html").glob("*/*.json"))

NAV = "<nav>" + "".join(f'<a href="/s{number}">Section {number}</a>' for number in range(12)) + "</nav>"
SENTENCE = (
    "The harbour authority said on Tuesday that the ferry between Norhaven and Dunmere will run again from Monday, "
    "after repairs to the pier were finished early."
)
TEXT = f"<p>{SENTENCE}</p>"
DATED_ARTICLE = (
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2020-01-02">'
)
TEASERS = "".join(
    f'<h3><a href="/a/{number}">Story {number}</a></h3>{TEXT}<time datetime="2020-01-0{number % 9 + 1}">x</time>'
    for number in range(12)
)


def why(page: str | bytes, url: str | None = None, photos: int = 0) -> str | None:
    """Blocks are the paragraphs, headings and lists of the page's ``article``, else of all but its ``nav``."""
    parsed = parse(page.encode() if isinstance(page, str) else page)
    found = gather(parsed, piece("page.html", url=url))
    within = next(parsed.root.iter("article"), parsed.root)
    etree.strip_elements(within, "nav", with_tail=False)
    blocks = [" ".join("".join(block.itertext()).split()) for block in within.iter("p", "h2", "h3", "ul")]
    return why_not_an_article(found, [block for block in blocks if block], Entries(), photos=photos)


@pytest.mark.skipif(not TRUTHS, reason="the pages of ../shared/corpora are not here")
def test_no_article_of_the_corpus_is_taken_for_another_page() -> None:
    for path in TRUTHS:
        url = json.loads(path.read_text()).get("url")
        assert why(path.with_suffix(".html").read_bytes(), url) is None, path.name


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (
            f"<title>World news | Daily</title>{NAV}<h1>World</h1>{TEASERS}",
            "a listing: 12 headlines that lead to other pages",
        ),
        (
            f'<title>Sport Archives</title><body class="archive category">{NAV}<h1>Category: Sport</h1>{TEASERS}',
            "a listing: 24 links to other pages",
        ),
        (
            f'<meta property="og:type" content="article"><body class="archive tag">{NAV}<h1>Ferry</h1>{TEASERS}',
            "a listing: 24 links to other pages",
        ),
        (
            f"<title>Schlagwort: Hafen – Tagblatt</title>{NAV}<h1>Schlagwort: Hafen</h1>{TEASERS}",
            "a listing: 24 links to other pages",
        ),
        (
            "<title>Links</title><ul>" + '<li><a href="/x">A link to some other page</a></li>' * 34 + "</ul>",
            "a listing: 34 links to other pages and no text of its own",
        ),
        (f"<title>Search results for harbour | Daily</title>{NAV}{TEASERS}", "search results: 24 links to other pages"),
        (f"<title>Résultats de recherche pour port</title>{NAV}{TEASERS}", "search results: 24 links to other pages"),
        (f"<title>404</title>{NAV}<h1>Page not found</h1><p>The page has sailed away.</p>", "an error page: “404”"),
        (
            f"<title>Seite nicht gefunden | Tagblatt</title>{NAV}<h1>Seite nicht gefunden</h1>",
            "an error page: “Seite nicht gefunden | Tagblatt”",
        ),
        (f"<title>Page introuvable</title>{NAV}<h1>Oups !</h1>", "an error page: “Page introuvable”"),
        (f"<title>Diario</title>{NAV}<h1>Página no encontrada</h1>", "an error page: “Diario”"),
        ("<title>Страница не найдена</title><h1>404</h1>", "an error page: “Страница не найдена”"),
        ("<title>抱歉，您访问的页面不存在</title>", "an error page: “抱歉，您访问的页面不存在”"),
        ("<title>ページが見つかりません</title>", "an error page: “ページが見つかりません”"),
        ("<h1>Server error</h1>", "an error page: “Server error”"),
        (
            f'<title>Daily</title><body class="error404">{NAV}<h1>Oops! That page is gone.</h1>{TEASERS}',
            "an error page: “Daily”",
        ),
        (
            "<title>503 Service Temporarily Unavailable</title><h1>503</h1>",
            "an error page: “503 Service Temporarily Unavailable”",
        ),
        ("<title>Sign in</title><form><input name=u><input name=p type=password></form>", "a sign-in form: “Sign in”"),
        (
            f"<title>Anmelden - Tagblatt</title>{NAV}<form><input type=password></form><p>Noch kein Konto?</p>",
            "a sign-in form: “Anmelden - Tagblatt”",
        ),
        (
            "<title>Just a moment...</title><p>Checking if the site connection is secure</p>",
            "a wall in front of the page: “Just a moment...”",
        ),
        (
            "<title>Before you continue to Daily</title><p>We use cookies.</p>",
            "a wall in front of the page: “Before you continue to Daily”",
        ),
        (
            '<meta http-equiv="Refresh" content="0; URL=/new"><p>moved <a href="/new">here</a></p>',
            "a page that only leads on to another address",
        ),
        (
            '<rss version="2.0"><channel><item><title>A</title></item></channel></rss>',
            "a feed or sitemap saved as a page",
        ),
        ("", "an empty page"),
        ("<title>Daily</title><div id=app></div><script>start()</script>", "an empty page"),
        (
            f"<title>Contact</title>{NAV}<h1>Contact</h1><p>Call 555.</p>",
            "a listing: 12 links to other pages and no text of its own",
        ),
    ],
)
def test_a_page_of_another_kind_is_named(page: str, reason: str) -> None:
    assert why(page) == reason


def test_a_front_page_is_known_by_its_address() -> None:
    page = '<title>Daily</title><h1>Daily</h1><ul><li><a href="/1">One</a></li><li><a href="/2">Two</a></li></ul>'
    assert why(page, "https://news.example/") == "a front page: 2 links to other pages"
    assert why(NAV + TEASERS, "https://news.example/index.html") == "a front page: 24 links to other pages"


@pytest.mark.parametrize(
    "page",
    [
        f"{NAV}<h1>Ferry runs again</h1>{TEXT}",
        f"{NAV}<h1>Ferry runs again</h1><p>By Jane Doe</p>{TEXT}<form>Sign in <input type=password></form>",
        f"{NAV}<h1>Ferry runs again</h1><article>{TEXT * 3}</article>{TEASERS}",
        f"{DATED_ARTICLE}<title>Error 404: why pages vanish</title>{NAV}{TEXT}",
        f"<title>Missing girl not found after search</title>{NAV}<h1>Missing girl not found after search</h1>{TEXT}",
        f"<title>500 people march in Norhaven</title><h1>500 people march in Norhaven</h1>{TEXT}",
        f"<title>Search for missing sailor goes on</title>{NAV}{TEXT * 2}",
        f"<title>Log in to vote: city tries online ballots</title>{NAV}{TEXT * 2}",
        f"<title>Grandmother’s cookies win prize</title>{NAV}{TEXT}",
        f"<meta http-equiv=refresh content='0;url=/x'>{NAV}<h1>Ferry runs again</h1>{TEXT * 3}",
        "<h1>渡轮恢复通航</h1><p>港务局星期二表示，诺黑文与邓米尔之间的渡轮将于下周一恢复通航，码头已修好。</p>",
        f"<body class='home blog'><h2><a href='/a'>Ferry runs again</a></h2>{TEXT * 20}",
    ],
)
def test_short_articles_and_odd_headlines_are_articles(page: str) -> None:
    assert why(page) is None


@pytest.mark.parametrize("kind", ["CollectionPage", "SearchResultsPage"])
@pytest.mark.parametrize(
    "page", [f"<h1>Harbours</h1><h3><a href=/a>Ferry</a></h3>{TEXT}<time>2 May 2020</time>", TEASERS]
)
def test_a_page_that_says_so_of_all_of_itself_is_a_listing(kind: str, page: str) -> None:
    scope = f"itemscope itemtype='https://schema.org/{kind}'"
    assert str(why(f"<html {scope}><body>{page}")).startswith("a listing: ")
    assert str(why(f"<body {scope}>{page}")).startswith("a listing: ")
    assert why(f"<body {scope}>{DATED_ARTICLE}<article><h1>Ferry runs again</h1>{TEXT}</article>") is None
    assert why(f"<body {scope}><h1>Ferry runs again</h1>{TEXT * 20}<time>2 May 2020</time>") is None
    assert why(f"<body><h1>Ferry</h1>{TEXT}<aside {scope}>{TEASERS[:200]}</aside><time>2 May 2020</time>") is None


def test_a_page_that_says_so_of_all_of_itself_is_about_an_item() -> None:
    scope = "itemscope itemtype='https://schema.org/ItemPage'"
    text = f"<h1>Version 2</h1><article><h2>Ferry runs again</h2>{TEXT * 20}</article><time>2 May 2020</time>"
    assert why(f"<body {scope}>{text}") == "a page about a photo or another item"
    assert why(f"<body><main {scope}>{text}</main>") is None
    assert why(f"{DATED_ARTICLE}<body {scope}>{text}") is None


def test_a_list_of_stories_beside_an_article_makes_it_no_listing() -> None:
    kinds = json.dumps([{"@type": "NewsArticle", "headline": "Ferry runs again"}, {"@type": "ItemList"}])
    linked = f'<script type="application/ld+json">{kinds}</script>'
    assert why(f"{linked}{NAV}<article><h1>Ferry runs again</h1>{TEXT}</article>{TEASERS}") is None


def test_a_picture_with_its_caption_is_an_article() -> None:
    assert why(f"{NAV}<h1>Fog</h1><figure><img src=a.jpg><figcaption>Fog over the pier.</figcaption></figure>") is None


def test_bytes_that_are_no_page_are_named() -> None:
    assert why_not_a_page(b"\xff\xd8\xff\xe0\x00\x10JFIF") == "a JPEG picture"
    assert why_not_a_page(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "a WebP picture"
    assert why_not_a_page(b"%PDF-1.4") == "a PDF document"
    assert why_not_a_page(b"<!doctype html>") is None


@pytest.mark.skipif(not TRUTHS, reason="the crawls of ../shared/corpora are not here")
def test_the_pages_of_a_crawl_that_are_no_articles_are_known() -> None:
    found: dict[str, str | None] = {}
    with (CORPUS / "warc/dev.warc.gz").open("rb") as crawl:
        for record in ArchiveIterator(crawl, record_types=WarcRecordType.response, parse_http=True, auto_decode="all"):
            url = record.headers.get("WARC-Target-URI", "")
            if url.endswith((".example/", "/gone", "/err", "/empty.html", "/login")):
                found[url.rpartition("/")[2]] = why(record.reader.read(), url)
    assert found == {
        "": "a front page: 2 links to other pages",
        "gone": "an error page: “404”",
        "err": "an error page: “Server error”",
        "empty.html": "an empty page",
        "login": "a sign-in form: “Sign in”",
    }
