"""Backups, and archives restored from them, on SQLite and PostgreSQL."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.photo_files import plain
from tests.postgres import cluster, free_ports, needed
from tests.served import ROOT, Archive, ask, copy_empty, free_port, serving
from tests.staff_over_http import MAKE_STAFF, StaffBrowser

FORM = "/admin/articles/article/1/change/"
# The JSON of articles (of many, one in fifty), and the digest of each photo file that a row names, among others.
STATE = """
import hashlib, json
from django.conf import settings
from django.test import Client
from articles.models import Article, Change, Photo, Rendition
from articles.models.generation import generation_of
from django.db import connection
from tests.dumping import dump

def digest(name):
    path = settings.MEDIA_ROOT / name
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

def shown(article):
    answer = Client().get(article.get_absolute_url() + "article.json", headers={"host": "localhost"})
    return json.loads(answer.content)

names = {*Photo.everything.exclude(file="").values_list("file", flat=True)}
for row in Rendition.objects.all():
    names |= {row.file, row.file_webp} - {""}
print(json.dumps({
    "rows": dump(),
    "articles": {
        article.key: shown(article) for article in Article.objects.all() if article.pk < 5 or article.pk % 50 == 0
    },
    "files": {name: digest(name) for name in sorted(names)},
    "photos": {photo.file: photo.digest for photo in Photo.everything.exclude(file="")},
    "changes": [*Change.objects.order_by("number").values_list("number", "kind")],
    "added": dict(Article.objects.values_list("key", "added__number")),
    "generation": generation_of(connection),
}))
"""
# What a later version may do.
UPGRADE = """
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
connection.cursor().execute(
    "CREATE TABLE articles_podcast (id int PRIMARY KEY, article_id bigint REFERENCES articles_article (id))"
)
MigrationRecorder(connection).record_applied("articles", "0099_podcasts")
"""


def state(archive: Archive) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(archive.manage("shell", "-v", "0", "-c", STATE).stdout)
    return found


class Places:
    """Where archives can be made: folders, or folders with a database each on a server of PostgreSQL."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.folder, self.server = folder, server

    def new(self, name: str) -> Archive:
        """Nothing is there yet but an empty database, on PostgreSQL."""
        url = ""
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                database = f"{name}_{uuid.uuid4().hex}"
                connection.execute(f"CREATE DATABASE {database}")  # type: ignore[call-overload]
            url = f"{self.server.rpartition('/')[0]}/{database}".replace("archive@", "archive:geheim@")
        return Archive(f"http://127.0.0.1:{free_port()}", self.folder / name, url)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    needed()
    with (
        tempfile.TemporaryDirectory(prefix="newsarchive-postgres-") as folder,
        cluster(Path(folder), *free_ports(1)) as (server,),
    ):
        yield server.url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    return Places(tmp_path, request.getfixturevalue("postgresql") if request.param == "postgresql" else "")


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return loaded(Places(tmp_path_factory.mktemp("mould")).new("one")).var


@pytest.fixture
def archive(tmp_path: Path, mould: Path) -> Archive:
    """One article with a photo and another without, in SQLite."""
    shutil.copytree(mould, tmp_path / "one")
    return Places(tmp_path).new("one")


def loaded(archive: Archive) -> Archive:
    """Its address in the admin is ``FORM``."""
    source = archive.var.parent / f"{archive.var.name}-in"
    source.mkdir()
    (source / "quay.jpg").write_bytes(plain(size=(900, 600)))
    photo = '![The quay.](quay.jpg "The quay.")'
    (source / "1.md").write_text(f"---\ntitle: Ferry returns\ndate: 2021-05-04\n---\nIt sailed.\n\n{photo}\n")
    (source / "2.md").write_text("---\ntitle: Fog\ndate: 2021-05-05\n---\nFog lay on the quay.\n")
    archive.var.mkdir()
    (archive.var / "tags.toml").write_text('[[tag]]\nname = "Fog"\n')
    archive.manage("load_articles", str(source), "--source", "Courier", "--workers", "1")
    return archive


def files(folder: Path) -> list[str]:
    """Without those that any command makes."""
    made = {"secret-key", "media"}
    return sorted(name for path in folder.rglob("*") if (name := str(path.relative_to(folder))) not in made)


def renditions(archive: Archive) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (archive.var / "media/renditions").rglob("*.*")}


