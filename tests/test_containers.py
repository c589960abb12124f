"""Archives of articles: gzip, ZIP and tar are read like folders, within limits, and write nowhere else."""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest
from django.test import override_settings

from articles.models import Article, Original, Photo
from tests.loading import ARTICLE, load, text_file
from tests.test_photos import picture

pytestmark = pytest.mark.django_db


def saved(headline: str = "Ferry returns") -> bytes:
    return ARTICLE.format(headline=headline, day="2021-05-04", body="It sailed.").encode()


def zipped(path: Path, **members: bytes) -> Path:
    """A ZIP file; two underscores in a name stand for a slash, one before the suffix for a dot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def gzipped(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content))
    return path


def test_a_gzip_file_is_read_as_the_file_in_it(tmp_path: Path) -> None:
    gzipped(tmp_path / "in/ferry.txt.gz", saved())
    assert load(tmp_path / "in").outcomes == {"ferry.txt.gz": "created"}
    assert load(tmp_path / "in").outcomes == {"ferry.txt.gz": "unchanged"}


def test_a_zip_file_is_read_as_a_folder_with_its_photos(tmp_path: Path) -> None:
    photo = picture(tmp_path / "pier.jpg").read_bytes()
    zipped(
        tmp_path / "in/old.zip",
        a__post_md=b"# Pier opens\n\n![The pier.](pier.jpg)\n\nIt is long.\n",
        a__pier_jpg=photo,
    )
    run = load(tmp_path / "in")
    assert run.outcomes == {"old.zip/a/post.md": "created"}
    assert Photo.objects.get().width_px
    assert "1 .jpg" in run.out


def test_a_corrected_article_in_a_zip_file_is_found_again(tmp_path: Path) -> None:
    zipped(tmp_path / "in/old.zip", ferry_txt=saved(), pier_txt=saved("Pier opens"))
    load(tmp_path / "in")
    zipped(tmp_path / "in/old.zip", ferry_txt=saved("Ferry returns late"), pier_txt=saved("Pier opens"))
    assert load(tmp_path / "in").outcomes == {"old.zip/ferry.txt": "updated", "old.zip/pier.txt": "unchanged"}
    assert Original.objects.filter(name="ferry.txt").count() == 2


def test_a_tar_file_in_a_gzip_file_is_read_as_a_folder(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "old.tar.gz", "w:gz") as archive:
        text_file(tmp_path / "site", "ferry.txt")
        archive.add(tmp_path / "site/ferry.txt", "site/ferry.txt")
    assert load(tmp_path / "old.tar.gz").outcomes == {"old.tar.gz/site/ferry.txt": "created"}


def test_json_lines_in_a_gzip_file_are_records(tmp_path: Path) -> None:
    gzipped(
        tmp_path / "in/all.jsonl.gz", b'{"headline": "One", "body_text": "x"}\n{"headline": "Two", "body_text": "y"}\n'
    )
    assert load(tmp_path / "in").outcomes == {"all.jsonl.gz:1": "created", "all.jsonl.gz:2": "created"}


def test_an_archive_is_known_by_its_content(tmp_path: Path) -> None:
    zipped(tmp_path / "in/old.txt", ferry_txt=saved())
    assert load(tmp_path / "in").outcomes == {"old.txt/ferry.txt": "created"}


@pytest.mark.parametrize("name", ["../../escaped.txt", "/tmp/escaped.txt", "a/../../escaped.txt", "C:/escaped.txt"])
def test_nothing_is_unpacked_outside(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("ferry.txt", saved())
        archive.writestr(zipfile.ZipInfo(name), saved("Escaped"))
    run = load(tmp_path / "bad.zip")
    assert sorted(run.outcomes.values()) == ["created", "refused"]
    assert "its name points outside the archive" in run.err
    assert not list(tmp_path.rglob("escaped.txt"))
    assert not Path("/tmp/escaped.txt").exists()


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(saved("Secret"))
    (tmp_path / "link.txt").symlink_to(tmp_path / "secret.txt")
    with tarfile.open(tmp_path / "bad.tar", "w") as archive:
        archive.add(tmp_path / "link.txt", "link.txt")
    run = load(tmp_path / "bad.tar")
    assert run.outcomes == {"bad.tar/link.txt": "refused"}
    assert not Article.objects.exists()


def test_a_bomb_is_refused_and_its_neighbours_go_on(tmp_path: Path) -> None:
    gzipped(tmp_path / "in/bomb.txt.gz", bytes(50_000_000))
    zipped(tmp_path / "in/bomb.zip", bomb_txt=bytes(50_000_000))
    text_file(tmp_path / "in", "ferry.txt")
    run = load(tmp_path / "in")
    assert run.outcomes == {"bomb.txt.gz": "refused", "bomb.zip": "refused", "ferry.txt": "created"}
    assert "it expands to more than 200 times its size (UNPACK_MAX_RATIO): possible zip bomb" in run.err


@override_settings(UNPACK_MAX_FILES=2, UNPACK_MAX_BYTES=100_000)
def test_an_archive_beyond_the_limits_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    zipped(tmp_path / "in/many.zip", a_txt=b"a", b_txt=b"b", c_txt=b"c")
    zipped(tmp_path / "in/large.zip", a_txt=os.urandom(200_000))
    run = load(tmp_path / "in")
    assert "many.zip: more than 2 files in it (UNPACK_MAX_FILES)" in run.err
    assert "large.zip: more than 100,000 bytes when unpacked (UNPACK_MAX_BYTES)" in run.err


def test_archives_nest_three_deep_and_no_deeper(tmp_path: Path) -> None:
    content, name = saved(), "ferry.txt"
    for depth in range(4):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, content)
        content, name = buffer.getvalue(), f"{depth}.zip"
        if depth == 2:
            (tmp_path / "in").mkdir()
            (tmp_path / "in/good.zip").write_bytes(content)
    (tmp_path / "in/deep.zip").write_bytes(content)
    outcomes = load(tmp_path / "in").outcomes
    assert outcomes == {"deep.zip/2.zip/1.zip/0.zip": "refused", "good.zip/1.zip/0.zip/ferry.txt": "created"}


def test_a_cut_archive_is_refused_in_words(tmp_path: Path) -> None:
    whole = gzip.compress(saved() * 50)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/cut.txt.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "in/cut.zip").write_bytes(zipped(tmp_path / "x.zip", a_txt=saved()).read_bytes()[:60])
    run = load(tmp_path / "in")
    assert set(run.outcomes.values()) == {"refused"}
    assert run.err.count("damaged gzip file") == run.err.count("cut.zip: damaged ZIP file") == 1


def test_an_office_document_is_no_archive_of_articles(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "report.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    assert "this is an office document or an e-book" in load(tmp_path / "report.docx").err


def test_what_is_unpacked_is_gone_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    zipped(tmp_path / "in/old.zip", ferry_txt=saved())
    assert load(tmp_path / "in").outcomes == {"old.zip/ferry.txt": "created"}
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "seen"),
    [
        (
            "subscriptions.xml",
            b'<?xml version="1.0"?>\n<opml version="2.0"></opml>',
            "an XML document whose first element is <opml>",
        ),
        ("map.json", b'{"type": "FeatureCollection", "features": []}', "JSON with the keys `type`, `features`"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        ("x.bin", b"%PDF-1.4", "a PDF document"),
    ],
)
def test_what_is_no_article_is_left_alone_in_a_folder_and_named_on_its_own(
    tmp_path: Path, name: str, content: bytes, seen: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    assert load(tmp_path / "in").outcomes == {}
    assert f"{name}: this is {seen}" in load(tmp_path / "in" / name).err


# --- Damage and malice ------------------------------------------------------------------------------------------------


def packed(path: Path, how: int, *members: tuple[str, bytes]) -> Path:
    """A ZIP file of members in their order, of which several may have one name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", how) as archive:
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(name, content)
    return path


