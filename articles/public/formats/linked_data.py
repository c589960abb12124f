"""An article for search engines: schema.org's NewsArticle as JSON-LD."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, Photo, Source
from articles.public.absolute import is_web_address
from articles.public.formats.citations import authors_of
from articles.public.formats.representations import Whole, known
from articles.text.dates import month_name
from articles.text.messages import gettext
from articles.text.shown_credits import credit_of

# Nothing within a script element may look like its end.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def linked_data(whole: Whole, address: str) -> SafeString:
    """The JSON, safe within a ``script`` element, without unknown values. ``address``: of the article."""
    article, absolute = whole.article, whole.absolute
    values: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "alternativeHeadline": article.deck,
        "datePublished": article.published,
        "dateModified": article.updated,
        "author": [{"@type": "Person", "name": name} for name in authors_of(article)],
        "publisher": {"@type": "Organization", "name": article.source.name} if article.source else None,
        "articleSection": article.section,
        "dateline": article.dateline,
        "inLanguage": article.language,
        "keywords": [tag.name for tag in whole.tags],
        "image": [_photo_values(photo, article, absolute) for photo in whole.photos if photo.kind == Photo.Kind.PHOTO],
        "video": [_photo_values(photo, article, absolute) for photo in whole.photos if photo.kind == Photo.Kind.VIDEO],
        "url": address,
        "mainEntityOfPage": {"@type": "WebPage", "@id": address, "breadcrumb": _breadcrumb(article, address)},
        "identifier": article.key,
        "isBasedOn": article.url,
        **_rights(**Source.rights_of(article.source)),
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": correction.note,
                "datePublished": correction.made_at.isoformat(timespec="seconds"),
            }
            for correction in whole.corrections
        ],
        "archivedAt": absolute(article.short_url),
        "maintainer": {"@type": "ArchiveOrganization", "name": settings.ARCHIVE_NAME},
    }
    return _written(values)


def _breadcrumb(article: Article, address: str) -> dict[str, Any]:
    """The trail at the top of its page (``_trail.html``): every prefix of its address is a page."""
    day, parts = article.archive_date, address.split("/")
    names = [f"{day.year:04}", month_name(day), str(day.day)] if day else [gettext("Undated")]
    items = [
        {"@type": "ListItem", "position": at, "name": name, "item": "/".join([*parts[: at - 2 - len(names)], ""])}
        for at, name in enumerate(names, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def photo_linked_data(photo: Photo, article: Article, absolute: Callable[[str], str]) -> SafeString:
    address, file = absolute(article.get_absolute_url()), photo.said_by_file
    return _written(
        {
            "@context": "https://schema.org",
            **_photo_values(photo, article, absolute),
            "url": absolute(photo.address_in(article)),
            "description": photo.alt_text,
            "inLanguage": article.language,
            "identifier": f"sha256:{photo.digest}" if photo.digest else "",
            **_rights(file.license, file.terms),
            "isPartOf": {"@type": "NewsArticle", "headline": article.headline, "url": address},
        }
    )


def _rights(license: str, terms: str) -> dict[str, Any]:
    """Addresses as such; words as a work of that name, since the properties take no text."""
    return {
        name: value if not value or is_web_address(value) else {"@type": "CreativeWork", "name": value}
        for name, value in (("license", license), ("usageInfo", terms))
    }


def _written(values: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(known(values), ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped here


def _photo_values(photo: Photo, article: Article, absolute: Callable[[str], str]) -> dict[str, Any]:
    """``url`` is the largest rendition, or the page of the photo if there is none."""
    credit, largest = credit_of(photo), photo.largest
    page, file = absolute(photo.address_in(article)), absolute(largest.url) if largest else ""
    values = {
        "@type": "ImageObject" if photo.kind == Photo.Kind.PHOTO else "VideoObject",
        "url": file or page,
        "contentUrl": file,
        "mainEntityOfPage": page,
        "caption": photo.caption,
        "creditText": str(credit) if credit.note or photo.credit_line or photo.creator else "",
        "creator": [{"@type": "Person", "name": name} for name in photo.creator.split("; ") if name],
        "copyrightNotice": photo.copyright_notice,
        "width": largest.width_px if largest else 0,
        "height": largest.height_px if largest else 0,
    }
    return known(values)
