"""A piece of a text, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from articles.ingest.parsing.credits_in_text import Credit
from articles.ingest.parsing.metadata import Metadata

NO_METADATA = Metadata()
PartKind = Literal["headline", "boilerplate", "metadata", "photo", "paragraph"]


@dataclass(slots=True)  # not frozen, for speed: a megabyte of short lines makes half a million
class Part:
    kind: PartKind
    lines: Sequence[int]
    text: str
    metadata: Metadata = NO_METADATA
    credit: Credit | None = None
    is_put_back: bool = False  # into the text, by ``keeping.put_back``
