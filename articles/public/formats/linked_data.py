"""schema.org JSON-LD for search engines: NewsArticle, ImageObject and VideoObject."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Photo
from articles.public.formats.citations import authors_of
from articles.public.formats.representations import Whole
from articles.text.credits import credit_of

# Nothing in a script element may look like its end tag.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(whole: Whole, address: str) -> SafeString:
    """JSON that is safe inside a ``script`` element; unknown fields are omitted. ``address`` is the article's own."""
    article = whole.article
    fields: dict[str, Any] = {
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
        "image": [
            _known({"@type": "ImageObject", **_image_fields(photo, whole.absolute)})
            for photo in whole.photos
            if photo.renditions.all()
        ],
        "url": address,
        "identifier": article.key,
        "isBasedOn": article.url,
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": made.note,
                "datePublished": made.made_at.isoformat(timespec="seconds"),
            }
            for made in whole.corrections
        ],
        "archivedAt": whole.absolute(article.short_url),
        "maintainer": {"@type": "ArchiveOrganization", "name": settings.ARCHIVE_NAME},
    }
    return _written(fields)


def photo_linked_data(photo: Photo, article: Article, absolute: Callable[[str], str]) -> SafeString:
    address = absolute(article.get_absolute_url())
    return _written(
        {
            "@context": "https://schema.org",
            "@type": "ImageObject" if photo.kind == Photo.Kind.PHOTO else "VideoObject",
            "url": absolute(photo.address_in(article)),
            **_image_fields(photo, absolute),
            "description": photo.alt_text,
            "inLanguage": article.language,
            "identifier": f"sha256:{photo.digest}" if photo.digest else "",
            "isPartOf": {"@type": "NewsArticle", "headline": article.headline, "url": address},
        }
    )


def _written(fields: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(_known(fields), ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped here


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def _image_fields(photo: Photo, absolute: Callable[[str], str]) -> dict[str, Any]:
    largest = max(photo.renditions.all(), key=lambda made: made.width_px, default=None)
    return {
        "contentUrl": absolute(largest.url) if largest else "",
        "caption": photo.caption,
        "creditText": str(credit_of(photo)) if photo.credit_line or photo.creator else "",
        "creator": [{"@type": "Person", "name": name} for name in photo.creator.split("; ") if name],
        "copyrightNotice": photo.copyright_notice,
        "width": largest.width_px if largest else 0,
        "height": largest.height_px if largest else 0,
    }
