"""Records for harvesters: articles in the order of their newest changes that readers see, then what was deleted.

Numbers of changes rise in the order of commits, so whoever has harvested up to one of them misses nothing that follows.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import connection

from articles.models import Article, Change, Gone, Source, Tag, Tagging
from articles.models.prepared import rows_of
from articles.public.listings.rows import fetch_photos, fetch_tags
from articles.search import backend

FEW = 10_000  # articles of a set
AT_ONCE = 20_000  # articles in one statement
EXAMINED = 100_000  # rows for one page
# As SQL. CROSS JOIN gives SQLite the order of the tables, so that it reads along the indexes. By ``change.id`` too, or
# it would sort a change, maybe of the whole archive. PostgreSQL sorts each change, so it gets a page of each, for which
# only one index has the order. With CASE, both begin within a change.
_IN_ORDER = """SELECT change.number, row.id, {of_list} FROM articles_change AS change CROSS JOIN {rows} AS row
WHERE {which} AND change.number BETWEEN %(first)s AND %(last)s
ORDER BY change.number, change.id, row.id LIMIT %(size)s"""
_BEGIN = "CASE WHEN change.number = %(number)s THEN %(pk)s ELSE 0 END"
_PAGE_OF_EACH = """LATERAL (SELECT * FROM {table} AS row WHERE {only} AND row.{column} <= change.id
  AND (row.{column}, row.id) > (change.id, {begin}) ORDER BY row.{column}, row.id LIMIT %(size)s)"""
_CHANGED = {"table": "articles_article", "column": "changed_id", "only": "row.added_id IS NOT NULL"}
_DELETED = {"table": "articles_gone", "column": "change_id", "only": "TRUE"}
_OF_SET: dict[Any, str] = {
    Source: "row.source_id = %(of)s",
    # Not EXISTS, for which PostgreSQL would read all links of the tag.
    Tag: "(SELECT 1 FROM articles_tagging WHERE article_id = row.id AND tag_id = %(of)s) IS NOT NULL",
}
# A deleted article may have several former addresses; it is listed by the first.
_FIRST = "NOT EXISTS (SELECT 1 FROM articles_gone AS earlier WHERE earlier.key = row.key AND earlier.id < row.id)"
BY_CHANGE, BY_ID, GONE = PARTS = range(3)


class Place(NamedTuple):
    """Where a record stands: the part of the list, the number of its change, the id of its row."""

    part: int
    number: int = 0
    pk: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """As in a token; a ``ValueError`` if it has no place."""
        part, number, pk = (int(number[:18]) for number in text.split("."))
        return cls(PARTS.index(part), number, pk)

    def __str__(self) -> str:
        return ".".join(map(str, self))


class Record(NamedTuple):
    """``sets``: ``source-harbour-daily``, ``tag-boats``. ``article``: ``None`` if it is deleted."""

    key: str
    changed_at: datetime
    sets: list[str]
    article: Article | None


class Harvest(NamedTuple):
    """The records of a list: changed since a moment (``None``: ever) and before another. ``set``: the name of its set,
    ``""`` for all; ``of``: its source or tag, ``None`` if it is deleted.
    """

    since: datetime | None
    before: datetime
    set: str = ""
    of: Source | Tag | None = None

    def page(self, after: Place | None, size: int) -> tuple[list[Place], Place | None]:
        """The places of the next records, and the one to go on from, ``None`` at the end; with a place to go on from,
        there may be few records or none. A set is read by its articles' ids, each ten times as dear as by the changes,
        if all of it is asked for, or if it has few articles and more have changed, of all.
        """
        first, last = _numbers(self.since, self.before)
        is_lost = self.set and self.of is None and (after is None or after.part != GONE)  # maybe since the first page
        place = Place(GONE) if is_lost else after or Place(self._first_part(first, last)) if first <= last else None
        found, step, examined = list[Place](), size + 1, 0
        while place and len(found) <= size and examined < EXAMINED:
            read = self._read(place, first, last, step)
            found += [Place(place.part, number, pk) for number, pk, is_of_list in read if is_of_list]
            examined += len(read)
            if len(read) == step:
                place, step = Place(place.part, *read[-1][:2]), min(4 * step, AT_ONCE)
            else:
                place = None if place.part == GONE else Place(GONE)
        return found[:size], found[size - 1] if len(found) > size else place

    def _first_part(self, first: int, last: int) -> int:
        if self.of is None or self.since is None:
            return BY_ID if self.of else BY_CHANGE
        most = self.of.article_count
        return BY_ID if most <= FEW and len(self._read(Place(BY_CHANGE), first, last, most)) == most else BY_CHANGE

    def _read(self, after: Place, first: int, last: int, size: int) -> Sequence[tuple[int, int, bool]]:
        """The next rows: their changes' numbers, ids, and whether they are of the list."""
        pk, is_tag = self.of.pk if self.of else 0, isinstance(self.of, Tag)
        if after.part == BY_ID:
            links: Any = Tagging.everything.filter(tag=pk) if is_tag else Article.objects.filter(source=pk)
            name = "article_id" if is_tag else "id"
            ids = links.filter(**{f"{name}__gt": after.pk}).order_by(name).values_list(name, flat=True)
            read = list(ids[:size])
            seen = Article.objects.filter(pk__in=read, added__isnull=False, changed__number__range=(first, last))
            changed = {*seen.order_by().values_list("pk", flat=True)}
            return [(0, pk, pk in changed) for pk in read]
        values = {**after._asdict(), "last": last, "size": size, "of": pk}
        is_gone, parts, of_list = after.part == GONE, _CHANGED, _OF_SET.get(type(self.of), "TRUE")
        if is_gone:
            # Also by the names that the set had before renamings and merges.
            slugs = [self.of.slug, *self.of.other_slugs()] if self.of else []
            names = [set_name(self.of, slug) for slug in slugs if self.of] or [self.set]
            likes = {f"set{n}": "% " + re.sub("[!%_]", r"!\g<0>", name) + " %" for n, name in enumerate(names)}
            in_one = " OR ".join(f"row.sets LIKE %({key})s ESCAPE '!'" for key in likes if self.set) or "TRUE"
            values, parts, of_list = {**values, **likes}, _DELETED, f"({in_one}) AND {_FIRST}"
        table = parts["table"]
        which = f"row.{parts['column']} = change.id AND {parts['only']} AND row.id > {_BEGIN}"
        if connection.vendor == "postgresql":
            # Of the few deleted articles, not by way of all changes.
            which = "change.id IN (SELECT change_id FROM articles_gone)" if is_gone else "TRUE"
            table = _PAGE_OF_EACH.format(**parts, begin=_BEGIN)
        sql = _IN_ORDER.format(of_list=of_list, rows=table, which=which)
        return backend.rows(sql, {**values, "first": max(first, after.number)})


