"""Rows that a former state refers to, as they are now: for restored versions and undone loads."""

from collections.abc import Collection, Iterable

from articles.models import Article, FormerTag, Source, SourceAlias, Tag, TagAlias, TagChange


def sources_now(ids: Iterable[int]) -> dict[int, int]:
    """Present ids by former id, through merges; without deleted sources."""
    wanted = list(ids)
    merged = SourceAlias.objects.filter(former_id__in=wanted).values_list("former_id", "source_id")
    found: dict[int, int] = {pk: pk for pk in Source.objects.filter(pk__in=wanted).values_list("pk", flat=True)}
    return found | {former: pk for former, pk in merged if former}


def tags_now(ids: Iterable[int]) -> dict[int, int]:
    wanted = list(ids)
    found = {pk: pk for pk in Tag.objects.filter(pk__in=wanted).values_list("pk", flat=True)}
    return found | dict(FormerTag.objects.filter(former_id__in=wanted).values_list("former_id", "tag_id"))


def merged_tags(slugs: Iterable[str]) -> dict[str, int]:
    """Present ids by former slug, of tags that were merged or renamed."""
    return dict(TagAlias.objects.filter(slug__in=slugs).values_list("slug", "tag_id"))


def tag_names(ids: Collection[int]) -> dict[int, str]:
    """Names by id; for a merged or deleted tag its last name."""
    names = dict(Tag.everything.filter(pk__in=ids).values_list("pk", "name"))
    if missing := set(ids) - names.keys():
        deleted = TagChange.objects.filter(tag_id__in=missing, after__isnull=True).order_by("pk")
        names |= dict(deleted.values_list("tag_id", "before__name"))
    return names


def has_other(article: Article, name: str, value: str) -> bool:
    """``True`` if another article now has this value in a unique column, so that this one cannot get it back."""
    return Article.objects.filter(**{name: value}).exclude(pk=article.pk).exists()
