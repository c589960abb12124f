"""What search engines read of an article: schema.org's NewsArticle as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Photo
from articles.public.formats.citations import authors_of
from articles.public.formats.representations import Whole
from articles.text.credit_words import credit_of

# Within a script element nothing may look like the end of it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(whole: Whole, address: str) -> SafeString:
    """The JSON, safe within a ``script`` element. What is not known is left out. ``address`` is the article's own."""
    article = whole.article

    def said_of(photo: Photo) -> dict[str, Any]:
        return _known(_said_of(photo, article, whole.absolute))

    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "alternativeHeadline": article.deck,
        "datePublished": article.published,
        "dateModified": article.updated,
        "author": [{"@type": "Person", "name": name} for name in authors_of(article)],
        "publisher": {"@type": "Organization", "name": article.source.name} if article.source else None,
        "articleSection": article.section,
        "inLanguage": article.language,
        "keywords": [tag.name for tag in whole.tags],
        "image": [said_of(photo) for photo in whole.photos if photo.kind == Photo.Kind.PHOTO],
        "video": [said_of(photo) for photo in whole.photos if photo.kind == Photo.Kind.VIDEO],
        "url": address,
        "identifier": article.key,
        "isBasedOn": article.url,
        "correction": [
            {"@type": "CorrectionComment", "text": one.note, "datePublished": one.made_at.isoformat(timespec="seconds")}
            for one in whole.corrections
        ],
        "archivedAt": whole.absolute(article.short_url),
        "maintainer": {"@type": "ArchiveOrganization", "name": settings.ARCHIVE_NAME},
    }
    return _written(said)


def photo_linked_data(photo: Photo, article: Article, absolute: Callable[[str], str]) -> SafeString:
    address = absolute(article.get_absolute_url())
    return _written(
        {
            "@context": "https://schema.org",
            **_said_of(photo, article, absolute),
            "description": photo.alt_text,
            "inLanguage": article.language,
            "identifier": f"sha256:{photo.digest}" if photo.digest else "",
            "isPartOf": {"@type": "NewsArticle", "headline": article.headline, "url": address},
        }
    )


def _written(said: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(_known(said), ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped here


def _known(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}


def _said_of(photo: Photo, article: Article, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Its page, its largest rendition if there is any, and its words."""
    credit = credit_of(photo)
    largest = max(photo.renditions.all(), key=lambda made: made.width_px, default=None)
    return {
        "@type": "ImageObject" if photo.kind == Photo.Kind.PHOTO else "VideoObject",
        "url": absolute(photo.address_in(article)),
        "contentUrl": absolute(largest.url) if largest else "",
        "caption": photo.caption,
        "creditText": str(credit) if credit.note or photo.credit_line or photo.creator else "",
        "creator": [{"@type": "Person", "name": name} for name in photo.creator.split("; ") if name],
        "copyrightNotice": photo.copyright_notice,
        "width": largest.width_px if largest else 0,
        "height": largest.height_px if largest else 0,
    }
