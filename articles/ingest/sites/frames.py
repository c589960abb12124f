"""What all web pages of a site share, learned from a sample of them before they are loaded."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from articles.ingest.errors import IngestError
from articles.ingest.parsing.frame import DEEPEST, Frame, in_frame
from articles.ingest.parsing.local_files import open_regular
from articles.ingest.parsing.metadata import Place, parse_metadata
from articles.ingest.readers.html.evidence.headlines import parts_of_title
from articles.ingest.readers.html.evidence.people import begins_with_by, names_in
from articles.ingest.readers.html.lines import lines_of
from articles.ingest.readers.html.page import parse
from articles.ingest.readers.html.tree import inline_text
from articles.ingest.work import time_limit
from articles.text.keys import bare

FEWEST = 30  # pages of which something can be learned
SAMPLE = 200
MOST_OF_THEM = 0.8
MAX_BYTES = 300_000
SECONDS = 5
LONGEST = 500


def learned(pages: Sequence[Path]) -> Frame:
    """The frame of the pages; empty for fewer than ``FEWEST``. Nothing that says who wrote, or when, is in it."""
    if len(pages) < FEWEST:
        return Frame()
    step = -(-len(pages) // SAMPLE)
    above, below = list[list[str]](), list[list[str]]()
    titles = list[list[str]]()
    for path in pages[::step]:
        try:
            with time_limit(SECONDS), open_regular(path) as file:
                root = parse(file.read(MAX_BYTES)).root
                lines = [line.text[:LONGEST] for line in lines_of(root)]
        except (OSError, IngestError):
            continue  # the load reports it
        title = inline_text(head)[:LONGEST] if (head := root.find(".//title")) is not None else ""
        titles.append([title, *parts_of_title(title)])
        above.append(lines[:DEEPEST])
        below.append(lines[: -DEEPEST - 1 : -1])
    found = tuple(_shared(titles)), _edge(above), _edge(below)[::-1]
    return Frame(*found, is_said=any(found))


def _edge(pages: Sequence[list[str]]) -> tuple[str, ...]:
    """The shared lines at one edge, in the order of most pages. Only those count that no text of an article separates
    from the edge."""
    shared = _shared(pages)
    found = _shared([[page[number] for number in in_frame(page, shared)] for page in pages])
    return tuple(line for line in found if not _is_of_article(line))


def _is_of_article(line: str) -> bool:
    """``True`` for what says who wrote, or when."""
    is_byline = begins_with_by(line) and bool(names_in([line]))
    return is_byline or parse_metadata(line, Place(is_beside_metadata=True)) is not None


def _shared(pages: Sequence[Iterable[str]]) -> list[str]:
    """The texts that most of the pages have, by the place where they stand first; as often as they are there."""
    counts = Counter[tuple[str, int]]()
    shown = dict[tuple[str, int], str]()
    for page in pages:
        seen = Counter[str]()
        for text in page:
            words = bare(text)
            seen[words] += 1
            counts[words, seen[words]] += 1
            shown.setdefault((words, seen[words]), text)
    fewest = max(MOST_OF_THEM * len(pages), FEWEST / 2)
    return [shown[key] for key in shown if key[0] and counts[key] >= fewest and shown[key].isprintable()]
