"""The staff side: forms are read from the page, filled in as in a browser, and sent back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from articles.admin.form_fields import moment_of
from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import edited_fields
from articles.models import (
    Article,
    Load,
    Original,
    PeriodCount,
    Photo,
    Redirect,
    Source,
    SourceAlias,
    Tag,
    TagAlias,
    Tagging,
)
from tests.factories import (
    make_article,
    make_damage,
    make_original,
    make_photo,
    make_source,
    make_tag,
    remember,
    withdraw,
)
from tests.recorded import (
    changed_in,
    has_record,
    is_in_history,
    newest_version,
    tag_told,
    told_of,
    username,
    versions_of,
)
from tests.staff import FormReader, edit_address, errors, form_on, logged_in, save, saved, staff, tag_ids

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/article/"


def loaded_article(**values: Any) -> Article:
    """An article as a load leaves it: with a baseline, photos, tags and damage, and without history."""
    article = make_article(**{"tags": ["Harbours", "Ferries"], "authors": ["Mei Tanaka"], **values})
    make_original(article, content=f"Ferry returns {article.pk}\n".encode(), ledger=[["headline", "headline"]])
    make_photo(article, sizes=[(400, 300), (800, 600)], alt_text="A ferry.")
    make_photo(article, caption="The quay.", credit_line="")
    make_damage(article, "credit-cut", field="photo 2", line=7, text="[Photo provided to")
    remember(article)
    return Article.objects.get(pk=article.pk)


def year_count(year: int) -> int:
    found = PeriodCount.objects.filter(unit="year", start=date(year, 1, 1)).first()
    return found.articles if found else 0


# --- Who may do what. -------------------------------------------------------------------------------------------------

PAGES = {
    "index": "/admin/", "articles": LIST, "article": "article", "tags": "/admin/articles/tag/", "tag": "tag",
    "sources": "/admin/articles/source/", "source": "source", "originals": "/admin/articles/original/",
    "original": "original", "download": "download", "loads": "/admin/articles/load/", "load": "load",
    "history": "history", "tag history": "tag history",
}  # fmt: skip


def address_of(page: str, article: Article) -> str:
    original, load = article.originals.get(), Load.objects.first()
    tag, source, found = Tag.objects.first(), article.source, PAGES[page]
    rows = {"article": article, "tag": tag, "source": source, "original": original, "load": load}
    if found == "download":
        return reverse("admin:articles_original_download", args=[original.pk])
    if found == "history":
        return reverse("admin:articles_article_history", args=[article.pk])
    if found == "tag history":
        return reverse("admin:articles_tag_history", args=[rows["tag"].pk])
    return edit_address(rows[found]) if found in rows else found


@pytest.mark.parametrize("page", PAGES)
def test_editors_viewers_and_superusers_see_every_page_and_nobody_else_does(page: str) -> None:
    article = loaded_article()
    Load.objects.create(started_at="2024-01-01T00:00Z", refused=[{"input": "a", "error": "a:1: no"}])
    users = [staff("e", "Editors"), staff("v", "Viewers"), staff("s", is_superuser=True)]
    address = address_of(page, article)
    assert {logged_in(user).get(address).status_code for user in users} == {200}
    assert Client().get(address).status_code == 302
    assert page == "index" or logged_in(staff("nobody")).get(address).status_code == 403


@pytest.mark.parametrize(
    ("who", "expected"),
    [("Editors", 302), ("Viewers", 403), ("", 403)],
)
def test_only_editors_save_articles_tags_and_sources(who: str, expected: int) -> None:
    article = loaded_article()
    superuser = logged_in(staff("root", is_superuser=True))
    rows = (article, Tag.objects.get(name="Harbours"), Source.objects.get())
    forms = {row: form_on(superuser, edit_address(row)) for row in rows}
    client = logged_in(staff("someone", who))
    assert {client.post(edit_address(row), form).status_code for row, form in forms.items()} == {expected}


def test_a_visitor_who_sends_a_form_is_asked_to_log_in() -> None:
    assert "/admin/login/" in Client().post(edit_address(loaded_article()), {}).headers["Location"]


def test_a_viewer_reads_the_whole_form_and_finds_no_button_to_save(viewer: Client) -> None:
    page = viewer.get(edit_address(loaded_article())).content.decode()
    for words in (
        "Mei Tanaka",
        "Nobody had sold a ticket",
        "The quay.",
        "Harbours",
        "The credit of photo 2 is cut off",
    ):
        assert words in page
    assert 'name="_save"' not in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize("model", ["article", "original", "load"])
def test_nobody_adds_or_deletes_what_loads_bring(root: Client, model: str) -> None:
    article = loaded_article()
    Load.objects.create(started_at="2024-01-01T00:00Z")
    row = {"article": article, "original": article.originals.get(), "load": Load.objects.get()}[model]
    assert root.get(f"/admin/articles/{model}/add/").status_code == 403
    assert root.post(f"/admin/articles/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_originals_and_loads_cannot_be_changed_even_by_a_superuser(root: Client) -> None:
    original = loaded_article().originals.get()
    assert root.post(edit_address(original), {"name": "other"}).status_code == 403


def test_an_editor_may_not_delete_a_photo_and_a_superuser_may(editor: Client, root: Client) -> None:
    article = loaded_article()
    saved(editor, article, **{"photos-1-DELETE": "on", "headline": "Ferry back"})
    assert article.photos.count() == 2
    assert saved(root, article, **{"photos-1-DELETE": "on"}).photo_count == 1
    assert article.photos.get().caption == "The ferry at the quay."


def test_no_photo_is_added_by_hand(root: Client) -> None:
    article = loaded_article()
    extra = {"photos-TOTAL_FORMS": "3", "photos-2-caption": "Made up", "photos-2-position": "0"}
    save(root, article, **extra)
    assert article.photos.count() == 2


# --- Saving. ----------------------------------------------------------------------------------------------------------


def test_an_untouched_form_changes_nothing_and_writes_no_revision(editor: Client) -> None:
    odd = {"language": "en_us?", "url": "http://under_score/a b", "deck": "Two  spaces "}
    article = loaded_article(body="One.\n\nTwo.\n", **odd)
    before = Article.objects.filter(pk=article.pk).values().get()
    saved(editor, article)
    assert Article.objects.filter(pk=article.pk).values().get() == before
    assert not has_record(article)
    assert edited_fields(article) == []


@pytest.mark.parametrize("body", ["\n{}", " \r\n\r\n{}", "{}\r\n\r\n"])
def test_empty_lines_around_a_body_are_no_edit(editor: Client, body: str) -> None:
    article = loaded_article(body="    One.\n\nTwo.")
    saved(editor, article, body=body.format(article.body))
    assert Article.objects.get(pk=article.pk).body == article.body
    assert not has_record(article)
    assert edited_fields(article) == []


def test_a_corrected_caption_stands_on_the_public_page(editor: Client, site: Client) -> None:
    article = loaded_article()
    saved(editor, article, **{"photos-1-caption": "The north quay <at dawn>."})
    page = site.get(article.get_absolute_url()).content.decode()
    assert "The north quay &lt;at dawn&gt;." in page
    assert "The quay." not in page
    assert edited_fields(Article.objects.get()) == ["photos"]


def test_a_changed_body_is_rendered_and_its_loaded_text_kept(editor: Client) -> None:
    article = loaded_article()
    changed = saved(editor, article, body="It *sailed*.\r\n\r\nAgain.")
    assert changed.blocks == ["<p>It <em>sailed</em>.</p>", "<p>Again.</p>"]
    assert (changed.body, changed.excerpt) == ("It *sailed*.\n\nAgain.", "It sailed.")
    assert changed.body_as_loaded == article.body
    again = saved(editor, article, body="Third.")
    assert again.body_as_loaded == article.body


def test_values_as_loaded_stand_beside_what_staff_changed(editor: Client, viewer: Client) -> None:
    article = loaded_article()
    changes = {"headline": "Ferry <b>back</b>", "deck": "At last", "photos-0-caption": "A ferry."}
    saved(editor, article, **changes, tag_ids=tag_ids(article, without="Ferries"))
    page = editor.get(edit_address(article)).content.decode()
    assert "As loaded: <q>Ferry returns to the north quay</q>" in page
    assert "As loaded: <q>The ferry at the quay.</q>" in page
    assert ("As loaded: nothing" in page, "“(nothing)”" in page, "<q>(nothing)</q>" in page) == (True, False, False)
    seen = viewer.get(edit_address(article)).content.decode()
    assert "<dt>Headline, as loaded</dt><dd>Ferry returns to the north quay</dd>" in seen
    assert "<dt>Tags, as loaded</dt><dd>Ferries and Harbours</dd>" in seen


def test_text_of_any_script_survives_a_save(editor: Client) -> None:
    text = "عنوان <script>alert(1)</script> & “北京” 😀"
    changed = saved(editor, loaded_article(), headline=text, **{"photos-0-caption": text})
    assert (changed.headline, changed.photos.first().caption) == (text, text)
    assert "<script>alert" not in editor.get(edit_address(changed)).content.decode()
    assert (
        "<script>alert" not in editor.get(reverse("admin:articles_article_history", args=[changed.pk])).content.decode()
    )


def test_authors_are_names_one_a_line(editor: Client) -> None:
    assert saved(editor, loaded_article(), authors="Ana  Lima\r\n\r\n Bo Chen ").authors == ["Ana Lima", "Bo Chen"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2023-02-31", "“2023-02-31” is not a date. Write it as 5 September 2023"),
        ("2023-13-01", "“2023-13-01” is not a date."),
        ("2023-09-06T24:10", "“2023-09-06T24:10” is not a date."),
        ("2023-09-06T10:30+25:00", "“2023-09-06T10:30+25:00” is not a date."),
        ("06/09/2023", "“06/09/2023” is not a date."),
        ("2023-13", "“2023-13” is not a date."),
        ("2023", "“2023” is not a date."),
        ("30th of September 2023", "“30th of September 2023” is not a date."),
        ("0000-01-01", "“0000-01-01” is not a date."),
    ],
)
def test_an_impossible_date_is_refused_with_words(editor: Client, typed: str, words: str) -> None:
    article = loaded_article()
    answer = save(editor, article, published=typed)
    assert any(words in error for error in errors(answer)), errors(answer)
    assert Article.objects.get().published == article.published


@pytest.mark.parametrize(
    "typed",
    ["2023-09-06", "2023-09-06T10:30", "2023-09-06T10:30:15", "2023-09-06T10:30Z", "2023-09-06T10:30:15-05:00"],
)
def test_a_date_is_as_precise_as_it_is_known(typed: str) -> None:
    assert moment_of(typed) == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2023-09-06 10:30", "2023-09-06T10:30"),
        ("5 Sep 2023", "2023-09-05"),
        ("2023-09", "2023-09"),
        ("Sept 2023", "2023-09"),
        ("September 2023", "2023-09"),
        ("September 5, 2023", "2023-09-05"),
        ("5 September 2023, 10:30", "2023-09-05T10:30"),
    ],
)
def test_a_date_is_understood_as_newspapers_print_it(editor: Client, typed: str, kept: str) -> None:
    assert saved(editor, loaded_article(), published=typed).published == kept


def test_the_search_lists_articles_with_the_words_in_the_headline_first(editor: Client) -> None:
    make_article("Ferry strike", published="2001-01-01")
    make_article("Quay opens", published="2022-03-04", body="A ferry came.")
    make_article("The ferries", published="2002-01-01")
    make_article("Ferry without light", published="2003-01-01", body="Dark.")
    found = editor.get(LIST, {"q": "ferry -dark"}).context["cl"].result_list
    assert [str(article) for article in found] == ["The ferries", "Ferry strike", "Quay opens"]


@pytest.mark.parametrize("ending", ["", "?utm_source=mail", "#comments", "history/", "photos/abc/", "article.json"])
def test_the_search_finds_an_article_by_its_addresses_pasted_whole(editor: Client, ending: str) -> None:
    wanted = make_article(url="https://harbour.example/2014/Ferry.html?id=7", former_paths=["/old/页.html"])
    make_article("Another", url="https://harbour.example/2014/ferry.html?id=8")
    addresses = [f"https://archive.test{wanted.get_absolute_url()}{ending}", f"/a/{wanted.key}/"]
    if not ending[:1].isalpha():
        addresses += [f"http://www.harbour.example/old/%E9%A1%B5.html{ending}", f"harbour.example/old/页.html{ending}"]
    if not ending or ending.startswith("#"):
        addresses += [f" https://harbour.example/2014/Ferry.html?id=7{ending} "]
    for address in addresses:
        assert list(editor.get(LIST, {"q": address}).context["cl"].result_list) == [wanted], address


def test_a_refused_save_names_the_wrong_fields_and_puts_the_focus_on_the_first(editor: Client) -> None:
    article = loaded_article()
    page = save(editor, article, slug="", published="yesterday", headline="New").content.decode()
    note = re.search(r'<p class="errornote[^>]*>(.*?)</p>', page, re.DOTALL)
    assert note
    assert re.sub(r"<[^>]+>", "", note[1]) == "Not saved. Check: Published, Slug"
    assert re.findall(r'<(?:input|textarea)[^>]*name="(\w+)"[^>]* autofocus', page) == ["published"]
    assert "<title>Error: " in page
    assert "autofocus" not in editor.get(edit_address(article)).content.decode()
    tag = make_tag("Ferries")
    assert 'Not saved. Check: <a href="#id_name">Name</a>' in save(editor, tag, name="").content.decode()


def test_a_language_that_is_no_tag_and_an_address_that_is_no_web_address_are_refused(editor: Client) -> None:
    answer = save(editor, loaded_article(), language="not a tag", url="ftp://example.org/a")
    assert [error for error in errors(answer) if "language tag" in error]
    assert [error for error in errors(answer) if "http:// or https://" in error]


# --- Two editors at once. ---------------------------------------------------------------------------------------------


def test_two_editors_who_change_different_fields_both_keep_their_change(editor: Client, root: Client) -> None:
    article, other = loaded_article(), make_source("Evening Post")
    second = form_on(root, edit_address(article))
    first = {"headline": "Ferry back", "body": "It sailed.", "authors": "Ana Lima", "source": str(other.pk)}
    first |= {"photos-0-caption": "A ferry.", "correction": "It was not full."}  # the first one of this article
    saved(editor, article, **first, withdrawn="on", withdrawn_reason="A court.")
    assert root.post(edit_address(article), {**second, "photos-1-caption": "Quay 2."}).status_code == 302
    now = Article.objects.get()
    assert (now.headline, now.body, now.authors, now.source) == ("Ferry back", "It sailed.", ["Ana Lima"], other)
    assert (now.withdrawn_at is not None, now.withdrawn_reason) == (True, "A court.")
    assert [photo.caption for photo in now.photos.all()] == ["A ferry.", "Quay 2."]
    assert [correction.note for correction in now.corrections.all()] == ["It was not full."]
    assert told_of(article)[1:] == [("Ferry back", "", "nora"), ("Ferry back", "", "root")]
    assert changed_in(newest_version(article)) == ["Photo 2: caption"]


def test_the_help_of_the_publication_date_ends_with_its_sentence(editor: Client) -> None:
    page = editor.get(edit_address(make_article())).content.decode()
    assert re.search(r"10:30\+08:00\. The article is filed under this day or, if it is empty,", page)


def test_a_load_between_opening_and_saving_is_not_undone(editor: Client) -> None:
    article = loaded_article()
    form = form_on(editor, edit_address(article))
    Article.objects.update(headline="Ferry of the load", deck="New")
    article.photos.filter(number=1).update(caption="New caption", position=1)
    assert editor.post(edit_address(article), {**form, "section": "Local"}).status_code == 302
    assert Article.objects.values_list("headline", "deck", "section").get() == ("Ferry of the load", "New", "Local")
    assert article.photos.filter(caption="New caption", position=1).exists()


@pytest.mark.parametrize(
    ("field", "first", "second", "words"),
    [
        ("headline", "Ferry <back>", "Ferry sails", "Headline has since been changed to “Ferry &lt;back&gt;”; nothing"),
        ("deck", "", "Other", "Deck has since been emptied; nothing was saved. Empty it too, or save your text again."),
        ("authors", "Ana Lima", "Bo Chen", "Authors has since been changed to “Ana Lima”; nothing was saved."),
        ("published", "2019-01-01", "2020-01-01", "Published has since been changed to “2019-01-01”; nothing was"),
        ("body", "Long. " * 90, "Mine.", "Current text"),
        ("photos-1-caption", "Quay 1.", "Quay 2.", "Caption has since been changed to “Quay 1.”; nothing was saved."),
    ],
)
def test_a_field_that_both_changed_is_refused_once_and_then_written_knowingly(
    editor: Client, root: Client, field: str, first: str, second: str, words: str
) -> None:
    article = loaded_article(deck="The deck")
    form = form_on(root, edit_address(article))
    saved(editor, article, **{field: first})
    before = Article.objects.values().get(), list(Photo.objects.values())
    refused = root.post(edit_address(article), {**form, field: second})
    assert any(words in error for error in errors(refused)), errors(refused)
    assert (Article.objects.values().get(), list(Photo.objects.values())) == before
    reader = FormReader()
    reader.feed(refused.content.decode())
    assert reader.values[field] == second
    shown = {name: value for name, value in reader.values.items() if "__prefix__" not in name and name != "q"}
    assert root.post(edit_address(article), shown).status_code == 302
    assert form_on(root, edit_address(article))[field] == second


def test_two_editors_of_one_text_both_save_unless_they_changed_the_same_paragraph(editor: Client, root: Client) -> None:
    article = loaded_article(body="One.\n\nTwo.\n\nThree.")
    Photo.objects.filter(article=article, number=1).update(position=2)
    form = form_on(root, edit_address(article))
    saved(editor, article, body="New.\n\nOne.\n\nTwo.\n\nThree.")
    answer = root.post(edit_address(article), {**form, "body": "One.\r\n\r\nTwo.\r\n\r\nThree and more."}, follow=True)
    assert "Another editor has changed other paragraphs meanwhile. Both changes are saved." in answer.content.decode()
    assert Article.objects.get().body == "New.\n\nOne.\n\nTwo.\n\nThree and more."
    assert article.photos.get(number=1).position == 3
    form = form_on(root, edit_address(article))
    saved(editor, article, body="New.\n\nOne.\n\nTwo of theirs.\n\nThree and more.")
    refused = root.post(edit_address(article), {**form, "body": "New.\n\nOne.\n\nTwo of mine.\n\nThree and more."})
    assert any("Current text" in error for error in errors(refused))


def test_of_two_versions_side_by_side_each_is_chosen_by_one_click(editor: Client, root: Client) -> None:
    article = loaded_article()
    source = make_source("Evening Post")
    form = form_on(root, edit_address(article))
    theirs = {"headline": "Ferry back again", "deck": "Their deck", "source": str(source.pk), "withdrawn": "on"}
    saved(editor, article, **theirs, withdrawn_reason="A court.", **{"photos-0-caption": "Theirs"})
    mine = {"headline": "Ferry back", "deck": "My deck", "source": "", "photos-0-caption": "Mine", "section": "Port"}
    refused = root.post(edit_address(article), {**form, **mine})
    page = re.sub(r"<[^>]+>|\s+", " ", refused.content.decode())
    assert re.search(r"Current text +Ferry back again +Your text +Ferry back +\[removed: +again", page)
    assert re.search(r"Current text +Evening Post +Your text", page)
    reader = FormReader()
    reader.feed(refused.content.decode())
    chosen = {name: value for name, value in reader.values.items() if "__prefix__" not in name and name != "q"}
    assert {name for name in chosen if name.startswith("_use-")} == {
        "_use-headline", "_use-deck", "_use-source", "_use-photos-0-caption"
    }  # fmt: skip
    chosen |= dict.fromkeys(("_use-headline", "_use-source", "_use-photos-0-caption"), "theirs")
    assert root.post(edit_address(article), chosen).status_code == 302
    now = Article.objects.get()
    assert (now.headline, now.deck, now.source, now.section) == ("Ferry back again", "My deck", source, "Port")
    assert now.withdrawn_at
    assert now.photos.get(number=1).caption == "Theirs"


def test_a_source_that_both_changed_is_refused_by_its_name(editor: Client, root: Client) -> None:
    article, one, two = loaded_article(), make_source("Evening Post"), make_source("Morning Post")
    form = form_on(root, edit_address(article))
    saved(editor, article, source=str(one.pk))
    refused = root.post(edit_address(article), {**form, "source": str(two.pk)})
    assert any("Source has since been changed to “Evening Post”" in error for error in errors(refused))
    assert Article.objects.get().source == one


def test_two_editors_who_write_the_same_make_one_revision(editor: Client, root: Client) -> None:
    article = loaded_article()
    form = form_on(root, edit_address(article))
    saved(editor, article, headline="Ferry back")
    assert root.post(edit_address(article), {**form, "headline": "Ferry back"}).status_code == 302
    assert told_of(article) == [(article.headline, "", None), ("Ferry back", "", "nora")]


def test_what_two_editors_add_to_the_tags_and_remove_from_them_is_all_done(editor: Client, root: Client) -> None:
    article, quays, boats = loaded_article(), make_tag("Quays"), make_tag("Boats")
    form = form_on(root, edit_address(article))
    saved(editor, article, tag_ids=[*tag_ids(article, without="Ferries"), quays.pk, boats.pk])
    ferries = Tag.objects.get(name="Ferries")
    assert root.post(edit_address(article), {**form, "tag_ids": [ferries.pk, quays.pk]}).status_code == 302
    assert sorted(article.tags.values_list("name", flat=True)) == ["Boats", "Quays"]


def test_a_tag_that_was_removed_meanwhile_stays_removed(editor: Client, root: Client) -> None:
    article = loaded_article()
    form = form_on(root, edit_address(article))
    saved(editor, article, tag_ids=tag_ids(article))
    assert root.post(edit_address(article), {**form, "headline": "Ferry back"}).status_code == 302
    assert (article.taggings.count(), Article.objects.get().headline) == (1, "Ferry back")


def test_a_tag_that_was_merged_away_meanwhile_is_no_fault_of_the_form_but_cannot_be_added(
    editor: Client, root: Client
) -> None:
    article, quays = loaded_article(), make_tag("Quays")
    form = form_on(root, edit_address(article))
    Tag.objects.filter(name="Ferries").delete()
    assert root.post(edit_address(article), {**form, "headline": "Ferry back"}).status_code == 302
    added = {**form_on(root, edit_address(article)), "tag_ids": [*tag_ids(article, without="-"), quays.pk]}
    quays.delete()
    assert "A tag that you added is no longer in the archive." in errors(root.post(edit_address(article), added))
    assert list(article.tags.values_list("name", flat=True)) == ["Harbours"]


def test_a_photo_that_was_removed_meanwhile_is_told(editor: Client) -> None:
    article = loaded_article()
    form = form_on(editor, edit_address(article))
    article.photos.filter(number=2).delete()
    answer = editor.post(edit_address(article), {**form, "headline": "Ferry back"})
    assert any("A photo has since been removed; nothing was saved." in error for error in errors(answer))
    assert Article.objects.get().headline == article.headline


def test_what_was_written_is_shown_where_a_photo_went_while_the_form_was_open(editor: Client) -> None:
    article = loaded_article()
    form = form_on(editor, edit_address(article))
    article.photos.filter(number=1).delete()
    sent = {**form, "photos-0-caption": "The <old> quay.", "photos-1-caption": "My words.", "reason": "By the captain"}
    answer = editor.post(edit_address(article), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert (
        "<dt>Caption (row 1)</dt><dd>"
        '<pre tabindex="0" role="group" aria-label="Caption (row 1)">The &lt;old&gt; quay.</pre></dd>' in page
    )
    assert (
        '<dt>Caption (row 2)</dt><dd><pre tabindex="0" role="group" aria-label="Caption (row 2)">My words.</pre></dd>'
        in page
    )
    assert '<dt>Reason</dt><dd><pre tabindex="0" role="group" aria-label="Reason">By the captain</pre></dd>' in page
    assert article.headline not in page, "only what was written is there to be copied"


def test_what_was_written_is_shown_where_the_row_itself_went(editor: Client) -> None:
    loaded_article()
    tag = Tag.objects.get(name="Ferries")
    form = form_on(editor, edit_address(tag))
    tag.delete()
    answer = editor.post(edit_address(tag), {**form, "description": "An hour of\r\nwork."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert errors(answer) == ["What you edited is no longer in the archive; nothing was saved."]
    assert (
        '<dt>Description</dt><dd><pre tabindex="0" role="group" aria-label="Description">An hour of\nwork.</pre></dd>'
        in page
    )
    assert "TOTAL" not in page
    assert editor.get(edit_address(tag)).status_code == 302


def test_tags_and_sources_keep_what_another_editor_wrote(editor: Client, root: Client) -> None:
    loaded_article()
    for row in (Tag.objects.get(name="Ferries"), Source.objects.get()):
        form = form_on(root, edit_address(row))
        saved(editor, row, name=f"New {row.name}")
        assert root.post(edit_address(row), {**form, "description": "Said."}).status_code == 302
        now = type(row).objects.get(pk=row.pk)
        assert (now.name, now.description) == (f"New {row.name}", "Said.")
        refused = root.post(edit_address(row), {**form, "name": "Other"})
        assert any(f"Name has since been changed to “New {row.name}”" in error for error in errors(refused))
    assert Tag.objects.get(name="New Ferries").slug == "new-ferries"


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(OperationalError("database is locked"), 503, "The database was busy"), (IntegrityError(), 409, "Someone else")],
)
def test_a_form_that_the_database_refuses_is_answered_with_words(
    editor: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    article = loaded_article()
    monkeypatch.setattr("articles.search.index.renew", refuse)
    answer = save(editor, article, headline="Ferry back")
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert Article.objects.get().headline == article.headline


@pytest.mark.parametrize("source", ["abc2", "9" * 30, "-1"])
def test_a_source_that_is_none_is_refused(editor: Client, source: str) -> None:
    assert [error for error in errors(save(editor, loaded_article(), source=source)) if "valid choice" in error]


def test_a_save_without_a_change_says_so(editor: Client) -> None:
    loaded_article()
    for row in (Article.objects.get(), Tag.objects.get(name="Ferries"), Source.objects.get()):
        page = editor.post(edit_address(row), form_on(editor, edit_address(row)), follow=True).content.decode()
        assert "Nothing was changed, so nothing was saved." in page
        assert "was changed successfully" not in page


# --- Dates, addresses, counts. ----------------------------------------------------------------------------------------


def test_a_new_date_moves_counts_listings_and_address_and_redirects_the_old(editor: Client, site: Client) -> None:
    article = loaded_article()
    old = article.get_absolute_url()
    moved = saved(editor, article, published="2019-05-01T08:00")
    assert moved.get_absolute_url().startswith("/2019/05/01/")
    assert (year_count(2022), year_count(2019)) == (0, 1)
    assert set(Tagging.objects.values_list("archive_date", flat=True)) == {date(2019, 5, 1)}
    answer = site.get(old)
    assert (answer.status_code, answer.headers["Location"]) == (301, moved.get_absolute_url())


def test_without_dates_an_article_is_undated_and_can_come_back(editor: Client, site: Client) -> None:
    article = loaded_article()
    old = article.get_absolute_url()
    assert saved(editor, article, published="").get_absolute_url().startswith("/undated/")
    back = saved(editor, article, published="2022-03-04")
    assert back.get_absolute_url() == old
    assert site.get(old).status_code == 200
    assert not Redirect.objects.filter(path=old).exists()


def test_a_new_slug_redirects_the_old_one(editor: Client, site: Client) -> None:
    article = loaded_article()
    moved = saved(editor, article, slug="ferry-back")
    answer = site.get(article.get_absolute_url())
    assert (answer.status_code, answer.headers["Location"]) == (301, moved.get_absolute_url())


@pytest.mark.parametrize("published", ["2022-03-04", ""])
def test_a_slug_taken_on_that_day_gets_the_beginning_of_the_key(editor: Client, published: str) -> None:
    make_article("Other", slug="taken", published=published)
    article = loaded_article(published=published)
    assert saved(editor, article, slug="taken").slug == f"taken-{article.key[:4]}"


def test_another_source_moves_the_counts(editor: Client) -> None:
    article, other = loaded_article(), make_source("Evening Post")
    saved(editor, article, source=str(other.pk))
    assert list(Source.objects.order_by("name").values_list("name", "article_count")) == [
        ("Evening Post", 1),
        ("Harbour Daily", 0),
    ]


def test_tags_added_and_removed_are_counted_and_listed(editor: Client) -> None:
    article, added = loaded_article(), make_tag("Quays")
    removed = Tagging.objects.get(tag__name="Ferries")
    changed = saved(editor, article, tag_ids=[*tag_ids(article, without="Ferries"), added.pk])
    assert sorted(changed.tags.values_list("name", flat=True)) == ["Harbours", "Quays"]
    assert dict(Tag.objects.values_list("name", "article_count")) == {"Ferries": 0, "Harbours": 1, "Quays": 1}
    tagging = Tagging.objects.get(tag=added)
    assert (tagging.origin, tagging.archive_date) == ("staff", article.archive_date)
    assert removed.tag.slug in changed.as_loaded["tags"]
    first, second = versions_of(article)
    assert (username(first), username(second)) == (None, "nora")
    assert [added.pk in version.state.tags for version in (first, second)] == [False, True]
    assert [removed.tag_id in version.state.tags for version in (first, second)] == [True, False]


def test_the_form_says_where_tags_come_from(editor: Client, viewer: Client) -> None:
    article, quays = loaded_article(tags=["Boats", "Ferries", "Harbours"]), make_tag("Quays")
    Tagging.objects.filter(tag__name__in=["Boats", "Ferries"]).update(origin=Tagging.Origin.VOCABULARY)
    saved(editor, article, reason="It is one", tag_ids=[*tag_ids(article, without="-"), quays.pk])
    page = editor.get(edit_address(article)).content.decode()
    assert "Boats, Ferries: found in the text by the tag vocabulary" in page
    assert re.search(r"Quays: changed here by nora, [^<]*: It is one", page)
    assert (
        "Boats (from the vocabulary), Ferries (from the vocabulary), Harbours (from the source), Quays (by staff)"
        in (viewer.get(edit_address(article)).content.decode())
    )


# --- Withdrawing. -----------------------------------------------------------------------------------------------------


def kept_counts() -> tuple[int, int, int]:
    """Of the year, the tag and the source of a loaded article."""
    return year_count(2022), Tag.objects.get(name="Ferries").article_count, Source.objects.get().article_count


def test_a_withdrawn_article_leaves_the_counts_and_says_why_and_can_be_reinstated(editor: Client, site: Client) -> None:
    article = loaded_article()
    gone = saved(editor, article, withdrawn="on", withdrawn_reason="A court ordered it.")
    assert gone.withdrawn_at is not None
    assert kept_counts() == (0, 0, 0)
    page = site.get(article.get_absolute_url())
    assert (page.status_code, "A court ordered it." in page.content.decode()) == (410, True)
    back = saved(editor, article, without=["withdrawn"])
    assert (back.withdrawn_at, back.withdrawn_reason) == (None, "")
    assert kept_counts() == (1, 1, 1)
    assert site.get(article.get_absolute_url()).status_code == 200


def test_a_withdrawal_needs_a_reason_and_a_reason_a_withdrawal(editor: Client) -> None:
    article = loaded_article()
    assert [error for error in errors(save(editor, article, withdrawn="on")) if "Give a reason" in error]
    assert [error for error in errors(save(editor, article, withdrawn_reason="x")) if "Tick this" in error]
    assert Article.objects.get().withdrawn_at is None


def test_editing_a_withdrawn_article_keeps_the_moment_of_its_withdrawal(editor: Client) -> None:
    article = withdraw(loaded_article())
    assert saved(editor, article, headline="Ferry back").withdrawn_at == article.withdrawn_at
    assert year_count(2022) == 0


# --- History. ---------------------------------------------------------------------------------------------------------


def test_the_first_edit_records_what_was_loaded_then_who_changed_it_and_why(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, headline="Ferry back", reason="The north quay was meant", **{"photos-1-caption": "Quay 2."})
    first, second = versions_of(article)
    assert first.is_loaded
    assert told_of(article) == [(article.headline, "", None), ("Ferry back", "The north quay was meant", "nora")]
    captions = [[photo.caption for photo in version.state.photos] for version in (first, second)]
    assert captions == [["The ferry at the quay.", "The quay."], ["The ferry at the quay.", "Quay 2."]]
    assert changed_in(second) == ["Headline", "Photo 2: caption"]


def test_a_second_edit_adds_one_revision(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, headline="Ferry back")
    saved(editor, article, published="2020-01-01")
    saved(editor, article, **{"photos-0-caption": "A ferry."})
    versions = versions_of(article)
    assert versions[0].is_loaded
    assert [version.reason for version in versions] == [""] * 4
    assert list(map(changed_in, versions)) == [[], ["Headline"], ["Published"], ["Photo 1: caption"]]


def test_what_a_load_changed_between_two_edits_is_recorded_before_the_second(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, headline="Ferry back")
    load = Load.objects.create(started_at=timezone.now())
    with transaction.atomic(), changing([article.pk], Stamp.of_load(load)) as changes:
        changes.articles[article.pk].headline = "Ferry of the load"
    saved(editor, article, headline="Ferry at last")
    told = [("Ferry back", "", "nora"), ("Ferry of the load", "", None), ("Ferry at last", "", "nora")]
    assert told_of(article)[1:] == told
    of_load = versions_of(article)[2]
    assert (of_load.is_loaded, of_load.load_id) == (True, load.pk)


def test_the_history_page_tells_each_save_with_its_photos_and_tags(editor: Client, viewer: Client) -> None:
    article = loaded_article()
    saved(editor, article, headline="Ferry <back>", reason="Misread", **{"photos-1-caption": "Quay 2."})
    page = viewer.get(reverse("admin:articles_article_history", args=[article.pk])).content.decode()
    told = ["nora", "Misread", "Ferry &lt;back&gt;<span", "Photo 2: caption", "Quay 2.<span", "As loaded"]
    assert sorted(told, key=page.index) == told
    assert "<back>" not in page
    whole = viewer.get(reverse("admin:articles_article_version", args=[article.pk, 1])).content.decode()
    assert "Ferry returns to the north quay" in whole
    assert "Nobody had sold a ticket." in whole


def test_no_version_can_be_rewritten_by_a_form(root: Client) -> None:
    article = loaded_article()
    saved(root, article, headline="Ferry back")
    address = reverse("admin:articles_article_version", args=[article.pk, 1])
    root.post(address, {"headline": "Forged"})
    assert Article.objects.get().headline == "Ferry back"
    assert not is_in_history(article, "headline", "Forged")


def test_a_reason_too_long_for_the_history_is_refused(editor: Client) -> None:
    answer = save(editor, loaded_article(), headline="Ferry back", reason="x" * 101)
    assert [error for error in errors(answer) if "at most 100" in error]


# --- The list. --------------------------------------------------------------------------------------------------------


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(LIST, query)
    assert page.status_code == 200
    return [article.headline for article in page.context["cl"].result_list]


def test_the_list_is_filtered_by_year_source_tag_damage_photos_and_state(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ferry = loaded_article()
    make_article("Dust", published="", source="Evening Post")
    withdraw(make_article("Gone", published="2019-01-01", source=None, tags=["Harbours"]))
    assert listed(editor, year="2022") == [ferry.headline]
    assert listed(editor, year="undated") == ["Dust"]
    assert listed(editor, source=str(ferry.source_id)) == [ferry.headline]
    assert listed(editor, tag=str(Tag.objects.get(name="Harbours").pk)) == [ferry.headline, "Gone"]
    assert listed(editor, damage="credit-cut") == [ferry.headline]
    monkeypatch.setattr("articles.admin.lists.COMMON", 0)
    assert listed(editor, damage="credit-cut") == [ferry.headline]
    assert set(listed(editor, photos="without")) == {"Gone", "Dust"}
    assert listed(editor, photos="with") == [ferry.headline]
    assert listed(editor, state="withdrawn") == ["Gone"]
    assert listed(editor, tag=str(Tag.objects.get(name="Harbours").pk), year="2019") == ["Gone"]
    assert listed(editor, year="nonsense", source="x") == []


def test_the_list_shows_articles_of_which_a_photo_file_is_not_held(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ferry = loaded_article()
    make_photo(make_article("Dust"), sizes=[(400, 300)])
    assert listed(editor, photos="not-held") == [ferry.headline]
    monkeypatch.setattr("articles.admin.lists.COMMON", 0)
    assert listed(editor, photos="not-held") == [ferry.headline]


def test_photos_without_files_are_found_by_an_index_of_them_alone() -> None:
    loaded_article()
    if connection.vendor == "postgresql":  # which otherwise reads so small a table from its first row to its last
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "photo_not_held" in Photo.objects.filter(file="").values("article_id").order_by().explain()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({"state": "withdrawn"}, "article_withdrawn"), ({"state": "merged"}, "article_withdrawn"),
        ({"photos": "without"}, "article_without_photos"), ({"photos": "with"}, "article_with_photos"),
    ],
)  # fmt: skip
def test_a_filtered_list_walks_an_index_that_holds_nothing_else(
    editor: Client, query: dict[str, str], index: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan is SQLite's")
    changes = editor.get(LIST, query).context["cl"]
    for rows in (changes.queryset[:50], changes.queryset.values("pk")[:5001]):
        assert index in (plan := rows.explain())
        assert "TEMP B-TREE" not in plan


def test_the_articles_of_a_tag_are_counted_by_its_taggings_alone(editor: Client) -> None:
    ferry = loaded_article()
    tag = Tag.objects.get(name="Harbours")
    withdraw(make_article("Gone", tags=["Harbours"]))
    with CaptureQueriesContext(connection) as captured:
        page = editor.get(LIST, {"tag": tag.pk})
    assert page.context["cl"].count_words == "2 articles"
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"] and "tagging" in query["sql"]]
    assert counts
    assert not any("articles_article" in sql for sql in counts)
    assert editor.get(LIST, {"tag": tag.pk, "state": "published"}).context["cl"].count_words == "1 article"
    assert editor.get(LIST, {"tag": tag.pk, "q": ferry.key}).context["cl"].count_words == "1 article"


def test_the_damage_filter_offers_each_kind_that_occurs_in_words_of_its_own(editor: Client) -> None:
    article = loaded_article()
    for code in ("encoding:utf-16", "encoding:gb18030", "encoding:koi8-r", "no-date"):
        make_damage(article, code)
        make_damage(article, code)
    damage = next(one for one in editor.get(LIST).context["cl"].filter_specs if one.title == "damage")
    assert [words for _, words in damage.lookup_choices] == [
        "Read as GB 18030", "Read as UTF-16", "Read as koi8-r", "With a credit cut off", "Without a date",
    ]  # fmt: skip


@pytest.mark.parametrize("query", [{"year": "99999"}, {"year": "0"}, {"tag": "x"}, {"source": "9" * 30}, {"o": "1.2"}])
def test_a_strange_filter_breaks_nothing(editor: Client, query: dict[str, str]) -> None:
    loaded_article()
    assert editor.get(LIST, query, follow=True).status_code == 200


def test_a_comparison_in_an_address_is_no_filter(editor: Client) -> None:
    for model in ("article", "tag", "source", "original", "load"):
        assert editor.get(f"/admin/articles/{model}/?as_loaded__contains=a").status_code == 400
    assert editor.get(f"{LIST}?as_loaded=a", follow=True).status_code == 200


@pytest.mark.parametrize("term", ["ferry " * 3_000, "f" * 60_000, "a " + "b" * 60_000])
def test_a_search_of_any_length_is_answered(editor: Client, term: str) -> None:
    loaded_article()
    for model in ("article", "tag", "source", "original"):
        assert editor.get(f"/admin/articles/{model}/", {"q": term}).status_code == 200
    assert listed(editor, q="ferry " * 3_000) == ["Ferry returns to the north quay"]


def test_a_pasted_address_or_key_leads_to_its_article(editor: Client) -> None:
    article = loaded_article()
    make_article("Dust", published="")
    old = article.get_absolute_url()
    moved = saved(editor, article, slug="法国-ferry")
    for term in (
        article.key, article.key.upper(), f"https://archive.example{moved.get_absolute_url()}", moved.short_url, old,
        "/2022/03/04/法国-ferry/",
    ):  # fmt: skip
        assert listed(editor, q=term) == [article.headline], term
    assert listed(editor, q="/undated/dust/") == ["Dust"]
    assert listed(editor, q="/2022/02/31/x/") == []
    assert listed(editor, q="NORTH ferry") == [article.headline]


def test_the_address_of_a_tag_that_staff_removed_says_so(root: Client, site: Client) -> None:
    make_tag("Harbours", aliases=["Havens"])
    tag = Tag.objects.get()
    root.post(f"/admin/articles/tag/{tag.pk}/delete/", {"post": "yes"})
    assert not Tag.objects.exists()
    for address in ("/tags/harbours/", "/tags/havens/", "/tags/harbours/feed.rss"):
        answer = site.get(address)
        assert answer.status_code == 410
        assert "It had no articles left and was deleted on" in answer.content.decode()


def test_the_addresses_of_a_source_that_staff_removed_say_so(root: Client, site: Client) -> None:
    source = Source.objects.create(name="Evening Post", slug="evening-post")
    SourceAlias.objects.create(source=source, name="Post", slug="post")
    root.post(f"/admin/articles/source/{source.pk}/delete/", {"post": "yes"})
    assert not Source.objects.exists()
    assert [site.get(f"/sources/{slug}/").status_code for slug in ("evening-post", "post")] == [410, 410]


def test_the_list_counts_no_further_than_it_needs(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        make_article(f"Article {number}")
    monkeypatch.setattr("articles.admin.bases.COUNT_UP_TO", 2)
    page = editor.get(LIST).content.decode()
    assert "more than 2 articles" in page


def questions(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_list_and_the_form_ask_the_same_number_of_questions_at_30_and_at_300_articles(editor: Client) -> None:
    def more(number: int) -> None:
        for index in range(number):
            tags = ["Harbours", f"Tag {index % 5}"]
            make_article(f"Article {number} {index}", source=f"Source {index % 7}", tags=tags)

    first = loaded_article()
    more(30)
    addresses = [LIST, f"{LIST}?tag={Tag.objects.get(name='Harbours').pk}", f"{LIST}?q=article", edit_address(first),
                 "/admin/articles/tag/", "/admin/articles/source/", "/admin/articles/original/"]  # fmt: skip
    before = [questions(editor, address) for address in addresses]
    more(270)
    for number in range(10):
        make_photo(first, sizes=[(400, 300)], caption=f"Photo {number}")
    for number in range(8):
        Tagging.objects.create(article=first, tag=make_tag(f"More {number}"))
    remember(first)
    assert [questions(editor, address) for address in addresses] == before


# --- Tags and sources. ------------------------------------------------------------------------------------------------


def test_a_renamed_tag_keeps_its_former_name_and_address(editor: Client, site: Client) -> None:
    loaded_article()
    tag = Tag.objects.get(name="Ferries")
    renamed = saved(editor, tag, name="Car ferries", reason="More precise")
    assert renamed.slug == "car-ferries"
    assert list(renamed.aliases.values_list("name", "slug")) == [("Ferries", "ferries")]
    answer = site.get("/tags/ferries/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/tags/car-ferries/")
    assert tag_told(tag.pk) == [("Ferries", "", None), ("Car ferries", "More precise", "nora")]
    back = saved(editor, renamed, name="Ferries")
    assert (back.slug, list(back.aliases.values_list("slug", flat=True))) == ("ferries", ["car-ferries"])


def test_a_chosen_slug_stays_and_the_name_still_leads_to_the_tag(editor: Client) -> None:
    tag = make_tag("Ferries")
    chosen = saved(editor, tag, slug="boats")
    assert (chosen.slug, list(chosen.aliases.values_list("slug", flat=True))) == ("boats", ["ferries"])
    renamed = saved(editor, chosen, name="Vessels")
    assert renamed.slug == "boats"
    assert sorted(renamed.aliases.values_list("slug", flat=True)) == ["ferries", "vessels"]


def test_a_new_tag_gets_its_slug_and_its_other_names_theirs(editor: Client) -> None:
    form = {**form_on(editor, "/admin/articles/tag/add/"), "name": "C++", "aliases-0-name": "Cpp 语言"}
    assert editor.post("/admin/articles/tag/add/", form).status_code == 302
    assert Tag.objects.get(name="C++").slug == "c-plus-plus"
    assert TagAlias.objects.get().slug == "cpp-语言"
    assert tag_told(Tag.objects.get().pk) == [("C++", "", "nora")]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Ports", "“Ports” already has this name."),
        ("havens", "“Havens” is already another name of “Ports”."),
        ("Ferries", "This is its own name."),
    ],
)
def test_another_name_that_is_taken_is_refused_with_words(editor: Client, typed: str, words: str) -> None:
    make_tag("Ports", aliases=["Havens"])
    answer = save(editor, make_tag("Ferries"), **{"aliases-0-name": typed})
    assert words in errors(answer)


def test_another_name_stands_once(editor: Client) -> None:
    values = {"aliases-TOTAL_FORMS": "2", "aliases-0-name": "Boats", "aliases-1-name": "boats", "aliases-1-id": ""}
    assert "This name is listed twice." in errors(save(editor, make_tag("Ferries"), **values))


@pytest.mark.parametrize("typed", ["ports", "Havens"])
def test_a_tag_cannot_take_the_name_of_another(editor: Client, typed: str) -> None:
    make_tag("Ports", aliases=["Havens"])
    answer = save(editor, make_tag("Ferries"), name=typed)
    assert len([error for error in errors(answer) if "already" in error]) == 1
    assert Tag.objects.filter(name="Ferries").exists()


def test_tags_are_found_by_their_other_names(editor: Client) -> None:
    tag = make_tag("Qingdao", aliases=["Tsingtao", "青岛"])
    query = {"app_label": "articles", "model_name": "tagging", "field_name": "tag", "term": "tsing"}
    found = editor.get("/admin/autocomplete/", query).json()["results"]
    assert found == [{"id": str(tag.pk), "text": "Qingdao"}]


def test_a_used_tag_cannot_be_deleted_and_an_unused_one_can(root: Client) -> None:
    withdraw(loaded_article())
    used, unused = Tag.objects.get(name="Ferries"), make_tag("Quays", aliases=["Piers"])
    page = root.get(f"/admin/articles/tag/{used.pk}/delete/").content.decode()
    assert "“Ferries” is in use" in page
    root.post(f"/admin/articles/tag/{used.pk}/delete/", {"post": "yes"})
    both = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"}
    root.post("/admin/articles/tag/", both)
    assert Tag.objects.filter(pk__in=[used.pk, unused.pk]).count() == 2
    root.post("/admin/articles/tag/", {**both, "_selected_action": [unused.pk]})
    assert not Tag.objects.filter(pk=unused.pk).exists()


def test_a_renamed_source_keeps_its_address_and_takes_no_other_ones_name(editor: Client) -> None:
    loaded_article()
    make_source("Evening Post")
    source = saved(editor, Source.objects.get(name="Harbour Daily"), name="The Harbour Daily")
    assert (source.name, source.slug) == ("The Harbour Daily", "harbour-daily")
    assert [error for error in errors(save(editor, source, name="Evening  post")) if "already" in error]


def test_an_editor_adds_a_source_from_the_list(editor: Client, viewer: Client) -> None:
    address = "/admin/articles/source/add/"
    assert f'href="{address}"' in editor.get("/admin/articles/source/").content.decode()
    assert viewer.get(address).status_code == 403
    form = {**form_on(editor, address), "name": "Evening  Post 晚报", "url": "https://example.org/"}
    assert editor.post(address, form).status_code == 302
    assert Source.objects.values_list("name", "slug").get() == ("Evening Post 晚报", "evening-post-晚报")
    assert [error for error in errors(editor.post(address, form)) if "already" in error]


def test_a_source_with_articles_cannot_be_deleted(root: Client) -> None:
    source = loaded_article().source
    assert source is not None
    root.post(f"/admin/articles/source/{source.pk}/delete/", {"post": "yes"})
    assert Source.objects.filter(pk=source.pk).exists()


# --- Originals and loads. ---------------------------------------------------------------------------------------------


def test_an_original_shows_each_line_and_what_became_of_it_and_downloads_as_it_came(viewer: Client) -> None:
    content = b"Ferry <returns>\r\n\r\nPrint Print\r\n"
    ledger = [["headline", "headline"], ["blank", ""], ["boilerplate", "dropped 1"]]
    values = {"ledger": ledger, "boilerplate": ["Print Print"], "name": "ferry.txt:1"}
    original = make_original(make_article(), content=content, **values)
    page = viewer.get(edit_address(original)).content.decode()
    assert re.search(r"<td>1</td><td>Headline</td><td dir=\"auto\">Ferry &lt;returns&gt;</td>", page)
    assert re.search(r"<td>3</td><td>Omitted</td><td dir=\"auto\">Print Print</td>", page)
    answer = viewer.get(reverse("admin:articles_original_download", args=[original.pk]))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ferry.txt_1"'


def test_an_original_without_a_ledger_shows_its_text_and_a_huge_one_only_its_facts(viewer: Client) -> None:
    record = make_original(make_article(), content=b'{"headline": "<Ferry>"}', form="jsonl")
    assert "{&quot;headline&quot;: &quot;&lt;Ferry&gt;&quot;}" in viewer.get(edit_address(record)).content.decode()
    huge = make_original(make_article(), content=b"x" * 600_000)
    page = viewer.get(edit_address(huge)).content.decode()
    assert "Too long to show here" in page
    assert len(page) < 100_000


def test_originals_are_found_by_digest_and_by_key(viewer: Client) -> None:
    article = loaded_article()
    make_original(make_article("Dust"), content=b"other")
    original = article.originals.get()
    for term in (original.digest, original.digest[:9].upper(), article.key):
        assert list(viewer.get("/admin/articles/original/", {"q": term}).context["cl"].result_list) == [original]
    assert Original.objects.count() == 2


def test_a_load_shows_its_counts_and_what_it_refused(viewer: Client) -> None:
    refused = [{"input": f"{number}.txt", "error": f"{number}.txt:1: <no text>"} for number in range(250)]
    counts = {"created": 1200, "updated": 0, "refused": 250}
    load = Load.objects.create(started_at="2024-01-01T00:00Z", counts=counts, refused=refused)
    page = viewer.get(edit_address(load)).content.decode()
    assert "1,200 created, 250 refused" in page
    assert "7.txt:1: &lt;no text&gt;" in page
    assert page.count(" 7.txt") + page.count(">7.txt") == 1
    assert "… and 50 more" in page
    assert "Not finished" in viewer.get("/admin/articles/load/").content.decode()


# --- The pages themselves. --------------------------------------------------------------------------------------------


def test_view_on_site_is_a_relative_link(editor: Client) -> None:
    article = loaded_article()
    page = editor.get(edit_address(article)).content.decode()
    assert f'href="{article.get_absolute_url()}" class="viewsitelink"' in page


def test_staff_pages_have_no_inline_style_or_script(editor: Client) -> None:
    article = loaded_article()
    saved(editor, article, headline="Ferry back")
    history = reverse("admin:articles_article_history", args=[article.pk])
    for address in ("/admin/", LIST, edit_address(article), history, edit_address(article.originals.get())):
        page = editor.get(address).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)[^>]*>", page), address


def test_the_archive_gives_the_admin_its_name(editor: Client, settings: Any) -> None:
    assert f"{settings.ARCHIVE_NAME}: staff" in editor.get("/admin/").content.decode()


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "articles", check=True, dry_run=True, verbosity=0)


def test_staff_pages_can_be_in_another_language(editor: Client) -> None:
    article = loaded_article()
    with translation.override("de"):
        page = editor.get(edit_address(article)).content.decode()
        assert '<html lang="de" dir="ltr"' in page
        assert "Abmelden" in page
        assert page.index('id="id_body"') < page.index('id="photos-group"') < page.index('id="id_tag_ids"')
        assert any("“x” is not a date. Write it as" in error for error in errors(save(editor, article, published="x")))


def test_a_caption_that_says_photo_itself_is_not_headed_photo_twice(editor: Client) -> None:
    article = loaded_article()
    article.photos.update(caption="Photo: The choir on the steps.")
    page = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    heading = re.findall(r"<h3>(.*?)</h3>", page, re.DOTALL)
    assert any("The choir on the steps." in one for one in heading)
    assert not any("Photo: The choir" in one for one in heading)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("kazak", ["Kazakhstan signs", "Talks in Kazakhstan"]),
        ("talk kaz", ["Talks in Kazakhstan"]),
        ("kaz -sig", ["Kazakhstan signs", "Talks in Kazakhstan"]),
        ("signing", ["Kazakhstan signs"]),
        ('"in kaz"', []),
        ("北京", ["北京的港口"]),
        ("ferry", []),
    ],
)
def test_the_search_of_articles_finds_the_beginnings_of_words(editor: Client, term: str, found: list[str]) -> None:
    for headline in ("Kazakhstan signs", "Talks in Kazakhstan", "北京的港口"):
        make_article(headline, body="It was full.", language="zh" if headline > "a" else "en")
    assert sorted(listed(editor, q=term)) == found


def test_a_search_within_a_year_a_tag_or_a_source_looks_beyond_the_newest_that_are_found(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.admin.lists.SEARCHED", 1)
    old = make_article("Ferry built", published="1990-01-02", source="Evening Post", tags=["Yards"])
    make_article("Ferry sold", published="2020-01-02")
    assert listed(editor, q="ferry") == ["Ferry sold"]
    asked = {"year": "1990", "source": str(old.source_id), "tag": str(Tag.objects.get(name="Yards").pk)}
    for name, value in asked.items():
        assert listed(editor, q="ferry", **{name: value}) == ["Ferry built"], name
