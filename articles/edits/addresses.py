"""Addresses and merges of articles that were edited elsewhere, when every article is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from articles import filing
from articles.models import Article, Redirect

Line = Mapping[str, Any]


def give_addresses(lines: Sequence[Line]) -> None:
    """Give articles the addresses that they had, whichever was loaded first here; two may have to change places."""
    wanted = {line["key"]: line for line in lines}
    moves: list[tuple[str, Article]] = []
    articles = {article.key: article for article in _by_key(wanted)}
    for key, article in articles.items():
        moves.append((article.get_absolute_url(), article))
        if article.slug != wanted[key]["slug"]:
            Article.objects.filter(pk=article.pk).update(slug=f"{key}-moves")
    for key, article in articles.items():
        slug = wanted[key]["slug"]
        if article.slug != slug:
            article.slug = slug
            Redirect.objects.filter(path=article.get_absolute_url()).delete()
            article.slug = filing.free_slug(article)
            Article.objects.filter(pk=article.pk).update(slug=article.slug)
    here = {article.get_absolute_url() for article in articles.values()}
    filing.keep_addresses([(path, article) for path, article in moves if path not in here])
    for key, article in articles.items():
        former = [path for path in wanted[key].get("former_addresses", []) if path != article.get_absolute_url()]
        known = set(Redirect.objects.filter(path__in=former).values_list("path", flat=True))
        Redirect.objects.bulk_create([Redirect(path=path, article=article) for path in former if path not in known])


def _by_key(keys: Iterable[str]) -> Iterator[Article]:
    names = list(keys)
    for start in range(0, len(names), 500):
        yield from Article.objects.filter(key__in=names[start : start + 500])


def merge(lines: Sequence[Line]) -> None:
    """Say of articles which others they were merged into."""
    for line in lines:
        winner = Article.objects.filter(key=line["merged_into"]).first()
        if winner is not None:
            Article.objects.filter(key=line["key"], merged_into=None).update(merged_into=winner)
