"""Archives of articles: gzip, ZIP and tar are read like folders, within limits, and write nowhere else."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
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
    assert "its name leads out of the archive" in run.err
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
    assert "it grows to more than 200 times its size (UNPACK_MAX_RATIO), as bombs do" in run.err


@override_settings(UNPACK_MAX_FILES=2, UNPACK_MAX_BYTES=100_000)
def test_an_archive_beyond_the_limits_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    zipped(tmp_path / "in/many.zip", a_txt=b"a", b_txt=b"b", c_txt=b"c")
    zipped(tmp_path / "in/large.zip", a_txt=os.urandom(200_000))
    run = load(tmp_path / "in")
    assert "many.zip: there are more than 2 files in it (UNPACK_MAX_FILES)" in run.err
    assert "large.zip: unpacked it is more than 100,000 bytes (UNPACK_MAX_BYTES)" in run.err


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
    assert run.err.count("the archive is cut off or damaged") == 2


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
            "feed.xml",
            b'<?xml version="1.0"?>\n<rss version="2.0"></rss>',
            "an XML document whose first element is <rss>",
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
