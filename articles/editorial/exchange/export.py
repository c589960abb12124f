"""Exports staff edits: the differences of every article from its loaded values."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from articles.catalogue.ledger import REASON_LENGTH
from articles.catalogue.loaded import (
    FIELDS,
    PHOTO_FIELDS,
    STAFF,
    edited_fields,
    edited_photo_fields,
    loaded_body,
    loaded_photos,
    loaded_source,
    loaded_tags,
)
from articles.editorial.actions import TEXTS_AT_ONCE
from articles.editorial.exchange.lines import Line
from articles.editorial.exchange.names import person_of
from articles.models import Article, Change, FormerTag, Gone, Photo, Source, Tag, TagAddress, TagAlias, TagChange

PHOTO_FLAGS = ("is_decorative", "credit_unknown")
ADDED = (*PHOTO_FIELDS, *PHOTO_FLAGS, "credit_raw", "src", "digest", "number", "key")  # columns of a photo of staff


def edits() -> Iterator[Line]:
    was_edited = Exists(TagChange.objects.filter(tag_id=OuterRef("pk")).exclude(change__kind=Change.Kind.LOAD))
    has_former = Exists(FormerTag.objects.filter(tag=OuterRef("pk")))
    for tag in Tag.everything.filter(was_edited | has_former).order_by("slug").prefetch_related("aliases"):
        yield {"tag": tag.slug, **_named(tag), "kind": tag.kind}
    for source in Source.objects.order_by("slug").prefetch_related("aliases"):
        values = _named(source)
        if values["aliases"] or source.load_id is None:  # else as loaded
            yield {"source": source.slug, **values, "license": source.license, "terms": source.terms}
    for gone in Gone.objects.order_by("path"):
        yield {"gone": gone.path, "key": gone.key, "reason": gone.reason, "at": gone.gone_at.isoformat()}
    # Winners of merges have a line even without edits, so that the other archive can find them.
    winners = set(Article.objects.exclude(merged_into=None).values_list("merged_into_id", flat=True))
    # The article that was loaded first has the slug without a suffix.
    places = Article.objects.values_list("archive_date", "slug", "key").iterator()
    shared = {(day, stem) for day, slug, key in places if (stem := _stem(slug, key)) != slug}
    names = dict(Tag.objects.values_list("id", "name"))
    by_slug = dict(TagAlias.objects.values_list("slug", "tag_id")) | dict(Tag.objects.values_list("slug", "id"))
    former = dict(TagAddress.objects.values_list("slug", "tag_id"))
    photos = Prefetch("photos", Photo.everything.defer("metadata").order_by("number"))
    related = (photos, "taggings", "redirects", "corrections__made_by", "merged_into", "closed_versions")
    rows = Article.objects.select_related("source").order_by("key").defer("body_html").prefetch_related(*related)
    for article in rows.iterator(chunk_size=TEXTS_AT_ONCE):
        tags = _tags_of(article, loaded_tags(article, by_slug, former), names)
        changes = {name: value for name, value in _edits_of(article, tags).items() if value}
        is_shared = (article.archive_date, _stem(article.slug, article.key)) in shared
        if changes or is_shared or article.pk in winners:
            found_by = {"originals": sorted(article.originals.values_list("digest", flat=True))}
            head = {"key": article.key, "headline": article.headline, "found_by": found_by}
            yield {**head, **changes, "slug": article.slug, **_by(article)}


def _named(row: Tag | Source) -> Line:
    aliases: Any = row.aliases.all()
    return {"name": row.name, "description": row.description, "aliases": sorted(alias.name for alias in aliases)}


def _stem(slug: str, key: str) -> str:
    """A slug without the suffix that makes it unique on its day."""
    return slug.removesuffix(f"-{key}").removesuffix(f"-{key[:4]}")


def _edits_of(article: Article, tags: Line) -> Line:
    order = [photo.loaded_number for photo in article.photos.all() if photo.loaded_number]
    is_withdrawn = article.withdrawn_at is not None and not article.is_withdrawn_by_source
    # If any version is closed here, all versions before the edits will be closed in the other archive.
    closed: Any = max(article.closed_versions.all(), key=lambda version: version.closed_at, default=None)
    return {
        "edited": dict(_fields(article)),
        "photos": list(_photos(article)),
        "photo_order": order if order != sorted(order) else [],
        "tags": tags,
        "former_addresses": sorted(redirect.path for redirect in article.redirects.all()),
        "withdrawn": is_withdrawn and _dated(article.withdrawn_at, article.withdrawal),
        "merged_into": article.merged_into and article.merged_into.key,
        "closed": closed and _dated(closed.closed_at, closed.reason),
        "corrections": [
            {"at": correction.made_at.isoformat(), **person_of(correction.made_by), "note": correction.note}
            for correction in article.corrections.all()
        ],
    }


def _dated(moment: Any, reason: str) -> Line:
    return {"at": moment.isoformat(), "reason": reason}


def _fields(article: Article) -> Iterator[tuple[str, Line]]:
    for name in edited_fields(article, [], []):
        if name in FIELDS:
            yield name, {"loaded": article.as_loaded[name], "now": getattr(article, name)}
        elif name == "source":
            loaded = Source.objects.filter(pk=loaded_source(article) or 0).values_list("name", flat=True).first()
            yield "source", {"loaded": loaded, "now": article.source.name if article.source else None}
        elif name == "body":
            yield "body", {"loaded": loaded_body(article), "now": article.body}


def _photos(article: Article) -> Iterator[Line]:
    rows = {photo.loaded_number: photo for photo in article.photos.all() if photo.loaded_number}
    for number, loaded in enumerate(loaded_photos(article), 1):
        identity = {"number": number, **{name: loaded[name] for name in ("src", "digest", "caption")}}
        if (photo := rows.get(number)) is None:
            yield {"is": identity, "removed": True}
            continue
        changed = edited_photo_fields(article, photo)
        edited = {name: {"loaded": loaded[name], "now": getattr(photo, name)} for name in changed}
        flags = [name for name in PHOTO_FLAGS if getattr(photo, name)]  # never set by sources
        changes = {"edited": edited, "flags": flags, "withdrawn": _withdrawn(photo)}
        if changes := {name: value for name, value in changes.items() if value}:
            yield {"is": identity, **changes}
    for photo in article.photos.all():
        if not photo.loaded_number:
            added = {"added": {name: getattr(photo, name) for name in ADDED}}
            yield {**added, "withdrawn": _withdrawn(photo)} if photo.withdrawn_at else added


def _withdrawn(photo: Photo) -> Line:
    return _dated(photo.withdrawn_at, photo.withdrawn_reason) if photo.withdrawn_at else {}


def _tags_of(article: Article, loaded: set[int], names: Mapping[int, str]) -> Line:
    now = {tagging.tag_id: tagging.origin for tagging in article.taggings.all()}
    added = [pk for pk, origin in now.items() if pk not in loaded or origin == STAFF]
    sides = {"added": added, "removed": loaded - now.keys()}
    return {side: sorted(names[pk] for pk in ids if pk in names) for side, ids in sides.items() if ids}


def _by(article: Article) -> Line:
    """Date of the last staff edit, all reasons, and the editor if there was only one."""
    rows = article.changes.exclude(change__kind=Change.Kind.LOAD).order_by("pk")
    changes = [row.change for row in rows.select_related("change__user").defer("rows", "body", "undone")]
    if not changes:
        return {}
    is_by_one = len({change.user_id for change in changes}) == 1
    signature = person_of(changes[0].user) if is_by_one else {}
    signature["at"] = max(change.moment for change in changes).isoformat()
    reasons = "; ".join(dict.fromkeys(change.reason for change in changes if change.reason))
    return signature | ({"reason": reasons} if 0 < len(reasons) <= REASON_LENGTH else {})
