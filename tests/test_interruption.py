"""An interrupted load leaves a clean archive, and the next run finishes the work."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from articles.ingest.inputs.scratch import remove_stale
from tests.bench import crawls
from tests.loading import text_file
from tests.served import ROOT, copy_empty, environment

COUNT = 2_200  # in batches of a thousand


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Enough records for several batches."""
    path = tmp_path / "export.jsonl"
    with path.open("w") as file:
        for number in range(COUNT):
            record = {
                "headline": f"Tide table {number}", "slug": f"tide-{number}", "source": "Courier",
                "published": f"20{number % 20:02}-0{number % 9 + 1}-11", "tags": ["Sea", f"Port {number % 50}"],
                "body_markdown": "High water at six.\n\nLow water at noon.",
                "photos": [{"caption": "The gauge.", "credit": "Mei Tanaka"}],
            }  # fmt: skip
            file.write(json.dumps(record) + "\n")
    return path


def start(var: Path, *arguments: str, **options: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment(var), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def run(var: Path, *arguments: str) -> str:
    process = start(var, *arguments)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    return out


def articles_in(var: Path) -> int:
    with sqlite3.connect(f"file:{var / 'archive.sqlite3'}?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM articles_article").fetchone()[0])


def stop_half_way(var: Path, records: Path, how: signal.Signals) -> tuple[int, str]:
    """Begin a load, and stop it once its first batch is in."""
    process = start(var, "load_articles", str(records))
    while process.poll() is None and articles_in(var) == 0:
        time.sleep(0.02)
    process.send_signal(how)
    out, _err = process.communicate(timeout=60)
    return process.returncode, out


def content(var: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that a reader or editor could see, without row ids and clock times."""
    queries = {
        "articles": "SELECT key, headline, archive_date, slug, body_html, json_extract(as_loaded, '$.headline') "
        "FROM articles_article",
        "taggings": "SELECT a.key, t.name FROM articles_tagging g JOIN articles_article a ON a.id = g.article_id "
        "JOIN articles_tag t ON t.id = g.tag_id",
        "photos": "SELECT a.key, p.caption FROM articles_photo p JOIN articles_article a ON a.id = p.article_id",
        "originals": "SELECT digest, content, is_current FROM articles_original",
        "tags": "SELECT name, article_count FROM articles_tag",
        "sources": "SELECT name, article_count FROM articles_source",
        "counts": "SELECT unit, start, articles FROM articles_periodcount",
    }
    with sqlite3.connect(var / "archive.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: sorted(database.execute(query).fetchall(), key=repr) for name, query in queries.items()}


def test_a_killed_load_is_finished_by_the_next_run(tmp_path: Path, records: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for var in (killed, whole):
        copy_empty(var)
    code, _ = stop_half_way(killed, records, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert 0 < articles_in(killed) < COUNT
    assert len(content(killed)["originals"]) == articles_in(killed), "batches are in whole or not at all"
    assert f"Loaded {COUNT - articles_in(killed):,} articles" in run(killed, "load_articles", str(records))
    run(whole, "load_articles", str(records))
    assert content(killed) == content(whole)


def test_a_killed_load_of_a_crawl_goes_on_where_it_stopped(tmp_path: Path) -> None:
    crawl = tmp_path / "site.warc.gz"
    pages = crawls.make(crawl, 2_500)["page"]
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for var in (killed, whole):
        copy_empty(var)
    code, _ = stop_half_way(killed, crawl, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert 0 < articles_in(killed) < pages
    run(killed, "load_articles", str(crawl))
    run(whole, "load_articles", str(crawl))
    assert content(killed) == content(whole)
    assert articles_in(whole) == pages


def test_ctrl_c_says_that_what_was_loaded_is_kept(tmp_path: Path, records: Path) -> None:
    copy_empty(tmp_path / "var")
    code, out = stop_half_way(tmp_path / "var", records, signal.SIGINT)
    assert code == 130
    # Between the end of the first batch and its count, none is counted.
    assert re.search(r"Interrupted: ([\d,]+|no) inputs loaded. Run the command again to continue", out)
    assert 0 < articles_in(tmp_path / "var") < COUNT
    run(tmp_path / "var", "load_articles", str(records))
    assert articles_in(tmp_path / "var") == COUNT


def test_ctrl_c_is_not_lost_while_an_object_is_deleted() -> None:
    script = """
import signal, sys, time
from newsarchive.__main__ import interrupt_again
sys.unraisablehook = interrupt_again
class Deleted:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
try:
    Deleted()
    for _ in range(400):
        time.sleep(0.05)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("interrupted\n", "")


def test_killed_workers_do_not_outlive_their_load(tmp_path: Path, records: Path) -> None:
    copy_empty(tmp_path / "var")
    process = start(tmp_path / "var", "load_articles", str(records), "--workers", "2")
    while process.poll() is None and articles_in(tmp_path / "var") == 0:
        time.sleep(0.02)
    family = children_of(process.pid)
    process.kill()
    process.communicate(timeout=60)
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in family) and time.monotonic() < until:
        time.sleep(0.1)
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("this system does not list a process's children")
    children = [int(child) for child in listed.read_text().split()]
    return [*children, *(grandchild for child in children for grandchild in children_of(child))]


