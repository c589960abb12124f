"""What nobody needs any more once a load is undone: tags and sources that it made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.catalogue.redirects import retire
from articles.catalogue.revisions import Stamp
from articles.models import Article, FormerTag, Load, LoadChange, Source, SourceAlias, Tag, Tagging
from articles.text.dates import day_words
from articles.text.keys import name_slug


@dataclass(slots=True)
class _Named:
    digests: set[str] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)


class Referred:
    """What the journals of other loads would put back: photo files, tags and sources that have to stay for that.

    They are read when they are first asked for, and that once.
    """

    def __init__(self, load: Load) -> None:
        self._load = load

    @property
    def digests(self) -> set[str]:
        return self._named.digests

    @property
    def tags(self) -> set[int]:
        return self._named.tags

    @property
    def sources(self) -> set[int]:
        return self._named.sources

    @cached_property
    def _named(self) -> _Named:
        found = _Named()
        for columns in self._columns():
            if digest := columns.get("digest"):
                found.digests.add(digest)
            found.tags.update(filter(None, [columns.get("tag_id")]))
            found.sources.update(filter(None, [columns.get("source_id")]))
        return found

    def _columns(self) -> Iterator[dict[str, Any]]:
        """The former columns of each row that a journal names."""
        for rows in LoadChange.objects.exclude(load=self._load).values_list("rows", flat=True).iterator(500):
            yield from (before for _, _, before, _ in rows if before)


def remove(load: Load, referred: Referred, stamp: Stamp) -> tuple[int, int]:
    """Remove the load's tags and sources that nothing uses and staff have not worked on; how many of each."""
    tags = [tag for tag in _unused_tags(load) if tag.pk not in referred.tags]
    reason = f"Its load was undone on {day_words(timezone.localdate())}."
    sources = [source for source in _unused_sources(load) if source.pk not in referred.sources]
    retire([*tags, *sources], reason=reason, moment=stamp.moment)
    for tag in tags:
        stamp.put_on(tag)
        tag.delete()  # its name stays in its history, for the revisions that speak of it
    Source.objects.filter(pk__in=[source.pk for source in sources]).delete()
    return len(tags), len(sources)


def _unused_tags(load: Load) -> list[Tag]:
    history: Any = Tag.history.model
    used = Exists(Tagging.objects.filter(tag=OuterRef("pk")))
    edited = Exists(history.objects.filter(id=OuterRef("pk")))
    merged = Exists(FormerTag.objects.filter(tag=OuterRef("pk")))
    return list(Tag.objects.filter(~used, ~edited, ~merged, load=load))


def _unused_sources(load: Load) -> list[Source]:
    used = Exists(Article.objects.filter(source=OuterRef("pk")))
    merged = Exists(SourceAlias.objects.filter(source=OuterRef("pk")))
    rows = Source.objects.filter(~used, ~merged, load=load, description="", url="")
    return [source for source in rows if source.slug == name_slug(source.name)]
