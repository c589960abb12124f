"""Photo files in a bucket of an object store (moto's), with everything else as on a disk."""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from moto.server import ThreadedMotoServer

from articles.catalogue import photo_files
from articles.catalogue.backup import BackupError
from articles.catalogue.restoring import restore
from newsarchive.settings import storage_of_photos
from tests.photo_files import plain
from tests.served import Answer, Archive, ask, copy_empty, free_port, serving
from tests.staff_over_http import MAKE_STAFF, StaffBrowser

FORM = "/admin/articles/article/1/change/"
LIST_STRAYS = """
from articles.loading import verifying
verifying.YOUNG_SECONDS = -60
for where, wrong, _ in verifying._file_faults("originals/ab", set):
    print(f"{where}: {wrong}")
"""
PAGE = "/2021/05/04/ferry-returns/"


@dataclass
class Stored:
    archive: Archive
    bucket: Any
    port: int
    source: Path
    server: ThreadedMotoServer

    def names(self) -> list[str]:
        return sorted(found.key for found in self.bucket.objects.all())

    def images(self) -> list[str]:
        """Their addresses on the article's page."""
        return re.findall(r"/media/[^\s\"]+\.jpg", ask(f"{self.archive.url}{PAGE}").text)

    def image(self, **headers: str) -> Answer:
        return ask(f"{self.archive.url}{self.images()[0]}", **headers)

    def return_bucket(self) -> None:
        self.server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self.server.start()

    def copies(self) -> Path:
        return self.archive.var / "media"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """Loaded by reading processes (more files than are read in one), and served."""
    folder, port = tmp_path_factory.mktemp("bucket"), free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    login = {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "geheim", "AWS_DEFAULT_REGION": "us-east-1"}
    variables = {**login, "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{port}", "MEDIA_STORAGE": "s3://photos/of/one"}
    bucket = boto3.resource(
        "s3", endpoint_url=variables["AWS_ENDPOINT_URL_S3"], region_name="us-east-1",
        aws_access_key_id="reader", aws_secret_access_key="geheim",
    ).Bucket("photos")  # fmt: skip
    bucket.create()
    bucket.put_object(Key="of/another/originals/00/00.jpg", Body=b"of another archive")
    source = folder / "in"
    source.mkdir()
    (source / "quay.jpg").write_bytes(plain(size=(900, 600)))
    photo = '![The quay.](quay.jpg "The quay.")'
    (source / "0.md").write_text(f"---\ntitle: Ferry returns\ndate: 2021-05-04\n---\nIt sailed.\n\n{photo}\n")
    for number in range(1, 45):
        (source / f"{number}.md").write_text(f"---\ntitle: Fog {number}\ndate: 2021-05-05\n---\nFog on day {number}.\n")
    archive = Archive(f"http://127.0.0.1:{free_port()}", folder / "one", variables=variables)
    copy_empty(archive.var)
    archive.manage("load_articles", str(source), "--source", "Courier", "--workers", "2")
    archive.manage("shell", "-c", MAKE_STAFF)
    try:
        with serving(archive):
            yield Stored(archive, bucket, port, source, server)
    finally:
        server.stop()


def test_a_photo_is_in_the_bucket_and_its_renditions_are_copied_when_readers_want_them(stored: Stored) -> None:
    shutil.rmtree(stored.copies(), ignore_errors=True)
    whole = stored.image()
    etag = whole.headers["etag"]
    assert (whole.status, whole.headers["content-type"]) == (200, "image/jpeg")
    assert whole.headers["cache-control"] == "public, max-age=3600, s-maxage=5"
    part = stored.image(Range="bytes=10-19")
    assert (part.status, part.body) == (206, whole.body[10:20])
    assert stored.image(If_None_Match=etag).status == 304
    kinds = [re.fullmatch(r"of/one/(originals|renditions)/../.*\.(\w+)", key) for key in stored.names()[1:]]
    assert sorted(match and match.groups() for match in kinds) == [  # type: ignore[type-var]
        ("originals", "jpg"), *[("renditions", "jpg")] * 2, *[("renditions", "webp")] * 2
    ]  # fmt: skip
    assert whole.body == stored.bucket.Object(f"of/one{stored.images()[0].removeprefix('/media')}").get()["Body"].read()
    copied = [path.name for path in stored.copies().rglob("*.*")]
    assert copied == [stored.images()[0].rpartition("/")[2]]


def test_the_page_of_a_photo_does_not_ask_the_bucket_how_large_its_file_is(stored: Stored) -> None:
    address = re.findall(rf"{PAGE}photos/\w+/", ask(f"{stored.archive.url}{PAGE}").text)[0]
    page = ask(f"{stored.archive.url}{address}").text
    assert "900 × 600 pixels, JPEG</dd>" in page


def test_a_corrected_caption_is_in_new_files_and_the_old_ones_are_deleted(stored: Stored) -> None:
    old_keys, (old_image, *_) = stored.names(), stored.images()
    editor = StaffBrowser(stored.archive)
    editor.save(FORM, reason="Wrong.", **{"photos-0-caption": "The old quay."})
    assert b"The old quay." in stored.image().body
    assert len({*old_keys} & {*stored.names()}) == 2  # the original, and that of the other archive
    assert len(stored.names()) == len(old_keys)
    moved = ask(f"{stored.archive.url}{old_image}")
    assert (moved.status, moved.headers["location"]) == (301, stored.images()[0])
    image = stored.images()[0]
    editor.save(FORM, reason="A court.", withdrawn="on", withdrawn_reason="A court.")
    assert ask(f"{stored.archive.url}{image}").status == 410  # though a copy is there
    editor.save(FORM, without=("withdrawn",), reason="Another court.")
    assert stored.image().status == 200


