"""Tables (CSV)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.conf import LazySettings

from articles.ingest.errors import IngestError, NotAnArticle
from articles.ingest.readers import tables
from articles.ingest.story import Story, Withheld
from articles.models import Article
from tests.effort import is_linear
from tests.loading import load
from tests.photo_files import plain
from tests.readers.agency import refusal, stories, story

HEADER = [
    "", "ID", "Title", "Sub-title", "Author", "Publish Date", "lastModified", "Publication", "Section", "Tags", "URL",
    "Content", "Image", "Image Caption", "wordCount",
]  # fmt: skip
ROW = [
    "0", "17", "Ferry returns, at last", "After two years", "Ana Ruiz; Jo Berg", "2015-03-04", "2015-03-05T10:00Z",
    "Tarvik Daily", "News", "['Ferries', \"Harbour & sea\"]", "https://daily.example/7",
    'It sailed at "nine".\n\nIt was full.', "i/quay.jpg", "The quay. Photo by Al Holt", "8",
]  # fmt: skip


HELP = Path(__file__).parents[2] / "articles/public/help/formats.md"


def table(*rows: list[str], delimiter: str = ",", end: str = "\n") -> str:
    into = io.StringIO()
    csv.writer(into, delimiter=delimiter, lineterminator=end).writerows(rows)
    return into.getvalue()


def test_a_row_is_read_whole() -> None:
    ferry = story(table(HEADER, ROW), "news.csv")
    assert (ferry.headline, ferry.deck) == ("Ferry returns, at last", "After two years")
    assert (ferry.authors, ferry.source, ferry.section) == (("Ana Ruiz", "Jo Berg"), "Tarvik Daily", "News")
    assert (ferry.published, ferry.updated) == ("2015-03-04", "2015-03-05T10:00Z")
    assert (ferry.tags, ferry.id, ferry.url) == (("Ferries", "Harbour & sea"), "17", "https://daily.example/7")
    assert ferry.paragraphs == ('It sailed at "nine".', "It was full.")
    assert [(photo.src, photo.caption, photo.credit) for photo in ferry.photos] == [
        ("i/quay.jpg", "The quay.", "Al Holt"),
    ]  # fmt: skip
    assert ferry.boilerplate == ("column 1: 0", "word_count: 8")


def test_columns_are_known_by_their_usual_names() -> None:
    row = story(
        "Title,Published On,Story,Picture,Credit line,Subject\nA,2001-05-01,B.,b.jpg,Rita Noor,boats\n", "a.csv"
    )
    assert (row.published, row.photos[0].credit, row.tags, row.boilerplate) == (
        "2001-05-01", "Rita Noor", ("boats",), (),
    )  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_delimiter_line_end_and_encoding_will_do(delimiter: str, encoding: str) -> None:
    rows = [["title", "text"], ["Fährê | a, b; c", 'Één.\r\nTwo, "three"; four.'], ["B", "C"]]
    made = table(*rows, delimiter=delimiter, end="\r\n").encode(encoding)
    for name in ("news.csv", "news.txt", "news.tsv"):
        first, second = stories(made, name)
        assert isinstance(first, Story)
        assert isinstance(second, Story)
        assert (first.headline, first.paragraphs) == ("Fährê | a, b; c", ("Één.", 'Two, "three"; four.'))
        assert second.headline == "B"


def test_text_that_is_html_is_read_as_such() -> None:
    assert (
        story("title,body\nA,<p>One &amp; <b>two</b>.</p><p>Three.</p>\n", "a.csv").body == "One & **two**.\n\nThree."
    )


@pytest.mark.parametrize(
    ("made", "why"),
    [
        ("name,phone\nAna,1\n", "a table without headlines or texts: its columns are `name`, `phone`"),
        ("1,2\n3,4\n", "a table without headlines or texts: its columns are `1`, `2`"),
        ("just a line\n", "a table without a header row"),
    ],
)
def test_a_table_of_other_things_is_skipped_with_the_reason(made: str, why: str) -> None:
    found = refusal(made, "people.csv")
    assert isinstance(found, NotAnArticle)
    assert found.reason == why


@pytest.mark.parametrize("name", ["subscribers.csv", "subscribers.txt"])
def test_a_list_of_readers_with_their_titles_is_no_table_of_articles(name: str) -> None:
    made = "E-Mail Address,Name,Title,Created at\nana@example.org,Ana Ruiz,Dr,2022-02-02\n"
    found = refusal(made, name)
    assert isinstance(found, NotAnArticle)
    assert found.reason.startswith("a table without headlines or texts")


def test_a_table_of_articles_may_have_the_addresses_of_their_authors() -> None:
    made = "headline,author_email,date\nFerry returns,ana@example.org,2022-02-02\n"
    assert story(made, "articles.csv").headline == "Ferry returns"


@pytest.mark.parametrize("made", ["Title, text and date\n\nIt sailed.\n", "title,text\n", "A, b\nC, d\n", "x\n"])
def test_a_text_is_no_table(made: str) -> None:
    assert not tables.looks_like(made.encode())


def test_rows_have_the_lines_on_which_they_begin_and_odd_ones_are_told() -> None:
    made = 'title,text\nA,"One\n\nTwo"\n\nB,C,D\nE\nF,"never closed\nG,H\n'
    first, second, third, odd = stories(made, "a.csv")
    assert isinstance(second, Story)
    assert (second.headline, second.boilerplate) == ("B", ("column 3: D",))
    assert isinstance(third, Story)
    assert (third.headline, third.warnings) == ("E", ["no-body", "no-date"])
    assert isinstance(odd, IngestError)
    assert (odd.line, odd.reason) == (8, "a quotation mark in this row is never closed")
    assert isinstance(first, Story)
    assert [part.line for part in tables.split(io.BytesIO(made.encode()), 1000)] == [2, 6, 7, 8]
    *_, refused = tables.split(io.BytesIO(made.encode()), 15)
    assert str(refused).endswith("8: a row of more than 15 bytes (INPUT_MAX_BYTES)")


def test_a_number_identifies_a_row_only_where_its_source_is_named() -> None:
    bare = story("id,title,text\n17,A,B\n", "a.csv")
    assert (bare.id, bare.boilerplate) == (None, ("id: 17",))
    assert story("id,title,text\nurn:x:17,A,B\n", "a.csv").id == "urn:x:17"


def test_long_cells_and_many_quotes_are_no_hindrance() -> None:
    assert len(story("title,text\nA," + "b" * 500_000, "a.csv").body) == 500_000
    assert is_linear(lambda size: stories('title,text\nA,"' + '""' * size + "\n", "a.csv"), 200_000)


def test_the_recipe_in_the_help_is_read_whole() -> None:
    lines = [line.strip() for line in HELP.read_text("utf-8").splitlines() if line.startswith("    ")]
    record, *rows = lines
    assert [line.split(",")[0] for line in rows] == ["id", "urn:harbour:2"]
    tide = story("\n".join(rows) + "\n", "articles.csv")
    assert tide.boilerplate == ()
    assert (tide.id, tide.headline, tide.deck, tide.body) == ("urn:harbour:2", "Tide", "Rising", "High.")
    assert (tide.published, tide.updated, tide.language) == ("2021-05-04", "2021-05-05", "en")
    assert (tide.authors, tide.section, tide.tags) == (("Ana", "Jo"), "News", ("Sea", "Quay"))
    assert (tide.source, tide.url) == ("Daily", "https://harbour.example/tide")
    photo = tide.photos[0]
    assert (photo.src, photo.caption, photo.credit, photo.alt_text) == ("tide.jpg", "Quay.", "Jo", "Boats")
    assert story("\n".join(rows).replace("published", "draft"), "articles.csv").withheld == Withheld.DRAFT
    assert story(record, "articles.jsonl").headline == "Ferry returns"


@pytest.mark.django_db
def test_a_table_is_loaded_and_loaded_again_without_a_change(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "in/i").mkdir(parents=True)
    (tmp_path / "in/i/quay.jpg").write_bytes(plain())
    second = [*ROW]
    second[1], second[2], second[10], second[11] = "18", "Quay reopens", "https://daily.example/8", "Anew."
    (tmp_path / "in/news.csv").write_text(table(HEADER, ROW, second), encoding="utf-8")
    (tmp_path / "in/people.csv").write_text("name,phone\nAna,1\n")
    run = load(tmp_path / "in")
    assert run.code == 0
    assert run.outcomes == {"news.csv:2": "created", "news.csv:5": "created", "people.csv:1": "skipped"}
    assert "a table without headlines or texts" in run.out
    ferry = Article.objects.get(headline="Ferry returns, at last")
    assert [bool(photo.file) for photo in ferry.photos.all()] == [True]
    (tmp_path / "in/news.csv").write_text(table(HEADER, second, ROW), encoding="utf-8")
    assert sorted(load(tmp_path / "in").outcomes.values()) == ["skipped", "unchanged", "unchanged"]
