"""Differences between two texts, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from articles.text.diff import Piece, word_diff, words_of
from tests.effort import MOST_EFFORT, effort

SAID = ["The ferry", " ", ",", "\n", "sailed", "渡船", "开航", "कि", "e\u0301", "1"]
TEXTS = st.lists(st.sampled_from(SAID)).map("".join)


def marked(before: str, after: str) -> str:
    """``It was [-full-]{+empty+}.``"""
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(signs[piece.kind].format(piece.words) for piece in word_diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("It was full.", "It was empty.", "It was [-full-]{+empty+}."),
        ("It was full.", "It was full.", "It was full."),
        ("", "It was full.", "{+It was full.+}"),
        ("It was full.", "", "[-It was full.-]"),
        ("The old ferry sailed.", "A new ferry sailed.", "[-The old-]{+A new+} ferry sailed."),
        ("At nine it sailed.", "It sailed at nine.", "[-At-]{+It sailed at+} nine[- it sailed-]."),
        ("渡船九点开航。", "渡船十点开航。", "渡船[-九-]{+十+}点开航。"),
        ("कि नाव", "की नाव", "[-कि-]{+की+} नाव"),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."),
    ],
)
def test_a_change_is_told_in_words(before: str, after: str, told: str) -> None:
    assert marked(before, after) == told


@given(TEXTS, TEXTS)
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.words for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.words for piece in pieces if piece.kind != "removed") == after
    assert all(piece.words for piece in pieces)


@given(TEXTS)
def test_words_are_the_text(text: str) -> None:
    assert "".join(words_of(text)) == text


@pytest.mark.parametrize("unit", ["the cat and a dog ", "渡", "a\n", "a b\n"])
def test_long_texts_are_little_effort(unit: str) -> None:
    before, after = unit * 40_000, f"x {unit * 20_000} y {unit * 20_000}z"
    assert effort(lambda: word_diff(before, after))[0] < MOST_EFFORT


def test_what_would_take_too_long_is_told_as_a_whole() -> None:
    before, after = "one " * 5_000, "two " * 5_000
    assert word_diff(before, after) == [Piece(before, "removed"), Piece(after, "added")]
