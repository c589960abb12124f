"""Notes above the hits on what was searched for as plain words, for readers who may have meant otherwise."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from articles.public.search.address import Asked
from articles.search.asking import begins_name
from articles.search.query import BOUNDS, FIELDS, JOINS, MOST_TERMS, Field, Query, pieces_of, text_of, with_bound
from articles.text.dates import between_words
from articles.text.messages import gettext

LONGEST_NAME = 8  # words
Piece = re.Match[str]


def note(message: str, *, link: str = "", url: str = "", is_search: bool = True, **values: Any) -> SafeString:
    """A marked message with its values, as HTML. ``%(link)s`` in it links to a search or a page."""
    follows = mark_safe(' rel="nofollow"') if is_search else ""
    linked = format_html('<a href="{}"{}>{}</a>', url, follows, link)
    return mark_safe(message % {"link": linked, **{name: escape(value) for name, value in values.items()}})  # noqa: S308


def notes_of(asked: Asked, url_of: Callable[[Asked], str]) -> list[SafeString]:
    pieces = pieces_of(asked.q)[:MOST_TERMS]
    notes = list(dict.fromkeys(_no_bounds(pieces)))
    together = _together(asked.q, pieces)
    if together != asked.q:
        message = gettext(
            "Write a field and its value without a space, and names of several words in quotation marks: %(link)s."
        )
        notes.append(note(message, link=together, url=url_of(asked.but(q=together))))
    query = asked.query
    if query.is_backwards:
        unbound = str(replace(asked.words, first=None, last=None))
        turned = asked.but(q=unbound, since=query.until, until=query.since)
        message = gettext("The dates are in the wrong order: %(dates)s. Try %(link)s.")
        dates, link = between_words(query.since, query.until), between_words(turned.since, turned.until)
        notes.append(note(message, dates=dates, link=link, url=url_of(turned)))
    return notes


def _no_bounds(pieces: Sequence[Piece]) -> Iterator[SafeString]:
    """Notes on words that resemble bounds."""
    for piece in pieces:
        name = (piece["field"] or "").lower()
        if name not in BOUNDS:
            continue
        is_bound = with_bound(Query(), name, text_of(piece)) is not None
        if is_bound and not piece["minus"]:
            continue
        if is_bound:
            message = gettext("A minus works with words only. “%(said)s” was read as words.")
        elif name == "has":
            message = gettext("“%(said)s” was searched for as words. Only has:photo works.")
        else:
            message = gettext(
                "“%(said)s” is not a valid date, so it was searched for as words. Write 2021, 2021-07 or 2021-07-15."
            )
        yield note(message, said=piece[0])


def _together(text: str, pieces: Sequence[Piece]) -> str:
    """The text with fields joined to their values: ``headline:ferry``, ``source:"the courier"``."""
    edits = []
    for at, piece in enumerate(pieces):
        alone = _field_alone(piece)
        values = pieces[at + 1 :] if alone else pieces[at:]
        if alone:
            if not values or not _is_bare(values[0]):
                continue
            is_bound = not piece["minus"] and with_bound(Query(), alone, text_of(values[0])) is not None
            if not is_bound and not (alone in FIELDS and any(map(str.isalnum, values[0][0]))):
                continue
        value, field = values[0], FIELDS.get(alone or (piece["field"] or "").lower())
        end = _end_of_name(text, field, values)
        start = value.start("word")
        if end > value.end():
            edits.append((piece.end() if alone else start, end, f'"{text[start:end]}"'))
        elif alone:
            edits.append((piece.end(), value.start(), ""))
    for start, end, words in reversed(edits):
        text = f"{text[:start]}{words}{text[end:]}"
    return text


def _end_of_name(text: str, field: Field | None, pieces: Sequence[Piece]) -> int:
    """The end of the longest run of words that begins a name of this field, else of the first word."""

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
    return not (piece["minus"] or piece["field"] or piece[0] in JOINS or _field_alone(piece))


def _field_alone(piece: Piece) -> str:
    """``headline`` for a piece ``headline:`` without a value, else ``""``."""
    name, colon, rest = (piece["word"] or "").lower().partition(":")
    is_field = colon and not rest and not piece["field"] and (name in FIELDS or name in BOUNDS)
    return name if is_field else ""
