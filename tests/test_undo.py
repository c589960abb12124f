"""Undoing a load: the archive is as before, except for later changes by staff."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from articles.catalogue import ledger
from articles.catalogue.changing import changing
from articles.catalogue.loaded import edited_fields
from articles.editorial.actions import on_many
from articles.editorial.actions.merge_articles import merge, separate
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.conflicts import decide
from articles.editorial.edit import editing
from articles.editorial.exchange.export import edits
from articles.loading import store
from articles.loading.names import Names
from articles.loading.undo import is_all_undone, newest_to_undo, undo
from articles.models import (
    Article,
    ClosedVersion,
    Conflict,
    Correction,
    Gone,
    Load,
    Original,
    OriginalPath,
    Photo,
    Redirect,
    Rendition,
    Source,
    Tag,
    Tagging,
)
from articles.models.fields import label_of, label_of_photo
from articles.text.dates import day_words
from tests import warcs
from tests.dumping import differences, dump, media
from tests.loading import Run, load, load_records, text_file
from tests.recorded import changed_in, newest_version, record_size, told_of, username
from tests.staff import saved
from tests.test_crawls import FERRY, FIRST, SECOND, crawl, jpeg
from tests.test_likeness import story
from tests.test_merge_matrix import (
    CANNOT_BE_SILENT,
    CHANGED,
    CRANE,
    FIELDS,
    GULL,
    QUAY,
    RECORD,
    SILENT,
    live,
    loaded_again,
    typed,
    write,
)
from tests.test_photos import picture as drawn

pytestmark = pytest.mark.django_db
READERS_SEE = "/2021/05/04/ferry-returns/"


@pytest.fixture(autouse=True)
def _own_media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(path: Path, size: tuple[int, int] = (500, 300)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return drawn(path, size)


def undo_load(*arguments: str, **options: Any) -> Run:
    out, code = io.StringIO(), 0
    try:
        call_command("undo_load", *arguments, stdout=out, no_color=True, **options)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return Run(code, out.getvalue(), "")


def is_undone(act: Callable[[], Any]) -> None:
    """Do something that loads, undo it, and find everything as it was."""
    before, files = dump(), media()
    loads = Load.objects.count()
    act()
    assert dump() != before, "the load changed something"
    for _ in range(Load.objects.count() - loads):
        load = newest_to_undo()
        assert load is not None
        assert undo(load).left == []
        assert load.undone_at is not None
    assert differences(before, dump()) == {}
    assert media() == files
    assert all(map(is_all_undone, Load.objects.exclude(undone_at=None)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    return folder


def changed(folder: Path, **values: Any) -> Run:
    write(folder, {**RECORD, **values})
    return load(folder)


# --- What a load made -------------------------------------------------------------------------------------------------


def test_a_first_load_undone_leaves_an_empty_archive(tmp_path: Path) -> None:
    picture(tmp_path / "in/quay.jpg")
    is_undone(lambda: changed(tmp_path / "in"))
    assert not any((Article.objects.exists(), Tag.objects.exists(), Source.objects.exists(), media()))


def test_what_was_there_before_stays(folder: Path) -> None:
    def act() -> None:
        text_file(folder, "new.txt", headline="Snow on the pass", body="\n\n".join(story(3)))
        text_file(folder, "twin.txt", headline="Snow on a pass", body="\n\n".join(story(3)))
        load(folder)

    is_undone(act)
    assert Article.objects.get().headline == "Ferry returns"


def test_addresses_of_removed_articles_say_why_and_come_back(folder: Path, site: Client) -> None:
    article = Article.objects.get()
    Redirect.objects.create(path="/2021/06/04/ferry-returns/", article=article)
    assert undo_load().code == 0
    for path in (READERS_SEE, "/2021/06/04/ferry-returns/", article.short_url, f"{READERS_SEE}article.json"):
        page = site.get(path)
        assert page.status_code == 410, path
        assert "Its load was undone on" in page.content.decode()
    assert site.get("/2021/05/04/another/").status_code == 404
    load(folder)
    again = Article.objects.get()
    assert (again.key, again.get_absolute_url()) == (article.key, READERS_SEE)
    assert not Gone.objects.exists()
    assert site.get("/2021/06/04/ferry-returns/").headers["Location"] == READERS_SEE
    assert site.get(article.short_url).status_code == 301


LISTINGS = (
    "/2021/", "/2021/05/", "/2021/05/04/", "/tags/ferries/", "/tags/ferries/feed.atom", "/tags/ferries/feed.json",
    "/sources/harbour-daily/", "/sources/harbour-daily/feed.rss", "/tags/ferries+harbours/",
    "/tags/ferries/list.json", "/sources/harbour-daily/list.csv", "/2021/05/04/list.json",
)  # fmt: skip


def test_listings_that_an_undo_empties_say_so_and_come_back(folder: Path, site: Client) -> None:
    assert {site.get(path).status_code for path in LISTINGS} == {200}
    undo_load()
    assert not Tag.objects.exists()
    for path in LISTINGS:
        page = site.get(path)
        assert page.status_code == 410, path
        assert "No articles here" in page.content.decode()
    assert "Its load was undone on" in site.get("/tags/ferries/").content.decode()
    for path in (
        "/tags/fog/",
        "/tags/ferries/feed.pdf",
        "/sources/fog/feed.atom",
        "/tags/ferries+fog/",
        "/2021/05/05/",
    ):
        assert site.get(path).status_code == 404, path
    load(folder)
    assert {site.get(path).status_code for path in LISTINGS} == {200}
    assert not Gone.objects.exists()


def test_nobody_else_takes_the_address_of_a_removed_article(tmp_path: Path) -> None:
    text_file(tmp_path / "one", "a.txt", body="One.")
    load(tmp_path / "one")
    undo_load()
    text_file(tmp_path / "two", "b.txt", body="Two.")
    load(tmp_path / "two")
    assert Article.objects.get().get_absolute_url() != "/2021/05/04/ferry-returns/"


def staff_edits(editor: Client) -> dict[str, Callable[[Article], Any]]:
    return {
        "headline": lambda article: saved(editor, article, headline="Ferry comes home"),
        "a caption": lambda article: saved(editor, article, **{"photos-0-caption": "The north quay."}),
        "withdrawn": lambda article: saved(editor, article, withdrawn="on", withdrawn_reason="By court order."),
        "a tag": lambda article: Tagging.objects.create(
            article=article, tag=Tag.objects.create(name="Fog", slug="fog"), archive_date=article.archive_date
        ),
        "a correction": lambda article: Correction.objects.create(
            article=article, made_at="2024-01-01T00:00Z", note="The ferry sailed at ten."
        ),
        "and back": lambda article: saved(editor, saved(editor, article, deck="x"), deck="After three years"),
    }


@pytest.mark.parametrize("what", ["headline", "a caption", "withdrawn", "a tag", "a correction", "and back"])
def test_an_article_that_staff_have_worked_on_stays(folder: Path, editor: Client, what: str) -> None:
    write(folder / "more", {**RECORD, "id": "urn:harbour:2", "url": None, "headline": "Snow", "tags": ["Snow"]})
    load(folder)
    article = Article.objects.get(external_id="urn:harbour:1")
    first, second = Load.objects.order_by("id")
    staff_edits(editor)[what](article)
    assert undo_load(str(second.pk)).code == 0
    before = dump()
    run = undo_load()
    assert run.code == 1
    assert run.out.startswith(f"“{Article.objects.get()}” ({article.key}): staff have ")
    assert run.summary.startswith(f"load {first.pk}: 0 articles deleted, 0 restored, 1 kept (changed since) in ")
    assert differences(before, dump()) == {}
    assert Load.objects.filter(undone_at=None).count() == 0


def test_a_load_is_undone_only_after_those_that_changed_its_articles_since(folder: Path) -> None:
    empty = {name: [] for name in dump()}
    first = Load.objects.get()
    changed(folder, headline="Ferry is back")
    second = Load.objects.get(undone_at=None, id__gt=first.pk)
    before = dump()
    run = undo_load(str(first.pk))
    assert run.code == 1
    assert re.match(rf"“Ferry is back” \(\w+\): load {second.pk} has .*; undo load {second.pk} first\n", run.out)
    assert f"To undo it completely, first undo load {second.pk}, then undo load {first.pk}.\n" in run.out
    assert differences(before, dump()) == {}
    first.refresh_from_db()
    assert first.undone_at is None, "it can be finished later"
    assert undo_load().summary.startswith(f"load {second.pk}: 0 articles deleted, 1 restored")
    assert undo_load().summary.startswith(f"load {first.pk}: 1 article deleted")
    assert dump() == empty


# --- What a load changed ----------------------------------------------------------------------------------------------


SAID = [(name, CHANGED) for name in FIELDS] + [(name, SILENT) for name in FIELDS if name not in CANNOT_BE_SILENT]


@pytest.mark.parametrize(("name", "source"), SAID)
def test_a_changed_field_goes_back(folder: Path, name: str, source: str) -> None:
    is_undone(lambda: loaded_again(folder, name, source))


@pytest.mark.parametrize("name", FIELDS)
def test_a_conflict_goes_with_the_load_that_brought_it(folder: Path, editor: Client, name: str) -> None:
    saved(editor, Article.objects.get(), **{FIELDS[name][1]: typed(name, FIELDS[name][3])})
    is_undone(lambda: loaded_again(folder, name, CHANGED))
    assert not Conflict.objects.exists()


@pytest.mark.parametrize("name", FIELDS)
def test_what_staff_have_changed_since_stays_and_is_listed(folder: Path, editor: Client, name: str) -> None:
    before = dump()
    loaded_again(folder, name, CHANGED)
    saved(editor, Article.objects.get(), **{FIELDS[name][1]: typed(name, FIELDS[name][3])})
    run = undo_load()
    article = Article.objects.select_related("source").get()
    assert run.code == 1
    field, _, number = name.partition(":")
    label = label_of_photo(int(number), field) if number else label_of(field)
    assert run.out.startswith(f"“{article}” ({article.key}): {label} (changed since)\n")
    assert live(name) == FIELDS[name][3]
    # From here on, that is a staff edit of what the first load gave.
    saved(editor, article, **{FIELDS[name][1]: typed(name, original_of(name))})
    assert set(differences(before, dump())) <= {"Source", "Author", "Likeness", "LikenessBand"}


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "position:1"])
def test_what_staff_chose_against_a_load_stays_when_it_is_undone_and_comes_again(
    folder: Path, editor: Client, name: str
) -> None:
    loaded_again(folder, name, CHANGED)
    saved(editor, Article.objects.get(), **{FIELDS[name][1]: typed(name, original_of(name))})
    undo_load()
    loaded_again(folder, name, CHANGED)
    assert live(name) == original_of(name)
    assert edited_fields(Article.objects.get()) == ["photos" if ":" in name else name]


def test_a_tag_that_staff_took_off_stays_off_when_its_load_is_undone_and_comes_again(folder: Path) -> None:
    changed(folder, tags=["Ferries", "Harbours", "Quays"])
    Tagging.objects.filter(tag__name="Quays").delete()
    undo_load()
    changed(folder, tags=["Ferries", "Harbours", "Quays"])
    assert sorted(Article.objects.get().tags.values_list("name", flat=True)) == ["Ferries", "Harbours"]


def original_of(name: str) -> Any:
    return RECORD["photos"][0][FIELDS[name][0]] if ":" in name else RECORD[FIELDS[name][0]]


PHOTO_CHANGES: dict[str, list[dict[str, Any]]] = {
    "added": [QUAY, GULL, CRANE],
    "added before": [{**CRANE, "position": 0}, QUAY, GULL],
    "removed": [GULL],
    "in another order": [GULL, QUAY],
    "of another file": [{**QUAY, "src": "crane.jpg"}, GULL],
    "all others": [CRANE],
}


@pytest.mark.parametrize("what", PHOTO_CHANGES)
@pytest.mark.parametrize("edited", [False, True])
def test_photos_go_back(tmp_path: Path, editor: Client, what: str, edited: bool) -> None:
    folder = tmp_path / "exports"
    for name, width in (("quay", 500), ("gull", 600), ("crane", 700)):
        picture(folder / f"{name}.jpg", (width, 300))
    write(folder, RECORD)
    load(folder)
    if edited:
        saved(editor, Article.objects.get(), **{"photos-0-caption": "The north quay.", "body": "It sailed."})
    is_undone(lambda: changed(folder, photos=PHOTO_CHANGES[what], body_markdown="It sailed.\n\nIt was full.\n\nFog."))
    assert [photo.renditions.count() for photo in Photo.objects.all()] == [2, 2]


def test_a_photo_s_file_that_came_late_goes_again(folder: Path) -> None:
    picture(folder / "quay.jpg")
    is_undone(lambda: load(folder))
    assert media() == []


def test_a_photo_added_by_the_load_stays_where_staff_have_worked_on_it(folder: Path, editor: Client) -> None:
    changed(folder, photos=[QUAY, GULL, CRANE], headline="Ferry is back")
    saved(editor, Article.objects.get(), **{"photos-2-caption": "The blue crane."})
    run = undo_load()
    article = Article.objects.get()
    assert run.out.splitlines()[0] == f"“Ferry is back” ({article.key}): Photo 3 (changed since)"
    assert article.headline == "Ferry returns"
    assert [photo.loaded_number for photo in article.photos.order_by("number")] == [1, 2, 0]
    assert article.photo_count == 3


@pytest.mark.parametrize("answer", ["is_decorative", "credit_unknown"])
def test_a_photo_that_staff_have_answered_for_stays(folder: Path, answer: str) -> None:
    changed(folder, photos=[QUAY, GULL, CRANE])
    Photo.objects.filter(number=3).update(**{answer: True})
    assert "Photo 3 (changed since)" in undo_load().out
    assert getattr(Photo.objects.get(number=3), answer)


def test_photos_that_staff_removed_stay_removed(folder: Path) -> None:
    changed(folder, photos=[{**QUAY, "caption": "The old quay."}, GULL, CRANE])
    with changing([Article.objects.get().pk], ledger.Stamp.now(None, "")):
        Photo.objects.filter(caption__in=["The old quay.", "A crane."]).delete()
    run = undo_load()
    assert "Photo 1 (removed since)" in run.out
    assert [photo.caption for photo in Photo.objects.all()] == ["A gull."]


def test_a_photo_that_an_undo_brought_back_is_in_no_version_once_it_is_withdrawn(
    folder: Path, editor: Client, site: Client
) -> None:
    changed(folder, photos=[GULL])
    undo_load()
    assert "The quay." in site.get(f"{READERS_SEE}history/1/").content.decode()
    saved(editor, Article.objects.get(), **{"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "A claim."})
    for version in range(1, 5):
        assert "The quay." not in site.get(f"{READERS_SEE}history/{version}/").content.decode()


LONGER = "Fog came in.\n\nThe ferry sailed at nine.\n\nIt was full."


def by_paragraph() -> dict[str, str]:
    """The captions of photos, by the paragraphs that they follow."""
    article = Article.objects.get()
    return {article.body.split("\n\n")[photo.position - 1]: photo.caption for photo in article.photos.all()}


def test_photos_stay_beside_their_paragraphs_where_staff_have_changed_the_text_since(
    folder: Path, editor: Client
) -> None:
    changed(folder, body_markdown=LONGER, photos=[{**QUAY, "position": 2}, {**GULL, "position": 3}])
    saved(editor, Article.objects.get(), body=LONGER.replace("Fog", "Mist"))
    out = undo_load().out
    assert "Text (changed since)" in out
    assert "Photo 2: position (changed since)" in out
    assert by_paragraph() == {"The ferry sailed at nine.": "The quay.", "It was full.": "A gull."}
    saved(editor, Article.objects.get(), body=LONGER)
    undo_load(str(Load.objects.latest("pk").pk))
    assert Article.objects.get().body == RECORD["body_markdown"]
    assert by_paragraph() == {"The ferry sailed at nine.": "The quay.", "It was full.": "A gull."}


def test_a_photo_that_the_load_dropped_comes_back_beside_its_paragraph(folder: Path, editor: Client) -> None:
    changed(folder, body_markdown=LONGER, photos=[{**QUAY, "position": 2}])
    saved(editor, Article.objects.get(), body=LONGER.replace("Fog", "Mist"))
    undo_load()
    assert by_paragraph() == {"The ferry sailed at nine.": "The quay.", "It was full.": "A gull."}


def test_a_photo_that_staff_have_added_since_stays_beside_its_paragraph(folder: Path) -> None:
    changed(folder, body_markdown=LONGER)
    article = Article.objects.get()
    with editing(article.pk, ledger.Stamp.now(None, "")):
        Photo.objects.create(article=article, caption="The crew.", number=3, position=3)
    assert undo_load().code == 0
    assert Article.objects.get().body == RECORD["body_markdown"]
    assert article.photos.get(caption="The crew.").position == 2


def test_photos_have_their_own_numbers_though_staff_added_one(folder: Path) -> None:
    changed(folder, photos=[GULL])
    article = Article.objects.get()
    with editing(article.pk, ledger.Stamp.now(None, "")):
        Photo.objects.create(article=article, caption="The new ferry.", number=2, position=2)
    assert undo_load().code == 0
    photos = article.photos.order_by("number").values_list("number", "caption")
    assert list(photos) == [(1, "The quay."), (2, "A gull."), (3, "The new ferry.")]


@pytest.mark.parametrize("tags", [["Ferries"], ["Ferries", "Quays", "Fog"], ["Quays"]])
def test_tags_go_back(folder: Path, tags: list[str]) -> None:
    is_undone(lambda: changed(folder, tags=tags))


def test_tags_of_staff_stay(folder: Path, editor: Client) -> None:
    article = Article.objects.get()
    changed(folder, tags=["Ferries", "Quays"])
    fog = Tag.objects.create(name="Fog", slug="fog")
    Tagging.objects.create(article=article, tag=fog, archive_date=article.archive_date)
    Tagging.objects.filter(tag__name="Ferries").delete()
    Tag.objects.filter(name="Quays").update(description="Where boats lie.")
    undo_load()
    assert sorted(article.tags.values_list("name", flat=True)) == ["Fog", "Harbours"]
    assert not Tag.objects.filter(name="Quays").exists()


@pytest.mark.parametrize(("former", "into"), [("Quays", "Ferries"), ("Harbours", "Ferries"), ("Ferries", "Quays")])
def test_tags_that_were_merged_meanwhile_go_back_as_the_one_they_are_now(folder: Path, former: str, into: str) -> None:
    changed(folder, tags=["Quays"])
    stamp = ledger.Stamp.now(None, "One name")
    merge_tags([Tag.objects.get(name=former)], Tag.objects.get(name=into), stamp)
    assert undo(Load.objects.latest("pk")).left == []
    assert sorted(Article.objects.get().tags.values_list("name", flat=True)) == sorted(
        {"Ferries", "Harbours", into} - {former}
    )


def test_a_tag_from_an_earlier_load_that_was_merged_into_one_of_this_load_stays(folder: Path) -> None:
    changed(folder, tags=["Ferries", "Harbours", "Quays"])
    merge_tags([Tag.objects.get(name="Ferries")], Tag.objects.get(name="Quays"), ledger.Stamp.now(None, "One name"))
    for act in (undo_load, lambda: changed(folder, section="Sea")):
        assert act().code == 0
        assert sorted(Article.objects.get().tags.values_list("name", flat=True)) == ["Harbours", "Quays"]
        assert edited_fields(Article.objects.get()) == []


def test_tags_of_an_earlier_load_that_were_merged_with_one_of_this_load_are_one(folder: Path) -> None:
    changed(folder, tags=["Harbours", "Quays"])
    stamp = ledger.Stamp.now(None, "One name")
    merge_tags(Tag.objects.exclude(name="Quays"), Tag.objects.get(name="Quays"), stamp)
    assert undo_load().code == 0
    assert list(Article.objects.get().tags.values_list("name", flat=True)) == ["Quays"]


def test_a_tag_of_staff_that_was_merged_into_one_of_the_load_stays_and_is_listed(folder: Path) -> None:
    article, stamp = Article.objects.get(), ledger.Stamp.now(None, "One name")
    with changing([article.pk], stamp):
        on_many.tag_articles([article.pk], on_many.tags_named(["Fog"], stamp), stamp)
    changed(folder, tags=["Ferries", "Harbours", "Quays"])
    merge_tags([Tag.objects.get(name="Fog")], Tag.objects.get(name="Quays"), stamp)
    assert f"“{article}” ({article.key}): Tags (changed since)" in undo_load().out
    assert sorted(article.tags.values_list("name", flat=True)) == ["Ferries", "Harbours", "Quays"]


def test_a_tag_that_staff_took_off_stays_off_though_the_load_that_made_it_is_undone(tmp_path: Path) -> None:
    one, two = ({"id": f"urn:{name}:1", "url": f"https://{name}.example/ferry"} for name in ("one", "two"))
    tags = ["Ferries", "Quays"]
    changed(tmp_path / "one", **one, tags=tags)
    changed(tmp_path / "two", **two, tags=tags)
    Tagging.objects.filter(article__external_id="urn:two:1", tag__name="Quays").delete()
    undo(Load.objects.earliest("pk"))
    assert not Tag.objects.filter(name="Quays").exists()
    changed(tmp_path / "two", **two, tags=tags, section="Sea")
    changed(tmp_path / "two", **two, tags=[*tags, "Fog"], section="Sea")
    assert sorted(Article.objects.get().tags.values_list("name", flat=True)) == ["Ferries", "Fog"]


@pytest.mark.parametrize("which", ["Harbour Daily", "Quay Gazette"])
def test_a_source_that_was_merged_meanwhile_goes_back_as_the_one_it_is_now(folder: Path, which: str) -> None:
    changed(folder, source="Quay Gazette")
    post = Source.objects.create(name="Third Post", slug="third-post")
    merge_sources([Source.objects.get(name=which)], post, ledger.Stamp.now(None, "One paper"))
    undo_load()
    article = Article.objects.select_related("source").get()
    assert str(article.source) == ("Third Post" if which == "Harbour Daily" else "Harbour Daily")
    assert edited_fields(article) == []


def test_a_tag_that_staff_have_worked_on_stays(folder: Path, editor: Client) -> None:
    changed(folder, tags=["Ferries", "Quays"])
    saved(editor, Tag.objects.get(name="Quays"), description="Where boats lie.")
    undo_load()
    assert Tag.objects.get(name="Quays").article_count == 0


def test_a_source_that_staff_have_renamed_stays(tmp_path: Path, editor: Client) -> None:
    changed(tmp_path / "in", source="HARBOUR DAILY")
    saved(editor, Source.objects.get(), name="Harbour Daily")
    undo_load()
    load(tmp_path / "in")
    assert str(Source.objects.get()) == "Harbour Daily"


def test_a_version_names_a_source_that_went_with_its_load(folder: Path, site: Client) -> None:
    changed(folder, source="Quay Gazette")
    undo_load()
    assert not Source.objects.filter(name="Quay Gazette").exists()
    changed(folder, source="Quay Gazette")  # with another id
    assert "Quay Gazette" in site.get(f"{READERS_SEE}history/2/").content.decode()
    assert "deleted" not in site.get(f"{READERS_SEE}history/").content.decode()


def test_a_moved_article_goes_back_to_its_address(folder: Path, site: Client) -> None:
    is_undone(lambda: changed(folder, published="2021-06-04"))
    assert Article.objects.get().get_absolute_url() == READERS_SEE
    assert site.get("/2021/06/04/ferry-returns/").headers["Location"] == READERS_SEE
    assert not Redirect.objects.filter(path=READERS_SEE).exists()


def test_a_former_text_and_its_near_duplicates_go_back(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    text_file(folder, "a.txt", headline="One", body="\n\n".join(story(1)))
    text_file(folder, "b.txt", headline="Two", body="\n\n".join(story(1)))
    load(folder)
    assert dump()["NearDuplicate"]
    is_undone(lambda: (text_file(folder, "a.txt", headline="One", body="\n\n".join(story(2))), load(folder)))


def test_withdrawing_by_the_source_is_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    is_undone(lambda: load(folder, take_source=True) if changed(folder, draft=True) else None)


def test_an_article_that_was_separated_since_its_source_withdrew_it_is_published(
    folder: Path, editor: Client, site: Client
) -> None:
    article, user = Article.objects.get(), User.objects.get(username="nora")
    text_file(folder, "new.txt", headline="Snow on the pass")
    load(folder)
    winner = Article.objects.get(headline="Snow on the pass")
    merge(article, winner, user, "The same", tag_ids=[], photo_ids=[])
    changed(folder, draft=True)
    assert Article.objects.get(pk=article.pk).withdrawn_by == "draft"
    separate(article, user, "Not the same")
    assert undo_load().code == 0
    assert site.get(READERS_SEE).status_code == 200


def test_take_source_is_taken_back(folder: Path, editor: Client) -> None:
    saved(editor, Article.objects.get(), headline="Ferry comes home", body="By us.\n\nIt was full.")
    Photo.objects.filter(number=2).delete()
    changed(folder, headline="Ferry is back")
    is_undone(lambda: load(folder, take_source=True))
    assert Article.objects.get().headline == "Ferry comes home"
    assert Conflict.objects.open().count() == 1


def test_a_conflict_that_a_load_renewed_or_closed_goes_back(folder: Path, editor: Client) -> None:
    saved(editor, Article.objects.get(), headline="Ferry comes home")
    changed(folder, headline="Ferry is back")
    is_undone(lambda: changed(folder, headline="Ferry is back again"))
    is_undone(lambda: changed(folder))
    assert Conflict.objects.get().theirs == "Ferry is back"


def test_a_conflict_that_a_load_renewed_and_staff_decided_stays_as_decided(folder: Path, editor: Client) -> None:
    saved(editor, Article.objects.get(), headline="Ferry comes home")
    changed(folder, headline="Ferry is back")
    changed(folder, headline="Ferry is back again")
    decide(Conflict.objects.get(), "ours", None, ledger.Stamp.now(None, ""))
    undo_load()
    conflict = Conflict.objects.get()
    assert (conflict.decision, conflict.theirs) == ("ours", "Ferry is back again")


def test_copies_and_spare_originals_go(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    text_file(folder, "a.txt")
    load(folder)

    def act() -> None:
        (folder / "copy.txt").write_bytes((folder / "a.txt").read_bytes())
        load(folder)

    is_undone(act)
    text_file(folder, "a.txt", body="It sank.")
    is_undone(lambda: load(folder))
    assert OriginalPath.objects.get().path == str((folder / "a.txt").resolve())


def test_a_file_that_went_on_to_another_article_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    post = "---\ntitle: {0}\nurl: https://harbour.example/{0}\ndate: 2021-05-04\n---\n\nIt is {0}.\n"
    folder.mkdir()
    (folder / "a.md").write_text(post.format("One"))
    (folder / "b.md").write_text(post.format("Two"))
    load(folder)

    def new_article() -> None:
        (folder / "a.md").write_text(post.format("Three"))
        assert load(folder).outcomes["a.md"] == "created"

    def known_article() -> None:
        (folder / "a.md").write_text(post.format("Two") + "\nAnd more.\n")
        (folder / "b.md").unlink()
        assert load(folder).outcomes["a.md"] == "updated"

    is_undone(new_article)
    is_undone(known_article)


def test_captures_go_back(tmp_path: Path) -> None:
    picture_first = jpeg(tmp_path, "https://news.example/media/ferry.jpg")
    first = warcs.page(FERRY, photo="/media/ferry.jpg", at=FIRST)
    load(crawl(tmp_path / "1", picture_first, first))
    is_undone(lambda: load(crawl(tmp_path / "2", warcs.page(FERRY, "Ferry late", at=SECOND))))
    is_undone(lambda: load(crawl(tmp_path / "3", warcs.page(FERRY, photo="/media/ferry.jpg", served="2", at=SECOND))))
    is_undone(lambda: load(crawl(tmp_path / "4", warcs.page(FERRY, at="2019-01-05T10:00:00Z"))))
    assert Original.objects.count() == 1


def test_versions_within_one_load_go_together(tmp_path: Path) -> None:
    pages = [warcs.page(FERRY, at=FIRST), warcs.page(FERRY, "Ferry late", at=SECOND)]
    is_undone(lambda: load(crawl(tmp_path, *pages)))
    assert not Article.objects.exists()


def test_loads_are_undone_one_after_the_other(folder: Path) -> None:
    def act() -> None:
        changed(folder, headline="Ferry is back", tags=["Quays"])
        changed(folder, headline="Ferry sinks", photos=[CRANE], source="Weekly")
        changed(folder, published="2022-01-01", body_markdown="Fog.")

    is_undone(act)


def test_everything_at_once_goes_back(folder: Path, editor: Client) -> None:
    saved(editor, Article.objects.get(), deck="At last", body="By us.\n\nThe ferry sailed at nine.\n\nIt was full.")
    record = deepcopy(RECORD)
    record |= {
        "headline": "Ferry is back", "deck": "After four years", "published": "2021-06-01", "source": "Weekly",
        "body_markdown": "The ferry sailed at ten.\n\nFog.\n\nIt was full.", "tags": ["Quays"], "photos": [CRANE, GULL],
        "url": "https://harbour.example/other",
    }  # fmt: skip
    is_undone(lambda: changed(folder, **record))


def test_a_text_of_which_one_paragraph_clashed_goes_back(folder: Path, editor: Client) -> None:
    saved(editor, Article.objects.get(), body="The ferry sailed at ten.\n\nIt was full.")
    is_undone(lambda: changed(folder, body_markdown="The ferry sailed at noon.\n\nIt was full of gulls."))


def test_the_history_tells_that_the_load_was_undone(folder: Path, archivist: Client) -> None:
    changed(folder, headline="Ferry is back")
    undo_load()
    versions = told_of(Article.objects.get())
    assert [headline for headline, _, _ in versions] == ["Ferry returns", "Ferry is back", "Ferry returns"]
    reason = versions[-1][1]
    assert reason.startswith(f"Load {Load.objects.latest('id').pk} (")
    assert reason.endswith(" undone")


def test_what_is_still_needed_for_another_undo_stays_on_the_disk(folder: Path) -> None:
    picture(folder / "quay.jpg")
    load(folder)  # the file comes
    changed(folder, photos=[GULL])  # and its photo goes
    picture(folder / "other/quay.jpg")
    write(folder / "other", {**RECORD, "id": "urn:harbour:2", "url": None})
    load(folder / "other")
    other = Load.objects.order_by("-id")[0]
    assert undo(other).removed == 1
    is_there = dump()
    undo_load()  # its photo comes back, with its file
    assert dump() != is_there
    photo = Photo.objects.get(number=1)
    assert photo.file in media()
    assert {one.file for one in photo.renditions.all()} <= set(media())


def test_the_files_of_a_withdrawn_photo_have_their_words_back_after_an_undo(tmp_path: Path, root: Client) -> None:
    picture(tmp_path / "one/quay.jpg")
    changed(tmp_path / "one", photos=[QUAY])
    saved(root, Article.objects.get(), **{"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "A mistake."})
    names = [rendition.file for rendition in Rendition.objects.all()]
    changed(tmp_path / "one", photos=[{**QUAY, "caption": "The quay, repaired."}])
    undo_load()
    assert [rendition.file for rendition in Rendition.objects.all()] == names
    assert set(names) <= set(media())


@pytest.fixture
def twin(tmp_path: Path, root: Client) -> str:
    """The number of a load that brought a second article with a photo that staff have removed from the first."""
    for name in ("one", "two"):
        picture(tmp_path / name / "quay.jpg")
    changed(tmp_path / "one", photos=[QUAY])
    saved(root, Article.objects.get(), **{"photos-0-DELETE": "on"})
    changed(tmp_path / "two", id="urn:harbour:2", url=None, photos=[QUAY])
    return str(Load.objects.latest("id").pk)


def the_picture_comes_back() -> None:
    """By a decision for the source."""
    decide(Conflict.objects.get(), Conflict.Decision.THEIRS, None, ledger.Stamp.now(None, ""))
    photo = Photo.objects.get()
    assert photo.file in media()
    assert photo.renditions.exists()


def test_a_picture_that_staff_removed_stays_for_the_conflict_about_it(tmp_path: Path, twin: str) -> None:
    changed(tmp_path / "one", photos=[{**QUAY, "caption": "The quay, repaired."}])
    assert undo_load(twin).code == 0
    the_picture_comes_back()


def test_a_picture_that_staff_removed_stays_for_a_source_that_has_lost_its_file(tmp_path: Path, twin: str) -> None:
    assert undo_load(twin).code == 0
    (tmp_path / "one/quay.jpg").unlink()
    changed(tmp_path / "one", photos=[{**QUAY, "caption": "The quay, repaired."}])
    the_picture_comes_back()


def test_what_is_closed_to_readers_does_not_come_back(folder: Path, site: Client) -> None:
    changed(folder, headline="Someone returns", body_markdown="Someone sailed.")
    article = Article.objects.get()
    closed = ClosedVersion.objects.create(article=article, version=1, reason="A court.", closed_at=timezone.now())
    number = str(Load.objects.latest("id").pk)
    for options in ({"dry_run": True}, {}):
        run = undo_load(number, **options)
        assert run.code == 1
        assert (
            f"“Someone returns” ({article.key}): it would bring back version 1, which is closed to readers\n" in run.out
        )
    assert "Someone sailed." in site.get(article.get_absolute_url()).content.decode()
    closed.delete()
    assert undo_load(number).code == 0
    assert live("headline") == "Ferry returns"


# --- Undone twice, tried twice ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["headline", "deck", "published", "body", "caption:1"])
def test_what_staff_put_back_as_the_load_wrote_it_goes_back_with_a_second_undo(
    folder: Path, editor: Client, name: str
) -> None:
    before = dump()
    loaded_again(folder, name, CHANGED)
    made = Load.objects.latest("id")
    _, form_field, of_load, of_staff = FIELDS[name]
    saved(editor, Article.objects.get(), **{form_field: typed(name, of_staff)})
    assert undo_load().code == 1
    assert live(name) == of_staff
    assert not is_all_undone(Load.objects.get(pk=made.pk))
    saved(editor, Article.objects.get(), **{form_field: typed(name, of_load)})
    assert undo_load(str(made.pk)).code == 0
    assert live(name) == original_of(name)
    assert edited_fields(Article.objects.get()) == []
    assert is_all_undone(Load.objects.get(pk=made.pk))
    assert set(differences(before, dump())) <= {"Likeness", "LikenessBand"}


def refused(monkeypatch: pytest.MonkeyPatch, times: int, meanwhile: Callable[[], Any] = lambda: None) -> None:
    """The next batch is refused, after it was written; what another process did ``meanwhile`` comes before it is tried
    for the last time.
    """
    note_read, reload = store.note_read, Names.reload
    refusals = [IntegrityError("UNIQUE constraint failed")] * times
    others = [meanwhile]

    def written(readings: Iterable[Any]) -> None:
        note_read(readings)
        if refusals:
            raise refusals.pop()

    def read_again(names: Names) -> None:
        if not refusals and others:
            others.pop()()
        reload(names)

    # With savepoints, since the test is itself in a transaction.
    monkeypatch.setattr(store.Store, "_changes", lambda _: ledger.transaction_of_changes())
    monkeypatch.setattr(store, "note_read", written)
    monkeypatch.setattr(Names, "reload", read_again)


@pytest.mark.parametrize("times", [1, 3])
def test_a_load_that_tried_again_is_one_version_and_is_undone_as_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    tried_again: list[bool] = []

    def act() -> None:
        text_file(folder, "new.txt", headline="Snow on the pass")
        refused(monkeypatch, times, lambda: tried_again.append(True))
        run = changed(
            folder, headline="Ferry is back", tags=["Ferries", "Quays"], photos=[{**QUAY, "caption": "A quay."}]
        )
        assert run.summary.startswith("Loaded 1 article, updated 1,")
        assert Load.objects.count() == 2
        article = Article.objects.get(external_id="urn:harbour:1")
        assert told_of(article) == [("Ferry returns", "", None), ("Ferry is back", "", None)]
        newest = newest_version(article)
        assert newest.load_id == Load.objects.latest("id").pk
        assert changed_in(newest) == ["Headline", "Photo 1: caption", "Photo 2 removed", "Tags"]

    is_undone(act)
    assert tried_again


def test_a_load_that_tried_again_after_an_editor_wrote_keeps_the_edit_and_is_undone(
    folder: Path, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(monkeypatch, 1, lambda: saved(editor, Article.objects.get(), deck="In the end"))
    changed(folder, headline="Ferry is back", deck="At last")
    article = Article.objects.get()
    told = [("Ferry returns", "", None), ("Ferry returns", "", "nora"), ("Ferry is back", "", None)]
    assert told_of(article) == told
    assert (article.headline, article.deck, Conflict.objects.get().field) == ("Ferry is back", "In the end", "deck")
    assert undo_load().code == 0
    article = Article.objects.get()
    assert (article.headline, article.deck, edited_fields(article)) == ("Ferry returns", "In the end", ["deck"])
    assert not Conflict.objects.exists()
    assert told_of(article)[:-1] == told
    assert told_of(article)[-1][1].endswith(" undone")


# --- Staff who have gone ----------------------------------------------------------------------------------------------


def test_what_a_deleted_user_changed_stays_a_change_of_staff(folder: Path, editor: Client) -> None:
    saved(editor, Article.objects.get(), deck="In the end")
    changed(folder, headline="Ferry is back")
    saved(editor, Article.objects.get(), byline="Ole Berg", headline="Ferry at last")
    User.objects.get(username="nora").delete()
    run = changed(folder, headline="Ferry is back", deck="At last", byline="M. Tanaka")
    assert set(run.outcomes.values()) == {"kept"}
    article = Article.objects.get()
    assert (article.headline, article.deck, article.byline) == ("Ferry at last", "In the end", "Ole Berg")
    assert sorted(Conflict.objects.open().values_list("field", flat=True)) == ["byline", "deck"]
    assert undo_load().code == 0
    assert f" ({article.key}): Headline (changed since)" in undo_load().out
    assert undo_load().out.partition("”")[2].startswith(f" ({article.key}): staff have changed it since")
    article = Article.objects.get()
    assert (article.headline, article.deck, article.byline) == ("Ferry at last", "In the end", "Ole Berg")


def test_an_article_that_a_deleted_user_changed_and_changed_back_stays(folder: Path, editor: Client) -> None:
    saved(editor, saved(editor, Article.objects.get(), deck="x"), deck="After three years")
    User.objects.get(username="nora").delete()
    assert "staff have worked on it since" in undo_load().out
    assert Article.objects.exists()


# --- The command ------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_the_same_and_writes_nothing(folder: Path, editor: Client) -> None:
    changed(folder, headline="Ferry is back", deck="At last")
    text_file(folder, "new.txt", headline="Snow on the pass")
    load(folder)
    saved(editor, Article.objects.get(external_id="urn:harbour:1"), deck="In the end")
    for load_ in Load.objects.order_by("-id")[:2]:
        before = dump(), Load.objects.filter(undone_at=None).count(), record_size()
        foretold = undo_load(str(load_.pk), dry_run=True)
        assert (dump(), Load.objects.filter(undone_at=None).count(), record_size()) == before
        done = undo_load(str(load_.pk))
        assert foretold.code == done.code
        assert foretold.out.splitlines()[:-1] == done.out.splitlines()[:-1]
        told = foretold.summary.removeprefix("Dry run, nothing was undone: ").partition(" in ")[0]
        assert done.summary.startswith(told.partition(";")[0])


def test_undoing_twice_changes_nothing(folder: Path) -> None:
    number = str(Load.objects.get().pk)
    undo_load(number)
    before = dump()
    again = undo_load(number)
    assert (again.code, again.summary) == (0, f"Load {number} was undone on {day_words(timezone.localdate())}.")
    assert undo_load().out == "No load to undo.\n"
    assert dump() == before


def test_a_load_says_its_number_and_an_undo_names_articles(folder: Path) -> None:
    text_file(folder, "new.txt", headline="Snow on the pass")
    run = changed(folder, headline="Ferry is back")
    number = Load.objects.order_by("-id")[0].pk
    assert f"Load {number}. To undo it: manage.py undo_load {number}\n" in run.out
    assert re.match(r"Loaded 1 article, updated 1, in [\d.]+ s\.$", run.summary)
    foretold = undo_load(dry_run=True).out
    assert "Deletes: “Snow on the pass”\n" in foretold
    assert "Restores: “Ferry is back”\n" in foretold
    assert "To undo it" not in load(folder).out, "it changes nothing, so there is nothing to undo"


@pytest.mark.parametrize("number", ["77", "x", "-1", "²"])
def test_a_load_that_is_not_there_is_wrong_usage(folder: Path, number: str) -> None:
    with pytest.raises(CommandError, match="There is no load") as raised:
        call_command("undo_load", "--", number)
    assert raised.value.returncode == 2


def test_an_interrupted_load_is_undone_as_far_as_it_came(folder: Path) -> None:
    Load.objects.update(finished_at=None)
    assert "has not finished" in undo_load().out
    assert not Article.objects.exists()


def test_more_articles_than_a_batch_are_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.loading.undo.created.BATCH", 3)
    records = [{"headline": f"Tide {n}", "id": f"urn:tide:{n}", "body_text": "High."} for n in range(8)]
    path = tmp_path / "in/tides.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(record) + "\n" for record in records[:5]))
    load(path)
    path.write_text("".join(json.dumps({**record, "body_text": "Low."}) + "\n" for record in records))
    is_undone(lambda: load(path))
    is_undone(lambda: (path.write_text(path.read_text().replace("Low", "Ebb")), load(path)))


# --- In the admin -----------------------------------------------------------------------------------------------------


def test_an_archivist_undoes_a_load_after_seeing_what_it_means(folder: Path, archivist: Client) -> None:
    changed(folder, headline="Ferry is back")
    text_file(folder, "new.txt", headline="Snow on the pass")
    load(folder)
    _first, second, third = Load.objects.order_by("id")
    page = archivist.get(f"/admin/articles/load/{second.pk}/change/").content.decode()
    assert "Ferry is back</a>" in page
    address = f"/admin/articles/load/{second.pk}/undo/"
    assert f'href="{address}"' in page
    assert "to undo it: manage.py" in page
    before = dump()
    asked = archivist.get(address).content.decode()
    assert "will be deleted" not in asked
    assert "1 article changed by this load will be restored" in asked
    assert "<bdi>Ferry is back</bdi>" in asked
    assert "will stay" not in asked
    assert dump() == before
    answer = archivist.post(address, follow=True)
    assert "0 articles deleted, 1 restored" in answer.content.decode()
    second.refresh_from_db()
    assert second.undone_by is not None
    assert second.undone_by.username == "ada"
    listed = archivist.get("/admin/articles/load/").content.decode()
    assert ("Undone" in listed, f">Load {second.pk}</a>" in listed) == (True, True)
    undone = archivist.get(f"/admin/articles/load/{second.pk}/change/").content.decode()
    assert ("Undo this load" in undone, "to undo it" in undone) == (False, False)
    newest = newest_version(Article.objects.get(external_id="urn:harbour:1"))
    assert (newest.state.article.headline, username(newest), newest.load_id) == ("Ferry returns", "ada", second.pk)
    entry = LogEntry.objects.get()
    assert entry.change_message.startswith("Undone: 0 articles deleted, 1 restored")
    assert "Snow on the pass</a>" in archivist.get(f"/admin/articles/load/{third.pk}/change/").content.decode()


def test_the_page_names_what_stays_and_what_comes_first(folder: Path, archivist: Client) -> None:
    changed(folder, headline="Ferry is back", deck="At last")
    first, second = Load.objects.order_by("id")
    saved(archivist, Article.objects.get(), deck="In the end")
    asked = archivist.get(f"/admin/articles/load/{second.pk}/undo/").content.decode()
    assert f"“Ferry is back” ({Article.objects.get().key}): Deck (changed since)" in asked
    asked = archivist.get(f"/admin/articles/load/{first.pk}/undo/").content.decode()
    assert f'href="/admin/articles/load/{second.pk}/undo/"' in asked
    answer = archivist.post(f"/admin/articles/load/{first.pk}/undo/", follow=True).content.decode()
    assert f"Load {second.pk} has since changed some of its articles" in answer


def test_nobody_else_may_undo(folder: Path, editor: Client, viewer: Client) -> None:
    number = Load.objects.get().pk
    for client in (editor, viewer):
        assert "undo/" not in client.get(f"/admin/articles/load/{number}/change/").content.decode()
        assert client.get(f"/admin/articles/load/{number}/undo/").status_code == 403
        assert client.post(f"/admin/articles/load/{number}/undo/").status_code == 403
    assert Article.objects.exists()


def test_there_is_no_undoing_what_was_never_loaded(archivist: Client) -> None:
    assert archivist.get("/admin/articles/load/77/undo/").status_code == 404


def test_that_staff_took_a_tag_off_is_exported_though_an_undo_has_left_it_unused(tmp_path: Path) -> None:
    ferry = {"id": "a", "headline": "Ferry returns", "tags": ["Harbours", "Fog"]}
    load_records(tmp_path / "in", ferry, {**ferry, "id": "b", "headline": "Snow on the pass"})
    article, stamp = Article.objects.get(headline="Ferry returns"), ledger.Stamp.now(None, "Not about harbours")
    on_many.untag_articles([article.pk], on_many.tags_named(["Harbours"], stamp), stamp)
    undo_load()
    assert Article.objects.get() == article
    (edit,) = (line for line in edits() if "tags" in line)
    assert edit["tags"] == {"removed": ["Harbours"]}
