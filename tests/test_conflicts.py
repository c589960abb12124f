"""Fields that source and staff have both changed: compared and decided, by one editor or two at once."""

from __future__ import annotations

import errno
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from articles.catalogue import photo_files
from articles.catalogue.conflicts import live_value
from articles.catalogue.ledger import Stamp
from articles.editorial.actions import NotDone
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.conflicts import decide
from articles.models import Article, Conflict, PeriodCount, Photo, Source
from tests.factories import make_source
from tests.loading import load
from tests.photo_files import photo as picture
from tests.recorded import changed_in, newest_version, record_size, told_of, username
from tests.staff import FormReader, edit_address, errors, form_on, saved
from tests.test_merge_matrix import FIELDS, GULL, QUAY, RECORD, TRIED, live, place_of, typed, write

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/conflict/"
WRITTEN = {
    "headline": "Ferry sails", "deck": "Third", "byline": "Third", "authors": ["Bo Chen"], "dateline": "THIRD",
    "section": "Third", "language": "pt-BR", "published": "2020-01-02T10:30", "updated": "2020-01-03",
    "url": "https://harbour.example/third", "former_paths": ["/third", "/?p=3"], "source": "Third Post",
    "body": "Third.\n\nText.", "caption:1": "Third.", "credit_line:1": "Third", "alt_text:1": "Third", "position:1": 1,
}  # fmt: skip


def conflict_of(folder: Path, editor: Client, name: str) -> Conflict:
    """A record of which staff and then the source have changed one field."""
    key, form_field, theirs, ours = FIELDS[name]
    record = deepcopy(RECORD)
    if name == "position:1":
        record["photos"][0]["position"] = place_of(RECORD, name)["position"]
    write(folder, record)
    load(folder)
    saved(editor, Article.objects.get(), **{form_field: typed(name, ours)})
    place_of(record, name)[key] = theirs
    write(folder, record)
    load(folder)
    return Conflict.objects.open().get()


def post(client: Client, conflict: Conflict, decision: str, **values: Any) -> Any:
    return client.post(
        edit_address(conflict), {**form_on(client, edit_address(conflict)), "decision": decision, **values}
    )


def marked(page: str) -> str:
    """A page without what it tells screen readers alone."""
    return re.sub(r'<span class="visually-hidden"[^>]*>[^<]*</span>', "", page)


@pytest.fixture
def headline(tmp_path: Path, editor: Client) -> Conflict:
    return conflict_of(tmp_path / "exports", editor, "headline")


# --- The three decisions. ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["ours", "theirs", "written"])
@pytest.mark.parametrize("name", TRIED)
def test_every_field_is_decided_in_three_ways_and_a_reload_leaves_it_so(
    tmp_path: Path, editor: Client, name: str, decision: str
) -> None:
    folder = tmp_path / "exports"
    conflict = conflict_of(folder, editor, name)
    _, _, theirs, ours = FIELDS[name]
    value = {"ours": ours, "theirs": theirs, "written": WRITTEN[name]}[decision]
    more = {"value": typed(name, value)} if decision == "written" else {}
    if name == "position:1" and decision == "written":
        more, value = {"value": "1"}, 1
    answer = post(editor, conflict, decision, reason="Checked", **more)
    assert answer.status_code == 302, errors(answer)
    conflict.refresh_from_db()
    expected = "written" if decision == "written" else decision
    assert (live(name), conflict.decision, conflict.reason) == (value, expected, "Checked")
    assert (conflict.decided_by and conflict.decided_by.get_username(), conflict.decided_at is not None) == (
        "nora",
        True,
    )
    assert load(folder).report[0]["outcome"] == "unchanged"
    assert live(name) == value
    assert not Conflict.objects.open().exists()


def test_a_decision_is_a_revision_with_its_editor_and_reason(editor: Client, headline: Conflict) -> None:
    post(editor, headline, "theirs", reason="The paper was right")
    assert told_of(headline.article)[-1] == ("Ferry is back", "The paper was right", "nora")
    assert (
        "The paper was right" in editor.get(f"/admin/articles/article/{headline.article_id}/history/").content.decode()
    )


def test_keeping_ours_changes_nothing_and_writes_no_revision(editor: Client, headline: Conflict) -> None:
    before = Article.objects.values().get(), told_of(headline.article), record_size()
    post(editor, headline, "ours")
    assert (Article.objects.values().get(), told_of(headline.article), record_size()) == before
    headline.refresh_from_db()
    assert headline.reason == "Conflict decided: Our version kept"


