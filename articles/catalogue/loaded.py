"""The values of an article as last loaded, against which staff edits, and corrected damage, are detected."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from articles.models import Article, Damage, Photo, Source, Tag, TagAddress, TagAlias, Tagging, fields
from articles.models.article import BLOCK_SEPARATOR
from articles.models.prepared import prepared
from articles.text.damage import DamageCode
from articles.text.keys import digest_of
from articles.text.markdown import blocks_of
from articles.text.merge import moved

# The plain columns that sources fill and staff may change.
FIELDS = fields.names(fields.ARTICLE, fields.Use.MERGED)
PHOTO_FIELDS = fields.names(fields.PHOTO, fields.Use.MERGED)
STAFF: str = Tagging.Origin.STAFF
# These identify a photo; nobody edits them.
PHOTO_MARKS: tuple[str, ...] = ("src", "digest")
DATES = ("published", "updated")
# Of damage: fields of the article, or of the damaged photo, of which staff must have corrected one.
CORRECTED_BY: dict[str, tuple[str, ...]] = {
    DamageCode.NO_HEADLINE: ("headline",), DamageCode.NO_BODY: ("body",), DamageCode.SOURCE_STRIPPED: ("source",),
    DamageCode.NO_DATE: DATES, DamageCode.SEVERAL_DATES: DATES, DamageCode.DATE_AMBIGUOUS: DATES,
    DamageCode.DATE_INVALID: DATES, DamageCode.DATE_UNREAD: DATES, DamageCode.DATE_AFTER_CAPTURE: DATES,
    DamageCode.LANGUAGE_DIFFERS: ("language",), DamageCode.URL_TAKEN: ("url",),
    DamageCode.CREDIT_CUT: ("credit_line",), DamageCode.CAPTION_CUT: ("caption",),
    DamageCode.CAPTION_MISSING: ("caption",), DamageCode.PHOTO_REFUSED: ("digest",),
}  # fmt: skip


def baseline(article: Article, photos: Iterable[Photo], *, source: str | None, tags: Iterable[str]) -> dict[str, Any]:
    """By field, as JSON: the body as SHA-256; source and tags as slugs, which renaming keeps; photos in their order."""
    return {
        **{name: getattr(article, name) for name in FIELDS},
        "source": source,
        "body": digest_of(article.body.encode()),
        "photos": [photo_values(photo) for photo in photos],
        "tags": sorted(tags),
    }


def photo_values(photo: Photo) -> dict[str, Any]:
    return {name: getattr(photo, name) for name in (*PHOTO_FIELDS, *PHOTO_MARKS)}


def loaded_photos(article: Article) -> list[dict[str, Any]]:
    photos: list[dict[str, Any]] = article.as_loaded.get("photos", [])
    return photos


def loaded_photo(article: Article, photo: Photo) -> dict[str, Any] | None:
    """Loaded values of a photo; ``None`` if it is not in the source."""
    photos = loaded_photos(article)
    return photos[photo.loaded_number - 1] if 1 <= photo.loaded_number <= len(photos) else None


def loaded_body(article: Article) -> str:
    return article.body if has_loaded_body(article) else article.body_as_loaded


def has_loaded_body(article: Article) -> bool:
    loaded = article.as_loaded.get("body")
    return loaded is None or loaded == digest_of(article.body.encode())


def loaded_source(article: Article, ids_by_slug: Mapping[str, int] | None = None) -> int | None:
    """The id of the loaded source, through renames and merges; ``None`` if there was none.

    ``ids_by_slug``: also by slugs of other names; without it, a query if staff chose another source.
    """
    slug = article.as_loaded.get("source")
    if "source" not in article.as_loaded:
        return article.source_id
    if slug is None or ids_by_slug is not None:  # in a dry run, a source may be one that was not written
        return None if slug is None or ids_by_slug is None else ids_by_slug.get(slug)
    if article.source and article.source.slug == slug:
        return article.source_id
    found = Source.objects.named(slug)
    return found.pk if found else None


def loaded_tags(
    article: Article, ids_by_slug: Mapping[str, int] | None = None, former: Mapping[str, int] | None = None
) -> set[int]:
    """The ids of the loaded tags, through renames and merges.

    ``ids_by_slug``: also by slugs of other names; ``former``: ids by slugs of removed names. Without them, up to two
    queries each, and none for the tags of fetched taggings. If another tag now has a removed name, an article that has
    only the former tag keeps that.
    """
    slugs, taggings = article.as_loaded.get("tags", []), article.taggings.all()
    if ids_by_slug is None:
        fetched = [tagging.tag for tagging in taggings if Tagging.tag.is_cached(tagging)]
        ids_by_slug = {tag.slug: tag.pk for tag in fetched}
        if others := [slug for slug in slugs if slug not in ids_by_slug]:
            ids_by_slug |= {**dict(_by_alias(others)), **dict(_by_slug(others))}
    origins = {tagging.tag_id: tagging.origin for tagging in taggings}
    found = {slug: ids_by_slug[slug] for slug in slugs if slug in ids_by_slug}
    doubtful = [slug for slug in slugs if found.get(slug) not in origins]
    if doubtful and former is None:
        former = dict(TagAddress.objects.filter(slug__in=doubtful).values_list("slug", "tag_id"))
    for slug in doubtful:
        tag_id = (former or {}).get(slug)
        if tag_id and (slug not in found or origins.get(tag_id, STAFF) != STAFF):
            found[slug] = tag_id
    return set(found.values())


_by_slug = prepared(lambda slugs: Tag.objects.filter(slug__in=slugs).values_list("slug", "id").order_by())
_by_alias = prepared(lambda slugs: TagAlias.objects.filter(slug__in=slugs).values_list("slug", "tag_id").order_by())


def own_blocks(article: Article) -> list[str]:
    return article.body_html.split(BLOCK_SEPARATOR) if article.body_html else []


def edited_photo_fields(article: Article, photo: Photo) -> list[str]:
    """Fields that staff changed; all of a photo that was not loaded. Moving with its paragraph is no change."""
    loaded = loaded_photo(article, photo)
    if loaded is None:
        return [*PHOTO_FIELDS]
    if loaded["position"] and not has_loaded_body(article):
        place = moved(loaded["position"], blocks_of(loaded_body(article)), own_blocks(article))
        loaded = {**loaded, "position": place}
    return [name for name in PHOTO_FIELDS if getattr(photo, name) != loaded[name]]


def edited_fields(
    article: Article, photos: Sequence[Photo] | None = None, tag_ids: Iterable[int] | None = None
) -> list[str]:
    """Fields changed by staff since the last load. Prefetch photos and taggings, or pass them."""
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
    if {photo.loaded_number for photo in rows} != set(range(1, len(article.as_loaded["photos"]) + 1)):
        return True
    in_order = [photo.loaded_number for photo in sorted(rows, key=lambda photo: photo.number)]
    return in_order != sorted(in_order) or any(edited_photo_fields(article, photo) for photo in rows)


def settle_damage(articles: Mapping[int, Article]) -> None:
    """Mark damage as corrected or not, by the present values: a restored old value is damaged again."""
    rows = list(Damage.objects.filter(article__in=articles, code__in=CORRECTED_BY))
    with_damage = {damage.article_id for damage in rows if damage.field.startswith("photo ")}
    found = Photo.everything.filter(article__in=with_damage).defer("metadata") if with_damage else ()
    photos = {(photo.article_id, f"photo {photo.loaded_number}"): photo for photo in found}
    for damage in rows:
        article, photo = articles[damage.article_id], photos.get((damage.article_id, damage.field))
        is_settled = any(_is_corrected(name, article, photo) for name in CORRECTED_BY[damage.code])
        if is_settled != damage.is_settled:
            damage.is_settled = is_settled
            damage.save(update_fields=["is_settled"])


def _is_corrected(name: str, article: Article, photo: Photo | None) -> bool:
    if photo:
        value, loaded = getattr(photo, name), (loaded_photo(article, photo) or {}).get(name)
        return bool(value) and value != loaded
    if name == "body":
        return bool(article.body) and not has_loaded_body(article)
    if name == "source":
        return article.source_id is not None and article.source_id != loaded_source(article)
    value = getattr(article, name, "")
    return bool(value) and name in article.as_loaded and value != article.as_loaded[name]
