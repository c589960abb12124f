"""The values of an article as a load left them: what a staff edit is told from, whichever way it was made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from articles.models import Article, Photo, Source, Tag, TagAddress, TagAlias, Tagging, fields
from articles.models.article import BLOCK_SEPARATOR
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of
from articles.text.merge import moved

# The plain columns that sources fill and staff may change.
FIELDS = fields.names(fields.ARTICLE, fields.Use.MERGED)
PHOTO_FIELDS = fields.names(fields.PHOTO, fields.Use.MERGED)
# In a baseline only where they say something: absent means empty, as in older baselines.
RARE_PHOTO_FIELDS: tuple[str, ...] = ("creator", "copyright_notice")
STAFF: str = Tagging.Origin.STAFF
# By these a photo is known again; nobody edits them.
PHOTO_MARKS: tuple[str, ...] = ("src", "digest")


def baseline(article: Article, photos: Iterable[Photo], *, source: str | None, tags: Iterable[str]) -> dict[str, Any]:
    """The values by field name, as JSON: the body as its SHA-256, source and tags as their slugs, for a tag that staff
    rename or merge is still the tag that was loaded; photos in the order of the source.
    """
    return {
        **{name: getattr(article, name) for name in FIELDS},
        "source": source,
        "body": digest_of(article.body.encode()),
        "photos": [photo_values(photo) for photo in photos],
        "tags": sorted(tags),
    }


def photo_values(photo: Photo) -> dict[str, Any]:
    values = {name: getattr(photo, name) for name in PHOTO_FIELDS}
    return values | {name: words for name in (*RARE_PHOTO_FIELDS, *PHOTO_MARKS) if (words := getattr(photo, name))}


def loaded_photos(article: Article) -> list[dict[str, Any]]:
    """The values of photos as loaded, every field there."""
    return [_whole(values) for values in article.as_loaded.get("photos", [])]


def _whole(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**dict.fromkeys((*RARE_PHOTO_FIELDS, *PHOTO_MARKS), ""), **values}


def loaded_photo(article: Article, photo: Photo) -> dict[str, Any] | None:
    """The values of a photo as loaded; ``None`` of one that its source no longer shows."""
    photos = article.as_loaded.get("photos", [])
    if not 1 <= photo.loaded_number <= len(photos):
        return None
    return _whole(photos[photo.loaded_number - 1])


def loaded_body(article: Article) -> str:
    return article.body if has_loaded_body(article) else article.body_as_loaded


def has_loaded_body(article: Article) -> bool:
    loaded = article.as_loaded.get("body")
    return loaded is None or loaded == digest_of(article.body.encode())


def loaded_source(article: Article, known: Mapping[str, int] | None = None) -> int | None:
    """The id of the source as loaded, by the name that leads to it now; ``None`` where there was none.

    ``known`` maps slugs, those of other names too, to ids; unless given, it is a query where staff chose another.
    """
    slug = article.as_loaded.get("source")
    if "source" not in article.as_loaded or (article.source and article.source.slug == slug):
        return article.source_id
    if slug is None or known is not None:
        return None if slug is None or known is None else known.get(slug)
    found = Source.objects.named(slug)
    return found.pk if found else None


def loaded_tags(
    article: Article, known: Mapping[str, int] | None = None, former: Mapping[str, int] | None = None
) -> set[int]:
    """The ids of the tags as loaded, by the names that lead to them now.

    ``known`` maps slugs, those of other names too, to ids; ``former`` those of names that were taken from a tag since.
    Unless given, each is a query or two. A name that was taken from a tag, and is that of another by now, means the
    former one on an article that has it from a load and has not the other.
    """
    slugs = article.as_loaded.get("tags", [])
    if known is None:
        known = dict(TagAlias.objects.filter(slug__in=slugs).values_list("slug", "tag_id"))
        known |= dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "id"))
    origins = {tagging.tag_id: tagging.origin for tagging in article.taggings.all()}
    found = {slug: known[slug] for slug in slugs if slug in known}
    doubtful = [slug for slug in slugs if found.get(slug) not in origins]
    if doubtful and former is None:
        former = dict(TagAddress.objects.filter(slug__in=doubtful).values_list("slug", "tag_id"))
    for slug in doubtful:
        tag_id = (former or {}).get(slug)
        if tag_id and (slug not in found or origins.get(tag_id, STAFF) != STAFF):
            found[slug] = tag_id
    return set(found.values())


def own_blocks(article: Article) -> list[str]:
    return article.body_html.split(BLOCK_SEPARATOR) if article.body_html else []


def edited_photo_fields(article: Article, photo: Photo) -> list[str]:
    """The fields of a photo that staff have changed. Of a photo without loaded values, that is all of them.

    A photo that has moved along with its paragraph, because staff wrote others before it, has not changed its place.
    """
    loaded = loaded_photo(article, photo)
    if loaded is None:
        return [*PHOTO_FIELDS, *RARE_PHOTO_FIELDS]
    names = [name for name in (*PHOTO_FIELDS, *RARE_PHOTO_FIELDS) if getattr(photo, name) != loaded[name]]
    if "position" in names and not has_loaded_body(article):
        place = moved(loaded["position"], blocks_of(loaded_body(article)), own_blocks(article))
        if place == photo.position:
            names.remove("position")
    return names


def edited_fields(
    article: Article, photos: Sequence[Photo] | None = None, tag_ids: Iterable[int] | None = None
) -> list[str]:
    """The fields whose value is no longer the one that the last load gave them: what staff have changed.

    Photos and taggings are read, and are best prefetched, unless they are given.
    """
    loaded = article.as_loaded
    names = [name for name in FIELDS if name in loaded and getattr(article, name) != loaded[name]]
    if article.source_id != loaded_source(article):
        names.append("source")
    if not has_loaded_body(article):
        names.append("body")
    if "photos" in loaded and _photos_are_edited(article, list(article.photos.all()) if photos is None else photos):
        names.append("photos")
    if "tags" in loaded:
        now = [tagging.tag_id for tagging in article.taggings.all()] if tag_ids is None else tag_ids
        names += ["tags"] if set(now) != loaded_tags(article) else []
    return names


def _photos_are_edited(article: Article, rows: Collection[Photo]) -> bool:
    numbers = {photo.loaded_number for photo in rows}
    if numbers != set(range(1, len(article.as_loaded["photos"]) + 1)):
        return True
    in_order = [photo.loaded_number for photo in sorted(rows, key=lambda photo: photo.number)]
    return in_order != sorted(in_order) or any(edited_photo_fields(article, photo) for photo in rows)