def test_an_archive_with_a_bucket_is_verified_repaired_and_backed_up(stored: Stored, tmp_path: Path) -> None:
    stray = f"s3://photos/of/one/originals/ab/{'ab' * 32}.jpg"
    stored.bucket.put_object(Key=stray.removeprefix("s3://photos/"), Body=b"of no photo")
    assert stored.archive.manage("shell", "-v", "0", "-c", LIST_STRAYS).stdout == f"{stray}: no photo has this file\n"
    rendition = next(key for key in stored.names() if "/one/renditions/" in key)
    original = next(key for key in stored.names() if "/one/originals/" in key and "/ab/" not in key)
    before = {key: stored.bucket.Object(key).get()["Body"].read() for key in (rendition, original)}
    stored.bucket.Object(rendition).delete()
    repaired = stored.archive.manage("verify_archive", "--sample", "100", "--repair").stdout
    assert f"s3://photos/{rendition}: photo of {PAGE}: the rendition is missing" in repaired
    stored.bucket.Object(original).delete()
    stored.archive.manage("load_articles", str(stored.source), "--source", "Courier", "--check")
    assert {key: stored.bucket.Object(key).get()["Body"].read() for key in before} == before

    stored.archive.manage("backup", str(tmp_path / "backup.tar"))
    with tarfile.open(tmp_path / "backup.tar") as tar:
        assert tar.extractfile(original.removeprefix("of/one/")).read() == before[original]  # type: ignore[union-attr]
        assert len([name for name in tar.getnames() if name.startswith("renditions/")]) == 4


def test_photos_are_not_restored_into_a_bucket(settings: Any) -> None:
    settings.MEDIA_STORAGE, no_tar = "s3://photos", cast(tarfile.TarFile, None)
    with pytest.raises(BackupError, match="Unset MEDIA_STORAGE"):
        restore({}, no_tar, lambda done, total: None, replace=False)


def test_without_the_bucket_pages_go_on_and_photos_are_asked_for_again_later(stored: Stored) -> None:
    seen, others, stopped_server = stored.image(), stored.copies() / "renditions", stored.server
    stored.server.stop()
    try:
        assert stored.image().body == seen.body
        shutil.rmtree(others)
        assert (stored.image().status, stored.image().headers["retry-after"]) == (503, "5")
        assert ask(f"{stored.archive.url}/2021/05/05/fog-1/").status == 200
        assert ask(f"{stored.archive.url}/readyz").status == 200
        (stored.source / "pier.jpg").write_bytes(plain(size=(500, 300)))
        (stored.source / "45.md").write_text("---\ntitle: Pier\ndate: 2021-05-06\n---\nIt.\n\n![It.](pier.jpg)\n")
        hasty, patient = (
            replace(stored.archive, variables={**stored.archive.variables, "AWS_MAX_ATTEMPTS": tries})
            for tries in ("2", "30")
        )
        stopped = hasty.manage("load_articles", str(stored.source), code=1).stderr
        assert re.search(r"Stopped: .* run the command again\.\ns3://photos/of/one/\w+/.*: Could not connect", stopped)
        returning = Timer(3, stored.return_bucket)
        returning.start()
        patient.manage("load_articles", str(stored.source))
        returning.join()
    finally:
        if stored.server is stopped_server:
            stored.return_bucket()
    assert stored.image().body == seen.body


def test_copies_make_room_for_new_ones_when_the_disk_is_nearly_full(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT, settings.MEDIA_STORAGE = tmp_path / "copies", "s3://photos"
    monkeypatch.setattr(photo_files, "media", lambda: tmp_path / "bucket")
    names = [f"renditions/ab/{number}.jpg" for number in range(3)]
    (tmp_path / "bucket/renditions/ab").mkdir(parents=True)
    for name in names:
        (tmp_path / "bucket" / name).write_bytes(name.encode())
    assert [photo_files.nearby(name).read_text() for name in names[:2]] == names[:2]
    assert len([*(tmp_path / "copies").rglob("*.jpg")]) == 2
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=100, free=9))
    assert photo_files.nearby(names[2]).read_text() == names[2]
    assert [path.name for path in (tmp_path / "copies").rglob("*.jpg")] == ["2.jpg"]
    being_written = tmp_path / "copies/renditions/ab/.new-ab12"
    being_written.touch()
    (tmp_path / "bucket/renditions/cd").mkdir()
    (tmp_path / "bucket/renditions/cd/3.jpg").touch()
    photo_files.nearby("renditions/cd/3.jpg")  # the first of its folder
    assert {path.name for path in (tmp_path / "copies").rglob("*.*")} == {"3.jpg", being_written.name}


@pytest.mark.parametrize(
    "url", ["photos", "https://photos", "s3://", "s3://a:b@photos", "s3://photos/?region=x", "s3://photos/../x"]
)
def test_another_place_for_photos_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE: use s3://BUCKET"):
        storage_of_photos(url)
