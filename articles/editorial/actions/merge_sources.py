"""Merges sources into one, which takes over their articles and names."""

from collections.abc import Iterable

from django.utils.translation import gettext

from articles.catalogue.conflicts import follow_edits
from articles.catalogue.ledger import Stamp, transaction_of_changes
from articles.catalogue.moving import count_filed, lock_filed, record_many
from articles.catalogue.recorded import ARTICLE
from articles.editorial.actions import NotDone
from articles.models import Article, Conflict, Source, SourceAlias
from articles.text.keys import name_slug


def merge_sources(former: Iterable[Source], source: Source, stamp: Stamp) -> int:
    """Move articles and names to ``source``; return the number of articles moved."""
    former = list(former)
    with transaction_of_changes():
        articles = Article.objects.filter(source__in=former).values_list("pk", flat=True)
        disputed = Conflict.objects.open().filter(field="source").values_list("article", flat=True)
        lock_filed(Source, articles.union(disputed).order_by())
        return sum(_merge(row, source, stamp) for row in former)


def _merge(former: Source, source: Source, stamp: Stamp) -> int:
    now = Source.objects.in_bulk([former.pk, source.pk])
    for row in (former, source):
        if row.pk not in now:
            raise NotDone(gettext("The source “%(name)s” has since been merged or removed.") % {"name": row})
    former = now[former.pk]
    articles = Article.objects.filter(source=former)
    ids = sorted(articles.values_list("pk", flat=True))
    count_filed(Source, ids, {former.pk: -1, source.pk: 1})
    before, after = {"source_id": former.pk}, {"source_id": source.pk}
    record_many({pk: [(ARTICLE, pk, before, after)] for pk in ids}, stamp)
    articles.update(source=source)
    # Replace the merged source in open conflicts; close those without a difference.
    conflicts = Conflict.objects.open().filter(field="source")
    for side in ("loaded", "ours", "theirs"):
        conflicts.filter(**{side: former.pk}).update(**{side: source.pk})
    for article in Article.objects.filter(source=source, conflicts__in=conflicts.filter(theirs=source.pk)):
        follow_edits(article, stamp)
    _take_names(former, source)
    return len(ids)


def _take_names(former: Source, source: Source) -> None:
    SourceAlias.objects.filter(source=former).update(source=source)
    values = {"source": source, "name": former.name, "former_id": former.pk}
    former.delete()
    SourceAlias.objects.update_or_create(slug=former.slug, defaults=values)
    keep_name(source, former.name)
    found = {"description": former.description, "url": former.url}
    if empty := {field: value for field, value in found.items() if value and not getattr(source, field)}:
        Source.objects.filter(pk=source.pk).update(**empty)


def keep_name(source: Source, name: str) -> None:
    """Keep ``name`` as an alias, so that loads find the source by it and its address redirects."""
    slug = name_slug(name)
    if not Source.objects.filter(slug=slug).exists():
        SourceAlias.objects.get_or_create(slug=slug, defaults={"source": source, "name": name})
