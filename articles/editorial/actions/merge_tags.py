"""Merges tags, or authors, into one, which takes over their articles and names."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, repeat
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils.translation import gettext

from articles.catalogue.ledger import AT_ONCE, Stamp, change_of, delete_tag, save_tag, transaction_of_changes
from articles.catalogue.moving import count_filed, lock_filed, record_many
from articles.catalogue.recorded import TAGGING, Row
from articles.editorial.actions import NotDone, with_reason
from articles.models import FormerTag, Tag, TagAddress, TagAlias, Tagging, TagMerge
from articles.models.bulk import chunks, delete_alone
from articles.text.keys import slug_like

GIVEN = ("kind", "description")  # columns that the tag takes over if its own are empty
# Between simultaneous merges, so that each is a change of its own.
STEP = timedelta(microseconds=10)
# Origins from weak to strong.
STRENGTH: list[str] = [Tagging.Origin.BYLINE, Tagging.Origin.VOCABULARY, Tagging.Origin.SOURCE, Tagging.Origin.STAFF]


def moved_and_both(former: Tag, into: Iterable[Tag]) -> tuple[int, int]:
    """Number of articles that a merge would move, and number with both tags."""
    rows = Tagging.everything.filter(tag=former)
    twins = Tagging.everything.filter(tag__in=[tag.pk for tag in into], article=OuterRef("article"))
    both = rows.filter(Exists(twins)).count()
    return rows.count() - both, both


def merge_tags(former: Iterable[Tag], tag: Tag, stamp: Stamp) -> int:
    """Move articles and names to ``tag``; return the number of articles moved."""
    former = list(former)
    with transaction_of_changes():
        lock_filed(Tag, Tagging.everything.filter(tag__in=former).values_list("article_id", flat=True))
        stamps = (replace(stamp, moment=stamp.moment + place * STEP) for place in count())
        return sum(map(_merge, former, repeat(tag), stamps))


def _merge(former: Tag, tag: Tag, stamp: Stamp) -> int:
    now = Tag.everything.in_bulk([former.pk, tag.pk])
    for row in (former, tag):
        if row.pk not in now:
            raise NotDone(gettext("“%(name)s” has since been merged or removed.") % {"name": row})
    former, tag = now[former.pk], now[tag.pk]
    told = with_reason(gettext("“%(name)s” merged into it") % {"name": former}, stamp.reason)
    words = gettext("Tag “%(name)s” merged into “%(into)s”") % {"name": former, "into": tag}
    stamp = replace(stamp, reason=with_reason(words, stamp.reason))
    merge = TagMerge(former_id=former.pk, into_id=tag.pk, former=_described(former))
    merge.change = change_of(stamp)
    merge.last_tagging = Tagging.everything.aggregate(last=Max("pk"))["last"] or 0
    ids = sorted(Tagging.everything.filter(tag=former).values_list("article_id", flat=True))
    for batch in chunks(ids, AT_ONCE):
        _move(batch, former, tag, stamp)
    merge.former["gave"] = [name for name in GIVEN if getattr(former, name) and not getattr(tag, name)]
    merge.former["made"] = _take_names(former, tag, stamp)
    merge.save()
    for name in merge.former["gave"]:
        setattr(tag, name, getattr(former, name))
    save_tag(tag, replace(stamp, reason=told))
    return len(ids)


def _described(tag: Tag) -> dict[str, Any]:
    """The tag without its articles, for ``TagMerge.former``."""
    return {
        "name": tag.name,
        "slug": tag.slug,
        "kind": tag.kind,
        "description": tag.description,
        "load_id": tag.load_id,
        "aliases": [list(alias) for alias in tag.aliases.values_list("name", "slug")],
        "addresses": list(tag.former_addresses.values_list("slug", flat=True)),
        "former": list(tag.former.values_list("former_id", flat=True)),
    }


def _move(article_ids: Sequence[int], former: Tag, tag: Tag, stamp: Stamp) -> None:
    """Tag articles with ``tag`` in place of ``former``. In an article with both, the stronger origin stays."""
    columns = ("pk", "article_id", "tag_id", "origin")
    rows = list(Tagging.everything.filter(article__in=article_ids, tag__in=[former, tag]).values_list(*columns))
    twins = {row[1]: row for row in rows if row[2] == tag.pk}
    moved, gone, stronger = [], [], defaultdict[str, list[int]](list)
    recorded: dict[int, list[Row]] = {}
    for pk, article_id, tag_id, origin in (row for row in rows if row[2] == former.pk):
        if (twin := twins.get(article_id)) is None:
            moved.append(pk)
            recorded[article_id] = [(TAGGING, pk, {"tag_id": tag_id}, {"tag_id": tag.pk})]
            continue
        gone.append(pk)
        whole = {"id": pk, "tag_id": tag_id, "article_id": article_id, "origin": origin}
        recorded[article_id] = [(TAGGING, pk, whole, None)]
        if STRENGTH.index(origin) > STRENGTH.index(twin[3]):
            stronger[origin].append(twin[0])
            recorded[article_id].append((TAGGING, twin[0], {"origin": twin[3]}, {"origin": origin}))
    if not tag.is_author:  # the names in the articles stay
        record_many(recorded, stamp)
    count_filed(Tag, recorded, {former.pk: -1})
    count_filed(Tag, recorded.keys() - twins, {tag.pk: 1})
    for origin, ids in stronger.items():
        Tagging.everything.filter(pk__in=ids).update(origin=origin)
    delete_alone(Tagging.everything.filter(pk__in=gone))
    Tagging.everything.filter(pk__in=moved).update(tag=tag)


def _take_names(former: Tag, tag: Tag, stamp: Stamp) -> list[str]:
    """Move names and addresses to ``tag``; return the slugs of new other names."""
    for names in (TagAlias, TagAddress, FormerTag):
        names._default_manager.filter(tag=former).update(tag=tag)
    FormerTag.objects.create(former_id=former.pk, tag=tag)
    name, slug = former.name, former.slug
    delete_tag(former, stamp)
    defaults = {"tag": tag, "name": name}
    wanted = sorted({slug, slug_like(slug, name)} - {tag.slug})
    return [alias for alias in wanted if TagAlias.objects.get_or_create(slug=alias, defaults=defaults)[1]]
