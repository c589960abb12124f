"""The context processor of all pages, without queries, since error pages use it too."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from articles.public.absolute import base_url, canonical
from articles.text.languages import Tongue


def about_archive() -> dict[str, str]:
    contact, lang = settings.ARCHIVE_CONTACT, settings.LANGUAGE_CODE.partition("-")[0]
    own = Tongue(lang, is_rtl=lang in settings.LANGUAGES_BIDI)
    return {
        "name": settings.ARCHIVE_NAME,
        "description": settings.ARCHIVE_DESCRIPTION,
        "contact": contact,
        "contact_url": f"mailto:{contact}" if "@" in contact and ":" not in contact else contact,
        "language": settings.LANGUAGE_CODE,
        "lang": own.lang,
        "direction": own.dir,
        "attributes": own.attributes,
    }


def archive(request: HttpRequest) -> dict[str, Any]:
    """``canonical`` is the address of this page without parameters except its cursor."""
    return {"archive": {**about_archive(), "base_url": base_url(request)}, "canonical": canonical(request, {})}
