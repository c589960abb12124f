"""Records for harvesters: articles in the order of their newest changes that readers see, then what was deleted.

Numbers of changes rise in the order of commits, so whoever has harvested up to one of them misses nothing that follows.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from articles.models import Article, Change, Gone, Source, Tag, Tagging
from articles.models.prepared import rows_of
from articles.public.listings.rows import fetch_photos, fetch_tags
from articles.search import backend

SMALL = 5_000  # articles of a set that are looked through for those changed since a moment
AT_ONCE = 20_000  # articles in one statement
EXAMINED = 100_000  # rows for one page
# As SQL: CROSS JOIN gives SQLite the order of the tables, so that both databases read along the indexes.
_CHANGED = """SELECT change.number, row.id, {} FROM articles_change AS change CROSS JOIN articles_article AS row
WHERE row.changed_id = change.id AND row.added_id IS NOT NULL"""
# A deleted article may have several former addresses; it is listed by the first.
_GONE = """SELECT change.number, row.id, row.sets LIKE %s ESCAPE '!'
  AND NOT EXISTS (SELECT 1 FROM articles_gone AS earlier WHERE earlier.key = row.key AND earlier.id < row.id)
FROM articles_change AS change CROSS JOIN articles_gone AS row WHERE row.change_id = change.id"""
# By ``change.id`` too, or SQLite would sort a change, maybe of the whole archive; with CASE, it begins within it.
_IN_ORDER = """AND change.number BETWEEN %s AND %s AND row.id > CASE WHEN change.number = %s THEN %s ELSE 0 END
ORDER BY change.number, change.id, row.id LIMIT %s"""
_OF_SET = {
    Source: "row.source_id = %s",
    Tag: "EXISTS (SELECT 1 FROM articles_tagging WHERE article_id = row.id AND tag_id = %s)",
}
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
        there may be few records or none. A set that began since, or a small one, is read by its articles' ids.
        """
        first, last = _numbers(self.since, self.before)
        is_lost = self.set and self.of is None and (after is None or after.part != GONE)  # maybe since the first page
        place = Place(GONE) if is_lost else after or Place(self._first_part(first)) if first <= last else None
        found, step, examined = list[Place](), size + 1, 0
        while place and len(found) <= size and examined < EXAMINED:
            read = self._read(place, first, last, step)
            found += [row for row, is_of_list in read if is_of_list]
            examined += len(read)
            if len(read) == step:
                place, step = read[-1][0], min(4 * step, AT_ONCE)
            else:
                place = None if place.part == GONE else Place(GONE)
        return found[:size], found[size - 1] if len(found) > size else place

    def _first_part(self, first: int) -> int:
        if self.of is None:
            return BY_CHANGE
        began = [place.pk for place, _ in self._read(Place(BY_ID), 0, 0, 1)]
        is_new = not Article.objects.filter(pk__in=began, added__number__lt=first).exists()
        return BY_ID if is_new or self.of.article_count <= SMALL else BY_CHANGE

    def _read(self, after: Place, first: int, last: int, size: int) -> list[tuple[Place, bool]]:
        """The next rows, and whether they are of the list."""
        beyond = (max(first, after.number), last, after.number, after.pk, size)
        if after.part == BY_CHANGE:
            sql = _CHANGED.format(_OF_SET[type(self.of)] if self.of else "TRUE")
            rows = backend.rows(f"{sql} {_IN_ORDER}", [self.of.pk, *beyond] if self.of else beyond)
        elif after.part == GONE:
            name = re.sub("[!%_]", r"!\g<0>", set_name(self.of) if self.of else self.set)
            like = f"% {name} %" if name else "%"
            rows = backend.rows(f"{_GONE} {_IN_ORDER}", [like, *beyond])
        else:
            pk, is_tag = self.of.pk if self.of else 0, isinstance(self.of, Tag)
            links: Any = Tagging.everything.filter(tag=pk) if is_tag else Article.objects.filter(source=pk)
            name = "article_id" if is_tag else "id"
            ids = links.filter(**{f"{name}__gt": after.pk}).order_by(name).values_list(name, flat=True)
            read = list(ids[:size])
            seen = Article.objects.filter(pk__in=read, added__isnull=False, changed__number__range=(first, last))
            changed = {*seen.order_by().values_list("pk", flat=True)}
            rows = [(0, pk, pk in changed) for pk in read]
        return [(Place(after.part, number, pk), is_of_list) for number, pk, is_of_list in rows]


def _numbers(since: datetime | None, before: datetime) -> tuple[int, int]:
    """The numbers of the first and the last change of this time."""
    rows = Change.objects.filter(seen_at__lt=before).values_list("number", flat=True)
    last = rows.order_by("-seen_at", "-number").first() or 0
    first = rows.filter(seen_at__gte=since).order_by("seen_at", "number").first() if since else 1
    return (last + 1 if first is None else first), last


def set_name(of: Source | Tag) -> str:
    return f"{'source' if isinstance(of, Source) else 'tag'}-{of.slug}"


def first_moment() -> datetime | None:
    return Change.objects.filter(seen_at__isnull=False).order_by("seen_at").values_list("seen_at", flat=True).first()


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
