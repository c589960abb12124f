"""``verify_archive``: a sound archive has no faults; each fault is named, with what fixes it, or repaired."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client

from articles.catalogue import photo_files
from articles.models import Article, Clock, FormerPath, Original, PeriodCount, Photo, Redirect, SearchEntry, Tag
from articles.models.search_entry import entry_number
from articles.search import index
from articles.search.backend import backend
from tests.derived import assert_all_follows
from tests.loading import load, text_file
from tests.photo_files import plain
from tests.postgres import cluster, free_ports, needed
from tests.served import ROOT, Archive, copy_fixtures
from tests.staff import saved
from tests.test_damaged_database import overwrite

pytestmark = pytest.mark.django_db(transaction=True)
DIGESTS = ("ab" + 62 * "1", "cd" + 62 * "2")
REPAIR = "To fix: manage.py verify_archive --repair"


@dataclass
class Checked:
    lines: list[str]
    code: int

    @property
    def faults(self) -> list[str]:
        return self.lines[:-1]


def verify(**options: Any) -> Checked:
    out, code = io.StringIO(), 0
    try:
        call_command("verify_archive", stdout=out, no_color=True, **options)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return Checked(out.getvalue().splitlines(), code)


@pytest.fixture(autouse=True)
def _no_rows_of_other_tests(transactional_db: None) -> None:
    """Between these tests, tables are emptied by Django, which does not know those of the index."""
    index.empty()


@pytest.fixture
def archive(tmp_path: Path, settings: Any) -> Path:
    """Two articles with one photo each, and one with a photo that its source never had; its folder of photo files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "exports"
    folder.mkdir()
    for name, size in (("quay", (900, 600)), ("fog", (500, 300))):
        (folder / f"{name}.jpg").write_bytes(plain(size=size))
        record = {
            "id": f"urn:{name}", "headline": f"The {name}", "published": "2021-05-04", "source": "Harbour Daily",
            "tags": ["Boats"], "authors": ["Nora Berg"], "body_markdown": f"The {name} lay in the morning light.",
            "former_paths": [f"/old/{name}.html"],
            "photos": [{"src": f"{name}.jpg", "caption": f"The {name}.", "credit": "Mei Tanaka", "position": 1}],
        }  # fmt: skip
        (folder / f"{name}.jsonl").write_text(json.dumps(record) + "\n")
    lost = {
        "id": "urn:lost",
        "headline": "Lost",
        "body_markdown": "Words.",
        "photos": [{"src": "x.jpg", "caption": "X"}],
    }
    (folder / "lost.jsonl").write_text(json.dumps(lost) + "\n")
    load(folder)
    assert Photo.objects.filter(file="").count() == 1
    return tmp_path / "media"


def article() -> Article:
    return Article.objects.get(external_id="urn:quay")


def spoil(path: Path, at: int = 300) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def old(path: Path) -> Path:
    os.utime(path, (time.time() - 86_400,) * 2)
    return path


# --- Sound archives. --------------------------------------------------------------------------------------------------


def test_a_sound_archive_has_no_faults_and_a_photo_never_had_is_none(archive: Path) -> None:
    done = verify()
    assert done.faults == []
    assert done.lines[-1].startswith("0 faults")
    assert done.code == 0


