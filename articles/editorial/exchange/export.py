"""The edits of an archive, line by line. Every article is looked at, for an edit leaves its mark on the row alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from articles.catalogue.loaded import (
    FIELDS,
    PHOTO_FIELDS,
    RARE_PHOTO_FIELDS,
    edited_fields,
    edited_photo_fields,
    loaded_body,
    loaded_photos,
    loaded_source,
    loaded_tags,
)
from articles.catalogue.revisions import AS_LOADED, REASON_LENGTH
from articles.editorial.exchange import names
from articles.models import Article, FormerTag, Gone, Photo, Source, Tag, TagAddress, TagAlias, Tagging
from articles.text.keys import name_slug

AT_ONCE = 500
PHOTO_FLAGS = ("is_decorative", "credit_unknown")
Line = dict[str, Any]


def edits() -> Iterator[Line]:
    """What staff have changed, as JSON. The order is the same for the same archive."""
    yield from _tags()
    yield from _sources()
    for gone in Gone.objects.order_by("path"):
        yield {"gone": gone.path, "key": gone.key, "reason": gone.reason, "at": gone.gone_at.isoformat()}
    yield from _articles()


def _tags() -> Iterator[Line]:
    was_edited = Exists(Tag.history.model.objects.filter(id=OuterRef("pk")))
    has_former = Exists(FormerTag.objects.filter(tag=OuterRef("pk")))
    for tag in Tag.objects.filter(was_edited | has_former).order_by("slug").prefetch_related("aliases"):
        aliases = sorted(alias.name for alias in tag.aliases.all())
        yield {"tag": tag.slug, "name": tag.name, "description": tag.description, "aliases": aliases}


def _sources() -> Iterator[Line]:
    for source in Source.objects.order_by("slug").prefetch_related("aliases"):
        aliases = sorted(alias.name for alias in source.aliases.all())
        if aliases or source.description or name_slug(source.name) != source.slug:
            said = {"name": source.name, "description": source.description, "aliases": aliases}
            yield {"source": source.slug, **said}


def _articles() -> Iterator[Line]:
    known = _Known()
    photos = Prefetch("photos", Photo.objects.defer("metadata").order_by("number"))
    rows = (
        Article.objects.select_related("source")
        .order_by("key")
        .defer("body_html")
        .prefetch_related(photos, "taggings", "redirects", "corrections__made_by", "merged_into")
    )
    for article in rows.iterator(chunk_size=AT_ONCE):
        if line := _line(article, known):
            yield line


class _Known:
    """What lines of articles need to know of the whole archive."""

    def __init__(self) -> None:
        # Articles that others were merged into have to be found there.
        merged = Article.objects.exclude(merged_into=None)
        self.winners = set(merged.values_list("merged_into_id", flat=True))
        # Where one address was told from another of that day, which is which hung on who came first.
        places = Article.objects.values_list("archive_date", "slug", "key").iterator()
        self.shared = {(day, stem) for day, slug, key in places if (stem := _stem(slug, key)) != slug}
        self.tags = dict(Tag.objects.values_list("id", "name"))
        self.by_slug = dict(TagAlias.objects.values_list("slug", "tag_id"))
        self.by_slug |= dict(Tag.objects.values_list("slug", "id"))
        self.former = dict(TagAddress.objects.values_list("slug", "tag_id"))


def _stem(slug: str, key: str) -> str:
    """A slug without what tells its article from another of that day."""
    return slug.removesuffix(f"-{key}").removesuffix(f"-{key[:4]}")


def _line(article: Article, known: _Known) -> Line | None:
    said: Line = {
        "edited": dict(_fields(article)),
        "photos": list(_photos(article)),
        "photo_order": _order(article),
        "tags": _tags_of(article, known),
        "former_addresses": sorted(redirect.path for redirect in article.redirects.all()),
        "withdrawn": _withdrawn(article),
        "merged_into": article.merged_into.key if article.merged_into else None,
        "closed": _closed(article),
        "corrections": [
            {"at": one.made_at.isoformat(), **names.signature(one.made_by), "note": one.note}
            for one in article.corrections.all()
        ],
    }
    said = {name: value for name, value in said.items() if value}
    is_shared = (article.archive_date, _stem(article.slug, article.key)) in known.shared
    if not said and not is_shared and article.pk not in known.winners:
        return None
    found_by = {"originals": sorted(article.originals.values_list("digest", flat=True))}
    begins = {"key": article.key, "headline": article.headline, "found_by": found_by}
    return {**begins, **said, "slug": article.slug, **_by(article)}


def _fields(article: Article) -> Iterator[tuple[str, Line]]:
    edited = edited_fields(article, [], [])
    for name in FIELDS:
        if name in edited:
            yield name, {"loaded": article.as_loaded[name], "now": getattr(article, name)}
    if "source" in edited:
        loaded = Source.objects.filter(pk=loaded_source(article) or 0).first()
        sides = {"loaded": loaded, "now": article.source}
        yield "source", {side: source.name if source else None for side, source in sides.items()}
    if "body" in edited:
        yield "body", {"loaded": loaded_body(article), "now": article.body}


def _photos(article: Article) -> Iterator[Line]:
    rows = {photo.loaded_number: photo for photo in article.photos.all() if photo.loaded_number}
    for number, loaded in enumerate(loaded_photos(article), 1):
        known = {"number": number, **{name: loaded[name] for name in ("src", "digest", "caption")}}
        if number not in rows:
            yield {"is": known, "removed": True}
            continue
        changed = edited_photo_fields(article, rows[number])
        edited = {name: {"loaded": loaded[name], "now": getattr(rows[number], name)} for name in changed}
        said = [name for name in PHOTO_FLAGS if getattr(rows[number], name)]  # of which no source says anything
        if edited or said:
            yield {"is": known, **({"edited": edited} if edited else {}), **({"said": said} if said else {})}
    told = (*PHOTO_FIELDS, *RARE_PHOTO_FIELDS, *PHOTO_FLAGS, "credit_raw", "src", "digest", "number", "key")
    for photo in article.photos.all():
        if not photo.loaded_number:
            yield {"added": {name: getattr(photo, name) for name in told}}


def _order(article: Article) -> list[int]:
    """The loaded numbers of the photos in their present order, where that is another than the source's."""
    order = [photo.loaded_number for photo in article.photos.all() if photo.loaded_number]
    return order if order != sorted(order) else []


