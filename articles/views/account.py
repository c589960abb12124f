"""What was kept of an article's original, where each thing was found, and what was left out: a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from articles.baseline import edited_fields
from articles.models import Original, Photo
from articles.origins import Origin
from articles.public import public
from articles.representations import Whole
from articles.scripts import tongue_of
from articles.views.articles import find_article, read_origin, read_whole
from articles.views.errors import withdrawn
from articles.wording import Credit, credit_of, language_words, size_words

LINES_SHOWN = 5_000
PIECES_SHOWN = 2_000
CAPTURES_SHOWN = 500

FIELDS = (
    ("headline", "Headline"), ("deck", "Deck"), ("byline", "Byline"), ("authors", "Authors"), ("dateline", "Dateline"),
    ("published", "Published"), ("updated", "Updated"), ("source", "Source"), ("section", "Section"),
    ("language", "Language"), ("url", "Address"), ("external_id", "The source’s own id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A field: what the archive shows, how the original prints it, where it was found there."""

    name: str
    value: str
    printed: str = ""
    found_in: str = ""
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo: its words, and what became of its file."""

    number: int
    caption: str
    credit: Credit
    src: str
    became: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A version of a page, or of a corrected file."""

    when: str
    name: str
    size: str
    digest: str
    is_shown: bool


@public()
def account(request: HttpRequest, slug: str, day: date | None = None) -> HttpResponseBase:
    found = find_article(day, slug)
    if found.withdrawn_at:
        return withdrawn(request, found)
    whole = read_whole(request, found)
    return _page(request, whole, read_origin(whole, lines_shown=LINES_SHOWN, pieces_shown=PIECES_SHOWN))


def _page(request: HttpRequest, whole: Whole, origin: Origin | None) -> HttpResponse:
    article = whole.article
    versions = list(_versions(article.pk))
    context = {
        "article": article,
        "here": "",
        "tongue": tongue_of(article.language, article.headline or article.excerpt),
        "canonical": whole.absolute(f"{article.get_absolute_url()}account/"),
        "origin": origin,
        "kept": list(_kept(whole)),
        "paragraphs": len(article.blocks),
        "body_found_in": whole.original.evidence.get("body", "") if whole.original else "",
        "photos": [_photo(photo) for photo in whole.photos],
        "versions": versions if len(versions) > 1 else [],
    }
    return render(request, "articles/account.html", context)


def _kept(whole: Whole) -> Iterator[Kept]:
    article = whole.article
    evidence = whole.original.evidence if whole.original else {}
    edited = set(edited_fields(article)) if article.as_loaded else set()
    for field, name in FIELDS:
        value = _value(whole, field)
        if value:
            printed = getattr(article, f"{field}_printed", "")
            found_in = evidence.get("id" if field == "external_id" else field, "")
            yield Kept(name, value, printed if printed != value else "", found_in, field in edited)
    if whole.tags:
        tags = ", ".join(sorted((tag.name for tag in whole.tags), key=str.casefold))
        yield Kept("Tags", tags, found_in=evidence.get("tags", ""), is_edited="tags" in edited)


def _value(whole: Whole, field: str) -> str:
    article = whole.article
    if field == "source":
        return article.source.name if article.source else ""
    if field == "authors":
        return ", ".join(article.authors)
    if field == "language":
        return language_words(article.language) if article.language else ""
    return getattr(article, field) or ""


def _photo(photo: Photo) -> KeptPhoto:
    if photo.file:
        became = f"Kept, {photo.width_px:,} × {photo.height_px:,} pixels"
    elif photo.damage:
        became = f"Not kept: {photo.damage}"
    else:
        became = "Its file was not found with the original"
    return KeptPhoto(photo.number, photo.caption, credit_of(photo), photo.src, became)


def _versions(article_pk: int) -> Iterator[Capture]:
    """Every original of the article that says something of its own, the oldest first."""
    originals = Original.objects.filter(article=article_pk).order_by("captured_at", "pk")
    for one in originals.defer("content", "ledger", "left_out")[:CAPTURES_SHOWN]:
        when = f"{one.captured_at:%Y-%m-%d %H:%M} UTC" if one.captured_at else ""
        yield Capture(when, one.name, size_words(one.size_bytes), one.digest, one.is_current)
