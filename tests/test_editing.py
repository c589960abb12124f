"""Tools next to the form of an article, and the order of its photos."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.catalogue.loaded import edited_fields
from articles.models import Article, Photo
from articles.models.original import READ_UP_TO_BYTES
from articles.text import markdown
from articles.text.markdown import render
from articles.text.originals import ledger_lines
from tests.factories import make_article, make_damage, make_original, make_photo, remember
from tests.loading import load
from tests.readers.made import LEDGER_KINDS
from tests.staff import edit_address, errors, form_on, save, saved

pytestmark = pytest.mark.django_db


def article_with_photos(*captions: str) -> Article:
    article = make_article(tags=["Harbours"])
    for caption in captions:
        make_photo(article, caption=caption)
    return remember(article)


def order(article: Article) -> list[tuple[int, str]]:
    return list(Photo.objects.filter(article=article).order_by("number").values_list("number", "caption"))


# --- Labels. ----------------------------------------------------------------------------------------------------------


def test_a_field_has_one_name_in_form_and_history(editor: Client, site: Client) -> None:
    article = article_with_photos("A")
    page = editor.get(edit_address(article)).content.decode()
    for name, label in {"body": "Text", "url": "Web address", "slug": "Slug", "photos-0-credit_line": "Credit"}.items():
        assert re.search(rf'<label[^>]* for="id_{name}">{label}:</label>', page), name
    saved(editor, article, body="Another text.", **{"photos-0-copyright_notice": "The harbour", "slug": "pier"})
    article.refresh_from_db()
    changes = site.get(f"{article.get_absolute_url()}history/").content.decode()
    for label in ("Text", "Slug", "Photo 1: copyright"):
        assert label in changes, label


# --- The order of photos. ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({2: 1}, "CAB"),  # given another's number, a photo takes its place
        ({0: 3}, "BCA"),
        ({0: 3, 2: 1}, "CBA"),
        ({0: 2, 1: 3, 2: 1}, "CAB"),
        ({1: 99}, "ACB"),
        ({0: 0}, "ABC"),
    ],
)
def test_photos_are_numbered_from_one_in_the_order_that_was_typed(
    editor: Client, typed: dict[int, int], expected: str
) -> None:
    article = article_with_photos("A", "B", "C")
    saved(editor, article, **{f"photos-{row}-number": str(number) for row, number in typed.items()})
    assert order(article) == list(enumerate(expected, 1))
    assert edited_fields(Article.objects.get()) == ([] if expected == "ABC" else ["photos"])


def test_the_photos_that_stay_close_the_gap_of_one_that_is_removed(root: Client) -> None:
    article = article_with_photos("A", "B", "C")
    saved(root, article, **{"photos-0-DELETE": "on"})
    assert order(article) == [(1, "B"), (2, "C")]


def test_numbers_that_nobody_touched_stay_as_they_are(editor: Client) -> None:
    article = article_with_photos("A", "B")
    Photo.objects.filter(caption="B").update(number=7)
    saved(editor, article, **{"photos-0-caption": "Aa"})
    assert order(article) == [(1, "Aa"), (7, "B")]


def test_a_photo_that_a_load_brings_meanwhile_gets_a_number_of_its_own(editor: Client) -> None:
    article = article_with_photos("A", "B")
    form = form_on(editor, edit_address(article))
    make_photo(article, caption="C", number=2)
    assert editor.post(edit_address(article), {**form, "photos-1-number": "1"}).status_code == 302
    assert order(article) == [(1, "B"), (2, "A"), (3, "C")]


def test_two_editors_of_the_order_do_not_undo_each_other_unseen(editor: Client) -> None:
    article = article_with_photos("A", "B", "C")
    form = form_on(editor, edit_address(article))
    saved(editor, article, **{"photos-2-number": "1"})
    answer = editor.post(edit_address(article), {**form, "photos-1-number": "1"})
    assert any("Number has since been changed to “3”" in error for error in errors(answer)), errors(answer)
    assert [caption for _, caption in order(article)] == ["C", "A", "B"]


def test_the_cut_caption_is_marked_on_its_photo_in_any_order(editor: Client, site: Client) -> None:
    article = article_with_photos("Whole.", "Cut off in")
    make_damage(article, "caption-cut", field="photo 2", text="Cut off in")
    saved(editor, article, **{"photos-1-number": "1"})
    page = site.get(article.get_absolute_url()).content.decode()
    assert page.index("Cut off in</a>") < page.index('<span class="damage">(the caption') < page.index("Whole.</a>")


STORY = """Ferry returns

Updated: 2022-03-04

{first} [Photo/Mei Tanaka]

The crew. [Photo/Bo Chen]

