"""The context processor of all pages, without queries, since error pages use it too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.public.absolute import base_url, canonical


def about_archive() -> dict[str, str]:
    contact = settings.ARCHIVE_CONTACT
    return {
        "name": settings.ARCHIVE_NAME,
        "description": settings.ARCHIVE_DESCRIPTION,
        "contact": contact,
        "contact_url": f"mailto:{contact}" if "@" in contact and ":" not in contact else contact,
        "language": settings.LANGUAGE_CODE,
        "lang": settings.LANGUAGE_CODE.partition("-")[0],
        "direction": "rtl" if settings.LANGUAGE_CODE.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr",
    }


def archive(request: HttpRequest) -> dict[str, Any]:
    """``canonical`` is the address of this page without parameters except its cursor."""
    return {"archive": {**about_archive(), "base_url": base_url(request)}, "canonical": canonical(request, {})}
