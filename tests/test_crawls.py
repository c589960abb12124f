"""Web crawls in the archive: pages become articles, pictures photos, captures versions."""

from __future__ import annotations

import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Load, Original, Photo
from tests import warcs
from tests.loading import load, text_file
from tests.test_photos import picture

pytestmark = pytest.mark.django_db
FERRY = "https://news.example/2019/ferry.html"
FIRST, SECOND, THIRD = "2019-03-05T10:00:00Z", "2019-04-05T10:00:00Z", "2019-05-05T10:00:00Z"


def crawl(folder: Path, *records: warcs.Record, name: str = "site.warc.gz") -> Path:
    return warcs.write(folder / "crawl" / name, *records).parent


def jpeg(tmp_path: Path, url: str) -> warcs.Record:
    return warcs.Record(url, picture(tmp_path / "ferry.jpg").read_bytes(), "image/jpeg")


def test_a_page_in_a_crawl_is_an_article_under_its_address(tmp_path: Path, site: Client) -> None:
    run = load(crawl(tmp_path, warcs.page(FERRY, at=FIRST)))
    article = Article.objects.get()
    assert list(run.outcomes.values()) == ["created"]
    assert (article.headline, article.url, str(article.archive_date)) == ("Ferry returns", FERRY, "2019-03-04")
    page = site.get(article.get_absolute_url()).content.decode()
    assert "5 March 2019, 10:00" in page
    assert "in its crawl file" in page


def test_a_picture_in_the_crawl_becomes_the_photo_of_the_page(tmp_path: Path) -> None:
    picture_first = jpeg(tmp_path, "https://news.example/media/ferry.jpg")
    load(crawl(tmp_path, picture_first, warcs.page(FERRY, photo="/media/ferry.jpg", at=FIRST)))
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit_line, photo.position) == ("The ferry at the pier.", "Ann Lee", 1)
    assert photo.width_px
    assert photo.renditions.exists()


def test_a_picture_in_another_file_of_the_crawl_is_found(tmp_path: Path) -> None:
    crawl(tmp_path, jpeg(tmp_path, "https://news.example/media/ferry.jpg"), name="b.warc.gz")
    load(crawl(tmp_path, warcs.page(FERRY, photo="/media/ferry.jpg", at=FIRST), name="a.warc"))
    assert Photo.objects.get().file


def test_an_original_is_kept_by_reference_and_served_byte_for_byte(tmp_path: Path, site: Client) -> None:
    record = warcs.page(FERRY, at=FIRST)
    load(crawl(tmp_path, record))
    original = Original.objects.get()
    assert bytes(original.content) == b""
    assert original.size_bytes == len(record.body)
    assert site.get(f"{original.article.get_absolute_url()}original").content == record.body


def test_originals_are_copied_in_when_asked_for(tmp_path: Path, site: Client) -> None:
    record = warcs.page(FERRY, at=FIRST)
    folder = crawl(tmp_path, record)
    load(folder)
    assert list(load(folder, keep_originals=True).outcomes.values()) == ["unchanged"]
    (folder / "site.warc.gz").unlink()
    assert site.get(f"{Article.objects.get().get_absolute_url()}original").content == record.body


def test_an_original_in_a_crawl_that_has_gone_is_not_made_up(tmp_path: Path, site: Client) -> None:
    folder = crawl(tmp_path, warcs.page(FERRY, at=FIRST))
    load(folder)
    warcs.write(folder / "site.warc.gz", warcs.page(FERRY, "Another page", at=FIRST))
    assert site.get(f"{Article.objects.get().get_absolute_url()}original").status_code == 404


def test_a_crawl_that_was_moved_is_known_and_its_originals_are_found_again(tmp_path: Path, site: Client) -> None:
    folder = crawl(tmp_path, warcs.page(FERRY, at=FIRST))
    load(folder)
    folder.rename(tmp_path / "elsewhere")
    assert list(load(tmp_path / "elsewhere").outcomes.values()) == ["unchanged"]
    assert site.get(f"{Article.objects.get().get_absolute_url()}original").status_code == 200
    assert Load.objects.count() == 1


def test_a_crawl_in_a_zip_file_leaves_its_originals_in_the_archive(tmp_path: Path) -> None:
    record = warcs.page(FERRY, at=FIRST)
    inner = warcs.write(tmp_path / "site.warc", record)
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(tmp_path / "in/old.zip", "w") as archive:
        archive.write(inner, "site.warc")
    load(tmp_path / "in")
    assert bytes(Original.objects.get().content) == record.body


