"""The listing of photos, and the page of each."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import get_script_prefix, reverse

from articles.catalogue.bylines import authors_by_name
from articles.catalogue.ledger import removed_photos
from articles.editorial.history import place_words
from articles.editorial.provenance import PHOTO_FIELDS, Provenance, provenance_of
from articles.models import Article, Change, Photo
from articles.photos.metadata import public_lines
from articles.public.absolute import absolute, canonical, size_of
from articles.public.caching import public
from articles.public.formats.linked_data import photo_linked_data
from articles.public.formats.lists import page_or_data
from articles.public.formats.representations import caption_note, damage_of
from articles.public.listings import periods
from articles.public.listings.articles import ListingEnds, entry_of
from articles.public.listings.figures import PAGE_SIZES, picture_of
from articles.public.listings.photos import Filters, PhotoPage, common_credits, list_photos, photo_entries
from articles.public.listings.rows import damage_in, fetch_photos, fetch_tags
from articles.public.search.address import Asked
from articles.public.search.notes import notes_of
from articles.public.search.photos import asked_of, elsewhere, find_photos, spelled
from articles.public.views.articles import of_article
from articles.public.views.errors import photo_gone
from articles.search.finding import PAGE_SIZE as ARTICLES_A_PAGE
from articles.text.damage import damage_words
from articles.text.dates import asked_words
from articles.text.messages import gettext, ngettext
from articles.text.phrases import counted, grouped, size_words
from articles.text.shown_credits import credit_of, credited_to

LARGEST = 1_000_000  # wider than any rendition, to choose the largest


@public()
def photos(request: HttpRequest) -> HttpResponse:
    filters, held = Filters.of(request.GET), periods.holdings()
    listed = filters if held.photo_files else replace(filters, is_captions=True)

    def narrowed(asked: Asked) -> str:
        return _address(filters, **{"q": asked.q, "from": asked.since, "to": asked.until})

    names = [] if filters.asked or filters.credit else common_credits(listed)
    context: dict[str, Any] = {
        "here": "photos",
        "shows": _shows(filters, held.photo_files, held.photos - held.photo_files),
        "orders": [
            (name, _address(replace(filters, oldest_first=oldest_first)), oldest_first == filters.oldest_first)
            for name, oldest_first in ((gettext("newest"), False), (gettext("oldest"), True))
        ],
        "credits": [(name, _address(replace(filters, credit=name))) for name in names],
        "kept": {**filters.query, "q": "", "credit": ""},
        "filters": filters,
        "notes": notes_of(asked_of(filters), narrowed),
        "feed": reverse("photo-list-feed", args=["atom"]),
        **(_found(request, filters) if filters.asked else _listed(request, filters, list_photos(request, listed))),
    }
    context["pictures"] = [entry for entry in context["entries"] if entry.picture.src]
    context["captions"] = [entry for entry in context["entries"] if not entry.picture.src]
    return page_or_data(request, "articles/photos.html", context)


def _shows(filters: Filters, held: int, not_held: int) -> list[tuple[str, str, bool]]:
    """Photos, or captions without a picture, if there are both: name, address, and ``True`` for the current one."""
    if filters.asked or filters.credit or not (held and not_held):
        return []
    photos, captions = gettext("photos"), gettext("captions without a picture")
    if not filters.words:
        photos = counted(held, "photo")
        message = ngettext("%(count)s caption without a picture", "%(count)s captions without a picture", not_held)
        captions = message % {"count": grouped(not_held)}
    return [
        (photos, _address(replace(filters, is_captions=False)), not filters.is_captions),
        (captions, _address(replace(filters, is_captions=True)), filters.is_captions),
    ]


def _found(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    """A search for photos: not for robots, and without a canonical address."""
    asked = Asked.of(request.GET)
    number = asked.page
    page = find_photos(filters, number, asked.before, size_of(request, ARTICLES_A_PAGE))
    if number > 1 and not page.entries and not page.has_next:
        raise ListingEnds
    back = {"back": asked.back} if asked.back else {}
    before = _address(filters, **back, page=str(number - 1)) if number > 1 else ""
    after = _address(filters, **back, page=str(number + 1)) if page.has_next else ""
    is_nowhere = not page.entries and page.since is None
    in_all, in_all_count = (elsewhere(filters) if is_nowhere else None) or (None, "")
    corrected, corrected_count = (spelled(filters) if is_nowhere and not in_all else None) or (None, "")
    return {
        "found": page,
        "elsewhere": in_all,
        "elsewhere_count": in_all_count,
        "spelled": corrected,
        "spelled_count": corrected_count,
        "spelled_url": _address(corrected) if corrected else "",
        "in_articles": asked_of(filters).url,
        "photos": page.photos,
        "entries": page.entries,
        "newer": after if filters.oldest_first else before,
        "older": before if filters.oldest_first else after,
        "before": asked_words(asked.back),
        "further_back": _address(filters, back=page.since.isoformat()[:7]) if page.since else "",
    }


def _listed(request: HttpRequest, filters: Filters, page: PhotoPage) -> dict[str, Any]:
    return {
        "photos": page.photos,
        "entries": list(photo_entries(page.photos)),
        "newer": _address(filters, after=page.newer) if page.newer else "",
        "older": _address(filters, before=page.older) if page.older else "",
        "looked_back": page.looked_back,
        "canonical": canonical(request, filters.query),
    }


def _address(filters: Filters, **place: str) -> str:
    query = urlencode({name: value for name, value in {**filters.query, **place}.items() if value})
    return f"{get_script_prefix()}photos/{'?' if query else ''}{query}"


@of_article
def photo(request: HttpRequest, article: Article, key: str) -> HttpResponseBase:
    """The page of a photo. Its address stays when the photo is moved, corrected or gets another file."""
    fetch_photos([article])
    fetch_tags([article])
    alike = [photo for photo in article.photos.all() if photo.key == key.lower()]
    if not alike:
        return _lost(request, article, key.lower())
    found = min(alike, key=lambda photo: photo.number)
    if found.key != key:
        return HttpResponsePermanentRedirect(found.address_in(article))
    return render(request, "articles/photo.html", _page_of(request, article, found))


def _page_of(request: HttpRequest, article: Article, photo: Photo) -> dict[str, Any]:
    whole_address = partial(absolute, request)
    address, name = whole_address(photo.address_in(article)), credited_to(photo)
    damage = damage_of(photo, damage_in([article.pk]))
    place = place_words(photo.position)
    renditions = sorted(photo.renditions.all(), key=lambda rendition: rendition.width_px)
    rows = sorted(article.photos.all(), key=lambda photo: (photo.position, photo.number))
    at = rows.index(photo)
    ending = photo.file.rpartition(".")[2].upper()
    file_size = ""
    if photo.file and not settings.MEDIA_STORAGE:  # a page never waits for a bucket
        with suppress(OSError):  # it cannot be read
            file_size = size_words((settings.MEDIA_ROOT / photo.file).stat().st_size)
    return {
        "here": "photos",
        "article": article,
        "photo": photo,
        "tongue": article.tongue,
        "canonical": address,
        "name": str(photo),
        "picture": picture_of(
            photo,
            sizes=PAGE_SIZES,
            least_px=LARGEST,
            caption_note=caption_note(photo, damage),
            url=renditions[-1].url if renditions else "",
            label=gettext("Full size"),
        ),
        "share_image": photo,
        "linked_data": photo_linked_data(photo, article, whole_address),
        "entry": entry_of(article),
        "authors": list(authors_by_name([name]).values()),
        "tags": [tagging.tag for tagging in sorted(article.taggings.all(), key=lambda tagging: tagging.pk)],
        "place": place[:1].lower() + place[1:],
        "at": at + 1,
        "count": len(rows),
        "told": list(_field_rows(photo, provenance_of(article))),
        "credited": credit_of(photo),
        "rights": photo.said_by_file,
        "same_credit": f"{reverse('photos')}?{urlencode({'credit': name})}" if name else "",
        "kind": {"JPG": "JPEG", "TIF": "TIFF", "WEBP": "WebP"}.get(ending, ending),
        "file_size": file_size,
        "renditions": renditions,
        "digest_halves": (photo.digest[:32], photo.digest[32:]),
        "damage": [(damage_words(item), item.text, item.line) for item in damage],
        "metadata": public_lines(photo.metadata),
        "earlier": rows[at - 1] if at else None,
        "later": rows[at + 1] if at + 1 < len(rows) else None,
    }


def _field_rows(photo: Photo, found: Mapping[str, Provenance]) -> Iterator[dict[str, Any]]:
    """Each field with its provenance, and the words in the photo file if they differ."""
    file = photo.said_by_file.words
    for name, label in PHOTO_FIELDS.items():
        if name == "position":
            continue
        value, in_file = getattr(photo, name), getattr(file, name)
        if value or in_file or name in ("caption", "credit_line", "alt_text"):
            provenance = found.get(f"{name}:{photo.number}")
            yield {"name": label, "value": value, "found": provenance, "file_says": in_file if in_file != value else ""}


def _lost(request: HttpRequest, article: Article, key: str) -> HttpResponseBase:
    """410 for a removed photo; a redirect for a photo of an article merged into this one."""
    if withdrawn := Photo.everything.filter(article=article, key=key).exclude(withdrawn_at=None).first():
        return photo_gone(request, article, withdrawn.kind, withdrawn.withdrawn_at, withdrawn.withdrawn_reason)
    for removed, change in removed_photos([article.pk]):
        if removed["key"] == key:
            is_by_source = change.kind == Change.Kind.LOAD and change.load_id is not None
            reason = gettext("Its source no longer shows it.") if is_by_source else change.reason
            reason = reason or gettext("No reason was recorded.")
            return photo_gone(request, article, removed["kind"], change.moment, reason)
    merged: set[int] = set()
    found = {article.pk}
    while found:  # a merged article may itself have been merged into
        found = set(Article.objects.filter(merged_into__in=found).values_list("pk", flat=True)) - merged
        merged |= found
    of_these = Photo.everything.filter(article__in=merged, key=key)
    if merged and (of_these.exists() or any(removed["key"] == key for removed, _ in removed_photos(merged))):
        return HttpResponsePermanentRedirect(article.get_absolute_url())
    raise Http404("The article has no such photo.")
