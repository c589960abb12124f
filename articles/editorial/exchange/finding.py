"""Which article here a line of edits is about.

By its key; else by the bytes of an original: the key of an article without id or URL comes from the bytes that were
loaded first, and an archive that is built anew from changed files begins with others. Else by its address, if the
source is the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.db.models import Q
from django.urls import Resolver404, resolve

from articles.editorial.actions import chunks
from articles.models import Article, Original, Source, Tag

Line = Mapping[str, Any]
MOST_ALIKE = 1000  # articles of one day and headline


@dataclass(slots=True)
class Found:
    """The keys that articles have here, by those that they have in the other archive. No article is found twice."""

    keys: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Found:
        """Find the articles of lines; what none of them is sure of is left out."""
        found = cls()
        wanted = {line["key"]: line for line in lines}
        for keys in chunks(list(wanted)):
            found._take((key, key) for key in Article.objects.filter(key__in=keys).values_list("key", flat=True))
        missing = [line for key, line in wanted.items() if key not in found.keys and "found_by" in line]
        found._take((line["key"], key) for line in missing if (key := _by_originals(line)))
        missing = [line for line in missing if line["key"] not in found.keys]
        found._take([(line["key"], key) for line in missing if (key := found._by_address(line))])
        return found

    def translated(self, line: Line) -> dict[str, Any]:
        """The line with the keys of this archive."""
        keys = {name: self.keys.get(line[name], line[name]) for name in ("key", "merged_into") if line.get(name)}
        return {**line, **keys}

    def _take(self, pairs: Iterable[tuple[str, str]]) -> None:
        for there, here in pairs:
            if here not in self._taken:
                self.keys[there] = here
                self._taken.add(here)

    def _by_address(self, line: Line) -> str | None:
        """The one article that has an address of the other's, of the same source and not known as another."""
        source = line["found_by"].get("source")
        paths = [line["found_by"]["address"], *line.get("former_addresses", [])]
        named = [one for path in paths for one in _articles_at(path, line["key"])]
        free = {one.key for one in named if one.as_loaded.get("source") == source} - self._taken
        return free.pop() if len(free) == 1 else None


def is_readable(line: Line) -> bool:
    """Whether the names by which a line is found are such."""
    said = line.get("found_by", {"address": "", "originals": []})
    texts = [line["key"], said.get("address"), *said["originals"], *line.get("former_addresses", [])]
    return all(isinstance(text, str) for text in texts)


def is_live(path: str) -> bool:
    """Whether an address has a page here."""
    try:
        place = resolve(unquote(path))
    except Resolver404:
        return False
    page, said = place.url_name, place.kwargs
    if page == "article":
        return Article.objects.on_day(said["day"]).filter(slug=said["slug"]).exists()
    if page == "undated-article":
        return Article.objects.on_day(None).filter(slug=said["slug"]).exists()
    if page == "tag":
        return Tag.objects.named(said["slug"]) is not None
    return page == "source" and Source.objects.named(said["slug"]) is not None


def _by_originals(line: Line) -> str | None:
    held = Original.objects.filter(digest__in=line["found_by"]["originals"])
    keys = set(held.values_list("article__key", flat=True))
    return keys.pop() if len(keys) == 1 else None


def _articles_at(path: str, key: str) -> list[Article]:
    """The articles that have this permalink here, or would have it but for one that came before them."""
    try:
        place = resolve(path)
    except Resolver404:
        return []
    if place.url_name not in ("article", "undated-article"):
        return []
    day, stem = place.kwargs.get("day"), _stem(place.kwargs["slug"], key)
    named = Article.objects.on_day(day).filter(Q(slug=stem) | Q(slug__startswith=f"{stem}-"))
    return [one for one in named.only("key", "slug", "as_loaded")[:MOST_ALIKE] if _stem(one.slug, one.key) == stem]


def _stem(slug: str, key: str) -> str:
    """A slug without what tells its article from another of that day."""
    return str(slug).removesuffix(f"-{key}").removesuffix(f"-{key[:4]}")
