"""Titles and lines that many files of a site share, learned from a sample of them before they are loaded."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from articles.ingest.errors import IngestError
from articles.ingest.inputs.sniff import HEAD_BYTES
from articles.ingest.parsing.boilerplate import is_boilerplate
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.frame import DEEPEST, LONG, PLACES, SENTENCE, Frame, in_frame, lone_lines
from articles.ingest.parsing.labels import tokenise
from articles.ingest.parsing.local_files import open_regular
from articles.ingest.parsing.metadata import Metadata, Place, parse_metadata
from articles.ingest.parsing.names import reads_as_name
from articles.ingest.parsing.whitespace import fold_lines, split_lines
from articles.ingest.readers import READERS
from articles.ingest.readers.html.evidence.headlines import parts_of_title
from articles.ingest.readers.html.evidence.people import begins_with_by, names_in
from articles.ingest.readers.html.lines import lines_of
from articles.ingest.readers.html.page import parse
from articles.ingest.readers.html.tree import inline_text
from articles.ingest.readers.text import read as read_text
from articles.ingest.work import time_limit
from articles.text.keys import bare
from articles.text.outlets import has_press_name, is_known_outlet

FEWEST = 30  # files of which something can be learned
SAMPLE = 500
MOST_PAGES, HALF_OF_TEXTS = 0.8, 0.5  # whoever copies a text leaves out some lines
MAX_BYTES = 300_000
SECONDS = 5
LONGEST = 500
# Titles; lines; numbers of those that may be between paragraphs
_File = tuple[Sequence[str], Sequence[str], frozenset[int]]


def learned(pages: Sequence[Path], texts: Sequence[Path]) -> Frame:
    """The frame of web pages and plain texts; nothing of a kind with fewer than ``FEWEST``. Nothing that says who
    wrote, or when, is in it. A line of texts that may be a sentence is only ``kept``.
    """
    found = _frame_of(texts, _text, HALF_OF_TEXTS, SENTENCE)
    lines = [line for place in PLACES for line in getattr(found, place)]
    names = set(filter(reads_as_name, lines))
    sentences = [line for line in lines if SENTENCE.search(line)]
    if names:  # the author of all files, if without her name in the frame it is read as the byline
        named = Counter(read_text(data, _without(found, {*sentences, *names})).byline for data in _contents(texts))
        names = {line for line in names if named[line] * 2 > named.total()}
    of_texts = replace(_without(found, {*sentences, *names}), kept=tuple(dict.fromkeys(sentences)))
    return _frame_of(pages, _page, MOST_PAGES, LONG).extended(of_texts)


def _without(frame: Frame, lines: Collection[str]) -> Frame:
    lists = {place: tuple(line for line in getattr(frame, place) if line not in lines) for place in PLACES}
    return Frame(**lists, is_said=any(lists.values()))


def _contents(paths: Sequence[Path]) -> Iterator[bytes]:
    for path in paths[:: -(-len(paths) // SAMPLE)] if len(paths) >= FEWEST else ():
        try:
            with time_limit(SECONDS), open_regular(path) as opened:
                yield opened.read(MAX_BYTES)
        except (OSError, IngestError):
            continue  # the load reports it


def _frame_of(
    paths: Sequence[Path], read: Callable[[bytes], _File | None], share: float, prose: re.Pattern[str]
) -> Frame:
    files = list[_File]()
    for data in _contents(paths):
        try:
            with time_limit(SECONDS):
                files += filter(None, [read(data)])
        except IngestError:
            continue
    # Copies of one text count once.
    files = list({tuple(filter(prose.search, file[1])) or (*file[1],): file for file in files}.values())
    if len(files) < FEWEST:
        return Frame()
    titles = tuple(_shared([titles for titles, _, _ in files], share))
    mastheads = _shared([lines[:1] for _, lines, _ in files], share)
    mastheads = [line for line in mastheads if has_press_name(line) or is_known_outlet(line)]
    above = _edge([lines[:DEEPEST] for _, lines, _ in files], share, prose, mastheads)
    below = _edge([lines[: -DEEPEST - 1 : -1] for _, lines, _ in files], share, prose)[::-1]
    edges = Frame(above=above, below=below)
    others = [[lines[at] for at in sorted(lone.difference(edges.numbers_in(lines, prose)))] for _, lines, lone in files]
    between = dict.fromkeys(line for line in _shared(others, share) if not _is_of_article(line))
    lists = titles, above, below, tuple(between)
    return Frame(*lists, is_said=any(lists))


def _page(data: bytes) -> _File:
    root = parse(data).root
    title = inline_text(head)[:LONGEST] if (head := root.find(".//title")) is not None else ""
    return [title, *parts_of_title(title)], [line.text[:LONGEST] for line in lines_of(root)], frozenset()


def _text(data: bytes) -> _File | None:
    """A text without its known boilerplate; ``None`` for another format."""
    if any(reader.looks_like(data[:HEAD_BYTES]) for reader in READERS.values()):
        return None
    folded = fold_lines(split_lines(decode(data).text))
    numbers = [number for number, line in enumerate(folded) if bare(line) and not is_boilerplate(line)]
    lines = [folded[number][:LONGEST] for number in numbers]
    alone = set(lone_lines(folded))
    return (), lines, frozenset(at for at, number in enumerate(numbers) if number in alone)


def _edge(
    files: Sequence[Sequence[str]], share: float, prose: re.Pattern[str], mastheads: Collection[str] = ()
) -> tuple[str, ...]:
    """The shared lines at one edge, in the order of most files. Only those count that no text of an article separates
    from the edge, and none of its facts; ``mastheads``, the outlet above all articles, are none."""
    shared = _shared(files, share)
    found = _shared([[file[number] for number in in_frame(enumerate(file), shared, prose)] for file in files], share)
    return tuple(line for line in found if line in mastheads or not _is_of_article(line))


def _is_of_article(line: str) -> bool:
    """``True`` for what says who wrote, or when, and for a label of that."""
    is_byline = begins_with_by(line) and bool(names_in([line]))
    is_label = all(token.kind != "text" for token in tokenise(line, []))
    metadata = parse_metadata(line, Place(is_beside_metadata=True))
    return is_byline or is_label or metadata not in (None, Metadata(dropped=metadata.dropped if metadata else ()))


def _shared(files: Sequence[Iterable[str]], share: float) -> list[str]:
    """The texts that this share of the files have, by the place where they are first; as often as they are there."""
    counts = Counter[tuple[str, int]]()
    shown = dict[tuple[str, int], str]()
    for file in files:
        seen = Counter[str]()
        for text in file:
            words = bare(text)
            seen[words] += 1
            counts[words, seen[words]] += 1
            shown.setdefault((words, seen[words]), text)
    fewest = max(share * len(files), FEWEST / 2)
    return [shown[key] for key in shown if key[0] and counts[key] >= fewest and shown[key].isprintable()]