def manifest(path: Path) -> dict[str, Any]:
    with tarfile.open(path) as tar:
        first: Any = tar.next()
        assert first.name == "manifest.json"
        found: dict[str, Any] = json.load(tar.extractfile(first))  # type: ignore[arg-type]
    return found


def rewritten(path: Path, name: str, content: bytes, **changes: Any) -> Path:
    """A backup in which a member is added, with a right entry in the manifest, and values of that are changed."""
    there = manifest(path)
    there["members"][name] = [len(content), hashlib.sha256(content).hexdigest()]
    new = path.with_name("rewritten.tar")
    with tarfile.open(path) as old, tarfile.open(new, "w") as tar:
        add(tar, "manifest.json", json.dumps({**there, **changes}).encode())
        add(tar, name, content)
        for member in old.getmembers()[1:]:
            tar.addfile(member, old.extractfile(member))
    return new


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def test_an_archive_restored_elsewhere_is_the_same(places: Places, tmp_path: Path) -> None:
    first, path = loaded(places.new("one")), tmp_path / "backup.tar"
    (first.var / "sites/other.toml").write_text('source = "Harbour Daily"\n')
    before, os_umask = state(first), os.umask(0)
    done = replace(first, variables={"ARCHIVE_CONTACT": "secret@harbour.example"}).manage("backup", str(path))
    os.umask(os_umask)
    assert done.stdout.startswith(f"{path}: 2 articles, 2 originals, 1 photo, 1 tag; ")
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.manage("restore", "--check", str(path)).stdout.startswith(f"Checked {path}, of 20")

    second = places.new("two")
    done = second.manage("restore", str(path))
    assert done.stdout.startswith(f"Restored {path}, of ")
    assert "Variables set then, but not now: ARCHIVE_CONTACT\n" in done.stdout
    after = state(second)
    assert after.pop("generation") > before.pop("generation")
    assert after == before
    assert None not in before["files"].values()
    for name in ("archive.toml", "tags.toml", "sites/other.toml"):
        assert (second.var / name).read_bytes() == (first.var / name).read_bytes()
    modes = {name: (second.var / f"media/{name}").stat().st_mode & 0o777 for name in ("originals", "renditions")}
    assert modes == {"originals": 0o700, "renditions": 0o750}
    assert files(second.var / "media") == files(first.var / "media")
    key = b"of all machines" if first.database_url else (first.var / "secret-key").read_bytes()
    secrets = [b"secret@harbour.example", b"geheim", key]
    assert [secret for secret in secrets if secret in path.read_bytes()] == []
    assert not [path for path in tmp_path.rglob(".*") if path.name != ".report-0"]


def test_a_backup_during_a_load_and_edits_is_one_moment_of_the_archive(places: Places, tmp_path: Path) -> None:
    archive = loaded(places.new("one"))
    archive.manage("shell", "-c", MAKE_STAFF)
    record = {"source": "Daily", "published": "2020-01-02", "body_markdown": "High water.\n\nLow water at noon."}
    lines = (json.dumps({**record, "id": f"urn:tide:{n}", "headline": f"Tide {n}"}) + "\n" for n in range(1500))
    (tmp_path / "tides.jsonl").write_text("".join(lines))
    copy_empty(tmp_path / "static-only")
    shutil.copytree(tmp_path / "static-only/static", archive.var / "static")
    load = [sys.executable, "manage.py", "load_articles", str(tmp_path / "tides.jsonl"), "--workers", "1"]
    edits, backups = 0, []
    with serving(archive):
        editor = StaffBrowser(archive)
        with subprocess.Popen(load, cwd=ROOT, env=archive.environment, stdout=subprocess.DEVNULL) as loading:
            while loading.poll() is None or len(backups) < 2:
                path = tmp_path / f"backup-{len(backups)}.tar"
                backup = [sys.executable, "manage.py", "backup", str(path)]
                with subprocess.Popen(backup, cwd=ROOT, env=archive.environment, stdout=subprocess.DEVNULL) as backing:
                    while backing.poll() is None:
                        edits += 1
                        time.sleep(0.1)
                        words = {"headline": f"Edition {edits}", "photos-0-caption": f"Caption {edits}"}
                        editor.save(FORM, reason="Again.", **words)
                assert backing.returncode == 0
                backups.append(path)
    end = state(archive)
    moments = set()
    for path in backups:
        restored = places.new(path.stem.replace("-", "_"))
        restored.manage("restore", str(path))
        found = state(restored)
        number = found["changes"][-1][0]
        moments.add(number)
        assert found["changes"] == [change for change in end["changes"] if change[0] <= number]
        assert found["added"] == {key: at for key, at in end["added"].items() if at <= number}
        edited = next(key for key, article in end["articles"].items() if article["headline"].startswith("Edition"))
        edition = sum(kind == "staff" for _, kind in found["changes"])
        article = found["articles"].pop(edited)
        if edition:
            assert article["headline"] == f"Edition {edition}"
            assert article["photos"][0]["caption"] == f"Caption {edition}"
        assert found["articles"] == {key: end["articles"][key] for key in found["articles"]}
        assert all(found["files"].values())
        assert {name: found["files"][name] for name in found["photos"]} == found["photos"]
    assert len(moments) > 1


