"""The source of each field's present value, for readers, staff and programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from articles.editorial.provenance import Provenance, provenance_of
from articles.models import Article, Original, Tagging
from articles.text.evidence import found_words
from tests.factories import make_article, make_original, make_photo, make_tag, remember
from tests.loading import load, text_file
from tests.recorded import versions_of
from tests.staff import edit_address, logged_in, saved, staff

pytestmark = pytest.mark.django_db

PAGE = """<!doctype html><html lang="en"><head><title>Pier opens | Shore Weekly</title>
<meta property="og:title" content="Pier opens"><meta property="og:site_name" content="Shore Weekly">
<meta property="article:published_time" content="2021-05-04T10:00:00Z"></head>
<body><article><h1>Pier opens</h1><p>The pier is open again after a year of works, and many people came to see it.</p>
<p>Boats call there every hour, said the harbour master, who was there with her dog from the very morning.</p></article>
</body></html>"""


def of(article: Article) -> dict[str, Provenance]:
    return provenance_of(Article.objects.get(pk=article.pk))


def test_a_text_names_the_lines(tmp_path: Path) -> None:
    text_file(tmp_path / "site", "ferry.txt", body="It sailed.\n\nIt was full.")
    load(tmp_path / "site")
    found = of(Article.objects.get())
    told = {name: (one.kind, one.words) for name, one in found.items()}
    assert told["headline"] == ("source", "line 1 of the original")
    assert told["updated"] == told["source"] == ("source", "line 3 of the original")
    assert told["body"] == ("source", "lines 7 to 9 of the original")


def test_a_page_names_its_elements_in_readers_words(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/pier.html").write_text(PAGE)
    load(tmp_path / "site")
    found = of(Article.objects.get())
    assert found["source"].words == "the page’s Open Graph site name"
    assert found["published"].words == "the page’s Open Graph time of publication"
    assert found["body"].words == "the article"


@pytest.mark.parametrize(
    ("origin", "form", "words"),
    [
        ("meta og:title", "html", "the page’s Open Graph title"),
        ("meta twitter:title", "html", "the page’s Twitter card title"),
        ("meta dc.title", "html", "the page’s “dc.title” tag"),
        ("JSON-LD headline", "html", "the page’s structured data (JSON-LD), “headline”"),
        ("h1", "html", "the page’s main heading"),
        ("", "html", "the article"),
        ("", "jsonl", "the same field of the item"),
        ("firstCreated", "ninjs", "the item’s “firstCreated”"),
        ("detected", "ninjs", "detected from the text"),
    ],
)
def test_places_are_named_in_readers_words(origin: str, form: str, words: str) -> None:
    assert found_words(origin, form) == words


def test_what_staff_changed_names_who_when_and_why(editor: Client) -> None:
    article = make_article(tags=["Harbours"], deck="A deck")
    make_original(article)
    make_photo(article, caption="The quay.")
    remember(article)
    nora = logged_in(staff("nf", "Editors", first_name="Nora", last_name="Field"))
    saved(nora, article, headline="Ferry back", reason="Misread", **{"photos-0-caption": "Quay 2."})
    saved(editor, article, body="Nothing.", reason="Of the desk")
    found = of(article)
    moment = versions_of(article)[-2].moment
    assert (found["headline"].kind, found["headline"].moment, found["headline"].reason) == ("staff", moment, "Misread")
    assert found["headline"].words.startswith("changed here by Nora Field, ")
    assert found["headline"].words.endswith(": Misread")
    assert found["caption:1"].words == found["headline"].words
    assert found["body"].words.startswith("changed here by the archive’s staff, ")
    assert "nora" in found["body"].words_for_staff
    assert {found[name].kind for name in ("deck", "published", "source", "credit_line:1", "tag:Harbours")} == {"source"}


def test_a_change_by_a_deleted_account_is_not_laid_to_who_made_the_one_before(editor: Client) -> None:
    article = make_article()
    remember(article)
    saved(editor, article, headline="Ferry back", reason="Misread")
    other = staff("nf", "Editors", first_name="Nora", last_name="Field")
    saved(logged_in(other), article, headline="Ferry at last", reason="As printed")
    other.delete()
    headline = of(article)["headline"]
    assert (headline.kind, headline.user, headline.reason) == ("staff", None, "As printed")
    assert headline.moment == versions_of(article)[-1].moment


def test_a_change_that_is_in_no_history_is_staffs_without_a_name() -> None:
    article = make_article()
    remember(article)
    Article.objects.update(headline="By another way")
    assert of(article)["headline"].words == "changed here by the archive’s staff"


def test_what_staff_put_back_is_the_sources_again(editor: Client) -> None:
    article = make_article()
    remember(article)
    saved(editor, article, headline="Ferry back")
    saved(editor, article, headline=article.headline)
    assert of(article)["headline"].kind == "source"


def test_words_of_a_photos_file_and_tags_of_the_vocabulary_say_so(editor: Client) -> None:
    article = make_article(tags=["Harbours", "Ferries"])
    make_photo(article, caption="The quay.", credit_line="Shore", from_file=["credit_line"])
    Tagging.objects.filter(tag__name="Ferries").update(origin=Tagging.Origin.VOCABULARY)
    remember(article)
    saved(editor, article, tag_ids=[*article.tags.values_list("pk", flat=True), make_tag("Rivers").pk])
    found = of(article)
    told = {name: one.kind for name, one in found.items()}
    assert (told["credit_line:1"], told["caption:1"]) == ("file", "source")
    assert (told["tag:Ferries"], told["tag:Harbours"], told["tag:Rivers"]) == ("vocabulary", "source", "staff")
    assert found["tag:Rivers"].user is not None


def test_what_only_an_earlier_original_said_names_its_load(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    post = tmp_path / "site/pier.md"
    post.write_text("---\ntitle: Pier\ndate: 2021-05-04\nsummary: A deck\n---\nIt is open.\n")
    load(tmp_path / "site")
    post.write_text("---\ntitle: Pier opens\ndate: 2021-05-04\n---\nIt is open.\n")
    load(tmp_path / "site")
    found = of(Article.objects.get())
    assert Original.objects.count() == 2
    assert found["deck"].kind == "earlier"
    assert found["deck"].words.startswith("an earlier original, loaded on ")
    assert found["headline"].words == "line 2 of the original"


def test_machines_and_staff_are_told_the_same(site: Client, editor: Client) -> None:
    article = make_article(tags=["Harbours"])
    make_original(article)
    make_photo(article, caption="The quay.")
    remember(article)
    saved(editor, article, headline="Ferry back", reason="Misread", **{"photos-0-caption": "Quay 2."})
    as_json = json.loads(site.get(f"{article.get_absolute_url()}article.json").content)["provenance"]
    assert {name: as_json["headline"][name] for name in ("from", "why")} == {"from": "staff", "why": "Misread"}
    assert "by" not in as_json["headline"]
    assert as_json["source"] == {"from": "source", "where": "the article"}
    form = editor.get(edit_address(article)).content.decode()
    assert form.count("From: changed here by nora, ") == 2
    assert "From: the article" in form


def test_the_number_of_questions_does_not_grow_with_the_history(
    editor: Client, queries_of: Callable[[str], int]
) -> None:
    article = make_article(tags=["Harbours"])
    make_original(article)
    for _ in range(3):
        make_photo(article)
    remember(article)
    saved(editor, article, headline="Ferry back")
    addresses = [f"{article.get_absolute_url()}{ending}" for ending in ("account/", "article.json")]
    few = [queries_of(address) for address in addresses]
    for number in range(5):
        saved(editor, article, deck=f"Deck {number}", **{"photos-1-caption": f"Caption {number}"})
    assert [queries_of(address) for address in addresses] == few
    assert max(few) <= 18
    assert len(versions_of(article)) == 7
