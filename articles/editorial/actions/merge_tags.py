"""Merges tags into one, which takes over their articles and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext

from articles.catalogue.moving import change_all, recounting, remove_all
from articles.catalogue.revisions import REASON_LENGTH, Rows, Stamp, record_before
from articles.editorial.actions import NotDone, chunks
from articles.models import FormerTag, Tag, TagAddress, TagAlias, Tagging, TagMerge
from articles.text.keys import name_slug

# Between simultaneous merges, since a merge finds its revisions by its moment.
STEP = timedelta(microseconds=10)
# Origins from weak to strong.
STRENGTH: list[str] = [Tagging.Origin.VOCABULARY, Tagging.Origin.SOURCE, Tagging.Origin.STAFF]


def moved_and_both(former: Tag, into: Iterable[Tag]) -> tuple[int, int]:
    """Number of articles that a merge would move, and number with both tags."""
    rows = Tagging.objects.filter(tag=former)
    twins = Tagging.objects.filter(tag__in=[tag.pk for tag in into], article=OuterRef("article"))
    both = rows.filter(Exists(twins)).count()
    return rows.count() - both, both


def merge_tags(former: Iterable[Tag], tag: Tag, stamp: Stamp) -> int:
    """Move articles and names to ``tag``; return the number of articles moved."""
    return sum(_merge(row, tag, replace(stamp, moment=stamp.moment + place * STEP)) for place, row in enumerate(former))


def _merge(former: Tag, tag: Tag, stamp: Stamp) -> int:
    # While a tag is locked, no load can file an article under it.
    locked = {row.pk: row for row in Tag.objects.select_for_update().filter(pk__in=[former.pk, tag.pk]).order_by("pk")}
    for row in (former, tag):
        if row.pk not in locked:
            raise NotDone(gettext("The tag “%(name)s” has since been merged or removed.") % {"name": row})
    former, tag = locked[former.pk], locked[tag.pk]
    merge = TagMerge(former_id=former.pk, into_id=tag.pk, former=_described(former))
    merge.moment, merge.merged_by = stamp.moment, stamp.user
    merge.last_tagging = Tagging.objects.aggregate(last=Max("pk"))["last"] or 0
    rows, twins = Tagging.objects.filter(tag=former), Tagging.objects.filter(tag=tag)
    ids = list(rows.values_list("article_id", flat=True))
    with recounting(ids):
        _strengthen(rows, twins, stamp)
        remove_all(rows.filter(Exists(twins.filter(article=OuterRef("article")))), stamp)
        change_all(rows, stamp, tag_id=tag.pk)
    record_before([former, tag], stamp)
    merge.former["gave_description"] = bool(former.description and not tag.description)
    merge.former["made"] = _take_names(former, tag, stamp)
    merge.save()
    told = gettext("“%(name)s” merged into it") % {"name": former} + (f": {stamp.reason}" if stamp.reason else "")
    tag.description = tag.description or former.description
    tag.refresh_from_db(fields=["article_count"])
    Stamp(stamp.user, told[:REASON_LENGTH], stamp.moment).put_on(tag)
    tag.save()
    return len(ids)


def _described(tag: Tag) -> dict[str, Any]:
    """The tag without its articles, for ``TagMerge.former``."""
    return {
        "name": tag.name,
        "slug": tag.slug,
        "description": tag.description,
        "load_id": tag.load_id,
        "aliases": [list(alias) for alias in tag.aliases.values_list("name", "slug")],
        "addresses": list(tag.former_addresses.values_list("slug", flat=True)),
        "former": list(tag.former.values_list("former_id", flat=True)),
    }


def _strengthen(rows: Rows, twins: Rows, stamp: Stamp) -> None:
    """Give the remaining tagging the stronger origin if an article has both tags."""
    for place, origin in enumerate(STRENGTH):
        stronger = Exists(rows.filter(article=OuterRef("article"), origin=origin))
        weaker = list(twins.filter(stronger, origin__in=STRENGTH[:place]).values_list("pk", flat=True))
        for batch in chunks(weaker):
            change_all(Tagging.objects.filter(pk__in=batch), stamp, origin=origin)


def _take_names(former: Tag, tag: Tag, stamp: Stamp) -> list[str]:
    """Move names and addresses to ``tag``; return the slugs of new other names."""
    for names in (TagAlias, TagAddress, FormerTag):
        names._default_manager.filter(tag=former).update(tag=tag)
    FormerTag.objects.create(former_id=former.pk, name=former.name, tag=tag)
    name, slug = former.name, former.slug
    stamp.put_on(former)
    former.delete()
    defaults = {"tag": tag, "name": name}
    wanted = sorted({slug, name_slug(name)} - {tag.slug})
    return [alias for alias in wanted if TagAlias.objects.get_or_create(slug=alias, defaults=defaults)[1]]
