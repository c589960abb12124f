"""A message of several items, cut into one document a story: the message's own tags around the items as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.parsing.safe_xml import parse_xml
from articles.ingest.parsing.xml_cuts import cuts_of
from articles.ingest.readers.base import Part
from articles.ingest.readers.newsml_g2.package import ITEMS, items_in, stories_in


def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
    """The stories of a document; it comes whole where it tells one, or cannot be read."""
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        yield UnreadableFile(f"more than {max_bytes:,} bytes (INPUT_MAX_BYTES)", path="")
        return
    try:
        items = items_in(parse_xml(data, "").root)
    except BadMetadata:
        items = []  # reading it will say what is wrong
    stories = stories_in(items)
    if len(stories) < 2:
        yield Part(data, 1)
        return
    cuts = cuts_of(data, ITEMS)
    lines = cuts.lines()
    order = {item: number for number, item in enumerate(items)}
    for story in stories:
        numbers = sorted(order[item] for item in story.items)
        yield Part(cuts.document(numbers), lines[numbers[0]])