It sailed at nine.
"""


def test_a_reload_keeps_the_order_that_staff_chose(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "ferry.txt"
    file.write_text(STORY.format(first="The ferry."))
    load(tmp_path)
    article = Article.objects.get()
    saved(editor, article, **{"photos-1-number": "1"})
    file.write_text(STORY.format(first="The ferry at dawn."))
    load(tmp_path)
    assert order(article) == [(1, "The crew."), (2, "The ferry at dawn.")]


# --- The original beside the form. ------------------------------------------------------------------------------------


def test_each_line_of_the_original_stands_beside_the_form_with_what_it_became(editor: Client, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(STORY.format(first="The <ferry>."))
    load(tmp_path)
    page = editor.get(edit_address(Article.objects.get())).content.decode()
    for line in (
        '<li class="kind-headline" value="1" data-target="id_headline">',
        '<a class="kept" href="#id_headline">Headline</a> <span class="words" dir="auto">Ferry returns</span>',
        '<li class="kind-date" value="3" data-target="id_updated">',
        '<a class="kept" href="#id_photos-0-caption">Caption 1</a> <span class="words" dir="auto">The &lt;ferry&gt;.',
        '<a class="kept" href="#id_photos-1-caption">Caption 2</a>',
        '<a class="kept" href="#id_body">Paragraph 1</a>',
    ):
        assert line in page, line


def test_each_kind_of_line_has_a_colour_and_words(settings: LazySettings) -> None:
    rules = (settings.FILES_DIR / "static/admin-archive.css").read_text()
    for kind in LEDGER_KINDS:
        (line,) = ledger_lines([[kind, ""]], ["words\n"])
        assert line.kept
        assert f".kind-{kind} " in rules


def test_viewers_see_the_original_without_links_to_fields_that_they_do_not_have(viewer: Client) -> None:
    article = make_article()
    make_original(article, ledger=[["headline", "headline"]])
    page = viewer.get(edit_address(article)).content.decode()
    assert '<span class="kept">Headline</span> <span class="words" dir="auto">Ferry returns</span>' in page
    assert "editing/preview.js" not in page


def test_of_a_form_without_ledger_the_text_is_shown_and_where_each_thing_was_found(editor: Client) -> None:
    article = make_article()
    content = "<h1>Ferry</h1><p>Sailed at nine. ünï".encode()
    make_original(article, content, form="html", evidence={"headline": "the h1", "url": "its canonical link"})
    page = editor.get(edit_address(article)).content.decode()
    assert '<dt><a href="#id_headline">Headline</a></dt><dd>the h1</dd>' in page
    assert '<dt><a href="#id_url">Web address</a></dt><dd>its canonical link</dd>' in page
    assert "&lt;h1&gt;Ferry&lt;/h1&gt;&lt;p&gt;Sailed at nine. ünï" in page


def test_an_original_too_long_for_a_page_is_not_read(editor: Client) -> None:
    article = make_article()
    make_original(article, b"a line\n" * (READ_UP_TO_BYTES // 7 + 1), ledger=[["paragraph", "paragraph 1"]])
    with CaptureQueriesContext(connection) as queries:
        page = editor.get(edit_address(article)).content.decode()
    assert "Too long to show here" in page
    assert not [one for one in queries if '"articles_original"."content"' in one["sql"]]


def test_an_article_without_an_original_has_a_form_all_the_same(editor: Client) -> None:
    assert editor.get(edit_address(make_article())).status_code == 200


# --- Cost. ------------------------------------------------------------------------------------------------------------


def cost(client: Client, article: Article, **values: Any) -> tuple[int, int]:
    """The queries of the form, and of a save."""
    with CaptureQueriesContext(connection) as shown:
        client.get(edit_address(article))
    with CaptureQueriesContext(connection) as sent:
        assert save(client, article, **values).status_code == 302
    return len(shown), len(sent) - len(shown)


def test_the_form_and_an_untouched_save_cost_the_same_with_many_photos(editor: Client) -> None:
    few, many = article_with_photos("A"), article_with_photos(*"ABCDEFGHIJKL")
    cost(editor, few)
    assert cost(editor, few) == cost(editor, many)


def test_the_form_has_no_list_that_grows_with_the_archive(editor: Client) -> None:
    article = article_with_photos("A")
    before = len(editor.get(edit_address(article)).content)
    for number in range(40):
        make_article(f"Another {number}", source=f"Source {number}", tags=[f"Tag {number}"])
    assert len(editor.get(edit_address(article)).content) - before < 200


def test_the_form_of_an_edited_text_renders_it_once_and_not_for_each_photo(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = make_article()
    for number in range(8):
        make_photo(article, position=number % 3 + 1)
    remember(article)
    saved(editor, article, body=f"All of them move.\n\n{article.body}")
    rendered: list[str] = []
    monkeypatch.setattr(markdown, "render", lambda body: rendered.append(body) or render(body))
    markdown.blocks_of.cache_clear()
    editor.get(edit_address(article))
    assert rendered == [article.body]
