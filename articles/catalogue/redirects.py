"""Redirects and addresses that are gone: where an address that was once given leads, and which are free."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse

from articles.models import Article, Gone, Redirect, Source, Tag

SLUG_COLUMN = 100


def kept_for(paths: Iterable[str]) -> dict[str, str]:
    """Of these paths, those that articles once had, with the keys of these: an address stays with its article."""
    gone = Gone.objects.filter(path__in=paths).values_list("path", "key")
    return dict(gone) | dict(Redirect.objects.filter(path__in=paths).values_list("path", "article__key"))


def is_taken(article: Article) -> bool:
    """Whether another article has, or once had, this article's day and slug."""
    if Article.objects.on_day(article.archive_date).filter(slug=article.slug).exclude(pk=article.pk).exists():
        return True
    return any(key != article.key for key in kept_for([article.get_absolute_url()]).values())


def free_slug(article: Article) -> str:
    """The article's slug, with the first four characters of its key, or all ten, where another has it that day."""
    slug, key = article.slug, article.key
    for ending in ("", f"-{key[:4]}", f"-{key}"):
        article.slug = slug[: SLUG_COLUMN - len(ending)] + ending
        if not is_taken(article):
            break
    free, article.slug = article.slug, slug
    return free


def give_back(articles: Mapping[str, Article]) -> None:
    """Give articles, by their keys, the addresses that they had before the archive lost them."""
    gone = Gone.objects.filter(key__in=articles)
    if found := list(gone.values_list("path", "key")):
        keep_addresses([(path, articles[key]) for path, key in found])
        gone.delete()


def revive(view: str, slugs: Collection[str]) -> None:
    """Tags or sources are there again, and their addresses with them."""
    if Gone.objects.filter(key="").exists():
        Gone.objects.filter(path__in=[reverse(view, args=[slug]) for slug in slugs]).delete()


def record_gone(keys: Mapping[str, str], *, reason: str, moment: datetime) -> None:
    """Let addresses answer that what they led to is gone, and why; each with the key of its article, or ``""``."""
    Gone.objects.bulk_create(
        [Gone(path=path, key=key, reason=reason, gone_at=moment) for path, key in sorted(keys.items())],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["key", "reason", "gone_at"],
    )


def retire(rows: Iterable[Tag | Source], *, reason: str, moment: datetime) -> None:
    """Before tags or sources are removed: let their addresses answer that they are gone, and why."""
    paths = [row.get_absolute_url() for row in rows]
    for tag in (row for row in rows if isinstance(row, Tag)):
        slugs = [one.slug for names in (tag.aliases, tag.former_addresses) for one in names.all()]
        paths += [reverse("tag", args=[slug]) for slug in slugs]
    record_gone(dict.fromkeys(paths, ""), reason=reason, moment=moment)


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
