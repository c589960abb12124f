"""The table of fields names all, and each reaches every place that its row says."""

from __future__ import annotations

from dataclasses import fields as attributes_of
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from articles.admin.article_form import ArticleForm
from articles.editorial.exchange.export import edits
from articles.ingest.story import Story
from articles.models import Article, fields
from articles.search import index
from articles.search.backend import Column
from articles.search.query import FIELDS as OPERATORS
from tests import test_merge_matrix
from tests.loading import Run, load_records
from tests.staff import edit_address, form_on, saved

DERIVED = {
    "id", "key", "archive_date", "body_html", "excerpt", "photo_count", "photo_file_count", "as_loaded",
    "body_as_loaded", "added_id", "changed_id",
}  # fmt: skip
NOT_OF_ONE_COLUMN = {
    "id", "tags", "vocabulary_tags", "photos", "blocks", "paragraphs", "boilerplate", "damage", "ledger", "encoding",
    "withheld", "withdrawn", "evidence", "tag_kinds",
}  # fmt: skip
MERGED = fields.names(fields.ARTICLE, fields.Use.MERGED)
# What a source gives and staff change it to, for fields that are no plain text.
VALUES: dict[str, tuple[Any, Any]] = {
    "authors": (["Ann Quagga"], ["Ole Berg"]),
    "former_paths": (["/2021/Quagga.html", "/?p=7"], ["/?p=7"]),
    "published": ("2021-05-06", "2021-05-07"),
    "updated": ("2021-05-08", "2021-05-09"),
    "language": ("en-GB", "en-IE"),
    "url": ("https://harbour.example/quagga", "https://harbour.example/ferry"),
}
WORDS = ("A quagga at the quay", "A zebra at the quay")


def given(tmp_path: Path, name: str, **options: Any) -> Run:
    """A load of an article with a value in the field."""
    return load_records(tmp_path / "loaded", {name: VALUES.get(name, WORDS)[0]}, **options)


def test_each_column_of_an_article_is_derived_or_has_a_row() -> None:
    columns = {column.attname for column in Article._meta.concrete_fields} - DERIVED
    assert columns == {field.name for field in fields.ARTICLE if field.name != "withdrawal"}  # made of two columns


def test_each_value_of_a_story_has_a_row() -> None:
    names = {attribute.name for attribute in attributes_of(Story)} - NOT_OF_ONE_COLUMN
    assert names <= {field.plain_name for field in fields.ARTICLE}
    assert names >= {*MERGED}


def test_what_sources_give_and_staff_edit_has_a_history_a_widget_and_a_test_of_its_merges() -> None:
    assert [field.name for field in fields.ARTICLE if field.name in MERGED and fields.PLAIN not in field.uses] == []
    assert {*MERGED} - {"url"} <= {*ArticleForm.base_fields}
    assert {*MERGED} <= {*test_merge_matrix.FIELDS}


@pytest.mark.django_db
@pytest.mark.parametrize("name", MERGED)
def test_a_value_of_a_source_is_in_the_report_the_archive_and_all_its_downloads(
    name: str, tmp_path: Path, site: Client
) -> None:
    value = VALUES.get(name, WORDS)[0]
    assert given(tmp_path, name, dry_run=True).report[0]["story"][name] == value
    given(tmp_path, name)
    article = Article.objects.get()
    assert getattr(article, name) == value
    as_json = site.get(f"{article.get_absolute_url()}article.json").json()
    assert as_json[name] == value
    assert as_json["provenance"][name]["from"] == "source"
    _, front_matter, _ = site.get(f"{article.get_absolute_url()}article.md").content.decode().split("---\n", 2)
    assert value in yaml.safe_load(front_matter).values()


@pytest.mark.django_db
@pytest.mark.parametrize("name", MERGED)
def test_staff_can_correct_a_value_and_export_the_correction(name: str, tmp_path: Path, editor: Client) -> None:
    given(tmp_path, name)
    loaded, now = VALUES.get(name, WORDS)
    article = Article.objects.get()
    in_form = form_on(editor, edit_address(article))[name].replace("\r\n", "\n")
    assert in_form == ("\n".join(loaded) if isinstance(loaded, list) else loaded)
    saved(editor, article, **{name: "\n".join(now) if isinstance(now, list) else now})
    (line,) = edits()
    assert line["edited"] == {name: {"loaded": loaded, "now": now}}


@pytest.mark.django_db
@pytest.mark.parametrize("name", fields.PLACES)
def test_a_word_of_a_searched_field_is_found_alone_by_the_operator_and_the_hit_says_where(
    name: str, tmp_path: Path, site: Client
) -> None:
    place = fields.PLACES[name]
    assert OPERATORS[place] == Column(place)
    given(tmp_path, name)
    article = Article.objects.get()
    for make_document in (lambda: None, lambda: index.renew([article.pk])):  # by the load, then from the rows
        make_document()
        for query in ("quagga", f"{place}:quagga"):
            page = site.get("/search/", {"q": query}).content.decode()
            assert article.get_absolute_url() in page
            assert "<mark>quagga</mark>" in page or "Found in" in page or "In the section" in page
            assert "Matches other forms of the words" not in page
