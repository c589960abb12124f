"""Two wordings of one text, compared word by word."""

from __future__ import annotations

import random
import time

import pytest

from articles.word_diff import word_diff


def marked(before: str, after: str) -> str:
    """``the [-old-]{+new+} words``."""
    signs = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(f"{signs[piece.kind][0]}{piece.words}{signs[piece.kind][1]}" for piece in word_diff(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Ferry returns", "Ferry comes home", "Ferry [-returns-]{+comes home+}"),
        ("It was full.", "It was full.", "It was full."),
        ("", "New", "{+New+}"),
        ("Old", "", "[-Old-]"),
        ("At nine, sharp", "At ten, sharp", "At [-nine-]{+ten+}, sharp"),
        ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", "One.\n\n{+New.\n\n+}Two."),
        ("北京的渡轮九点开航。", "北京的渡轮十点开航。", "北京的渡轮[-九-]{+十+}点开航。"),
        ("เรือออกเวลาเก้าโมง", "เรือออกเวลาสิบโมง", "เรือออกเวลา[-เก้า-]{+สิบ+}โมง"),
        ("عادت العبّارة اليوم", "عادت السفينة اليوم", "عادت [-العبّارة-]{+السفينة+} اليوم"),
    ],
)
def test_what_was_added_and_taken_out_is_marked(before: str, after: str, expected: str) -> None:
    assert marked(before, after) == expected


def test_two_changed_words_beside_each_other_read_as_one() -> None:
    assert marked("The big ferry sailed", "The small boat sailed") == "The [-big ferry-]{+small boat+} sailed"


HOSTILE = {
    "one word over and over": ("a " * 50_000, "b " + "a " * 40_000),
    "short lines": ("x\ny\n" * 50_000, "y\nx\n" * 40_000),
    "few different words": tuple(
        "\n".join(f"L{n}\n" + " ".join(random.Random(n + seed).choices("abcdefgh", k=700)) for n in range(60))
        for seed in (0, 999)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_compared_in_bounded_time_and_nothing_of_them_is_lost(name: str) -> None:
    before, after = HOSTILE[name]
    start = time.monotonic()
    pieces = word_diff(before, after)
    assert time.monotonic() - start < 10
    assert "".join(piece.words for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.words for piece in pieces if piece.kind != "removed") == after
