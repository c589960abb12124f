"""Reloads: unchanged files are not read again, and no change is missed."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from articles.loading.undo import newest_to_undo, undo
from articles.models import Article, Photo
from tests.loading import RECORD, aged, load, load_records, text_file
from tests.staff import saved
from tests.test_photos import picture

pytestmark = pytest.mark.django_db
AN_HOUR_AGO = time.time() - 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of an hour ago, loaded."""
    folder = tmp_path / "in"
    aged(text_file(folder, "a.txt", body="It sailed."), AN_HOUR_AGO)
    aged(text_file(folder, "deep/b.txt", headline="Snow on the pass"), AN_HOUR_AGO)
    load(folder)
    return folder


def swap(folder: Path) -> None:
    """Other words of the same size, behind the back of the clock: only who reads the file notices."""
    aged(text_file(folder, "a.txt", body="It docked."), AN_HOUR_AGO)


def test_an_unchanged_file_is_not_read_again(folder: Path) -> None:
    swap(folder)
    run = load(folder)
    assert run.outcomes == {"a.txt": "unchanged", "deep/b.txt": "unchanged"}
    assert run.line("a.txt")["url"] == "/2021/05/04/ferry-returns/"
    assert run.summary.startswith("2 unchanged, in")


def test_check_reads_every_file(folder: Path) -> None:
    swap(folder)
    assert load(folder, check=True).outcomes == {"a.txt": "updated", "deep/b.txt": "unchanged"}


@pytest.mark.parametrize("options", [{"take_source": True}, {"stories": True}, {"dry_run": True}])
def test_what_needs_the_text_reads_every_file(folder: Path, options: dict[str, Any]) -> None:
    swap(folder)
    assert load(folder, **options).outcomes["a.txt"] == "updated"


def test_stories_are_told_of_unchanged_files_too(folder: Path) -> None:
    assert load(folder, stories=True).line("a.txt")["story"]["headline"] == "Ferry returns"


def test_a_file_with_another_size_or_time_is_read(folder: Path) -> None:
    aged(text_file(folder, "a.txt", body="It sailed at nine."), AN_HOUR_AGO)
    aged(text_file(folder, "deep/b.txt", headline="Snow on the path"), AN_HOUR_AGO + 1)
    assert load(folder).outcomes == {"a.txt": "updated", "deep/b.txt": "updated"}
    assert set(load(folder).outcomes.values()) == {"unchanged"}


def test_a_file_that_was_loaded_as_soon_as_it_was_written_is_read_again(tmp_path: Path) -> None:
    """It may have been written once more within the same tick of the disk's clock."""
    folder, now = tmp_path / "in", time.time()
    aged(text_file(folder, "a.txt", body="It sailed."), now)
    load(folder)
    aged(text_file(folder, "a.txt", body="It docked."), now)
    assert load(folder).outcomes == {"a.txt": "updated"}


def test_a_file_that_is_only_touched_is_read_once_more(folder: Path) -> None:
    aged(folder / "a.txt", AN_HOUR_AGO + 60)
    assert load(folder).outcomes["a.txt"] == "unchanged"
    aged(text_file(folder, "a.txt", body="It docked."), AN_HOUR_AGO + 60)
    assert load(folder).outcomes["a.txt"] == "unchanged"


def test_another_vocabulary_reads_every_file(folder: Path, settings: Any) -> None:
    settings.TAGS_FILE = folder.parent / "tags.toml"
    settings.TAGS_FILE.write_text('[[tag]]\nname = "Ferries"\naliases = ["ferry"]\n')
    run = load(folder)
    assert (run.outcomes["a.txt"], run.line("a.txt")["changes"]["tags"][1]) == ("updated", ["Ferries"])
    swap(folder)
    assert load(folder).outcomes["a.txt"] == "unchanged"


def test_a_copy_of_an_unchanged_file_is_a_duplicate(folder: Path) -> None:
    shutil.copy2(folder / "a.txt", folder / "z.txt")
    for _ in range(2):
        assert load(folder).outcomes == {"a.txt": "unchanged", "deep/b.txt": "unchanged", "z.txt": "duplicate"}


def test_an_unchanged_file_has_not_vanished_and_one_that_is_back_returns(folder: Path, site: Client) -> None:
    (folder / "a.txt").rename(folder.parent / "kept")
    run = load(folder, withdraw_vanished=True)
    assert run.outcomes == {"a.txt": "vanished", "deep/b.txt": "unchanged"}
    (folder.parent / "kept").rename(folder / "a.txt")
    assert load(folder).outcomes == {"a.txt": "updated", "deep/b.txt": "unchanged"}
    assert site.get("/2021/05/04/ferry-returns/").status_code == 200