def test_captures_of_a_page_are_one_article_and_its_versions(tmp_path: Path, site: Client) -> None:
    later = warcs.page(FERRY, "Ferry returns late", at=SECOND)
    run = load(crawl(tmp_path, later, warcs.page(FERRY, at=FIRST)))
    article = Article.objects.get()
    assert sorted(run.outcomes.values()) == ["created", "updated"]
    assert article.headline == "Ferry returns late"
    assert [(one.captured_at, one.is_current) for one in Original.objects.order_by("captured_at")] == [
        (datetime(2019, 3, 5, 10, tzinfo=UTC), False),
        (datetime(2019, 4, 5, 10, tzinfo=UTC), True),
    ]
    assert "Notes: 1 updated by a later version in the same load" in run.out
    account = site.get(f"{article.get_absolute_url()}account/").content.decode()
    assert account.index("5 March 2019, 10:00</td>") < account.index("5 April 2019, 10:00</td>")


def test_captures_of_a_page_again_change_nothing(tmp_path: Path) -> None:
    folder = crawl(tmp_path, warcs.page(FERRY, at=FIRST), warcs.page(FERRY, "Ferry late", at=SECOND))
    load(folder)
    assert list(load(folder).outcomes.values()) == ["unchanged", "unchanged"]
    assert Load.objects.count() == 1


def test_a_page_that_went_back_to_what_it_said_shows_that(tmp_path: Path) -> None:
    records = [warcs.page(FERRY, text, at=at) for text, at in (("A", FIRST), ("B", SECOND), ("A", THIRD))]
    folder = crawl(tmp_path, *records)
    load(folder)
    assert Article.objects.get().headline == "A"
    assert list(load(folder).outcomes.values()) == ["unchanged"] * 3
    assert Article.objects.get().headline == "A"


def test_a_capture_in_which_only_boilerplate_changed_is_no_version_but_the_newest_is_shown(tmp_path: Path) -> None:
    run = load(crawl(tmp_path, warcs.page(FERRY, at=FIRST), warcs.page(FERRY, served="2", at=SECOND)))
    assert list(run.outcomes.values()) == ["created", "unchanged"]
    assert Original.objects.get(is_current=True).captured_at == datetime(2019, 4, 5, 10, tzinfo=UTC)


def test_bytes_that_a_page_had_before_are_shown_again_once_they_are_the_newest(tmp_path: Path) -> None:
    first, other = warcs.page(FERRY, at=FIRST), warcs.page(FERRY, served="2", at=SECOND)
    load(crawl(tmp_path, first))
    load(crawl(tmp_path, other, name="second.warc.gz"))
    load(crawl(tmp_path, warcs.page(FERRY, at=THIRD), name="third.warc.gz"))
    assert Original.objects.count() == 2
    assert Original.objects.get(is_current=True).digest == Original.objects.earliest("captured_at").digest


def test_an_older_capture_that_comes_later_does_not_overwrite(tmp_path: Path) -> None:
    load(crawl(tmp_path, warcs.page(FERRY, "Ferry late", at=SECOND)))
    run = load(crawl(tmp_path / "2", warcs.page(FERRY, at=FIRST)))
    assert list(run.outcomes.values()) == ["duplicate"]
    assert Article.objects.get().headline == "Ferry late"
    assert Original.objects.count() == 2


def test_a_newer_capture_leaves_an_edited_article_as_staff_have_it(tmp_path: Path) -> None:
    load(crawl(tmp_path, warcs.page(FERRY, at=FIRST)))
    Article.objects.update(headline="Ferry is back")
    run = load(crawl(tmp_path / "2", warcs.page(FERRY, "Ferry late", at=SECOND)))
    assert list(run.outcomes.values()) == ["kept"]
    assert run.report[0]["changes"] == {"headline": ["Ferry returns", "Ferry late"]}
    assert Article.objects.get().headline == "Ferry is back"


def test_a_dry_run_foresees_the_versions(tmp_path: Path) -> None:
    folder = crawl(
        tmp_path,
        warcs.page(FERRY, at=FIRST),
        warcs.page(FERRY, served="2", at=SECOND),
        warcs.page(FERRY, "Ferry late", at=THIRD),
    )
    planned = load(folder, dry_run=True)
    foreseen = planned.outcomes
    assert "1 updated by a later version in the same load" in planned.out
    assert not Article.objects.exists()
    assert foreseen == load(folder).outcomes
    assert sorted(foreseen.values()) == ["created", "unchanged", "updated"]


