"""The history of an article: its versions for readers, corrections, and restored versions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.admin.article import ArticleAdmin
from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp, delete_tag, transaction_of_changes
from articles.catalogue.loaded import edited_fields
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.history import Version
from articles.editorial.provenance import provenance_of
from articles.loading.undo import undo
from articles.models import Article, ClosedVersion, Conflict, Load, PeriodCount, Photo, Source, Tag
from articles.text.dates import day_words
from tests.factories import HEADLINE, make_article, make_original, make_photo, make_source, make_tag, remember, withdraw
from tests.loading import load, text_file
from tests.recorded import changed_in, newest_version, of_record, told_of, versions_of
from tests.staff import edit_address, form_on, logged_in, saved, staff, tag_ids, told

pytestmark = pytest.mark.django_db
AT = "/2022/03/04/ferry-returns-to-the-north-quay/"
BODY = "The ferry sailed at nine.\n\nIt was full.\n\nNobody had sold a ticket."


def loaded_article(headline: str = HEADLINE, **values: Any) -> Article:
    """An article with two photos and two tags, as a load leaves it: without history."""
    article = make_article(headline, **{"tags": ["Harbours", "Ferries"], **values})
    make_original(article, headline.encode())
    make_photo(article, sizes=[(400, 300)], position=1)
    make_photo(article, caption="The quay.", credit_line="", position=2)
    remember(article)
    return Article.objects.get(pk=article.pk)


def words(client: Client, address: str, status: int = 200) -> str:
    """What a page says, without its markup, removed words as ``[-…-]`` and added ones as ``{+…+}``."""
    answer = client.get(address)
    assert answer.status_code == status, address
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    main = re.sub(r'<span class="away[^>]*>[^<]*</span>', "", main)
    for tag, signs in (("del", "[-{}-]"), ("ins", "{{+{}+}}")):
        main = re.sub(
            rf"<{tag}>(.*?)</{tag}>", lambda found, signs=signs: signs.format(found[1]), main, flags=re.DOTALL
        )
    return " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


# --- For readers. -----------------------------------------------------------------------------------------------------


def test_an_unchanged_article_has_one_version_as_loaded(site: Client) -> None:
    loaded_article()
    listed = words(site, f"{AT}history/")
    assert "One version, unchanged since it was loaded" in listed
    assert "Version 1 (current) Loaded from the original" in listed
    assert "Nobody had sold a ticket." in words(site, f"{AT}history/1/")
    assert site.get(f"{AT}history/1/changes/").status_code == 404


def test_each_change_is_a_version_with_its_time_maker_reason_and_fields(site: Client, editor: Client) -> None:
    article = loaded_article()
    nora = logged_in(staff("nf", "Editors", first_name="Nora", last_name="Field"))
    saved(editor, article, headline="Ferry back", reason="The desk’s wording")
    saved(nora, article, body=BODY.replace("full", "empty"), **{"photos-1-caption": "Quay 2."})
    listed = words(site, f"{AT}history/")
    told = [
        "3 versions", "Version 3 (current)", "Nora Field", "Changed: Text · Photo 2: caption",
        "Version 2", "The archive’s staff", "The desk’s wording", "Changed: Headline", "Version 1", "Loaded from the",
    ]  # fmt: skip
    assert [listed.index(one) for one in told] == sorted(listed.index(one) for one in told)
    assert "nora" not in listed
    assert f"{datetime.now(UTC):%H:%M}" in listed or f"{datetime.now(UTC) - timedelta(minutes=1):%H:%M}" in listed


def test_the_time_of_a_version_is_given_to_the_second_for_readers_and_staff(site: Client, editor: Client) -> None:
    article = make_article()
    remember(article)
    saved(editor, article, headline="Ferry comes home")
    staff_history = reverse("admin:articles_article_history", args=[article.pk])
    for page in (site.get(f"{article.get_absolute_url()}history/"), editor.get(staff_history)):
        times = re.findall(r'<time datetime="(.*?)"', page.content.decode())
        assert times
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000", one) for one in times), times


def test_a_former_version_is_shown_whole_and_says_that_it_is_one(site: Client, editor: Client) -> None:
    article = loaded_article(deck="As before the fire")
    saved(editor, article, headline="Ferry back", body="Nothing.", published="2022-03-05",
          tag_ids=tag_ids(article), **{"photos-0-caption": "No ferry."})  # fmt: skip
    at = Article.objects.get().get_absolute_url()
    page = site.get(f"{at}history/1/").content.decode()
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page
    assert f'<a href="{at}">Current version</a>' in page
    assert "-400.jpg" in page
    shown = words(site, f"{at}history/1/")
    told = [
        "Version 1 (superseded)", "Ferry returns to the north quay", "As before the fire",
        "Published 4 March 2022", "sailed at nine.", "The ferry at the quay. Photo: Mei Tanaka", "It was full.",
        "The quay.", "TagsFerries, Harbours",
    ]  # fmt: skip
    assert [one for one in told if one not in shown] == [], shown
    assert [shown.index(one) for one in told] == sorted(shown.index(one) for one in told)
    assert "TagsHarbours" in words(site, f"{at}history/2/")


def test_changes_are_told_word_by_word(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), body=BODY.replace("full", "empty"), deck="A deck", **{"photos-1-position": "0"})
    told = words(site, f"{AT}history/2/changes/")
    assert "Text 1 paragraph unchanged It was [-full-]{+empty+}. 1 paragraph unchanged" in told
    assert "Deck {+A deck+}" in told
    assert "Photo 2: position" in told
    page = site.get(f"{AT}history/2/changes/").content.decode()
    assert '<ins><span class="away visually-hidden" lang="en">[added: </span>empty' in page


def test_a_photo_that_stays_beside_its_paragraph_has_not_moved(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), body=f"Fog came in.\n\n{BODY}")
    assert (
        words(site, f"{AT}history/").count("Changed: Text See") + words(site, f"{AT}history/").count("Changed: Text.")
        == 1
    )


def test_another_order_of_photos_is_told_and_restored(site: Client, editor: Client) -> None:
    article = saved(editor, loaded_article(), **{"photos-1-number": "1"})
    assert changed_in(newest_version(article)) == ["Order of photos"]
    assert "Order of photos" in words(site, f"{AT}history/")
    told = words(site, f"{AT}history/2/changes/").replace(" +}", "+} ").replace(" -]", "-]")
    assert "{+The quay.+} The ferry at the quay. [-The quay.-]" in told
    assert "Order of photos" in editor.get(restore_address(article, 1)).content.decode()
    restore(editor, article, 1)
    captions = Photo.objects.order_by("number").values_list("caption", flat=True)
    assert list(captions) == ["The ferry at the quay.", "The quay."]
    assert changed_in(newest_version(article)) == ["Order of photos"]


def test_tags_that_came_and_went_are_told(site: Client, editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, tag_ids=tag_ids(article))
    assert "Tags [-Ferries, -]Harbours" in words(site, f"{AT}history/2/changes/")


def test_a_load_is_told_as_one(site: Client, tmp_path: Path) -> None:
    path = text_file(tmp_path / "site", "ferry.txt", body="It sailed.")
    load(tmp_path / "site")
    path.write_text(path.read_text().replace("It sailed.", "It sailed late."))
    load(tmp_path / "site")
    at = Article.objects.get().get_absolute_url()
    listed = words(site, f"{at}history/")
    assert listed.count("Loaded from the original") == 2
    assert "It sailed{+ late+}." in words(site, f"{at}history/2/changes/")
    assert "It sailed." in words(site, f"{at}history/1/")


def test_an_undated_article_has_its_history_too(site: Client, editor: Client) -> None:
    article = loaded_article(published="", slug="ferry")
    saved(editor, article, deck="A deck")
    for ending in ("history/", "history/1/", "history/2/", "history/2/changes/"):
        assert site.get(f"/undated/ferry/{ending}").status_code == 200


def test_a_change_of_a_withdrawn_photo_is_no_version(editor: Client) -> None:
    article = loaded_article()
    before = article.photos.order_by("number")[0].caption
    saved(editor, article, **{"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "A claim."})
    saved(editor, article, **{"photos-0-caption": "Nobody sees this."})
    assert len(versions_of(article)) == 2
    saved(editor, article, **{"photos-0-withdrawn": "", "photos-0-withdrawn_reason": ""})
    shown = [version.state.photos for version in versions_of(article)]
    assert [photos[0].caption if photos else "" for photos in (shown[0], shown[2])] == [before, "Nobody sees this."]


def test_the_history_of_a_withdrawn_article_is_gone(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), deck="A deck")
    withdraw(Article.objects.get())
    for ending in ("history/", "history/1/", "history/2/changes/", "original/0123456789ab"):
        assert site.get(f"{AT}{ending}").status_code == 410


def test_a_moved_articles_history_moves_with_it(site: Client, editor: Client) -> None:
    saved(editor, loaded_article(), published="2022-03-05")
    for ending in ("history/", "history/1/", "history/2/changes/", "original/0123456789ab"):
        moved = site.get(f"{AT}{ending}")
        assert (moved.status_code, moved["Location"]) == (301, f"{AT.replace('/04/', '/05/')}{ending}")
    assert "Published [-4-]{+5+} March 2022" in words(site, f"{AT.replace('/04/', '/05/')}history/2/changes/")


@pytest.mark.parametrize(
    "ending", ["history/0/", "history/3/", "history/x/", "history/3/changes/", "history/?before=1"]
)
def test_what_is_no_version_is_not_found(site: Client, editor: Client, ending: str) -> None:
    saved(editor, loaded_article(), deck="A deck")
    assert site.get(f"{AT}history/{ending}").status_code == 404


def test_what_was_changed_past_the_history_is_a_version_and_keeps_its_number(site: Client, editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, deck="A deck")
    Article.objects.update(headline="By another way")
    assert "Version 3 (current) Editor not recorded" in words(site, f"{AT}history/")
    saved(editor, article, deck="Another deck")
    assert "By another way" in words(site, f"{AT}history/3/")
    assert "A deck" in words(site, f"{AT}history/3/")
    assert "Another deck" in words(site, f"{AT}history/4/")


def test_statements_under_one_stamp_are_one_version(site: Client) -> None:
    article, stamp = loaded_article(), Stamp.now(staff("nf", first_name="Nora", last_name="Field"), "One thing")
    with transaction_of_changes():
        with changing([article.pk], stamp) as changes:
            changes.articles[article.pk].headline = "Ferry back"
        with changing([article.pk], stamp) as changes:
            changes.articles[article.pk].deck = "A deck"
            changes.set_tags({article.pk: {}})
    assert told_of(article) == [(HEADLINE, "", None), ("Ferry back", "One thing", "nf")]
    assert changed_in(newest_version(article)) == ["Headline", "Deck", "Tags"]
    listed = words(site, f"{AT}history/")
    assert "2 versions" in listed
    assert listed.count("One thing") == 1


def test_versions_of_a_deleted_user_stay_and_name_nobody(site: Client, viewer: Client) -> None:
    article = loaded_article()
    user = staff("nf", "Editors", first_name="Nora", last_name="Field")
    saved(logged_in(user), article, headline="Ferry back", reason="The desk’s wording")
    moment = newest_version(article).moment
    user.delete()
    newest = newest_version(article)
    assert (newest.number, newest.moment, newest.reason, newest.is_loaded) == (2, moment, "The desk’s wording", False)
    for address in (f"{AT}history/", reverse("admin:articles_article_history", args=[article.pk])):
        listed = words(site if address.startswith(AT) else viewer, address)
        assert "Editor not recorded" in listed
        assert "The desk’s wording" in listed
        assert "Field" not in listed
    article = Article.objects.get()
    assert edited_fields(article) == ["headline"]
    headline = provenance_of(article)["headline"]
    assert (headline.kind, headline.user) == ("staff", None)
    assert headline.words.startswith("changed here by the archive’s staff")


def test_a_photos_former_file_is_not_shown_as_the_present_one(site: Client, editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, deck="A deck")
    with changing([article.pk], Stamp.now(None, "")):
        Photo.objects.filter(number=1).update(digest="ab" * 32)
    assert "The picture of this version is no longer shown" in words(site, f"{AT}history/2/")


def test_a_long_history_is_read_page_by_page(site: Client, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("articles.public.views.history"), "VERSIONS_SHOWN", 2)
    for number in range(4):
        saved(editor, loaded_article() if not number else Article.objects.get(), deck=f"Deck {number}")
    pages = [f"{AT}history/", f"{AT}history/?before=4", f"{AT}history/?before=2"]
    assert [re.findall(r"Version (\d)", words(site, page)) for page in pages] == [["5", "4"], ["3", "2"], ["1"]]
    assert 'href="?before=4">Older' in site.get(pages[0]).content.decode()
    assert 'href="?before=6">Newer' in site.get(pages[1]).content.decode()


def test_a_history_of_any_length_asks_the_same_number_of_questions(
    site: Client, editor: Client, queries_of: Callable[[str], int]
) -> None:
    article = loaded_article()
    addresses = [f"{AT}history/", f"{AT}history/1/", f"{AT}history/2/changes/"]
    saved(editor, article, deck="Deck", body="A text.")
    few = [queries_of(address) for address in addresses]
    for number in range(8):
        saved(editor, article, deck=f"Deck {number}", **{"photos-1-caption": f"Caption {number}"})
    assert [queries_of(address) for address in addresses] == few
    assert max(few) <= 16


def test_other_articles_histories_are_not_read(site: Client, editor: Client) -> None:
    other = loaded_article("Another ferry")
    saved(editor, other, deck="A deck")
    loaded_article()
    with CaptureQueriesContext(connections["default"]) as captured:
        assert site.get(f"{AT}history/").status_code == 200
    asked = of_record(captured)
    assert asked
    assert all("WHERE" in sql for sql in asked)


# --- Corrections. -----------------------------------------------------------------------------------------------------


def corrected(editor: Client, **values: Any) -> Article:
    note = {"correction": "The ferry was not full.", **values}
    found: Article = saved(editor, loaded_article(), body=BODY.replace("full", "empty"), **note)
    return found


def test_a_correction_stands_under_the_dates_and_in_the_history(site: Client, editor: Client) -> None:
    article = corrected(editor)
    day = day_words(datetime.now(UTC).date())
    told = f"Published 4 March 2022. Cite Corrected on {day}: The ferry was not full. The ferry sailed"
    assert told in words(site, AT)
    assert "Correction: The ferry was not full." in words(site, f"{AT}history/")
    found = article.corrections.get()
    assert found.made_at == newest_version(article).moment
    assert str(found.made_by) == "nora"
    assert "nora" not in words(site, AT)


def test_a_correction_is_in_every_form_of_the_article(site: Client, editor: Client) -> None:
    article = corrected(editor)
    found = article.corrections.get()
    said = f"Corrected on {day_words(found.made_at.date())}: The ferry was not full."
    made_at = found.made_at.isoformat(timespec="seconds")
    as_json = json.loads(site.get(f"{AT}article.json").content)
    assert as_json["corrections"] == [{"made_at": made_at, "note": "The ferry was not full."}]
    assert said in site.get(f"{AT}article.txt").content.decode()
    assert f"corrections:\n- '{said}'" in site.get(f"{AT}article.md").content.decode()
    linked = site.get(AT).content.decode().partition('ld+json">')[2].partition("</script>")[0]
    comment = {"@type": "CorrectionComment", "text": "The ferry was not full.", "datePublished": made_at}
    assert json.loads(linked)["correction"] == [comment]
    feed = site.get("/feeds/latest.atom").content.decode()
    assert said in feed
    # Readers see the change once it is numbered: in the same second, or in the next.
    changed = Article.objects.get(pk=article.pk).changed
    assert changed
    assert changed.seen_at
    assert found.made_at <= changed.seen_at
    assert f"<updated>{changed.seen_at.isoformat(timespec='seconds')}</updated>" in feed


def test_a_correction_costs_the_page_one_query_however_many_there_are(
    site: Client, editor: Client, queries_of: Callable[[str], int]
) -> None:
    article = loaded_article()
    before = queries_of(AT)
    for number in range(3):
        saved(editor, article, deck=f"Deck {number}", correction=f"Note {number}")
    assert queries_of(AT) == before


def test_a_note_without_a_change_explains_the_newest_one_of_staff(site: Client, editor: Client) -> None:
    article = saved(editor, loaded_article(), deck="A deck")
    saved(editor, article, correction="The deck was missing.")
    assert article.corrections.get().made_at == newest_version(article).moment
    assert len(versions_of(article)) == 2


def test_a_correction_is_mended_and_removed_in_the_form_without_a_revision(editor: Client, site: Client) -> None:
    article = corrected(editor)
    saved(editor, article, **{"corrections-0-note": "The ferry was empty."})
    assert "The ferry was empty." in words(site, AT)
    saved(editor, article, **{"corrections-0-DELETE": "on"})
    assert "Corrected on" not in words(site, AT)
    assert len(versions_of(article)) == 2


def test_only_those_who_may_correct_find_the_fields(viewer: Client, editor: Client) -> None:
    article = corrected(editor)
    user = staff("kim")
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_article", "view_article"]))
    assert 'name="correction"' in editor.get(edit_address(article)).content.decode()
    page = logged_in(user).get(edit_address(article)).content.decode()
    assert 'name="correction"' not in page
    assert 'name="corrections-0-note"' not in page
    assert 'name="correction"' not in viewer.get(edit_address(article)).content.decode()
    saved(logged_in(user), article, deck="A deck", correction="Not mine to say.")
    assert article.corrections.count() == 1


# --- Bringing a version back. -----------------------------------------------------------------------------------------


def as_told(version: Version) -> tuple[Any, ...]:
    """All of a version: what it says, and who made it when and why."""
    return version.number, version.moment, version.user, version.reason, version.state.fingerprint


def restore_address(article: Article, number: int, what: str = "restore") -> str:
    return reverse(f"admin:articles_article_{what}", args=[article.pk, number])


def restore(client: Client, article: Article, number: int, **values: Any) -> Any:
    address = restore_address(article, number)
    return client.post(address, {**form_on(client, address), **values})


def test_a_version_is_restored_as_a_new_one(site: Client, editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, headline="Ferry back", body=f"Fog.\n\n{BODY}", published="2022-03-05",
          tag_ids=tag_ids(article), **{"photos-0-caption": "No ferry."})  # fmt: skip
    before = [as_told(version) for version in versions_of(article)]
    page = editor.get(restore_address(article, 1)).content.decode()
    assert "Ferry" in page
    assert "No ferry." not in restore(editor, article, 1).content.decode()
    found = Article.objects.get()
    assert (found.headline, found.body, found.published) == (article.headline, BODY, "2022-03-04")
    assert found.get_absolute_url() == AT
    assert site.get(AT.replace("/04/", "/05/")).status_code == 301
    assert list(found.photos.values_list("caption", "position")) == [("The ferry at the quay.", 1), ("The quay.", 2)]
    assert sorted(found.tags.values_list("name", flat=True)) == ["Ferries", "Harbours"]
    assert set(found.taggings.values_list("origin", flat=True)) == {"source"}
    assert edited_fields(found) == []
    assert [as_told(version) for version in versions_of(article)][:-1] == before
    listed = words(site, f"{AT}history/")
    assert "Version 3 (current)" in listed
    assert "Version 1 of 2 restored" in listed


def test_withdrawn_photos_and_open_conflicts_move_with_a_restored_text(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, body=f"Fog.\n\n{BODY}")
    saved(editor, article, **{"photos-0-withdrawn": "on", "photos-0-withdrawn_reason": "Its owner asked."})
    photo = article.photos.get(number=2)
    sides = {"loaded": 2, "ours": photo.position, "theirs": 4}
    Conflict.objects.create(article=article, photo=photo, field="position", found_at=timezone.now(), **sides)
    assert list(Photo.everything.values_list("number", "position")) == [(1, 2), (2, 3)]
    restore(editor, article, 1)
    assert list(Photo.everything.values_list("number", "position")) == [(1, 1), (2, 2)]
    conflict = Conflict.objects.get()
    assert (conflict.loaded, conflict.ours, conflict.theirs) == (1, 2, 3)


def test_restoring_moves_the_counts_and_keeps_a_withdrawal(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, published="", tag_ids=tag_ids(article))
    restore(editor, article, 1)
    assert Tag.objects.get(name="Ferries").article_count == 1
    assert PeriodCount.objects.get(unit="year").articles == 1
    withdraw(Article.objects.get())
    restore(editor, article, 2)
    assert Article.objects.get().withdrawn_at is not None


def test_what_is_no_more_is_said_and_left(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, deck="A deck", tag_ids=tag_ids(article))
    with changing([article.pk], Stamp.now(None, "")):
        article.photos.get(number=2).delete()
        Photo.objects.create(article=article, number=3, caption="The crane.")
        article.taggings.filter(tag__name="Ferries").delete()
    with transaction_of_changes():
        delete_tag(Tag.objects.get(name="Ferries"), Stamp.now(None, ""))
    page = editor.get(restore_address(article, 1)).content.decode()
    assert "Photo 2 is no longer part of the article: “The quay.”." in page
    assert "Photo 3 was added after this version, and stays: “The crane.”." in page
    assert "The tag “Ferries” no longer exists." in page
    assert restore(editor, article, 1).status_code == 302
    assert Article.objects.get().deck == ""


def test_a_photo_s_file_that_a_restored_version_leaves_is_named(editor: Client) -> None:
    article = loaded_article()
    with changing([article.pk], Stamp.now(None, "")):
        Photo.objects.filter(number=1).update(digest="ab" * 32)
    left = "The file of photo 1 is not restored: “The ferry at the quay.” keeps its present one."
    for headline in (HEADLINE, "Ferry back"):
        article = saved(editor, article, headline=headline)
        page = editor.get(restore_address(article, 1)).content.decode()
        assert left in page
        assert "Nothing to restore" not in page
        assert ("Otherwise the article is the same as version 1." in page) == (headline == HEADLINE)
    answer = editor.post(restore_address(article, 1), form_on(editor, restore_address(article, 1)), follow=True)
    assert left in told(answer)


def test_an_article_that_was_changed_meanwhile_is_not_restored_unseen(editor: Client) -> None:
    article = saved(editor, loaded_article(), deck="A deck")
    form = form_on(editor, restore_address(article, 1))
    saved(editor, article, deck="Another deck")
    answer = editor.post(restore_address(article, 1), form)
    assert answer.status_code == 409
    assert "since been changed" in answer.content.decode()
    assert Article.objects.get().deck == "Another deck"
    assert restore(editor, article, 1).status_code == 302
    assert Article.objects.get().deck == ""


def test_a_version_whose_source_was_merged_comes_back_with_the_source_it_is_now(editor: Client) -> None:
    article = loaded_article(source="Quay Gazette")
    now = make_source("Quay and Harbour Gazette")
    saved(editor, article, source=str(make_source("Evening Post").pk))
    merge_sources([Source.objects.get(name="Quay Gazette")], now, Stamp.now(None, "One paper"))
    restore(editor, article, 1)
    assert Article.objects.get().source == now


@pytest.mark.parametrize("into", ["Boats", "Harbours"])
def test_a_version_whose_tag_was_merged_comes_back_with_the_tag_it_is_now(
    site: Client, editor: Client, into: str
) -> None:
    article = loaded_article()
    saved(editor, article, tag_ids=[])
    merge_tags([Tag.objects.get(name="Ferries")], make_tag(into), Stamp.now(None, "One thing"))
    assert "TagsFerries, Harbours" in words(site, f"{AT}history/1/")
    assert "no longer exists" not in editor.get(restore_address(article, 1)).content.decode()
    assert restore(editor, article, 1).status_code == 302
    assert sorted(article.tags.values_list("name", flat=True)) == sorted({into, "Harbours"})
    assert set(article.taggings.values_list("origin", flat=True)) == {"source"}
    assert changed_in(newest_version(article)) == ["Tags"]
    assert Tag.objects.get(name=into).article_count == 1


def test_no_version_of_an_article_that_is_removed_meanwhile_is_restored(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = saved(editor, loaded_article(), headline="No ferry.")
    guarded = ArticleAdmin.guarded

    def guarded_too_late(pages: ArticleAdmin, request: HttpRequest, *arguments: Any) -> HttpResponse:
        if request.method == "POST":
            Article.objects.all().delete()
        return guarded(pages, request, *arguments)

    monkeypatch.setattr(ArticleAdmin, "guarded", guarded_too_late)
    assert restore(editor, article, 1).status_code == 404


def test_a_restored_version_may_come_with_a_correction(editor: Client, site: Client) -> None:
    article = saved(editor, loaded_article(), deck="A deck")
    restore(editor, article, 1, correction="There was no deck.")
    assert "There was no deck." in words(site, AT)


def test_who_restores_a_version_is_shown_the_corrections_that_stay_and_may_say_why(
    site: Client, editor: Client
) -> None:
    article = saved(editor, loaded_article(), deck="A deck", correction="The deck was missing.")
    page = editor.get(restore_address(article, 1)).content.decode()
    assert f'<a href="{edit_address(article)}#corrections-0"><bdi>The deck was missing.</bdi></a>' in page
    assert 'id="corrections-0"' in editor.get(edit_address(article)).content.decode()
    restore(editor, article, 1, reason="There never was one")
    assert "Version 1 of 2 restored: There never was one" in words(site, f"{AT}history/")


def test_only_who_may_change_articles_restores(viewer: Client, editor: Client) -> None:
    article = saved(editor, loaded_article(), deck="A deck")
    assert viewer.get(restore_address(article, 1)).status_code == 403
    assert viewer.post(restore_address(article, 1), {"seen": ""}).status_code == 403
    history = reverse("admin:articles_article_history", args=[article.pk])
    assert "Restore this version" not in viewer.get(history).content.decode()
    assert "Restore this version" in editor.get(history).content.decode()
    assert editor.get(restore_address(article, 9)).status_code == 404


def test_a_load_is_named_in_the_history_of_staff_with_a_link(tmp_path: Path, viewer: Client) -> None:
    path = text_file(tmp_path / "site", "ferry.txt")
    load(tmp_path / "site")
    path.write_text(path.read_text().replace("It sailed.", "It sailed late."))
    load(tmp_path / "site")
    page = viewer.get(reverse("admin:articles_article_history", args=[Article.objects.get().pk])).content.decode()
    for one in Load.objects.all():
        assert f'<a href="{reverse("admin:articles_load_change", args=[one.pk])}">Load</a>' in page


# --- Versions that readers may not see. -------------------------------------------------------------------------------


def test_an_undone_load_is_told_as_a_change_by_who_undid_it(site: Client, tmp_path: Path) -> None:
    path = text_file(tmp_path / "site", "ferry.txt")
    load(tmp_path / "site")
    path.write_text(path.read_text().replace("It sailed.", "It sailed late."))
    load(tmp_path / "site")
    undo(Load.objects.latest("pk"), user=staff("ada", "Archivists", first_name="Ada", last_name="Berg"))
    listed = words(site, f"{Article.objects.get().get_absolute_url()}history/")
    assert "Ada Berg" in listed
    assert listed.count("Loaded from the original") == 2
    assert [version.is_loaded for version in versions_of(Article.objects.get())] == [True, True, False]


def test_a_closed_version_is_listed_without_its_text(site: Client, editor: Client) -> None:
    article = saved(editor, loaded_article(), body=BODY.replace("full", "empty"))
    saved(editor, article, deck="A deck")
    editor.post(restore_address(article, 1, "close"), {"reason": "A court’s order."})
    assert "Version 1 Loaded from the original Not shown to readers: A court’s order." in words(site, f"{AT}history/")
    assert "A court’s order." in words(site, f"{AT}history/1/", 410)
    assert "full" not in words(site, f"{AT}history/1/", 410) + words(site, f"{AT}history/2/changes/", 410)
    assert "empty" in words(site, f"{AT}history/2/")
    assert words(site, f"{AT}history/3/changes/")
    editor.post(restore_address(article, 1, "close"), {"open": "Open"})
    assert "full" in words(site, f"{AT}history/1/")


def test_all_before_a_version_can_be_closed_with_it_and_the_present_one_can_not(site: Client, editor: Client) -> None:
    article = loaded_article()
    for number in range(3):
        saved(editor, article, deck=f"Deck {number}")
    editor.post(restore_address(article, 2, "close"), {"reason": "Private.", "and_before": "on"})
    assert [site.get(f"{AT}history/{number}/").status_code for number in (1, 2, 3, 4)] == [410, 410, 200, 200]
    assert editor.post(restore_address(article, 4, "close"), {"reason": "Private."}).status_code == 403


def test_only_who_may_withdraw_closes_a_version(viewer: Client, editor: Client) -> None:
    article = saved(editor, loaded_article(), deck="A deck")
    assert viewer.post(restore_address(article, 1, "close"), {"reason": "No."}).status_code == 403
    assert editor.post(restore_address(article, 1, "close"), {"reason": ""}).status_code == 200
    assert not ClosedVersion.objects.exists()
