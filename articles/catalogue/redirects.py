"""Redirects and addresses that are gone: where an address that was once given leads, and which are free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from articles.models import Article, Gone, Redirect, Source, Tag

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


def bring_back(articles: Mapping[str, Article]) -> None:
    """Give articles, by their keys, the addresses that they had before the archive lost them."""
    gone = Gone.objects.filter(key__in=articles)
    found = list(gone.values_list("path", "key"))
    if found:
        keep_addresses([(path, articles[key]) for path, key in found])
        gone.delete()


def leave_word(rows: Iterable[Tag | Source], *, reason: str, moment: datetime) -> None:
    """Before tags or sources are removed: let their addresses answer that they are gone, and why."""
    paths = [row.get_absolute_url() for row in rows]
    for row in rows:
        if isinstance(row, Tag):
            slugs = [one.slug for names in (row.aliases, row.former_addresses) for one in names.all()]
            paths += [reverse("tag", args=[slug]) for slug in slugs]
    Gone.objects.bulk_create(
        [Gone(path=path, key="", reason=reason, gone_at=moment) for path in paths], ignore_conflicts=True
    )


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
