"""Damage that staff have corrected: the field has a value that differs from the loaded one."""

from __future__ import annotations

from collections.abc import Mapping

from articles.catalogue.loaded import has_loaded_body, loaded_photo, loaded_source
from articles.models import Article, Damage, Photo
from articles.text.damage import DamageCode

DATES = ("published", "updated")
# Fields of the article, or of the damaged photo; one of them is enough.
FIELDS: dict[str, tuple[str, ...]] = {
    DamageCode.NO_HEADLINE: ("headline",), DamageCode.NO_BODY: ("body",), DamageCode.SOURCE_STRIPPED: ("source",),
    DamageCode.NO_DATE: DATES, DamageCode.SEVERAL_DATES: DATES, DamageCode.DATE_AMBIGUOUS: DATES,
    DamageCode.DATE_INVALID: DATES, DamageCode.DATE_UNREAD: DATES, DamageCode.DATE_AFTER_CAPTURE: DATES,
    DamageCode.LANGUAGE_DIFFERS: ("language",), DamageCode.URL_TAKEN: ("url",),
    DamageCode.CREDIT_CUT: ("credit_line",), DamageCode.CAPTION_CUT: ("caption",),
    DamageCode.CAPTION_MISSING: ("caption",), DamageCode.PHOTO_REFUSED: ("digest",),
}  # fmt: skip


def settle_damage(articles: Mapping[int, Article]) -> None:
    """Mark damage as corrected or not, by the present values: a restored old value is damaged again."""
    rows = list(Damage.objects.filter(article__in=articles, code__in=FIELDS))
    with_damage = {damage.article_id for damage in rows if damage.field.startswith("photo ")}
    found = Photo.everything.filter(article__in=with_damage).defer("metadata") if with_damage else ()
    photos = {(photo.article_id, f"photo {photo.loaded_number}"): photo for photo in found}
    for damage in rows:
        article, photo = articles[damage.article_id], photos.get((damage.article_id, damage.field))
        is_settled = any(_is_corrected(name, article, photo) for name in FIELDS[damage.code])
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
