"""The access log of the real server, and the ids of its requests."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.served import Archive, ask, copy_fixtures, running

pytestmark = pytest.mark.xdist_group("server")
PAGE = "/2023/09/06/demonstration-zone-in-qingdao-promotes-partnership-with-sco-countries/"


def lines_of(archive: Archive, path: str) -> list[str]:
    return [line for line in (archive.var / "out").read_text().splitlines() if line.startswith(f"GET {path} ")]


def test_each_request_is_a_line_with_the_id_that_its_answer_has(tmp_path: Path) -> None:
    copy_fixtures(tmp_path)
    with running(tmp_path, ACCESS_LOG="on") as archive:
        first = ask(archive.url + PAGE, X_Request_ID="from-the-proxy:1")
        second = ask(f"{archive.url}{PAGE}?secret=word")
        assert first.headers["x-request-id"] == "from-the-proxy:1"
        made, again = lines_of(archive, PAGE)
        form = r"GET /\S+ status=200 ms=\d+\.\d\d bytes={} {} id={}"
        assert re.fullmatch(form.format(len(first.body), "uncached", "from-the-proxy:1"), made)
        assert re.fullmatch(form.format(len(second.body), "memory", second.headers["x-request-id"]), again)
        assert re.fullmatch("[0-9a-f]{16}", second.headers["x-request-id"])


def test_an_id_or_an_address_cannot_forge_a_line(tmp_path: Path) -> None:
    copy_fixtures(tmp_path)
    with running(tmp_path, ACCESS_LOG="on") as archive:
        answer = ask(f"{archive.url}/a%0AGET%20/forged", X_Request_ID="one GET /forged")
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
        assert ask(f"{archive.url}/", X_Request_ID="x" * 101).headers["x-request-id"] != "x" * 101
        assert len(lines_of(archive, "/a%0AGET%20/forged")) == 1
        assert "GET /forged" not in (tmp_path / "out").read_text()


def test_the_messages_of_an_error_have_the_id_of_its_request(tmp_path: Path) -> None:
    copy_fixtures(tmp_path)
    with running(tmp_path, ACCESS_LOG="on") as archive:
        with closing(sqlite3.connect(tmp_path / "archive.sqlite3")) as database, database:
            database.execute("ALTER TABLE articles_article RENAME TO lost")
        assert ask(f"{archive.url}/", X_Request_ID="broken-1").status == 500
        assert "[broken-1] " in (tmp_path / "log").read_text()
        assert "status=500" in lines_of(archive, "/")[-1]


def test_without_the_setting_nothing_is_logged_and_answers_have_no_id(tmp_path: Path) -> None:
    copy_fixtures(tmp_path)
    with running(tmp_path) as archive:
        assert "x-request-id" not in ask(archive.url + PAGE, X_Request_ID="from-the-proxy:1").headers
        assert lines_of(archive, PAGE) == []
