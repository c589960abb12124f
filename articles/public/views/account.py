"""What was kept of an article's original, where each thing was found, and what was left out: a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from articles.editorial.history import place_words
from articles.editorial.provenance import FIELDS, PHOTO_FIELDS, Provenance, by_name, provenance_of
from articles.models import Article, Original, Photo
from articles.public.caching import public
from articles.public.formats.representations import Whole
from articles.public.listings.origins import Origin, capture_words
from articles.public.views.articles import DIGITS, find_article, read_origin, read_whole
from articles.public.views.errors import withdrawn
from articles.text.credits import Credit, credit_of
from articles.text.dates import date_lines
from articles.text.languages import language_words, tongue_of
from articles.text.phrases import counted, size_words

LINES_SHOWN = 5_000
PIECES_SHOWN = 2_000
CAPTURES_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Kept:
    """A field: what the archive shows, how the original prints it, where it is from."""

    name: str
    value: str
    found: Provenance
    printed: str = ""


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo: its words, each with where it is from, and what became of its file."""

    number: int
    kept: list[Kept]
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
    url: str


@public()
def account(request: HttpRequest, day: date | None, slug: str) -> HttpResponseBase:
    found = find_article(day, slug)
    if found.withdrawn_at:
        return withdrawn(request, found)
    whole = read_whole(request, found)
    return _page(request, whole, read_origin(whole, lines_shown=LINES_SHOWN, pieces_shown=PIECES_SHOWN))


def _page(request: HttpRequest, whole: Whole, origin: Origin | None) -> HttpResponse:
    article = whole.article
    found = by_name(provenance_of(article))
    versions = list(_versions(article))
    context = {
        "article": article,
        "here": "",
        "tongue": tongue_of(article.language, article.headline or article.excerpt),
        "canonical": whole.absolute(f"{article.get_absolute_url()}account/"),
        "origin": origin,
        "kept": list(_kept(whole, found)),
        "photos": [_photo(photo, found) for photo in whole.photos],
        "versions": versions if len(versions) > 1 else [],
    }
    return render(request, "articles/account.html", context)


def _kept(whole: Whole, found: Mapping[str, Provenance]) -> Iterator[Kept]:
    """The fields in order. One that staff have emptied is told as well."""
    for name, label in FIELDS.items():
        if name in found:
            value, printed = _value(whole, name), getattr(whole.article, f"{name}_printed", "")
            yield Kept(label, value or "Nothing", found[name], printed if printed != value else "")
    tags: dict[str, list[str]] = {}
    for name in sorted((tag.name for tag in whole.tags), key=str.casefold):
        tags.setdefault(found[f"tag:{name}"].words, []).append(name)
    for names in tags.values():
        yield Kept(f"Tag{'' if len(names) == 1 else 's'}", ", ".join(names), found[f"tag:{names[0]}"])


def _value(whole: Whole, name: str) -> str:
    article = whole.article
    if name == "source":
        return article.source.name if article.source else ""
    if name == "authors":
        return ", ".join(article.authors)
    if name == "language":
        return language_words(article.language) if article.language else ""
    if name in ("published", "updated"):
        return next((line.words for line in date_lines(article) if line.role.lower() == name), "")
    if name == "body":
        return counted(len(article.blocks), "paragraph")
    return getattr(article, name) or ""


def _photo(photo: Photo, found: Mapping[str, Provenance]) -> KeptPhoto:
    if photo.file:
        became = f"Kept, {photo.width_px:,} × {photo.height_px:,} pixels"
    elif photo.damage:
        became = f"Not kept: {photo.damage}"
    else:
        became = "Its file was not found with the original"
    kept = [
        Kept(label, _photo_value(photo, name), found[f"{name}:{photo.number}"])
        for name, label in PHOTO_FIELDS.items()
        if f"{name}:{photo.number}" in found
    ]
    return KeptPhoto(photo.number, kept, credit_of(photo), photo.src, became)


def _photo_value(photo: Photo, name: str) -> str:
    return place_words(photo.position) if name == "position" else getattr(photo, name) or "Nothing"


def _versions(article: Article) -> Iterator[Capture]:
    """Every original of the article that says something of its own, the oldest first."""
    originals = Original.objects.filter(article=article).order_by("captured_at", "pk")
    for one in originals.defer("content", "ledger", "left_out")[:CAPTURES_SHOWN]:
        url = f"{article.get_absolute_url()}original/{one.digest[:DIGITS]}"
        yield Capture(
            capture_words(one.captured_at), one.name, size_words(one.size_bytes), one.digest, one.is_current, url
        )