def test_a_full_disk_stops_the_load_in_words_and_loses_nothing(tmp_path: Path, records: Path) -> None:
    var = tmp_path / "var"
    copy_empty(var)
    limit = (var / "archive.sqlite3").stat().st_size + 3_000_000

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    process = start(var, "load_articles", str(records), preexec_fn=small_files)
    _out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "run the command again" in err
    assert "Traceback" not in err
    run(var, "load_articles", str(records))
    assert articles_in(var) == COUNT
    content(var)


def test_two_loads_at_once_make_each_article_once(tmp_path: Path, records: Path) -> None:
    var = tmp_path / "var"
    copy_empty(var)
    loads = [start(var, "load_articles", str(records), "--workers", "1") for _ in range(2)]
    for process in loads:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, out + err
    assert articles_in(var) == COUNT
    counts = content(var)["counts"]
    assert sum(count for unit, _, count in counts if unit == "year") == COUNT


def test_a_new_archive_needs_no_other_command_first(tmp_path: Path) -> None:
    text_file(tmp_path / "in", "ferry.txt", headline="Ferry returns")
    out = run(tmp_path / "var", "load_articles", str(tmp_path / "in"), "--dry-run")
    assert "Dry run, nothing was loaded: 1 article to load" in out
    assert not list((tmp_path / "var").glob("archive*"))
    assert "Loaded 1 article," in run(tmp_path / "var", "load_articles", str(tmp_path / "in"))
    assert articles_in(tmp_path / "var") == 1


def test_what_killed_loads_left_behind_is_cleared_away_and_nothing_else(tmp_path: Path) -> None:
    for name in ("newsarchive-dead", "newsarchive-live", "newsarchive-young", "newsarchive-unlocked", "other"):
        (tmp_path / name).mkdir()
        if "unlocked" not in name:
            (tmp_path / name / ".lock").touch()
        if "young" not in name:
            os.utime(tmp_path / name, (1, 1))
    (tmp_path / "newsarchive-link").symlink_to(tmp_path / "other")
    with (tmp_path / "newsarchive-live/.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        remove_stale(tmp_path)
    left = {path.name.removeprefix("newsarchive-") for path in tmp_path.iterdir()}
    assert left == {"live", "young", "unlocked", "other", "link"}


def test_of_two_first_loads_at_once_one_sets_up_the_database_and_both_are_in(tmp_path: Path) -> None:
    for name in ("one", "two"):
        text_file(tmp_path / name, f"{name}.txt", headline=f"Boat {name}")
    loads = [start(tmp_path / "var", "load_articles", str(tmp_path / name)) for name in ("one", "two")]
    said = [process.communicate(timeout=300)[0] for process in loads]
    assert [process.returncode for process in loads] == [0, 0], said
    assert "".join(said).count("Setting up the database") == 1
    assert articles_in(tmp_path / "var") == 2
