"""The PostgreSQL role of ``grant_reading``: it reads every public page, and no passwords."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import psycopg
import pytest
from django.urls import Resolver404, resolve

from tests.postgres import Server, cluster, free_ports, needed
from tests.served import Archive, ask, copy_empty, free_port, serving, vocabulary
from tests.staff_over_http import PASSWORD, StaffBrowser

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("reading_role")]  # one server for all
STATE = """
SELECT relname, relacl::text, rolconfig::text, rolsuper, rolcreaterole, rolreplication FROM pg_class, pg_roles
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND rolname = 'reader'
UNION ALL SELECT attname, attacl::text, '', false, false, false FROM pg_attribute WHERE attacl IS NOT NULL
UNION ALL SELECT member::regrole::text, roleid::regrole::text, '', false, false, false FROM pg_auth_members
ORDER BY 1, 2
"""
# Not a superuser, whose permissions are not read from the database.
MAKE_EDITOR = f"""
from django.contrib.auth.models import Group, User
nora = User.objects.create_user("nora", first_name="Nora", last_name="Berg", password="{PASSWORD}", is_staff=True)
nora.groups.add(Group.objects.get(name="Editors"))
"""
LINKS = re.compile(r"""(?:href|src)="([^"]+)"|<loc>([^<]+)</loc>""")
EXAMPLES = 2  # addresses asked of each kind


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[Server, Archive]]:
    """A loaded archive, and a role that public pages read it by."""
    needed()
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-postgres-") as folder,
        cluster(Path(folder), *free_ports(1)) as (server,),
        tempfile.TemporaryDirectory(prefix="newsarchive-") as var,
    ):
        archive = Archive(f"http://127.0.0.1:{free_port()}", Path(var), server.url)
        copy_empty(archive.var)
        vocabulary(archive.var)
        archive.manage("load_articles", "fixtures/samples", "fixtures/seeds", "--edits", "fixtures/samples.edits")
        archive.manage("shell", "-c", MAKE_EDITOR)
        psql(server, archive.manage("grant_reading", "reader").stdout)
        yield server, replace(archive, variables={"REPLICA_URLS": of(server, "reader")})


def of(server: Server, role: str) -> str:
    return server.url.replace("//archive@", f"//{role}@")


def psql(server: Server, sql: str, code: int = 0) -> str:
    """Run by psql, without its options, as the help says."""
    done = subprocess.run(
        ["psql", "--no-psqlrc", server.url], input=sql, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stderr


def rows(url: str, sql: str) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(sql.encode()).fetchall()


def test_every_kind_of_public_page_is_read_by_the_role(site: tuple[Server, Archive]) -> None:
    server, archive = site
    with serving(archive):
        [edited] = re.findall(r'href="(/\d{4}/[^"]+/)"', ask(f"{archive.url}/search/?q=rowing+boats").text)[:1]
        staff = StaffBrowser(archive)
        [(number,)] = rows(server.url, f"SELECT id FROM articles_article WHERE slug = '{edited.split('/')[-2]}'")
        address = f"/admin/articles/article/{number}/change/"
        preview = staff.save(address, to=address.replace("/change/", "/preview/"), headline="Boats before dawn")
        assert "Boats before dawn" in preview
        staff.save(address, headline="Boats are back on the river", correction_note="The headline was wrong.")
        for page in ("history/", "account/", "article.json"):
            assert "Nora Berg" in ask(f"{archive.url}{edited}{page}").text
        asked, todo = crawl(archive.url, edited)
    assert not todo
    assert {
        "home", "article", "original", "reading-report", "photo", "history", "version", "changes", "article-form",
        "tag", "author", "source", "search", "latest-feed", "corrections-feed", "photos-feed", "oai", "sitemap",
        "sitemap-articles", "sitemap-listings", "help", "help-chapter", "added", "media", "lookup", "short", "year",
    } <= set(asked)  # fmt: skip


def crawl(url: str, edited: str) -> tuple[Counter[str], list[tuple[int, str]]]:
    """How many addresses of each kind were asked, and those that failed."""
    todo = ["/", "/sitemap.xml", edited, f"{edited}history/", f"{edited}history/2/changes/", "/search/?q=bridge"]
    todo += ["/search/?q=ferry+-tag:no&sort=newest", "/search/?q=nowhereatall", "/feeds/corrections.atom", "/about/"]
    todo += [f"/oai?verb=ListRecords&metadataPrefix={name}" for name in ("oai_dc", "mods")] + ["/oai?verb=Identify"]
    todo += ["/lookup?url=https://example.org/a", "/feeds/photos.atom"]
    met, asked, failed = set(todo), Counter[str](), []
    while todo:
        address = todo.pop(0)
        try:
            kind = resolve(urlsplit(address).path).url_name or ""
        except Resolver404:
            continue
        if asked[kind] >= EXAMPLES + 6 * (kind in ("search", "oai")):
            continue
        asked[kind] += 1
        answer = ask(url + address)
        if answer.status not in (200, 301) and not (kind == "lookup" and answer.status == 404):
            failed.append((answer.status, address))
        if "html" in answer.headers.get("content-type", "") or "sitemap" in kind:
            for a, b in LINKS.findall(answer.text):
                link = urlsplit(urljoin(url + address, unescape(a or b)))
                found = link.path + (f"?{link.query}" if link.query else "")
                if f"{link.scheme}://{link.netloc}" == url and found not in met:
                    met.add(found)
                    todo.append(found)
    return asked, failed


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT password FROM auth_user",
        "SELECT * FROM auth_user",
        "SELECT * FROM django_session",
        "SELECT * FROM axes_accessattempt",
        "SELECT * FROM django_admin_log",
        "SELECT * FROM articles_conflict",
        "BEGIN READ WRITE; DELETE FROM articles_article",
    ],
)
def test_the_role_cannot_read_passwords_sessions_and_the_work_of_staff_nor_write(
    site: tuple[Server, Archive], sql: str
) -> None:
    server, _ = site
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(of(server, "reader"), sql)