def test_a_rendition_that_a_correction_removes_meanwhile_is_in_the_backup_as_it_was(
    archive: Archive, tmp_path: Path
) -> None:
    media = archive.var / "media"
    before = renditions(archive)
    for path in (media / "renditions").rglob("*.*"):
        digest, _, size = path.name.split("-")
        path.rename(path.with_name(f"{digest}-01234567-{size}"))  # as if it had other words
    archive.manage("backup", str(tmp_path / "backup.tar"))
    assert before.keys().isdisjoint(renditions(archive)) is False  # rows still name them: made again, and stay
    with tarfile.open(tmp_path / "backup.tar") as tar:
        content = {Path(m.name).name: tar.extractfile(m).read() for m in tar if m.name.startswith("renditions")}  # type: ignore[union-attr]
    assert content == before


@pytest.mark.parametrize("damage", [None, b"not as it was loaded"], ids=["gone", "damaged"])
def test_a_backup_without_a_photo_names_it_and_replaces_no_whole_one(
    archive: Archive, tmp_path: Path, damage: bytes | None
) -> None:
    path, incomplete = tmp_path / "backup.tar", tmp_path / "backup.tar.incomplete"
    archive.manage("backup", str(path))
    whole = path.read_bytes()
    (photo,) = (archive.var / "media/originals").rglob("*.jpg")
    name = str(photo.relative_to(archive.var / "media"))
    photo.write_bytes(damage) if damage else photo.unlink()
    done = archive.manage("backup", str(path), code=1)
    assert done.stderr == f"missing  {name}: not on the disk, or damaged there\n"
    assert done.stdout.startswith(f"{incomplete}: 2 articles")
    assert path.read_bytes() == whole
    archive.manage("restore", "--check", str(incomplete))
    second = Places(tmp_path).new("two")
    said = second.manage("restore", str(incomplete)).stdout
    assert f"{name} was missing or damaged when the backup was made\n" in said
    assert renditions(second) == renditions(archive)


def test_a_rendition_damaged_in_the_backup_is_made_again(archive: Archive, tmp_path: Path) -> None:
    path, second = tmp_path / "backup.tar", Places(tmp_path).new("two")
    archive.manage("backup", str(path))
    with tarfile.open(path) as tar:
        first, second_to_last, *_ = (row for row in tar.getmembers() if row.name.startswith("renditions/"))
    damaged = bytearray(path.read_bytes())
    damaged[first.offset_data + 9] ^= 1
    path.write_bytes(damaged[: second_to_last.offset_data + 9])
    count = len(renditions(archive))
    assert len(archive.manage("restore", "--check", str(path), code=1).stderr.splitlines()) == count
    said = second.manage("restore", str(path)).stderr
    repair = "To make them again: manage.py verify_archive --repair"
    assert said == f"{count} renditions in the backup damaged or missing. {repair}\n"
    assert renditions(second) == {}
    assert "0 repaired" not in second.manage("verify_archive", "--repair").stdout
    assert renditions(second) == renditions(archive)


def test_a_file_that_others_write_or_remove_meanwhile_does_not_stop_a_backup(archive: Archive, tmp_path: Path) -> None:
    folder = archive.var / "media/renditions/ab"
    folder.mkdir(exist_ok=True)
    for name in (".new-ab12", f"{'ab' * 32}-01234567-800.jpg"):
        (folder / name).symlink_to("nowhere")  # listed, and gone when its size is wanted
    archive.manage("backup", str(tmp_path / "backup.tar"))


