"""What of a search may have been meant otherwise than it is understood, said above what it finds. Pure.

Whatever has no meaning of its own is looked for as plain words; but a reader who typed it as though it had one is told
so, and led to what says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from articles.day_spans import between_words
from articles.search.address import Asked
from articles.search.query import MOST_TERMS, Query, pieces_of, with_bound

_BOUNDS = ("from", "to", "has")
Piece = re.Match[str]


@dataclass(frozen=True, slots=True)
class Note:
    """Words, and a search behind them that they lead to; ``""`` where they lead nowhere."""

    words: str
    link: str = ""
    url: str = ""


def notes_of(asked: Asked, url_of: Callable[[Asked], str]) -> list[Note]:
    """``url_of`` gives the address of a search of the same kind."""
    pieces = list(islice(pieces_of(asked.q), MOST_TERMS))
    notes = [Note(words) for words in dict.fromkeys(_no_bounds(pieces))]
    if asked.query.is_backwards:
        notes.append(_backwards(asked, pieces, url_of))
    return notes


def _no_bounds(pieces: Sequence[Piece]) -> Iterator[str]:
    """What is written as a bound, and is none."""
    for piece in pieces:
        name, is_bound = _name(piece), _is_bound(piece)
        if name not in _BOUNDS:
            continue
        if piece["minus"] and is_bound:
            yield f"A minus leaves out words, not days or photos, so “{piece[0]}” left out what has these words."
        elif not is_bound and name == "has":
            yield f"“{piece[0]}” was looked for as words: has:photo is all that can be asked so."
        elif not is_bound:
            yield (
                f"“{piece[0]}” names no date, so it was looked for as words:"
                " give a year, a month or a day, like 2021, 2021-07 or 2021-07-15."
            )


def _backwards(asked: Asked, pieces: Sequence[Piece], url_of: Callable[[Asked], str]) -> Note:
    """That no day lies within the bounds, and the search with them turned round, where they are a pair."""
    query = asked.query
    words = f"The days run backwards, {between_words(query.since, query.until)}, so nothing lies within them."
    tries = [asked.but(q=_turned(asked.q, pieces))]
    if Asked(since=asked.since, until=asked.until).query.is_backwards:
        tries.insert(0, asked.but(since=asked.until, until=asked.since))
    for turned in tries:
        if not turned.query.is_backwards:
            link = between_words(turned.query.since, turned.query.until)
            return Note(f"{words} The other way round:", link, url_of(turned))
    return Note(words)


def _turned(text: str, pieces: Sequence[Piece]) -> str:
    """The words with what stands behind ``from:`` and ``to:`` exchanged."""
    bounds = [piece for piece in pieces if _name(piece) in ("from", "to") and _is_bound(piece)]
    if sorted(map(_name, bounds)) != ["from", "to"]:
        return text
    pairs = zip(bounds, reversed(bounds), strict=True)
    return _edited(text, [(*one.span("field"), other["field"]) for one, other in pairs])


def _is_bound(piece: Piece) -> bool:
    return with_bound(Query(), _name(piece), _said(piece)) is not None


def _name(piece: Piece) -> str:
    return (piece["field"] or "").lower()


def _said(piece: Piece) -> str:
    return str(piece["word"] if piece["phrase"] is None else piece["phrase"])


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """The text with other words from one place to another, each pair of places after the one before it."""
    for start, end, words in reversed(edits):
        text = f"{text[:start]}{words}{text[end:]}"
    return text
