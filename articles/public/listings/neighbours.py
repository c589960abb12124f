"""The articles just before and after one in the order of the archive: those of its own day, else of the nearest."""

from __future__ import annotations

from django.db.models import Subquery

from articles.models import Article
from articles.public.listings.articles import Entry, entry_of, published


def neighbours_of(article: Article) -> tuple[Entry | None, Entry | None]:
    """The previous and the next article; the undated have none. Two queries, the first a lookup in an index."""
    day = article.archive_date
    if day is None:
        return None, None
    others = Article.objects.published().exclude(pk=article.pk)  # whose day staff may be about to change
    before = others.filter(archive_date__lte=day).exclude(archive_date=day, pk__gte=article.pk)
    after = others.filter(archive_date__gte=day).exclude(archive_date=day, pk__lte=article.pk)
    nearest = (
        Subquery(before.order_by("-archive_date", "-pk").values("pk")[:1]),
        Subquery(after.order_by("archive_date", "pk").values("pk")[:1]),
    )
    ids = Article.objects.filter(pk=article.pk).order_by().values_list(*nearest).first() or (None, None)
    found = published().in_bulk([pk for pk in ids if pk is not None])
    previous, following = (entry_of(found[pk]) if pk in found else None for pk in ids)
    return previous, following
