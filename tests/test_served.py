"""The whole archive as served: production server, DEBUG off, the read-only connection."""

from __future__ import annotations

import re
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from tests.served import SAMPLE, Archive, ask, served

pytestmark = pytest.mark.xdist_group("served")
SEED = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with served(tmp_path_factory.mktemp("archive")) as running:
        yield running


def test_the_seed_stands_with_both_captions_in_their_places(archive: Archive) -> None:
    page = ask(archive.url + SEED).text.partition("<body")[2]
    first = page.index("hosts a symposium in Almaty, Kazakhstan on Sept 1.")
    body = page.index("known as SCODA in Qingdao")
    last = page.index("increased by 40.9 percent.")
    second = page.index("The Qingdao SCODA Pearl International Expo Center.")
    assert first < body < last < second
    assert "WeChat account of SCODA" in page
    assert "the credit is cut off in the source" in page
    assert "Publication date not known" in page
    assert "63.1 billion yuan ($8.7 billion)" in page


def test_every_internal_link_answers_and_no_page_sets_a_cookie(archive: Archive) -> None:
    seen, shapes, waiting = set(), Counter[str](), ["/"]
    while waiting:
        address = waiting.pop()
        # Filters, and more than a few addresses of one shape, are followed by test_crawl.py.
        shape = re.sub(r"[^/]*[-%\d][^/]*", "0", address)
        if address in seen or address.startswith("/admin/") or "?" in address or shapes[shape] == 15:
            continue
        seen.add(address)
        shapes[shape] += 1
        answer = ask(archive.url + address)
        assert answer.status in (200, 301), address
        assert "set-cookie" not in answer.headers, address
        if answer.headers["content-type"].startswith("text/html"):
            links = re.findall(r'(?:href|src)="(/[^"#]*)', answer.text)
            sizes = [
                part.split()[0] for group in re.findall(r'srcset="([^"]*)"', answer.text) for part in group.split(",")
            ]
            waiting += [link.replace("&amp;", "&") for link in links + sizes]
    assert len(seen) > 100


def test_a_robot_that_heeds_nofollow_pages_through_lists_and_combines_no_filters(archive: Archive) -> None:
    shapes, met, waiting = Counter[str](), {"/"}, ["/"]
    while waiting:
        address = waiting.pop()
        shape = re.sub(r"[^/]*[-%\d][^/]*", "0", address.partition("?")[0])
        if shapes[shape] == 12 or re.match(r"/(static|media|admin|feeds)/|.*(\.\w+|/original)$", address):
            continue
        shapes[shape] += 1
        links = re.findall(r"<a [^>]*>", ask(archive.url + address).text)
        targets = [re.findall(r'href="([^"#]+)', link) for link in links if "nofollow" not in link]
        found = {urljoin(address, unescape(target[0])) for target in targets if target and ":" not in target[0]}
        waiting += found - met
        met |= found
    queries = [urlsplit(address).query for address in met if "?" in address]
    assert len(shapes) > 20
    assert {name for query in queries for name, _ in parse_qsl(query)} == {"after", "before", "kind", "letter"}
    assert len(queries) < 100


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["/", SEED, "/tags/", "/feeds/latest.atom", "/nothing/here/"])
def test_public_addresses_answer_nothing_but_get_and_head(archive: Archive, method: str, address: str) -> None:
    answer = ask(archive.url + address, method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["get", "Get", "hEAD", "POST", "OPTIONS", "FOO"])
def test_no_other_method_reaches_a_public_page_in_any_letter_case(archive: Archive, method: str) -> None:
    stylesheet = next((archive.var / "static").glob("site.*.css")).name
    rendition = next((archive.var / "media").rglob("renditions/**/*.*")).relative_to(archive.var / "media")
    files = (f"/static/{stylesheet}", f"/media/{rendition}", "/static/nothing.css", "/media/nothing.jpg")
    for target in ("/", SEED, "/search/?q=ferry", "//", f"{archive.url}/", "/%61dministration/", *files):
        answer = raw_answer(archive, f"{method} {target} HTTP/1.1")
        assert answer.startswith("HTTP/1.1 405 Method Not Allowed\r\n"), target
        assert "\r\nallow: get, head\r\n" in answer.lower(), target
        assert answer.endswith("\r\n\r\n"), target


