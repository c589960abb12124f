"""Marks matching words in hits, in sequence and in the places of the query, and makes snippets, as HTML. Pure."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import islice

from django.utils.safestring import SafeString, mark_safe

from articles.search.backend import Column, CompiledQuery, Tokens
from articles.text.words import Word, folded, letters_of, places_of, tokenised, words_of

SNIPPET_LENGTH = 260  # letters, about
BEFORE_HIT = 60
COMPARED = 5  # paragraphs with hits
MOST_COMPARED = 1_000  # hits of each at which a snippet may begin
_SHOWN = frozenset((Column.HEADLINE, Column.CAPTION, Column.BODY, Column.BYLINE))


@dataclass(slots=True)
class Marks:
    """Words to mark in one place of an article: stems, written words, prefixes, and phrases by their first word."""

    language: str
    stems: set[str] = field(default_factory=set)
    exact: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    phrases: dict[str, list[Tokens]] = field(default_factory=lambda: defaultdict(list))
    clauses: int = 0  # of the query that have any of these

    def __bool__(self) -> bool:
        return bool(self.stems or self.exact or self.prefixes or self.phrases)

    def add(self, tokens: Tokens) -> None:
        first = tokens.words[0]
        if len(tokens.words) > 1:
            self.phrases[first].append(tokens)
        else:
            (self.prefixes if tokens.is_prefix else self.exact if tokens.is_written else self.stems).add(first)

    def hits(self, text: str) -> Iterator[tuple[int, int]]:
        """Starts and ends of hits, which may overlap."""
        if not (self.prefixes or self.phrases):
            yield from places_of(text, self.language, self.stems, self.exact)
            return
        words = words_of(text, self.language)
        for place, word in enumerate(words):
            if word.stem in self.stems or word.exact in self.exact:
                yield word.start, word.end
            for prefix in self.prefixes:
                if word.exact.startswith(prefix):
                    yield word.start, _end_of(word, prefix, text)
            for first in {word.stem, word.exact} & self.phrases.keys():
                for phrase in self.phrases[first]:
                    found = words[place : place + len(phrase.words)]
                    *start, last = [match.exact if phrase.is_written else match.stem for match in found]
                    *wanted, end = phrase.words
                    if start == wanted and (last == end or (phrase.is_prefix and last.startswith(end))):
                        yield word.start, _end_of(found[-1], end, text)

    def may_be_in(self, text: str) -> bool:
        """A quick guess for phrases and prefixes, which are slow to find."""
        if not (self.prefixes or self.phrases):
            return True
        stems, exact, _ = tokenised(text, self.language)
        wanted = self.stems | self.exact | self.phrases.keys()
        return not wanted.isdisjoint((*stems, *exact)) or any(word.startswith(tuple(self.prefixes)) for word in exact)


def _end_of(word: Word, prefix: str, text: str) -> int:
    """The end of a prefix match; in scripts without spaces, perhaps after the first of two letters."""
    if not word.is_cut:
        return word.end
    first = letters_of(text[word.start : word.end])[0]
    return word.start + len(first) if folded(first).startswith(prefix) else word.end


def marks_of(compiled: CompiledQuery, language: str) -> dict[Column, Marks]:
    found = {column: Marks(language) for column in _SHOWN}
    for clause in compiled.words:
        columns: set[Column] = set()
        for tokens in clause:
            if language in tokens.not_in or (tokens.only_in and language not in tokens.only_in):
                continue
            for column in _SHOWN if tokens.column is Column.TEXT else {tokens.column} & _SHOWN:
                found[column].add(tokens)
                columns.add(column)
        for column in columns:
            found[column].clauses += 1
    return found


def marked(text: str, marks: Marks) -> SafeString:
    return _html(text, _spans(marks.hits(text)) if marks and text else (), 0, len(text))


def is_hit(text: str, marks: Marks) -> bool:
    return bool(text and marks) and any(True for _ in marks.hits(text))


def has_hit(html: str) -> bool:
    return "<mark>" in html


def snippet(paragraphs: Iterable[str], marks: Marks) -> SafeString:
    """The passage with the most different hits, or with a hit for each clause, as HTML; ``""`` without hits."""
    if not marks:
        return SafeString()
    best: tuple[int, str, list[tuple[int, int]], int] | None = None
    with_hits = (
        (paragraph, spans)
        for paragraph in paragraphs
        if marks.may_be_in(paragraph) and (spans := _spans(marks.hits(paragraph)))
    )
    for paragraph, spans in islice(with_hits, COMPARED):
        ends = [end for _, end in spans]
        for place, (start, _) in enumerate(spans[:MOST_COMPARED]):
            within = spans[place : bisect_right(ends, start + SNIPPET_LENGTH - BEFORE_HIT)]
            different = len({paragraph[first:last].casefold() for first, last in within})
            if best is None or different > best[0]:
                best = different, paragraph, spans, start
            if best[0] >= marks.clauses:
                break
        if best and best[0] >= marks.clauses:
            break
    if best is None:
        return SafeString()
    _, paragraph, spans, start = best
    first, last = _window(paragraph, marks.language, start)
    html = _html(paragraph, spans, first, last)
    return mark_safe(f"{'… ' if first else ''}{html}{' …' if last < len(paragraph) else ''}")  # noqa: S308


def _window(text: str, language: str, start: int) -> tuple[int, int]:
    """From a word shortly before the hit to a word near ``SNIPPET_LENGTH``."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    first = 0
    if start > BEFORE_HIT:
        wanted = start - BEFORE_HIT
        words = _words_at(text, language, wanted, start)
        first = min((begins for begins, _ in words if begins >= wanted), default=start)
    wanted = first + SNIPPET_LENGTH
    if len(text) <= wanted:
        return first, len(text)
    words = _words_at(text, language, wanted - BEFORE_HIT, wanted)
    return first, max((end for _, end in words if end <= wanted), default=wanted)


def _words_at(text: str, language: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Starts and ends of words in a part of a text, extended to the nearest spaces."""
    begin, end = text.rfind(" ", 0, first) + 1, text.find(" ", last)
    for word in words_of(text[begin:] if end == -1 else text[begin:end], language):
        yield begin + word.start, begin + word.end


def _spans(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping hits merged."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return spans


def _html(text: str, spans: Iterable[tuple[int, int]], first: int, last: int) -> SafeString:
    html, place = "", first
    for start, end in spans:
        if end <= first or start >= last or (end > last and html):  # only the first may be cut
            continue
        start, end = max(start, first), min(end, last)
        html += f"{escape(text[place:start])}<mark>{escape(text[start:end])}</mark>"
        place = end
    return mark_safe(html + escape(text[place:last]))  # noqa: S308
