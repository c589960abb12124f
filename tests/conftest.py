"""Fixtures shared by several tests."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser

from articles.models.reading import page_deadline
from articles.search import backend as search_backend
from tests import served
from tests.chromium import chromium
from tests.staff import logged_in, staff

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


def pytest_configure() -> None:
    """Let Ctrl-C reach what tests start: in the background of a shell it is ignored, also by all that is started."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: for a quarter of their time, tests wait for servers and browsers."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--few", action="store_true", help="of a test with many parameters only the first and the last")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest, then what one worker must do alone, so that none is left with it at the end."""
    if config.getoption("--few"):
        named = [item.nodeid.partition("[")[0] for item in items]
        first, last = dict(zip(named[::-1], items[::-1], strict=True)), dict(zip(named, items, strict=True))
        items[:] = [item for item, name in zip(items, named, strict=True) if item in (first[name], last[name])]
    items.sort(
        key=lambda item: (item.path.name != "test_on_postgresql.py", item.get_closest_marker("xdist_group") is None)
    )


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported, which stays: looking through it took a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def _moulds(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    side_by_side = "PYTEST_XDIST_WORKER" in os.environ  # each has its own folder below that of all
    served.moulds = base.parent if side_by_side else base


@pytest.fixture(autouse=True)
def _own_profiles(settings: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
    """Profiles of sites are in the archive's folder; those of one test must not be found by another."""
    name = f"var-{abs(hash(request.node.nodeid)):x}"
    settings.VAR_DIR = tmp_path_factory.getbasetemp() / name  # made when something is written


@pytest.fixture(autouse=True)
def _no_words_of_other_tests() -> None:
    """A process remembers which words it has stored for the search; those of another test are not there any more."""
    search_backend._of.cache_clear()


@pytest.fixture
def site(db: None) -> Iterator[Client]:
    """A reader's browser. Pages see what the test has written, and fail on any write of their own.

    A test's rows stand in a transaction that no second connection could see into, so ``reader`` is its own here;
    ``test_crawl.py`` goes through the real, read-only one.
    """
    reader = connections["reader"]
    connections["reader"] = connections["default"]
    is_postgresql = connections["default"].vendor == "postgresql"
    with connections["default"].execute_wrapper(as_reading_role if is_postgresql else refuse_writes_of_pages):
        yield Client()
    connections["reader"] = reader


READING_ROLE = "reading_pages"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """On PostgreSQL, with the role of ``grant_reading``."""
    with django_db_blocker.unblock():
        if connections["default"].vendor == "postgresql":
            sql = StringIO()
            call_command("grant_reading", READING_ROLE, stdout=sql)
            with connections["default"].cursor() as cursor:
                cursor.execute(sql.getvalue().replace(r"\set ON_ERROR_STOP on", ""))


def as_reading_role(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """On PostgreSQL, pages read by the role that may read nothing else."""
    if page_deadline.get() is None:
        return execute(sql, params, many, context)
    with context["connection"].connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {READING_ROLE}")
        result = execute(sql, params, many, context)
        cursor.execute("RESET ROLE")
    return result


def refuse_writes_of_pages(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    is_page = page_deadline.get() is not None
    assert not (is_page and sql.lstrip().upper().startswith(WRITES)), f"a page wrote: {sql}"
    return execute(sql, params, many, context)


@pytest.fixture
def queries_of(site: Client) -> Callable[[str], int]:
    """How many queries an address asks."""

    def count(address: str) -> int:
        with CaptureQueriesContext(connections["default"]) as captured:
            assert site.get(address).status_code == 200, address
        return len(captured)

    return count


@pytest.fixture
def editor(db: None) -> Client:
    return logged_in(staff("nora", "Editors"))


@pytest.fixture
def viewer(db: None) -> Client:
    return logged_in(staff("vera", "Viewers"))


@pytest.fixture
def archivist(db: None) -> Client:
    return logged_in(staff("ada", "Archivists"))


@pytest.fixture
def root(db: None) -> Client:
    return logged_in(staff("root", is_superuser=True))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk on which there is not even room for an empty archive."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
