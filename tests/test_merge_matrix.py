"""Every field, and all changes by source and staff between two loads: the live value and conflicts."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Conflict, Photo, Tag, Tagging
from tests.conftest import WRITES
from tests.loading import Run, load
from tests.staff import saved

pytestmark = pytest.mark.django_db

RECORD: dict[str, Any] = {
    "id": "urn:harbour:1",
    "headline": "Ferry returns",
    "deck": "After three years",
    "byline": "Mei Tanaka",
    "authors": ["Mei Tanaka"],
    "dateline": "SELLAMOUTH, May 4",
    "section": "Harbour",
    "language": "en",
    "published": "2021-05-04",
    "updated": "2021-05-05",
    "source": "Harbour Daily",
    "url": "https://harbour.example/ferry",
    "former_paths": ["/2021/ferry.html", "/?p=7"],
    "body_markdown": "The ferry sailed at nine.\n\nIt was full.",
    "tags": ["Ferries", "Harbours"],
    "photos": [
        {"src": "quay.jpg", "caption": "The quay.", "credit": "Mei Tanaka", "alt_text": "A quay", "position": 1},
        {"src": "gull.jpg", "caption": "A gull.", "credit": "Ole Berg", "alt_text": "A bird", "position": 2},
    ],
}
# By the name that reports use: the key of the record, the staff form's field, and three further values: what the
# source changes it to, what staff change it to, what nobody sees.
FIELDS: dict[str, tuple[str, str, Any, Any]] = {
    "headline": ("headline", "headline", "Ferry is back", "Ferry comes home"),
    "deck": ("deck", "deck", "After four years", "At last"),
    "byline": ("byline", "byline", "M. Tanaka", "Mei Tanaka and Ole Berg"),
    "authors": ("authors", "authors", ["M. Tanaka"], ["Mei Tanaka", "Ole Berg"]),
    "dateline": ("dateline", "dateline", "NORHAVEN, May 4", "SELLAMOUTH, May 5"),
    "section": ("section", "section", "News", "Sea"),
    "language": ("language", "language", "en-GB", "en-IE"),
    "published": ("published", "published", "2021-05-06", "2021-05-03T10:30"),
    "updated": ("updated", "updated", "2021-05-08", "2021-05-07"),
    "url": ("url", "url", "https://harbour.example/ferry-2", "https://harbour.example/the-ferry"),
    "former_paths": ("former_paths", "former_paths", ["/ferry/"], ["/2021/ferry.html", "/news/ferry"]),
    "source": ("source", "source", "Harbour Weekly", "Quay Gazette"),
    "body": (
        "body_markdown", "body",
        "The ferry sailed at ten.\n\nIt was full.", "The ferry left at nine.\n\nIt was full.",
    ),
    "caption:1": ("caption", "photos-0-caption", "The old quay.", "The north quay."),
    "credit_line:1": ("credit", "photos-0-credit_line", "M. Tanaka", "Mei Tanaka/Daily"),
    "alt_text:1": ("alt_text", "photos-0-alt_text", "An old quay", "The quay at dawn"),
    "position:1": ("position", "photos-0-position", 2, 0),
}  # fmt: skip
# On PostgreSQL, where all takes longer, one field of each kind of column.
OF_EACH_KIND = ("headline", "authors", "published", "url", "source", "body", "caption:1", "position:1")
TRIED = OF_EACH_KIND if connection.vendor == "postgresql" else tuple(FIELDS)
CANNOT_BE_CLEARED = ("position:1",)
CANNOT_BE_SILENT = ("position:1", "headline")  # without a headline, the record would be another thing

# What the source does, what staff do, and what comes of it: the live value, the outcome of the load, a conflict or not.
SAME, CHANGED, SILENT = "same", "changed", "silent"
NOTHING, OTHERWISE, ALIKE, CLEARED = "nothing", "otherwise", "alike", "cleared"
MATRIX = [
    # source,  staff,     live,     outcome,     conflict
    (SAME,    NOTHING,   "loaded", "unchanged", False),
    (SAME,    OTHERWISE, "ours",   "unchanged", False),
    (SAME,    CLEARED,   "empty",  "unchanged", False),
    (CHANGED, NOTHING,   "theirs", "updated",   False),
    (CHANGED, OTHERWISE, "ours",   "kept",      True),
    (CHANGED, ALIKE,     "theirs", "updated",   False),
    (CHANGED, CLEARED,   "empty",  "kept",      True),
    (SILENT,  NOTHING,   "loaded", "updated",   False),
    (SILENT,  OTHERWISE, "ours",   "updated",   False),
    (SILENT,  CLEARED,   "empty",  "updated",   False),
]  # fmt: skip


def rows() -> list[Any]:
    return [
        pytest.param(name, *row, id=f"{name}-{row[0]}-{row[1]}")
        for name in TRIED
        for row in MATRIX
        if not (row[0] == SILENT and name in CANNOT_BE_SILENT) and not (row[1] == CLEARED and name in CANNOT_BE_CLEARED)
    ]


def write(folder: Path, record: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "export.jsonl").write_text(json.dumps(record) + "\n")


def place_of(record: dict[str, Any], name: str) -> dict[str, Any]:
    """The part of a record that holds a field."""
    return record["photos"][0] if ":" in name else record


def loaded_again(folder: Path, name: str, source: str) -> Run:
    record = deepcopy(RECORD)
    key, _, theirs, _ = FIELDS[name]
    if source == CHANGED:
        place_of(record, name)[key] = theirs
    elif source == SILENT:
        del place_of(record, name)[key]
        if name == "authors":
            del record["byline"]  # which names them too
    write(folder, record)
    return load(folder)


def live(name: str) -> Any:
    article = Article.objects.select_related("source").get()
    if ":" in name:
        return getattr(article.photos.order_by("number")[0], name.partition(":")[0])
    return article.source.name if name == "source" and article.source else getattr(article, name)


def typed(name: str, value: Any) -> str:
    """A value as staff write it into the form."""
    if name == "source":
        from tests.factories import make_source

        return str(make_source(value).pk) if value else ""
    return "\n".join(value) if isinstance(value, list) else str(value)


def empty(name: str) -> Any:
    return {"authors": [], "former_paths": [], "url": None, "source": None}.get(name, "")


@pytest.mark.parametrize(("name", "source", "staff", "stays", "outcome", "is_conflict"), rows())
def test_a_field_after_its_source_and_staff(
    tmp_path: Path, editor: Client, name: str, source: str, staff: str, stays: str, outcome: str, is_conflict: bool
) -> None:
    key, form_field, theirs, ours = FIELDS[name]
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    values = {
        "loaded": place_of(RECORD, name)[key], "theirs": theirs, "ours": ours, "empty": empty(name),
    }  # fmt: skip
    if staff != NOTHING:
        written = {OTHERWISE: ours, ALIKE: theirs, CLEARED: empty(name) or ""}[staff]
        saved(editor, Article.objects.get(), **{form_field: typed(name, written)})
    run = loaded_again(folder, name, source)
    assert (live(name), run.report[0]["outcome"]) == (values[stays], outcome)
    assert run.report[0]["conflicts"] == ([name] if is_conflict else [])
    waiting = [(one.field, one.loaded, one.theirs) for one in Conflict.objects.open()]
    expected = values["loaded"]
    if name == "source":
        assert len(waiting) == is_conflict
    else:
        assert waiting == ([(name.partition(":")[0], expected, theirs)] if is_conflict else [])
    with CaptureQueriesContext(connection) as captured:
        assert load(folder).report[0]["outcome"] == "unchanged"
    assert [query["sql"] for query in captured if query["sql"].startswith(WRITES)] == []
    assert live(name) == values[stays]


# --- Texts ------------------------------------------------------------------------------------------------------------


def test_staff_and_source_may_change_different_paragraphs(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    saved(editor, Article.objects.get(), body="The ferry sailed at ten.\n\nIt was full.")
    write(folder, {**RECORD, "body_markdown": "The ferry sailed at nine.\n\nIt was full.\n\nNobody paid."})
    assert load(folder).report[0]["conflicts"] == []
    article = Article.objects.get()
    assert article.body == "The ferry sailed at ten.\n\nIt was full.\n\nNobody paid."
    assert "Nobody paid." in article.body_html
    assert not Conflict.objects.exists()


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_paragraphs_are_told_whatever_the_line_ends_of_the_source(tmp_path: Path, editor: Client, end: str) -> None:
    folder, record = tmp_path / "exports", deepcopy(RECORD)
    record["body_markdown"] = end.join(["The ferry sailed at nine.", "", "It was full.", "", "Fog."])
    write(folder, record)
    load(folder)
    article = Article.objects.get()
    assert article.body == "The ferry sailed at nine.\n\nIt was full.\n\nFog."
    saved(editor, article, body=article.body.replace("nine", "ten"))
    record["body_markdown"] = record["body_markdown"].replace("Fog.", "Fog came.")
    write(folder, record)
    assert set(load(folder).outcomes.values()) == {"updated"}
    article.refresh_from_db()
    assert article.body == "The ferry sailed at ten.\n\nIt was full.\n\nFog came."
    assert bytes(article.originals.get(is_current=True).content).decode() == json.dumps(record)


def test_photos_stay_beside_their_paragraphs_when_both_sides_add_some(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    saved(editor, Article.objects.get(), body="By our reporter.\n\nThe ferry sailed at nine.\n\nIt was full.")
    record = {**deepcopy(RECORD), "body_markdown": "The ferry sailed at nine.\n\nFog came in.\n\nIt was full."}
    record["photos"][1]["position"] = 3
    write(folder, record)
    assert load(folder).report[0]["conflicts"] == []
    paragraphs = Article.objects.get().body.split("\n\n")
    beside = {photo.caption: paragraphs[photo.position - 1] for photo in Photo.objects.all()}
    assert beside == {"The quay.": "The ferry sailed at nine.", "A gull.": "It was full."}


# --- Tags -------------------------------------------------------------------------------------------------------------


def tags() -> list[str]:
    return sorted(Article.objects.get().tags.values_list("name", flat=True))


def remove_tag(name: str) -> None:
    Tagging.objects.filter(tag__name=name).delete()


@pytest.mark.parametrize(
    ("source", "staff_removes", "staff_adds", "left"),
    [
        (["Ferries", "Harbours"], [], [], ["Ferries", "Harbours"]),
        (["Ferries", "Harbours", "Quays"], [], [], ["Ferries", "Harbours", "Quays"]),
        (["Ferries"], [], [], ["Ferries"]),
        (None, [], [], ["Ferries", "Harbours"]),
        (["Ferries", "Harbours"], ["Ferries"], [], ["Harbours"]),
        (["Ferries", "Harbours", "Quays"], ["Ferries"], ["Gulls"], ["Gulls", "Harbours", "Quays"]),
        (["Ferries", "Quays"], ["Harbours"], [], ["Ferries", "Quays"]),
        (["Ferries", "Quays"], [], ["Quays"], ["Ferries", "Quays"]),
        (["Ferries"], [], ["Gulls"], ["Ferries", "Gulls"]),
        (None, ["Ferries"], ["Gulls"], ["Gulls", "Harbours"]),
    ],
)
def test_tags_after_their_source_and_staff(
    tmp_path: Path, source: list[str] | None, staff_removes: list[str], staff_adds: list[str], left: list[str]
) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    article = Article.objects.get()
    for name in staff_removes:
        remove_tag(name)
    for name in staff_adds:
        tag, _ = Tag.objects.get_or_create(name=name, defaults={"slug": name.lower()})
        Tagging.objects.create(article=article, tag=tag, archive_date=article.archive_date)
    record = {**RECORD, "section": "News", "tags": source}
    if source is None:
        del record["tags"]
    write(folder, record)
    load(folder)
    assert tags() == left


def test_a_tag_that_staff_removed_stays_removed_when_the_source_drops_it_and_names_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    for names in (["Ferries", "Harbours"], ["Harbours"], ["Ferries", "Harbours"]):
        write(folder, {**RECORD, "tags": names})
        load(folder)
        remove_tag("Ferries")
    write(folder, {**RECORD, "tags": ["Ferries", "Harbours", "Quays"]})
    load(folder)
    assert tags() == ["Harbours", "Quays"]


def test_a_tag_that_staff_removed_is_not_added_by_the_vocabulary(tmp_path: Path, settings: Any) -> None:
    settings.TAGS_FILE = tmp_path / "tags.toml"
    settings.TAGS_FILE.write_text('[[tag]]\nname = "Fog"\n')
    folder = tmp_path / "exports"
    write(folder, {**RECORD, "body_markdown": "Fog came in."})
    load(folder)
    assert tags() == ["Ferries", "Fog", "Harbours"]
    remove_tag("Fog")
    write(folder, {**RECORD, "body_markdown": "Fog came in again."})
    load(folder)
    assert tags() == ["Ferries", "Harbours"]


# --- Photos -----------------------------------------------------------------------------------------------------------


def captions() -> list[str]:
    return [photo.caption for photo in Photo.objects.order_by("number")]


def change_photos(folder: Path, *photos: dict[str, Any]) -> Run:
    write(folder, {**RECORD, "photos": list(photos)})
    return load(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    return folder


QUAY, GULL = RECORD["photos"]
CRANE = {"src": "crane.jpg", "caption": "A crane.", "position": 2}


def test_a_photo_that_the_source_adds_is_added_beside_an_edited_one(folder: Path) -> None:
    Photo.objects.filter(number=1).update(caption="The north quay.")
    change_photos(folder, {**CRANE, "position": 0}, QUAY, GULL)
    assert captions() == ["A crane.", "The north quay.", "A gull."]
    assert not Conflict.objects.exists()


def test_a_photo_that_the_source_drops_goes(folder: Path) -> None:
    change_photos(folder, GULL)
    assert captions() == ["A gull."]


def test_a_photo_that_the_source_drops_stays_where_staff_have_worked_on_it(folder: Path) -> None:
    Photo.objects.filter(number=1).update(caption="The north quay.")
    run = change_photos(folder, GULL)
    assert captions() == ["The north quay.", "A gull."]
    assert run.report[0]["conflicts"] == ["photo:1"]
    assert Conflict.objects.get().theirs is None
    change_photos(folder, GULL, CRANE)
    assert captions() == ["The north quay.", "A gull.", "A crane."]
    assert Conflict.objects.open().count() == 1, "it still waits"
    change_photos(folder, QUAY, GULL, CRANE)
    assert captions() == ["The north quay.", "A gull.", "A crane."], "the source shows it again: it is not shown twice"
    assert Conflict.objects.open().count() == 0


def test_a_photo_that_staff_removed_stays_removed(folder: Path) -> None:
    Photo.objects.filter(number=1).delete()
    change_photos(folder, QUAY, GULL, CRANE)
    assert captions() == ["A gull.", "A crane."]
    assert not Conflict.objects.exists()
    run = change_photos(folder, {**QUAY, "caption": "The quay, repaired."}, GULL, CRANE)
    assert captions() == ["A gull.", "A crane."]
    assert len(run.report[0]["conflicts"]) == 1
    assert Conflict.objects.get().ours is None


def test_an_order_that_staff_chose_is_kept(folder: Path) -> None:
    Photo.objects.filter(caption="The quay.").update(number=2)
    Photo.objects.filter(caption="A gull.").update(number=1)
    change_photos(folder, QUAY, CRANE, {**GULL, "alt_text": "A large bird"})
    assert captions() == ["A gull.", "The quay.", "A crane."]


def test_photos_are_known_by_their_caption_when_their_files_are_renamed(folder: Path) -> None:
    Photo.objects.filter(number=1).update(alt_text="The quay at dawn")
    change_photos(folder, {**QUAY, "src": "img/0001.jpg"}, {**GULL, "src": "img/0002.jpg"})
    rows = Photo.objects.order_by("number").values_list("caption", "alt_text", "src")
    assert list(rows) == [
        ("The quay.", "The quay at dawn", "img/0001.jpg"), ("A gull.", "A bird", "img/0002.jpg"),
    ]  # fmt: skip


# --- Conflicts --------------------------------------------------------------------------------------------------------


def test_a_conflict_that_waits_follows_the_source_and_closes_when_that_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    Article.objects.update(headline="Ferry comes home")
    for theirs in ("Ferry is back", "Ferry is back again"):
        write(folder, {**RECORD, "headline": theirs})
        assert load(folder).report[0]["conflicts"] == ["headline"]
        conflict = Conflict.objects.get()
        assert (conflict.loaded, conflict.ours, conflict.theirs) == ("Ferry returns", "Ferry comes home", theirs)
    write(folder, {**RECORD, "headline": "Ferry is back again", "section": "News"})
    assert load(folder).report[0]["conflicts"] == [], "it is nothing new"
    assert Conflict.objects.open().count() == 1
    write(folder, RECORD)
    load(folder)
    assert Article.objects.get().headline == "Ferry comes home"
    assert Conflict.objects.get().decision == Conflict.Decision.AGREED


def test_take_source_takes_every_field_and_closes_what_waits(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    Article.objects.update(headline="Ferry comes home", deck="")
    Photo.objects.filter(number=2).delete()
    remove_tag("Ferries")
    write(folder, {**RECORD, "headline": "Ferry is back"})
    load(folder)
    assert Conflict.objects.open().count() == 1
    load(folder, take_source=True)
    article = Article.objects.get()
    assert (article.headline, article.deck) == ("Ferry is back", "After three years")
    assert captions() == ["The quay.", "A gull."]
    assert tags() == ["Ferries", "Harbours"]
    assert Conflict.objects.open().count() == 0
