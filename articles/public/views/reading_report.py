"""The reading report of an article: its fields, their evidence, and the omissions."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from articles.catalogue.loaded import has_loaded_body, own_blocks
from articles.editorial.history import place_words
from articles.editorial.provenance import FIELDS, PHOTO_FIELDS, Provenance, provenance_of
from articles.models import Article, Original, Photo
from articles.models.fields import LISTS
from articles.public.formats.representations import Whole
from articles.public.listings.articles import quoted
from articles.public.listings.origins import capture_words, origin_of
from articles.public.views.articles import DIGITS, of_article, read_whole
from articles.text.dates import moment_words
from articles.text.grouping import by_key
from articles.text.languages import language_words
from articles.text.markdown import plain
from articles.text.messages import gettext
from articles.text.originals import Line, became_names
from articles.text.phrases import counted, grouped, size_words
from articles.text.shown_credits import credit_of

LINES_SHOWN = 5_000
PIECES_SHOWN = 2_000


@of_article
def reading_report(request: HttpRequest, article: Article) -> HttpResponse:
    whole = read_whole(request, article)
    found = provenance_of(article)
    url = article.get_absolute_url()
    originals = Original.objects.filter(article=article).order_by("captured_at", "pk")
    versions = [
        {
            "when": capture_words(original.captured_at),
            "name": original.name,
            "size": size_words(original.size_bytes),
            "digest": original.digest,
            "is_shown": original.is_current,
            "url": f"{url}original/{original.digest[:DIGITS]}",
        }
        for original in originals.defer("content", "ledger", "boilerplate")[:500]
    ]
    shown = {"lines_shown": LINES_SHOWN, "pieces_shown": PIECES_SHOWN}
    origin = origin_of(whole.original, whole.damage, **shown) if whole.original else None
    context = {
        "article": article,
        "here": "",
        "quoted": quoted(article),
        "canonical": whole.absolute(f"{url}account/"),
        "origin": origin,
        "beside": list(_beside(whole, origin["lines"])) if origin else [],
        "kept": list(_kept(whole, found)),
        "photos": [_photo(photo, found) for photo in whole.photos],
        "versions": versions if len(versions) > 1 else [],
    }
    return render(request, "articles/reading_report.html", context)


def _beside(whole: Whole, lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """Lines of the original that became the same, with the parts of the article that they became."""
    article, url = whole.article, whole.article.get_absolute_url()
    parts = {name: [(_value(whole, name), url)] for name in FIELDS}
    blocks = own_blocks(article) if has_loaded_body(article) else []  # paragraphs of staff have other numbers
    parts |= {f"paragraph {number}": [(plain(block), f"{url}#p{number}")] for number, block in enumerate(blocks, 1)}
    for photo in whole.photos:
        words = filter(None, [photo.caption, str(credit_of(photo))])
        parts[f"photo {photo.loaded_number}"] = [(text, photo.address_in(article)) for text in words]
    for became, group in groupby(lines, key=lambda line: line.became or str(line.number)):
        alike, named = list(group), [part for name in became_names(became) for part in parts.get(name, ())]
        yield {"lines": alike, "kept": alike[0].kept, "parts": named, "is_boilerplate": alike[0].kind == "boilerplate"}


def _kept(whole: Whole, found: Mapping[str, Provenance]) -> Iterator[dict[str, Any]]:
    """The fields in order, including those that staff have emptied."""
    for name, label in FIELDS.items():
        if name in found:
            value, printed = _value(whole, name), getattr(whole.article, f"{name}_printed", "")
            yield _row(label, value, found[name], printed)
    tags = sorted((tag.name for tag in whole.tags), key=str.casefold)
    for names in by_key((found[f"tag:{name}"].words, name) for name in tags).values():
        yield _row(gettext("Tag") if len(names) == 1 else gettext("Tags"), ", ".join(names), found[f"tag:{names[0]}"])


def _row(label: str, value: str, found: Provenance, printed: str = "") -> dict[str, Any]:
    printed = printed if printed != value else ""
    return {"name": label, "value": value or gettext("Nothing"), "found": found, "printed": printed}


def _value(whole: Whole, name: str) -> str:
    article = whole.article
    if name == "source":
        return article.source.name if article.source else ""
    if name in LISTS:
        return ", ".join(getattr(article, name))
    if name == "language":
        return language_words(article.language) if article.language else ""
    if name in ("published", "updated"):
        return moment_words(moment) if (moment := getattr(article, name)) else ""
    if name == "body":
        return counted(len(article.blocks), "paragraph")
    return getattr(article, name) or ""


def _photo(photo: Photo, found: Mapping[str, Provenance]) -> dict[str, Any]:
    if photo.file:
        size = {"width": grouped(photo.width_px), "height": grouped(photo.height_px)}
        became = gettext("In the archive, %(width)s × %(height)s pixels") % size
    elif photo.damage:
        became = gettext("Not in the archive: %(reason)s") % {"reason": photo.damage}
    else:
        became = gettext("Not found with the original")
    rows = []
    for name, label in PHOTO_FIELDS.items():
        if provenance := found.get(f"{name}:{photo.number}"):
            value = place_words(photo.position) if name == "position" else getattr(photo, name)
            rows.append(_row(label, value, provenance))
    return {"number": photo.number, "kept": rows, "credit": credit_of(photo), "src": photo.src, "became": became}
