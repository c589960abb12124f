"""The merge: three values of a field, three versions of a text, positions in a text that others change."""

from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from articles.text.merge import Settled, moved, settle, settle_text

LINES = st.lists(st.sampled_from(["", "The ferry sailed.", "It was full.", "Nobody paid.", "Fog came in."]), max_size=8)


@pytest.mark.parametrize(
    ("loaded", "ours", "theirs", "settled"),
    [
        ("a", "a", "a", Settled("a")),
        ("a", "a", "b", Settled("b")),
        ("a", "c", "a", Settled("c")),
        ("a", "b", "b", Settled("b")),
        ("a", "c", "b", Settled("c", True, "a", "b")),
        ("a", "", "a", Settled("")),
        ("a", "", "b", Settled("", True, "a", "b")),
    ],
)
def test_a_field_is_settled_by_its_three_values(loaded: str, ours: str, theirs: str, settled: Settled) -> None:
    assert settle(loaded, ours, theirs) == settled


def test_changes_of_two_sides_in_different_paragraphs_are_both_made() -> None:
    loaded = "The ferry sailed at nine.\n\nIt was full.\n\nNobody paid."
    ours = loaded.replace("nine", "ten")
    theirs = loaded.replace("Nobody", "Everybody") + "\n\nFog came in."
    merged = "The ferry sailed at ten.\n\nIt was full.\n\nEverybody paid.\n\nFog came in."
    assert settle_text(loaded, ours, theirs) == Settled(merged)


def test_changes_of_one_paragraph_by_both_sides_are_a_conflict() -> None:
    loaded = "The ferry sailed at nine.\n\nIt was full."
    ours, theirs = loaded.replace("nine", "ten"), loaded.replace("sailed", "left")
    assert settle_text(loaded, ours, theirs) == Settled(ours, True, loaded, theirs)


def test_one_paragraph_that_clashes_stays_ours_and_the_others_are_merged() -> None:
    loaded, ours, theirs = "One.\n\nTwo.\n\nThree.", "1.\n\nTwo.\n\n3.", "One.\n\nII.\n\nIII."
    sides = "One.\n\nII.\n\nThree.", "1.\n\nII.\n\nIII."
    assert settle_text(loaded, ours, theirs) == Settled("1.\n\nII.\n\n3.", True, *sides)


@given(LINES, LINES, LINES)
@example(
    ["The ferry sailed.", "The ferry sailed.", "", "", ""],
    ["", "It was full.", "", ""],
    ["The ferry sailed."] * 2 + [""],
)
def test_a_merge_that_is_made_again_from_what_it_says_changes_nothing(
    loaded: list[str], ours: list[str], theirs: list[str]
) -> None:
    texts = ["\n".join(lines) for lines in (loaded, ours, theirs)]
    settled = settle_text(*texts)
    if settled.is_conflict:
        assert settled.theirs != settled.value
        assert settle_text(settled.loaded, settled.value, settled.theirs).value == settled.value


def merged(loaded: list[str], ours: list[str], theirs: list[str]) -> str | None:
    """The merged text; ``None`` where it is a conflict."""
    settled = settle_text(*("\n".join(lines) for lines in (loaded, ours, theirs)))
    return None if settled.is_conflict else settled.value


def test_a_paragraph_that_one_side_dropped_and_the_other_changed_is_a_conflict() -> None:
    assert merged(["a", "", "b", "", "c"], ["a", "", "c"], ["a", "", "B", "", "c"]) is None


@given(LINES, LINES)
def test_a_text_that_one_side_alone_changed_is_that_sides(loaded: list[str], changed: list[str]) -> None:
    sides = (loaded, changed, loaded), (loaded, loaded, changed), (loaded, changed, changed)
    assert [merged(*texts) for texts in sides] == ["\n".join(changed)] * 3


@given(LINES, LINES, LINES)
def test_a_merge_is_the_same_from_either_side_and_drops_no_new_line(
    loaded: list[str], ours: list[str], theirs: list[str]
) -> None:
    text = merged(loaded, ours, theirs)
    assert text == merged(loaded, theirs, ours)
    if text is not None:
        known = "\n".join(loaded).split("\n")  # a text without a line is one empty line
        assert {line for line in {*ours, *theirs} if line not in known} <= set(text.split("\n"))


@given(LINES, LINES)
def test_a_place_in_a_text_stays_within_it(before: list[str], after: list[str]) -> None:
    places = [moved(position, before, after) for position in range(len(before) + 1)]
    assert places[0] == 0
    assert all(0 <= place <= len(after) for place in places)
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("position", "after", "place"),
    [
        (1, ["new", "a", "b", "c"], 2),
        (2, ["new", "a", "b", "c"], 3),
        (0, ["new", "a", "b", "c"], 0),
        (2, ["a", "c"], 1),
        (2, ["a", "B", "c"], 2),
        (3, ["a", "b", "c", "d"], 3),
    ],
)
def test_a_photo_follows_its_paragraph(position: int, after: list[str], place: int) -> None:
    assert moved(position, ["a", "b", "c"], after) == place
