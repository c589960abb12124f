"""A published article as the index takes it, and the facts that it is listed by, one word each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from articles.models.search_entry import entry_number
from articles.search.words import Spelled


@dataclass(frozen=True, slots=True)
class Document:
    """A published article as the index takes it. ``source_id`` is ``None`` where none is named."""

    article_id: int
    day: date | None
    words: Spelled
    tag_ids: Collection[int]
    source_id: int | None
    language: str
    has_photo: bool

    @property
    def number(self) -> int:
        return entry_number(self.day, self.article_id)

    @property
    def tags(self) -> str:
        """As its entry keeps them."""
        return " ".join(map(str, sorted(self.tag_ids)))

    @property
    def facts(self) -> str:
        """What it is listed by, one word each."""
        found = [EVERY, *map(tag_fact, sorted(self.tag_ids))]
        if self.day is not None:
            found += [year_fact(self.day), month_fact(self.day)]
        if self.source_id is not None:
            found.append(source_fact(self.source_id))
        return " ".join([*found, language_fact(self.language), *([WITH_PHOTO] if self.has_photo else [])])


EVERY = "every"
WITH_PHOTO = "photo"


def tag_fact(tag_id: int) -> str:
    return f"t{tag_id}"


def source_fact(source_id: int | None) -> str:
    return f"s{source_id}"


def year_fact(day: date) -> str:
    return f"y{day.year}"


def month_fact(day: date) -> str:
    return f"m{day.year * 100 + day.month}"


def language_fact(language: str) -> str:
    return f"l{language.partition('-')[0]}"
