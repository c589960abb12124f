"""The three-way merge: what a source said before, what staff made of it, what the source says now. Pure.

Changed only in the source: taken. Changed only by staff: kept. Both alike: agreed. Both, and not alike: what staff
wrote stays, and the conflict is told. A field on which the source is silent counts as unchanged there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Settled:
    """What is live from now on, and whether that leaves a conflict to be decided."""

    value: Any
    is_conflict: bool = False


def settle(loaded: Any, ours: Any, theirs: Any) -> Settled:
    """One field by the three values of it."""
    if theirs in (loaded, ours):
        return Settled(ours)
    if ours == loaded:
        return Settled(theirs)
    return Settled(ours, is_conflict=True)


def settle_text(loaded: str, ours: str, theirs: str) -> Settled:
    """A text of many lines: where both changed it, in places that do not touch, both changes are made."""
    settled = settle(loaded, ours, theirs)
    if not settled.is_conflict:
        return settled
    lines = merge_lines(*(text.split("\n") for text in (loaded, ours, theirs)))
    return settled if lines is None else Settled("\n".join(lines))


def merge_lines(loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Both sets of changes in one text; ``None`` where they touch each other.

    The lines that neither side changed cut the text into stretches, each of which one side alone may have changed:
    S. Khanna, K. Kunal, B. C. Pierce, A Formal Investigation of Diff3, 2007.
    """
    merged: list[str] = []
    place = our_place = their_place = 0
    for start, end, our_start, their_start in unchanged_by_both(loaded, ours, theirs):
        stretch = _merge_stretch(loaded[place:start], ours[our_place:our_start], theirs[their_place:their_start])
        if stretch is None:
            return None
        merged += [*stretch, *loaded[start:end]]
        place, our_place, their_place = end, our_start + end - start, their_start + end - start
    return merged


def _merge_stretch(loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Sequence[str] | None:
    settled = settle(list(loaded), list(ours), list(theirs))
    return None if settled.is_conflict else settled.value


def unchanged_by_both(
    loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that stand in all three texts: start and end in ``loaded``, start in ``ours`` and ``theirs``.

    The last is an empty one, at the three ends.
    """
    our_runs, their_runs = _runs(loaded, ours), _runs(loaded, theirs)
    one = other = 0
    while one < len(our_runs) and other < len(their_runs):
        (our_base, our_start, our_size), (their_base, their_start, their_size) = our_runs[one], their_runs[other]
        start, end = max(our_base, their_base), min(our_base + our_size, their_base + their_size)
        if start < end:
            yield start, end, our_start + start - our_base, their_start + start - their_base
        if our_base + our_size < their_base + their_size:
            one += 1
        else:
            other += 1
    yield len(loaded), len(loaded), len(ours), len(theirs)


def _runs(loaded: Sequence[str], other: Sequence[str]) -> Sequence[tuple[int, int, int]]:
    return SequenceMatcher(None, loaded, other, autojunk=False).get_matching_blocks()


def moved(position: int, before: Sequence[str], after: Sequence[str]) -> int:
    """Where the place behind the first ``position`` paragraphs of a text is once the text has been changed."""
    if position <= 0 or before == after:
        return min(position, len(after)) if position > 0 else 0
    place = min(position, len(before)) - 1  # of the paragraph that it follows
    for tag, start, end, new_start, new_end in _steps(tuple(before), tuple(after)):
        if start <= place < end:
            return min(new_start + place - start + 1, new_end) if tag != "delete" else new_start
    return len(after)


@lru_cache(maxsize=4)  # asked for each photo of an article
def _steps(before: tuple[str, ...], after: tuple[str, ...]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
