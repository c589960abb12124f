"""Statements of a page about its article, each with its place, the most reliable first."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from articles.ingest.parsing.whitespace import fold
from articles.text.keys import bare

Field = Literal[
    "headline", "deck", "author", "published", "updated", "source", "site", "section", "tag", "keyword", "language",
    "url", "id", "dateline", "article_body",
]  # fmt: skip

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_ENTITY = re.compile(r"&(?:#\w{1,8}|[a-zA-Z]{2,10});")

key = bare  # of names and headlines, to compare them

# More statements of one kind than this say nothing, whoever makes them.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Clue:
    """``value``: folded; ``origin``: a code of ``text.evidence``; ``printed``: the text that the value is from."""

    value: str
    origin: str
    printed: str = ""


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """A picture that a page names in its metadata, with what it says of it there. ``url`` as written."""

    url: str
    caption: str | None = None
    credit: str | None = None
    creator: str | None = None
    copyright_notice: str | None = None
    alt_text: str | None = None


@dataclass(slots=True)
class Clues:
    """All that was found, in the order in which it was added: the surest first."""

    found: dict[Field, list[Clue]] = field(default_factory=dict)

    def add(self, about: Field, value: str | None, origin: str, *, printed: str = "") -> None:
        """Note a statement, if it says anything."""
        clues = self.found.setdefault(about, [])
        text = (value or "").strip() if about == "article_body" else plain((value or "")[:2_000])
        if text and len(clues) < _MOST:
            clues.append(Clue(text, origin, printed))

    def of(self, about: Field) -> list[Clue]:
        return self.found.get(about, [])

    def first(self, about: Field) -> Clue | None:
        return next(iter(self.of(about)), None)

    def groups(self, about: Field) -> Iterator[tuple[str, list[str]]]:
        for origin, clues in groupby(self.of(about), key=lambda clue: clue.origin):
            yield origin, [clue.value for clue in clues]


def plain(text: str) -> str:
    """Folded, without markup and references to characters that were left in by mistake, twice encoded ones too."""
    for _ in range(2):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return fold(_TAG.sub("", text) if "<" in text else text)
