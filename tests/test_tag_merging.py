"""Merges of tags, confirmed and undone: the preview for staff, and the effects on readers, loads and counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.catalogue.changing import remove_articles
from articles.catalogue.ledger import Stamp, transaction_of_changes
from articles.catalogue.loaded import edited_fields
from articles.editorial.actions.merge_articles import merge as merge_articles
from articles.editorial.actions.merge_tags import merge_tags
from articles.editorial.actions.on_many import reinstate, tag_articles, untag_articles
from articles.editorial.actions.unmerge_tags import unmerge
from articles.loading.names import Names
from articles.models import Article, FormerTag, SearchEntry, Tag, Tagging, TagMerge
from articles.public.search.hits import hits_of
from articles.search import index
from articles.search.asking import Filters, compile_query
from articles.search.finding import find
from articles.search.query import parse
from tests.counting import counted_anew, kept_counts
from tests.factories import make_article, make_tag, remember, withdraw
from tests.loading import load_records
from tests.recorded import assert_record_ends_with_present
from tests.staff import TAGS, ask, edit_address, errors, merge_names, merge_tag, saved, told

pytestmark = pytest.mark.django_db


def tag_called(name: str) -> Tag:
    return Tag.objects.get(name=name)


def tags_of(article: Article) -> list[str]:
    return sorted(article.taggings.values_list("tag__name", flat=True))


def merge_made(name: str, into: str) -> TagMerge:
    """Merge a tag into another; what there is to undo it."""
    merge_tags([tag_called(name)], tag_called(into), Stamp.now(None, ""))
    return TagMerge.objects.latest("pk")


def undo_page(merge: TagMerge) -> str:
    return reverse("admin:articles_tag_unmerge", args=[merge.pk])


def undo(client: Client, merge: TagMerge, **sent: Any) -> str:
    return told(client.post(undo_page(merge), {"reason": "", **sent}, follow=True))


def said(client: Client, address: str) -> str:
    """The words of a page."""
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode().partition('<div id="content-main">')[2]
    return " ".join(re.sub(r"<[^>]+>", "", text).replace("&#x27;", "'").split())


def found(tag: Tag) -> list[str]:
    """The headlines that a search finds by a tag."""
    compiled = compile_query(parse(""), Filters(tags=(tag,)))
    return sorted(hit.headline for hit in hits_of(find(compiled).numbers, compiled))


def state() -> dict[str, Any]:
    """All that a merge of tags changes."""
    tags = {
        tag.name: (
            tag.pk, tag.slug, tag.description, tag.article_count,
            sorted(tag.aliases.values_list("name", "slug")),
            sorted(tag.former_addresses.values_list("slug", flat=True)),
            sorted(tag.former.values_list("former_id", flat=True)),
            found(tag),
        )
        for tag in Tag.objects.all()
    }  # fmt: skip
    rows = Tagging.objects.order_by("pk").values_list("pk", "article__headline", "tag__name", "origin", "archive_date")
    edited = {article.headline: edited_fields(article) for article in Article.objects.all()}
    return {"tags": tags, "taggings": list(rows), "edited": edited, "counts": kept_counts()}


def assert_all_is_right() -> None:
    """Counts are what counting gives, and search finds what an index filled afresh finds."""
    assert kept_counts() == counted_anew()
    before = {tag.name: found(tag) for tag in Tag.objects.all()}
    index.empty()
    list(index.fill())
    assert before == {tag.name: found(tag) for tag in Tag.objects.all()}
    assert before == {
        tag.name: sorted(Article.objects.published().filter(tags=tag).values_list("headline", flat=True))
        for tag in Tag.objects.all()
    }
    assert_record_ends_with_present()


@pytest.fixture
def archive() -> dict[str, Article]:
    """Articles with boats, ferries, both, and more; two of them withdrawn."""
    make_tag("Boats", aliases=["Ships", "Vessels"], description="All that floats.")
    made = {
        "one": make_article("One", tags=["Boats", "Harbours"]),
        "two": make_article("Two", tags=["Boats"], published="2023-01-05"),
        "both": make_article("Both", tags=["Boats", "Ferries", "Harbours"]),
        "other": make_article("Other", tags=["Ferries"]),
        "undated": make_article("Undated", tags=["Boats"], published=""),
        "gone": withdraw(make_article("Gone", tags=["Boats"])),
        "gone both": withdraw(make_article("Gone both", tags=["Boats", "Ferries"])),
    }
    Tagging.objects.filter(tag__name="Ferries", article=made["both"]).update(origin=Tagging.Origin.VOCABULARY)
    return {name: remember(Article.objects.get(pk=article.pk)) for name, article in made.items()}


# --- Two pages before anything is merged. -----------------------------------------------------------------------------


def test_ticked_tags_are_offered_with_their_articles_and_other_names_and_the_largest_is_chosen(
    archive: dict[str, Article], archivist: Client
) -> None:
    page = ask(archivist, "merge", [tag_called("Ferries"), tag_called("Boats")], TAGS)
    shown = " ".join(re.sub(r"<[^>]+>", "", page.content.decode()).split())
    assert "Boats 4 articles; also Ships, Vessels" in shown
    assert "Ferries 2 articles" in shown
    assert page.context["form"]["into"].value() == str(tag_called("Boats").pk)


def test_nothing_is_merged_before_the_second_page_is_confirmed(archive: dict[str, Article], archivist: Client) -> None:
    before, tags = state(), [tag_called("Boats"), tag_called("Ferries")]
    page = ask(archivist, "merge", tags, TAGS)
    sent = {"rows": page.context["rows"], "back": "", "into": tags[1].pk, "reason": "One thing"}
    page = archivist.post(page.context["address"], sent)
    shown = " ".join(re.sub(r"<[^>]+>", "", page.content.decode()).split())
    for words in (
        "“Ferries” stays.",
        "“Boats” is no longer a tag",
        "“Boats” becomes another name of “Ferries”.",
        "So do its other names: “Ships” and “Vessels”.",
        "4 articles tagged “Boats” will be tagged “Ferries”.",
        "2 articles have both and will keep “Ferries” only.",
        "Redirected to /tags/ferries/: /tags/boats/, /tags/ships/, /tags/vessels/.",
        "Its description becomes that of “Ferries”.",
        "Reason: One thing",
    ):
        assert words in shown, words
    assert state() == before
    answer = archivist.post(page.context["address"], {**sent, "confirmed": "yes"}, follow=True)
    assert "“Boats” merged into “Ferries”, with 6 articles." in told(answer)
    assert undo_page(TagMerge.objects.get()) in told(answer)
    assert_all_is_right()


def test_the_tag_that_stays_is_one_of_those_ticked(archive: dict[str, Article], archivist: Client) -> None:
    before, vessels = state(), make_tag("Vessel")
    page = ask(archivist, "merge", [tag_called("Boats"), tag_called("Ferries")], TAGS)
    for into in (vessels.pk, "", "x"):
        sent = {"rows": page.context["rows"], "into": into, "confirmed": "yes"}
        assert archivist.post(page.context["address"], sent).context["form"].errors["into"]
    vessels.delete()
    assert state() == before


def test_a_tag_that_cannot_be_ticked_is_added_by_name_and_asked_about_again(
    archive: dict[str, Article], archivist: Client
) -> None:
    before, (boats, ferries) = state(), (tag_called("Boats"), tag_called("Ferries"))
    sent = {"rows": boats.pk, "into": boats.pk, "add": [ferries.pk], "reason": "One thing", "confirmed": "yes"}
    page = archivist.post(f"{TAGS}merge/", sent)
    assert [choice.data["value"] for choice in page.context["form"]["into"]] == [str(boats.pk), str(ferries.pk)]
    assert page.context["form"]["reason"].value() == "One thing"
    assert state() == before
    page = archivist.post(f"{TAGS}merge/", {**sent, "add": []})
    assert "Add the tag to merge it with." in str(errors(page))


def test_a_tag_that_went_meanwhile_stops_the_merge(archive: dict[str, Article], archivist: Client) -> None:
    boats, ferries, quays = tag_called("Boats"), tag_called("Ferries"), make_tag("Quays")
    sent = {"rows": f"{boats.pk},{ferries.pk},{quays.pk}", "into": ferries.pk, "confirmed": "yes"}
    quays.delete()
    assert "has since been merged or deleted" in str(errors(archivist.post(f"{TAGS}merge/", sent)))
    assert Tag.objects.filter(name="Boats").exists()


def test_where_a_tag_is_chosen_by_name_names_come_before_other_names(editor: Client) -> None:
    make_article(tags=["Lifeboats"])
    make_article(tags=["Ferries"])
    make_article(tags=["Ferries"])
    make_tag("Ferries", aliases=["Boats"])
    for name in ("Steam boats", "Boatyards", "Boats and ships", "Boat"):
        make_tag(name)
    query = {"app_label": "articles", "model_name": "tagging", "field_name": "tag", "term": "boat"}
    names = [one["text"] for one in editor.get("/admin/autocomplete/", query).json()["results"]]
    assert names == ["Boat", "Boats and ships", "Boatyards", "Lifeboats", "Steam boats", "Ferries"]
    page = editor.get(TAGS, {"q": "boat"})
    assert [tag.name for tag in page.context["cl"].result_list] == names


# --- Undoing. ---------------------------------------------------------------------------------------------------------


def test_an_undone_merge_leaves_everything_as_it_was(
    archive: dict[str, Article], archivist: Client, site: Client
) -> None:
    before = state()
    merge_tag(archivist, "Boats", "Ferries", reason="One thing")
    merge = TagMerge.objects.get()
    assert_all_is_right()
    shown = said(archivist, undo_page(merge))
    for words in (
        "“Boats” is separate again, with its description.",
        "Other names that it takes back from “Ferries”: “Ships” and “Vessels”.",
        "No longer redirected to “Ferries”: /tags/boats/, /tags/ships/, /tags/vessels/.",
        "4 articles tagged “Ferries” will be tagged “Boats”.",
        "2 articles tagged “Ferries” will be tagged “Boats” as well.",
        "“Ferries” loses the description it took from “Boats”.",
    ):
        assert words in shown, words
    assert "What stays" not in shown
    assert site.get("/tags/boats/").status_code == 301
    assert undo(archivist, merge) == "The merge was undone: “Boats” is separate again, with 6 articles."
    assert state() == before
    assert_all_is_right()
    assert site.get("/tags/boats/").status_code == 200
    assert site.get("/tags/ships/").headers["Location"] == "/tags/boats/"
    assert "This merge has been undone. (ada, " in said(archivist, undo_page(merge))


def test_a_merge_is_undone_from_the_page_and_the_history_of_the_tag_that_stayed(
    archive: dict[str, Article], archivist: Client
) -> None:
    for name in ("one", "both"):
        saved(archivist, archive[name], deck="A deck")
    merge_tag(archivist, "Boats", "Ferries", reason="One thing")
    merge, ferries = TagMerge.objects.get(), tag_called("Ferries")
    history = reverse("admin:articles_tag_history", args=[ferries.pk])
    for address in (edit_address(ferries), history):
        assert f'<a href="{undo_page(merge)}">Undo this merge…</a>' in archivist.get(address).content.decode()
    undo(archivist, merge, reason="They differ")
    for address in (edit_address(ferries), history):
        assert "Undo this merge" not in archivist.get(address).content.decode()
    assert "Merge of “Boats” into it undone: They differ" in said(archivist, history)
    history = reverse("admin:articles_tag_history", args=[merge.former_id])
    assert "Its merge into “Ferries” undone: They differ" in said(archivist, history)
    for name in ("one", "both"):
        shown = said(archivist, reverse("admin:articles_article_history", args=[archive[name].pk]))
        assert "Its merge into “Ferries” undone: They differ" in shown


def test_a_merge_can_be_made_and_undone_again_and_again(archive: dict[str, Article], archivist: Client) -> None:
    before = state()
    for _ in range(3):
        merge_tag(archivist, "Boats", "Ferries")
        undo(archivist, TagMerge.objects.latest("pk"))
    assert state() == before
    assert not FormerTag.objects.exists()
    assert "This merge has been undone." in said(archivist, undo_page(TagMerge.objects.earliest("pk")))
    archivist.post(undo_page(TagMerge.objects.earliest("pk")), {"reason": ""})
    assert state() == before


@pytest.mark.parametrize("name", ["one", "both"])
def test_an_article_from_which_staff_took_the_tag_since_keeps_that_decision(
    archive: dict[str, Article], archivist: Client, name: str
) -> None:
    merge = merge_made("Boats", "Ferries")
    untag_articles([archive[name].pk], [tag_called("Ferries")], Stamp.now(None, ""))
    assert "1 article had “Boats”, but “Ferries” has been removed since: no tag comes back." in said(
        archivist, undo_page(merge)
    )
    assert "with 5 articles" in undo(archivist, merge)
    assert tags_of(archive[name]) == ["Harbours"]
    assert_all_is_right()


@pytest.mark.parametrize("name", ["one", "both"])
def test_an_article_to_which_staff_gave_the_tag_anew_keeps_it(
    archive: dict[str, Article], archivist: Client, name: str
) -> None:
    merge, ferries, stamp = merge_made("Boats", "Ferries"), tag_called("Ferries"), Stamp.now(None, "")
    untag_articles([archive[name].pk], [ferries], stamp)
    tag_articles([archive[name].pk, make_article("New").pk], [ferries], stamp)
    assert "2 articles got “Ferries” later and will keep it" in said(archivist, undo_page(merge))
    undo(archivist, merge)
    assert tags_of(archive[name]) == ["Ferries", "Harbours"]
    assert_all_is_right()


def test_names_and_descriptions_that_were_changed_since_stay(archive: dict[str, Article], archivist: Client) -> None:
    merge, ferries = merge_made("Boats", "Ferries"), tag_called("Ferries")
    ferries.aliases.filter(name="Ships").update(tag=make_tag("Liners"))
    number = [alias.name for alias in ferries.aliases.order_by("name")].index("Vessels")
    saved(archivist, ferries, description="They go back and forth.", **{f"aliases-{number}-DELETE": "on"})
    shown = said(archivist, undo_page(merge))
    assert "Names removed or moved from “Ferries” since: “Ships” and “Vessels”." in shown
    assert "“Ferries” keeps its description, edited since." in shown
    undo(archivist, merge)
    boats = tag_called("Boats")
    assert (boats.description, list(boats.aliases.all())) == ("All that floats.", [])
    assert list(boats.former_addresses.values_list("slug", flat=True)) == ["vessels"], "its address is its own again"
    assert tag_called("Ferries").description == "They go back and forth."
    assert tag_called("Liners").aliases.get().name == "Ships"


def test_an_address_that_the_tag_had_besides_its_names_leads_to_it_again(archivist: Client, site: Client) -> None:
    boats, _ = make_tag("Boats", slug="craft"), make_tag("Ferries")
    boats.former_addresses.create(slug="boats")
    make_article("One", tags=["Boats"])
    before = state()
    merge = merge_made("Boats", "Ferries")
    assert site.get("/tags/boats/").headers["Location"] == "/tags/ferries/"
    undo(archivist, merge)
    assert state() == before
    assert site.get("/tags/boats/").headers["Location"] == "/tags/craft/"


def test_a_tag_that_was_renamed_since_gives_back_what_it_took(archive: dict[str, Article], archivist: Client) -> None:
    merge = merge_made("Boats", "Ferries")
    saved(archivist, tag_called("Ferries"), name="Ferry lines")
    assert "“Boats” was merged into “Ferry lines”" in said(archivist, undo_page(merge))
    undo(archivist, merge)
    assert sorted(tag_called("Ferry lines").aliases.values_list("name", flat=True)) == ["Ferries"]
    assert tags_of(archive["both"]) == ["Boats", "Ferry lines", "Harbours"]
    assert_all_is_right()


def test_articles_that_were_withdrawn_reinstated_or_merged_since_have_the_tag_again(
    archive: dict[str, Article], archivist: Client
) -> None:
    merge, stamp = merge_made("Boats", "Ferries"), Stamp.now(None, "")
    withdraw(archive["one"])
    reinstate([archive["gone"].pk, archive["gone both"].pk], stamp)
    merge_articles(archive["two"], archive["other"], None, "", tag_ids=[], photo_ids=[])
    with transaction_of_changes():
        remove_articles([archive["undated"]], stamp, reason="Its load was undone.")
    assert "had “Boats”" not in said(archivist, undo_page(merge))  # the only one is gone
    undo(archivist, merge)
    assert {name: tags_of(article) for name, article in archive.items() if name != "undated"} == {
        "one": ["Boats", "Harbours"], "two": ["Boats"], "both": ["Boats", "Ferries", "Harbours"], "other": ["Ferries"],
        "gone": ["Boats"], "gone both": ["Boats", "Ferries"],
    }  # fmt: skip
    assert_all_is_right()


def test_an_article_whose_date_was_corrected_since_is_listed_by_it(
    archive: dict[str, Article], archivist: Client
) -> None:
    merge = merge_made("Boats", "Ferries")
    for name in ("one", "both"):
        saved(archivist, archive[name], published="2020-02-02")
    undo(archivist, merge)
    days = Tagging.objects.filter(tag__name="Boats", article__in=[archive["one"], archive["both"]])
    assert {str(day) for day in days.values_list("archive_date", flat=True)} == {"2020-02-02"}
    assert_all_is_right()


# --- Loads in between. ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_both", [False, True])
@pytest.mark.parametrize("deck", ["", "A deck."])
def test_loads_between_a_merge_and_its_undoing_leave_an_article_as_its_source_has_it(
    tmp_path: Path, archivist: Client, deck: str, has_both: bool
) -> None:
    folder, tags = tmp_path / "exports", ["Boats", *(["Ferries"] if has_both else [])]
    make_tag("Ferries")
    load_records(folder, {"tags": tags})
    merge = merge_made("Boats", "Ferries")
    load_records(folder, {"tags": tags, **({"deck": deck} if deck else {})})
    article = Article.objects.get()
    assert tags_of(article) == ["Ferries"]
    undo(archivist, merge)
    article = Article.objects.get()
    assert (tags_of(article), edited_fields(article), article.as_loaded["tags"]) == (
        tags, [], sorted(tag.lower() for tag in tags),
    )  # fmt: skip
    run = load_records(folder, {"tags": tags, "section": "Sea", **({"deck": deck} if deck else {})})
    assert set(run.report[0]["changes"]) == {"section"}
    assert (tags_of(article), edited_fields(Article.objects.get())) == (tags, [])
    load_records(folder, {"tags": ["Quays"]})
    assert tags_of(article) == ["Quays"]
    assert_all_is_right()


def test_an_article_that_was_loaded_since_keeps_the_tag_and_the_next_load_uses_the_former_one(
    tmp_path: Path, archivist: Client
) -> None:
    folder, new = tmp_path / "exports", {"id": "urn:2", "headline": "New", "tags": ["Boats"]}
    make_tag("Ferries")
    load_records(folder, {"tags": ["Boats"]})
    merge = merge_made("Boats", "Ferries")
    load_records(folder, {"tags": ["Boats"]}, new)
    assert "1 article got “Ferries” later and will keep it, even if the source says “Boats”." in said(
        archivist, undo_page(merge)
    )
    undo(archivist, merge)
    article = Article.objects.get(headline="New")
    assert (tags_of(article), edited_fields(article)) == (["Ferries"], [])
    load_records(folder, {"tags": ["Boats"]}, {**new, "deck": "A deck."})
    assert tags_of(article) == ["Boats"]
    assert_all_is_right()


def test_a_vocabulary_that_names_the_merged_tag_gives_whichever_there_is(
    tmp_path: Path, settings: Any, archivist: Client
) -> None:
    settings.TAGS_FILE = tmp_path / "tags.toml"
    settings.TAGS_FILE.write_text('[[tag]]\nname = "Boats"\naliases = ["Ships"]\n')
    folder = tmp_path / "exports"
    record = {"tags": [], "body_markdown": "The Ships came in, and the Boats."}
    make_tag("Ferries")
    load_records(folder, record)
    merge = merge_made("Boats", "Ferries")
    load_records(folder, {**record, "deck": "A deck."})
    article = Article.objects.get()
    assert tags_of(article) == ["Ferries"]
    undo(archivist, merge)
    for deck in ("A deck.", "Another deck."):
        load_records(folder, {**record, "deck": deck})
        article = Article.objects.get()
        assert (tags_of(article), edited_fields(article)) == (["Boats"], [])


def test_a_load_that_runs_while_a_merge_is_undone_uses_the_tag_that_is_back(archive: dict[str, Article]) -> None:
    merge = merge_made("Boats", "Ferries")
    names = Names()
    assert names.tags["ships"] == merge.into_id
    unmerge(merge, None, "")
    names.follow_undone_merges()
    assert (names.tags["ships"], names.own_slugs([merge.former_id])) == (merge.former_id, ["boats"])


# --- What is merged after it. -----------------------------------------------------------------------------------------


def test_merges_of_a_merged_tag_are_undone_in_reverse_order(archive: dict[str, Article], archivist: Client) -> None:
    make_article("Liner", tags=["Liners", "Ferries"])
    before = state()
    first = merge_made("Boats", "Ferries")
    between = state()
    second = merge_made("Ferries", "Liners")
    refusal = "“Ferries” was merged into “Liners” later. Undo that merge first."
    assert refusal in said(archivist, undo_page(first))
    archivist.post(undo_page(first), {"reason": ""})
    assert not Tag.objects.filter(name="Boats").exists()
    assert_all_is_right()
    undo(archivist, second)
    assert state() == between
    undo(archivist, first)
    assert state() == before
    assert_all_is_right()


def test_of_merges_into_one_tag_the_later_is_undone_first_where_they_share_articles(
    archive: dict[str, Article], archivist: Client
) -> None:
    make_article("Yacht", tags=["Yachts"])
    make_article("Yacht and boat", tags=["Yachts", "Boats"])
    make_tag("Quays")
    before = state()
    boats, yachts = merge_made("Boats", "Ferries"), merge_made("Yachts", "Ferries")
    refusal = "“Yachts” was merged into “Ferries” later and shares articles with it. Undo that merge first."
    assert refusal in said(archivist, undo_page(boats))
    undo(archivist, yachts)
    undo(archivist, boats)
    assert state() == before


def test_merges_into_one_tag_that_share_no_article_are_undone_in_any_order(
    archive: dict[str, Article], archivist: Client
) -> None:
    make_article("Yacht", tags=["Yachts", "Ferries"])
    make_article("Yawl", tags=["Yachts"])
    before = state()
    tags = [tag_called("Boats"), tag_called("Yachts")]
    merge_names(archivist, [*tags, tag_called("Ferries")], tag_called("Ferries"))
    for merge in TagMerge.objects.order_by("pk"):
        undo(archivist, merge)
    assert state() == before
    assert_all_is_right()


def test_a_name_that_was_taken_since_stops_the_undoing_with_the_reason(
    archive: dict[str, Article], archivist: Client
) -> None:
    merge = merge_made("Boats", "Ferries")
    alias = tag_called("Ferries").aliases.get(name="Boats")
    alias.tag = make_tag("Liners")
    alias.save()
    refusal = "“Boats” is now another name of “Liners”. Remove it there first."
    assert refusal in said(archivist, undo_page(merge))
    alias.delete()
    again = make_tag("Boats")
    refusal = "“Boats” now has this name or address. Rename it first."
    assert refusal in said(archivist, undo_page(merge))
    assert refusal in archivist.post(undo_page(merge), {"reason": ""}).content.decode()
    again.delete()
    undo(archivist, merge)
    assert tags_of(archive["one"]) == ["Boats", "Harbours"]


def test_a_merge_into_a_tag_that_was_deleted_since_is_not_undone(root: Client) -> None:
    make_tag("Boats")
    make_tag("Ferries")
    merge = merge_made("Boats", "Ferries")
    root.post(reverse("admin:articles_tag_delete", args=[merge.into_id]), {"post": "yes"})
    assert "“Ferries” is no longer in the archive." in said(root, undo_page(merge))
    assert root.get(reverse("admin:articles_tag_unmerge", args=[999_999])).status_code == 404


def test_thousands_of_taggings_go_back_in_a_few_steps(archivist: Client) -> None:
    tags = [make_tag("Boats"), make_tag("Ferries")]
    Article.objects.bulk_create(
        [Article(key=f"k{number:09}", slug=f"s-{number}", headline=f"Ferry {number}") for number in range(2_500)]
    )
    ids = list(Article.objects.values_list("pk", flat=True))
    Tagging.objects.bulk_create([Tagging(tag=tags[0], article_id=pk) for pk in ids])
    Tagging.objects.bulk_create([Tagging(tag=tags[1], article_id=pk) for pk in ids[:600]])
    Tag.objects.filter(name="Boats").update(article_count=2_500)
    Tag.objects.filter(name="Ferries").update(article_count=600)
    list(index.fill())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a server does after so many new rows
    merge = merge_made("Boats", "Ferries")
    with CaptureQueriesContext(connection) as captured:
        unmerge(merge, None, "")
    assert len(captured) < 150
    assert [tag.article_count for tag in Tag.objects.order_by("name")] == [2_500, 600]
    assert SearchEntry.objects.filter(tags=str(tags[0].pk)).count() == 1_900, "untouched entries serve again"
