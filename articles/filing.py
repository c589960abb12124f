"""How an article is filed: its day, its permalink, what is derived from its text, and the kept counts.

Loads (thousands at a time) and the admin (one at a time) both go through here, so a count or an address can not
differ by the way an article came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connections
from django.urls import reverse

from articles import markup
from articles.models import Article, Gone, PeriodCount, Redirect, Source, Tag, Tagging
from articles.models.article import BLOCK_SEPARATOR
from articles.search import index

EXCERPT_LENGTH = 240


def archive_date_of(published: str, updated: str) -> date | None:
    """The day an article is filed under: published, else updated, else ``None``; the printed day, in no time zone."""
    for moment in (published, updated):
        if moment:
            return date.fromisoformat(moment[:10])
    return None


def excerpt_of(paragraphs: Iterable[str]) -> str:
    """The first paragraph, cut between words with an ellipsis at ``EXCERPT_LENGTH``."""
    text = next((paragraph for paragraph in paragraphs if paragraph), "")
    if len(text) <= EXCERPT_LENGTH:
        return text
    cut = text[:EXCERPT_LENGTH]
    return (cut.rpartition(" ")[0] or cut) + "…"


def derive(article: Article) -> None:
    """Set what follows from the article's own fields: HTML, excerpt and archive date. Does not save."""
    blocks = markup.render(article.body)
    article.body_html = BLOCK_SEPARATOR.join(blocks)
    article.excerpt = excerpt_of(markup.plain(block) for block in blocks)
    article.archive_date = archive_date_of(article.published, article.updated)


def permalink(day: date | None, slug: str) -> str:
    """The path of an article, from what it is made of."""
    return reverse("undated-article", args=[slug]) if day is None else reverse("article", args=[day, slug])


SLUG_COLUMN = 100


def is_taken(article: Article) -> bool:
    """Whether another article has, or once had, this article's day and slug: an address stays with its article."""
    if Article.objects.on_day(article.archive_date).filter(slug=article.slug).exclude(pk=article.pk).exists():
        return True
    path = article.get_absolute_url()
    if Redirect.objects.filter(path=path).exclude(article_id=article.pk).exists():
        return True
    return Gone.objects.filter(path=path).exclude(key=article.key).exists()


def free_slug(article: Article) -> str:
    """The article's slug, with the first four characters of its key, or all ten, where another has it that day."""
    slug, key = article.slug, article.key
    for ending in ("", f"-{key[:4]}", f"-{key}"):
        article.slug = slug[: SLUG_COLUMN - len(ending)] + ending
        if not is_taken(article):
            break
    free, article.slug = article.slug, slug
    return free


@dataclass(frozen=True, slots=True)
class Filed:
    """Where a published article is listed and counted."""

    day: date | None
    source_id: int | None
    tag_ids: frozenset[int]

    @classmethod
    def of(cls, article: Article) -> Filed | None:
        """Where an article in the database is filed now; ``None`` for a withdrawn one, which is listed nowhere."""
        if article.withdrawn_at is not None:
            return None
        tag_ids = frozenset(Tagging.objects.filter(article=article).values_list("tag_id", flat=True))
        return cls(article.archive_date, article.source_id, tag_ids)


@dataclass(slots=True)
class CountChanges:
    """What a batch adds to the kept counts, written in a few statements."""

    periods: Counter[tuple[str, date]] = field(default_factory=Counter)
    sources: Counter[int] = field(default_factory=Counter)
    tags: Counter[int] = field(default_factory=Counter)

    def move(self, before: Filed | None, after: Filed | None) -> None:
        """Count an article out of where it was and into where it is; ``None``: it was not, or is not, published."""
        for filed, by in ((before, -1), (after, 1)):
            if filed is None:
                continue
            for period in PeriodCount.periods_of(filed.day):
                self.periods[period] += by
            if filed.source_id is not None:
                self.sources[filed.source_id] += by
            for tag_id in filed.tag_ids:
                self.tags[tag_id] += by

    def save(self) -> None:
        """Write them, within the caller's transaction. One statement prepared, run for each changed row."""
        if not (self.periods or self.sources or self.tags):
            return
        periods = [(unit, start, by) for (unit, start), by in sorted(self.periods.items()) if by]
        PeriodCount.objects.bulk_create(
            [PeriodCount(unit=unit, start=start, articles=0) for unit, start, _ in periods], ignore_conflicts=True
        )
        with connections["default"].cursor() as cursor:
            cursor.executemany(
                f"UPDATE {PeriodCount._meta.db_table} SET articles = articles + %s WHERE unit = %s AND start = %s",  # noqa: S608
                [(by, unit, start) for unit, start, by in periods],
            )
            for model, changes in ((Source, self.sources), (Tag, self.tags)):
                cursor.executemany(
                    f"UPDATE {model._meta.db_table} SET article_count = article_count + %s WHERE id = %s",  # noqa: S608
                    [(by, pk) for pk, by in sorted(changes.items()) if by],
                )


def refile(article: Article, before: Filed | None, path_before: str) -> None:
    """After one article was saved, with its photos and tags: move its counts and listings, keep its former address
    alive, and index it anew."""
    Tagging.objects.filter(article=article).update(archive_date=article.archive_date)
    changes = CountChanges()
    changes.move(before, Filed.of(article))
    changes.save()
    keep_addresses([(path_before, article)])
    index.renew([article.pk])


def bring_back(articles: Mapping[str, Article]) -> None:
    """Give articles, by their keys, the addresses that they had before the archive lost them."""
    gone = Gone.objects.filter(key__in=articles)
    found = list(gone.values_list("path", "key"))
    if found:
        keep_addresses([(path, articles[key]) for path, key in found])
        gone.delete()


def keep_addresses(moves: Sequence[tuple[str, Article]]) -> None:
    """Make each former path redirect to its article, and free the paths that articles have now."""
    moved = [(path, article) for path, article in moves if path and path != article.get_absolute_url()]
    if not moved:
        return
    for _, article in moved:
        Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, article=article) for path, article in moved],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["article"],
    )
