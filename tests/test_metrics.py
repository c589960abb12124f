"""Numbers for Prometheus: a real server of two processes, read as Prometheus does."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, Popen

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from articles.public.views.help import FOLDER
from tests.served import Archive, ask, copy_fixtures, free_port, start, wait_for

pytestmark = pytest.mark.xdist_group("server")
PAGE = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"
SECONDS = "newsarchive_request_duration_seconds"


@dataclass(frozen=True)
class Watched:
    archive: Archive
    server: Popen[str]
    port: int
    temporary: Path

    def numbers(self, name: str, **labels: str) -> list[float]:
        return [
            sample.value
            for family in text_string_to_metric_families(ask(f"http://127.0.0.1:{self.port}/metrics").text)
            for sample in family.samples
            if sample.name == name and sample.labels.items() >= labels.items()
        ]

    def processes(self) -> list[int]:
        parent = self.server.pid
        return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]

    def files(self, kind: str) -> set[str]:
        return {path.name for path in self.temporary.glob(f"*/{kind}_*.db")}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    var, temporary, port = tmp_path_factory.mktemp("archive"), tmp_path_factory.mktemp("temporary"), free_port()
    copy_fixtures(var)
    variables = {"METRICS_ADDRESS": f"127.0.0.1:{port}", "TMPDIR": str(temporary)}
    archive = Archive(f"http://127.0.0.1:{free_port()}", var, variables=variables)
    server = start(archive, workers=2, stdout=DEVNULL, stderr=DEVNULL)
    wait_for(archive.url, server)
    wait_for(f"http://127.0.0.1:{port}", server)
    wait_until(lambda: len(list(temporary.glob("*/gauge_livesum_*.db"))) == 2)
    yield Watched(archive, server, port, temporary)
    server.terminate()
    server.wait(timeout=20)
    assert [*temporary.iterdir()] == []


def wait_until(is_so: Callable[[], bool]) -> None:
    """Also until another process has the port of one that is gone."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(OSError):
            if is_so():
                return
        time.sleep(0.1)
    raise AssertionError("not within 20 seconds")


def test_requests_are_counted_by_route_status_and_memory_and_never_by_address(watched: Watched) -> None:
    for _ in range(6):
        assert ask(watched.archive.url + PAGE).status == 200
    ask(f"{watched.archive.url}/search/?q=fog")
    ask(f"{watched.archive.url}/2023/09/06/nothing-of-the-sort/")
    ask(f"{watched.archive.url}/nothing/of/the/sort")
    ask(f"{watched.archive.url}/admin/articles/article/?q=fog")
    made = watched.numbers(f"{SECONDS}_count", route="article", status="2xx", from_memory="no")
    sent = watched.numbers(f"{SECONDS}_count", route="article", status="2xx", from_memory="yes")
    assert sum(made + sent) == 6
    assert made[0] in (1, 2), "one in each process at most"
    for route, status in (("search", "2xx"), ("article", "4xx"), ("other", "4xx"), ("admin", "3xx")):
        assert watched.numbers(f"{SECONDS}_count", route=route, status=status, from_memory="no") == [1]
    assert 0 < watched.numbers(f"{SECONDS}_sum", route="search")[0] < 20
    text = ask(f"http://127.0.0.1:{watched.port}/metrics").text
    assert not re.search("qingdao|sort|fog|127.0.0.1", text)


def test_the_state_of_memory_lanes_and_archive_is_seen_in_two_seconds(watched: Watched) -> None:
    ask(f"{watched.archive.url}/tags/")
    wait_until(lambda: watched.numbers("newsarchive_page_memory_entries")[0] > 0)
    assert watched.numbers("newsarchive_page_memory_bytes")[0] > 2_000
    for lane in ("pages", "searches", "health"):
        assert watched.numbers("newsarchive_lane_requests", lane=lane, state="waiting") == [0]
    articles, generation = (watched.numbers(f"newsarchive_{name}")[0] for name in ("articles", "generation"))
    with closing(sqlite3.connect(watched.archive.var / "archive.sqlite3")) as database, database:
        database.execute("UPDATE articles_periodcount SET articles = articles + 1 WHERE unit = 'undated'")
    wait_until(lambda: watched.numbers("newsarchive_articles") == [articles + 1])
    assert watched.numbers("newsarchive_generation")[0] > generation


def test_counts_outlive_processes_and_files_do_not_pile_up(watched: Watched) -> None:
    for number in range(8):
        ask(f"{watched.archive.url}/search/?q=word{number}")
    counted = watched.numbers(f"{SECONDS}_count", route="search", from_memory="no")
    starts = watched.numbers("newsarchive_process_starts_total")[0]
    first, *_ = before = watched.processes()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: watched.numbers("newsarchive_process_starts_total") == [starts + 1])
    wait_until(lambda: watched.numbers(f"{SECONDS}_count", route="search", from_memory="no") == counted)
    watched.server.send_signal(signal.SIGHUP)
    wait_until(lambda: not set(watched.processes()) & set(before) and len(watched.processes()) == 2)
    wait_until(lambda: watched.numbers("newsarchive_process_starts_total") == [starts + 3])
    wait_until(lambda: watched.numbers(f"{SECONDS}_count", route="search", from_memory="no") == counted)
    assert watched.files("gauge_livesum") == {"gauge_livesum_2.db", "gauge_livesum_3.db"}, "of those that live"
    assert len(watched.files("counter")) == 4


def test_the_public_port_has_no_numbers(watched: Watched) -> None:
    assert ask(f"{watched.archive.url}/metrics").status == 404


def test_the_help_names_all_numbers_and_its_alerts_no_others(watched: Watched) -> None:
    words = (FOLDER / "watch.md").read_text()
    named = set(re.findall(r"^\| (`newsarchive_.*?) \|", words, re.MULTILINE))
    explained = set(re.findall("newsarchive_[a-z_]+", " ".join(named)))
    text = ask(f"http://127.0.0.1:{watched.port}/metrics").text
    there = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)) | {"newsarchive_standby_lag_bytes"}
    assert explained == there
    [group] = yaml.safe_load(words.partition("```yaml")[2].partition("```")[0])["groups"]
    used = set(re.findall("newsarchive_[a-z_]+", " ".join(rule["expr"] for rule in group["rules"])))
    assert {name.removesuffix("_count") for name in used} <= there


def test_a_port_that_is_taken_and_a_wrong_address_are_named(watched: Watched) -> None:
    url, var = watched.archive.url, watched.archive.var
    taken = Archive(url, var, variables={"METRICS_ADDRESS": f"127.0.0.1:{watched.port}"})
    refused = taken.manage("serve", "--port", str(free_port()), code=1)
    assert f"Cannot listen on 127.0.0.1, port {watched.port}: Address already in use. Change METRICS_" in refused.stderr
    wrong = Archive(url, var, variables={"METRICS_ADDRESS": "9464"})
    assert wrong.manage("check", code=2).stderr.startswith("METRICS_ADDRESS: use 127.0.0.1:9464")


def test_without_the_package_the_setting_says_what_to_install(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['prometheus_client'] = None")
    variables = {"METRICS_ADDRESS": "127.0.0.1:9464", "PYTHONPATH": str(tmp_path)}
    lacking = Archive(watched.archive.url, watched.archive.var, variables=variables)
    refused = lacking.manage("check", code=2)
    assert "pip install -r requirements-extras.txt" in refused.stderr
    assert "Traceback" not in refused.stderr
