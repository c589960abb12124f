"""After any change of an article, all derived data equals a new computation."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from articles.editorial.exchange.export import edits
from articles.loading.undo import undo
from articles.models import Article, Author, Conflict, Load, PeriodCount, Source, Tag, TagMerge
from articles.search import index
from tests.derived import assert_all_follows
from tests.loading import load
from tests.photo_files import plain
from tests.recorded import forget_changes
from tests.staff import edit_address, form_on, merge_names, merge_tag, saved
from tests.test_curation import act, merged
from tests.test_edits import forget
from tests.test_history import restore

pytestmark = pytest.mark.django_db

TEXT = ["The ferry sailed at nine from the north quay, full to the last seat.", "Nobody had sold a ticket since May."]
RECORD: dict[str, Any] = {
    "headline": "Ferry returns", "published": "2021-05-04", "source": "Harbour Daily", "tags": ["Ferries", "Boats"],
    "body_markdown": "\n\n".join(TEXT), "former_paths": ["/Ferry.html", "/?p=7"],
    "photos": [{"src": "quay.jpg", "caption": "The quay.", "credit": "Mei Tanaka", "position": 1}],
    "authors": ["Nora Berg", "Staff writer"],
}  # fmt: skip


@dataclass
class Archive:
    folder: Path
    editor: Client
    archivist: Client
    media: Path

    def write(self, number: int, **values: Any) -> None:
        record = {"id": f"urn:boat:{number}", **deepcopy(RECORD), **values}
        (self.folder / f"{number}.jsonl").write_text(json.dumps(record) + "\n")

    def article(self, number: int) -> Article:
        return Article.objects.get(external_id=f"urn:boat:{number}")

    def load(self, **options: Any) -> Load:
        load(self.folder, **options)
        return Load.objects.latest("pk")


@pytest.fixture
def archive(tmp_path: Path, settings: Any, editor: Client, archivist: Client) -> Archive:
    """Three articles, two of them the same text, one with staff's edits and a conflict about them."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "quay.jpg").write_bytes(plain(size=(900, 600)))
    made = Archive(folder, editor, archivist, settings.MEDIA_ROOT)
    made.write(0)
    made.write(1, headline="Ferry is back", tags=["Ships"], source="Coast News", authors=["N. Berg", "Nora Berg"])
    made.write(2, headline="Fog", body_markdown="Fog lay on the quay.", published="2022-01-02", photos=[])
    made.load()
    saved(editor, made.article(2), headline="Thick fog")
    made.write(2, headline="Fog again", body_markdown="Fog lay on the quay.", published="2022-01-02", photos=[])
    made.load()
    assert Conflict.objects.open().count() == 1
    return made


def editor_saves(archive: Archive) -> None:
    values = {"headline": "Ferry back", "body": TEXT[1], "published": "2020-02-03", "photos-0-caption": "The old quay."}
    values |= {"former_paths": "/back/", "authors": "Nora Berg (Oslo)\nBo Chen"}
    saved(archive.editor, archive.article(0), source=str(Source.objects.get(name="Coast News").pk), **values)


def editor_removes_a_photo(archive: Archive) -> None:
    saved(archive.editor, archive.article(0), **{"photos-0-DELETE": "on"})


def editor_writes_what_the_source_says(archive: Archive) -> None:
    saved(archive.editor, archive.article(2), headline="Fog again")
    assert not Conflict.objects.open()


def load_brings_new_ones(archive: Archive) -> None:
    archive.write(3, headline="Tide")
    archive.write(4, headline="Gull", published="", tags=[])
    archive.load()


def load_changes(archive: Archive) -> None:
    photos = [{"src": "quay.jpg", "caption": "Another quay.", "credit": "Bo Chen", "position": 0}]
    values = {"headline": "Ferry gone", "body_markdown": TEXT[1], "published": "2019-01-02", "former_paths": ["/gone/"]}
    archive.write(0, tags=["Fog"], photos=photos, authors=["Bo Chen", "N. Berg"], **values)
    archive.write(1, withdrawn="An error")
    archive.load()


def load_brings_a_late_photo(archive: Archive) -> None:
    archive.write(0, photos=[{"src": "late.jpg", "caption": "Late.", "credit": "Bo Chen"}])
    archive.load()
    (archive.folder / "late.jpg").write_bytes(plain(size=(800, 500)))
    archive.load()


def load_misses_one(archive: Archive) -> None:
    (archive.folder / "0.jsonl").unlink()
    archive.load(withdraw_vanished=True)


def load_finds_it_again(archive: Archive) -> None:
    there = (archive.folder / "0.jsonl").read_text()
    load_misses_one(archive)
    (archive.folder / "0.jsonl").write_text(there)
    archive.load()


def many_are_withdrawn(archive: Archive) -> None:
    act(archive.editor, "withdraw", [archive.article(0), archive.article(1)], withdrawn_reason="A court ordered it.")