def test_a_damaged_member_is_named_and_nothing_is_restored(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    archive.manage("backup", str(path))
    names = list(manifest(path)["members"])
    with tarfile.open(path) as tar:
        name = next(name for name in names if name.startswith("originals/"))
        at = tar.getmember(name).offset_data + 100
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert archive.manage("restore", "--check", str(path), code=1).stderr == f"{name} is damaged\n"
    second = Places(tmp_path).new("two")
    said = second.manage("restore", str(path), code=2).stderr
    assert said == f"CommandError: {name} is damaged. Restore another backup. Nothing was changed.\n"
    assert files(second.var) == []

    path.write_bytes(whole[:at])
    lost = names[names.index(name) :]
    expected = "".join(f"{name} is missing or cut off\n" for name in lost)
    assert archive.manage("restore", "--check", str(path), code=1).stderr == expected
    assert "is missing or cut off" in second.manage("restore", str(path), code=2).stderr
    assert files(second.var) == []


@pytest.mark.parametrize("content", [b"", b"Ferry returns\n", b"{}" * 600], ids=["empty", "text", "long"])
def test_another_file_is_no_backup(archive: Archive, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "backup.tar"
    path.write_bytes(content)
    said = archive.manage("restore", "--check", str(path), code=2).stderr
    assert f"{path} is not a backup of an archive" in said


def test_a_member_that_leads_out_or_has_no_place_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    second = Places(tmp_path).new("two")
    for name in ("../evil.toml", f"{tmp_path}/evil.toml", "originals/../../evil.toml", "secret-key"):
        path = rewritten(tmp_path / "backup.tar", name, b"evil")
        said = second.manage("restore", str(path), code=2).stderr
        assert said == f"CommandError: {name!r} does not belong in a backup. Nothing was changed.\n"
    assert files(second.var) == []
    assert not [*tmp_path.rglob("evil*")]


def test_a_manifest_with_values_of_another_kind_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    second = Places(tmp_path).new("two")
    values: list[dict[str, Any]] = [
        {"members": {"tags.toml": 5}}, {"members": []}, {"migrations": 3}, {"counts": {"article": "many"}},
        {"variables": [["PORT"]]}, {"missing": None}, {"database_bytes": "12"},
    ]  # fmt: skip
    for changes in values:
        path = rewritten(tmp_path / "backup.tar", "sites/a.toml", b"", **changes)
        said = second.manage("restore", str(path), code=2).stderr
        assert said.startswith(f"CommandError: {path} is not a backup of an archive, or its manifest is damaged.")
    assert files(second.var) == []


def test_a_folder_among_the_photo_files_and_a_device_do_no_harm(archive: Archive, tmp_path: Path) -> None:
    (archive.var / "media/originals/fo/folder").mkdir(parents=True)
    said = archive.manage("backup", str(tmp_path / "backup.tar"), code=1).stderr
    assert said == "missing  originals/fo/folder: not on the disk, or damaged there\n"
    os.mkfifo(tmp_path / "pipe")
    assert "pipe: name a file" in archive.manage("backup", str(tmp_path / "pipe"), code=2).stderr


def test_a_file_that_cannot_be_is_named(archive: Archive, tmp_path: Path) -> None:
    for name in (tmp_path, tmp_path / "none/backup.tar"):
        said = archive.manage("backup", str(name), code=2).stderr
        assert said == f"CommandError: {name}: name a file, in a folder that is there\n"
        assert archive.manage("restore", str(name), code=2).stderr == f"CommandError: {name}: no such file\n"
    empty = Places(tmp_path).new("empty")
    assert "No archive to serve yet" in empty.manage("backup", str(tmp_path / "backup.tar"), code=2).stderr
    assert not (tmp_path / "backup.tar").exists()


def test_a_backup_of_an_older_version_says_what_is_left_to_do(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    older = [name for name in manifest(tmp_path / "backup.tar")["migrations"] if not name.startswith("axes.0010")]
    path = rewritten(tmp_path / "backup.tar", "sites/a.toml", b"", migrations=older)
    second = Places(tmp_path).new("two")
    assert "of an older version. Upgrade the archive: manage.py migrate\n" in second.manage("restore", str(path)).stdout


def test_a_link_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    there = manifest(tmp_path / "backup.tar")
    there["members"] = {"sites": [0, hashlib.sha256(b"").hexdigest()], **there["members"]}
    path = tmp_path / "link.tar"
    with tarfile.open(path, "w") as tar:
        add(tar, "manifest.json", json.dumps(there).encode())
        link = tarfile.TarInfo("sites")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        tar.addfile(link)
    assert "'sites' does not belong" in Places(tmp_path).new("two").manage("restore", str(path), code=2).stderr


def test_a_backup_of_a_newer_version_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    second = Places(tmp_path).new("two")
    newer = [*manifest(tmp_path / "backup.tar")["migrations"], "articles.0099_podcasts"]
    for changes, what in (({"format": 2}, "another format"), ({"migrations": newer}, "articles.0099_podcasts")):
        path = rewritten(tmp_path / "backup.tar", "sites/a.toml", b"", **changes)
        said = second.manage("restore", str(path), code=2).stderr
        assert f"{path} is of a newer version ({what}). Upgrade newsarchive and Django first." in said
    assert files(second.var) == []


def test_an_archive_is_replaced_only_when_asked_and_while_nobody_uses_it(places: Places, tmp_path: Path) -> None:
    archive, path = loaded(places.new("one")), tmp_path / "backup.tar"
    archive.manage("backup", str(path))
    before = state(archive)
    (tmp_path / "pier.jpg").write_bytes(plain(size=(500, 300)))
    (tmp_path / "3.md").write_text(
        '---\ntitle: Pier\ndate: 2021-06-01\n---\nIt opened.\n\n![Pier.](pier.jpg "Pier.")\n'
    )
    archive.manage("load_articles", str(tmp_path / "3.md"), "--workers", "1")
    later = state(archive)
    assert len(later["articles"]) == 3
    said = archive.manage("restore", str(path), code=2).stderr
    assert "There is an archive already (" in said
    assert "or replace it with --force. Nothing was changed." in said
    copy_empty(tmp_path / "static-only")
    shutil.copytree(tmp_path / "static-only/static", archive.var / "static")
    with serving(archive):
        assert "The archive is in use. Stop serve" in archive.manage("restore", "--force", str(path), code=2).stderr
    assert state(archive) == later
    archive.manage("restore", "--force", str(path))
    now = state(archive)
    assert now.pop("generation") > later["generation"] > before.pop("generation")
    assert now == before
    assert len(list((archive.var / "media/originals").rglob("*.jpg"))) == 1
    assert not [*archive.var.glob(".*"), *archive.var.glob("media/.*")]
    with serving(archive):
        assert "Ferry returns" in ask(f"{archive.url}/").text


def test_a_backup_from_before_an_upgrade_is_the_way_back(places: Places, tmp_path: Path) -> None:
    archive, path = loaded(places.new("one")), tmp_path / "backup.tar"
    archive.manage("backup", str(path))
    before = state(archive)
    archive.manage("shell", "-v", "0", "-c", UPGRADE)
    if places.server:
        words = "is of a newer version (articles.0099_podcasts). Make an empty database, and name that in DATABASE_URL."
        assert words in archive.manage("restore", "--force", str(path), code=2).stderr
        archive = replace(archive, database_url=places.new("empty").database_url)
    archive.manage("restore", "--force", str(path))
    now = state(archive)
    assert [now.pop("generation"), before.pop("generation")]
    assert now == before


@pytest.mark.postgres
def test_a_backup_of_one_database_is_not_restored_into_the_other(
    archive: Archive, tmp_path: Path, postgresql: str
) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    other = Places(tmp_path, postgresql).new("other")
    said = other.manage("restore", str(tmp_path / "backup.tar"), code=2).stderr
    assert "It is of sqlite, not postgresql. The help, “Back up”, says how to move." in said
    assert files(other.var) == []


@pytest.mark.postgres
def test_the_password_is_not_on_a_command_line_and_a_missing_or_older_program_is_named(
    tmp_path: Path, postgresql: str
) -> None:
    archive, path = loaded(Places(tmp_path, postgresql).new("login")), tmp_path / "backup.tar"
    programs = tmp_path / "bin"
    programs.mkdir()
    nothing = replace(archive, variables={"PATH": str(programs)})
    assert "pg_dump is not on this machine. Install" in nothing.manage("backup", str(path), code=2).stderr
    real = shutil.which("pg_dump")
    script = (
        f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\necho "$PGPASSWORD" > {tmp_path}/password\nexec {real} "$@"\n'
    )
    (programs / "pg_dump").write_text(script)
    (programs / "pg_dump").chmod(0o755)
    replace(archive, variables={"PATH": f"{programs}:{os.environ['PATH']}"}).manage("backup", str(path))
    assert "geheim" not in (tmp_path / "arguments").read_text()
    assert (tmp_path / "password").read_text() == "geheim\n"
    older = "pg_dump: error: aborting because of server version mismatch"
    (programs / "pg_dump").write_text(f'#!/bin/sh\necho "{older}" >&2\nexit 1\n')
    assert f"{older}. Nothing was changed." in nothing.manage("backup", str(path), code=2).stderr


def test_a_disk_without_enough_space_is_refused_first(archive: Archive, tmp_path: Path, small_disk: Path) -> None:
    said = archive.manage("backup", str(small_disk / "backup.tar"), code=2).stderr
    assert " may be needed, 2.0 MB are free. Nothing was changed." in said
    assert f"CommandError: {small_disk}: " in said
    assert [*small_disk.iterdir()] == []
    archive.manage("backup", str(tmp_path / "backup.tar"))
    second = replace(archive, var=small_disk / "two")
    assert " may be needed, " in second.manage("restore", str(tmp_path / "backup.tar"), code=2).stderr
    assert files(second.var) == []


def test_a_backup_of_a_damaged_database_does_not_replace_a_sound_one(tmp_path: Path) -> None:
    copy_empty(tmp_path / "var")
    archive, backup = Archive("", tmp_path / "var"), tmp_path / "backup.tar"
    archive.manage("backup", str(backup))
    sound = backup.read_bytes()
    with closing(sqlite3.connect(archive.var / "archive.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sql = "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'django_admin_log'"
        number, size = database.execute(sql).fetchone()
    with (archive.var / "archive.sqlite3").open("r+b") as file:
        file.seek((number - 1) * size)
        file.write(os.urandom(size))
    said = archive.manage("backup", str(backup), code=2).stderr
    assert "The database is damaged (" in said
    assert "restore an older backup. Nothing was changed." in said
    assert backup.read_bytes() == sound


def foreign_databases(folder: Path, own: bytes) -> dict[str, bytes]:
    """Databases in SQLite that are not that of an archive's backup; ``own`` is."""
    made = {"empty": b"", "cut": own[: len(own) // 2], "text": b"-- PostgreSQL database dump\n" * 99}
    changes = {
        "foreign": ["CREATE TABLE song (id integer PRIMARY KEY, title text)"],
        "emptied": ["DELETE FROM articles_photo"],
        "of another version": ["DELETE FROM django_migrations WHERE app = 'articles'"],
        "without a table": ["DROP TABLE articles_original"],
    }
    for name, statements in changes.items():
        path = folder / f"{name}.sqlite3"
        path.write_bytes(b"" if name == "foreign" else own)
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
            database.execute("PRAGMA foreign_keys = OFF")
            database.create_function("archive_now", 0, lambda: 0)
            for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                database.execute(statement)
            database.commit()
        made[name] = path.read_bytes()
    return made


def test_a_foreign_or_damaged_database_in_a_backup_replaces_nothing(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    before = state(archive)
    with tarfile.open(tmp_path / "backup.tar") as tar:
        own = gzip.decompress(tar.extractfile("archive.sqlite3.gz").read())  # type: ignore[union-attr]
    for name, database in foreign_databases(tmp_path, own).items():
        path = with_database(tmp_path / "backup.tar", gzip.compress(database))
        said = archive.manage("restore", "--force", str(path), code=2).stderr
        assert "The database in the backup is damaged, or not that of its manifest (" in said, name
        assert said.endswith("Restore another backup. Nothing was changed.\n"), name
        assert state(archive) == before, name
    assert not [*archive.var.glob(".*"), *archive.var.glob("media/.*")]


@pytest.mark.postgres
def test_a_foreign_dump_in_a_backup_replaces_nothing(tmp_path: Path, postgresql: str) -> None:
    places = Places(tmp_path, postgresql)
    archive, other = loaded(places.new("one")), places.new("other")
    archive.manage("backup", str(tmp_path / "backup.tar"))
    before = state(archive)
    with psycopg.connect(other.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE song (id int PRIMARY KEY, title text)")
    dump = tmp_path / "song.dump"
    subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", f"--dbname={other.database_url}"], check=True)
    for name, content in {"foreign": dump.read_bytes(), "text": b"-- nothing", "cut": dump.read_bytes()[:900]}.items():
        path = with_database(tmp_path / "backup.tar", content)
        said = archive.manage("restore", "--force", str(path), code=2).stderr
        assert "Nothing was changed." in said, name
        now = state(archive)
        assert now.pop("generation") >= before["generation"], name
        assert now == {key: value for key, value in before.items() if key != "generation"}, name
    with psycopg.connect(archive.database_url) as connection:
        assert not connection.execute("SELECT 1 FROM pg_tables WHERE tablename = 'song'").fetchall()


@pytest.mark.postgres
def test_the_former_database_is_put_back_if_the_new_one_is_not_that_of_the_manifest(
    tmp_path: Path, postgresql: str
) -> None:
    places = Places(tmp_path, postgresql)
    archive, backup = loaded(places.new("one")), tmp_path / "backup.tar"
    archive.manage("backup", str(backup))
    with tarfile.open(backup) as tar:
        content = tar.extractfile("archive.pgdump").read()  # type: ignore[union-attr]
    path = with_database(backup, content, counts={**manifest(backup)["counts"], "article": 3})
    (tmp_path / "4.md").write_text("---\ntitle: Pier\ndate: 2021-06-01\n---\nIt opened.\n")
    archive.manage("load_articles", str(tmp_path / "4.md"), "--workers", "1")
    before = state(archive)
    said = archive.manage("restore", "--force", str(path), code=2).stderr
    assert "(of articles it has 2, not 3). Restore another backup. Nothing was changed." in said
    assert state(archive) == before
    archive.manage("verify_archive")
    empty = places.new("empty")
    assert "not 3)" in empty.manage("restore", str(path), code=2).stderr
    empty.manage("restore", str(backup))  # nothing of the other is in its way
    assert len(state(empty)["articles"]) == 2


def with_database(path: Path, content: bytes, **changes: Any) -> Path:
    """A backup with another database in it, its right digest in the manifest, and values of that changed."""
    there, new = {**manifest(path), **changes}, path.with_name("rewritten.tar")
    (copy,) = {"archive.sqlite3.gz", "archive.pgdump"} & there["members"].keys()
    there["members"][copy] = [len(content), hashlib.sha256(content).hexdigest()]
    with tarfile.open(path) as old, tarfile.open(new, "w") as tar:
        add(tar, "manifest.json", json.dumps(there).encode())
        for member in old.getmembers()[1:]:
            add(tar, member.name, content if member.name == copy else old.extractfile(member).read())  # type: ignore[union-attr]
    return new


@pytest.mark.parametrize("files_more", [0, 6, 12])
def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(archive: Archive, tmp_path: Path, files_more: int) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    disk = tmp_path / "disk"
    disk.mkdir()
    options = f"size=200m,nr_inodes={files_more + 4}"  # room, but not for so many files
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        (disk / "secret-key").write_text("x" * 50)
        said = replace(archive, var=disk).manage("restore", str(tmp_path / "backup.tar"), code=2).stderr
        assert said == "CommandError: No space left on device. Nothing was changed.\n"
        assert files(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_backup_or_restore_leaves_nothing_half(
    archive: Archive, tmp_path: Path, number: signal.Signals
) -> None:
    many = archive.var / "sites"
    for name in range(1500):  # so that it takes a moment
        (many / f"{name}.toml").write_text("# A profile\n")
    path = tmp_path / "out/backup.tar"
    path.parent.mkdir()
    path.write_bytes(b"the former one")
    interrupted(archive, number, path.parent, "backup", str(path))
    assert [(path.name, path.read_bytes()) for path in path.parent.iterdir()] == [("backup.tar", b"the former one")]
    archive.manage("backup", str(path))
    second = Places(tmp_path).new("two")
    second.var.mkdir()
    interrupted(second, number, second.var, "restore", str(path))
    assert files(second.var) == []
    second.manage("restore", str(path))
    assert len(list((second.var / "sites").iterdir())) == 1501


def test_a_restore_that_is_interrupted_once_it_has_begun_to_replace_is_finished(
    archive: Archive, tmp_path: Path
) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    before = state(archive)
    for name in range(1500):  # so that removing them takes a moment
        (archive.var / f"sites/{name}.toml").write_text("# A profile\n")
    with subprocess.Popen(
        [sys.executable, "manage.py", "restore", "--force", str(tmp_path / "backup.tar")],
        cwd=ROOT, env=archive.environment, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while process.poll() is None and not [*archive.var.glob(".restore-*/former-*")]:
            time.sleep(0.001)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    assert said.startswith("Restored")
    assert process.returncode == 0
    assert len(list((archive.var / "sites").iterdir())) == 1
    now = state(archive)
    assert now.pop("generation") != before.pop("generation")
    assert now == before


def interrupted(archive: Archive, number: signal.Signals, folder: Path, *command: str) -> None:
    """Run a command, and end it when its temporary folder is there."""
    with subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=archive.environment, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None and not [*folder.glob(".*-*")]:
            time.sleep(0.002)
        time.sleep(0.05)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert said == "\nInterrupted. Nothing was changed.\n"


# ``restore --force``, killed before one of the moves that put all in its place.
KILLED = """
import os, signal, sys
from pathlib import Path
left, rename = int(sys.argv[1]), Path.rename
def killed(self, target):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return rename(self, target)
Path.rename = killed
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "restore", "--force", sys.argv[2]])
"""


def test_a_restore_that_is_killed_leaves_the_former_archive_or_the_new_one(places: Places, tmp_path: Path) -> None:
    archive = loaded(places.new("one"))
    archive.manage("backup", str(tmp_path / "backup.tar"))
    new = state(archive)
    more = tmp_path / "more"
    more.mkdir()
    (more / "3.md").write_text("---\ntitle: Ice\ndate: 2021-05-06\n---\nIce came.\n")
    archive.manage("load_articles", str(more), "--workers", "1")
    former = state(archive)
    wanted = [{name: value for name, value in found.items() if name != "generation"} for found in (former, new)]
    archive.manage("backup", str(tmp_path / "former.tar"))
    ends = set()
    for moves in (0, 1, 4, 7, 8, 20):
        command = [sys.executable, "-c", KILLED, str(moves), str(tmp_path / "backup.tar")]
        code = subprocess.run(command, cwd=ROOT, env=archive.environment, check=False, capture_output=True).returncode
        assert code in (-signal.SIGKILL, 0)
        found = state(archive)
        del found["generation"]
        assert found in wanted, moves
        assert archive.manage("verify_archive").stdout == "0 faults, 0 repaired\n"
        assert not [*archive.var.rglob(".restor*")]
        ends.add((code, wanted.index(found)))
        archive.manage("restore", "--force", str(tmp_path / "former.tar"))
    assert ends >= {(-signal.SIGKILL, 1), (0, 1)}


def test_files_of_a_backup_get_the_modes_of_the_archive_and_never_their_own(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    with tarfile.open(tmp_path / "backup.tar") as old, tarfile.open(tmp_path / "open.tar", "w") as tar:
        for member in old.getmembers():
            content = old.extractfile(member)
            member.mode, member.uid, member.gid = 0o6777, 12_345, 12_345
            tar.addfile(member, content)
    second = Places(tmp_path).new("two")
    second.manage("restore", str(tmp_path / "open.tar"))
    held = [path for path in second.var.rglob("*") if path.is_file() and path.name != "secret-key"]
    assert {(oct(path.stat().st_mode & 0o7777), path.stat().st_uid) for path in held} <= {
        ("0o600", os.getuid()),
        ("0o640", os.getuid()),
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in held if "originals" in path.parts)


def test_a_manifest_that_is_nested_or_has_escape_codes_is_refused(archive: Archive, tmp_path: Path) -> None:
    archive.manage("backup", str(tmp_path / "backup.tar"))
    path = rewritten(tmp_path / "backup.tar", "sites/a.toml", b"#", made_at="\x1b[31mred")
    said = archive.manage("restore", "--check", str(path), code=2).stderr
    assert "its manifest is damaged" in said
    assert "\x1b" not in said
    with tarfile.open(tmp_path / "nested.tar", "w") as tar:
        add(tar, "manifest.json", b"[" * 200_000)
    assert (
        "its manifest is damaged" in archive.manage("restore", "--check", str(tmp_path / "nested.tar"), code=2).stderr
    )