def raw_answer(archive: Archive, request_line: str) -> str:
    host = archive.url.removeprefix("http://")
    with socket.create_connection(("127.0.0.1", int(host.partition(":")[2])), timeout=10) as client:
        client.sendall(f"{request_line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65_536), b"")).decode()


def test_head_answers_like_get_without_a_body(archive: Archive) -> None:
    answer = ask(archive.url + SEED, "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_the_stylesheet_has_a_hashed_name_and_comes_compressed_for_ever(archive: Archive) -> None:
    name = re.search(r'href="(/static/site\.[0-9a-f]{12}\.css)"', ask(archive.url + "/").text)
    assert name
    answer = ask(archive.url + name[1], Accept_Encoding="br")
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]


def test_no_answer_names_the_server(archive: Archive) -> None:
    page = ask(f"{archive.url}/about/")
    style = re.search(r'href="(/static/[^"]+)"', page.text)[1]
    paths = ("/", "/readyz", "/healthz", style, "/static/nothing", "/media/nothing.jpg", "/admin/login/", "/nowhere")
    about = f"{archive.url}/about/"
    answers = [ask(about, If_None_Match="*"), page, ask(about, "PUT"), *(ask(archive.url + path) for path in paths)]
    assert [answer.status for answer in answers] == [304, 200, 405, 200, 200, 200, 200, 404, 404, 200, 404]
    assert {answer.headers.get("server", "") for answer in answers} == {""}


def test_a_page_says_nothing_may_run_but_our_own_files(archive: Archive) -> None:
    answer = ask(archive.url + SEED)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_photo_originals_are_not_served_only_their_renditions(archive: Archive) -> None:
    originals = sorted((archive.var / "media").rglob("originals/**/*.*"))
    renditions = sorted((archive.var / "media").rglob("renditions/**/*.*"))
    assert originals
    assert renditions
    assert ask(f"{archive.url}/media/{originals[0].relative_to(archive.var / 'media')}").status == 404
    address = f"{archive.url}/media/{renditions[0].relative_to(archive.var / 'media')}"
    answer = ask(address, Range="bytes=0-9")
    assert (answer.status, answer.body) == (206, renditions[0].read_bytes()[:10])
    assert ask(address, If_None_Match=answer.headers["etag"]).status == 304


def test_no_rendition_says_where_it_was_taken(archive: Archive) -> None:
    from PIL import ExifTags, Image

    renditions = list((archive.var / "media").rglob("renditions/**/*.*"))
    assert renditions
    for path in renditions:
        with Image.open(path) as picture:
            assert not picture.getexif().get_ifd(ExifTags.IFD.GPSInfo), path
        assert b"GPSLatitude" not in path.read_bytes(), path


def test_a_slash_is_added_only_where_something_is(archive: Archive) -> None:
    for method in ("GET", "HEAD"):
        answer = ask(f"{archive.url}/tags/harbours?page=1", method)
        assert (answer.status, answer.headers["location"]) == (301, "/tags/harbours/?page=1")
        for nothing in ("/tags/harbours.json", "/undated/feed.xyz", "//evil.example", "//evil.example/tags"):
            assert ask(archive.url + nothing, method).status == 404, nothing
    assert ask(f"{archive.url}/admin/articles/article").headers["location"].startswith("/admin/")


@pytest.mark.parametrize("named", ["localhost:1", "LOCALHOST:65535", "localhost", "[::1]:1", "127.0.0.1:443"])
def test_no_address_of_the_archive_has_the_port_of_a_host_header(archive: Archive, named: str) -> None:
    port = archive.url.rpartition(":")[2]
    ours = f"http://{named.lower().removesuffix(':1').removesuffix(':65535').removesuffix(':443')}:{port}/"
    for address in (SEED, "/", "/feeds/latest.atom", "/feeds/latest.json", "/sitemap.xml", "/robots.txt"):
        answer = ask(archive.url + address, Host=named)
        assert (answer.status, ours in answer.text) == (200, True), address
        assert f"//{named}/" not in answer.text.lower(), address


def test_loading_again_while_it_is_served_changes_nothing(archive: Archive) -> None:
    before = _dump(archive.var)
    done = archive.manage("load_articles", *SAMPLE)
    assert re.search(r"^\d+ unchanged, 5 skipped, in", done.stdout, re.MULTILINE)
    assert _dump(archive.var) == before


def test_what_is_loaded_is_visible_at_once_without_a_restart(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(
        "A comet over the bay\n\n(Harbour Daily) | Updated : 1999-03-02\n\nIt was seen.\n"
    )
    assert ask(archive.url + "/1999/03/02/").status in (200, 404)
    archive.manage("load_articles", str(tmp_path))
    assert "A comet over the bay" in ask(archive.url + "/1999/03/02/").text
    assert "A comet over the bay" in ask(archive.url + "/sources/harbour-daily/").text


def _dump(var: Path) -> list[str]:
    with sqlite3.connect(var / "archive.sqlite3") as database:
        return list(database.iterdump())
