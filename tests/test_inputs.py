"""Inputs of a load: odd files, links and names next to articles stop no load and are reported in words."""

from __future__ import annotations

import json
import os
import socket
import stat
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError

from articles.ingest.errors import UnknownFormat
from articles.ingest.inputs.shown import printable
from articles.ingest.inputs.sniff import reader_of
from articles.models import Article, Original
from tests.effort import MOST_EFFORT, effort
from tests.loading import load, text_file
from tests.test_photos import picture, post

pytestmark = pytest.mark.django_db
RECORDS = [{"headline": "Ferry returns", "body_text": "One."}, {"headline": "Pier opens", "body_text": "Two."}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one saved article, beside which the report is written."""
    text_file(tmp_path / "site", "ferry.txt")
    return tmp_path / "site"


def named(folder: Path, name: bytes) -> Path:
    """A saved article under a name of any bytes."""
    path = Path(os.fsdecode(os.fsencode(folder) + b"/" + name))
    path.parent.mkdir(exist_ok=True)
    try:
        path.write_bytes((folder / "ferry.txt").read_bytes().replace(b"Ferry", b"Lighthouse"))
    except OSError:
        pytest.skip("this file system has no such names")
    return path


def hostile(folder: Path) -> set[str]:
    """Links, pipes, devices, names and files that cannot be read, as far as this machine can make them; their names."""
    inner = folder / "inner"
    inner.mkdir()
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "self.html").symlink_to(folder / "self.html")
    (folder / "one.md").symlink_to("other.md")
    (folder / "other.md").symlink_to("one.md")
    (inner / "up.txt").symlink_to("down.txt")
    (inner / "down.txt").symlink_to("../inner/up.txt")
    (folder / "nowhere.json").symlink_to("nothing.json")
    (folder / "passwords.txt").symlink_to("/etc/passwd")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "terminal.html").symlink_to("/dev/tty")
    (folder / "memory.txt").symlink_to("/proc/self/mem")
    (folder / "far.txt").symlink_to("a" * 200 + "/" + "b" * 200)
    for name in ("pipe.txt", "pipe.json", "pipe.jsonl", "pipe.html", "pipe.zip", "pipe.warc"):
        os.mkfifo(folder / name)
    for number, raw in enumerate((b"n\xff.txt", b"n\xe9.html", b"\xc3.json")):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + raw)).write_text(f"Lighthouse {number}\n\nIt stands.\n")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket.txt"))
    with suppress(PermissionError):
        os.mknod(folder / "device.txt", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    for name, data in {
        "cut.zip": b"PK\x03\x04" + bytes(40),
        "cut.gz": b"\x1f\x8b\x08" + bytes(12),
        "cut.xml": b"<?xml version='1.0'?><rss><channel><item>",
        "cut.mhtml": b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
    }.items():
        (folder / name).write_bytes(data)
    names = {printable(str(path.relative_to(folder))) for path in folder.rglob("*")}
    return names - {"ferry.txt", "inner"}


def test_no_entry_of_a_folder_ends_a_load(folder: Path) -> None:
    names = hostile(folder)
    run = load(folder)
    assert run.outcomes.pop("ferry.txt") == "created"
    assert {name: run.outcomes.get(name) for name in names} == dict.fromkeys(names, "refused")
    assert run.code == 1
    assert "Traceback" not in run.out + run.err
    assert all(run.err.count(f"refused  {name}:") == 1 for name in names)


def test_a_link_to_itself_named_on_its_own_is_no_file(folder: Path) -> None:
    (folder / "self.txt").symlink_to("self.txt")
    with pytest.raises(CommandError, match="no such file or folder"):
        load(folder / "self.txt")


@pytest.mark.parametrize("name", ["pipe.json", "pipe.txt"])
def test_a_pipe_named_on_its_own_is_refused(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert f"refused  {name}: this is a pipe or a device, not a file" in load(tmp_path / name).err


@pytest.mark.parametrize("name", ["passwords.txt", "notes.md", "export.jsonl", "export.json"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text(json.dumps(RECORDS[0]))
    (folder / name).symlink_to(tmp_path / "secret")
    run = load(folder)
    assert run.outcomes == {"ferry.txt": "created", name: "refused"}
    assert f"refused  {name}: this is a link to a file outside the folder; copy it here" in run.err
    assert Article.objects.count() == 1


def test_a_link_to_a_folder_outside_is_refused_and_not_followed(folder: Path, tmp_path: Path) -> None:
    text_file(tmp_path / "elsewhere", "secret.txt")
    (folder / "more").symlink_to(tmp_path / "elsewhere")
    (folder / "here").symlink_to(folder)
    run = load(folder)
    assert run.outcomes == {"ferry.txt": "created", "more": "refused"}
    assert "refused  more: this is a link to a folder outside the folder; copy it here" in run.err


def test_an_empty_file_is_refused_as_such(folder: Path) -> None:
    (folder / "empty.json").touch()
    assert "refused  empty.json: the file is empty" in load(folder / "empty.json").err


def test_links_within_the_folder_are_read(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "again.txt").symlink_to("../ferry.txt")
    assert load(folder).outcomes == {"ferry.txt": "created", "deep/again.txt": "duplicate"}


def test_a_folder_that_is_reached_by_a_link_is_read(folder: Path, tmp_path: Path) -> None:
    (folder / "again.txt").symlink_to(folder / "ferry.txt")
    (tmp_path / "link").symlink_to(folder)
    assert set(load(tmp_path / "link").outcomes.values()) == {"created", "duplicate"}


def test_a_link_named_on_its_own_is_read(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(folder / "ferry.txt")
    assert load(tmp_path / "link.txt").outcomes == {"link.txt": "created"}


def test_a_link_to_nothing_is_named(folder: Path) -> None:
    (folder / "gone.txt").symlink_to("nowhere.txt")
    assert "refused  gone.txt: No such file or directory" in load(folder).err


def test_a_file_whose_name_is_not_utf_8_is_refused_by_a_name_that_can_be_shown(folder: Path) -> None:
    named(folder, b"caf\xe9.txt")
    run = load(folder)
    assert run.outcomes == {r"caf\xe9.txt": "refused", "ferry.txt": "created"}
    assert r"refused  caf\xe9.txt: its name is not UTF-8; rename it" in run.err
    assert load(folder).outcomes == {r"caf\xe9.txt": "refused", "ferry.txt": "unchanged"}


def test_a_folder_whose_name_is_not_utf_8_is_named(folder: Path) -> None:
    inside = named(folder, b"caf\xe9/pier.txt")
    error = r"pier.txt: the name caf\xe9 in its path is not UTF-8; rename that"
    for _ in range(2):
        assert rf"refused  caf\xe9/{error}" in load(folder).err
    assert load(inside, verbosity=0).report[0]["error"] == error


def test_a_link_to_a_name_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "cafe.txt").symlink_to(named(folder, b"caf\xe9.dat"))
    assert r"refused  cafe.txt: the name caf\xe9.dat in its path is not UTF-8" in load(folder).err


def test_files_of_other_kinds_with_odd_endings_are_counted(folder: Path) -> None:
    named(folder, b"a.\xe9")
    named(folder, b"b.\x1b[31m")
    assert r"Ignored 2 other files: 1 .\x1b[31m, 1 .\xe9" in load(folder).out


def test_control_characters_in_names_are_shown_and_the_file_is_found_again(folder: Path) -> None:
    path = named(folder, b"two\nlines\x1b[31m.txt")
    assert load(folder).outcomes == {"ferry.txt": "created", r"two\nlines\x1b[31m.txt": "created"}
    assert Original.objects.filter(paths__path=str(path.resolve())).exists()
    path.write_bytes(path.read_bytes().replace(b"It sailed", b"It shone"))
    assert load(folder).outcomes == {"ferry.txt": "unchanged", r"two\nlines\x1b[31m.txt": "updated"}


def test_a_name_in_any_script_is_shown_as_it_is() -> None:
    for name in ("渡轮.txt", "café\u0301.md", "فری\u200cبوت.txt", "a\u3000b ⛴️.txt"):
        assert printable(name) == name
    assert printable("txt.\u202egnp") == r"txt.\u202egnp"


def records(path: Path, end: str, last: str) -> Path:
    path.write_bytes((end.join(map(json.dumps, RECORDS)) + last).encode())
    return path


@pytest.mark.parametrize(("end", "last"), [("\n", ""), ("\r\n", "\r\n"), ("\r\n", ""), ("\n\n", "\n\n")])
def test_line_ends_are_no_part_of_a_record(tmp_path: Path, end: str, last: str) -> None:
    load(records(tmp_path / "export.jsonl", "\n", "\n"))
    assert set(load(records(tmp_path / "export.jsonl", end, last)).outcomes.values()) == {"unchanged"}
    assert bytes(Original.objects.get(name="export.jsonl:1").content) == json.dumps(RECORDS[0]).encode()


def test_a_dry_run_says_of_photo_files_what_a_load_does(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    load(folder)
    picture(folder / "pier.jpg")
    planned = load(folder, dry_run=True)
    assert not (tmp_path / "media").exists()
    done = load(folder)
    assert planned.outcomes == done.outcomes == {"post.md": "updated"}
    assert planned.report[0]["changes"] == done.report[0]["changes"]
    assert load(folder, dry_run=True).outcomes == {"post.md": "unchanged"}


def test_a_dry_run_names_photo_files_that_a_load_would_refuse(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    folder = post(tmp_path, "pier.jpg")
    whole = picture(folder / "pier.jpg").read_bytes()
    (folder / "pier.jpg").write_bytes(whole[: len(whole) // 2])
    assert "photo-refused" in load(folder, dry_run=True).report[0]["warnings"]


@pytest.fixture
def archive(folder: Path, settings: Any) -> Path:
    """A folder of articles in which the archive itself lies as well, with a text in each of its parts."""
    settings.VAR_DIR, settings.MEDIA_ROOT = folder / "var", folder / "pictures"
    settings.STATIC_ROOT = folder / "var/static"
    for name in ("var/secret-key", "var/notes.txt", "var/static/a.txt", "pictures/b.txt", "in/c.txt"):
        text_file(folder, name, headline=name)
    return folder


def test_what_the_archive_keeps_for_itself_is_left_alone_in_any_folder(archive: Path) -> None:
    (archive / "key").symlink_to(archive / "var/secret-key")
    (archive.parent / "link").symlink_to(archive)
    for name in (archive, archive.parent / "link", archive.parent):
        run = load(name)
        assert {Path(name).name for name in run.outcomes} == {"ferry.txt", "c.txt"}
        assert "what the archive keeps for itself: 3" in run.out
    assert Article.objects.count() == 2


@pytest.mark.parametrize("name", ["var", "var/secret-key", "pictures", "var/static", "link"])
def test_what_the_archive_keeps_for_itself_can_not_be_named_as_an_input(archive: Path, name: str) -> None:
    (archive / "link").symlink_to(archive / "var")
    with pytest.raises(CommandError, match="this belongs to the archive itself"):
        load(archive / name)
    assert not Article.objects.exists()


def test_a_folder_of_articles_beside_the_database_can_be_named(archive: Path) -> None:
    text_file(archive, "var/inbox/d.txt")
    assert load(archive / "var/inbox").outcomes == {"d.txt": "created"}


def test_the_secret_key_in_a_saved_copy_of_an_archive_is_left_alone(folder: Path) -> None:
    with zipfile.ZipFile(folder / "copy.zip", "w") as copy:
        copy.writestr("var/secret-key", "0123456789" * 8)
    assert load(folder).outcomes == {"ferry.txt": "created"}


@pytest.mark.parametrize("name", ["page.html", "page.md", "page.xml", "page.txt"])
@pytest.mark.parametrize("before", ["", '<?xml version="1.0"?>\n'])
@pytest.mark.parametrize("between", ["", " ", "\n"])
def test_comments_before_the_first_element_are_little_effort(name: str, before: str, between: str) -> None:
    head = (before + f"<!--x-->{between}" * 5_000).encode()

    def look() -> None:
        with suppress(UnknownFormat):
            reader_of(name, head)
        with suppress(UnknownFormat):
            assert reader_of(name, head + b"<!DOCTYPE html><html>").name == "html"

    assert effort(look)[0] < MOST_EFFORT / 2


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("headline", ["Паром вернулся", "عادت العبارة", "เรือกลับมาแล้ว", "Ferry returns"])
def test_a_page_in_utf_16_without_its_mark_is_read_in_any_script(tmp_path: Path, codec: str, headline: str) -> None:
    text = f"<html><head><title>{headline}</title></head><body><h1>{headline}</h1>"
    text += "".join(f"<p>{headline} {number}. {headline * 9}.</p>" for number in range(9))
    (tmp_path / "page.html").write_bytes(text.encode(codec))
    assert load(tmp_path / "page.html").outcomes == {"page.html": "created"}
    assert Article.objects.get().headline == headline


def test_of_one_file_not_every_refusal_is_printed_and_the_report_has_all(tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text('{"headline": "One", "body_text": "x"}\n' + "{not json}\n" * 80)
    run = load(tmp_path / "all.jsonl")
    assert len(run.report) == 81
    assert len(run.err.splitlines()) == 51
    assert "refused  all.jsonl: 30 more reasons; see --report for all" in run.err
    assert "Loaded 1 article," in run.summary
    assert "80 refused" in run.summary
