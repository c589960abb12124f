"""What others may take, and how: licence and terms, rules for robots, lists as data, holdings by source and year."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.robotparser import RobotFileParser

import jsonschema
import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from articles.catalogue import bylines
from articles.models import Article, Photo, Source
from articles.public import absolute
from articles.public.formats import lists
from newsarchive.settings import own_facts
from tests import factories as make

ARTICLE = re.compile(r'<h3[^>]*><a href="(/(?:\d{4}/\d\d/\d\d|undated)/[^"]+)"')
BY = "https://creativecommons.org/licenses/by/4.0/"


def html(site: Client, address: str) -> str:
    response = site.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def linked_data(page: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def test_a_licence_and_terms_are_shown_with_each_article_of_a_source(site: Client) -> None:
    make.make_source(license=BY, terms="Name the Harbour Daily.")
    article = make.make_article()
    page = html(site, article.get_absolute_url())
    assert f'<dt>Licence of the text</dt><dd class="address"><a href="{BY}" rel="license nofollow noopener">' in page
    assert "<bdi>Name the Harbour Daily.</bdi>" in page
    rights = {"license": BY, "usageInfo": {"@type": "CreativeWork", "name": "Name the Harbour Daily."}}
    assert linked_data(page).items() >= rights.items()
    as_json = json.loads(html(site, f"{article.get_absolute_url()}article.json"))
    assert (as_json["license"], as_json["terms"]) == (BY, "Name the Harbour Daily.")


def test_a_photo_has_only_the_licence_that_its_own_file_states(site: Client, settings: LazySettings) -> None:
    settings.ARCHIVE_TERMS = "Name the library."
    make.make_source(license=BY)
    article = make.make_article()
    of_agency = make.make_photo(article, copyright_notice="© Coast Press Agency")
    own = {"xmpRights:WebStatement": "https://agency.example/free", "xmpRights:UsageTerms": {"x-default": "Web only."}}
    of_reader = make.make_photo(article, metadata={"xmp": own})
    listed = {row["key"]: row for row in json.loads(html(site, "/photos/list.json?show=captions"))["photos"]}
    for photo, license, terms in ((of_agency, None, None), (of_reader, "https://agency.example/free", "Web only.")):
        page, row = html(site, photo.get_absolute_url()), listed[photo.key]
        assert BY not in page
        assert "Name the library." not in page
        assert ("<dt>Licence</dt>" in page) is ("<dt>Terms of use</dt>" in page) is bool(license)
        assert (linked_data(page).get("license"), linked_data(page).get("usageInfo", {}).get("name")) == (
            license,
            terms,
        )
        assert (row["license"], row["terms"]) == (license, terms)
    assert BY in html(site, article.get_absolute_url())
    assert not {"license", "usageInfo"} & linked_data(html(site, article.get_absolute_url()))["image"][0].keys()


def test_the_archive_has_terms_for_sources_without_their_own(site: Client, settings: LazySettings) -> None:
    settings.ARCHIVE_LICENSE, settings.ARCHIVE_TERMS = "All rights reserved.", "https://archive.example/terms"
    make.make_source(license=BY)
    named, unnamed = make.make_article(), make.make_article(source=None)
    as_json = [json.loads(html(site, f"{row.get_absolute_url()}article.json")) for row in (named, unnamed)]
    assert [found["license"] for found in as_json] == [BY, "All rights reserved."]
    assert {found["terms"] for found in as_json} == {"https://archive.example/terms"}
    assert "All rights reserved." in html(site, "/about/")


def test_an_archive_without_terms_says_nothing_of_them(site: Client) -> None:
    article = make.make_article()
    page = html(site, article.get_absolute_url())
    assert "Licence" not in page
    assert "Terms of use" not in page
    assert not {"license", "usageInfo"} & linked_data(page).keys()
    assert "Licence" not in html(site, "/about/")
    assert json.loads(html(site, f"{article.get_absolute_url()}article.json"))["license"] is None


def test_staff_set_the_licence_of_a_source(site: Client, archivist: Client) -> None:
    article = make.make_article()
    assert article.source
    values = {"name": article.source.name, "license": f"{BY} ", "terms": ""}
    response = archivist.post(f"/admin/articles/source/{article.source.pk}/change/", values, follow=True)
    assert response.status_code == 200
    assert Source.objects.get().license == BY
    assert BY in html(site, article.get_absolute_url())


def test_robots_may_read_everything_but_searches_and_filters(site: Client, settings: LazySettings) -> None:
    assert "Content-Signal" not in html(site, "/robots.txt")
    settings.CONTENT_SIGNAL = "search=yes, ai-train=no"
    text = html(site, "/robots.txt")
    assert text.startswith("User-agent: *\nContent-Signal: search=yes, ai-train=no\n")
    opened = """
    / /2022/03/04/ /feeds/latest.atom /sitemap.xml /tags/fog/list.json /tags/fog/list.csv?before=abc /coverage.json
    /oai?verb=ListRecords&from=2020-01-01 /search/feed.atom?q=fog /tags/?letter=a /articles/?before=abc
    /media/renditions/a.jpg /?p=123 /news/index.php?id=7
    """
    closed = (
        "/search/?q=fog /search/suggest/?q=f /photos/?credit=x /tags/fog/?sort=oldest&before=a /admin/ /lookup?url=x"
    )
    for address in opened.split():
        assert is_open(text, address), address
    for address in closed.split():
        assert not is_open(text, address), address
    plainer = RobotFileParser()  # which takes the first rule and knows no wildcards
    plainer.parse(text.splitlines())
    assert plainer.can_fetch("any", "/search/feed.atom?q=fog")
    assert not plainer.can_fetch("any", "/search/?q=fog")


def is_open(text: str, address: str) -> bool:
    """By the rules of RFC 9309: the longest that matches counts."""
    rules = [line.split(": ") for line in text.splitlines() if line.startswith(("Allow", "Disallow"))]
    matching = [
        (len(pattern), kind == "Allow")
        for kind, pattern in rules
        if re.match(re.escape(pattern).replace(r"\*", ".*"), address)
    ]
    return max(matching, default=(0, True))[1]


@pytest.mark.parametrize("value", ["no", "ai-train=maybe", "search=yes ai-train=no", "search=yes,"])
def test_a_content_signal_that_no_robot_would_understand_is_refused(tmp_path: Any, value: str) -> None:
    path = tmp_path / "archive.toml"
    path.write_text(f'content_signal = "{value}"\n')
    with pytest.raises(
        ImproperlyConfigured, match="content_signal must be such as search=yes, ai-input=yes, ai-train=no"
    ):
        own_facts(path)
    path.write_text('content_signal = "search=yes, ai-input=yes,ai-train=no"\nlicense = "CC0"\nterms = ""\n')
    assert own_facts(path) == {"content_signal": "search=yes, ai-input=yes,ai-train=no", "license": "CC0"}


# --- Lists as data. ---------------------------------------------------------------------------------------------------

LISTS = {
    "/2022/": 60, "/2022/03/": 60, "/2022/03/04/": 60, "/articles/": 120, "/undated/": 60, "/unsourced/": 60,
    "/tags/ferries/": 120, "/tags/boats+ferries/": 120, "/sources/harbour-daily/": 60, "/authors/nora-whitfield/": 120,
    "/search/?q=ferry&sort=newest": 120, "/search/?q=ferry": 120, "/search/?source=harbour-daily": 60,
    "/tags/ferries/?sort=oldest": 120, "/tags/ferries/?from=2022&to=2022": 60,
}  # fmt: skip


@pytest.fixture
def many(site: Client) -> Client:
    for number in range(120):
        dated: dict[str, Any] = {} if number % 2 else {"published": "", "source": None}
        authors = ["Nora Whitfield"]
        make.make_article(f"Ferry {number}", tags=["Ferries", "Boats"], authors=authors, is_indexed=False, **dated)
    bylines.derive_taggings(list(Article.objects.all()), None)
    for article in Article.objects.all():
        make.count(article, before=None)
        make.index.renew([article.pk])
    return site


def files(site: Client, address: str, form: str) -> Iterator[Any]:
    """All files of a list, from the address of its page."""
    path, _, query = address.partition("?")
    further = f"{path}list.{form}?{query}"
    while further:
        response = site.get(further)
        assert response.status_code == 200, further
        yield response
        link = re.search('<http://testserver([^>]*)>; rel="next"', response["Link"])
        further = link[1] if link else ""


def pages(site: Client, address: str) -> Iterator[str]:
    further = address
    while further:
        page = html(site, further)
        yield page
        link = re.search(r'rel="next[^"]*" href="([^"]+)"', page)
        found = link[1].replace("&amp;", "&") if link else ""
        further = address.partition("?")[0] + found if found.startswith("?") else found


@pytest.mark.parametrize("address", LISTS)
def test_a_list_as_json_and_as_csv_is_that_of_its_pages(
    many: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(absolute, "ROWS_OF_A_FILE", 25)
    found = [json.loads(file.content) for file in files(many, address, "json")]
    rows = [row for file in found for row in file["articles"]]
    assert (len(rows), len(found)) == (LISTS[address], -(-LISTS[address] // 25))
    assert [file["next"] is None for file in found] == [False] * (len(found) - 1) + [True]
    shown = [path for page in pages(many, address) for path in ARTICLE.findall(page)]
    assert [row["permalink"] for row in rows] == [f"http://testserver{path}" for path in shown]
    schema = json.loads(html(many, "/schema/list.json"))
    for file in found:
        jsonschema.validate(file, schema, format_checker=jsonschema.FormatChecker())
    sheets = [list(csv.DictReader(io.StringIO(file.content.decode()))) for file in files(many, address, "csv")]
    assert [
        {name: "; ".join(of) if isinstance(of, list) else "" if of is None else str(of) for name, of in row.items()}
        for row in rows
    ] == [row for sheet in sheets for row in sheet]


def test_the_page_of_a_list_is_named_in_letters_of_any_script_and_never_at_great_length(site: Client) -> None:
    make.make_article("Café")
    assert json.loads(html(site, "/search/list.json?q=café"))["page"] == "http://testserver/search/?q=caf%C3%A9"
    assert "Link" not in site.get("/search/list.json?q=" + 900 * "é ").headers


@pytest.mark.parametrize("query", ["", "?sort=oldest", "?credit=Mei+Tanaka", "?q=quay"])
def test_photos_as_data_are_those_of_their_pages(site: Client, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    monkeypatch.setattr(absolute, "ROWS_OF_A_FILE", 24)
    for number in range(60):
        article = make.make_article(f"Ferry {number}")
        make.make_photo(article, caption=f"The quay on day {number}.", sizes=[(40, 30), (80, 60)])
    found = [json.loads(file.content) for file in files(site, f"/photos/{query}", "json")]
    rows = [row for file in found for row in file["photos"]]
    assert len(rows) == 60
    assert len(found) == 3
    if not query.startswith("?q"):  # whose pages have 20 articles
        shown = [
            path for page in pages(site, f"/photos/{query}") for path in re.findall(r'href="([^"]+/photos/\w+/)"', page)
        ]
        assert [row["page"] for row in rows] == [f"http://testserver{path}" for path in dict.fromkeys(shown)]
    photo = Photo.objects.get(caption=rows[0]["caption"])
    assert rows[0].items() >= {"credit": "Mei Tanaka", "headline": photo.article.headline}.items()
    assert rows[0]["file"].endswith("-80.jpg")
    jsonschema.validate(found[0], json.loads(html(site, "/schema/list.json")))
    [first, *_] = files(site, f"/photos/{query}", "csv")
    assert next(csv.DictReader(io.StringIO(first.content.decode())))["caption"] == rows[0]["caption"]


def test_a_list_of_photos_has_those_with_a_picture_or_the_others(site: Client) -> None:
    pictured = make.make_photo(article := make.make_article(), sizes=[(40, 30)])
    lost = make.make_photo(article)
    for query, photo in (("", pictured), ("?show=captions", lost)):
        [row] = json.loads(html(site, f"/photos/list.json{query}"))["photos"]
        assert row["key"] == photo.key


def test_a_page_leads_to_its_whole_list_as_data(site: Client) -> None:
    for number in range(30):
        make.make_article(f"Ferry {number}", tags=["Ferries"])
    older = re.search(r'rel="next[^"]*" href="([^"]+)"', html(site, "/tags/ferries/?from=2022"))
    assert older
    for address in ("/tags/ferries/?from=2022", f"/tags/ferries/{older[1].replace('&amp;', '&')}"):
        assert '<a href="list.csv?from=2022" rel="nofollow">CSV</a>' in html(site, address), address
    assert '<a href="list.json?q=ferry" rel="nofollow">JSON</a>' in html(site, "/search/?q=ferry&page=2")
    assert "list.json" not in html(site, "/search/?q=zeppelin")


def test_a_search_of_two_tags_leads_to_its_own_list_as_data(site: Client) -> None:
    for tags in (["Ferries"], ["Ferries", "Fog"], ["Fog"]):
        make.make_article(tags=tags)
    link = re.search('<a href="(list.json[^"]*)"', html(site, "/search/?tag=ferries&tag=fog"))
    assert link
    assert len(json.loads(html(site, f"/search/{link[1].replace('&amp;', '&')}"))["articles"]) == 1


def test_photos_of_an_article_withdrawn_meanwhile_are_left_out(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for article in (stays := make.make_article(), make.make_article()):
        make.make_photo(article)
    rows = lists._article_rows
    monkeypatch.setattr(lists, "_article_rows", lambda keys, here: rows([stays.key], here))
    found = json.loads(html(site, "/photos/list.json"))["photos"]
    assert [row["article_key"] for row in found] == [stays.key]


def test_a_file_has_a_hundred_rows(site: Client) -> None:
    for number in range(101):
        make.make_article(f"Ferry {number}", is_indexed=False)
    assert [len(json.loads(file.content)["articles"]) for file in files(site, "/articles/", "json")] == [100, 1]


def test_no_cell_of_a_sheet_is_a_formula(site: Client) -> None:
    for begins in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "\ufeff=1"):
        make.make_article(f"{begins} ferry", authors=[f"{begins} x"])
    response = site.get("/articles/list.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(response.content.decode(), newline="")))
    assert len(rows) == 9
    assert [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r＝\ufeff"))] == []
    headlines = [row["headline"] for row in json.loads(html(site, "/articles/list.json"))["articles"]]
    assert [headline[0] for headline in headlines] == list("\ufeff＝\r\t@-+=")


def test_data_are_at_the_address_of_the_page_when_that_moves_or_is_gone(site: Client) -> None:
    article = make.make_article(tags=["Ferries"])
    make.make_tag("Ferries", aliases=["Boats"])
    assert site.get("/tags/boats/list.csv").headers["Location"] == "/tags/ferries/list.csv"
    assert site.get("/search/list.json?q=ferry&sort=best").headers["Location"] == "/search/list.json?q=ferry"
    assert json.loads(html(site, "/search/list.json?q=zeppelin"))["articles"] == []
    assert '<http://testserver/tags/ferries/>; rel="canonical"' in site.get("/tags/ferries/list.csv")["Link"]
    assert site.get("/tags/ferries/list.json").headers.items() >= {"X-Robots-Tag": "noindex"}.items()
    assert site.get("/coverage.json")["Access-Control-Allow-Origin"] == "*"
    for address in ("/1999/list.json", "/tags/none/list.json", "/search/list.json?source=none", "/articles/list.xml"):
        assert site.get(address).status_code == 404, address
    make.withdraw(article)
    assert json.loads(html(site, "/articles/list.json"))["articles"] == []


# --- Holdings. --------------------------------------------------------------------------------------------------------


def test_the_holdings_of_a_source_name_the_months_it_lacks(site: Client) -> None:
    for day in ("2001-02-03", "2001-02-04", "2003-12-31", ""):
        make.make_photo(make.make_article(published=day))
    make.make_article(published="2003-01-01", source=None)
    make.make_source("Evening Post")
    found = json.loads(html(site, "/coverage.json"))
    [courier] = found["sources"]
    assert courier["name"] == "Harbour Daily"
    assert (courier["articles"], courier["undated"], found["without_source"]) == (4, 1, 1)
    assert courier["years"] == [
        {"year": 2001, "articles": 2, "months_missing": [1, *range(3, 13)]},
        {"year": 2003, "articles": 1, "months_missing": [*range(1, 12)]},
    ]
    assert courier["years_missing"] == [[2002, 2002]]
    assert (found["archive"]["articles"], found["archive"]["years"][1]["articles"]) == (5, 2)
    assert found["archive"]["photos"][0] == {"year": 2001, "photos": 2, "files_missing": 2}
    assert 'href="/coverage.json"' in html(site, "/sources/")
