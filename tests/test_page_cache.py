"""Pages from memory: Django's answers, in each encoding, made once, and never outdated."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import pytest
from django.utils.http import http_date

from newsarchive.middleware import GENERATION
from newsarchive.page_cache import FRESH_SECONDS, Answer, Memory, PageCache, Watch, known_query, preferred_encoding
from tests.loading import ARTICLE
from tests.served import Archive, ask, served

pytestmark = pytest.mark.xdist_group("served")
FERRY, RIVER = "/2021/05/04/ferry-returns/", "/2021/05/04/river-rises/"
DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("stories")
    write(made, "Ferry returns", "It sailed at nine.")
    write(made, "River rises", "It stood at four metres.")
    return made


def write(folder: Path, headline: str, body: str) -> None:
    path = folder / f"{headline.split()[0].lower()}.txt"
    path.write_text(ARTICLE.format(headline=headline, day="2021-05-04", body=body))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Archive]:
    with served(tmp_path_factory.mktemp("archive")) as running:
        running.manage("load_articles", str(folder))
        yield running


# --- One answer. ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_page_comes_in_each_encoding_with_a_digest_of_its_own(archive: Archive, encoding: str) -> None:
    plain = ask(archive.url + FERRY)
    for _ in range(2):
        packed = ask(archive.url + FERRY, Accept_Encoding=encoding)
        assert packed.headers["content-encoding"] == encoding
        assert DECODERS[encoding](packed.body) == plain.body
        assert packed.headers["etag"] == f'{plain.headers["etag"][:-1]}-{encoding}"'
        assert int(packed.headers["content-length"]) == len(packed.body)
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    "address", [FERRY, "/", "/tags/", "/feeds/latest.atom", f"{FERRY}article.json", "/sitemap.xml"]
)
def test_a_page_that_has_not_changed_is_not_sent_again(archive: Archive, address: str) -> None:
    first = ask(archive.url + address)
    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=5"
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = ask(archive.url + address, If_None_Match=given)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ask(archive.url + address, If_None_Match='"other"').status == 200
    assert ask(archive.url + address, If_None_Match=tag, Accept_Encoding="br").status == 200


def test_the_date_of_the_last_change_is_a_validator_too_once_it_cannot_mislead(archive: Archive) -> None:
    ask(archive.url + FERRY)
    time.sleep(2.1)
    modified = ask(archive.url).headers["last-modified"]
    assert ask(archive.url, If_Modified_Since=modified).status == 304
    assert ask(archive.url + FERRY, If_Modified_Since=modified).status == 304
    assert ask(archive.url + FERRY, If_Modified_Since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    assert ask(archive.url + FERRY, If_Modified_Since=modified, If_None_Match='"other"').status == 200


def test_an_article_has_the_date_of_its_own_change_which_vouches_for_nothing_around_it(
    archive: Archive, tmp_path: Path
) -> None:
    time.sleep(1)
    write(tmp_path, "Quay closes", "It is the next story.")
    archive.manage("load_articles", str(tmp_path))
    ask(archive.url)
    time.sleep(2.1)
    sitemap = ask(f"{archive.url}/sitemap/articles-0.xml").text
    [lastmod] = re.findall(f"{FERRY}</loc><lastmod>([^<]+)</lastmod>", sitemap)
    of_archive = parsedate_to_datetime(ask(archive.url).headers["last-modified"])
    for form in ("", "article.json", "article.md"):
        modified = ask(archive.url + FERRY + form, Accept_Encoding="gzip").headers["last-modified"]
        assert parsedate_to_datetime(modified) == datetime.fromisoformat(lastmod) < of_archive
        assert ask(archive.url + FERRY + form, If_Modified_Since=modified).status == 200


@pytest.mark.parametrize("address", [FERRY, "/nothing/", "/2021/5/4/", "/admin/login/", "/search/?q=ferry"])
def test_head_has_the_headers_of_get(archive: Archive, address: str) -> None:
    get, head = ask(archive.url + address), ask(archive.url + address, "HEAD")
    assert (head.status, head.body) == (get.status, b"")
    ours = ("etag", "content-length", "content-type", "cache-control", "vary")
    assert [head.headers.get(name) for name in ours] == [get.headers.get(name) for name in ours]


def test_what_an_address_does_not_understand_makes_no_other_page(archive: Archive) -> None:
    plain, tagged = ask(archive.url + FERRY), ask(f"{archive.url}{FERRY}?utm_source=news&fbclid=1")
    assert (tagged.body, tagged.headers["etag"]) == (plain.body, plain.headers["etag"])
    asked = {"PATH_INFO": "/search/", "QUERY_STRING": "utm_source=a&q=ferry&tag=b&tag=a&x&%66rom=2019"}
    assert known_query(asked) == "q=ferry&tag=b&tag=a&%66rom=2019"


def test_a_search_by_author_reaches_the_page(archive: Archive) -> None:
    assert "nobody" in ask(f"{archive.url}/search/?q=ferry&author=nobody").body.decode()


@pytest.mark.parametrize("slug", ["ferry-returns", "图书馆重新开放", "à-la-mer"])
def test_the_data_of_an_article_are_kept_apart_from_its_page(archive: Archive, tmp_path: Path, slug: str) -> None:
    write(tmp_path, slug.replace("-", " "), "It sailed.")
    archive.manage("load_articles", str(tmp_path))
    url = f"{archive.url}/2021/05/04/{quote(slug)}/"
    for accepted, kind in (
        ("application/json", "application/json"),
        ("*/*", "text/html"),
        ("text/markdown", "text/markdown"),
    ):
        for _ in range(2):
            answer = ask(url, Accept=accepted)
            assert answer.headers["content-type"].startswith(kind)
            assert ask(url, Accept=accepted, If_None_Match=answer.headers["etag"]).status == 304
    assert ask(url).headers["content-type"].startswith("text/html")


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_page_is_made_once_however_its_clients_write_what_they_accept() -> None:
    slow = Slow(0)
    for accepted in (
        "",
        "*/*",
        "text/html",
        "text/html,application/json;q=0.9",
        "image/png",
        "text/html;q=0.7, */*;q=0.1",
    ):
        get(slow.layer, "/2021/05/04/ferry/", accept=accepted)
        get(slow.layer, "/feeds/latest.json", accept=accepted)
    assert slow.made == 2
    for accepted in ("application/json", "application/json, text/html", "APPLICATION/JSON;q=0.9,*/*;q=0.8"):
        get(slow.layer, "/2021/05/04/ferry/", accept=accepted)
        get(slow.layer, "/feeds/latest.json", accept=accepted)
    assert slow.made == 3, "of an article its data; other addresses answer all alike"


def test_pages_are_kept_apart_by_host(archive: Archive) -> None:
    port = archive.url.rpartition(":")[2]
    assert f"http://localhost:{port}/" in ask(archive.url + FERRY, Host=f"localhost:{port}").text
    assert f"http://localhost:{port}/" not in ask(archive.url + FERRY).text
    assert ask(archive.url + FERRY, Host="evil.example").status == 400


@pytest.mark.parametrize("address", ["/nothing/", "/2021/5/4/"])
def test_what_is_not_there_is_never_unchanged(archive: Archive, address: str) -> None:
    first = ask(archive.url + address)
    assert "etag" not in first.headers
    for headers in ({"If_None_Match": "*"}, {"If_Modified_Since": "Fri, 01 Jan 2100 00:00:00 GMT"}):
        assert ask(archive.url + address, **headers).status == first.status


def test_staff_pages_are_made_each_time(archive: Archive) -> None:
    first, second = (ask(archive.url + "/admin/login/") for _ in range(2))
    assert "no-store" in first.headers["cache-control"]
    tokens = [re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page.text) for page in (first, second)]
    assert tokens[0] != tokens[1]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""), ("identity", ""), ("gzip", "gzip"), ("gzip, deflate", "gzip"), ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"), ("zstd, gzip", "gzip"), ("zstd", ""), ("br;q=0, gzip", "gzip"), ("BR", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"), ("br;q=high, gzip", "gzip"), ("deflate", ""), (";;,,", ""),
    ],
)  # fmt: skip
def test_the_encoding_is_the_smallest_that_the_client_likes_best(accepted: str, encoding: str) -> None:
    assert preferred_encoding(accepted) == encoding


# --- Changes. ---------------------------------------------------------------------------------------------------------


def test_a_load_its_undoing_and_a_withdrawal_are_on_the_next_page(archive: Archive, folder: Path) -> None:
    assert "four metres" in ask(archive.url + RIVER).text
    write(folder, "River rises", "It stood at five metres.")
    archive.manage("load_articles", str(folder))
    assert "five metres" in ask(archive.url + RIVER).text
    archive.manage("undo_load")
    assert "four metres" in ask(archive.url + RIVER).text
    (folder / "river.txt").unlink()
    archive.manage("load_articles", str(folder), "--withdraw-vanished")
    assert ask(archive.url + RIVER).status == 410
    assert RIVER not in ask(f"{archive.url}/2021/05/04/").text
    write(folder, "River rises", "It stood at four metres.")
    archive.manage("load_articles", str(folder))
    assert ask(archive.url + RIVER).status == 200


def test_a_load_never_shows_half_of_itself(archive: Archive, tmp_path: Path) -> None:
    for number in range(300):
        story = ARTICLE.format(headline=f"Story {number}", day="2001-02-03", body=f"It was number {number}.")
        (tmp_path / f"{number}.txt").write_text(story)
    with ThreadPoolExecutor(1) as loader:
        loads = loader.submit(archive.manage, "load_articles", str(tmp_path))
        seen = set()
        while not loads.done():
            page = ask(f"{archive.url}/2001/02/03/")
            seen.add((page.status, bool(re.search(r"\b300\b", page.text)), "/2001/02/03/story-" in page.text))
    assert seen <= {(404, False, False), (200, True, True)}
    assert "300 articles" in ask(f"{archive.url}/2001/02/03/").text


# --- Many at once. ----------------------------------------------------------------------------------------------------


class Slow:
    """An application that takes its time, and counts."""

    def __init__(self, seconds: float, cache_control: str = "public") -> None:
        self.seconds, self.cache_control, self.made = seconds, cache_control, 0
        self.padding = 0
        self.lag = 0  # generations that the database it reads is behind
        self.watch = Watch()
        self.layer = PageCache(self, self.watch, capacity_bytes=100_000, threads=24)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.made += 1
        environ[GENERATION] = (self.watch.state[0] or 0) - self.lag
        time.sleep(self.seconds)
        body = f"page {environ['PATH_INFO']}".encode() + bytes(self.padding)
        start_response("200 OK", [("Cache-Control", self.cache_control), ("Content-Length", str(len(body)))])
        return [body]


def get(
    layer: PageCache, path: str, encoding: str = "", query: str = "", host: str = "", accept: str = "*/*"
) -> tuple[str, bytes]:
    status: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
    environ |= {"HTTP_ACCEPT_ENCODING": encoding, "HTTP_HOST": host, "HTTP_ACCEPT": accept}
    body = b"".join(layer(environ, lambda given, _: status.append(given)))
    return status[0], body


def at_once(layer: PageCache, paths: list[str]) -> list[tuple[str, bytes]]:
    with ThreadPoolExecutor(len(paths)) as clients:
        return list(clients.map(lambda path: get(layer, path), paths))


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_page_is_made_once_however_many_ask_for_it() -> None:
    slow = Slow(0.1)
    assert set(at_once(slow.layer, ["/a"] * 50)) == {("200 OK", b"page /a")}
    assert slow.made == 1


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_page_is_made_once_whatever_port_a_host_header_names() -> None:
    slow = Slow(0)
    for port in range(1, 20):
        for name in ("localhost", "LocalHost", "[::1]"):
            assert get(slow.layer, "/a", host=f"{name}:{port}")[0] == "200 OK"
    assert slow.made == 2
    for invalid in ("localhost:x", "localhost /", "other.example"):
        get(slow.layer, "/a", host=invalid)
    assert slow.made == 5


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_slow_search_that_many_ask_for_leaves_threads_to_pages() -> None:
    slow = Slow(0.0)
    get(slow.layer, "/known")
    slow.seconds = 3
    with ThreadPoolExecutor(40) as clients:  # of a server with 24 threads
        searches = [clients.submit(get, slow.layer, "/search/", query="q=slow") for _ in range(24)]
        time.sleep(1)
        slow.seconds = 0
        assert get(slow.layer, "/known")[0] == get(slow.layer, "/unknown")[0] == "200 OK"
        assert [search.done() for search in searches].count(True) >= 15, "few wait longer than a moment"
        assert searches[0].result()[0] == "200 OK"


@pytest.mark.django_db(databases=["default", "reader"])
def test_searches_written_in_another_way_leave_threads_to_pages_too() -> None:
    slow = Slow(3)
    with ThreadPoolExecutor(8) as clients:
        searches = [clients.submit(get, slow.layer, "/search/", query=f"%71=slow{number}") for number in range(6)]
        time.sleep(0.5)
        slow.seconds = 0
        assert get(slow.layer, "/unknown")[0] == "200 OK"
        assert not searches[0].done()


@pytest.mark.django_db(databases=["default", "reader"])
def test_what_is_too_large_to_keep_is_made_for_each() -> None:
    slow = Slow(0.05)
    slow.padding = 20_000
    assert {len(body) for _, body in at_once(slow.layer, ["/a"] * 6)} == {20_007}
    assert slow.made == 6


@pytest.mark.django_db(databases=["default", "reader"])
def test_what_may_not_be_kept_is_made_again() -> None:
    slow = Slow(0.0, "no-store")
    assert [get(slow.layer, "/a") for _ in range(3)] == [("200 OK", b"page /a")] * 3
    assert slow.made == 3


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_reader_who_gives_up_waiting_takes_the_page_from_nobody_else() -> None:
    slow = Slow(2.5)
    with ThreadPoolExecutor(8) as clients:
        others = [clients.submit(get, slow.layer, f"/{number}") for number in range(3)]
        time.sleep(0.1)
        first = clients.submit(get, slow.layer, "/queued")
        time.sleep(0.1)
        second = clients.submit(get, slow.layer, "/queued")
        assert second.result()[0][:3] == "503"
        assert first.result()[0] == "200 OK"
        assert {other.result()[0] for other in others} == {"200 OK"}


@pytest.mark.django_db(databases=["default", "reader"])
def test_under_overload_pages_from_memory_go_on_and_others_are_refused() -> None:
    slow = Slow(0.0)
    get(slow.layer, "/known")
    slow.seconds = 0.5
    with ThreadPoolExecutor(60) as clients:
        others = [clients.submit(get, slow.layer, f"/{number}") for number in range(60)]
        time.sleep(0.1)
        started = time.monotonic()
        assert get(slow.layer, "/known") == ("200 OK", b"page /known")
        assert get(slow.layer, "/healthz")[0] == "200 OK"
        assert time.monotonic() - started < 1
        statuses = [other.result()[0][:3] for other in others]
    assert statuses.count("200") >= 12
    assert statuses.count("503") >= 60 - 18  # some places become free while others wait for a moment
    assert get(slow.layer, "/1")[0] == "200 OK"


class Moving(Watch):
    """Takes a moment to see a generation that the test sets."""

    number = 0

    def _generation(self) -> int | None:
        time.sleep(0.1)
        super()._generation()
        return self.number


@pytest.mark.django_db(databases=["default", "reader"])
def test_after_an_idle_time_no_request_is_answered_by_the_state_before_it() -> None:
    watch = Moving()
    watch.current()
    time.sleep(FRESH_SECONDS)
    watch.number = 1
    with ThreadPoolExecutor(8) as clients:
        assert {state[0] for state in clients.map(lambda _: watch.current(), range(8))} == {1}


@pytest.mark.django_db(databases=["default", "reader"])
@pytest.mark.parametrize(("ahead_seconds", "is_shown"), [(-3600, True), (3600, False)])
def test_the_date_of_a_clock_that_is_ahead_is_not_shown(ahead_seconds: int, is_shown: bool) -> None:
    watch, own = Watch(), http_date(time.time() + ahead_seconds)

    def page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[GENERATION] = watch.state[0]
        fields = {"Cache-Control": "public", "Content-Length": "1", "ETag": '"a"', "Last-Modified": own}
        start_response("200 OK", list(fields.items()))
        return [b"a"]

    watch.current()
    watch.seen_at -= 10
    watch.hurry()
    headers: dict[str, str] = {}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a", "QUERY_STRING": "", "wsgi.url_scheme": "http"}
    PageCache(page, watch, capacity_bytes=100_000, threads=24)(environ, lambda _, given: headers.update(given))
    assert headers["Last-Modified"] == (own if is_shown else watch.modified)


def test_memory_is_bounded_and_what_was_asked_for_last_stays() -> None:
    memory = Memory(100_000, (1, None))
    for number in range(50):
        memory.keep(number, Answer.of("200 OK", [], bytes(5_000)))
        assert memory.get(0)
        assert memory.size_bytes <= 100_000
    assert memory.get(49)
    assert memory.get(1) is None


@pytest.mark.django_db(databases=["default", "reader"])
@pytest.mark.parametrize("encoding", ["", "br"])
def test_a_page_that_a_standby_made_of_an_earlier_state_is_sent_and_not_kept(encoding: str) -> None:
    behind = Slow(0.0)
    behind.lag = 1
    for made in (1, 2):
        assert get(behind.layer, "/a", encoding)[0] == "200 OK"
        assert behind.made == made
    behind.lag = 0
    for _ in range(2):
        get(behind.layer, "/a", encoding)
        assert behind.made == 3


@pytest.mark.django_db(databases=["default", "reader"])
@pytest.mark.parametrize(("lag", "status"), [(0, "304 Not Modified"), (1, "200 OK")])
def test_what_a_late_standby_made_is_never_unchanged(lag: int, status: str) -> None:
    watch, statuses = Watch(), list[str]()

    def page(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[GENERATION] = (watch.current()[0] or 0) - lag
        start_response("200 OK", [("Cache-Control", "public"), ("Content-Length", "1"), ("ETag", '"a"')])
        return [b"a"]

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a", "QUERY_STRING": "", "wsgi.url_scheme": "http"}
    environ["HTTP_IF_NONE_MATCH"] = '"a"'
    PageCache(page, watch, capacity_bytes=100_000, threads=24)(environ, lambda given, _: statuses.append(given))
    assert statuses == [status]


def test_lists_mention_that_a_source_is_not_named_as_soon_as_another_is(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (tmp_path / "ferry.txt").write_text("Ferry returns\n\n2004-05-06\n\nThe ferry returned to the quay on Monday.\n")
    with served(tmp_path_factory.mktemp("archive"), str(tmp_path)) as running:
        for _ in range(2):
            assert b"Source not named" not in ask(running.url + "/2004/05/06/").body
        write(tmp_path, "River rises", "It stood at four metres.")
        running.manage("load_articles", str(tmp_path))
        time.sleep(FRESH_SECONDS)
        for address in ("/2004/05/06/", "/2004/05/"):
            assert b"Source not named" in ask(running.url + address).body
