"""The table of formats: each has all that a new one is to have."""

from __future__ import annotations

import pytest

from articles.ingest.readers import READERS
from articles.models import Original
from articles.text.evidence import PAGES, found_words
from articles.text.originals import FORMS, form_words
from tests.served import ROOT

HELP = (ROOT / "articles/public/help/formats.md").read_text(encoding="utf-8").casefold()


def test_each_format_is_in_words_of_its_own_on_pages() -> None:
    assert FORMS.keys() == READERS.keys()
    assert len({form_words(name, "") for name in READERS}) == len(READERS)


@pytest.mark.parametrize("name", READERS)
def test_a_format_is_found_in_folders_explained_in_the_help_and_named_in_full(name: str) -> None:
    reader = READERS[name]
    assert reader.suffixes | reader.takes_names, "no file in a folder would be opened"
    assert len(name) <= (Original._meta.get_field("form").max_length or 0)
    assert any(words in HELP for words in (name, name.replace("-", " "), reader.called.casefold()))


def test_a_value_is_from_a_place_on_a_page_or_from_a_field_of_an_item() -> None:
    assert {*READERS} >= PAGES - {""}
    assert {name: found_words("title", name) for name in ("html", "ninjs", "a-new-format")} == {
        "html": "the page’s title", "ninjs": "the item’s “title”", "a-new-format": "the item’s “title”",
    }  # fmt: skip
