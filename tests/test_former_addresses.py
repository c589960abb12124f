"""Addresses that articles had on their own sites: paths, web addresses, and maps of them for other servers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.loading.undo import newest_to_undo, undo
from articles.models import Article, FormerPath
from articles.models.generation import generation_of
from articles.text.paths import host_of, normal_path, path_of
from tests import factories as make
from tests.derived import assert_all_follows
from tests.generations import begin_to_write
from tests.loading import load_records
from tests.staff import edit_address, form_on, saved
from tests.test_curation import merged

pytestmark = pytest.mark.django_db

PATHS = ["/2014/12/Ferry.html", "/news/ferry/", "/?p=7"]
READERS_SEE = "/2021/05/04/ferry-returns/"


def loaded(tmp_path: Path, *records: dict[str, Any], **options: Any) -> Article:
    load_records(tmp_path / "in", *(records or ({"former_paths": PATHS},)), **options)
    return Article.objects.order_by("pk")[0]


def answer(site: Client, address: str) -> tuple[int, str]:
    response = site.get(address)
    return response.status_code, response.get("Location", "")


# --- The normal form. -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("/2014/12/Ferry.html", "/2014/12/ferry"),
        ("/2014/12/ferry", "/2014/12/ferry"),
        ("https://www.Harbour.example/2014/12/ferry/?utm_source=mail#top", "/2014/12/ferry"),
        ("//harbour.example/2014/12/ferry/index.html", "/2014/12/ferry"),
        ("2014/12/ferry.htm", "/2014/12/ferry"),
        ("/2014//12/ferry.PHP/", "/2014/12/ferry"),
        ("/?p=7", "/?p=7"),
        ("/index.php?utm_medium=x&P=7", "/?p=7"),
        ("/blog/?page_id=12&p=7", "/blog?p=7&page_id=12"),
        ("/story.php?print=1&id=A3", "/story?id=a3"),
        ("/f%C3%A4hre%20kommt", "/fähre kommt"),
        ("/fa\u0308hre kommt", "/fähre kommt"),
        ("/F%E4hre", "/f\ufffdhre"),
        ("/%25E4", "/\ufffd"),
        ("/100%25-full", "/100%-full"),
        ("/reindex", "/reindex"),
        ("/index", "/"),
        ("https://harbour.example", "/"),
        ("", "/"),
        ("/a%00b", "/a\ufffdb"),
        ("/" + "ä" * 1000, "/" + "ä" * 499),
    ],
)
def test_a_path_is_compared_in_its_normal_form(written: str, normal: str) -> None:
    assert normal_path(written) == normal


def test_a_path_is_kept_as_written() -> None:
    assert path_of("https://www.harbour.example/F%C3%A4hre.html?p=7#top") == "/F%C3%A4hre.html?p=7"
    assert path_of("Ferry.html") == "/Ferry.html"
    assert (host_of("https://WWW.harbour.example:80/x"), host_of("/x")) == ("harbour.example:80", "")


# --- Following them. --------------------------------------------------------------------------------------------------

SPELLINGS = """/2014/12/Ferry.html /2014/12/ferry /2014/12/ferry/ /2014/12/FERRY.HTM /2014/12/ferry/index.html
/2014/12/f%65rry.html /2014/12/ferry.php?utm_source=mail /news/ferry /news/ferry/ /news/ferry.html /?p=7 /index.php?p=7
/?utm_source=mail&p=7""".split()


def test_each_spelling_of_a_former_path_leads_to_its_article(tmp_path: Path, site: Client) -> None:
    article = loaded(tmp_path)
    assert article.former_paths == PATHS
    for address in SPELLINGS:
        final = site.get(address, follow=True)
        assert {status for _, status in final.redirect_chain} == {301}, address
        assert final.redirect_chain[-1][0] == READERS_SEE, address
    assert answer(site, "/?p=7") == (301, READERS_SEE)


def test_a_path_of_another_encoding_leads_to_its_article(site: Client) -> None:
    article = make.make_article(former_paths=["/F%E4hre.html", "/f%C3%A4hren/%E6%B8%A1%E8%88%B9"])
    for address in ("/F%E4hre.html", "/fähren/渡船", "/F%C3%84HREN/%E6%B8%A1%E8%88%B9/"):
        assert answer(site, address) == (301, article.get_absolute_url()), address


def test_the_path_of_its_web_address_leads_to_an_article(tmp_path: Path, site: Client, editor: Client) -> None:
    article = loaded(tmp_path, {"url": "https://harbour.example/ferry.html?utm_source=x"})
    assert answer(site, "/ferry") == (301, READERS_SEE)
    assert form_on(editor, edit_address(article))["former_paths"] == ""


def test_a_page_of_the_archive_wins(site: Client) -> None:
    make.make_article("Fog", former_paths=["/about/", "/2022/03/", "/tags/harbours/", "/2022/03/04/ferry/", "/"])
    make.make_article("Ferry", tags=["Harbours"])
    for address in ("/about/", "/2022/03/", "/tags/harbours/", "/2022/03/04/ferry/", "/", "/?page=2"):
        assert site.get(address).status_code == 200, address


def test_an_unknown_old_number_is_not_found_and_the_front_page_asks_nothing_for_former_paths(
    site: Client, queries_of: Any
) -> None:
    make.make_article(former_paths=["/?p=7"])
    page = site.get("/?p=8")
    assert page.status_code == 404
    assert "/?p=8" in page.content.decode()
    assert queries_of("/") == queries_of("/?page=2")
    with CaptureQueriesContext(connection) as captured:
        site.get("/")
    assert not [query for query in captured if "formerpath" in query["sql"]]


def test_a_withdrawn_article_says_so_at_its_former_path(site: Client) -> None:
    make.withdraw(make.make_article(former_paths=["/ferry.html"]), "A court asked for it.")
    page = site.get("/ferry")
    assert page.status_code == 410
    assert "A court asked for it." in page.content.decode()


def test_the_former_path_of_a_merged_article_leads_to_the_other(site: Client, archivist: Client) -> None:
    loser, winner = (make.make_article(name, former_paths=[f"/{name}.html", "/both"]) for name in ("Fog", "Ferry"))
    merged(archivist, loser, winner)
    for address in ("/fog", "/both", "/ferry"):
        assert answer(site, address) == (301, winner.get_absolute_url()), address


def test_several_articles_of_one_path_are_listed(site: Client) -> None:
    for name in ("Fog", "Ferry"):
        make.make_article(name, former_paths=["/?p=7"])
    make.withdraw(make.make_article("Secret", former_paths=["/?p=7"]))
    page = site.get("/?p=7")
    words = page.content.decode()
    assert page.status_code == 300
    assert '<meta name="robots" content="noindex">' in words
    assert "/2022/03/04/fog/" in words
    assert "/2022/03/04/ferry/" in words
    assert "Secret" not in words


def test_the_former_path_of_a_removed_article_says_why_and_comes_back(tmp_path: Path, site: Client) -> None:
    loaded(tmp_path)
    undo(newest_to_undo())
    for address in ("/2014/12/ferry", "/?p=7"):
        page = site.get(address)
        assert page.status_code == 410, address
        assert "Its load was undone on" in page.content.decode()
    loaded(tmp_path, {"former_paths": ["/?p=7"]})
    assert answer(site, "/?p=7") == (301, READERS_SEE)
    assert_all_follows()


# --- Changing them. ---------------------------------------------------------------------------------------------------


def test_former_paths_follow_a_reload_and_its_undoing(tmp_path: Path, site: Client) -> None:
    loaded(tmp_path)
    loaded(tmp_path, {"former_paths": ["/ferry-2"]})
    assert (answer(site, "/ferry-2")[0], answer(site, "/?p=7")[0]) == (301, 404)
    assert_all_follows()
    undo(newest_to_undo())
    assert (answer(site, "/ferry-2")[0], answer(site, "/?p=7")[0]) == (404, 301)
    assert_all_follows()


def test_staff_change_former_paths_one_a_line_and_no_load_undoes_it(
    tmp_path: Path, editor: Client, site: Client
) -> None:
    article = loaded(tmp_path)
    assert form_on(editor, edit_address(article))["former_paths"].splitlines() == PATHS
    begin_to_write()
    before = generation_of(connection)
    article = saved(editor, article, former_paths="/?p=7\n\n https://harbour.example/Fog.html\n")
    assert generation_of(connection) != before
    assert article.former_paths == ["/?p=7", "/Fog.html"]
    assert (answer(site, "/fog")[0], answer(site, "/news/ferry")[0]) == (301, 404)
    load_records(tmp_path / "in", {"former_paths": PATHS, "section": "News"})
    assert answer(site, "/fog")[0] == 301
    assert_all_follows()


def test_viewers_see_former_paths(viewer: Client) -> None:
    article = make.make_article(former_paths=["/a", "/b"])
    assert "/a, /b" in viewer.get(edit_address(article)).content.decode()


def test_the_front_page_is_no_former_path_and_one_path_is_kept_once() -> None:
    make.make_article(former_paths=["/", "/a.html", "/a/", "/index.html"], url="https://harbour.example/A")
    assert list(FormerPath.objects.values_list("path", flat=True)) == ["/a"]


def test_a_load_of_articles_without_former_paths_asks_nothing_for_them(tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as captured:
        loaded(tmp_path, {"id": "1"}, {"id": "2", "headline": "Fog"})
    assert not [query for query in captured if "formerpath" in query["sql"]]
    with CaptureQueriesContext(connection) as captured:
        load_records(tmp_path / "more", *({"id": str(n), "former_paths": [f"/?p={n}"]} for n in range(3, 60)))
    if connection.vendor == "sqlite":  # PostgreSQL copies them in
        assert len([query for query in captured if "formerpath" in query["sql"]]) == 1


# --- Looking them up. -------------------------------------------------------------------------------------------------


def looked_up(site: Client, url: str) -> tuple[int, str]:
    response = site.get("/lookup", {"url": url})
    return response.status_code, response.get("Location", "")


FERRY, OLD = "https://www.harbour.example/2014/Ferry.html?view=1", ["/?p=7"]


@pytest.mark.parametrize(
    "url",
    [
        FERRY, "http://harbour.example/2014/Ferry.html?view=1", "harbour.example/2014/ferry/",
        "www.harbour.example/?p=7", "HTTP://WWW.HARBOUR.EXAMPLE/2014/FERRY", "/2014/ferry",
        "https://elsewhere.example/2014/ferry.html#top", "//harbour.example/2014/ferry",
        "http://testserver/2022/03/04/ferry/", "testserver.example/a/abcdefghjk/",
    ],
)  # fmt: skip
def test_a_web_address_leads_to_its_article_from_lookup_search_and_the_staff_list(
    url: str, site: Client, editor: Client
) -> None:
    article = make.make_article("Ferry", url=FERRY, former_paths=OLD, key="abcdefghjk")
    make.make_article("Fog on the quay", former_paths=["/fog"])
    assert looked_up(site, url) == (301, article.get_absolute_url())
    assert answer(site, f"/search/?{urlencode({'q': url})}") == (301, article.get_absolute_url())
    page = editor.get("/admin/articles/article/", {"q": url}).content.decode()
    assert (edit_address(article) in page, "Fog on the quay" in page) == (True, False)


def test_the_article_of_an_address_is_before_those_of_its_host_and_others(site: Client) -> None:
    urls = [f"https://{host}/ferry.html" for host in ("harbour.example", "coast.example")]
    first, second = (make.make_article(host, url=host) for host in urls)
    third = make.make_article("Fog", former_paths=["/ferry/"])
    assert looked_up(site, urls[0]) == (301, first.get_absolute_url())
    assert looked_up(site, "http://www.coast.example/ferry/") == (301, second.get_absolute_url())
    several = site.get("/lookup", {"url": "https://island.example/ferry"})
    assert several.status_code == 300
    assert third.get_absolute_url() in several.content.decode()


def test_an_unknown_address_is_not_found_and_words_are_searched_for(site: Client) -> None:
    make.make_article("Ferry and/or bus", former_paths=["/or"])
    page = site.get("/lookup", {"url": "https://harbour.example/<fog>"})
    assert page.status_code == 404
    assert "No article in this archive had the address" in page.content.decode()
    assert "harbour.example/&lt;fog&gt;" in page.content.decode()
    for address in ("/lookup", "/search/?q=and%2For", "/search/?q=https%3A%2F%2Fharbour.example%2Ffog"):
        assert site.get(address).status_code == 200, address
    for url in ("http://[::1", "https://", "/", "https://harbour.example"):
        assert looked_up(site, url)[0] == 404, url


def test_a_withdrawn_article_says_so_to_who_looks_up_its_address(site: Client, editor: Client) -> None:
    article = make.withdraw(make.make_article("Secret", url="https://harbour.example/x"))
    assert looked_up(site, "harbour.example/x")[0] == 410
    assert edit_address(article) in editor.get("/admin/articles/article/?q=harbour.example/x").content.decode()


# --- Maps for other servers. ------------------------------------------------------------------------------------------


def exported(tmp_path: Path) -> tuple[list[str], list[str], str]:
    """The lines of the map within nginx's block and of ``_redirects``, and what the command says."""
    out = io.StringIO()
    nginx, redirects = tmp_path / "map.conf", tmp_path / "_redirects"
    call_command("export_redirects", nginx=nginx, redirects=redirects, stdout=out)
    block = [line.strip() for line in nginx.read_text().splitlines() if line.startswith("    ")]
    return block, redirects.read_text().splitlines(), out.getvalue()


