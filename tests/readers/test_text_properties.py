"""Properties of all bytes: the text reader never fails, loses nothing, invents nothing, and is never slow."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings, strategies as st

from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.whitespace import fold, split_lines
from tests.effort import is_linear
from tests.readers.made import ledger_faults, said, unaccounted
from tests.readers.test_text import BOILERPLATE
from tests.readers.test_text_credits import CREDITS
from tests.readers.test_text_metadata import DATES, METADATA

# Lines of every kind that the rules know, to be shuffled into articles that nobody wrote.
LINES = [
    *(lines for lines, _ in METADATA),
    *(block for block, *_ in CREDITS),
    *(line.strip() for row in BOILERPLATE.splitlines() for line in row.split("|")),
    *DATES, "Ferry returns to the harbour", "TARVIK, Norland (AP) — The ferry is back.",
    "新华社北京9月6日电（记者 赵芳）今天。",
    "It will sail twice a day, the harbour office said on September 6, 2023.", "- chairs", "  indented", "1. first", "",
    "Image source, Getty", "Image caption,", "Image caption, The ferry", "Home > News", "A view. [Photo by Li", "( |",
]  # fmt: skip

BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\n\n\n", "\n\u200b\n"])
ARTICLES = st.lists(st.tuples(st.sampled_from(LINES), BREAKS), max_size=14).map(
    lambda lines: "".join(line + end for line, end in lines)
)
CHARACTERS = st.text(
    alphabet=st.sampled_from("Aa 1.,:|()[]【】（）/-—\n\r\0\u00ad\u200b\ufeff\u3000年月日电摄By Photo")
)

quickly = settings(max_examples=250, deadline=None, derandomize=True)


def assert_nothing_vanishes(data: bytes) -> None:
    story = said(data)
    assert ledger_faults(story, decode(data).text) == []
    assert unaccounted(story) == []


@quickly
@given(ARTICLES)
def test_no_word_of_a_shuffled_article_vanishes(text: str) -> None:
    assert_nothing_vanishes(text.encode())


@quickly
@given(ARTICLES, st.integers(0, 2000))
def test_a_truncated_article_is_read_and_its_ledger_is_whole(text: str, length: int) -> None:
    data = text.encode()[:length]
    assert ledger_faults(said(data), decode(data).text) == []


@quickly
@given(ARTICLES, st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=6))
@example("Ferry\n\n.\n\nIt sailed.", [(7, 2)])
def test_an_article_with_flipped_bytes_is_read_and_its_ledger_is_whole(text: str, flips: list[tuple[int, int]]) -> None:
    data = bytearray(text.encode())
    for at, byte in flips:
        if data:
            data[at % len(data)] = byte
    assert ledger_faults(said(bytes(data)), decode(bytes(data)).text) == []


@quickly
@given(st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "gb18030", "cp1252"]), ARTICLES)
def test_an_article_in_any_encoding_is_read_and_its_ledger_is_whole(codec: str, text: str) -> None:
    data = text.encode(codec, "replace")
    assert ledger_faults(said(data), decode(data).text) == []


@quickly
@given(st.one_of(st.binary(max_size=400), st.text(max_size=300).map(str.encode), CHARACTERS.map(str.encode)))
def test_any_bytes_at_all_are_read_and_their_ledger_is_whole(data: bytes) -> None:
    story = said(data)
    assert ledger_faults(story, decode(data).text) == []
    kept = "".join(line.text for line in story.ledger if line.kind != "blank")
    assert bool(fold(kept)) == ("empty" not in story.warnings)


@quickly
@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert "".join(split_lines(text)) == text


@quickly
@given(ARTICLES)
def test_line_ends_make_no_difference(text: str) -> None:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    assert (
        said(unix).as_json() == said(unix.replace("\n", "\r\n")).as_json() == said(unix.replace("\n", "\r")).as_json()
    )


@quickly
@given(ARTICLES)
def test_reading_is_repeatable_and_values_are_folded(text: str) -> None:
    story = said(text)
    assert story == said(text)
    values = [*story.paragraphs, *story.boilerplate, story.headline, story.byline, story.source, story.dateline]
    values += [value for photo in story.photos for value in (photo.caption, photo.credit, photo.credit_raw)]
    assert all(value == fold(value) != "" for value in values if value is not None)
    assert all(0 <= photo.position <= len(story.paragraphs) for photo in story.photos)


# Time. What is repeated here to a megabyte would make a careless pattern run for hours.

REPEATED = [
    "a", " ", "\n", "\r\n", "a\n", "a\n\n", "\u200b", "\0", "1", "1\n", "[", "]", "(", "【", "[Photo/", "[Photo/] ",
    "[Photo/]\n",
    "A, [Photo/X]\n\n", "Photo by ", "A. Photo: ", "REUTERS/", "— A pic", "By ", "By A\n\n", "|", "(|\n", "2023-09-06 ",
    "2023-09-06\n", "10:30 AM ", "January 1, ", "Updated: 2023-09-06 10:30 | China Daily\n\n", "Source: ",
    "Source: A\n",
    "Print ", "Print\n", "Comments(", "- a\n a\n", "a > ", "a > b\n", ">", "... ", "a.b-", "a@b.", "ABC - ", "ABC, ",
    "Image source, A\n", "Image caption,\n", "Related stories\n- a\n", "Copyright ", "Editor: a\n", "- !*", "新华社",
    "电",
    "新华社记者 摄\n", "下一页", "a.jpg\n", "FILE x (Xinhua)\n\n",
]  # fmt: skip
BROKEN = [b"\xff", b"\xe4\xb8", b"\xe9 ", "中文".encode("gb18030"), b"\xff\xfea\x00\n\x00", b"\xef\xbb\xbf"]

LONG = 400_000


@pytest.mark.parametrize("unit", [*(text.encode() for text in REPEATED), *BROKEN], ids=repr)
def test_a_long_file_of_anything_is_read_in_linear_time(unit: bytes) -> None:
    assert is_linear(lambda size: said(unit * (size // len(unit))), LONG)


def test_a_long_file_of_mixed_lines_is_read_in_linear_time() -> None:
    mixed = random.Random(1)
    lines = "\n".join(mixed.choice(LINES) for _ in range(1_000)).encode()
    assert is_linear(lambda size: said(lines * (size // len(lines))), LONG)
