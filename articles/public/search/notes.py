"""What a search was not understood to ask, said above its hits. Pure, but for the names that are looked up.

Whatever has no meaning of its own is looked for as plain words; a reader who typed it as though it had one is told so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile

from articles.public.search.address import Asked
from articles.search.query import BOUNDS, FIELDS, JOINS, MOST_TERMS, Field, Query, parse, pieces_of, said_in, with_bound
from articles.text.dates import between_words

LONGEST_NAME = 8  # words
Piece = re.Match[str]
BeginsName = Callable[[Field, str], bool]


@dataclass(frozen=True, slots=True)
class Note:
    """Words, and a search that they lead to, or a page; ``""`` where they lead nowhere."""

    words: str
    link: str = ""
    url: str = ""
    is_search: bool = True


def notes_of(asked: Asked, url_of: Callable[[Asked], str], begins_name: BeginsName) -> list[Note]:
    """``url_of`` gives the address of a search of the same kind; ``begins_name`` says whether the name of a tag or a
    source begins with these words."""
    pieces = list(islice(pieces_of(asked.q), MOST_TERMS))
    notes = [Note(words) for words in dict.fromkeys(_no_bounds(pieces))]
    together = _together(asked.q, pieces, begins_name)
    if together != asked.q:
        words = "A field and its value stand together, and a name of several words in quotation marks:"
        notes.append(Note(words, together, url_of(asked.but(q=together))))
    query = asked.query
    if query.is_backwards:
        unbound = str(replace(parse(asked.q), first=None, last=None))
        turned = asked.but(q=unbound, since=query.until, until=query.since)
        words = f"The days run backwards, {between_words(query.since, query.until)}, so nothing lies within them."
        link = between_words(turned.since, turned.until)
        notes.append(Note(f"{words} The other way round:", link, url_of(turned)))
    return notes


def _no_bounds(pieces: Sequence[Piece]) -> Iterator[str]:
    """What is written as a bound, and is none."""
    for piece in pieces:
        name = (piece["field"] or "").lower()
        is_bound = with_bound(Query(), name, said_in(piece)) is not None
        if piece["minus"] and is_bound:
            yield f"A minus leaves out words, not days or photos, so “{piece[0]}” left out what has these words."
        elif name == "has" and not is_bound:
            yield f"“{piece[0]}” was looked for as words: has:photo is all that can be asked so."
        elif name in BOUNDS and not is_bound:
            yield (
                f"“{piece[0]}” names no date, so it was looked for as words:"
                " give a year, a month or a day, like 2021, 2021-07 or 2021-07-15."
            )


def _together(text: str, pieces: Sequence[Piece], begins_name: BeginsName) -> str:
    """The text with each field beside its value: ``headline: ferry`` as ``headline:ferry``, ``source: the courier`` as
    ``source:"the courier"`` where a source is called so."""
    edits = []
    for at, piece in enumerate(pieces):
        alone = _field_alone(piece)
        values = pieces[at + 1 :] if alone else pieces[at:]
        if alone:
            if not values or not _is_bare(values[0]):
                continue
            is_bound = not piece["minus"] and with_bound(Query(), alone, said_in(values[0])) is not None
            if not is_bound and not (alone in FIELDS and any(map(str.isalnum, values[0][0]))):
                continue
        value, field = values[0], FIELDS.get(alone or (piece["field"] or "").lower())
        end = _end_of_name(text, field, values, begins_name)
        start = value.start("word")
        if end > value.end():
            edits.append((piece.end() if alone else start, end, f'"{text[start:end]}"'))
        elif alone:
            edits.append((piece.end(), value.start(), ""))
    for start, end, words in reversed(edits):
        text = f"{text[:start]}{words}{text[end:]}"
    return text


def _end_of_name(text: str, field: Field | None, pieces: Sequence[Piece], begins_name: BeginsName) -> int:
    """Where the words end with which a name of this field begins, as many as there are; else the first of them."""

    def is_word(piece: Piece) -> bool:
        return piece["phrase"] is None and not piece[0].endswith("*")

    first = pieces[0]
    if field in (Field.TAG, Field.SOURCE) and is_word(first):
        more = takewhile(lambda piece: is_word(piece) and _is_bare(piece), pieces[1:LONGEST_NAME])
        for last in reversed(list(more)):
            if begins_name(field, text[first.start("word") : last.end()]):
                return last.end()
    return first.end()


def _is_bare(piece: Piece) -> bool:
    """Whether it is words alone, without a sign or a field."""
    return not (piece["minus"] or piece["field"] or piece[0] in JOINS or _field_alone(piece))


def _field_alone(piece: Piece) -> str:
    """The field of a piece that is ``headline:`` with nothing beside it; else ``""``."""
    name, colon, rest = (piece["word"] or "").lower().partition(":")
    is_field = colon and not rest and not piece["field"] and (name in FIELDS or name in BOUNDS)
    return name if is_field else ""
