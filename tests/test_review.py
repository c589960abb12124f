"""The review queues: their items, their counts, and how items leave."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp
from articles.models import Article, Conflict, Damage, NearDuplicate, Photo, Refusal
from articles.models.damage import PENDING
from articles.models.photo import WITHOUT_ALT_TEXT, WITHOUT_CREDIT
from tests.conftest import WRITES
from tests.factories import make_article, make_damage, make_photo, make_source, remember
from tests.loading import load, text_file
from tests.recorded import has_record, newest_version, username, versions_of
from tests.staff import FormReader, edit_address, errors, form_on, logged_in, saved, staff

pytestmark = pytest.mark.django_db
REVIEW = "/admin/review/"
ALT_TEXT, CREDIT = f"{REVIEW}photos-without-alt-text/", f"{REVIEW}photos-without-credit/"
DAMAGE, REFUSALS = "/admin/articles/damage/", "/admin/articles/refusal/"
SIZES = [(400, 300)]


def refused(number: int = 1, **values: Any) -> Refusal:
    values = {"input": f"ferry-{number}.txt", "error": f"ferry-{number}.txt: no text", **values}
    return Refusal.objects.create(place=f"/saved/ferry-{number}.txt", refused_at=timezone.now(), **values)


def one_of_each(number: int = 1) -> Article:
    """An article with something of every kind that waits."""
    article, other = make_article(f"Ferry {number}"), make_article(f"Ferry again {number}")
    make_damage(article, "credit-cut", field="photo 1", text="[Photo provided to")
    make_photo(article, sizes=SIZES, credit_line="")
    now = timezone.now()
    Conflict.objects.create(article=article, field="headline", loaded="A", ours="B", theirs="C", found_at=now)
    Conflict.objects.create(
        article=article, field="source", loaded=None, ours=article.source_id, theirs=None, found_at=now
    )
    NearDuplicate.objects.create(article=other, other=article, likeness_percent=80, found_at=now)
    refused(number)
    return article


def bulk(client: Client, address: str, action: str, *rows: Any) -> Any:
    form = {**form_on(client, address), "action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(address, form, follow=True)


# --- The start page and the review page. ------------------------------------------------------------------------------


def test_the_start_page_says_how_much_waits(editor: Client) -> None:
    one_of_each()
    page = " ".join(editor.get("/admin/").content.decode().split())
    for words in (
        "<strong>2</strong> Conflicts", "<strong>1</strong> Damage in originals",
        "<strong>1</strong> Photos without alt text", "<strong>1</strong> Photos without credit",
        "<strong>1</strong> Near-duplicates", "<strong>1</strong> Refused inputs",
    ):  # fmt: skip
        assert words in page


def test_no_more_than_some_thousands_are_counted(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("articles.admin.review_page.COUNT_UP_TO", 2)
    for number in range(3):
        refused(number)
    assert "<strong>more than 2</strong> Refused inputs" in editor.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "address", ["/admin/", REVIEW, "/admin/articles/conflict/", DAMAGE, ALT_TEXT, CREDIT, REFUSALS]
)
def test_the_pages_ask_as_many_questions_for_three_articles_as_for_thirty(editor: Client, address: str) -> None:
    counts = []
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            one_of_each(number)
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert address != "/admin/" or counts[0] <= 12


def test_what_waits_is_counted_by_indexes_that_hold_nothing_else() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's")
    photos: Any = Photo.objects
    queues = {
        "photo_without_alt_text": photos.filter(WITHOUT_ALT_TEXT),
        "photo_without_credit": photos.filter(WITHOUT_CREDIT),
        "damage_waiting": Damage.objects.filter(PENDING), "refusal_waiting": Refusal.objects.filter(dismissed_at=None),
        "conflict_listing": Conflict.objects.open(),
    }  # fmt: skip
    for index, rows in queues.items():
        assert index in rows.order_by().values("pk")[:5001].explain()


def test_the_review_page_shows_the_first_of_each_kind_with_a_way_to_the_rest(editor: Client) -> None:
    article = one_of_each()
    page = editor.get(REVIEW).content.decode()
    for words in (
        "Headline", "“<bdi>B</bdi>”", "“<bdi>C</bdi>”", "The credit of photo 1 is cut off",
        "[Photo provided to", "80% alike", "no text",
        f'href="{DAMAGE}?kind=credit-cut"', f'href="{ALT_TEXT}"', f'href="{CREDIT}"', f'href="{REFUSALS}"',
        f"/admin/articles/article/{article.pk}/change/",
    ):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize("model", ["conflict", "nearduplicate"])
def test_the_first_of_a_queue_are_the_first_of_its_list(editor: Client, model: str) -> None:
    for number in range(3):
        one_of_each(number)
    link = re.compile(rf"/admin/articles/{model}/(\d+)/change/")
    orders = [list(dict.fromkeys(link.findall(editor.get(address).content.decode())))
              for address in (REVIEW, f"/admin/articles/{model}/")]  # fmt: skip
    assert len(orders[0]) >= 3
    assert orders[0] == orders[1][: len(orders[0])]


def test_an_empty_queue_says_so(editor: Client) -> None:
    assert editor.get(REVIEW).content.decode().count("Nothing to review") == 6


def test_each_sees_what_they_may_see_and_others_nothing(editor: Client, viewer: Client) -> None:
    one_of_each()
    for client in (editor, viewer):
        assert {client.get(one).status_code for one in (REVIEW, ALT_TEXT, CREDIT, DAMAGE, REFUSALS)} == {200}
    nobody = logged_in(staff("nobody"))
    assert {nobody.get(one).status_code for one in (REVIEW, ALT_TEXT, CREDIT, DAMAGE, REFUSALS)} == {403}
    assert "For review" not in nobody.get("/admin/").content.decode()
    assert Client().get(REVIEW).status_code == 302


def test_looking_at_the_queue_writes_nothing(editor: Client) -> None:
    one_of_each()
    with CaptureQueriesContext(connection) as captured:
        for address in ("/admin/", REVIEW, ALT_TEXT, CREDIT, DAMAGE, REFUSALS):
            editor.get(address)
    assert [query["sql"] for query in captured if query["sql"].startswith(WRITES)] == []
    assert editor.post(REVIEW).status_code == 405


def test_hostile_words_are_shown_as_words(editor: Client) -> None:
    article = one_of_each()
    hostile = "<script>alert(1)</script>"
    Article.objects.filter(pk=article.pk).update(headline=hostile)
    Damage.objects.update(text=hostile)
    Photo.objects.update(caption=hostile)
    Conflict.objects.filter(field="headline").update(ours=hostile, theirs=hostile)
    Refusal.objects.update(input=hostile, error=hostile)
    for address in (REVIEW, ALT_TEXT, CREDIT, DAMAGE, REFUSALS, "/admin/articles/conflict/"):
        page = editor.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_readers_see_an_article_whatever_waits_for_review(site: Client) -> None:
    article = one_of_each()
    with CaptureQueriesContext(connection) as captured:
        page = site.get(article.get_absolute_url())
    assert page.status_code == 200
    assert "The ferry at the quay." in page.content.decode()
    tables = ("articles_conflict", "articles_refusal", "articles_nearduplicate")
    assert [query["sql"] for query in captured if any(table in query["sql"] for table in tables)] == []


# --- Damage. ----------------------------------------------------------------------------------------------------------


def test_damage_that_was_seen_leaves_the_queue_and_can_be_put_back(editor: Client, viewer: Client) -> None:
    article = make_article()
    first, second = make_damage(article, "credit-cut", text="[Photo"), make_damage(article, "no-date")
    viewer.post(DAMAGE, {"action": "mark_seen", "_selected_action": [first.pk]})
    assert Damage.objects.filter(PENDING).count() == 2
    assert "2 findings" in editor.get(DAMAGE).content.decode()
    page = bulk(editor, DAMAGE, "mark_seen", first).content.decode()
    assert "1 finding needs no action." in page
    assert list(Damage.objects.filter(PENDING)) == [second]
    assert "nora, " in editor.get(f"{DAMAGE}?seen=yes").content.decode()
    bulk(editor, f"{DAMAGE}?seen=yes", "reopen", first)
    assert Damage.objects.filter(PENDING).count() == 2


def test_damage_that_was_seen_stays_seen_when_the_source_is_loaded_again(tmp_path: Path, editor: Client) -> None:
    path = text_file(tmp_path, "ferry.txt", body="It sailed.\n\nThe quay. [Photo provided to")
    load(path)
    assert Damage.objects.exists()
    seen = Damage.objects.first()
    bulk(editor, DAMAGE, "mark_seen", *Damage.objects.all())
    text_file(tmp_path, "ferry.txt", headline="Ferry is back", body="It sailed.\n\nThe quay. [Photo provided to")
    assert load(path).report[0]["outcome"] == "updated"
    again = Damage.objects.get(code=seen.code if seen else "")
    assert (str(again.reviewed_by), again.reviewed_at is not None) == ("nora", True)
    text_file(tmp_path, "ferry.txt", body="It sailed.\n\nThe quay. [Photo courtesy of")
    load(path)
    assert [one.text for one in Damage.objects.filter(PENDING)] == ["[Photo courtesy of"], (
        "another piece of damage waits"
    )


CUT = "It sailed.\n\nThe quay. [Photo provided to"
SETTLED_BY = {
    "credit-cut": {"photos-0-credit_line": "Mei Tanaka"}, "no-date": {"published": "2021-05-04"},
    "source-stripped": {"source": "Harbour Daily"},
}  # fmt: skip


def open_codes() -> set[str]:
    return set(Damage.objects.filter(PENDING).values_list("code", flat=True))


@pytest.mark.parametrize("code", SETTLED_BY)
def test_damage_that_a_save_makes_good_leaves_the_queue_and_comes_back_with_the_former_version(
    tmp_path: Path, editor: Client, code: str
) -> None:
    (tmp_path / "ferry.txt").write_text(f"Ferry returns\n\n{CUT}\n")
    if code == "source-stripped":
        (tmp_path / "ferry.txt").write_text(f"Ferry returns\n\n(| Updated : 2021-05-04\n\n{CUT}\n")
    load(tmp_path / "ferry.txt")
    article, before = Article.objects.get(), open_codes()
    assert code in before
    values = dict(SETTLED_BY[code])
    if code == "source-stripped":
        values["source"] = str(make_source(values["source"]).pk)
    saved(editor, article, headline="Ferry is back")
    assert open_codes() == before
    saved(editor, article, **values)
    assert open_codes() == before - {code}
    assert "Corrected in the article" in editor.get(f"{DAMAGE}?seen=yes").content.decode()
    assert "Corrected</li>" in editor.get(edit_address(article)).content.decode()
    address = f"/admin/articles/article/{article.pk}/history/1/restore/"
    assert editor.post(address, form_on(editor, address)).status_code == 302
    assert open_codes() == before


def test_damage_stays_settled_through_loads_and_their_undoing(tmp_path: Path, editor: Client) -> None:
    path = text_file(tmp_path, "ferry.txt", body=CUT)
    load(path)
    saved(editor, Article.objects.get(), **SETTLED_BY["credit-cut"])
    assert "credit-cut" not in open_codes()
    text_file(tmp_path, "ferry.txt", headline="Ferry is back", body=CUT)
    assert load(path).report[0]["outcome"] == "updated"
    assert "credit-cut" not in open_codes()
    call_command("undo_load", verbosity=0)
    assert "credit-cut" not in open_codes()


def test_readers_are_not_told_of_a_cut_that_staff_have_completed(site: Client, editor: Client) -> None:
    article = make_article()
    photo = make_photo(article, caption="The ferry at the")
    make_damage(article, "caption-cut", field="photo 1", text="The ferry at the")
    make_damage(article, "date-invalid", field="published", text="31 February")
    remember(article)
    pages = (article.get_absolute_url(), photo.get_absolute_url(), f"{article.get_absolute_url()}article.txt")
    assert all("cut off in the source" in site.get(page).content.decode() for page in pages)
    saved(editor, article, **{"photos-0-caption": "The ferry at the quay.", "updated": "2022-03-05"})
    for page in pages:
        said = site.get(page).content.decode()
        assert "The ferry at the quay." in said
        assert "cut off in the source" not in said
        assert "31 February" not in said.partition("about-text")[0]


def test_a_photo_of_staff_settles_no_damage_of_the_sources_photo(site: Client, editor: Client) -> None:
    article = make_article()
    photo = make_photo(article, caption="The ferry at the")
    make_damage(article, "caption-cut", field="photo 1", text="The ferry at the")
    remember(article)
    with changing([article.pk], Stamp.now(None, "")):
        Photo.objects.filter(pk=photo.pk).update(number=2)
        Photo.objects.create(article=article, number=1, caption="The crane.")
    assert open_codes() == {"caption-cut"}
    page = site.get(article.get_absolute_url()).content.decode()
    assert page.count("cut off in the source") == 1
    saved(editor, article, **{"photos-1-caption": "The ferry at the quay."})
    assert open_codes() == set()


def test_damage_is_listed_by_kind(editor: Client) -> None:
    article = make_article()
    make_damage(article, "credit-cut", text="[Photo")
    make_damage(article, "no-date")
    page = editor.get(f"{DAMAGE}?kind=no-date").content.decode()
    assert page.count('class="field-what"') == 1


# --- Photos. ----------------------------------------------------------------------------------------------------------


def list_form(client: Client, address: str) -> dict[str, Any]:
    return {**form_on(client, address), "_save": "Save"}


def waiting(which: Q = WITHOUT_ALT_TEXT) -> list[int]:
    return list(Photo.objects.filter(which).order_by("id").values_list("pk", flat=True))


def test_missing_alt_texts_are_written_in_a_list_as_revisions(editor: Client) -> None:
    article = remember(make_article())
    photos = [make_photo(article, sizes=SIZES, caption=f"Quay {number}.") for number in range(3)]
    form = list_form(editor, ALT_TEXT)
    changes = {"form-2-alt_text": "A quay", "form-1-is_decorative": "on"}  # the newest comes first
    page = editor.post(ALT_TEXT, {**form, **changes, "reason": "Looked"}, follow=True).content.decode()
    assert "2 photos were changed successfully." in page
    assert waiting() == [photos[2].pk]
    newest = newest_version(article)
    assert (newest.state.photos[0].alt_text, username(newest), newest.reason) == ("A quay", "nora", "Looked")
    assert len(versions_of(article)) == 2
    history = editor.get(f"/admin/articles/article/{article.pk}/history/").content.decode()
    assert "Photo 1: alt text" in history
    assert "Photo 2: decorative" in history


def test_missing_credits_are_written_or_said_to_be_unknown(editor: Client, site: Client) -> None:
    article = make_article()
    for _ in range(2):
        make_photo(article, credit_line="")
    values = {"form-1-credit_line": "Ole Berg", "form-0-credit_unknown": "on"}
    assert editor.post(CREDIT, {**list_form(editor, CREDIT), **values}).status_code == 302
    assert waiting(WITHOUT_CREDIT) == []
    assert "Ole Berg" in site.get(article.get_absolute_url()).content.decode()


def test_a_photo_is_either_decorative_or_described(editor: Client) -> None:
    photo = make_photo(make_article(), sizes=SIZES)
    values = {"form-0-alt_text": "A", "form-0-is_decorative": "on"}
    answer = editor.post(ALT_TEXT, {**list_form(editor, ALT_TEXT), **values})
    assert "Enter an alt text" in errors(answer)[0]
    assert waiting() == [photo.pk]


def test_an_alt_text_that_another_editor_wrote_meanwhile_is_not_overwritten(editor: Client, root: Client) -> None:
    make_photo(make_article(), sizes=SIZES)
    form = list_form(editor, ALT_TEXT)
    Photo.objects.update(alt_text="Theirs", caption="New caption.")
    answer = editor.post(ALT_TEXT, {**form, "form-0-alt_text": "Mine"})
    assert "Alt text has since been changed to “Theirs”" in errors(answer)[0]
    assert Photo.objects.get().alt_text == "Theirs"
    reader = FormReader()
    reader.feed(answer.content.decode())
    assert root.post(ALT_TEXT, {**reader.values, "_save": "Save"}).status_code == 302
    assert (Photo.objects.get().alt_text, Photo.objects.get().caption) == ("Mine", "New caption.")


def test_an_untouched_list_changes_nothing(editor: Client) -> None:
    article = make_article()
    make_photo(article, sizes=SIZES)
    page = editor.post(ALT_TEXT, list_form(editor, ALT_TEXT), follow=True).content.decode()
    assert "Nothing was changed, so nothing was saved." in page
    assert not has_record(article)


def test_photos_that_went_meanwhile_are_told(editor: Client) -> None:
    article = make_article()
    kept, gone, *others = (make_photo(article, sizes=SIZES) for _ in range(4))
    form = {**list_form(editor, ALT_TEXT), "form-3-alt_text": "A pier", "form-2-alt_text": "A quay"}
    gone.delete()
    form |= {"form-1-id": "x", "form-0-id": "9" * 30}
    page = editor.post(ALT_TEXT, form, follow=True).content.decode()
    assert "3 photos of this list have since been deleted." in page
    assert "You had typed: “A quay”" in page
    assert waiting() == [photo.pk for photo in others]
    kept.refresh_from_db()
    assert kept.alt_text == "A pier"


def test_long_lists_of_photos_are_paged(editor: Client) -> None:
    article = make_article()
    photos = [make_photo(article, sizes=SIZES) for _ in range(25)]
    assert editor.get(ALT_TEXT).content.decode().count('class="field-alt_text') == 20
    second = f"{ALT_TEXT}?p=2"
    form = list_form(editor, second)
    assert form["form-4-id"] == str(photos[0].pk)
    assert editor.post(second, {**form, "form-4-alt_text": "A quay"})["Location"] == second
    assert len(waiting()) == 24
    assert editor.get(f"{ALT_TEXT}?p=x", follow=True).status_code == 200


def test_viewers_do_not_write_into_the_list(viewer: Client) -> None:
    photo = make_photo(make_article(), sizes=SIZES)
    page = viewer.get(ALT_TEXT).content.decode()
    assert "The ferry at the quay." in page
    assert "<textarea" not in page
    values = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": photo.pk,
        "form-0-alt_text": "A quay",
        "_save": 1,
    }
    assert viewer.post(ALT_TEXT, values).status_code == 403
    assert waiting() == [photo.pk]


def test_a_photo_without_its_file_waits_for_no_alt_text() -> None:
    make_photo(make_article())
    assert waiting() == []


def test_a_photo_whose_maker_is_named_waits_for_no_credit() -> None:
    make_photo(make_article(), credit_line="", creator="Ole Berg")
    assert waiting(WITHOUT_CREDIT) == []


# --- Refused inputs. --------------------------------------------------------------------------------------------------


def test_refused_inputs_are_dismissed_and_put_back(editor: Client, viewer: Client) -> None:
    one, other = refused(1), refused(2)
    viewer.post(REFUSALS, {"action": "dismiss", "_selected_action": [one.pk]})
    assert Refusal.objects.filter(dismissed_at=None).count() == 2
    assert "1 refused input dismissed." in bulk(editor, REFUSALS, "dismiss", one).content.decode()
    assert list(Refusal.objects.filter(dismissed_at=None)) == [other]
    bulk(editor, f"{REFUSALS}?dismissed=yes", "put_back", one)
    assert Refusal.objects.filter(dismissed_at=None).count() == 2


def test_a_refused_input_is_found_by_its_path(editor: Client) -> None:
    refused(1)
    refused(2)
    page = editor.get(f"{REFUSALS}?q=/saved/ferry-2").content.decode()
    assert "ferry-2.txt" in page
    assert "ferry-1.txt" not in page
