"""What search engines read of an article: schema.org's NewsArticle as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from articles.citations import authors_of
from articles.context import about_archive
from articles.models import Correction
from articles.representations import Whole
from articles.wording import credit_of

# Within a script element nothing may look like the end of it.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(whole: Whole) -> SafeString:
    """The JSON, safe within a ``script`` element. What is not known is left out."""
    article = whole.article
    archive = about_archive()["name"]
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
        "image": [image for photo in whole.photos if (image := _image(photo, whole))],
        "url": whole.absolute(article.get_absolute_url()),
        "identifier": article.key,
        "isBasedOn": article.url,
        "correction": [_correction(one) for one in whole.corrections],
        "archivedAt": whole.absolute(article.short_url),
        "maintainer": {"@type": "ArchiveOrganization", "name": archive},
    }
    known = {name: value for name, value in said.items() if value}
    return mark_safe(json.dumps(known, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped here


def _correction(correction: Correction) -> dict[str, str]:
    made_at = correction.made_at.isoformat(timespec="seconds")
    return {"@type": "CorrectionComment", "text": correction.note, "datePublished": made_at}


def _image(photo: Any, whole: Whole) -> dict[str, Any] | None:
    renditions = list(photo.renditions.all())
    if not renditions:
        return None
    largest = renditions[-1]
    image = {
        "@type": "ImageObject",
        "contentUrl": whole.absolute(largest.url),
        "caption": photo.caption,
        "creditText": str(credit_of(photo)) if photo.credit_line or photo.creator else "",
        "creator": [{"@type": "Person", "name": name} for name in photo.creator.split("; ") if name],
        "copyrightNotice": photo.copyright_notice,
        "width": largest.width_px,
        "height": largest.height_px,
    }
    return {name: value for name, value in image.items() if value}