def tarred(path: Path, *members: tuple[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


THREE = (("a.txt", saved("First boat")), ("b.txt", saved("Second boat")), ("c.txt", saved("Third boat")))


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_member_of_a_zip_file_is_refused_by_name_and_the_others_are_read(tmp_path: Path, how: int) -> None:
    path = packed(tmp_path / "in/old.zip", how, *THREE)
    with zipfile.ZipFile(path) as archive:
        damaged = archive.getinfo("b.txt")
    data = bytearray(path.read_bytes())
    start = damaged.header_offset + 30 + len("b.txt")
    data[start + 9 : start + damaged.compress_size - 4] = b"\xfe" * (damaged.compress_size - 13)
    path.write_bytes(data)
    run = load(tmp_path / "in")
    assert run.outcomes == {"old.zip/a.txt": "created", "old.zip/b.txt": "refused", "old.zip/c.txt": "created"}
    assert "old.zip/b.txt: damaged file in an archive" in run.err


def test_a_member_that_is_packed_in_an_unknown_way_is_refused_by_name_and_the_others_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "in/old.zip", zipfile.ZIP_STORED, *THREE)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("b.txt").header_offset
    data[at + 8] = 99
    data[data.index(b"b.txt", data.index(b"PK\x01\x02")) - 46 + 10] = 99
    path.write_bytes(data)
    run = load(tmp_path / "in")
    assert run.outcomes["old.zip/b.txt"] == "refused"
    assert (
        run.summary.startswith("Loaded 2 articles"),
        "old.zip/b.txt: the file in an archive cannot be unpacked (" in run.err,
    ) == (True, True)


def test_members_of_one_name_are_all_read(tmp_path: Path) -> None:
    same = [("a.txt", content) for _, content in THREE]
    packed(tmp_path / "in/old.zip", zipfile.ZIP_STORED, *same)
    tarred(tmp_path / "in/old.tar", *((name, content.replace(b"boat", b"train")) for name, content in same))
    assert load(tmp_path / "in").outcomes == dict.fromkeys(
        [f"old.{kind}/a{number}.txt" for kind in ("tar", "zip") for number in ("", "~2", "~3")], "created"
    )
    assert load(tmp_path / "in").summary.startswith("6 unchanged, in")


def test_a_member_that_bears_the_name_of_a_folder_is_read(tmp_path: Path) -> None:
    names = ("a.txt", "a.txt/b.txt", "c.txt/d.txt", "c.txt")
    packed(tmp_path / "old.zip", zipfile.ZIP_STORED, *((name, saved(f"Boat {name}")) for name in names))
    found = {"a.txt", "a~2.txt/b.txt", "c.txt/d.txt", "c~2.txt"}
    assert load(tmp_path / "old.zip").outcomes == dict.fromkeys((f"old.zip/{name}" for name in found), "created")


def test_a_member_whose_name_is_too_long_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    packed(tmp_path / "old.zip", zipfile.ZIP_STORED, ("n" * 300 + ".txt", saved("Long boat")), *THREE)
    run = load(tmp_path / "old.zip")
    assert sorted(run.outcomes.values()) == ["created", "created", "created", "refused"]
    assert "n.txt: it cannot be unpacked under its name (" in run.err


def test_a_zip_file_with_a_name_that_is_no_utf_8_is_refused_in_words(tmp_path: Path) -> None:
    path = packed(tmp_path / "in/old.zip", zipfile.ZIP_STORED, ("f\u00e4hre.txt", saved()))
    path.write_bytes(path.read_bytes().replace(b"f\xc3\xa4", b"f\xff\xfe"))
    text_file(tmp_path / "in", "pier.txt")
    run = load(tmp_path / "in")
    assert run.outcomes == {"old.zip": "refused", "pier.txt": "created"}
    assert "old.zip: a file name in it is marked as UTF-8 but is not; unpack it with another program" in run.err


@pytest.mark.parametrize("damage", [b"b.bat", b"\0" * 512])
def test_after_a_damaged_header_in_a_tar_file_the_next_is_read(tmp_path: Path, damage: bytes) -> None:
    path = tarred(tmp_path / "in/old.tar", *THREE)
    data = bytearray(path.read_bytes())
    at = data.index(b"b.txt")
    data[at : at + len(damage)] = damage
    path.write_bytes(data)
    run = load(tmp_path / "in")
    assert run.outcomes == {"old.tar/a.txt": "created", "old.tar": "refused", "old.tar/c.txt": "created"}
    assert f"old.tar: byte {at:,}: the archive is damaged here; reading went on at byte {2 * at:,}" in run.err


def test_a_wrong_length_in_a_tar_file_loses_only_its_own_member(tmp_path: Path) -> None:
    path = tarred(tmp_path / "in/old.tar", *THREE)
    data = bytearray(path.read_bytes())
    at = data.index(b"b.txt")
    member = tarfile.TarInfo("b.txt")
    member.size = 7_000_000_000
    data[at : at + 512] = member.tobuf(tarfile.GNU_FORMAT)
    path.write_bytes(data)
    run = load(tmp_path / "in")
    assert run.outcomes == {"old.tar/a.txt": "created", "old.tar/b.txt": "refused", "old.tar/c.txt": "created"}


@pytest.mark.parametrize("end", [0, 100, 600])
def test_a_tar_file_that_is_cut_off_says_so_wherever_that_is(tmp_path: Path, end: int) -> None:
    path = tarred(tmp_path / "old.tar", *THREE)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"b.txt") + end])
    run = load(path)
    assert (run.code, run.outcomes.pop("old.tar/a.txt")) == (1, "created")
    assert re.search("damaged TAR file|cut off or damaged", run.err)


