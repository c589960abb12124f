"""What of a search may have been meant otherwise than it is understood, said above what it finds. Pure.

Whatever has no meaning of its own is looked for as plain words; but a reader who typed it as though it had one is told
so, and led to what says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from articles.public.search.address import Asked
from articles.search.query import FIELDS, MOST_TERMS, Field, Query, pieces_of, with_bound
from articles.text.dates import between_words
from articles.text.languages import language_words

_JOINS = ("AND", "OR", "NOT")
_BOUNDS = ("from", "to", "has")
LONGEST_NAME = 8  # words
_LANGUAGE = re.compile("[a-z]{2,3}")
Piece = re.Match[str]


@dataclass(frozen=True, slots=True)
class Note:
    """Words, and a search behind them that they lead to, or a page; ``""`` where they lead nowhere."""

    words: str
    link: str = ""
    url: str = ""
    is_search: bool = True


def notes_of(asked: Asked, url_of: Callable[[Asked], str], begins_name: Callable[[Field, str], bool]) -> list[Note]:
    """``url_of`` gives the address of a search of the same kind; ``begins_name`` says whether the name of a tag or a
    source begins with these words."""
    pieces = list(islice(pieces_of(asked.q), MOST_TERMS))
    notes = [Note(words) for words in dict.fromkeys(_no_bounds(pieces))]
    for words, said in (
        _joined_by_words(asked.q, pieces),
        _by_our_names(asked.q, pieces),
        _apart(asked.q, pieces, begins_name),
        _unquoted(asked.q, pieces, begins_name),
    ):
        if said != asked.q:
            notes.append(Note(words, said, url_of(asked.but(q=said))))
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


# What fields are called elsewhere, and here.
_OUR_NAMES = {
    **dict.fromkeys(("author", "by", "writer"), "byline"),
    **dict.fromkeys(("title", "intitle"), "headline"),
    **dict.fromkeys(("photo", "photos", "image"), "caption"),
    **dict.fromkeys(("photographer",), "credit"),
    **dict.fromkeys(("publication", "paper", "newspaper", "publisher", "site"), "source"),
    **dict.fromkeys(("topic", "subject", "keyword"), "tag"),
    **dict.fromkeys(("before", "until"), "to"),
    **dict.fromkeys(("after", "since"), "from"),
}
_OF_DAYS = ("date", "year", "month", "day", "published")


def _by_our_names(text: str, pieces: Sequence[Piece]) -> tuple[str, str]:
    """The words with each field that has another name elsewhere by ours."""
    edits = []
    for piece in pieces:
        name, said = _name(piece), _said(piece)
        if ours := _OUR_NAMES.get(name):
            if ours not in _BOUNDS or (with_bound(Query(), ours, said) and not piece["minus"]):
                edits.append((*piece.span("field"), ours))
        elif name in _OF_DAYS and not piece["minus"] and with_bound(Query(), "from", said):
            edits.append((*piece.span(), f"from:{said} to:{said}"))
    return "A field has another name here:", _edited(text, edits)


def language_note(asked: Asked, url_of: Callable[[Asked], str]) -> list[Note]:
    """The search in a language, where one was asked for as though there were such a field."""
    for piece in pieces_of(asked.q):
        code = _said(piece).lower()
        if _name(piece) in ("language", "lang") and not piece["minus"] and _LANGUAGE.fullmatch(code):
            left = asked.but(q=" ".join(_edited(asked.q, [(*piece.span(), "")]).split()), language=code)
            return [Note("The language is a filter of its own:", language_words(code), url_of(left))]
    return []


def _joined_by_words(text: str, pieces: Sequence[Piece]) -> tuple[str, str]:
    """The words with a minus for NOT, and without AND; as they are where all is in capitals, like many a headline."""
    others = "".join(piece[0] for piece in pieces if piece[0] not in _JOINS)
    if others.isupper():
        return "", text
    nots = [
        (one, other)
        for before, one, other in zip([None, *pieces], pieces, pieces[1:], strict=False)
        if one[0] == "NOT" and _can_have_minus(other) and not (before and before[0] in ("OR", "NOT"))
    ]
    ands = [
        (one, other)
        for before, one, other in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if one[0] == "AND" and before[0] not in _JOINS and other[0] not in ("AND", "OR")
    ]
    signs = [(one.start(), other.start(), "-") for one, other in nots]
    signs += [(one.start(), other.start(), "") for one, other in ands]
    if nots:
        words = "“NOT” was looked for as a word. To leave a word out, put a minus before it:"
    else:
        words = "“AND” was looked for as a word. Words need none between them for all to be asked for:"
    return words, _edited(text, sorted(signs))


def _can_have_minus(piece: Piece) -> bool:
    if piece["minus"] or piece[0] in _JOINS or _is_bound(piece) or _is_field_alone(piece):
        return False
    return any(map(str.isalnum, piece[0]))


def _is_field_alone(piece: Piece) -> bool:
    """Whether this is ``headline:`` with nothing beside it."""
    word = piece["word"] or ""
    return not piece["field"] and word.endswith(":") and word[:-1].lower() in (*FIELDS, *_BOUNDS)


def _apart(text: str, pieces: Sequence[Piece], begins_name: Callable[[Field, str], bool]) -> tuple[str, str]:
    """The words with each of our fields beside what is asked of it; of a name of several words, all of them."""
    edits = []
    for at, (field, word) in enumerate(pairwise(pieces)):
        name = (field["word"] or "")[:-1].lower()
        is_alone = field["word"] and not field["field"] and field["word"].endswith(":")
        if not is_alone or not _can_follow(name, word, is_minus=bool(field["minus"])):
            continue
        last = _end_of_name(text, name, pieces[at + 1 :], begins_name)
        said = f'"{text[word.start() : last.end()]}"' if last is not word else word[0]
        edits.append((field.end(), last.end(), said))
    return "The name of a field and what is asked of it stand together, with no space between:", _edited(text, edits)


def _unquoted(text: str, pieces: Sequence[Piece], begins_name: Callable[[Field, str], bool]) -> tuple[str, str]:
    """The words with quotation marks around each name of several words, of which a field takes the first alone."""
    edits = []
    for at, piece in enumerate(pieces):
        last = _end_of_name(text, _name(piece), pieces[at:], begins_name)
        if last is not piece:
            start = piece.start("word")
            edits.append((start, last.end(), f'"{text[start : last.end()]}"'))
    return "A name of several words stands in quotation marks, for a field takes the first alone:", _edited(text, edits)


def _end_of_name(text: str, field: str, pieces: Sequence[Piece], begins_name: Callable[[Field, str], bool]) -> Piece:
    """The last of the words with which a name of this field begins, as many as there are; else the first piece."""
    first = pieces[0]
    if field not in (Field.TAG, Field.SOURCE) or first["phrase"] is not None or first[0].endswith("*"):
        return first
    more = takewhile(_is_plain_word, pieces[1:LONGEST_NAME])
    for last in reversed(list(more)):
        if begins_name(Field(field), text[first.start("word") : last.end()]):
            return last
    return first


def _is_plain_word(piece: Piece) -> bool:
    is_sign = piece["minus"] or piece["field"] or piece[0] in _JOINS or piece[0].endswith("*")
    return piece["phrase"] is None and not is_sign and not _is_field_alone(piece)


def _can_follow(name: str, word: Piece, *, is_minus: bool) -> bool:
    if word["minus"] or word["field"] or word[0] in _JOINS or _is_field_alone(word):
        return False
    is_bound = not is_minus and with_bound(Query(), name, _said(word)) is not None
    return is_bound or (name in FIELDS and any(map(str.isalnum, word[0])))


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