def test_the_samples_have_no_faults(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    load(shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures"), edits=ROOT / "fixtures/samples.edits")
    assert verify().faults == []
    assert verify(sample=7).faults == []


def test_an_edited_archive_has_no_faults(archive: Path, editor: Client) -> None:
    """Also not in the file of a removed photo, which its former version has."""
    saved(editor, article(), headline="Quay", published="2020-02-03", **{"photos-0-caption": "Another quay."})
    saved(editor, Article.objects.get(external_id="urn:fog"), **{"photos-0-DELETE": "on"})
    for path in archive.rglob("*.*"):
        old(path)
    assert verify().faults == []


# --- Damage, each with what fixes it. ---------------------------------------------------------------------------------


def damage_original(archive: Path) -> str:
    original = Original.objects.get(article=article())
    Original.objects.filter(pk=original.pk).update(content=bytes(original.content)[:-1] + b"!")
    return f"{original.name} (original of /2021/05/04/the-quay/): it is not the one that was loaded. To fix: restore"


def damage_photo_file(archive: Path) -> str:
    path = archive / Photo.objects.get(article=article()).file
    spoil(path)
    return f"{path}: photo of /2021/05/04/the-quay/: not the file as loaded. To fix: restore it from a backup"


def lose_photo_file(archive: Path) -> str:
    path = archive / Photo.objects.get(article=article()).file
    path.unlink()
    return f"{path}: photo of /2021/05/04/the-quay/: No such file or directory. To fix: restore it from a backup"


def make_photo_file_unreadable(archive: Path) -> str:
    path = archive / Photo.objects.get(article=article()).file
    path.unlink()
    path.mkdir()
    return f"{path}: photo of /2021/05/04/the-quay/: Is a directory. To fix: make its disk or bucket readable"


def refer_to_nothing(table: str) -> None:
    off, on = "PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"
    if connection.vendor == "postgresql":
        off, on = "SET session_replication_role = replica", "SET session_replication_role = DEFAULT"
    with connection.cursor() as cursor:
        for statement in (off, f"UPDATE {table} SET article_id = 999999", on):
            cursor.execute(statement)


def lose_reference(archive: Path) -> str:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks after its foreign keys itself")
    row = Photo.objects.exclude(file="").first()
    assert row is not None
    Photo.objects.exclude(pk=row.pk).delete()
    refer_to_nothing("articles_photo")
    name = connection.settings_dict["NAME"]
    return (
        f"{name}: the database is damaged: the articles_article of row {row.pk} of articles_photo is not there. To fix:"
    )


def merge_in_a_circle(archive: Path) -> str:
    first, second = Article.objects.exclude(archive_date=None)
    Article.objects.filter(pk=first.pk).update(merged_into=second)
    Article.objects.filter(pk=second.pk).update(merged_into=first)
    return "/2021/05/04/the-quay/: it is merged in a circle. To fix: separate"


def leave_a_foreign_file(archive: Path) -> str:
    folder = archive / "originals/ab"
    folder.mkdir(exist_ok=True)
    path = folder / f"{'ab' * 32}.jpg"
    path.write_bytes(b"perhaps the only copy")
    return f"{old(path)}: no photo has this file. To fix: look at it, then move it elsewhere"


def damage_json(table: str, column: str, **row: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks after its JSON itself")
    ((name, value),) = row.items()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {table} SET {column} = '{{\"a' WHERE {name} = %s", [value])
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def damage_former_paths(archive: Path) -> str:
    damage_json("articles_article", "former_paths", external_id="urn:quay")
    return "/2021/05/04/the-quay/: a value in its row is damaged (wrong JSON). To fix: restore the database"


def damage_authors(archive: Path) -> str:
    Article.objects.filter(external_id="urn:quay").update(authors=5)
    return "/2021/05/04/the-quay/: a value in its row is damaged (wrong JSON). To fix: restore the database"


def damage_a_former_path(archive: Path) -> str:
    Article.objects.filter(external_id="urn:quay").update(former_paths=[[1]])
    return f"row {article().pk}: it cannot be read: "


def damage_evidence(archive: Path) -> str:
    original = Original.objects.get(article=article())
    damage_json("articles_original", "evidence", id=original.pk)
    return (
        f"{original.name} (original of /2021/05/04/the-quay/): a value in its row is damaged (wrong JSON). To fix: res"
    )


def lose_a_line_of_a_ledger(archive: Path) -> str:
    load(text_file(archive.parent / "texts", "pier.txt", headline="The pier"))
    original = Original.objects.get(name="pier.txt")
    Original.objects.filter(pk=original.pk).update(ledger=original.ledger[:-1])
    return "pier.txt (original of /2021/05/04/the-pier/): its ledger is not that of its lines. To fix: restore"


LASTING: list[Callable[[Path], str]] = [
    damage_original, damage_photo_file, lose_photo_file, make_photo_file_unreadable, lose_reference, merge_in_a_circle,
    leave_a_foreign_file, damage_former_paths, damage_authors, damage_a_former_path, damage_evidence,
    lose_a_line_of_a_ledger,
]  # fmt: skip


@pytest.mark.parametrize("damage", LASTING, ids=lambda damage: damage.__name__)
def test_what_cannot_be_repaired_is_named_with_what_people_can_do(archive: Path, damage: Callable[[Path], str]) -> None:
    named = damage(archive)
    for options in ({}, {"repair": True}):
        done = verify(**options)
        assert any(line.startswith(named) for line in done.faults), done.lines
        assert done.code == 1
    assert "perhaps" not in named or Path(named.split(":")[0]).exists()


def damage_rendition(archive: Path) -> str:
    path = archive / article().photos.get().renditions.all()[0].file
    spoil(path)
    return f"{path}: photo of /2021/05/04/the-quay/: the rendition is missing, damaged or of former words"


def lose_rendition(archive: Path) -> str:
    path = archive / article().photos.get().renditions.all()[0].file_webp
    path.unlink()
    return f"{path}: photo of /2021/05/04/the-quay/: the rendition is missing, damaged or of former words"


def count_wrongly(archive: Path) -> str:
    Tag.objects.filter(name="Boats").update(article_count=7)
    return "/tags/boats/: a stored count is wrong by +5"


def set_the_clock_of_changes_back(archive: Path) -> str:
    Clock.objects.update(number=0)
    return "the clock of changes: it is behind the last one: nothing can be saved"


def count_authors_wrongly(archive: Path) -> str:
    Tag.everything.get(name="Nora Berg").months.all().delete()
    return "/authors/nora-berg/: the stored count of 202105 is wrong by -2"


def count_days_wrongly(archive: Path) -> str:
    PeriodCount.objects.filter(unit="month").update(articles=1, photos=9)
    return "/2021/05/: a stored count is wrong by -1, +7, +0"


def lose_entry(archive: Path) -> str:
    SearchEntry.objects.filter(article=article()).delete()
    return "/2021/05/04/the-quay/: its row in the search index is missing or wrong"


def lose_index_row(archive: Path) -> str:
    backend().remove([article().search_entry.pk])
    return "/2021/05/04/the-quay/: its row in the search index is missing or wrong"


def index_other_words(archive: Path) -> str:
    Article.objects.filter(pk=article().pk).update(headline="The quay, in the fog")
    return "/2021/05/04/the-quay/: its row in the search index is missing or wrong"


def index_the_withdrawn(archive: Path) -> str:
    Article.objects.filter(pk=article().pk).update(withdrawn_at="2022-01-01T00:00Z")
    return "/2021/05/04/the-quay/: its row in the search index is missing or wrong"


def index_the_gone(archive: Path) -> str:
    [document] = index.documents([article().pk])
    number = entry_number(None, 54_321)
    backend().add([replace(document, article_id=54_321, day=None)])
    return f"search index, row {number}: no article has it"


def redirect_to_nowhere(archive: Path) -> str:
    Redirect.objects.create(path="/2019/01/02/the-quay/", article=article())
    refer_to_nothing("articles_redirect")
    return "/2019/01/02/the-quay/: it redirects to an article that is not there"


def forget_former_path(archive: Path) -> str:
    FormerPath.objects.filter(article=article()).delete()
    return "/2021/05/04/the-quay/: its former paths are wrong"


def leave_rendition(archive: Path) -> str:
    made = article().photos.get().renditions.all()[0]
    path = archive / made.file.replace(made.file.split("-")[1], "12345678")
    path.write_bytes((archive / made.file).read_bytes())
    return f"{old(path)}: no photo has this rendition"


def spoil_the_page(archive: Path) -> str:
    Article.objects.filter(pk=article().pk).update(body_html="<p>The quay lay in fog.</p>", photo_count=4)
    return "/2021/05/04/the-quay/: its HTML, excerpt or number of photos is wrong"


DERIVED: list[Callable[[Path], str]] = [
    damage_rendition, lose_rendition, count_wrongly, set_the_clock_of_changes_back, count_authors_wrongly,
    count_days_wrongly,
    lose_entry, lose_index_row, index_other_words, index_the_withdrawn, index_the_gone,
    redirect_to_nowhere, forget_former_path, leave_rendition, spoil_the_page,
]  # fmt: skip


@pytest.mark.parametrize("damage", DERIVED, ids=lambda damage: damage.__name__)
def test_what_follows_from_sound_parts_is_named_and_repaired(archive: Path, damage: Callable[[Path], str]) -> None:
    named = damage(archive)
    found = verify()
    assert f"{named}. {REPAIR}" in found.faults, found.lines
    assert found.code == 1
    done = verify(repair=True)
    assert f"{named}. Repaired." in done.faults, done.lines
    assert (done.code, verify().faults) == (0, []), done.lines


def test_a_repair_that_fails_says_why(archive: Path) -> None:
    folder = (archive / article().photos.get().renditions.all()[0].file).parent
    shutil.rmtree(folder)
    folder.write_text("a file where a folder should be")
    done = verify(repair=True)
    assert done.code == 1
    failed = [line for line in done.faults if "To fix: remove what stopped the repair ([Errno 20] Not a dir" in line]
    assert len(failed) == 4, done.lines


def test_nothing_is_repaired_from_a_damaged_value_and_its_neighbours_are_checked(archive: Path) -> None:
    before = [*FormerPath.objects.values_list("path", flat=True)]
    damage_former_paths(archive)
    forget = FormerPath.objects.get(article__external_id="urn:fog")
    forget.delete()
    done = verify(repair=True)
    assert "/2021/05/04/the-fog/: its former paths are wrong. Repaired." in done.faults
    assert sorted(FormerPath.objects.values_list("path", flat=True)) == sorted(before)


def test_an_address_that_redirected_to_nowhere_answers_410(archive: Path, site: Client) -> None:
    redirect_to_nowhere(archive)
    assert site.get("/2019/01/02/the-quay/").status_code == 404
    verify(repair=True)
    assert site.get("/2019/01/02/the-quay/").status_code == 410


def test_a_lost_photo_file_is_back_after_a_load(archive: Path) -> None:
    lose_photo_file(archive)
    load(archive.parent / "exports", check=True)
    assert verify().faults == []


def test_a_repaired_archive_is_as_before(archive: Path) -> None:
    for damage in (count_wrongly, count_days_wrongly, lose_index_row, lose_rendition):
        damage(archive)
    verify(repair=True)
    assert_all_follows()


# --- How it runs. -----------------------------------------------------------------------------------------------------


def test_a_sample_checks_only_its_articles_with_all_that_is_theirs(archive: Path) -> None:
    FormerPath.objects.filter(article__external_id="urn:fog").delete()
    damage_original(archive)
    assert len(verify(sample=100).faults) == 2
    assert {len(verify(sample=1).faults) for _ in range(30)} == {0, 1}


@pytest.mark.parametrize("number", [0, -3])
def test_a_sample_of_none_is_refused(archive: Path, number: int) -> None:
    with pytest.raises(Exception, match="at least 1") as refused:
        verify(sample=number)
    assert getattr(refused.value, "returncode", 0) == 2


def test_an_unreadable_folder_of_photos_is_named(archive: Path) -> None:
    (archive / "originals").rename(archive / "elsewhere")
    (archive / "originals").write_text("a file")
    done = verify()
    assert done.code == 1
    assert any(": Not a directory. To fix: " in line for line in done.faults), done.lines


def test_edits_and_loads_meanwhile_are_no_faults(archive: Path, editor: Client) -> None:
    is_done = threading.Event()

    def edit() -> None:
        number = 0
        while not is_done.is_set():
            number += 1
            day = {"published": f"20{number % 20:02}-01-02", "photos-0-caption": f"Quay {number}."}
            saved(editor, article(), headline=f"The quay, {number} times", **day)
        connections.close_all()

    editing = threading.Thread(target=edit)
    editing.start()
    try:
        runs = [verify() for _ in range(6)]
    finally:
        is_done.set()
        editing.join()
    assert [run.faults for run in runs] == [[]] * 6


def test_ctrl_c_ends_it_without_a_traceback(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    endless = count if connection.vendor == "sqlite" else "SELECT pg_sleep(60)"
    monkeypatch.setattr("articles.loading.verifying._statements", lambda: [("it", endless)])
    before, began = signal.getsignal(signal.SIGINT), time.monotonic()
    press = threading.Timer(2, os.kill, [os.getpid(), signal.SIGINT])
    press.start()
    try:
        done = verify()
    finally:
        press.join()
        signal.signal(signal.SIGINT, before)
    assert (done.code, done.lines) == (130, ["", "Interrupted."])
    assert time.monotonic() - began < 30


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file of SQLite")
def test_a_corrupt_page_of_the_database_is_named(tmp_path: Path) -> None:
    copy_fixtures(tmp_path)
    path = tmp_path / "archive.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        [root_page] = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles_article'").fetchone()
    with path.open("r+b") as file:
        file.seek(8192 * (root_page - 1))
        file.write(os.urandom(8192))
    done = Archive("", tmp_path).manage("verify_archive", code=1)
    assert "he database is damaged" in done.stdout
    assert "To fix: restore the database from a backup" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file of SQLite")
def test_an_index_without_a_row_is_named(archive: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA writable_schema = ON")
        sql = "SELECT sql FROM sqlite_master WHERE name = 'article_listing'"
        [of_all] = cursor.execute(sql).fetchone()
        change = "UPDATE sqlite_master SET sql = %s WHERE name = 'article_listing'"
        cursor.execute(change, [f"{of_all} WHERE id < 0"])
        cursor.execute("PRAGMA writable_schema = RESET")
        cursor.execute("REINDEX article_listing")
        cursor.execute("PRAGMA writable_schema = ON")
        cursor.execute(change, [of_all])
        cursor.execute("PRAGMA writable_schema = RESET")
        done = verify()
        cursor.execute("REINDEX article_listing")
    assert any("index article_listing. To fix: REINDEX" in line for line in done.faults), done.lines
    assert verify().faults == []


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "sqlite", reason="once is enough")
@pytest.mark.parametrize("has_amcheck", [False, True], ids=["by reading", "by amcheck"])
def test_a_corrupt_table_of_postgresql_is_named(tmp_path: Path, has_amcheck: bool) -> None:
    needed()
    folder = tempfile.TemporaryDirectory(prefix="newsarchive-postgres-")
    with folder, cluster(Path(folder.name), *free_ports(1)) as (server,):
        archive = Archive("", tmp_path / "var", server.url)
        text_file(tmp_path / "texts", "ferry.txt", headline="Ferry returns")
        archive.manage("load_articles", str(tmp_path / "texts"), "--workers", "1")
        with psycopg.connect(server.url, autocommit=True) as database:
            if has_amcheck:
                database.execute("CREATE EXTENSION amcheck")
            (file,) = database.execute("SELECT pg_relation_filepath('articles_original')").fetchone() or ("",)
        assert "0 faults" in archive.manage("verify_archive").stdout
        with psycopg.connect(server.url, autocommit=True) as database:
            database.execute("CHECKPOINT")
        server.kill()
        overwrite(server.home / "db" / file)
        server.start()
        done = archive.manage("verify_archive", code=1)
        assert "he database is damaged" in done.stdout
        assert "invalid page in block 0" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr


def test_a_file_that_can_not_be_deleted_stops_no_repair_and_is_named(
    tmp_path: Path, settings: LazySettings, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    strays = [tmp_path / "media" / "renditions" / digest[:2] / f"{digest}-12345678-400.jpg" for digest in DIGESTS]
    stuck, loose = strays
    for folder in {path.parent for path in strays}:
        folder.mkdir(parents=True)
    (stuck / "held").mkdir(parents=True)  # a folder in the place of a file, as of a mount
    loose.write_bytes(b"stray")
    for path in strays:
        os.utime(path, (1, 1))
    checked = verify(repair=True)
    assert not loose.exists()
    assert checked.code == 1
    assert any("remove what stopped the repair" in line and str(stuck) in line for line in checked.faults)
    assert "Traceback" not in capfd.readouterr().err
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [f"{stuck} was not deleted"]
    photo_files.remove_unused([f"renditions/{stuck.parent.name}/{stuck.name}"])  # as after a save