def test_a_date_taken_from_the_source_moves_the_address_and_the_counts(
    tmp_path: Path, editor: Client, site: Client
) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, "published")
    old = conflict.article.get_absolute_url()
    post(editor, conflict, "theirs")
    article = Article.objects.get()
    assert article.get_absolute_url().startswith("/2021/05/06/")
    assert site.get(old)["Location"].endswith(article.get_absolute_url())
    days = PeriodCount.objects.filter(unit="day", articles__gt=0).values_list("start", flat=True)
    assert [str(day) for day in days] == ["2021-05-06"]


def test_photos_stay_beside_their_paragraphs_when_a_text_is_decided(tmp_path: Path, editor: Client) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, "body")
    post(editor, conflict, "written", value="New.\r\n\r\nThe ferry left at nine.\r\n\r\nIt was full.")
    paragraphs = Article.objects.get().body.split("\n\n")
    beside = {photo.caption: paragraphs[photo.position - 1] for photo in Photo.objects.all()}
    assert beside == {"The quay.": "The ferry left at nine.", "A gull.": "It was full."}
    assert Article.objects.get().body_as_loaded == "The ferry sailed at ten.\n\nIt was full."


def test_a_photo_and_its_file_say_what_was_decided(tmp_path: Path, editor: Client, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "quay.jpg").write_bytes(picture())
    conflict = conflict_of(folder, editor, "caption:1")
    before = set(conflict.photo.renditions.values_list("file", flat=True)) if conflict.photo else set()
    assert before
    post(editor, conflict, "theirs")
    after = set(Photo.objects.get(number=1).renditions.values_list("file", flat=True))
    assert before.isdisjoint(after)
    assert all(b"The old quay." in (settings.MEDIA_ROOT / file).read_bytes() for file in after)


# --- What is refused. -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("published", "2021-02-31", "is not a date"),
        ("language", "not a tag", "Not a language tag"),
        ("url", "ftp://harbour.example/", "http:// or https://"),
        ("source", "999999", "valid choice"),
        ("position:1", "9", "less than or equal to 2"),
    ],
)
def test_another_text_is_held_to_what_the_form_of_an_article_is_held_to(
    tmp_path: Path, editor: Client, name: str, value: str, words: str
) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, name)
    answer = post(editor, conflict, "written", value=value)
    assert [error for error in errors(answer) if words in error], errors(answer)
    assert Conflict.objects.open().count() == 1
    assert live(name) == FIELDS[name][3]


def test_an_address_that_another_article_has_is_refused(tmp_path: Path, editor: Client) -> None:
    from tests.factories import make_article

    conflict = conflict_of(tmp_path / "exports", editor, "url")
    make_article("Other ferry", url="https://harbour.example/ferry-2")
    page = post(editor, conflict, "theirs").content.decode()
    assert "Another article already has this address: “Other ferry”." in page
    assert Conflict.objects.open().count() == 1


def test_a_source_that_is_gone_is_refused(tmp_path: Path, editor: Client) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, "source")
    Source.objects.filter(pk=conflict.theirs).delete()
    with pytest.raises(NotDone, match="This source no longer exists"):
        decide(conflict, "theirs", None, Stamp.now(None, ""))


def test_a_conflict_between_two_names_of_one_source_waits_no_longer(tmp_path: Path, editor: Client) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, "source")
    third = make_source("Third Post")
    stamp = Stamp.now(None, "One paper")
    merge_sources([Source.objects.get(pk=conflict.theirs)], third, stamp)
    conflict.refresh_from_db()
    assert (conflict.theirs, conflict.decision) == (third.pk, "open")
    merge_sources([Source.objects.get(pk=conflict.ours)], third, stamp)
    conflict.refresh_from_db()
    assert (conflict.ours, conflict.decision, conflict.reason) == (third.pk, "theirs", "One paper")


# --- Two editors. -----------------------------------------------------------------------------------------------------


def test_what_another_editor_wrote_meanwhile_is_told_and_not_overwritten(
    editor: Client, root: Client, headline: Conflict
) -> None:
    form = form_on(root, edit_address(headline))
    saved(editor, headline.article, headline="Ferry, once more")
    answer = root.post(edit_address(headline), {**form, "decision": "theirs"})
    assert "since been changed, so nothing was decided" in answer.content.decode()
    assert Article.objects.get().headline == "Ferry, once more"
    reader = FormReader()
    reader.feed(answer.content.decode())
    again = {name: value for name, value in reader.values.items() if name != "q"}
    assert root.post(edit_address(headline), {**again, "decision": "theirs"}).status_code == 302
    assert Article.objects.get().headline == "Ferry is back"