def test_a_link_in_the_place_of_a_file_is_read(folder: Path) -> None:
    (folder / "a.txt").unlink()
    aged(text_file(folder, "z.txt", headline="Fog in the strait"), AN_HOUR_AGO)
    (folder / "a.txt").symlink_to("z.txt")
    assert load(folder).outcomes["a.txt"] in ("created", "duplicate")
    assert Article.objects.filter(headline="Fog in the strait").exists()


def test_staff_edits_stay_and_take_source_takes_the_file(folder: Path, root: Client) -> None:
    article = Article.objects.get(headline="Ferry returns")
    saved(root, article, headline="Ferry is back")
    assert load(folder).outcomes["a.txt"] == "unchanged"
    article.refresh_from_db()
    assert article.headline == "Ferry is back"
    assert load(folder, take_source=True).outcomes["a.txt"] == "updated"


def test_what_was_undone_is_read_again(folder: Path) -> None:
    aged(text_file(folder, "a.txt", body="It sailed at nine."), AN_HOUR_AGO)
    load(folder)
    load_of_change = newest_to_undo()
    assert load_of_change is not None
    undo(load_of_change)
    assert load(folder).outcomes == {"a.txt": "updated", "deep/b.txt": "unchanged"}


# --- Files beside an article. -----------------------------------------------------------------------------------------


@pytest.fixture
def post(tmp_path: Path, settings: Any) -> Path:
    """An article of an hour ago that names two photos, one of which is there."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "in"
    folder.mkdir()
    text = (
        "---\ntitle: At the pier\ndate: 2021-05-04\n---\n\n![One](pier.jpg)\n\nIt sailed.\n\n![Two](photos/quay.jpg)\n"
    )
    (folder / "post.md").write_text(text)
    aged(folder / "post.md", AN_HOUR_AGO)
    picture(folder / "pier.jpg")
    aged(folder / "pier.jpg", AN_HOUR_AGO)
    load(folder)
    return folder


def test_an_article_with_unchanged_photos_is_not_read_again(post: Path) -> None:
    text = (post / "post.md").read_text().replace("It sailed.", "It docked.")
    (post / "post.md").write_text(text)
    aged(post / "post.md", AN_HOUR_AGO)
    assert load(post).outcomes == {"post.md": "unchanged"}
    assert load(post, check=True).outcomes == {"post.md": "updated"}


def test_a_changed_photo_is_noticed(post: Path) -> None:
    picture(post / "pier.jpg", (900, 900))
    assert load(post).outcomes == {"post.md": "updated"}


def test_a_photo_that_comes_later_is_noticed(post: Path) -> None:
    (post / "static" / "photos").mkdir(parents=True)
    picture(post / "static" / "photos" / "quay.jpg", (900, 900))
    aged(post / "static" / "photos" / "quay.jpg", AN_HOUR_AGO)
    assert load(post).outcomes == {"post.md": "updated"}
    assert Photo.objects.exclude(file="").count() == 2
    assert load(post).outcomes == {"post.md": "unchanged"}


def test_a_photo_that_the_archive_has_lost_is_copied_again(post: Path, settings: Any) -> None:
    shutil.rmtree(settings.MEDIA_ROOT)
    load(post)
    assert (settings.MEDIA_ROOT / Photo.objects.exclude(file="").get().file).is_file()


# --- Files of many records. -------------------------------------------------------------------------------------------


def test_of_a_file_of_records_those_that_changed_are_read(tmp_path: Path) -> None:
    folder, other = tmp_path / "in", {"id": "urn:harbour:2", "headline": "Snow on the pass"}
    load_records(folder, {}, other)
    assert load_records(folder, {}, other).outcomes == {"export.jsonl:1": "unchanged", "export.jsonl:2": "unchanged"}
    run = load_records(folder, other, {"headline": "Ferry is back"})
    assert run.outcomes == {"export.jsonl:1": "unchanged", "export.jsonl:2": "updated"}


def test_a_record_that_names_a_photo_is_read_when_the_photo_comes(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT, folder = tmp_path / "media", tmp_path / "in"
    folder.mkdir()
    (folder / "export.jsonl").write_text(json.dumps({**RECORD, "photos": [{"src": "pier.jpg", "caption": "Pier"}]}))
    aged(folder / "export.jsonl", AN_HOUR_AGO)
    load(folder)
    picture(folder / "pier.jpg")
    assert set(load(folder).outcomes.values()) == {"updated"}
    assert Photo.objects.get().file