def many_are_reinstated(archive: Archive) -> None:
    many_are_withdrawn(archive)
    act(archive.editor, "reinstate", [archive.article(0), archive.article(1)])


def many_are_tagged(archive: Archive) -> None:
    ships = Tag.objects.get(name="Ships")
    act(archive.editor, "tag", [archive.article(0), archive.article(1)], tags=[ships.pk], new_tags="Sea", reason="")


def many_are_untagged(archive: Archive) -> None:
    ferries = Tag.objects.get(name="Ferries")
    act(archive.editor, "untag", [archive.article(0), archive.article(1)], tags=[ferries.pk], reason="")


def articles_are_merged(archive: Archive) -> None:
    merged(archive.archivist, archive.article(1), archive.article(0), tags=[Tag.objects.get(name="Ships").pk])


def articles_are_separated(archive: Archive) -> None:
    articles_are_merged(archive)
    archive.archivist.post(reverse("admin:articles_article_separate", args=[archive.article(1).pk]))
    assert archive.article(1).merged_into is None


def tags_are_merged(archive: Archive) -> None:
    merge_tag(archive.archivist, "Boats", "Ferries")


def a_merge_of_tags_is_undone(archive: Archive) -> None:
    tags_are_merged(archive)
    address = reverse("admin:articles_tag_unmerge", args=[TagMerge.objects.get().pk])
    archive.archivist.post(address, {"reason": ""})
    assert Tag.objects.filter(name="Boats").exists()


AUTHORS = "/admin/articles/author/"


def authors_are_merged(archive: Archive) -> None:
    into, former = Author.objects.get(name="Nora Berg"), Author.objects.get(name="N. Berg")
    merge_names(archive.archivist, [former, into], into, AUTHORS)
    assert Author.objects.get().name == "Nora Berg"


def load_brings_a_merged_author(archive: Archive) -> None:
    authors_are_merged(archive)
    archive.write(3, headline="Tide", authors=["N. Berg"])
    archive.load()


def a_merge_of_authors_is_undone(archive: Archive) -> None:
    load_brings_a_merged_author(archive)
    address = reverse("admin:articles_author_unmerge", args=[TagMerge.objects.get().pk])
    archive.archivist.post(address, {"reason": ""})
    assert Author.objects.get(name="N. Berg").article_count == 2


def another_name_of_an_author_is_removed(archive: Archive) -> None:
    authors_are_merged(archive)
    saved(archive.editor, Author.objects.get(), **{"aliases-0-DELETE": "on"})
    assert Author.objects.get(name="N. Berg").article_count == 1


def sources_are_merged(archive: Archive) -> None:
    into = Source.objects.get(name="Harbour Daily")
    former = Source.objects.get(name="Coast News")
    merge_names(archive.archivist, [former, into], into, "/admin/articles/source/")
    assert not Source.objects.filter(name="Coast News").exists()


def a_version_is_restored(archive: Archive) -> None:
    editor_saves(archive)
    restore(archive.editor, archive.article(0), 1)
    assert archive.article(0).headline == "Ferry returns"


def a_conflict_is_decided(archive: Archive) -> None:
    conflict = Conflict.objects.open().get()
    archive.editor.post(
        edit_address(conflict), {**form_on(archive.editor, edit_address(conflict)), "decision": "theirs"}
    )
    assert archive.article(2).headline == "Fog again"


def a_load_is_undone(archive: Archive) -> None:
    load_changes(archive)
    undo(Load.objects.latest("pk"), user=None)


def the_first_load_is_undone(archive: Archive) -> None:
    undo(Load.objects.latest("pk"), user=None)
    undo(Load.objects.earliest("pk"), user=None)


def edits_are_taken_over(archive: Archive) -> None:
    editor_saves(archive)
    lines = "".join(json.dumps(line) + "\n" for line in edits())
    undo(Load.objects.latest("pk"), user=None)
    forget()
    forget_changes()
    PeriodCount.objects.all().delete()
    index.empty()
    archive.load()
    path = archive.folder.parent / "edits.jsonl"
    path.write_text(lines)
    load(archive.folder, edits=path)
    assert archive.article(0).headline == "Ferry back"


WRITERS: list[Callable[[Archive], None]] = [
    editor_saves, editor_removes_a_photo, editor_writes_what_the_source_says, load_brings_new_ones, load_changes,
    load_brings_a_late_photo, load_misses_one, load_finds_it_again, many_are_withdrawn, many_are_reinstated,
    many_are_tagged, many_are_untagged, articles_are_merged, articles_are_separated, tags_are_merged,
    a_merge_of_tags_is_undone, authors_are_merged, load_brings_a_merged_author, a_merge_of_authors_is_undone,
    another_name_of_an_author_is_removed, sources_are_merged, a_version_is_restored, a_conflict_is_decided,
    a_load_is_undone, the_first_load_is_undone, edits_are_taken_over,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_all_that_follows_from_an_article_is_as_computing_it_gives(
    archive: Archive, write: Callable[[Archive], None]
) -> None:
    write(archive)
    assert_all_follows()