def test_tar_files_one_after_another_are_read_as_one(tmp_path: Path) -> None:
    one, two = tarred(tmp_path / "one.tar", THREE[0]), tarred(tmp_path / "two.tar", THREE[1])
    (tmp_path / "both.tar").write_bytes(one.read_bytes() + two.read_bytes())
    assert load(tmp_path / "both.tar").outcomes == dict.fromkeys(("both.tar/a.txt", "both.tar/b.txt"), "created")


def test_a_tar_file_of_holes_is_a_bomb(tmp_path: Path) -> None:
    member = tarfile.TarInfo("holes.txt")
    member.type, member.size = tarfile.GNUTYPE_SPARSE, 0
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % 40_000_000_000  # the size with its holes
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "old.tar").write_bytes(bytes(header) + bytes(1024))
    run = load(tmp_path / "old.tar")
    assert run.outcomes == {"old.tar": "refused"}
    assert "it expands to more than 200 times its size (UNPACK_MAX_RATIO): possible zip bomb" in run.err


def test_names_of_members_can_not_forge_lines_of_a_report(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "old.tar", "w") as archive:
        for name in ("../x\nrefused  all.txt: gone\x1b[31m", "caf\udce9.txt"):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, "a.txt"
            archive.addfile(member)
    run = load(tmp_path / "old.tar")
    assert set(run.outcomes) == {r"old.tar/../x\nrefused  all.txt: gone\x1b[31m", r"old.tar/caf\xe9.txt"}
    assert len(run.err.splitlines()) == 2


