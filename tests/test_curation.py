"""Bulk actions and merges of articles, as seen by readers, loads and the history."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import edited_fields
from articles.catalogue.present_ids import tag_names
from articles.editorial.actions import NotDone
from articles.editorial.actions.merge_articles import separate
from articles.editorial.actions.merge_sources import merge_sources
from articles.editorial.actions.merge_tags import merge_tags
from articles.models import Article, ArticleChange, NearDuplicate, Photo, Redirect, Source, Tag, Tagging
from tests.counting import counted_anew, kept_counts
from tests.factories import make_article, make_original, make_photo, make_tag, remember, withdraw
from tests.loading import load_records
from tests.recorded import newest_version, tag_told, username, versions_of
from tests.staff import (
    TAGS,
    ask,
    edit_address,
    errors,
    form_on,
    merge_names,
    merge_tag,
    saved,
    staff,
    told,
    without_links,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"


def act(client: Client, action: str, rows: Iterable[Any], *, address: str = LIST, **asked: Any) -> str:
    """Tick rows, choose an action, answer what it asks; what staff are told then."""
    page = ask(client, action, rows, address)
    assert page.status_code == 200, page
    sent = {"rows": page.context["rows"], "back": page.context["back"], **asked}
    answer = client.post(page.context["address"], sent, follow=True)
    return told(answer) or str(errors(answer))


def count_of(name: str) -> int:
    return Tag.objects.get(name=name).article_count


def answer_of(site: Client, address: str) -> tuple[int, str]:
    answer = site.get(address)
    return answer.status_code, answer.headers.get("Location", "")


def kept_counts_are_right() -> bool:
    """Whether every kept count is what counting would give."""
    return kept_counts() == counted_anew()


# --- Withdrawing. -----------------------------------------------------------------------------------------------------


def test_many_articles_are_withdrawn_with_a_reason_that_readers_see_and_reinstated(
    editor: Client, site: Client
) -> None:
    articles = [make_article(f"Ferry {number}", tags=["Ferries"]) for number in range(3)]
    words = act(editor, "withdraw", articles[:2], withdrawn_reason="A court ordered it.")
    assert words == "2 articles withdrawn."
    page = site.get(articles[0].get_absolute_url())
    assert (page.status_code, "A court ordered it." in page.content.decode()) == (410, True)
    for address in ("/", "/2022/", "/2022/03/04/", "/tags/ferries/", "/sources/harbour-daily/", "/feeds/latest.atom",
                    "/tags/ferries/feed.json", "/sitemap/articles-0.xml"):  # fmt: skip
        shown = site.get(address).content.decode()
        assert ("ferry-2" in shown, "ferry-1" in shown) == (True, False), address
    assert (count_of("Ferries"), kept_counts_are_right()) == (1, True)
    versions = versions_of(articles[0])
    assert [(version.state.article.withdrawn_reason, username(version)) for version in versions] == [
        ("", None), ("A court ordered it.", "nora"),
    ]  # fmt: skip
    assert act(editor, "withdraw", articles, withdrawn_reason="Again") == "1 article withdrawn. 2 others unchanged."
    assert Article.objects.get(pk=articles[0].pk).withdrawn_reason == "A court ordered it."
    assert act(editor, "reinstate", articles, reason="The court changed its mind") == "3 articles reinstated."
    assert site.get(articles[0].get_absolute_url()).status_code == 200
    assert (count_of("Ferries"), kept_counts_are_right()) == (3, True)
    for article in articles:
        reasons = [version.reason for version in versions_of(article)]
        assert reasons[-1] == "The court changed its mind"
        assert reasons.count("The court changed its mind") == 1


# --- Setting a field of many. -----------------------------------------------------------------------------------------


def test_many_articles_get_a_source_that_no_load_takes_away(tmp_path: Path, editor: Client, site: Client) -> None:
    records = [{"id": f"urn:{number}", "headline": f"Ferry {number}", "source": None} for number in range(3)]
    load_records(tmp_path / "exports", *records)
    first, second, third = Article.objects.order_by("headline")
    assert (
        act(editor, "set-source", [first, second], new_source="The Quay", reason="All of it") == "2 articles changed."
    )
    assert "2 articles" in site.get("/sources/the-quay/").content.decode()
    assert act(editor, "set-source", [first, third], source=Source.objects.get().pk) == (
        "1 article changed. 1 other unchanged."
    )
    assert (Source.objects.get().article_count, kept_counts_are_right()) == (3, True)
    version = versions_of(first)[-1]
    assert (version.reason, username(version), len(versions_of(first))) == ("All of it", "nora", 2)
    changes = ArticleChange.objects.filter(change__reason="All of it")
    assert sorted(change.article_id for change in changes) == [first.pk, second.pk]
    assert changes.values("change").distinct().count() == 1
    load_records(tmp_path / "exports", *({**record, "source": "Another", "deck": "New"} for record in records))
    assert set(Article.objects.values_list("source__name", "deck")) == {("The Quay", "New")}


@pytest.mark.parametrize(("field", "value", "other"), [("language", "pt-BR", "fr"), ("section", "City & Port", "News")])
def test_many_articles_get_a_language_or_a_section_that_no_load_takes_away(
    tmp_path: Path, editor: Client, field: str, value: str, other: str
) -> None:
    records = [{"id": f"urn:{number}", "headline": f"Ferry {number}", field: "de"} for number in range(3)]
    load_records(tmp_path / "exports", *records)
    page = ask(editor, f"set-{field}", Article.objects.all()[:1], select_across="1")
    assert "3 articles" in page.content.decode()
    sent = {"rows": page.context["rows"], "back": "", field: value, "reason": ""}
    assert told(editor.post(page.context["address"], sent, follow=True)) == "3 articles changed."
    load_records(tmp_path / "exports", *({**record, field: other} for record in records))
    assert set(Article.objects.values_list(field, flat=True)) == {value}
    assert act(editor, f"set-{field}", Article.objects.all(), **{field: ""}) == "3 articles changed."
    assert set(Article.objects.values_list(field, flat=True)) == {""}


@pytest.mark.parametrize(
    ("action", "asked", "said"),
    [
        ("set-language", {"language": "English!"}, "Not a language tag"),
        ("set-source", {}, "Choose one source."),
        ("set-source", {"source": "x"}, "Select a valid choice"),
        ("set-source", {"new_source": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_cannot_be_a_value_is_refused(editor: Client, action: str, asked: dict[str, str], said: str) -> None:
    assert said in act(editor, action, [make_article(source=None)], **asked)


def test_a_new_source_is_not_made_without_leave_or_twice(client: Client, editor: Client) -> None:
    make_article("Daily")
    article = make_article("Nameless", source=None)
    assert act(editor, "set-source", [article], new_source="harbour daily") == "1 article changed."
    assert Source.objects.get().article_count == 2
    user = staff("nils")
    user.user_permissions.set(_permissions("change_article", "view_article"))
    client.force_login(user)
    assert "Choose one source" in act(client, "set-source", [article], new_source="Another")


def test_articles_without_source_or_date_are_found_in_the_list(editor: Client) -> None:
    make_article("Sourced and dated")
    make_article("Nameless", source=None)
    make_article("Undated", published="")
    page = editor.get(LIST).content.decode()
    for words, address, headline in (
        ("Source not named (1)", "?source=none", "Nameless"),
        ("No date (1)", "?year=undated", "Undated"),
    ):
        assert f'<a href="{address}">{words}</a>' in re.sub(r">\s+|\s+<", lambda found: found[0].strip(), page)
        found = editor.get(LIST + address).context["cl"].result_list
        assert [article.headline for article in found] == [headline]
    assert [row.headline for row in editor.get(f"{LIST}?source=none&q=name").context["cl"].result_list] == ["Nameless"]


def test_a_withdrawal_of_many_says_why(editor: Client) -> None:
    article = make_article()
    assert "Give a reason" in act(editor, "withdraw", [article], withdrawn_reason="")
    assert Article.objects.published().count() == 1


def test_what_its_source_withdrew_is_not_reinstated_with_a_crowd(editor: Client) -> None:
    ours = withdraw(make_article("Ours"))
    theirs = withdraw(make_article("Theirs"), "an error", by="source")
    assert act(editor, "reinstate", [ours, theirs]) == "1 article reinstated. 1 other unchanged."
    assert [article.headline for article in Article.objects.published()] == ["Ours"]


@pytest.mark.parametrize("changes", [{}, {"headline": "Ferry is back"}, {"tags": ["Ferries"]}])
@pytest.mark.parametrize("options", [{}, {"take_source": True}])
def test_no_load_brings_back_what_staff_withdrew(
    tmp_path: Path, editor: Client, changes: dict[str, Any], options: dict[str, Any]
) -> None:
    load_records(tmp_path / "exports", {})
    act(editor, "withdraw", [Article.objects.get()], withdrawn_reason="A court ordered it.")
    load_records(tmp_path / "exports", changes, **options)
    article = Article.objects.get()
    assert (article.withdrawn_at is not None, article.withdrawn_reason) == (True, "A court ordered it.")
    assert (count_of("Ferries"), kept_counts_are_right()) == (0, True)


def test_without_leave_to_withdraw_an_editor_sees_the_reason_and_edits_the_rest(client: Client) -> None:
    user = staff("nils")
    user.user_permissions.set(_permissions("change_article", "view_article", "view_photo", "view_tagging"))
    client.force_login(user)
    article = withdraw(make_article())
    form = form_on(client, edit_address(article))
    assert "withdrawn" not in form
    assert "withdrawn_reason" not in form
    assert "The publisher asked for it." in client.get(edit_address(article)).content.decode()
    changed = saved(client, article, headline="Ferry back", withdrawn_reason="x")
    assert (changed.headline, changed.withdrawn_reason) == ("Ferry back", "The publisher asked for it.")
    assert changed.withdrawn_at == article.withdrawn_at
    assert "withdraw" not in client.get(LIST).content.decode().partition('name="action"')[2].partition("</select>")[0]
    assert client.post(f"{LIST}withdraw/", {"rows": str(article.pk), "withdrawn_reason": "x"}).status_code == 403


def _permissions(*names: str) -> Any:
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(content_type__app_label="articles", codename__in=names)


# --- Tagging. ---------------------------------------------------------------------------------------------------------


def names_on(article: Article) -> list[str]:
    return sorted(article.tags.values_list("name", flat=True))


def test_many_articles_are_tagged_at_once_also_with_new_tags(editor: Client, site: Client) -> None:
    articles = [make_article(f"Ferry {number}", tags=["Ferries"] if number else []) for number in range(3)]
    gone = withdraw(make_article("Gone"))
    make_tag("Quays", aliases=["Wharves"])
    words = act(
        editor, "tag", [*articles, gone], tags=[Tag.objects.get(name="Ferries").pk], new_tags="wharves\nIsland  life",
        reason="A series",
    )  # fmt: skip
    assert words == "4 articles tagged “Ferries”, “Quays” and “Island life”."
    assert all(names_on(article) == ["Ferries", "Island life", "Quays"] for article in [*articles, gone])
    assert (count_of("Ferries"), count_of("Quays"), count_of("Island life")) == (3, 3, 3)
    assert kept_counts_are_right()
    assert "Ferry 1" in site.get("/tags/island-life/").content.decode()
    for article, added in ((articles[0], 3), (articles[1], 2), (articles[2], 2), (gone, 3)):
        newest = newest_version(article)
        assert newest.before is not None
        assert len(newest.state.tags.keys() - newest.before.tags.keys()) == added
        assert (newest.reason, username(newest)) == ("A series", "nora")
    assert tag_told(Tag.objects.get(name="Island life").pk) == [("Island life", "A series", "nora")]
    assert set(Tagging.objects.filter(tag__name="Quays").values_list("origin", "archive_date")) == {
        ("staff", articles[0].archive_date)
    }
    page = editor.get(reverse("admin:articles_article_history", args=[articles[0].pk])).content.decode()
    assert "Island life" in page
    assert "A series" in page


def test_tags_are_taken_from_many_articles_and_the_history_says_so(editor: Client) -> None:
    articles = [make_article(f"Ferry {number}", tags=["Ferries", "Harbours"]) for number in range(2)]
    other = make_article("Other")
    ferries = Tag.objects.get(name="Ferries")
    words = act(editor, "untag", [*articles, other], tags=[ferries.pk], reason="Not about ferries")
    assert words == "“Ferries” removed from 2 articles. 1 other unchanged."
    assert names_on(articles[0]) == ["Harbours"]
    assert (count_of("Ferries"), kept_counts_are_right()) == (0, True)
    versions = versions_of(articles[0])
    assert [ferries.pk in version.state.tags for version in versions] == [True, False]
    assert (versions[-1].reason, username(versions[-1])) == ("Not about ferries", "nora")
    page = editor.get(reverse("admin:articles_article_history", args=[articles[0].pk])).content.decode()
    assert "Ferries" in page
    assert "Not about ferries" in page


def test_a_load_keeps_what_was_tagged_and_untagged_by_the_hundred(tmp_path: Path, editor: Client) -> None:
    load_records(tmp_path / "exports", {})
    article = Article.objects.get()
    before = article.as_loaded
    act(editor, "untag", [article], tags=[Tag.objects.get(name="Ferries").pk])
    act(editor, "tag", [article], new_tags="Islands")
    now = Article.objects.get()
    assert (now.as_loaded, edited_fields(now)) == (before, ["tags"])
    load_records(tmp_path / "exports", {"section": "Sea", "tags": ["Ferries", "Harbours", "Boats"]})
    assert names_on(article) == ["Boats", "Harbours", "Islands"]
    assert kept_counts_are_right()


def test_all_that_a_filter_leaves_is_tagged_and_the_filter_stays(editor: Client) -> None:
    for number in range(60):
        make_article(f"Ferry {number}", source="Coast News" if number % 2 else "Harbour Daily")
    source = Source.objects.get(name="Coast News")
    address = f"{LIST}?source={source.pk}"
    page = ask(editor, "tag", Article.objects.filter(source=source)[:1], address, select_across="1")
    assert page.context["count"] == "30 articles"
    assert "… and 10 more" in page.content.decode()
    sent = {"rows": page.context["rows"], "back": page.context["back"], "new_tags": "Coast"}
    answer = editor.post(page.context["address"], sent)
    assert answer.headers["Location"] == address
    assert set(Tag.objects.get(name="Coast").articles.values_list("source__name", flat=True)) == {"Coast News"}
    assert count_of("Coast") == 30


def test_more_than_a_list_selects_is_refused_with_words(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [make_article(f"Ferry {number}") for number in range(4)]
    monkeypatch.setattr("articles.admin.bases.COUNT_UP_TO", 3)
    answer = ask(editor, "tag", articles[:1], select_across="1")
    assert "Too many: at most 3 at once. Narrow the list first." in told(editor.get(answer.headers["Location"]))


def test_tagging_asks_the_same_number_of_questions_for_ten_and_for_a_hundred(editor: Client) -> None:
    articles = [make_article(f"Ferry {number}", tags=["Harbours"]) for number in range(110)]
    tag = make_tag("Ferries")

    def questions(action: str, rows: list[Article]) -> int:
        sent = {"rows": ",".join(str(row.pk) for row in rows), "tags": [tag.pk]}
        with CaptureQueriesContext(connection) as captured:
            assert editor.post(f"{LIST}{action}/", sent).status_code == 302
        return len(captured)

    for action in ("tag", "untag"):
        few, many = questions(action, articles[:10]), questions(action, articles[10:])
        assert many <= few + 2, action


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a tag."),
        ({"tags": ["x"]}, "That choice is not in the archive"),
        ({"tags": ["9" * 30]}, "That choice is not in the archive"),
        ({"new_tags": "a" * 201}, "at most 200"),
    ],
)
def test_what_is_no_tag_is_refused_with_words(editor: Client, sent: dict[str, Any], words: str) -> None:
    assert words in act(editor, "tag", [make_article()], **sent)
    assert not Tagging.objects.exists()


def test_those_who_may_not_make_tags_choose_among_those_there_are(client: Client) -> None:
    user = staff("nils")
    user.user_permissions.set(_permissions("change_article", "view_article", "add_tagging", "view_tag"))
    client.force_login(user)
    article = make_article()
    assert "new_tags" not in ask(client, "tag", [article]).context["form"].fields
    act(client, "tag", [article], tags=[make_tag("Ferries").pk], new_tags="Made up")
    assert names_on(article) == ["Ferries"]


# --- Merging two articles. --------------------------------------------------------------------------------------------


def merge_page(one: Article, other: Article) -> str:
    return reverse("admin:articles_article_merge", args=[one.pk, other.pk])


def merged(client: Client, loser: Article, winner: Article, **sent: Any) -> Any:
    answer = client.post(merge_page(winner, loser), {"stays": winner.pk, **sent}, follow=True)
    assert answer.redirect_chain, errors(answer)
    return answer


def pair(**values: Any) -> tuple[Article, Article]:
    loser = make_article("Ferry back", tags=["Ferries", "Islands"], source="Coast News", **values)
    return loser, make_article("Ferry returns", tags=["Ferries", "Harbours"])


def test_each_address_of_a_merged_article_leads_to_the_one_that_stays(archivist: Client, site: Client) -> None:
    loser, winner = pair()
    old = loser.get_absolute_url()
    loser = saved(archivist, loser, slug="ferry-is-back")
    merged(archivist, loser, winner, tags=[])
    path, there = loser.get_absolute_url(), winner.get_absolute_url()
    for ending in ("", "article.json", "article.md", "article.bib", "account/"):
        assert answer_of(site, f"{path}{ending}") == (301, f"{there}{ending}")
        assert answer_of(site, f"{old}{ending}") == (301, f"{there}{ending}")
    assert answer_of(site, loser.short_url) == (301, there)
    assert answer_of(site, path.replace("ferry", "Ferry")) == (301, there)
    assert site.get(there).status_code == 200
    for address in ("/", "/2022/03/04/", "/tags/ferries/", "/feeds/latest.json", "/sitemap/articles-0.xml"):
        assert loser.slug not in site.get(address).content.decode(), address
    assert site.get("/sources/coast-news/").status_code == 410
    assert (count_of("Ferries"), kept_counts_are_right()) == (1, True)


def test_versions_and_originals_of_a_merged_article_keep_their_addresses(archivist: Client, site: Client) -> None:
    loser, winner = pair(body="Fog came in.")
    make_original(loser, b"Fog came in.")
    make_photo(loser, caption="A gull.", sizes=[(400, 300)])
    old = loser.get_absolute_url()
    loser = saved(archivist, loser, slug="ferry-is-back", deck="A deck")
    merged(archivist, loser, winner)
    path, there = loser.get_absolute_url(), winner.get_absolute_url()
    for ending in ("history/", "history/1/", "history/2/changes/", "history/3/"):
        page = site.get(f"{path}{ending}").content.decode()
        assert f'This article was merged into <a href="{there}">“<bdi>Ferry returns</bdi>”</a>.' in page
        assert '<meta name="robots" content="noindex">' in page
        assert "(current)" not in page
        assert answer_of(site, f"{old}{ending}") == (301, f"{path}{ending}")
    page = site.get(f"{path}history/1/").content.decode()
    assert ("Fog came in." in page, "A gull." in page, "renditions/" in page) == (True, True, False)
    digest = loser.originals.get().digest[:12]
    for ending in ("original", f"original/{digest}"):
        assert site.get(f"{path}{ending}").content == b"Fog came in."
    withdraw(winner)
    for ending in ("history/", "history/1/", "original", f"original/{digest}"):
        assert answer_of(site, f"{path}{ending}") == (301, there)
    assert site.get(there).status_code == 410


def test_undated_articles_and_other_scripts_lead_on_too(archivist: Client, site: Client) -> None:
    loser, winner = make_article("渡轮回来", published=""), make_article("渡轮")
    merged(archivist, loser, winner)
    for ending in ("", "article.txt", "account/"):
        answer = answer_of(site, f"{loser.get_absolute_url()}{ending}")
        assert answer == (301, f"{winner.get_absolute_url()}{ending}")


def test_the_one_that_stays_takes_over_the_tags_and_photos_that_are_chosen(archivist: Client, site: Client) -> None:
    loser, winner = pair(body="Fog came in.\n\nThe ferry sailed at nine.")
    make_photo(winner, caption="The ferry.")
    first = make_photo(loser, caption="A gull.", sizes=[(400, 300), (800, 600)], position=2)
    make_photo(loser, caption="A crane.")
    islands = Tag.objects.get(name="Islands")
    merged(
        archivist, loser, winner, reason="The same text",
        **{f"tags_{loser.pk}": [islands.pk], f"photos_{loser.pk}": [first.pk]},
    )  # fmt: skip
    assert names_on(winner) == ["Ferries", "Harbours", "Islands"]
    taken = winner.photos.get(caption="A gull.")
    assert (taken.number, taken.position, taken.loaded_number) == (2, 1, 0)
    assert list(taken.renditions.values_list("file", "width_px")) == list(
        first.renditions.values_list("file", "width_px")
    )
    assert (loser.photos.count(), first.renditions.count()) == (2, 2)
    assert (Article.objects.get(pk=winner.pk).photo_count, kept_counts_are_right()) == (2, True)
    page = site.get(winner.get_absolute_url()).content.decode()
    assert "A gull." in page
    assert "A crane." not in page
    assert newest_version(loser).reason == "Merged into “Ferry returns” (4 March 2022): The same text"
    assert newest_version(winner).reason == "“Ferry back” (4 March 2022) merged into it: The same text"
    history = archivist.get(reverse("admin:articles_article_history", args=[loser.pk])).content.decode()
    assert "Ferry returns" in history


def test_the_merge_page_shows_both_texts_with_the_other_s_tags_ticked_and_photos_not(archivist: Client) -> None:
    loser, winner = pair()
    photo = make_photo(loser, caption="A <gull>.", sizes=[(400, 300)])
    page = archivist.get(merge_page(winner, loser)).content.decode()
    assert "The ferry sailed at nine." in page
    form = form_on(archivist, merge_page(winner, loser))
    assert form[f"tags_{loser.pk}"] == str(Tag.objects.get(name="Islands").pk)
    assert f"photos_{loser.pk}" not in form
    assert form["stays"] == str(winner.pk)
    assert f'name="photos_{loser.pk}" value="{photo.pk}"' in page
    assert photo.renditions.get().url in page
    assert "A &lt;gull&gt;. Mei Tanaka" in page


def test_a_tag_that_staff_removed_from_one_is_offered_and_not_ticked(tmp_path: Path, archivist: Client) -> None:
    other = {"id": "urn:coast:9", "headline": "Ferry comes home", "tags": ["Ferries", "Islands"]}
    load_records(tmp_path / "exports", {"tags": ["Ferries"]}, other)
    winner, loser = Article.objects.order_by("pk")
    Tagging.objects.get(article=winner, tag__name="Ferries").delete()
    assert form_on(archivist, merge_page(winner, loser))[f"tags_{loser.pk}"] == str(Tag.objects.get(name="Islands").pk)
    assert "Ferries (removed there by staff)" in archivist.get(merge_page(winner, loser)).content.decode()


def test_two_ticked_articles_lead_to_the_merge_page_and_other_numbers_are_told(archivist: Client) -> None:
    loser, winner = pair()
    third = make_article("Third")
    answer = ask(archivist, "merge", [winner, loser])
    assert (answer.status_code, answer.headers["Location"]) == (302, merge_page(*sorted([loser, winner], key=_pk)))
    answer = ask(archivist, "merge", [winner, loser, third])
    assert "Select exactly two articles" in told(archivist.get(answer.headers["Location"]))


def _pk(article: Article) -> int:
    return article.pk


def test_a_chain_of_merges_is_one_redirect_and_never_a_circle(archivist: Client, site: Client) -> None:
    one, two, three = (make_article(f"Ferry {number}") for number in range(3))
    merged(archivist, one, two)
    merged(archivist, two, three)
    assert answer_of(site, one.get_absolute_url()) == (301, three.get_absolute_url())
    assert answer_of(site, one.short_url) == (301, three.get_absolute_url())
    answer = archivist.post(merge_page(three, one), {"stays": one.pk}, follow=True)
    assert "is already merged into another article" in told(answer)
    assert Article.objects.get(pk=three.pk).merged_into is None
    archivist.post(reverse("admin:articles_article_separate", args=[two.pk]))
    assert answer_of(site, one.get_absolute_url()) == (301, two.get_absolute_url())


@pytest.mark.parametrize("which", ["withdrawn", "itself", "nothing"])
def test_what_cannot_be_merged_is_told(archivist: Client, which: str) -> None:
    loser, winner = pair()
    if which == "nothing":
        assert archivist.get(f"{LIST}merge/{winner.pk}/999999/").status_code == 404
        return
    other = withdraw(loser) if which == "withdrawn" else winner
    words = {"withdrawn": "is withdrawn. Reinstate it before", "itself": "cannot be merged with itself"}[which]
    assert words in told(archivist.get(merge_page(winner, other), follow=True))
    assert words in told(archivist.post(merge_page(winner, other), {"stays": winner.pk}, follow=True))


@pytest.mark.parametrize("options", [{}, {"take_source": True}])
@pytest.mark.parametrize("changes", [{}, {"headline": "Ferry is back", "tags": ["Boats"]}])
def test_loads_of_a_merged_article_stay_its_own_and_change_nothing_live(
    tmp_path: Path, archivist: Client, site: Client, options: dict[str, Any], changes: dict[str, Any]
) -> None:
    other = {"id": "urn:coast:9", "headline": "Ferry comes home", "source": "Coast News", "tags": ["Islands"]}
    load_records(tmp_path / "exports", {}, other)
    winner, loser = Article.objects.order_by("pk")
    merged(archivist, loser, winner)
    before = site.get(winner.get_absolute_url()).content
    run = load_records(tmp_path / "exports", {}, {**other, **changes}, **options)
    outcomes = [line["outcome"] for line in run.report]
    assert outcomes == ["unchanged", "updated" if changes else "unchanged"]
    assert Article.objects.count() == 2
    now = Article.objects.get(pk=loser.pk)
    assert (now.merged_into, now.headline) == (winner, changes.get("headline", "Ferry comes home"))
    assert site.get(winner.get_absolute_url()).content == before
    assert answer_of(site, now.get_absolute_url()) == (301, winner.get_absolute_url())
    assert kept_counts_are_right()


def test_a_load_of_the_one_that_stays_keeps_what_it_took_over(tmp_path: Path, archivist: Client) -> None:
    photo = {"src": "gull.jpg", "caption": "A gull.", "position": 1}
    other = {"id": "urn:coast:9", "headline": "Ferry comes home", "tags": ["Islands"], "photos": [photo]}
    load_records(tmp_path / "exports", {}, other)
    winner, loser = Article.objects.order_by("pk")
    islands = Tag.objects.get(name="Islands")
    taken = {f"tags_{loser.pk}": [islands.pk], f"photos_{loser.pk}": [loser.photos.get().pk]}
    merged(archivist, loser, winner, **taken)
    crane = {"src": "crane.jpg", "caption": "A crane.", "position": 0}
    load_records(tmp_path / "exports", {"tags": ["Ferries"], "photos": [crane]}, other)
    assert names_on(winner) == ["Ferries", "Islands"]
    assert sorted(winner.photos.values_list("caption", flat=True)) == ["A crane.", "A gull."]
    assert Photo.objects.filter(article=loser).count() == 1


def test_a_merge_is_undone_and_the_other_stands_as_it_was(archivist: Client, site: Client) -> None:
    loser, winner = pair()
    merged(archivist, loser, winner, **{f"tags_{loser.pk}": [Tag.objects.get(name="Islands").pk]})
    page = archivist.get(edit_address(loser)).content.decode()
    address = reverse("admin:articles_article_separate", args=[loser.pk])
    assert f'href="{address}"' in page
    assert 'name="withdrawn"' not in page
    assert "Merged into" in page
    assert f'href="{edit_address(loser)}"' in archivist.get(edit_address(winner)).content.decode()
    assert "stay there" in archivist.get(address).content.decode()
    answer = archivist.post(address, {"reason": "Not the same"}, follow=True)
    assert "is a separate article again. “Ferry returns” keeps the tags and photos it took over." in told(answer)
    now = Article.objects.get(pk=loser.pk)
    assert (now.withdrawn_at, now.withdrawn_reason, now.merged_into) == (None, "", None)
    assert site.get(loser.get_absolute_url()).status_code == 200
    assert names_on(winner) == ["Ferries", "Harbours", "Islands"]
    assert kept_counts_are_right()
    assert newest_version(loser).reason == "Separated from “Ferry returns” (4 March 2022): Not the same"
    saved(archivist, now, withdrawn="on", withdrawn_reason="The paper asked for it.")
    assert newest_version(winner).reason == "another article separated from it: Not the same"
    assert "is not merged into another article" in told(archivist.get(address, follow=True))


def test_what_its_source_took_back_meanwhile_is_withdrawn_when_it_is_separated(
    tmp_path: Path, archivist: Client
) -> None:
    winner = make_article("Ferry comes home")
    load_records(tmp_path / "exports", {})
    loser = Article.objects.get(headline="Ferry returns")
    merged(archivist, loser, winner)
    Article.objects.filter(pk=loser.pk).update(withdrawn_by="source", withdrawn_reason="an error")
    archivist.post(reverse("admin:articles_article_separate", args=[loser.pk]))
    now = Article.objects.get(pk=loser.pk)
    assert (now.merged_into, now.withdrawn_at is not None) == (None, True)


def test_the_pair_of_a_merge_is_decided_and_open_again_when_it_is_undone(archivist: Client) -> None:
    loser, winner = pair()
    found = NearDuplicate.objects.create(
        article=max(loser, winner, key=_pk), other=min(loser, winner, key=_pk), likeness_percent=80,
        found_at="2024-01-01T00:00Z",
    )  # fmt: skip
    page = f"/admin/articles/nearduplicate/{found.pk}/change/"
    assert merge_page(found.other, found.article) in archivist.get(page).content.decode()
    merged(archivist, loser, winner)
    found.refresh_from_db()
    assert (found.decided, found.decided_by.username) == ("merged", "ada")
    pairs = "/admin/articles/nearduplicate/"
    assert "Ferry back" not in archivist.get(pairs).content.decode()
    assert "Ferry back" in archivist.get(f"{pairs}?decided=merged").content.decode()
    archivist.post(f"{pairs}?decided=merged", {"action": "reopen", "_selected_action": [found.pk]})
    archivist.post(page, {"decided": "open"})
    found.refresh_from_db()
    assert found.decided == "merged", "only separating them takes it back"
    archivist.post(reverse("admin:articles_article_separate", args=[loser.pk]))
    found.refresh_from_db()
    assert (found.decided, found.decided_by) == ("open", None)


def test_a_merged_article_can_still_be_corrected_and_stays_merged(archivist: Client) -> None:
    loser, winner = pair()
    merged(archivist, loser, winner)
    changed = saved(archivist, loser, headline="Ferry at last", withdrawn="", withdrawn_reason="")
    assert (changed.headline, changed.merged_into) == ("Ferry at last", winner)
    assert changed.withdrawn_at is not None
    assert act(archivist, "reinstate", [loser]) == "0 articles reinstated. 1 other unchanged."


# --- Merging tags. ----------------------------------------------------------------------------------------------------


def test_a_merged_tag_s_articles_names_and_addresses_go_to_the_other(archivist: Client, site: Client) -> None:
    both = make_article("Both", tags=["Boats", "Ferries"])
    one = make_article("One", tags=["Boats", "Harbours"])
    withdraw(make_article("Gone", tags=["Boats"]))
    make_tag("Boats", aliases=["Vessels"])
    former = Tag.objects.get(name="Boats").pk
    words = merge_tag(archivist, "Boats", "Ferries", reason="One thing")
    assert words == "“Boats” merged into “Ferries”, with 3 articles."
    assert (count_of("Ferries"), kept_counts_are_right()) == (2, True)
    assert (names_on(both), names_on(one)) == (["Ferries"], ["Ferries", "Harbours"])
    tag = Tag.objects.get(name="Ferries")
    assert sorted(tag.aliases.values_list("slug", flat=True)) == ["boats", "vessels"]
    assert list(tag.former.values_list("former_id", flat=True)) == [former]
    assert tag_names([former]) == {former: "Boats"}
    for name in ("boats", "vessels", "BOATS"):
        assert answer_of(site, f"/tags/{name}/") == (301, "/tags/ferries/")
    assert answer_of(site, "/tags/boats/?before=x") == (301, "/tags/ferries/?before=x")
    for form in ("atom", "rss", "json"):
        assert answer_of(site, f"/tags/boats/feed.{form}") == (301, f"/tags/ferries/feed.{form}")
        assert site.get(f"/tags/ferries/feed.{form}").status_code == 200
    assert answer_of(site, "/tags/boats+harbours/") == (301, "/tags/ferries+harbours/")
    assert answer_of(site, "/tags/boats+ferries/") == (301, "/tags/ferries/")
    assert "Boats" in site.get("/tags/ferries/").content.decode()


def test_the_histories_of_a_merged_tag_and_its_articles_are_told_by_its_name(archivist: Client) -> None:
    both, one = make_article("Both", tags=["Boats", "Ferries"]), make_article("One", tags=["Boats"])
    former = Tag.objects.get(name="Boats").pk
    for article in (one, both):
        saved(archivist, article, deck="A deck")
    merge_tag(archivist, "Boats", "Ferries", reason="One thing")
    reason = "Tag “Boats” merged into “Ferries”: One thing"
    assert tag_told(former)[-1] == ("", reason, "ada")
    page = archivist.get(reverse("admin:articles_tag_history", args=[Tag.objects.get(name="Ferries").pk]))
    assert "“Boats” merged into it: One thing" in page.content.decode()
    for article in (one, both):
        page = archivist.get(reverse("admin:articles_article_history", args=[article.pk])).content.decode()
        assert reason in page
        assert "ada" in page


@pytest.mark.parametrize("options", [{}, {"take_source": True}])
@pytest.mark.parametrize("section", [None, "Sea"])
def test_loads_after_a_merge_use_the_other_tag_and_find_nothing_changed(
    tmp_path: Path, archivist: Client, options: dict[str, Any], section: str | None
) -> None:
    load_records(tmp_path / "exports", {})
    make_tag("Boats")
    merge_tag(archivist, "Ferries", "Boats")
    article = Article.objects.get()
    assert edited_fields(article) == []
    run = load_records(tmp_path / "exports", {"section": section} if section else {}, **options)
    assert run.report[0]["outcome"] == ("updated" if section else "unchanged")
    assert set(run.report[0]["changes"]) == ({"section"} if section else set())
    assert names_on(article) == ["Boats", "Harbours"]
    assert not Tag.objects.filter(name="Ferries").exists()
    other = {"id": "urn:harbour:2", "headline": "Another", "tags": ["Ferries"]}
    load_records(tmp_path / "exports", {}, other)
    assert names_on(Article.objects.get(headline="Another")) == ["Boats"]
    assert kept_counts_are_right()


def test_a_tag_that_staff_removed_does_not_come_back_as_the_one_it_was_merged_into(
    tmp_path: Path, archivist: Client
) -> None:
    load_records(tmp_path / "exports", {})
    article = Article.objects.get()
    act(archivist, "untag", [article], tags=[Tag.objects.get(name="Ferries").pk])
    make_tag("Boats")
    merge_tag(archivist, "Ferries", "Boats")
    for tags in (["Ferries", "Harbours", "Quays"], ["Boats", "Harbours", "Quays"], ["Harbours"], ["Ferries", "Quays"]):
        load_records(tmp_path / "exports", {"tags": tags})
        assert "Boats" not in names_on(article), tags


def test_a_tag_that_is_merged_twice_leads_to_the_last(tmp_path: Path, archivist: Client, site: Client) -> None:
    load_records(tmp_path / "exports", {})
    make_tag("Boats")
    make_tag("Vessels")
    merge_tag(archivist, "Ferries", "Boats")
    merge_tag(archivist, "Boats", "Vessels")
    assert edited_fields(Article.objects.get()) == []
    assert answer_of(site, "/tags/ferries/") == answer_of(site, "/tags/boats/") == (301, "/tags/vessels/")
    assert load_records(tmp_path / "exports", {"section": "Sea"}).report[0]["conflicts"] == []
    assert names_on(Article.objects.get()) == ["Harbours", "Vessels"]


def test_staff_s_word_outlives_the_merge_of_their_tag(tmp_path: Path, archivist: Client) -> None:
    load_records(tmp_path / "exports", {})
    article = Article.objects.get()
    act(archivist, "tag", [article], new_tags="Boats")
    merge_tag(archivist, "Boats", "Ferries")
    assert Tagging.objects.get(article=article, tag__name="Ferries").origin == "staff"
    load_records(tmp_path / "exports", {"tags": ["Harbours"]})
    assert names_on(article) == ["Ferries", "Harbours"]


def test_several_tags_are_merged_at_once_and_one_not_into_itself(archivist: Client) -> None:
    for number, name in enumerate(["Boats", "Vessels", "Ferries"]):
        make_article(f"Ferry {number}", tags=[name])
    tags = list(Tag.objects.order_by("name"))
    words = told(merge_names(archivist, tags, Tag.objects.get(name="Ferries")))
    assert without_links(words) == "“Boats” and “Vessels” merged into “Ferries”, with 2 articles."
    assert re.findall(">(Undo .*?)<", words) == ["Undo the merge of “Boats”", "Undo the merge of “Vessels”"]
    assert (Tag.objects.get().name, count_of("Ferries"), kept_counts_are_right()) == ("Ferries", 3, True)
    tag = Tag.objects.get()
    assert "Add the tag to merge it with." in str(errors(merge_names(archivist, [tag], tag)))


def test_the_page_of_a_tag_leads_to_its_merging(archivist: Client, editor: Client) -> None:
    tag = make_tag("Boats")
    address = f"{TAGS}merge/?rows={tag.pk}"
    assert f'href="{address}"' in archivist.get(edit_address(tag)).content.decode()
    assert "Boats" in archivist.get(address).content.decode()
    assert "Merge…" not in editor.get(edit_address(tag)).content.decode()
    assert editor.get(address).status_code == 403
    assert Tag.objects.exists()


def test_thousands_of_taggings_move_in_a_few_steps() -> None:
    tags = [make_tag("Boats"), make_tag("Ferries")]
    Article.objects.bulk_create(
        [Article(key=f"k{number:09}", slug=f"s-{number}", headline=f"Ferry {number}") for number in range(2_500)]
    )
    ids = list(Article.objects.values_list("pk", flat=True))
    Tagging.objects.bulk_create([Tagging(tag=tags[0], article_id=pk) for pk in ids])
    Tagging.objects.bulk_create([Tagging(tag=tags[1], article_id=pk) for pk in ids[:100]])
    Tag.objects.filter(name="Boats").update(article_count=2_500)
    Tag.objects.filter(name="Ferries").update(article_count=100)
    with CaptureQueriesContext(connection) as captured:
        merge_tags(tags[:1], tags[1], Stamp.now(None, ""))
    assert count_of("Ferries") == Tagging.objects.count() == 2_500
    assert len(captured) <= 50


@pytest.mark.parametrize(("model", "merge_all"), [(Tag, merge_tags), (Source, merge_sources)])
def test_of_two_merges_at_once_in_opposite_directions_one_is_told(model: Any, merge_all: Any) -> None:
    make_article(source="Ferry Post", tags=["Ferries"])
    make_article("Fog", source="Boat Post", tags=["Boats"])
    one, other = model.objects.order_by("pk")
    merge_all([one], other, Stamp.now(None, ""))
    with pytest.raises(NotDone, match=f"“{one}” has since been merged or removed"):
        merge_all([other], one, Stamp.now(None, ""))
    assert model.objects.get().article_count == 2


def test_of_two_who_undo_a_merge_at_once_one_is_told(archivist: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    loser, winner = pair()
    merged(archivist, loser, winner)
    address = reverse("admin:articles_article_separate", args=[loser.pk])

    def overtaken(article: Article, user: object, reason: str) -> None:
        separate(article, None, "")
        separate(article, user, reason)

    monkeypatch.setattr("articles.admin.merge_articles.separate", overtaken)
    assert "is not merged into another article" in told(archivist.post(address, follow=True))


@pytest.mark.parametrize("pk", ["9" * 25, "9" * 19, "0"])
def test_an_address_with_a_number_that_no_article_has_is_not_found(archivist: Client, pk: str) -> None:
    article = make_article()
    assert archivist.get(f"{LIST}merge/{pk}/{article.pk}/").status_code == 404
    assert archivist.get(f"{LIST}{pk}/separate/").status_code == 404


@pytest.mark.parametrize("pk", ["9" * 25, "None", "\0"])
@pytest.mark.parametrize(("rows", "action"), [("article", "withdraw"), ("tag", "merge"), ("conflict", "keep_ours")])
def test_what_is_ticked_by_no_number_is_not_ticked(root: Client, rows: str, action: str, pk: str) -> None:
    ticked = {"action": action, "_selected_action": [pk], "index": "0"}
    assert "must be selected" in told(root.post(f"/admin/articles/{rows}/", ticked, follow=True))


# --- Names of tags and sources. ---------------------------------------------------------------------------------------


def test_the_address_of_a_name_that_a_tag_lost_still_leads_to_it_and_loads_do_not(
    tmp_path: Path, editor: Client, site: Client
) -> None:
    make_article(tags=["Boats"])
    tag = saved(editor, Tag.objects.get(name="Boats"), name="Ferries")
    assert answer_of(site, "/tags/boats/") == (301, "/tags/ferries/")
    saved(editor, tag, **{"aliases-0-DELETE": "on"})
    assert not tag.aliases.exists()
    assert answer_of(site, "/tags/boats/") == (301, "/tags/ferries/")
    assert answer_of(site, "/tags/boats/feed.atom") == (301, "/tags/ferries/feed.atom")
    load_records(tmp_path / "exports", {"tags": ["Boats"]})
    assert site.get("/tags/boats/").status_code == 200, "a tag of that name is another one now"
    assert names_on(Article.objects.get(headline="Ferry returns")) == ["Boats"]


def test_articles_keep_the_tag_that_a_lost_name_gave_them_until_their_source_names_it_anew(
    tmp_path: Path, archivist: Client, site: Client
) -> None:
    folder, first, second = tmp_path / "exports", {"id": "urn:1", "tags": ["Boats"]}, {"id": "urn:2", "tags": ["Ships"]}
    load_records(folder, first, second)
    merge_tag(archivist, "Ships", into="Boats")
    saved(archivist, Tag.objects.get(name="Boats"), **{"aliases-0-DELETE": "on"})
    article = Article.objects.get(external_id="urn:2")
    assert edited_fields(article) == []
    load_records(folder, first, {**second, "tags": [], "deck": "A deck."})
    assert names_on(article) == ["Boats"]
    make_tag("Ships")
    assert answer_of(site, "/tags/ships/") == (301, "/tags/boats/"), "nothing is filed under the new one"
    load_records(folder, first, {**second, "deck": "Another deck."})
    assert names_on(article) == ["Ships"]
    article.refresh_from_db()
    assert (article.deck, edited_fields(article)) == ("Another deck.", [])
    assert kept_counts_are_right()


def test_a_tag_that_staff_removed_stays_removed_where_it_has_a_lost_name_of_another(
    tmp_path: Path, archivist: Client
) -> None:
    folder, record = tmp_path / "exports", {"id": "urn:2", "tags": ["Ships"]}
    load_records(folder, record, {"id": "urn:1", "tags": ["Boats"]})
    merge_tag(archivist, "Ships", into="Boats")
    saved(archivist, Tag.objects.get(name="Boats"), **{"aliases-0-DELETE": "on"})
    load_records(folder, {**record, "deck": "A deck."})
    article = Article.objects.get(external_id="urn:2")
    act(archivist, "untag", [article], tags=[Tag.objects.get(name="Ships").pk])
    act(archivist, "tag", [article], tags=[Tag.objects.get(name="Boats").pk])
    load_records(folder, {**record, "deck": "Another deck."})
    assert names_on(article) == ["Boats"]


def test_a_name_that_moves_to_another_tag_takes_its_address_along(editor: Client, site: Client) -> None:
    make_article(tags=["Boats", "Ferries"])
    make_tag("Boats", aliases=["Vessels"])
    saved(editor, Tag.objects.get(name="Boats"), **{"aliases-0-DELETE": "on"})
    saved(editor, Tag.objects.get(name="Ferries"), **{"aliases-0-name": "Vessels"})
    assert answer_of(site, "/tags/vessels/") == (301, "/tags/ferries/")
    saved(editor, Tag.objects.get(name="Ferries"), **{"aliases-0-DELETE": "on"})
    assert answer_of(site, "/tags/vessels/") == (301, "/tags/ferries/")


def test_a_source_is_found_by_every_name_that_it_had(tmp_path: Path, editor: Client, site: Client) -> None:
    load_records(tmp_path / "exports", {})
    source = Source.objects.get()
    for name in ("The Daily of the Harbour", "Harbour Post"):
        saved(editor, source, name=name)
    names = ["Harbour Daily", "The Daily of the Harbour", "Harbour Post"]
    records = [{"id": f"urn:harbour:{number}", "source": name} for number, name in enumerate(names, 10)]
    load_records(tmp_path / "exports", *records)
    assert Source.objects.get().article_count == 4
    assert answer_of(site, "/sources/the-daily-of-the-harbour/") == (301, "/sources/harbour-daily/")
    assert answer_of(site, "/sources/harbour-post/feed.rss") == (301, "/sources/harbour-daily/feed.rss")
    assert "The Daily of the Harbour" in editor.get(edit_address(source)).content.decode()
    form = {**form_on(editor, "/admin/articles/source/add/"), "name": "The daily of the harbour"}
    assert [error for error in errors(editor.post("/admin/articles/source/add/", form)) if "already" in error]


def test_two_sources_become_one_and_loads_follow(tmp_path: Path, archivist: Client, site: Client) -> None:
    other = {"id": "urn:coast:9", "headline": "Ferry comes home", "source": "Coast News"}
    load_records(tmp_path / "exports", {}, other)
    daily, coast = Source.objects.get(name="Harbour Daily"), Source.objects.get(name="Coast News")
    sources = "/admin/articles/source/"
    words = told(merge_names(archivist, [daily, coast], daily, sources, reason="One paper"))
    assert words == "“Coast News” merged into “Harbour Daily”, with 1 article."
    assert (Source.objects.get().article_count, kept_counts_are_right()) == (2, True)
    assert answer_of(site, "/sources/coast-news/") == (301, "/sources/harbour-daily/")
    assert answer_of(site, "/sources/coast-news/feed.atom") == (301, "/sources/harbour-daily/feed.atom")
    article = Article.objects.get(headline="Ferry comes home")
    assert edited_fields(article) == []
    history = archivist.get(reverse("admin:articles_article_history", args=[article.pk])).content.decode()
    assert "Coast News" in history
    assert "One paper" in history
    run = load_records(tmp_path / "exports", {}, {**other, "section": "Sea"})
    assert run.report[1]["changes"] == {"section": ["", "Sea"]}
    run = load_records(tmp_path / "exports", {}, {**other, "section": "Sea", "source": "Quay Gazette"})
    assert (run.report[1]["outcome"], run.report[1]["conflicts"]) == ("updated", [])
    assert Article.objects.get(pk=article.pk).source.name == "Quay Gazette"


# --- Addresses. -------------------------------------------------------------------------------------------------------


def test_a_slug_that_goes_back_and_forth_never_leads_in_a_circle(editor: Client, site: Client) -> None:
    article = make_article(slug="ferry")
    first = article.get_absolute_url()
    second = saved(editor, article, slug="boat").get_absolute_url()
    for slug, here, there in (("ferry", first, second), ("boat", second, first), ("ferry", first, second)):
        saved(editor, article, slug=slug)
        assert site.get(here).status_code == 200
        assert answer_of(site, there) == (301, here)
    assert Redirect.objects.count() == 1


def test_two_articles_do_not_swap_their_addresses(editor: Client, site: Client) -> None:
    one, other = make_article(slug="ferry"), make_article(slug="boat")
    first, second = one.get_absolute_url(), other.get_absolute_url()
    saved(editor, one, slug="vessel")
    moved = saved(editor, other, slug="ferry")
    assert moved.slug == f"ferry-{other.key[:4]}"
    last = saved(editor, one, slug="boat")
    assert last.slug == f"boat-{one.key[:4]}"
    assert answer_of(site, first) == (301, last.get_absolute_url())
    assert answer_of(site, second) == (301, moved.get_absolute_url())


def test_a_date_that_goes_and_comes_back_keeps_both_addresses(editor: Client, site: Client) -> None:
    article = remember(make_article(slug="ferry"))
    first = article.get_absolute_url()
    second = saved(editor, article, published="2019-01-01").get_absolute_url()
    assert answer_of(site, f"{first}article.json") == (301, f"{second}article.json")
    saved(editor, article, published="2022-03-04")
    assert (answer_of(site, second), site.get(first).status_code) == ((301, first), 200)
