"""Late standbys: readers leave them, staff are warned, and pages are served when the primary is down. Former primaries,
started again as they were: nothing is written to them, nor read there.
"""

from __future__ import annotations

import math
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import psycopg
import pytest

from newsarchive.page_cache import FRESH_SECONDS
from tests.postgres import Server, cluster, follow, free_ports, needed
from tests.served import Archive, ask, copy_empty, free_port, serving
from tests.staff_over_http import MAKE_STAFF, StaffBrowser

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("replicas")]  # one pair of servers for all
LIMIT_SECONDS, MARGIN_SECONDS = 3, 1
BEHIND = f"A standby is behind: readers may see this as it was for up to {LIMIT_SECONDS} seconds more."
REASON = "The source asked."
# Connections on which pages have been read within a second.
READERS = """
SELECT count(*) FROM pg_stat_activity WHERE application_name = 'reader' AND query NOT LIKE '%pg_last_wal_replay_lsn%'
AND state_change > clock_timestamp() - interval '1 s'
"""
END_WRITERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND application_name = '' AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Site:
    archive: Archive
    primary: Server
    standby: Server
    staff: StaffBrowser

    def statuses(self, path: str, count: int = 40) -> set[int]:
        """The statuses of simultaneous requests, each on its own connection."""
        with ThreadPoolExecutor(8) as readers:
            return {answer.status for answer in readers.map(ask, [self.archive.url + path] * count)}

    def lag(self) -> float:
        """The lag in bytes, as in the metrics."""
        text = ask(f"http://{self.archive.variables['METRICS_ADDRESS']}/metrics").text
        return float(re.findall(r"^newsarchive_standby_lag_bytes{.*} (.*)", text, re.MULTILINE)[0])

    def searches(self) -> set[int]:
        """The statuses of pages that no process has in memory."""
        with ThreadPoolExecutor(4) as readers:
            words = time.monotonic_ns()
            addresses = [f"{self.archive.url}/search/?q={words + number}" for number in range(20)]
            return {answer.status for answer in readers.map(ask, addresses)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(2)) as (primary, standby):
        var = tmp_path_factory.mktemp("archive")
        variables = {
            "REPLICA_URLS": f"{standby.url}?application_name=reader", "REPLICA_MAX_LAG_SECONDS": str(LIMIT_SECONDS),
            "METRICS_ADDRESS": f"127.0.0.1:{free_port()}",
        }  # fmt: skip
        both = primary.url.replace("/postgres", f",127.0.0.1:{standby.port}/postgres")
        archive = Archive(f"http://127.0.0.1:{free_port()}", var, both, variables)
        copy_empty(var)
        archive.manage("load_articles", "fixtures/samples")
        archive.manage("shell", "-c", MAKE_STAFF)
        wait_until(lambda: scalar(standby, "SELECT count(*) FROM auth_user") == 1)
        with serving(archive, workers=2):
            yield Site(archive, primary, standby, StaffBrowser(archive))


def scalar(server: Server, sql: str) -> Any:
    with psycopg.connect(server.url, autocommit=True) as connection:
        return (connection.execute(sql.encode()).fetchone() or [None])[0]


def wait_until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)


def newest(site: Site, server: Server | None = None) -> tuple[str, str]:
    """The address and the form of the newest published article on the primary or another server."""
    server = server or site.primary
    sql = "FROM articles_article WHERE withdrawn_at IS NULL AND archive_date IS NOT NULL ORDER BY id DESC LIMIT 1"
    address = scalar(server, f"SELECT to_char(archive_date, '/YYYY/MM/DD/') || slug || '/' {sql}")
    return str(address), f"/admin/articles/article/{scalar(server, f'SELECT id {sql}')}/change/"


