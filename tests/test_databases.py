"""DATABASE_URL and REPLICA_URLS: the servers used, their order, and refused values."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_attempts

from articles.models.replicas import Replicas
from newsarchive.database import databases

PRIMARY = "postgres://archive:secret@main:5433/archive"


def reader(url: str = PRIMARY, *replicas: str, seconds: float = 5) -> dict[str, Any]:
    return databases(url, list(replicas), seconds)["reader"]


def asked(settings: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The servers in the order in which psycopg tries them, and what each must be."""
    options = settings["OPTIONS"]
    hosts = {"host": settings["HOST"], "port": settings["PORT"], "hostaddr": ",".join(["10.0.0.1"] * 3)}
    ways = {name: options[name] for name in ("target_session_attrs", "load_balance_hosts") if name in options}
    tried = conninfo_attempts({**hosts, **ways})
    return [(str(one["host"]), str(one["port"]), str(one.get("target_session_attrs", "any"))) for one in tried]


def test_the_primary_is_read_from_only_when_no_standby_answers() -> None:
    two = asked(reader(PRIMARY, "postgres://r:s@one/archive", " postgres://r:s@two:6000/archive "))
    assert {must_be for _, _, must_be in two[:3]} == {"standby"}
    assert {must_be for _, _, must_be in two[3:]} == {"any"}
    assert {host_and_port[:2] for host_and_port in two[3:]} == {("one", "5432"), ("two", "6000"), ("main", "5433")}


@pytest.mark.parametrize("replicas", [(), ("postgres://r:s@one/archive?options=-c%20work_mem%3D8MB",)])
def test_every_reader_is_read_only_and_keeps_its_own_options(replicas: tuple[str, ...]) -> None:
    options = reader(f"{PRIMARY}?options=-c%20work_mem%3D8MB", *replicas)["OPTIONS"]["options"]
    assert options == "-c work_mem=8MB -c default_transaction_read_only=on -c statement_timeout=5000"


def test_postgresql_without_its_driver_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        ImproperlyConfigured, match=r"PostgreSQL needs psycopg .*pip install -r requirements-extras.txt"
    ):
        reader()


def test_no_limit_leaves_the_limit_of_the_database() -> None:
    assert "statement_timeout" not in reader(seconds=0)["OPTIONS"]["options"]


@pytest.mark.parametrize(
    "url",
    [
        "postgres://archive:secret@one:5432,two:5433/archive",
        "postgres://archive:secret@one,two:5433/archive",
        "postgres://archive:secret@/archive?host=one,%20two&port=5432,5433",
    ],
)
def test_staff_find_the_one_of_several_servers_that_takes_writes(url: str) -> None:
    both = databases(url, [], 5)
    assert (both["default"]["HOST"], both["default"]["PORT"]) == ("one,two", "5432,5433")
    assert both["default"]["OPTIONS"]["target_session_attrs"] == "read-write"
    assert "target_session_attrs" not in both["reader"]["OPTIONS"]


def test_a_primary_of_another_database_name_does_not_stand_in() -> None:
    assert reader(PRIMARY, "postgres://r:s@one/copy")["HOST"] == "one"


@pytest.mark.parametrize(
    ("url", "replicas", "words"),
    [
        (PRIMARY, ["postgres://r:a@one/archive", "postgres://r:b@two/archive"], "REPLICA_URLS: the password must"),
        (PRIMARY, ["postgres://r@one/archive", "postgres://q@two/archive"], "REPLICA_URLS: the user must"),
        (PRIMARY, ["postgres://r@one/archive", "postgres://r@two/other"], "REPLICA_URLS: the database name must"),
        (PRIMARY, ["postgres://r@one", "two/archive"], "REPLICA_URLS: commas separate whole addresses"),
        (PRIMARY, ["sqlite:///copy.sqlite3"], "REPLICA_URLS: a replica of a PostgreSQL database"),
        ("sqlite:///archive.sqlite3", [PRIMARY], "REPLICA_URLS: only a PostgreSQL database has replicas"),
        ("postgres://a@/b?host=one,two,three&port=1,2", [], "DATABASE_URL: 3 hosts and 2 ports"),
        ("postgres://archive:se/cret@main/archive", [], "DATABASE_URL: "),
        ("mysql://archive@main/archive", [], "DATABASE_URL: only SQLite and PostgreSQL are supported"),
    ],
)
def test_an_address_that_would_not_work_is_refused_by_name_and_without_its_password(
    url: str, replicas: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ImproperlyConfigured) as refused:
        databases(url, replicas, 5)
    assert str(refused.value).startswith(words)
    assert "cret" not in str(refused.value)


def test_another_process_reads_the_timelines_that_were_seen_whole_while_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.models.replicas.SEEN", tmp_path / "timelines.json")
    seen = Replicas()
    seen.see(("system", 2), "main:5433")
    with (tmp_path / "timelines.json").open() as reading:
        seen.see(("system", 3), "other:5433")
        assert json.load(reading) == {"system": [2, "main:5433"]}
    assert [path.name for path in tmp_path.iterdir()] == ["timelines.json"]
