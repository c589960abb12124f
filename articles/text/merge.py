"""Three-way merge of a field: as loaded, as staff have it, and as the source has it now.

Changed only in the source: taken. Changed only by staff: kept. Both the same: agreed. Both differently: staff's version
stays, and there is a conflict. A field that the source does not give counts as unchanged.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Settled:
    """The merged value. A conflict to decide has its base (``loaded``) and the source's side, to be stored with it."""

    value: Any
    is_conflict: bool = False
    loaded: Any = None
    theirs: Any = None


def settle(loaded: Any, ours: Any, theirs: Any) -> Settled:
    if theirs in (loaded, ours):
        return Settled(ours)
    if ours == loaded:
        return Settled(theirs)
    return Settled(ours, True, loaded, theirs)


def settle_text(loaded: str, ours: str, theirs: str) -> Settled:
    """Changes of both sides that do not touch are both made; else staff's text stays, a conflict.

    The source's side is the merged text with the source's words at the clashes; the base is the source's new text with
    the previously loaded words there. So a later merge sees only the clashes as open.
    """
    settled = _settled(loaded, ours, theirs)
    if not settled.is_conflict:
        return settled
    # Repeated lines may be paired differently in a later merge; then the whole texts conflict.
    later = _settled(settled.loaded, settled.value, settled.theirs)
    return settled if later.value == settled.value else Settled(ours, True, loaded, theirs)


def _settled(loaded: str, ours: str, theirs: str) -> Settled:
    settled = settle(loaded, ours, theirs)
    if not settled.is_conflict or not _are_texts(ours, theirs):
        return settled
    stretches = _stretches(loaded, ours, theirs)
    live = _text(stretch.live for stretch in stretches)
    if not any(stretch.is_clash for stretch in stretches):
        return Settled(live)
    base = _text(stretch.loaded if stretch.is_clash else stretch.theirs for stretch in stretches)
    return Settled(
        live, True, base, _text(stretch.theirs if stretch.is_clash else stretch.live for stretch in stretches)
    )


def carried(before: str, after: str, target: str) -> str:
    """``target`` with the changes from ``before`` to ``after``, except where it has changes of its own."""
    if not _are_texts(after, target):
        return target
    stretches = _stretches(before, after, target)
    return _text(stretch.theirs if stretch.is_clash else stretch.live for stretch in stretches)


def clash_alone(loaded: str, ours: str, theirs: str) -> str:
    """The loaded text with the changes that both sides agree on; compared with it, each side shows only its own."""
    stretches = _stretches(loaded, ours, theirs)
    return _text(stretch.ours if stretch.ours == stretch.theirs else stretch.loaded for stretch in stretches)


def _are_texts(*texts: str) -> bool:
    """``False`` if one was emptied: removing everything touches every change."""
    return all(text.strip() for text in texts)


def _text(stretches: Iterable[Sequence[str]]) -> str:
    return "\n".join(line for lines in stretches for line in lines)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Corresponding lines of all three texts. ``live``: the merged ones."""

    loaded: Sequence[str]
    ours: Sequence[str]
    theirs: Sequence[str]
    live: Sequence[str]
    is_clash: bool


def _stretches(loaded: str, ours: str, theirs: str) -> list[_Stretch]:
    """The texts cut at unchanged lines: Khanna, Kunal and Pierce, A Formal Investigation of Diff3, 2007."""
    lines, our_lines, their_lines = (text.split("\n") for text in (loaded, ours, theirs))
    stretches = []
    place = our_place = their_place = 0
    for start, end, our_start, their_start in unchanged_by_both(lines, our_lines, their_lines):
        three = lines[place:start], our_lines[our_place:our_start], their_lines[their_place:their_start]
        settled = settle(*three)
        same = lines[start:end]
        stretches += [
            _Stretch(*three, settled.value, settled.is_conflict),
            _Stretch(same, same, same, same, is_clash=False),
        ]
        place, our_place, their_place = end, our_start + end - start, their_start + end - start
    return stretches


def unchanged_by_both(
    loaded: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines common to all texts: start and end in ``loaded``, start in the others. The last is empty."""
    our_runs, their_runs = (
        SequenceMatcher(None, loaded, changed, autojunk=False).get_matching_blocks() for changed in (ours, theirs)
    )
    our = their = 0
    while our < len(our_runs) and their < len(their_runs):
        our_base, our_start, our_size = our_runs[our]
        their_base, their_start, their_size = their_runs[their]
        start, end = max(our_base, their_base), min(our_base + our_size, their_base + their_size)
        if start < end:
            yield start, end, our_start + start - our_base, their_start + start - their_base
        if our_base + our_size < their_base + their_size:
            our += 1
        else:
            their += 1
    yield len(loaded), len(loaded), len(ours), len(theirs)


def moved(position: int, before: Sequence[str], after: Sequence[str]) -> int:
    """The position after a change of the text that corresponds to ``position``, a number of paragraphs, before it."""
    if position <= 0 or before == after:
        return min(position, len(after)) if position > 0 else 0
    place = min(position, len(before)) - 1  # of the preceding paragraph
    for tag, start, end, new_start, new_end in _steps(tuple(before), tuple(after)):
        if start <= place < end:
            return min(new_start + place - start + 1, new_end) if tag != "delete" else new_start
    return len(after)


@lru_cache(maxsize=4)  # called for each photo of an article
def _steps(before: tuple[str, ...], after: tuple[str, ...]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