def test_former_addresses_are_written_as_maps_for_other_servers(tmp_path: Path, settings: Any) -> None:
    settings.BASE_URL = "https://archive.example"
    paths = ["/2014/Fähre kommt.html", "/2014/F%C3%A4hre%20kommt.html", "/news/ferry", "/a*/:b;{c}$d", "/?p=7", "/"]
    make.make_article("Ferry", former_paths=paths, url="https://harbour.example/2022/03/04/ferry/")
    ferry = "https://archive.example/2022/03/04/ferry/"
    nginx, redirects, said = exported(tmp_path)
    assert nginx == [
        'default "";',
        f'"/2014/F%C3%A4hre%20kommt.html" "{ferry}";',
        f'"/news/ferry" "{ferry}";',
        f'"/a*/:b;%7Bc%7D$d" "{ferry}";',
        f'"/?p=7" "{ferry}";',
        f'"/2022/03/04/ferry/" "{ferry}";',
        f'"/news/ferry/" "{ferry}";',
        f'"/a*/:b;%7Bc%7D$d/" "{ferry}";',
        f'"/2022/03/04/ferry" "{ferry}";',
    ]
    assert redirects == [
        f"/2014/F%C3%A4hre%20kommt.html {ferry} 301",
        f"/news/ferry {ferry} 301",
        f"/a%2A/%3Ab;%7Bc%7D$d {ferry} 301",
        f"/2022/03/04/ferry/ {ferry} 301",
    ]
    assert said.splitlines() == ["5 redirects written", f"Left out of {tmp_path / '_redirects'}: 1 path with a query"]