def test_two_editors_who_decide_at_once_are_told_who_was_first(
    editor: Client, root: Client, headline: Conflict
) -> None:
    form = form_on(root, edit_address(headline))
    post(editor, headline, "ours")
    page = root.post(edit_address(headline), {**form, "decision": "theirs"}).content.decode()
    assert "Nora has already decided this: “Our version kept”." in page
    assert Article.objects.get().headline == "Ferry comes home"


def test_what_the_source_says_anew_meanwhile_is_told(tmp_path: Path, editor: Client, headline: Conflict) -> None:
    form = form_on(editor, edit_address(headline))
    write(tmp_path / "exports", {**RECORD, "headline": "Ferry sunk"})
    load(tmp_path / "exports")
    page = editor.post(edit_address(headline), {**form, "decision": "theirs"}).content.decode()
    assert "since been changed" in page
    assert Article.objects.get().headline == "Ferry comes home"


@pytest.mark.parametrize(("decision", "status"), [("ours", 200), ("theirs", 200), ("written", 409)])
def test_that_the_article_is_gone_is_told(
    editor: Client, headline: Conflict, monkeypatch: pytest.MonkeyPatch, decision: str, status: int
) -> None:
    def decide_too_late(*arguments: Any, **options: Any) -> bool:
        Article.objects.all().delete()
        return decide(*arguments, **options)

    monkeypatch.setattr("articles.admin.conflict.decide", decide_too_late)
    sent = {**form_on(editor, edit_address(headline)), "decision": decision, "value": "Ferry sails"}
    answer = editor.post(edit_address(headline), sent, follow=True)
    assert answer.status_code == status
    assert re.search("no longer in the archive|article has since been removed", answer.content.decode())


def test_nothing_is_decided_unseen(headline: Conflict) -> None:
    Article.objects.update(headline="Changed by other means")
    with pytest.raises(NotDone, match="This has since been changed"):
        decide(headline, "theirs", None, Stamp.now(None, ""))
    assert Article.objects.get().headline == "Changed by other means"


def test_after_a_decision_the_next_conflict_is_shown_and_after_the_last_the_review_page(
    tmp_path: Path, editor: Client
) -> None:
    folder = tmp_path / "exports"
    write(folder, RECORD)
    load(folder)
    saved(editor, Article.objects.get(), headline="Ours", deck="Ours")
    write(folder, {**RECORD, "headline": "Theirs", "deck": "Theirs"})
    load(folder)
    second, first = Conflict.objects.order_by("id")
    assert post(editor, first, "ours")["Location"] == edit_address(second)
    assert post(editor, second, "theirs")["Location"] == "/admin/review/"


# --- The form of the article. -----------------------------------------------------------------------------------------


def test_the_form_of_an_article_says_which_fields_wait(tmp_path: Path, editor: Client) -> None:
    for name in ("headline", "caption:1"):
        Article.objects.all().delete()
        conflict = conflict_of(tmp_path / name.partition(":")[0], editor, name)
        page = editor.get(edit_address(conflict.article)).content.decode()
        assert f'<a href="{edit_address(conflict)}">Undecided conflict</a>: the source has a different version.' in page


def test_an_article_that_staff_make_like_its_source_waits_no_longer(editor: Client, headline: Conflict) -> None:
    saved(editor, headline.article, headline="Ferry is back", reason="Right")
    headline.refresh_from_db()
    assert (headline.decision, headline.reason) == ("theirs", "Right")


def test_what_staff_write_anew_is_ours_from_then_on(editor: Client, headline: Conflict) -> None:
    saved(editor, headline.article, headline="Ferry, once more")
    headline.refresh_from_db()
    assert (headline.decision, headline.ours) == ("open", "Ferry, once more")


def test_places_that_wait_move_with_the_paragraphs(tmp_path: Path, editor: Client) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, "position:1")
    assert (conflict.ours, conflict.theirs) == (0, 2)
    saved(editor, Article.objects.get(), body="New.\n\nThe ferry sailed at nine.\n\nIt was full.")
    conflict.refresh_from_db()
    assert (live_value(conflict), conflict.theirs) == (0, 3)
    post(editor, conflict, "theirs")
    assert live("position:1") == 3


