"""Tags that staff find to mean the same: one of them stays, with the articles and the names of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Exists, Max, OuterRef

from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.revisions import Stamp, keep_state
from articles.editorial.actions import NotDone, chunks
from articles.editorial.actions.recording import Rows, keep_all, not_recorded, sign_all
from articles.models import FormerTag, Tag, TagAddress, TagAlias, Tagging, TagMerge
from articles.text.keys import name_slug

REASON_LENGTH = 100
# Between merges that are made together: by its moment, a merge finds its own revisions.
STEP = timedelta(microseconds=10)
# Whose word for a tag outweighs whose.
STRENGTH: list[str] = [Tagging.Origin.VOCABULARY, Tagging.Origin.SOURCE, Tagging.Origin.STAFF]


def moved_and_both(former: Tag, into: Iterable[Tag]) -> tuple[int, int]:
    """The numbers of articles that a merge would move, and of those that have both tags already."""
    rows = Tagging.objects.filter(tag=former)
    twins = Tagging.objects.filter(tag__in=[tag.pk for tag in into], article=OuterRef("article"))
    both = rows.filter(Exists(twins)).count()
    return rows.count() - both, both


def merge_tags(former: Iterable[Tag], tag: Tag, stamp: Stamp) -> int:
    """Move the articles and the names of tags to another; how many articles were moved."""
    return sum(_merge(one, tag, replace(stamp, moment=stamp.moment + place * STEP)) for place, one in enumerate(former))


def _merge(former: Tag, tag: Tag, stamp: Stamp) -> int:
    # While a tag is locked, no load can file an article under it.
    locked = {row.pk: row for row in Tag.objects.select_for_update().filter(pk__in=[former.pk, tag.pk]).order_by("pk")}
    for one in (former, tag):
        if one.pk not in locked:
            raise NotDone(f"The tag “{one}” was merged into another, or removed, meanwhile.")
    former, tag = locked[former.pk], locked[tag.pk]
    kept = _described(former)
    last_tagging = Tagging.objects.aggregate(last=Max("pk"))["last"] or 0
    moved = _move(former, tag, stamp)
    keep_state([former, tag], stamp, stamp.just_before)
    former_id = former.pk
    made = _take_names(former, tag, stamp)
    kept |= {"made": made, "gave_description": bool(former.description and not tag.description)}
    TagMerge.objects.create(
        former_id=former_id,
        into_id=tag.pk,
        former=kept,
        last_tagging=last_tagging,
        moment=stamp.moment,
        merged_by=stamp.user,
    )
    told = f"“{former}” merged into it" + (f": {stamp.reason}" if stamp.reason else "")
    tag.description = tag.description or former.description
    tag.refresh_from_db(fields=["article_count"])
    Stamp(stamp.user, told[:REASON_LENGTH], stamp.moment).put_on(tag)
    tag.save()
    return moved


def _described(tag: Tag) -> dict[str, Any]:
    """All that a tag is, but for its articles, as ``TagMerge.former`` keeps it."""
    return {
        "name": tag.name,
        "slug": tag.slug,
        "description": tag.description,
        "load_id": tag.load_id,
        "aliases": [list(alias) for alias in tag.aliases.values_list("name", "slug")],
        "addresses": list(tag.former_addresses.values_list("slug", flat=True)),
        "former": list(tag.former.values_list("former_id", flat=True)),
    }


def _move(former: Tag, tag: Tag, stamp: Stamp) -> int:
    """Put taggings under another tag, and drop them where an article has it; how many articles these were."""
    rows, twins = Tagging.objects.filter(tag=former), Tagging.objects.filter(tag=tag)
    doubles = rows.filter(Exists(twins.filter(article=OuterRef("article"))))
    ids = list(rows.values_list("article_id", flat=True))
    changes = CountChanges()
    for some in chunks(ids):
        for filed in Filed.of_many(some).values():
            changes.move(filed, filed.tagged([tag.pk], without=[former.pk]))
    keep_all(not_recorded(rows), stamp)
    _strengthen(rows, twins, stamp)
    sign_all(doubles, "-", stamp)
    doubles._raw_delete("default")  # signed already
    sign_all(rows, "~", stamp, tag_id=tag.pk)
    rows.update(tag=tag)
    changes.save()
    return len(ids)


def _strengthen(rows: Rows, twins: Rows, stamp: Stamp) -> None:
    """Where both tags stand on an article, the one that stays is from whoever has more to say there."""
    for place, origin in enumerate(STRENGTH):
        stronger = Exists(rows.filter(article=OuterRef("article"), origin=origin))
        weaker = list(twins.filter(stronger, origin__in=STRENGTH[:place]).values_list("pk", flat=True))
        for some in chunks(weaker):
            changed = Tagging.objects.filter(pk__in=some)
            keep_all(changed, stamp)
            sign_all(changed, "~", stamp, origin=origin)
            changed.update(origin=origin)


def _take_names(former: Tag, tag: Tag, stamp: Stamp) -> list[str]:
    """Give the names, addresses and loaded values of the former tag to the other. Returns the
    slugs that became other names by this."""
    for names in (TagAlias, TagAddress, FormerTag):
        names._default_manager.filter(tag=former).update(tag=tag)
    FormerTag.objects.create(former_id=former.pk, name=former.name, tag=tag)
    name, slug = former.name, former.slug
    stamp.put_on(former)
    former.delete()
    defaults = {"tag": tag, "name": name}
    wanted = sorted({slug, name_slug(name)} - {tag.slug})
    return [other for other in wanted if TagAlias.objects.get_or_create(slug=other, defaults=defaults)[1]]