def test_a_withdrawal_waits_no_longer_than_standbys_need(site: Site) -> None:
    address, form = newest(site)
    assert site.statuses(address) == {200}
    page = site.staff.save(form, withdrawn="on", withdrawn_reason=REASON)
    time.sleep(FRESH_SECONDS)
    assert site.statuses(address) == {410}
    assert "A standby is behind" not in page
    assert scalar(site.standby, READERS) > 0
    assert scalar(site.primary, READERS) == 0


def test_readers_leave_a_standby_that_is_late_and_return_when_it_has_caught_up(site: Site) -> None:
    address, form = newest(site)
    assert site.statuses(address) == {200}
    scalar(site.standby, "SELECT pg_wal_replay_pause()")
    page = site.staff.save(form, withdrawn="on", withdrawn_reason=REASON)
    withdrawn_at = time.monotonic() - 2  # it has waited as long
    assert BEHIND in page
    time.sleep(withdrawn_at + LIMIT_SECONDS + MARGIN_SECONDS - time.monotonic())
    assert site.statuses(address) == {410}
    assert site.searches() == {200}
    assert newest(site, site.standby)[0] == address, "there it is still published"
    wait_until(lambda: site.lag() > 0)
    scalar(site.standby, "SELECT pg_wal_replay_resume()")

    def have_returned() -> bool:
        site.searches()
        return bool(scalar(site.standby, READERS)) and not scalar(site.primary, READERS)

    wait_until(have_returned)
    assert site.statuses(address) == {410}
    wait_until(lambda: site.lag() == 0)


def test_a_withdrawn_photo_and_a_bulk_withdrawal_wait_too(site: Site) -> None:
    with_photo = scalar(site.primary, "SELECT max(article_id) FROM articles_photo WHERE withdrawn_at IS NULL")
    scalar(site.standby, "SELECT pg_wal_replay_pause()")
    values = {"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": REASON}
    assert BEHIND in site.staff.save(f"/admin/articles/article/{with_photo}/change/", **values)
    scalar(site.standby, "SELECT pg_wal_replay_resume()")
    wait_until(lambda: scalar(site.standby, "SELECT count(*) FROM articles_photo WHERE withdrawn_at IS NOT NULL") > 0)
    scalar(site.standby, "SELECT pg_wal_replay_pause()")
    number = newest(site)[1].split("/")[-3]
    page = site.staff.save(f"/admin/articles/article/withdraw/?rows={number}", withdrawn_reason=REASON)
    scalar(site.standby, "SELECT pg_wal_replay_resume()")
    assert "1 article withdrawn." in page
    assert BEHIND in page


def test_who_has_saved_sees_it_and_the_preview_too_while_a_standby_is_behind(site: Site) -> None:
    address, form = newest(site)
    assert "A standby is behind" not in site.staff.save(form, headline="Ferry at once")
    seen = ask(site.archive.url + address)
    assert "Ferry at once" in seen.text
    scalar(site.standby, "SELECT pg_wal_replay_pause()")
    try:
        assert BEHIND in site.staff.save(form, headline="Ferry later", correction="It was not full.")
        saved_at = time.monotonic() - 2  # it has waited as long
        preview = site.staff.save(form, to=form.replace("/change/", "/preview/"), deck="Typed")
        assert "It was not full." in preview
        assert "Typed" in preview
        time.sleep(max(0, saved_at + LIMIT_SECONDS + MARGIN_SECONDS - time.monotonic()))
        changed = ask(site.archive.url + address, If_None_Match=seen.headers["etag"])
        assert (changed.status, "Ferry later" in changed.text) == (200, True)
        later = "Fri, 01 Jan 2100 00:00:00 GMT"  # dates could be of a process that saw the change late
        assert ask(site.archive.url + address, If_Modified_Since=later).status == 200
        assert "A standby is behind" not in site.staff.save(form, headline="Ferry last"), "readers have left it"
    finally:
        scalar(site.standby, "SELECT pg_wal_replay_resume()")
    wait_until(lambda: "Ferry last" in ask(site.archive.url + address).text)


