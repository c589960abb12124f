"""Filing: archive date, values derived from the text, and stored counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections, models
from django.db.models import Count, Q

from articles.models import Article, PeriodCount, Photo, Source, SourceMonth, Tag, Tagging, TagMonth
from articles.models.article import BLOCK_SEPARATOR
from articles.models.bulk import IGNORE_KNOWN, insert_values
from articles.text import markdown
from articles.text.dates import day_of
from articles.text.phrases import in_short

EXCERPT_LENGTH = 240
MONTHS: dict[type[Source | Tag], type[SourceMonth | TagMonth]] = {Source: SourceMonth, Tag: TagMonth}


def archive_date_of(published: str, updated: str) -> date | None:
    """The publication date, else update date, else ``None``; as printed, without a time zone. Of a month, its first."""
    moment = published or updated
    return day_of(moment) if moment else None


def excerpt_of(paragraphs: Iterable[str]) -> str:
    """The first paragraph, cut between words with an ellipsis at ``EXCERPT_LENGTH``."""
    return in_short(next((paragraph for paragraph in paragraphs if paragraph), ""), EXCERPT_LENGTH)


def derive(article: Article) -> None:
    """Set HTML, excerpt and archive date. Does not save."""
    blocks = markdown.render(article.body)
    article.body_html = BLOCK_SEPARATOR.join(blocks)
    article.excerpt = excerpt_of(markdown.plain(block) for block in blocks)
    article.archive_date = archive_date_of(article.published, article.updated)


@dataclass(frozen=True, slots=True)
class Filed:
    """The day, source, tags and authors under which a published article is counted."""

    day: date | None
    source_id: int | None
    tag_ids: frozenset[int]
    photos: int = 0
    photo_files: int = 0

    @classmethod
    def of_many(cls, ids: Sequence[int]) -> dict[int, Filed]:
        """The published of these articles, by id, in two queries."""
        tag_ids: defaultdict[int, set[int]] = defaultdict(set)
        for pk, tag_id in Tagging.everything.filter(article__in=ids).values_list("article_id", "tag_id"):
            tag_ids[pk].add(tag_id)
        columns = ("archive_date", "source_id", "photo_count", "photo_file_count")
        rows = Article.objects.published().filter(pk__in=ids).order_by().values_list("pk", *columns)
        return {
            pk: cls(day, source_id, frozenset(tag_ids[pk]), photos, files) for pk, day, source_id, photos, files in rows
        }


def count_photos(articles: Mapping[int, Article]) -> None:
    """Set ``photo_count`` and ``photo_file_count`` from the database. Does not save."""
    rows = Photo.objects.filter(article__in=articles).order_by().values_list("article_id")
    counts = {pk: numbers for pk, *numbers in rows.annotate(all=Count("pk"), files=Count("pk", filter=~Q(file="")))}
    for pk, article in articles.items():
        article.photo_count, article.photo_file_count = counts.get(pk, (0, 0))


class CountChanges:
    """Changes of stored counts, collected by a transaction and saved at its end."""

    def __init__(self) -> None:
        # By unit and start of a period, id of a source or tag, its id and month.
        self._rows: defaultdict[type[models.Model], dict[Any, list[int]]] = defaultdict(dict)

    def add(self, model: type[models.Model], key: Any, *by: int) -> None:
        """Add to the counts of a row: of a period articles, photos and photo files, else articles."""
        counts = self._rows[model].setdefault(key, [0] * len(by))
        for place, number in enumerate(by):
            counts[place] += number

    def include(self, other: CountChanges) -> None:
        for model, rows in other._rows.items():
            for key, by in rows.items():
                self.add(model, key, *by)

    def move(self, before: Filed | None, after: Filed | None) -> None:
        """Move an article in the counts; ``None``: not published."""
        for filed, by in ((before, -1), (after, 1)):
            if filed is None:
                continue
            for period in PeriodCount.periods_of(filed.day):
                self.add(PeriodCount, period, by, by * filed.photos, by * filed.photo_files)
            if filed.source_id is not None:
                self.file(Source, filed.source_id, filed.day, by)
            for tag_id in filed.tag_ids:
                self.file(Tag, tag_id, filed.day, by)

    def file(self, model: type[Source | Tag], pk: int, day: date | None, by: int) -> None:
        """File one article more (or less) of this day under a source or tag."""
        self.add(model, pk, by)
        if day is not None:
            self.add(MONTHS[model], (pk, day.year * 100 + day.month), by)

    def save(self) -> None:
        """Write the changes, in the order of the rows. The row of a source or tag is locked before its months."""
        for model, by_month in MONTHS.items():
            totals = {pk: 0 for (pk, _), _ in self.changed(by_month)} | {pk: by for pk, (by,) in self.changed(model)}
            sql = f"UPDATE {model._meta.db_table} SET article_count = article_count + %s WHERE id = %s"  # noqa: S608
            _run(sql, [(by, pk) for pk, by in sorted(totals.items())])
        periods = self.changed(PeriodCount)
        new = [(unit, start, 0, 0, 0) for (unit, start), _ in periods]
        insert_values(PeriodCount, ("unit", "start", "articles", "photos", "photo_files"), new, ending=IGNORE_KNOWN)
        sql = (
            f"UPDATE {PeriodCount._meta.db_table} SET articles = articles + %s, photos = photos + %s, "  # noqa: S608
            "photo_files = photo_files + %s WHERE unit = %s AND start = %s"
        )
        _run(sql, [(*by, *period) for period, by in periods])
        for model, by_month in MONTHS.items():
            self._save_months(by_month, f"{model._meta.model_name}_id")

    def _save_months(self, model: type[SourceMonth | TagMonth], column: str) -> None:
        """Rows with 0 are deleted."""
        # Negative changes cannot be inserted: the column has a check constraint.
        more = [(*key, by) for key, (by,) in self.changed(model) if by > 0]
        less = [(by, *key) for key, (by,) in self.changed(model) if by < 0]
        table, where = model._meta.db_table, f"WHERE {column} = %s AND month = %s"
        added = f"ON CONFLICT ({column}, month) DO UPDATE SET articles = {table}.articles + excluded.articles"
        insert_values(model, (column, "month", "articles"), more, ending=added)
        _run(f"UPDATE {table} SET articles = articles + %s {where}", less)  # noqa: S608
        _run(f"DELETE FROM {table} {where} AND articles = 0", [key for _, *key in less])  # noqa: S608

    def changed(self, model: type[models.Model]) -> list[tuple[Any, list[int]]]:
        return [(key, by) for key, by in sorted(self._rows[model].items()) if any(by)]


def _run(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        with connections["default"].cursor() as cursor:
            cursor.executemany(sql, rows)