# --- Photos that one side removed. ------------------------------------------------------------------------------------


def dropped_by_source(folder: Path, editor: Client) -> Conflict:
    write(folder, RECORD)
    load(folder)
    saved(editor, Article.objects.get(), **{"photos-0-caption": "The north quay."})
    write(folder, {**RECORD, "photos": [GULL]})
    load(folder)
    return Conflict.objects.open().get()


def removed_by_staff(folder: Path, root: Client) -> Conflict:
    write(folder, RECORD)
    load(folder)
    saved(root, Article.objects.get(), **{"photos-0-DELETE": "on"})
    write(folder, {**RECORD, "photos": [{**QUAY, "caption": "The quay, repaired."}, GULL]})
    load(folder)
    return Conflict.objects.open().get()


def captions() -> list[str]:
    return list(Photo.objects.order_by("number").values_list("caption", flat=True))


def test_a_photo_that_its_source_dropped_is_kept(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "exports"
    conflict = dropped_by_source(folder, editor)
    page = marked(editor.get(edit_address(conflict)).content.decode())
    for words in (
        "The source no longer shows this photo.",
        "The <ins>north </ins>quay.",
        "Keep the photo",
        "Remove the photo",
    ):
        assert words in page
    post(editor, conflict, "ours")
    assert load(folder).report[0]["outcome"] == "unchanged"
    assert captions() == ["The north quay.", "A gull."]


def test_a_photo_that_its_source_dropped_is_removed_and_the_decision_stays(tmp_path: Path, editor: Client) -> None:
    conflict = dropped_by_source(tmp_path / "exports", editor)
    post(editor, conflict, "theirs", reason="Not ours")
    assert (captions(), Article.objects.get().photo_count) == (["A gull."], 1)
    conflict.refresh_from_db()
    assert conflict.decision == "theirs"
    newest = newest_version(conflict.article)
    assert "Photo 1 removed" in changed_in(newest)
    assert (newest.reason, username(newest)) == ("Not ours", "nora")


def test_a_photo_that_staff_removed_stays_removed(tmp_path: Path, editor: Client, root: Client) -> None:
    folder = tmp_path / "exports"
    conflict = removed_by_staff(folder, root)
    assert "Staff removed this photo." in editor.get(edit_address(conflict)).content.decode()
    post(editor, conflict, "ours")
    assert load(folder).report[0]["outcome"] == "unchanged"
    assert captions() == ["A gull."]


def test_a_photo_that_staff_removed_comes_back_in_its_place_with_its_file(
    tmp_path: Path, editor: Client, root: Client, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "quay.jpg").write_bytes(picture())
    conflict = removed_by_staff(folder, root)
    post(editor, conflict, "theirs")
    assert captions() == ["The quay, repaired.", "A gull."]
    photo = Photo.objects.get(number=1)
    assert (photo.credit_line, photo.loaded_number, photo.src) == ("Mei Tanaka", 1, "quay.jpg")
    assert photo.renditions.exists()
    assert all((settings.MEDIA_ROOT / one.file).exists() for one in photo.renditions.all())
    assert load(folder).report[0]["outcome"] == "unchanged"


def test_a_removed_photo_does_not_come_back_without_its_file_while_that_cannot_be_read(
    tmp_path: Path, editor: Client, root: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, "no answer")

    settings.MEDIA_ROOT, folder = tmp_path / "media", tmp_path / "exports"
    folder.mkdir()
    (folder / "quay.jpg").write_bytes(picture())
    conflict = removed_by_staff(folder, root)
    with monkeypatch.context() as away:
        away.setattr(photo_files, "hold", fail)
        page = post(editor, conflict, "theirs").content.decode()
    assert "cannot be read or written now (no answer), so nothing was decided" in page
    assert (captions(), Conflict.objects.open().get()) == (["A gull."], conflict)
    post(editor, conflict, "theirs")
    assert Photo.objects.get(number=1).renditions.exists()


@pytest.mark.parametrize("src", ["quay.jpg", None])
def test_a_removed_photo_that_was_withdrawn_comes_back_withdrawn(
    tmp_path: Path, root: Client, site: Client, src: str | None
) -> None:
    folder = tmp_path / "exports"
    quay = {**QUAY, "src": src}
    write(folder, {**RECORD, "photos": [quay, GULL]})
    load(folder)
    article = Article.objects.get()
    saved(root, article, **{"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "The owner asked for it."})
    saved(root, article, **{"photos-0-DELETE": "on"})
    write(folder, {**RECORD, "photos": [{**quay, "caption": "The quay, repaired."}, GULL]})
    load(folder)
    post(root, Conflict.objects.open().get(), "theirs")
    assert captions() == ["A gull."]
    photo = Photo.everything.get(caption="The quay, repaired.")
    assert photo.withdrawn_reason == "The owner asked for it."
    assert site.get(photo.get_absolute_url()).status_code == 410


def test_a_removed_photo_that_its_source_changes_twice_waits_once(tmp_path: Path, root: Client) -> None:
    folder = tmp_path / "exports"
    removed_by_staff(folder, root)
    write(folder, {**RECORD, "photos": [{**QUAY, "caption": "The quay, repaired again."}, GULL]})
    load(folder)
    conflict = Conflict.objects.open().get()
    assert conflict.theirs
    assert conflict.theirs["caption"] == "The quay, repaired again."


# --- The list, and who may decide. ------------------------------------------------------------------------------------


def bulk(client: Client, action: str, *conflicts: Conflict, **more: str) -> Any:
    form = {**form_on(client, LIST), "action": action, "_selected_action": [one.pk for one in conflicts], **more}
    return client.post(LIST, form, follow=True)


def confirmed(client: Client, action: str, page: Any, **values: str) -> Any:
    """Send the page back that a decision on many conflicts is asked on."""
    reader = FormReader()
    reader.feed(page.content.decode())
    form = {name: value for name, value in reader.values.items() if name != "q"}
    return client.post(f"{LIST}{action}/", {**form, **values}, follow=True)


@pytest.mark.parametrize(("action", "stays"), [("keep_ours", "Ferry comes home"), ("take_theirs", "Ferry is back")])
def test_conflicts_are_decided_many_at_once(editor: Client, headline: Conflict, action: str, stays: str) -> None:
    asked = bulk(editor, action, headline)
    assert "<q>Ferry comes home</q> or <q>Ferry is back</q>" in asked.content.decode()
    assert Conflict.objects.open().exists(), "nothing is decided before it is asked"
    assert "1 conflict decided: " in confirmed(editor, action, asked, reason="Seen in print").content.decode()
    assert Article.objects.get().headline == stays
    assert Conflict.objects.get().reason == "Seen in print"
    assert not Conflict.objects.open().exists()


def test_others_write_between_the_decisions_of_a_list_and_what_a_busy_database_refused_waits(
    tmp_path: Path, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {**RECORD, "headline": "Ferry is back", "deck": "After four years"}
    write(tmp_path / "exports", RECORD)
    load(tmp_path / "exports")
    saved(editor, Article.objects.get(), headline="Ferry comes home", deck="At last")
    write(tmp_path / "exports", record)
    load(tmp_path / "exports")
    within: list[int] = []

    def busy_after_one(*arguments: Any, **options: Any) -> bool:
        within.append(len(connection.savepoint_ids))
        if len(within) > 1:
            raise OperationalError("database is locked")
        return decide(*arguments, **options)

    monkeypatch.setattr("articles.admin.conflict.decide", busy_after_one)
    outside = len(connection.savepoint_ids)
    asked = bulk(editor, "keep_ours", *Conflict.objects.all())
    page = confirmed(editor, "keep_ours", asked).content.decode()
    assert "1 conflict decided: " in page
    assert "The database was busy, perhaps with a load. The rest is still undecided." in page
    assert Conflict.objects.open().count() == 1
    assert within == [outside, outside], "no transaction holds several decisions"


def test_what_was_written_about_a_photo_that_went_meanwhile_is_shown(tmp_path: Path, editor: Client) -> None:
    conflict = conflict_of(tmp_path / "exports", editor, "caption:1")
    form = form_on(editor, edit_address(conflict))
    Photo.objects.all().delete()
    answer = editor.post(edit_address(conflict), {**form, "decision": "written", "value": "The wet quay."})
    assert answer.status_code == 409
    assert (
        '<dt>Value</dt><dd><pre tabindex="0" role="group" aria-label="Value">The wet quay.</pre></dd>'
        in answer.content.decode()
    )


def test_what_was_changed_since_the_list_was_shown_is_told(editor: Client, root: Client, headline: Conflict) -> None:
    form = form_on(root, LIST)
    saved(editor, headline.article, headline="Ferry, <i>once</i> more")
    asked = root.post(LIST, {**form, "action": "take_theirs", "_selected_action": [headline.pk]}, follow=True)
    page = confirmed(root, "take_theirs", asked).content.decode()
    assert "0 conflicts decided" in page
    assert "since been changed" in page
    assert "<i>once" not in page
    assert Article.objects.get().headline == "Ferry, <i>once</i> more"


def test_viewers_look_and_do_not_decide(viewer: Client, headline: Conflict) -> None:
    page = viewer.get(edit_address(headline)).content.decode()
    assert "Ferry <del>returns</del><ins>comes home</ins>" in marked(page)
    assert 'name="decision"' not in page
    assert viewer.post(edit_address(headline), {"decision": "theirs", "seen": "x"}).status_code == 403
    viewer.post(LIST, {"action": "take_theirs", "_selected_action": [headline.pk]})
    assert viewer.post(f"{LIST}take_theirs/", {"rows": str(headline.pk), "seen": "{}"}).status_code == 403
    assert Conflict.objects.open().count() == 1


def test_the_list_shows_long_texts_from_where_they_differ(tmp_path: Path, editor: Client) -> None:
    folder, rest = tmp_path / "exports", " ".join(f"Word{n}" for n in range(60))
    write(folder, {**RECORD, "body_markdown": f"{rest} at nine."})
    load(folder)
    saved(editor, Article.objects.get(), body=f"{rest} at ten.")
    write(folder, {**RECORD, "body_markdown": f"{rest} at noon."})
    load(folder)
    for address in (LIST, "/admin/review/"):
        page = editor.get(address).content.decode()
        assert ("Word59 at ten." in page, "Word59 at noon." in page, "Word1 " in page) == (True, True, False)


def test_looking_changes_nothing(editor: Client, headline: Conflict) -> None:
    for address in (edit_address(headline), f"{edit_address(headline)}?decision=theirs", LIST, f"{LIST}?decided=all"):
        assert editor.get(address).status_code == 200
    assert Conflict.objects.open().count() == 1


def test_an_unknown_decision_changes_nothing(editor: Client, headline: Conflict) -> None:
    assert post(editor, headline, "agreed").status_code == 200
    assert post(editor, headline, "").status_code == 200
    assert Conflict.objects.open().count() == 1


@pytest.mark.parametrize("key", ["0", "999", "x", "9" * 30])
def test_a_conflict_that_is_none_is_not_found(editor: Client, key: str) -> None:
    assert editor.get(f"{LIST}{key}/change/").status_code == 404


def test_a_conflict_in_any_script_is_marked_word_by_word_and_escaped(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "exports"
    write(folder, {**RECORD, "headline": "عادت العبّارة اليوم"})
    load(folder)
    saved(editor, Article.objects.get(), headline="عادت السفينة اليوم")
    write(folder, {**RECORD, "headline": "عادت <script>alert(1)</script> اليوم"})
    load(folder)
    page = editor.get(edit_address(Conflict.objects.get())).content.decode()
    assert "<del>العبّارة</del><ins>السفينة</ins>" in marked(page)
    assert "<ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in marked(page)
    assert "<script>alert" not in page
    assert "<script>alert" not in editor.get(LIST).content.decode()
    assert '<td data-label="Our version" dir="auto">' in page


def test_of_a_long_text_only_the_changed_paragraphs_are_open(tmp_path: Path, editor: Client) -> None:
    folder, rest = tmp_path / "exports", "\n\n".join(f"Paragraph {n}." for n in range(30))
    write(folder, {**RECORD, "body_markdown": f"It sailed at nine.\n\n{rest}"})
    load(folder)
    saved(editor, Article.objects.get(), body=f"It sailed at ten.\n\n{rest}")
    write(folder, {**RECORD, "body_markdown": f"It sailed at noon.\n\n{rest}"})
    load(folder)
    page = editor.get(edit_address(Conflict.objects.get())).content.decode()
    assert "It sailed at <del>nine</del><ins>ten</ins>." in marked(page)
    assert "It sailed at <del>nine</del><ins>noon</ins>." in marked(page)
    assert "30 unchanged paragraphs" in page


# --- A text of which one paragraph clashes. ---------------------------------------------------------------------------

PARAGRAPHS = ["It sailed at nine.", "It was full.", "Fog came in.", "Nobody paid."]
STAFF = ["It sailed at ten.", "It was full, all but a seat.", "Fog came in.", "Nobody paid."]
SOURCE = ["It sailed at noon.", "It was full.", "Fog came in late.", "Nobody paid."]
LIVE = ["It sailed at ten.", "It was full, all but a seat.", "Fog came in late.", "Nobody paid."]
OFFERED = ["It sailed at noon.", *LIVE[1:]]


def body(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


@pytest.fixture
def clashing(tmp_path: Path, editor: Client) -> Conflict:
    """Staff and source have each changed the first paragraph, and each another one."""
    folder = tmp_path / "exports"
    write(folder, {**RECORD, "body_markdown": body(PARAGRAPHS)})
    load(folder)
    saved(editor, Article.objects.get(), body=body(STAFF))
    write(folder, {**RECORD, "body_markdown": body(SOURCE)})
    run = load(folder)
    assert (run.report[0]["outcome"], run.report[0]["conflicts"]) == ("updated", ["body"])
    assert load(folder).report[0]["outcome"] == "unchanged"
    return Conflict.objects.open().get()


def test_one_paragraph_that_clashes_does_not_hold_back_the_others(clashing: Conflict) -> None:
    assert (Article.objects.get().body, clashing.ours, clashing.theirs) == (body(LIVE), body(LIVE), body(OFFERED))


def test_the_page_of_a_text_that_clashes_marks_the_clash_alone(editor: Client, clashing: Conflict) -> None:
    page = marked(editor.get(edit_address(clashing)).content.decode())
    assert re.findall(r"<(?:ins|del)>(.*?)</", page.partition("<tbody")[2]) == ["nine", "ten", "nine", "noon"]
    assert "3 unchanged paragraphs" in page


@pytest.mark.parametrize(("decision", "live"), [("ours", LIVE), ("theirs", OFFERED)])
def test_either_decision_on_a_text_keeps_what_both_sides_changed_elsewhere(
    tmp_path: Path, editor: Client, clashing: Conflict, decision: str, live: list[str]
) -> None:
    post(editor, clashing, decision)
    assert Article.objects.get().body == body(live)
    assert load(tmp_path / "exports").report[0]["outcome"] == "unchanged"
    write(tmp_path / "exports", {**RECORD, "body_markdown": body([*SOURCE[:3], "All paid."])})
    assert load(tmp_path / "exports").report[0]["conflicts"] == []
    assert Article.objects.get().body == body([*live[:3], "All paid."])


def test_a_text_that_clashes_follows_its_source(tmp_path: Path, editor: Client, clashing: Conflict) -> None:
    folder = tmp_path / "exports"
    write(folder, {**RECORD, "body_markdown": body([*SOURCE[:2], "Fog stayed.", "All paid."])})
    load(folder)
    clashing.refresh_from_db()
    assert Article.objects.get().body == body([*LIVE[:2], "Fog stayed.", "All paid."])
    assert clashing.theirs == body([*OFFERED[:2], "Fog stayed.", "All paid."])
    write(folder, {**RECORD, "body_markdown": body([PARAGRAPHS[0], *SOURCE[1:]])})
    load(folder)
    assert not Conflict.objects.open().exists(), "the source takes its change back"
    assert Article.objects.get().body == body(LIVE)


def test_what_staff_write_elsewhere_meanwhile_is_not_given_up_with_the_sources_words(
    editor: Client, clashing: Conflict
) -> None:
    saved(editor, Article.objects.get(), body=body([*LIVE[:3], "Somebody paid."]))
    post(editor, Conflict.objects.open().get(), "theirs")
    assert Article.objects.get().body == body([*OFFERED[:3], "Somebody paid."])


def test_a_text_that_staff_cleared_is_offered_whole(tmp_path: Path, editor: Client) -> None:
    folder = tmp_path / "exports"
    write(folder, {**RECORD, "body_markdown": body(PARAGRAPHS)})
    load(folder)
    saved(editor, Article.objects.get(), body="")
    write(folder, {**RECORD, "body_markdown": body(SOURCE)})
    load(folder)
    conflict = Conflict.objects.get()
    assert (conflict.ours, conflict.theirs) == ("", body(SOURCE))


def test_readers_see_ours_whatever_waits(editor: Client, headline: Conflict, site: Client) -> None:
    page = site.get(headline.article.get_absolute_url()).content.decode()
    assert "Ferry comes home" in page
    assert "Ferry is back" not in page