def _numbers(since: datetime | None, before: datetime) -> tuple[int, int]:
    """The numbers of the first and the last change of this time."""
    rows = Change.objects.filter(seen_at__lt=before).values_list("number", flat=True)
    last = rows.order_by("-seen_at", "-number").first() or 0
    first = rows.filter(seen_at__gte=since).order_by("seen_at", "number").first() if since else 1
    return (last + 1 if first is None else first), last


def set_name(of: Source | Tag, slug: str = "") -> str:
    return f"{'source' if isinstance(of, Source) else 'tag'}-{slug or of.slug}"


def records(places: Sequence[Place], *, with_photos: bool) -> list[Record]:
    def whole(ids: Any) -> Any:
        rows = Article.objects.filter(pk__in=ids, added__isnull=False).select_related("source", "changed")
        return rows.without_texts()

    found = rows_of("harvested", whole, [place.pk for place in places if place.part != GONE])
    articles = {row.pk: row for row in found}
    fetch_tags(articles.values())
    if with_photos:
        fetch_photos(articles.values())
    told = Gone.objects.filter(change__isnull=False).select_related("change")
    gone = told.in_bulk([place.pk for place in places if place.part == GONE])
    rows = [gone.get(pk) if part == GONE else articles.get(pk) for part, _, pk in places]
    return [_record(row) for row in rows if row]


def _record(article: Article | Gone) -> Record:
    if isinstance(article, Gone):
        seen_at = article.change and article.change.seen_at
        return Record(article.key, seen_at or article.gone_at, article.sets.split(), None)
    sets = [set_name(of) for of in (article.source, *(row.tag for row in article.taggings.all())) if of]
    moment: Any = article.changed and article.changed.seen_at
    return Record(article.key, moment, sets, article if article.withdrawn_at is None else None)


def record_named(key: str) -> Record | None:
    """``None`` if no reader ever saw such an article."""
    articles = Article.objects.filter(key=key, added__isnull=False).values_list("pk", flat=True)
    gone = Gone.objects.filter(key=key, change__isnull=False).order_by("pk").values_list("pk", flat=True)
    places = [*(Place(BY_CHANGE, pk=pk) for pk in articles), *(Place(GONE, pk=pk) for pk in gone[:1])]
    return next(iter(records(places, with_photos=True)), None)
