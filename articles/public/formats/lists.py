"""Lists as data: what a page lists, as JSON or CSV with the names of ``list.schema.json``."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from articles.models import Article, Photo, Source
from articles.models.prepared import rows_of
from articles.public.absolute import absolute, form_of
from articles.public.caching import PARAMETERS
from articles.public.listings.rows import fetch_tags

SCHEMA = (Path(__file__).parent / "list.schema.json").read_text("utf-8")
_NAMES = {name: list(of["properties"]) for name, of in json.loads(SCHEMA)["$defs"].items() if "properties" in of}
PLACES = {"before", "after", "page"}
_LONGEST_ADDRESS = 2_000
_BEGIN_FORMULAS = tuple("=+-@＝＋－＠\t\r\ufeff")
Absolute = Callable[[str], str]


def page_or_data(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with a list; its list alone, at ``list.json`` or ``list.csv``."""
    asked = [pair for pair in request.GET.lists() if pair[0] in PARAMETERS]
    if not (form := form_of(request)):
        query = urlencode([pair for pair in asked if pair[0] not in PLACES], doseq=True)
        files = [(form.upper(), f"list.{form}{'?' if query else ''}{query}") for form in ("json", "csv")]
        return render(request, template, {**context, "as_data": files})
    here = partial(absolute, request)
    kind, entries = "article", context["listing"].entries if "listing" in context else context.get("hits", [])
    if "photos" in context:
        kind, rows = "photo", _photo_rows(context["photos"], here)
    else:
        rows = _article_rows([entry.key for entry in entries if "broader" not in context], here)
    further = _further(context)
    further = here(f"{request.path}?{further.partition('?')[2]}") if further else ""
    query = urlencode(asked, doseq=True)
    page = here(request.path.rpartition("/")[0] + "/") + (f"?{query}" if query else "")
    links = [f'<{page}>; rel="canonical"', *([f'<{further}>; rel="next"'] if further else [])]
    headers = {"X-Robots-Tag": "noindex"}
    if len(page) <= _LONGEST_ADDRESS:  # proxies refuse long headers
        headers["Link"] = ", ".join(links)
    if form == "csv":
        lines = [_NAMES[kind], *([_cell(row[name]) for name in _NAMES[kind]] for row in rows)]
        csv.writer(file := io.StringIO()).writerows(lines)
        return HttpResponse(file.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
    values = {"$schema": here(reverse("schema")), "page": page, "next": further or None, f"{kind}s": rows}
    written = json.dumps(values, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(written, content_type="application/json", headers=headers)


def _further(context: dict[str, Any]) -> str:
    """The address of the next page, ``""`` on the last."""
    if listing := context.get("listing"):
        return str(listing.newer if listing.oldest_first else listing.older)
    is_turned = "filters" in context and context["filters"].oldest_first
    names = ("newer" if is_turned else "older", "next", "further_back")
    return next(filter(None, (context.get(name, "") for name in names if "broader" not in context)), "")


def _article_rows(keys: Sequence[str], here: Absolute) -> list[dict[str, Any]]:
    def listed(keys: Any) -> Any:
        return Article.objects.published().filter(key__in=keys).select_related("source").without_texts()

    rows = rows_of("of a list", listed, list(keys))
    fetch_tags(rows)
    return [_article_row(article, here) for article in sorted(rows, key=lambda article: keys.index(article.key))]


def _article_row(article: Article, here: Absolute) -> dict[str, Any]:
    address = here(article.get_absolute_url())
    names = ("headline", "deck", "byline", "section", "language", "published", "updated", "url")
    values = {
        "permalink": address,
        "short_address": here(article.short_url),
        "source": article.source.name if article.source else None,
        "archive_date": article.archive_date.isoformat() if article.archive_date else None,
        "data": f"{address}article.json",
        **{name: getattr(article, name) or None for name in names},
        **{name: getattr(article, name) for name in ("key", "authors", "photo_count", "photo_file_count")},
        **{name: words or None for name, words in Source.rights_of(article.source).items()},
        "tags": [row.tag.name for row in article.taggings.all()],
    }
    return {name: values[name] for name in _NAMES["article"]}


def _photo_rows(photos: Sequence[Photo], here: Absolute) -> list[dict[str, Any]]:
    keys = {photo.article.key for photo in photos}
    of_articles = {row["key"]: row for row in _article_rows([*keys], here)}
    files = Photo.objects.only("metadata").in_bulk([photo.pk for photo in photos])  # for licences of their own
    found = []
    for photo in photos:
        if not (article := of_articles.get(photo.article.key)) or photo.pk not in files:
            continue  # withdrawn meanwhile
        values = {
            **{name: article[name] for name in ("headline", "archive_date")},
            **{name: getattr(files[photo.pk].said_by_file, name) or None for name in ("license", "terms")},
            **{name: getattr(photo, name) or None for name in ("caption", "creator", "copyright_notice", "alt_text")},
            "key": photo.key,
            "kind": photo.kind,
            "credit": photo.credit_line or None,
            "page": here(photo.get_absolute_url()),
            "file": here(photo.largest.url) if photo.largest else None,
            "article": article["permalink"],
            "article_key": article["key"],
        }
        found.append({name: values[name] for name in _NAMES["photo"]})
    return found


def _cell(value: Any) -> str:
    """As text that no spreadsheet takes for a formula."""
    text = "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_BEGIN_FORMULAS) else text
