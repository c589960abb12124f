"""Merges sources into one, which takes over their articles and names."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from articles.catalogue.conflicts import follow_edits
from articles.catalogue.filing import CountChanges
from articles.catalogue.ledger import Stamp, change
from articles.catalogue.moving import lock_articles, record_many
from articles.catalogue.recorded import ARTICLE
from articles.editorial.actions import NotDone
from articles.models import Article, Conflict, Source, SourceAlias, SourceMonth
from articles.text.keys import name_slug


def merge_sources(former: Iterable[Source], source: Source, stamp: Stamp) -> int:
    """Move articles and names to ``source``; return the number of articles moved."""
    with change(stamp):
        return sum(_merge(row, source, stamp) for row in former)


def _merge(former: Source, source: Source, stamp: Stamp) -> int:
    # Articles before sources, like all who save articles, whose counts are in the rows of sources. While a source is
    # locked, no load can file an article under it; those that came meanwhile are locked then.
    articles = Article.objects.filter(source=former)
    known = lock_articles(articles.values_list("pk", flat=True))
    rows = Source.objects.select_for_update().filter(pk__in=[former.pk, source.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}
    for row in (former, source):
        if row.pk not in locked:
            raise NotDone(gettext("The source “%(name)s” has since been merged or removed.") % {"name": row})
    former = locked[former.pk]
    ids = sorted(articles.values_list("pk", flat=True))
    lock_articles({*ids}.difference(known))
    changes = CountChanges()
    changes.totals[Source][source.pk] = articles.published().count()
    for month, count in SourceMonth.objects.filter(source=former).values_list("month", "articles"):
        changes.months[SourceMonth][source.pk, month] = count
    before, after = {"source_id": former.pk}, {"source_id": source.pk}
    record_many({pk: [(ARTICLE, pk, before, after)] for pk in ids}, stamp)
    articles.update(source=source)
    changes.save()
    _follow_conflicts(former, source, stamp)
    _take_names(former, source)
    return len(ids)


def _follow_conflicts(former: Source, source: Source, stamp: Stamp) -> None:
    """Replace the merged source in open conflicts; close those without a difference."""
    conflicts = Conflict.objects.open().filter(field="source")
    for side in ("loaded", "ours", "theirs"):
        conflicts.filter(**{side: former.pk}).update(**{side: source.pk})
    for article in Article.objects.filter(source=source, conflicts__in=conflicts.filter(theirs=source.pk)):
        follow_edits(article, stamp)


def _take_names(former: Source, source: Source) -> None:
    SourceAlias.objects.filter(source=former).update(source=source)
    name, slug, former_id = former.name, former.slug, former.pk
    former.delete()
    values = {"source": source, "name": name}
    SourceAlias.objects.update_or_create(slug=slug, defaults={**values, "former_id": former_id})
    keep_name(source, name)
    found = {"description": former.description, "url": former.url}
    empty = {field: value for field, value in found.items() if value and not getattr(source, field)}
    if empty:
        Source.objects.filter(pk=source.pk).update(**empty)


def keep_name(source: Source, name: str) -> None:
    """Keep ``name`` as an alias, so that loads find the source by it and its address redirects."""
    slug = name_slug(name)
    if not Source.objects.filter(slug=slug).exists():
        SourceAlias.objects.get_or_create(slug=slug, defaults={"source": source, "name": name})
