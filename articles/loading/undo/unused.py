"""Photo files, tags and sources that are unused after undoing a load."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from articles.catalogue.addresses import retire
from articles.catalogue.ledger import Stamp, save_tag
from articles.catalogue.photo_files import delete, media
from articles.catalogue.recorded import decoded
from articles.loading.undo.created import BY_STAFF
from articles.models import ArticleChange, Change, Conflict, Load, Photo, Source, Tag, TagChange
from articles.models.bulk import chunks

FILES = ("file", "renditions__file", "renditions__file_webp")


def referred_elsewhere(load: Load | None) -> dict[str, set[Any]]:
    """Values that undoing other loads would restore, and so must be kept, by column; also photos and tags that staff
    have removed or replaced, and photos that wait for their decision. ``None``: of all loads.
    """
    found: dict[str, set[Any]] = {"digest": set(), "tag_id": set(), "source_id": set()}
    by_staff = Q(change__kind__in=BY_STAFF) & (Q(rows__contains='"digest"') | Q(rows__contains='"tag_id"'))
    others = ArticleChange.objects.filter(by_staff | Q(change__load__isnull=False)).exclude(change__load=load or 0)
    recorded = others.exclude(undone="[]").values_list("rows", "undone", "change__load")
    for rows, undone, load_id in recorded.iterator(500):
        names = found.keys() if load_id else {"digest", "tag_id"}
        for _, _, columns, _ in decoded(rows if undone is None else undone):
            before = columns or {}
            for name in names & before.keys():
                found[name].add(before[name])
    waiting = Conflict.objects.open().filter(field__in=("photo", "digest")).values_list("theirs", flat=True)
    found["digest"] |= {theirs["digest"] if isinstance(theirs, dict) else theirs for theirs in waiting}
    return found


def files_of(article_ids: Sequence[int]) -> dict[str, set[str]]:
    files: defaultdict[str, set[str]] = defaultdict(set)
    photos = Photo.everything.filter(article__in=article_ids).exclude(digest="")
    for digest, *names in photos.values_list("digest", *FILES):
        files[digest].update(filter(None, names))
    return files


def sweep(files: Mapping[str, set[str]], referred: Container[str]) -> None:
    """Delete files that no photo uses. Call it after the transaction. ``referred``: digests to keep."""
    for batch in chunks([digest for digest in files if digest not in referred], 500):
        used = {name for row in Photo.everything.filter(digest__in=batch).values_list("digest", *FILES) for name in row}
        for digest in batch:
            unused = [media() / name for name in files[digest] - used]
            if digest not in used:  # all renditions, also with former labels
                unused += (media() / "renditions" / digest[:2]).glob(f"{digest}-*")
            delete(unused)


def remove(load: Load, referred: Mapping[str, Container[int]], reason: str, stamp: Stamp) -> dict[str, int]:
    """Remove the load's unused and unedited tags, authors and sources; return the number of each. Its kinds go too."""
    kinds = TagChange.objects.filter(change__load=load).order_by("-pk")
    for pk, before, after in kinds.values_list("tag_id", "before__kind", "after__kind"):
        for tag in Tag.objects.filter(pk=pk, kind=after):
            tag.kind = before
            save_tag(tag, stamp)
    edited = TagChange.objects.filter(tag_id=OuterRef("pk")).exclude(change__kind=Change.Kind.LOAD)
    tags = Tag.everything.filter(~Exists(edited), load=load, taggings=None, former=None).order_by("pk")
    unused_tags = [tag for tag in tags if tag.pk not in referred["tag_id"]]
    sources = Source.objects.filter(load=load, articles=None, aliases=None)
    unused_sources = [source for source in sources if source.pk not in referred["source_id"]]
    retire([*unused_tags, *unused_sources], stamp, reason=reason)
    authors = sum(tag.is_author for tag in unused_tags)
    return {"tag": len(unused_tags) - authors, "author": authors, "source": len(unused_sources)}