def test_the_role_is_read_only_and_has_a_limit_of_time_by_itself(site: tuple[Server, Archive]) -> None:
    server, _ = site
    assert rows(of(server, "reader"), "SHOW default_transaction_read_only") == [("on",)]
    assert rows(of(server, "reader"), "SHOW statement_timeout") == [("5s",)]


def test_run_again_the_sql_changes_nothing_and_takes_away_what_was_given_since(site: tuple[Server, Archive]) -> None:
    server, archive = site
    before = rows(server.url, STATE)
    sql = archive.manage("grant_reading", "reader").stdout
    psql(server, sql)
    assert rows(server.url, STATE) == before
    psql(
        server,
        "GRANT pg_read_all_data TO reader; GRANT INSERT ON articles_tag TO reader; GRANT SELECT (email) ON auth_user "
        "TO reader; GRANT SELECT ON django_session TO PUBLIC; REVOKE SELECT ON articles_article FROM reader;"
        "ALTER ROLE reader RESET ALL; ALTER ROLE reader CREATEROLE NOLOGIN",
    )
    assert rows(server.url, STATE) != before
    psql(server, sql)
    assert [row for row in rows(server.url, STATE) if row[0] != "django_session"] == [
        row for row in before if row[0] != "django_session"
    ]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(of(server, "reader"), "SELECT * FROM django_session")


def serve_says(archive: Archive, role: str) -> str:
    """What ``serve`` checks before it listens, on stderr."""
    checked = "from articles.management.archive import check_readable; check_readable()"
    other = replace(archive, variables={"REPLICA_URLS": archive.database_url.replace("//archive@", f"//{role}@")})
    return other.manage("shell", "-c", checked).stderr


def test_serving_warns_of_a_role_that_can_read_more_and_says_how_to_correct_it(site: tuple[Server, Archive]) -> None:
    server, archive = site
    assert "may also read" not in serve_says(archive, "reader")
    psql(server, "CREATE ROLE former LOGIN IN ROLE pg_read_all_data")
    words = serve_says(archive, "former")
    assert "Public pages are read as former, who may also read what they never show" in words
    assert "auth_user," in words
    assert "articles_article," not in words
    assert words.strip().endswith("manage.py grant_reading former | sudo -u postgres psql postgres")
    psql(server, archive.manage("grant_reading", "former").stdout)
    assert "may also read" not in serve_says(archive, "former")


def test_serving_ends_when_the_role_cannot_read_a_table_of_a_newer_version(site: tuple[Server, Archive]) -> None:
    server, archive = site
    psql(server, "CREATE TABLE articles_newer (id bigint)")
    done = archive.manage("serve", "--port", str(free_port()), code=1)
    psql(server, "DROP TABLE articles_newer")
    assert "The role reader may not read tables that public pages need: articles_newer." in done.stderr
    assert "grant_reading reader | " in done.stderr


def test_names_that_cannot_be_such_a_role_are_refused(site: tuple[Server, Archive]) -> None:
    server, archive = site
    assert "'a b\"' is no name for a role" in archive.manage("grant_reading", 'a b"', code=2).stderr
    before = rows(server.url, "SELECT rolconfig::text FROM pg_roles WHERE rolname = 'archive'")
    assert "Choose another name." in psql(server, archive.manage("grant_reading", "archive").stdout, code=3)
    assert rows(server.url, "SELECT rolconfig::text FROM pg_roles WHERE rolname = 'archive'") == before
    assert (
        "Only a PostgreSQL database has roles"
        in replace(archive, database_url="", variables={}).manage("grant_reading", "reader", code=2).stderr
    )
