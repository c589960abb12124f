"""Addresses that lost their end, as in an e-mail that broke the line."""

from __future__ import annotations

import re
from datetime import date

from django.utils.encoding import iri_to_uri

from articles.models import Article, Redirect
from articles.search.backend import LAST_LETTER

LEAST = 8  # characters of a slug: fewer are no link that was cut, but a guess
SEVERAL = 10
_CUT = re.compile(rf"/(\d{{4}}/\d\d/\d\d|undated)/([^/]{{{LEAST},}})/?")


def whole_address(path: str) -> str:
    """The address of the one article whose own or former address begins so; ``""`` where there is none, or several."""
    cut = _CUT.fullmatch(path.lower())
    if cut is None:
        return ""
    try:
        day = None if cut[1] == "undated" else date.fromisoformat(cut[1].replace("/", "-"))
    except ValueError:  # 31 February
        return ""
    slug, path = cut[2], path.lower().rstrip("/")
    rows = Article.objects.on_day(day).filter(slug__gte=slug, slug__lt=slug + LAST_LETTER)[:SEVERAL]
    found = [article for article in rows if article.slug.startswith(slug)]
    for begun in {path, iri_to_uri(path)}:
        moved = Redirect.objects.filter(path__gte=begun, path__lt=begun + LAST_LETTER).select_related("article")
        found += [one.article for one in moved[:SEVERAL] if one.path.startswith(begun)]
    addresses = {article.shown_as.get_absolute_url() for article in found}
    is_whole = any(article.slug == slug for article in found)
    return addresses.pop() if len(addresses) == 1 and not is_whole else ""
