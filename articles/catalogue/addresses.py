"""Slugs, redirects, former paths and gone addresses of articles. Read by ``public.redirects``."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from articles.catalogue.ledger import Stamp, change_of, delete_tag
from articles.models import Article, DeletedSource, FormerPath, Gone, Redirect, Source, Tag
from articles.models.bulk import insert_values
from articles.text.paths import normal_path

SLUG_COLUMN = 100


def keys_by_path(paths: Iterable[str]) -> dict[str, str]:
    """Keys of the articles that once had these paths."""
    gone = Gone.objects.filter(path__in=paths).values_list("path", "key")
    return dict(gone) | dict(Redirect.objects.filter(path__in=paths).values_list("path", "article__key"))


def is_taken(article: Article) -> bool:
    """``True`` if another article has or once had this day and slug."""
    if Article.objects.on_day(article.archive_date).filter(slug=article.slug).exclude(pk=article.pk).exists():
        return True
    return any(key != article.key for key in keys_by_path([article.get_absolute_url()]).values())


def free_slug(article: Article) -> str:
    """The slug, with four characters or all of the key added if it is taken on that day."""
    slug, key = article.slug, article.key
    for ending in ("", f"-{key[:4]}", f"-{key}"):
        article.slug = slug[: SLUG_COLUMN - len(ending)] + ending
        if not is_taken(article):
            break
    free, article.slug = article.slug, slug
    return free


def give_back(articles: Mapping[str, Article]) -> None:
    """Turn gone addresses of articles that are back into redirects. ``articles``: by key."""
    gone = Gone.objects.filter(key__in=articles)
    if found := list(gone.values_list("path", "key")):
        own = [(path, articles[key]) for path, key in found]
        keep_addresses([(path, article) for path, article in own if path not in former_paths(article)])
        gone.delete()


def revive(paths: Iterable[str]) -> None:
    """These addresses of tags, authors or sources are in use again."""
    if Gone.objects.filter(key="").exists():
        Gone.objects.filter(path__in=list(paths)).delete()


def record_gone(
    keys: Mapping[str, str], stamp: Stamp, *, reason: str, sets: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Record gone addresses. ``keys``: by path, ``""`` for tags and sources; ``sets``: by key, if readers saw it."""
    values = {"reason": reason, "gone_at": stamp.moment}
    told = {key: {"sets": of, "change": change_of(stamp)} for key, of in sets.items()}
    rows = [Gone(path=path, key=key, **values, **told.get(key, {})) for path, key in sorted(keys.items())]
    columns = ["key", "sets", "change", *values]
    Gone.objects.bulk_create(rows, update_conflicts=True, unique_fields=["path"], update_fields=columns)


def retire(rows: Sequence[Tag | Source], stamp: Stamp, *, reason: str) -> None:
    """Delete tags or sources. Their addresses answer 410."""
    paths = [type(row)(slug=slug).get_absolute_url() for row in rows for slug in [row.slug, *row.other_slugs()]]
    record_gone(dict.fromkeys(paths, ""), stamp, reason=reason)
    sources = [row for row in rows if isinstance(row, Source)]
    DeletedSource.objects.bulk_create([DeletedSource(former_id=row.pk, name=row.name) for row in sources])
    Source.objects.filter(pk__in=[row.pk for row in sources]).delete()
    for row in rows:
        if isinstance(row, Tag):
            delete_tag(row, stamp)


def keep_addresses(moves: Sequence[tuple[str, Article]]) -> None:
    """Redirect former paths to their articles; delete redirects at present paths."""
    moved = [(path, article) for path, article in moves if path and path != article.get_absolute_url()]
    for _, article in moved:
        Redirect.objects.filter(path=article.get_absolute_url(), article=article).delete()
    Redirect.objects.bulk_create(
        [Redirect(path=path, article=article) for path, article in moved],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["article"],
    )


def former_paths(article: Article) -> list[str]:
    """The normal forms of its paths on its own site, with that of its web address."""
    return sorted({normal_path(path) for path in (*article.former_paths, article.url) if path} - {"/"})


def add_former_paths(articles: Iterable[Article]) -> None:
    rows = [(path, article.pk) for article in articles for path in former_paths(article)]
    insert_values(FormerPath, ("path", "article_id"), rows)
