"""Places and threads for pages that are not in memory, shared fairly among clients: real threads."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

import pytest

from articles.public.clients import own_address, sharer
from newsarchive.lanes import Lane, Shares
from newsarchive.page_cache import PageCache
from tests.test_page_cache import Slow

PROXY = "10.0.0.9"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ROBOTS = {  # as they name themselves
    "Google Scholar": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Internet Archive": "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
    "Heritrix": "Mozilla/5.0 (compatible; heritrix/3.4.0 +https://library.example/crawl)",
    "BnF": "Mozilla/5.0 (compatible; bnf.fr_bot; +https://www.bnf.fr/en/capture-your-website-bnf-crawler)",
    "Crossref": "CrossrefEventDataBot (eventdata@crossref.org)",
    "other": "Bytespider; spider-feedback",
}
OTHERS = (
    FIREFOX,
    "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:115.0) Gecko/20100101 Zotero/7.0.11",
    "curl/8.14.1", "python-requests/2.32.3", "",
)  # fmt: skip


@contextmanager
def busy(lane: Lane[str], client: str) -> Iterator[None]:
    """A page of this client is being made, and takes as long as the test."""
    begun, end = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        end.wait(10)
        return client

    assert lane.enter(client) == 0
    lane.submit(client, work)
    assert begun.wait(10)
    try:
        yield
    finally:
        end.set()


def queued(lane: Lane[str], client: str, made: list[str] | None = None, name: str = "") -> Future[str]:
    assert lane.enter(client) == 0

    def work() -> str:
        if made is not None:
            made.append(name)
        return name

    return lane.submit(client, work)


def test_the_client_that_was_served_longest_ago_is_next() -> None:
    lane, made = Lane[str](makers=1, places=9), list[str]()
    with busy(lane, "a"):
        names = ["a1", "a2", "a3", "b1", "b2", "c1"]
        pages = [queued(lane, name[0], made, name) for name in names]
    assert [page.result(10) for page in pages] == names
    assert made == ["b1", "c1", "a1", "b2", "a2", "a3"]


def test_no_client_has_all_makers() -> None:
    lane = Lane[str](makers=2, places=9)
    with busy(lane, "a"):
        second = queued(lane, "a", name="a2")
        assert queued(lane, "b", name="b1").result(10) == "b1"
        time.sleep(0.1)
        assert not second.done()
    assert second.result(10) == "a2"


def test_a_newcomer_gets_the_newest_place_of_the_client_with_most() -> None:
    lane = Lane[str](makers=1, places=5)
    with busy(lane, "a"):
        first, second, third = (queued(lane, "a", name=f"a{number}") for number in (1, 2, 3))
        other = queued(lane, "b", name="b")
        assert not first.done()
        queued(lane, "c")
        assert [page.cancelled() for page in (first, second, third, other)] == [False, False, True, False]
        queued(lane, "c")
        assert [page.cancelled() for page in (first, second, other)] == [False, True, False], "a was served later"
        assert lane.enter("c") == 429, "no client has more"
        assert not first.cancelled()
    with pytest.raises(CancelledError):
        third.result(0)
    assert (first.result(10), other.result(10)) == ("a1", "b")


def test_clients_that_cannot_be_told_apart_take_free_places_only_and_lose_none() -> None:
    lane = Lane[str](makers=1, places=4)
    with busy(lane, "a"):
        pages = [queued(lane, client) for client in ("", "", "a")]
        assert lane.enter("") == 503
        queued(lane, "b")
        assert [page.cancelled() for page in pages] == [False, False, True]
        assert lane.enter("c") == 503


def test_a_place_is_free_again_when_a_page_is_made_cancelled_or_fails() -> None:
    lane = Lane[str](makers=1, places=3)
    with busy(lane, "a"):
        cancelled, failing = queued(lane, "b"), queued(lane, "", name="")
        assert lane.enter("") == 503
        cancelled.cancel()
        assert lane.enter("") == 0
        fails = lane.submit("", lambda: str(1 / 0))
    assert isinstance(fails.exception(10), ZeroDivisionError)
    assert failing.result(10) == ""
    assert [lane.enter("") for _ in range(4)] == [0, 0, 0, 503]


def test_a_client_gets_at_most_its_share_of_places() -> None:
    places = Shares(most=2, places=3)
    assert [places.take(client) for client in ("a", "a", "a", "b", "c")] == [0, 0, 429, 0, 503]
    places.give_back("a")
    assert [places.take(client) for client in ("", "")] == [0, 503]


# --- Pages. -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow(settings: Any) -> Slow:
    settings.TRUSTED_PROXIES = [ip_network(PROXY)]
    return Slow(0.3)


def status_of(layer: PageCache, client: str, words: str, agent: str = FIREFOX, path: str = "/search/") -> str:
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": f"q={words}" * bool(words),
        "wsgi.url_scheme": "http", "REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": client, "HTTP_USER_AGENT": agent,
    }  # fmt: skip
    given: list[str] = []
    layer(environ, lambda status, headers: given.append(status[:3] + " later" * ("Retry-After" in dict(headers))))
    return given[0]


@pytest.mark.django_db(databases=["default", "reader"])
@pytest.mark.parametrize(("hostile", "least"), [(1, 9), (5, 7)])
def test_searches_of_readers_are_answered_while_others_send_many(slow: Slow, hostile: int, least: int) -> None:
    until = time.monotonic() + 4
    refused = Counter[str]()

    def hammer(number: int) -> None:
        searches = 0
        while time.monotonic() < until:
            searches += 1
            refused[status_of(slow.layer, f"198.51.100.{number % hostile}", f"{number}-{searches}")] += 1
            time.sleep(0.02)

    def search(number: int) -> bool:
        began = time.monotonic()
        return status_of(slow.layer, f"203.0.113.{number}", f"ferry{number}") == "200" and time.monotonic() - began < 3

    with ThreadPoolExecutor(60) as clients:
        attacks = [clients.submit(hammer, number) for number in range(50)]
        time.sleep(1.5)
        slow.seconds = 0.1
        assert sum(clients.map(search, range(10))) >= least
    assert all(attack.result() is None for attack in attacks)
    assert refused["429 later"]


@pytest.mark.django_db(databases=["default", "reader"])
def test_one_client_that_joins_a_slow_search_again_and_again_leaves_threads_to_others(slow: Slow) -> None:
    slow.seconds = 1.5
    with ThreadPoolExecutor(30) as clients:
        joins = [clients.submit(status_of, slow.layer, "198.51.100.1", "slow") for _ in range(24)]
        time.sleep(0.3)
        assert sum(join.done() for join in joins) == 18
        assert {join.result() for join in joins if join.done()} == {"429 later"}
        assert status_of(slow.layer, "203.0.113.1", "slow") == "200"


@pytest.mark.django_db(databases=["default", "reader"])
def test_a_reader_who_joined_a_search_that_had_to_make_room_gets_it_made(slow: Slow) -> None:
    with ThreadPoolExecutor(30) as clients:
        for client in range(11):  # all places of the searches of a server with 24 threads
            clients.submit(status_of, slow.layer, f"198.51.100.{min(client, 7)}", f"a{client}")
            time.sleep(0.01)
        joined = clients.submit(status_of, slow.layer, "203.0.113.1", "a10")
        time.sleep(0.05)
        newcomer = clients.submit(status_of, slow.layer, "203.0.113.2", "b")
        assert (newcomer.result(), joined.result()) == ("200", "200")


def test_a_network_of_ipv6_is_one_client_and_a_proxy_is_none(settings: Any) -> None:
    def client(forwarded: str) -> str:
        return own_address({"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": forwarded})

    assert client("8.8.8.8") == "", "without TRUSTED_PROXIES"
    settings.TRUSTED_PROXIES = [ip_network(PROXY)]
    assert client("2001:db8::1") == client("2001:db8::2") != client("2001:db8:0:1::1")
    assert client("8.8.8.8") != client("8.8.8.8, 1.1.1.1") == client("1.1.1.1")
    assert client("") == client(PROXY) == ""


# --- Robots. ----------------------------------------------------------------------------------------------------------


def shared_by(agent: str, address: str) -> str:
    path, _, query = address.partition("?")
    return sharer({"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": "8.8.8.8", "HTTP_USER_AGENT": agent})


@pytest.mark.parametrize("agent", ROBOTS.values(), ids=ROBOTS.keys())
def test_a_robot_is_a_client_of_its_own_but_at_searches_and_what_robots_txt_closes(agent: str) -> None:
    for address in (
        "/", "/2022/03/04/fog/", "/2022/03/04/fog/article.json", "/feeds/latest.atom", "/added/feed.atom?before=abc",
        "/sitemap.xml", "/oai?verb=ListRecords&metadataPrefix=mods", "/tags/fog/list.json?after=abc", "/tags/?letter=a",
        "/coverage.json", "/media/renditions/a.jpg", "/?p=7",
    ):  # fmt: skip
        assert shared_by(agent, address) == "8.8.8.8", address
    for address in ("/search/?q=fog", "/search/feed.atom?q=fog", "/photos/?credit=x", "/lookup?url=x", "/?%71=fog"):
        assert shared_by(agent, address) == "robots", address


@pytest.mark.parametrize("agent", OTHERS)
def test_browsers_and_scripts_are_no_robots(agent: str) -> None:
    assert {shared_by(agent, address) for address in ("/", "/search/?q=fog", "/photos/?credit=x")} == {"8.8.8.8"}


@pytest.mark.django_db(databases=["default", "reader"])
def test_robots_that_search_wait_for_each_other_and_readers_and_harvesters_do_not(slow: Slow) -> None:
    robot = ROBOTS["other"]
    with ThreadPoolExecutor(30) as clients:
        searches = [
            clients.submit(status_of, slow.layer, f"198.51.100.{number}", f"{number}", robot) for number in range(20)
        ]
        time.sleep(0.1)
        reader = clients.submit(status_of, slow.layer, "203.0.113.1", "ferry")
        paths = ("/sitemap.xml", "/feeds/latest.atom", "/oai", "/2022/03/04/fog/")
        harvests = [clients.submit(status_of, slow.layer, "198.51.100.1", "", robot, path) for path in paths]
        assert reader.result() == "200"
        assert sum(search.done() and search.result() == "200" for search in searches) == 1, "made beside the second"
        assert [harvest.result() for harvest in harvests] == ["200"] * 4
    assert Counter(search.result() for search in searches) == {"200": 6, "429 later": 14}