def test_a_late_standby_that_is_the_only_server_is_not_ready(site: Site, tmp_path: Path) -> None:
    copy_empty(tmp_path)
    variables = {"REPLICA_MAX_LAG_SECONDS": str(LIMIT_SECONDS)}
    alone = Archive(f"http://127.0.0.1:{free_port()}", tmp_path, site.standby.url, variables)
    (tmp_path / "media").symlink_to(site.archive.var / "media")

    def answer() -> tuple[int, str]:
        ready = ask(f"{alone.url}/readyz")
        return ready.status, ready.text

    with serving(alone):
        wait_until(lambda: answer() == (200, "ok\n"))
        scalar(site.standby, "SELECT pg_wal_replay_pause()")
        try:
            scalar(site.primary, "SELECT pg_logical_emit_message(true, 'test', 'written')")
            late = f"the standby is more than {LIMIT_SECONDS} seconds late\n"
            wait_until(lambda: answer() == (503, late), LIMIT_SECONDS + 5)
            assert ask(f"{site.archive.url}/readyz").status == 200, "readers of several servers have left it"
        finally:
            scalar(site.standby, "SELECT pg_wal_replay_resume()")
        wait_until(lambda: answer() == (200, "ok\n"))


def test_a_late_standby_is_read_when_the_primary_dies(site: Site) -> None:
    address, form = newest(site)
    scalar(site.standby, "SELECT pg_wal_replay_pause()")
    site.staff.save(form, withdrawn="on", withdrawn_reason=REASON)
    time.sleep(LIMIT_SECONDS + MARGIN_SECONDS)
    assert site.statuses(address) == {410}
    site.primary.kill()
    site.searches()  # pages in progress may fail
    for _ in range(5):
        assert site.searches() == {200}
        time.sleep(0.5)
    assert scalar(site.standby, READERS) > 0
    wait_until(lambda: site.lag() == math.inf)
    site.primary.start()
    wait_until(lambda: site.statuses(address) == {410})


def test_a_former_primary_that_is_started_again_is_neither_written_nor_read(site: Site) -> None:
    site.primary.kill()
    site.standby.promote()
    wait_until(lambda: site.staff.status("/admin/articles/article/") == 200)
    address, form = newest(site, site.standby)
    site.staff.save(form, headline="Saved on the new primary")
    site.primary.start()
    scalar(site.standby, END_WRITERS)  # those of staff would go on, as they should

    wait_until(lambda: site.staff.status("/admin/articles/article/") == 503)
    with pytest.raises(HTTPError) as refused:
        site.staff.page("/admin/login/")
    assert "Nothing can be saved now" in refused.value.read().decode()
    done = site.archive.manage("load_articles", "fixtures/seeds", code=1)
    here, newer = (f"127.0.0.1:{server.port}" for server in (site.primary, site.standby))
    words = f"{here} is a former primary on timeline 1; {newer} was promoted to timeline 2."
    assert words in done.stderr
    assert "Traceback" not in done.stderr

    assert site.searches() == {200}
    assert (scalar(site.primary, READERS), scalar(site.standby, READERS) > 0) == (0, True)
    assert "Saved on the new primary" in ask(site.archive.url + address).text
    ready = ask(f"{site.archive.url}/readyz")
    assert ready.status == 200
    assert "a former primary is running" in ready.text

    site.standby.kill()
    done = site.archive.manage("load_articles", "fixtures/seeds", code=1)
    assert words in done.stderr, "the installation remembers the newer one"
    site.searches()
    assert site.searches() == {200}
    site.standby.start()

    follow(site.primary, [site.primary, site.standby])
    wait_until(lambda: site.staff.status("/admin/articles/article/") == 200)
    assert "A standby is behind" not in site.staff.save(form, headline="Saved after all")
    wait_until(lambda: ask(f"{site.archive.url}/readyz").text == "ok\n")
