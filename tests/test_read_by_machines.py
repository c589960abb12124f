"""Pages as programs read them: reference managers, pages of other sites, clients that prefer data, search engines."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from articles.models import Article
from tests import factories as make
from tests.zotero import Item, saved

HOST = "http://testserver"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def page_of(site: Client, article: Article) -> str:
    return site.get(article.get_absolute_url()).content.decode()


def linked_data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    values: dict[str, Any] = json.loads(found[1])
    return values


# --- Zotero. ----------------------------------------------------------------------------------------------------------


def item_of(site: Client, article: Article) -> Item:
    return saved(page_of(site, article), f"{HOST}{article.get_absolute_url()}")


def test_zotero_saves_an_article_of_its_newspaper(site: Client) -> None:
    article = make.make_article(language="en-GB", authors=["Nora Whitfield", "Berg, Jan van den"], tags=["Harbours"])
    assert item_of(site, article) == Item(
        itemType="newspaperArticle",
        title="Ferry returns to the north quay",
        publicationTitle="Harbour Daily",
        date="2022-03-04",
        language="en-GB",
        url=f"{HOST}/a/{article.key}/",
        creators=[("Nora", "Whitfield"), ("Jan van den", "Berg")],
    )


def test_zotero_saves_no_newspaper_where_the_source_is_not_known(site: Client) -> None:
    item = item_of(site, make.make_article(source=None, published="2022-03-04T06:00:30+08:00", language="en"))
    assert (item.itemType, item.publicationTitle) == ("newspaperArticle", "")
    assert item.date == "2022-03-04T06:00:30+08:00"


def test_zotero_gives_an_undated_article_no_date_of_another(site: Client) -> None:
    told = {"tags": ["Floods", "Osterby"], "body": "It was a fine day.", "language": "en"}
    article = make.make_article("Sella floods Osterby", published="", **told)
    make.make_article("Osterby counts the cost of its floods", published="2020-01-02", **told)
    for number in range(30):
        make.make_article(f"Choir sings {number}", body="Nobody had expected that.", published="2019-05-06")
    page = page_of(site, article)
    assert '<time datetime="2020-01-02">' in page
    assert saved(page, "").date == "n.d."
    assert saved(page.replace("DC.date", ""), "").date == "2020-01-02", "which the rules would do"


def test_zotero_saves_a_chinese_article_in_its_language_and_names_in_one_piece(site: Client) -> None:
    article = make.make_article(
        "图书馆重新开放", source="林山日报", language="zh-Hans", authors=["赵芳", "Lin Hao Xin"]
    )
    item = item_of(site, article)
    assert (item.itemType, item.language, item.publicationTitle) == ("newspaperArticle", "zh-Hans", "林山日报")
    assert item.creators == [("", "赵芳"), ("", "Lin Hao Xin")]


@pytest.mark.parametrize(
    ("published", "updated", "date"),
    [("2022-03", "", "2022-03"), ("", "2022-03-07", "2022-03-07"), ("2022-03-04", "2022-03-07", "2022-03-04")],
)
def test_zotero_saves_a_date_as_precise_as_it_is_known(site: Client, published: str, updated: str, date: str) -> None:
    assert item_of(site, make.make_article(published=published, updated=updated)).date == date


def test_zotero_saves_the_archive_for_its_own_pages_alone(site: Client) -> None:
    article = make.make_article()
    for path in ("/", make.make_photo(article).get_absolute_url()):
        item = saved(site.get(path).content.decode(), f"{HOST}{path}")
        assert (item.itemType, item.publicationTitle) == ("webpage", "Newsarchive")
    assert "Newsarchive" not in item_of(site, article).publicationTitle


# --- Data at the address of an article. -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "kind"),
    [
        (None, "text/html"), ("", "text/html"), ("*/*", "text/html"), (BROWSER, "text/html"), ("text/*", "text/html"),
        ("image/png", "text/html"), ("text/markdown;q=0", "text/html"), ("text/html, application/json", "text/html"),
        ("text/html;q=0.9, application/json;q=0.8", "text/html"), (";;,,q=1", "text/html"),
        ("application/json;a*=x-none''b", "text/html"), ("application/json;q=0.1, */*;q=0.5", "text/html"),
        ("application/json", "application/json"), ("application/json, text/plain, */*", "application/json"),
        ("text/html;q=0.4, application/json;q=0.5", "application/json"), ("application/*", "application/json"),
        ("text/markdown", "text/markdown; charset=utf-8"), ("TEXT/Markdown, text/html", "text/markdown; charset=utf-8"),
        ("text/markdown;q=0.9, application/json;q=0.2", "text/markdown; charset=utf-8"),
    ],
)  # fmt: skip
def test_an_article_answers_in_the_format_that_its_client_prefers(
    site: Client, accepted: str | None, kind: str
) -> None:
    path = make.make_article().get_absolute_url()
    answer = site.get(path, headers={} if accepted is None else {"Accept": accepted})
    assert (answer.status_code, answer["Content-Type"].partition("; charset")[0]) == (200, kind.partition(";")[0])
    assert "Accept" in answer["Vary"].split(", ")
    if "html" not in kind:
        assert answer["Content-Type"] == kind
        assert site.get(path + answer["Content-Location"]).content == answer.content
        assert answer["Link"] == f'<{HOST}{path}>; rel="canonical"'
        assert not answer.has_header("X-Robots-Tag"), "else the page would leave search engines too"


@pytest.mark.parametrize("path", ["/", "/articles/", "/2022/03/04/", "/feeds/latest.json", "/2022/03/04/none/"])
def test_other_addresses_answer_alike_whatever_their_client_prefers(site: Client, path: str) -> None:
    make.make_article()
    answers = [site.get(path, headers={"Accept": accepted}) for accepted in ("*/*", "application/json")]
    assert answers[0].content == answers[1].content
    assert "Accept" not in [name.strip() for name in answers[0].get("Vary", "").split(",")]


@pytest.mark.parametrize("name", ["article.json", "article.md", "article.txt", "article.bib", "original"])
def test_other_formats_name_the_page_that_search_engines_are_to_show(site: Client, name: str) -> None:
    article = make.make_article("图书馆")
    make.make_original(article, b"text", ledger=[])
    answer = site.get(f"{article.get_absolute_url()}{name}")
    assert answer["X-Robots-Tag"] == "noindex"
    canonical = re.search(r'<link rel="canonical" href="(.*?)">', page_of(site, article))
    assert canonical
    assert answer["Link"] == f'<{canonical[1]}>; rel="canonical"'


def test_links_to_other_formats_have_media_types_without_parameters(site: Client) -> None:
    page = page_of(site, make.make_article())
    kinds = re.findall(r'<link rel="alternate" type="(.*?)"', page)
    assert {"application/json", "text/markdown", "text/plain", "application/x-bibtex"} <= set(kinds)
    assert not [kind for kind in kinds if ";" in kind]


# --- Search engines, cards and lists. ---------------------------------------------------------------------------------


def test_a_picture_is_its_file_with_its_size_and_description_for_machines(site: Client) -> None:
    article = make.make_article()
    not_held = make.make_photo(article, caption="Lost.", position=0)
    photo = make.make_photo(article, sizes=[(400, 300), (800, 600)], alt_text="A quay.", position=1)
    page = page_of(site, article)
    lost, image = linked_data(page)["image"]
    file = f"{HOST}{photo.renditions.get(width_px=800).url}"
    assert (image["url"], image["contentUrl"], image["width"], image["height"]) == (file, file, 800, 600)
    assert image["mainEntityOfPage"] == f"{HOST}{photo.get_absolute_url()}"
    assert (lost["caption"], lost["url"]) == ("Lost.", f"{HOST}{not_held.get_absolute_url()}")
    assert "contentUrl" not in lost
    for name, value in (("", file), (":width", "800"), (":height", "600"), (":alt", "A quay.")):
        assert f'<meta property="og:image{name}" content="{value}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page


@pytest.mark.parametrize("published", ["2022-03-04", ""])
def test_machines_read_the_trail_of_a_page(site: Client, published: str) -> None:
    page = page_of(site, make.make_article(published=published))
    trail = re.search(r'<nav class="trail".*?</nav>', page, re.DOTALL)
    assert trail
    shown = re.findall(r'<a href="(.*?)">(.*?)</a>', trail[0])
    crumbs = linked_data(page)["mainEntityOfPage"]["breadcrumb"]
    items = crumbs["itemListElement"]
    assert crumbs["@type"] == "BreadcrumbList"
    assert [(item["item"], item["name"]) for item in items] == [
        (f"{HOST}{url}", unescape(words)) for url, words in shown
    ]
    assert [item["position"] for item in items] == list(range(1, len(shown) + 1))
    assert '<meta name="twitter:card" content="summary">' in page


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "CollectionPage"), ("/2022/03/04/", "CollectionPage"), ("/tags/harbours/", "CollectionPage"),
     ("/search/?q=ferry", "SearchResultsPage"), ("/help/", "CollectionPage"), ("/2022/03/04/ferry/", "WebPage"),
     ("/2022/03/04/ferry/account/", "ItemPage")],
)  # fmt: skip
def test_pages_say_whether_they_are_lists_or_about_one_item(site: Client, path: str, kind: str) -> None:
    make.make_original(make.make_article("Ferry", tags=["Harbours"]), b"", ledger=[])
    assert f'itemscope itemtype="https://schema.org/{kind}"' in site.get(path).content.decode()


# --- Pages of other sites. --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accepted", "is_open"),
    [
        ("/2022/03/04/ferry/", "*/*", False), ("/", "*/*", False), ("/none/", "*/*", False),
        ("/2022/03/04/ferry/", "application/json", True), ("/2022/03/04/ferry/article.json", "*/*", True),
        ("/2022/03/04/ferry/article.none", "*/*", True), ("/2022/03/04/ferry/original", "*/*", True),
        ("/feeds/latest.atom", "*/*", True), ("/feeds/photos.json", "*/*", True),
        ("/tags/harbours/feed.rss", "*/*", True),
        ("/sitemap.xml", "*/*", True), ("/a/0123456789/", "application/json", True), ("/media/none.jpg", "*/*", True),
    ],
)  # fmt: skip
def test_pages_of_other_sites_may_fetch_data_and_feeds_and_no_pages(
    site: Client, path: str, accepted: str, *, is_open: bool
) -> None:
    make.make_original(make.make_article("Ferry", tags=["Harbours"], key="0123456789"), b"", ledger=[])
    answer = site.get(path, headers={"Accept": accepted})
    assert answer.get("Access-Control-Allow-Origin") == ("*" if is_open else None)
    assert answer["Cross-Origin-Resource-Policy"] == ("cross-origin" if is_open else "same-origin")


def test_staff_pages_are_closed_to_pages_of_other_sites(editor: Client) -> None:
    for path in ("/admin/", "/admin/jsi18n/", "/admin"):
        answer = editor.get(path)
        assert not answer.has_header("Access-Control-Allow-Origin")
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