def test_a_disk_that_is_full_is_told_with_what_would_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("articles.ingest.inputs.archives._copy", full)
    packed(tmp_path / "in/old.zip", zipfile.ZIP_STORED, *THREE)
    text_file(tmp_path / "in", "pier.txt")
    run = load(tmp_path / "in")
    assert run.outcomes == {"old.zip": "refused", "pier.txt": "created"}
    assert "to unpack it; free some, or set TMPDIR to a folder with more" in run.err


def test_a_member_in_countless_folders_is_refused_and_those_behind_it_are_read(tmp_path: Path) -> None:
    deep = "d/" * 1_500 + "deep.txt"
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("aa.txt", deep, "zz.txt"):
            archive.writestr(
                name, ARTICLE.format(headline=f"Boat {name[:2]}", day="2021-05-04", body=f"It is {name[:2]}.")
            )
    run = load(tmp_path / "in.zip")
    assert run.outcomes == {"in.zip/aa.txt": "created", f"in.zip/{deep}": "refused", "in.zip/zz.txt": "created"}
    assert run.line(f"in.zip/{deep}")["error"].endswith("it is more than 100 folders deep, so it was not unpacked")


def test_of_refusals_that_are_alike_not_all_are_printed_and_the_report_has_each(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for number in range(120):
            archive.writestr(f"{number:03}.txt", "")
        archive.writestr("picture.jpg", "")
        archive.writestr(".hidden.txt", "")
        archive.writestr("named.html", "<svg")
        archive.writestr("boat.txt", ARTICLE.format(headline="A boat", day="2021-05-04", body="It sailed."))
    run = load(tmp_path / "in.zip")
    assert [line["error"] for line in run.report if line["error"]][5] == "in.zip/005.txt: the file is empty"
    assert len(run.report) == 122
    assert len(run.err.splitlines()) == 52
    assert "refused  70 more of the same kind: the file is empty; see --report for all" in run.err
    assert "Loaded 1 article," in run.summary
    assert "121 refused" in run.summary