def test_pages_whose_pictures_come_with_a_later_file_get_them(tmp_path: Path) -> None:
    folder = crawl(tmp_path, warcs.page(FERRY, photo="/media/ferry.jpg", at=FIRST), name="a.warc.gz")
    load(folder)
    assert not Photo.objects.get().file
    crawl(tmp_path, jpeg(tmp_path, "https://news.example/media/ferry.jpg"), name="b.warc.gz")
    assert list(load(folder).outcomes.values()) == ["updated"]
    assert Photo.objects.get().file


def test_a_page_whose_pictures_are_still_missing_is_not_read_again(tmp_path: Path) -> None:
    folder = crawl(tmp_path, warcs.page(FERRY, photo="/media/ferry.jpg", at=FIRST))
    load(folder)
    # Other words under the same name: only a load that reads the page notices.
    crawl(tmp_path, warcs.page(FERRY, "Ferry late", photo="/media/ferry.jpg", at=FIRST))
    assert list(load(folder).outcomes.values()) == ["unchanged"]
    Original.objects.update(read_as="")  # by other code
    assert list(load(folder).outcomes.values()) == ["updated"]


def test_a_withdrawn_article_stays_so_whatever_is_captured_later(tmp_path: Path) -> None:
    load(crawl(tmp_path, warcs.page(FERRY, at=FIRST)))
    Article.objects.update(withdrawn_at=timezone.now(), withdrawn_reason="By court order.")
    load(crawl(tmp_path / "2", warcs.page(FERRY, "Ferry late", at=SECOND)))
    assert Article.objects.get().withdrawn_reason == "By court order."


def test_what_is_no_page_is_skipped_with_the_reason_and_stops_nothing(tmp_path: Path) -> None:
    gone = warcs.Record("https://news.example/gone", b"<html>Not found</html>", status="404 Not Found")
    moved = warcs.Record("https://news.example/old", b"", status="301 Moved")
    run = load(
        crawl(
            tmp_path,
            gone,
            moved,
            warcs.page(FERRY, at=FIRST),
            warcs.Record("https://news.example/a.css", b"p{}", "text/css"),
        )
    )
    assert run.code == 0
    assert sorted(run.outcomes.values()) == ["created", "skipped", "skipped"]
    assert "answered 404" in run.out
    assert "style sheets: 1" in run.out


def test_a_changed_vocabulary_is_applied_to_pages_of_a_crawl_that_is_known(tmp_path: Path, settings: Any) -> None:
    settings.TAGS_FILE = tmp_path / "tags.toml"
    settings.TAGS_FILE.write_text('[[tag]]\nname = "Fog"\n')
    folder = crawl(tmp_path, warcs.page(FERRY, at=FIRST))
    load(folder)
    settings.TAGS_FILE.write_text('[[tag]]\nname = "Piers"\naliases = ["pier"]\n')
    assert list(load(folder).outcomes.values()) == ["updated"]
    assert [tag.name for tag in Article.objects.get().tags.all()] == ["Piers"]
    loads = Load.objects.count()
    assert list(load(folder).outcomes.values()) == ["unchanged"]
    assert Load.objects.count() == loads


def test_noise_that_is_labelled_as_a_page_is_no_article(tmp_path: Path) -> None:
    run = load(crawl(tmp_path, warcs.Record(FERRY, b"\x93" + Random(1).randbytes(3_000))))
    (line,) = run.report
    assert (line["outcome"], line["error"].endswith("a binary file, saved as a page")) == (
        "skipped",
        True,
    )


def test_a_crawl_for_whose_index_there_is_no_room_is_refused_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("articles.ingest.warc.index.IndexWriter.add_record", full)
    text_file(crawl(tmp_path, warcs.page(FERRY, at=FIRST)), "pier.txt")
    run = load(tmp_path / "crawl")
    assert run.outcomes == {"pier.txt": "created", "site.warc.gz": "refused"}
    assert "the index of the crawl could not be written or read (database or disk is full); free space in" in run.err


@pytest.mark.parametrize("url", ["http://[::1/ferry.html", "http://news].example/", "http://ex\u2100mple/ferry", FERRY])
@pytest.mark.parametrize("at", [FIRST, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+05:00", "9998-12-31T00:00:00Z"])
def test_a_page_whose_record_says_odd_things_is_read(tmp_path: Path, url: str, at: str) -> None:
    photo = warcs.PHOTO.format(src="http://[::1/pier.jpg") + '<p><a href="//[x/">More</a> of it.</p>'
    (outcome,) = load(crawl(tmp_path, warcs.page(url, photo=photo, at=at))).outcomes.values()
    assert outcome == "created"