def _tags_of(article: Article, known: _Known) -> dict[str, list[str]]:
    now = {tagging.tag_id: tagging for tagging in article.taggings.all()}
    loaded = loaded_tags(article, known.by_slug, known.former)
    sides = {
        "added": [pk for pk, tagging in now.items() if pk not in loaded or tagging.origin == Tagging.Origin.STAFF],
        "removed": loaded - now.keys(),
    }
    return {side: sorted(known.tags[pk] for pk in ids if pk in known.tags) for side, ids in sides.items() if ids}


def _withdrawn(article: Article) -> Line | None:
    if article.withdrawn_at is None or article.is_withdrawn_by_source:
        return None
    return {"at": article.withdrawn_at.isoformat(), "reason": article.withdrawal}


def _closed(article: Article) -> Line | None:
    """Why versions before the edits are not for readers, if staff have closed any: those made anew are not either."""
    last = article.closed_versions.order_by("closed_at").last()
    return {"at": last.closed_at.isoformat(), "reason": last.reason} if last else None


def _by(article: Article) -> Line:
    """When staff last edited it, why, and who, if one person alone did: what others wrote is not theirs."""
    of_article = {"article_id": article.pk}
    histories: Any = ((Article, {"id": article.pk}), (Photo, of_article), (Tagging, of_article))
    signed = ("history_date", "history_change_reason", "history_user")
    rows = [
        row
        for model, of in histories
        for row in model.history.model.objects.filter(load=None, **of)
        .exclude(history_change_reason=AS_LOADED)
        .select_related("history_user")
        .only("id", *signed, *(f"history_user__{name}" for name in names.SIGNED))
    ]
    if not rows:
        return {}
    rows.sort(key=lambda row: row.history_date)
    users = {row.history_user_id: row.history_user for row in rows}
    reasons = "; ".join(dict.fromkeys(row.history_change_reason for row in rows if row.history_change_reason))
    said = names.signature(rows[0].history_user) if len(users) == 1 else {}
    said["at"] = rows[-1].history_date.isoformat()
    return said | ({"reason": reasons} if 0 < len(reasons) <= REASON_LENGTH else {})