def test_a_map_for_the_archives_own_host_has_none_of_its_pages(tmp_path: Path, settings: Any) -> None:
    make.make_article("Fog", former_paths=["/2022/03/04/fog", "/?p=7", "/y"], url="https://www.harbour.example/dates/")
    for base_url in ("", "https://harbour.example"):
        settings.BASE_URL = base_url
        assert exported(tmp_path)[1] == [f"/y {base_url}/2022/03/04/fog/ 301"]


def test_a_path_of_several_articles_is_looked_up_in_a_map(tmp_path: Path, site: Client) -> None:
    winner, other = (make.make_article(name, former_paths=["/both/", f"/{name}"]) for name in ("Fog", "Ferry"))
    make.withdraw(make.make_article("Secret", former_paths=["/both/", "/secret"]))
    lines = exported(tmp_path)[1]
    assert lines == [
        "/both/ /lookup?url=%2Fboth%2F 301", "/Fog /2022/03/04/fog/ 301", "/Ferry /2022/03/04/ferry/ 301",
        "/secret /2022/03/04/secret/ 301",
    ]  # fmt: skip
    page = site.get(lines[0].split()[1])
    assert page.status_code == 300
    assert winner.get_absolute_url() in page.content.decode()
    assert other.get_absolute_url() in page.content.decode()


def test_an_export_of_redirects_names_its_file_or_what_is_wrong(tmp_path: Path) -> None:
    for values in ({}, {"nginx": tmp_path / "none" / "map.conf"}):
        with pytest.raises(CommandError) as refused:
            call_command("export_redirects", **values)
        assert refused.value.returncode == 2
