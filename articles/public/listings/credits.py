"""Photos by their credit, from A to Z, those of one credit together with the newest first; last, those without one.

A page walks one index of all photos of published articles, or the part of it that one credit has. Where it begins is
said by the photo before it, so it costs the same however deep it lies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from string import ascii_lowercase

from django.db.models import QuerySet, Subquery
from django.http import Http404, HttpRequest

from articles.catalogue.credits import TOLD_FROM, sorted_by, sorting_credit
from articles.models import CreditedPhoto, Photo
from articles.models.keyset import PAGE_SIZE
from articles.public.listings.articles import ListingEnds
from articles.public.listings.photos import PhotoEntry, photo_entries, photos_in_order_of
from articles.text.credits import NOT_GIVEN, credited_to

FIRST_PLACE = 2**63 - 1  # before the newest article of a credit
ROW = ("credit", "place", "number")
Rows = QuerySet[CreditedPhoto, CreditedPhoto]


@dataclass(frozen=True, slots=True)
class Credited:
    """The photos of one credit on a page; ``name``: as the first of them gives it, ``""`` for none."""

    name: str
    entries: list[PhotoEntry]


@dataclass(frozen=True, slots=True)
class CreditPage:
    """``before`` and ``after`` are what the neighbours of a page are asked for by, ``""`` at the ends. Where the last
    credit goes on behind it, ``next_credit`` is the one behind that, and ``after_credit`` leads there."""

    credits: list[Credited]
    before: str
    after: str
    next_credit: str = ""
    after_credit: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place between two photos of the listing, or before all whose credit begins with a letter."""

    credit: str
    place: int = FIRST_PLACE
    number: int = 0


def list_by_credit(request: HttpRequest, name: str = "") -> CreditPage:
    """The asked page: ``?after=<article>-<photo>``, ``?before=…`` by their keys, ``?letter=m``, else the first.

    ``name``: of this credit alone.
    """
    before, after, letter = (request.GET.get(said) for said in ("before", "after", "letter"))
    if sum(one is not None for one in (before, after, letter)) > 1:
        raise Http404("A page lies before one photo or after one.")
    spot = None
    if letter is not None:
        spot = _letter(letter)
    elif before is not None or after is not None:
        spot = _spot(before or after or "")
    goes_back = before is not None
    rows = _walk(spot, sorting_credit(name) if name else None, goes_back=goes_back, size=PAGE_SIZE + 1)
    if not rows and spot is not None:
        raise ListingEnds
    goes_on = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    rows = rows[::-1] if goes_back else rows
    has_before, has_after = (goes_on, True) if goes_back else (spot is not None, goes_on)
    if letter is not None:
        has_before = bool(_walk(spot, None, goes_back=True, size=1))
    photos = photos_in_order_of([row.pk for row in rows])
    credit_of = {row.pk: row.credit for row in rows}
    page = CreditPage(
        [_credited(list(some)) for _, some in groupby(photos, key=lambda photo: credit_of[photo.pk])],
        before=_cursor(rows[0]) if has_before else "",
        after=_cursor(rows[-1]) if has_after else "",
    )
    return page if name or not has_after else _with_next_credit(page, rows[-1])


def _credited(photos: list[Photo]) -> Credited:
    return Credited(credited_to(photos[0]), photo_entries(photos))


def _with_next_credit(page: CreditPage, last: CreditedPhoto) -> CreditPage:
    """Thousands of photos may have one credit: a way past them, where the page ends among them."""
    end = _in_order(CreditedPhoto.objects.filter(credit=last.credit), goes_back=True).first()
    following = _walk(_spot_of(end), None, goes_back=False, size=1) if end and end.pk != last.pk else []
    if not end or not following:
        return page
    return replace(page, next_credit=credited_to(following[0].photo) or NOT_GIVEN, after_credit=_cursor(end))


def letters() -> list[str]:
    """The letters that a credit begins with: one query, an index lookup a letter."""
    rows = _in_order(CreditedPhoto.objects.all(), goes_back=False).values("credit")
    first = [Subquery(rows.filter(credit__gte=letter)[:1]) for letter in ascii_lowercase]
    found = CreditedPhoto.objects.order_by().values_list(*first).first() or ()
    return [one for one, credit in zip(ascii_lowercase, found, strict=False) if credit and credit.startswith(one)]


# --- Walking. ---------------------------------------------------------------------------------------------------------


def _walk(spot: Spot | None, credit: str | None, *, goes_back: bool, size: int) -> list[CreditedPhoto]:
    """The next rows from a spot on, of one credit or of all; the nearest comes first."""
    found: list[CreditedPhoto] = []
    for rows in _parts(spot, credit, goes_back=goes_back):
        in_order = _in_order(rows, goes_back=goes_back).select_related("photo__article")
        found += in_order.only(*ROW, *(f"photo__{name}" for name in TOLD_FROM), "photo__key", "photo__article__key")[
            : size - len(found)
        ]
        if len(found) == size:
            break
    return found


def _parts(spot: Spot | None, credit: str | None, *, goes_back: bool) -> Iterator[Rows]:
    """What follows a spot, cut into ranges of the index, in the order of the walk."""
    rows = CreditedPhoto.objects.all()
    beyond, before = ("lt", "gt") if goes_back else ("gt", "lt")
    if spot is not None:
        own = rows.filter(credit=spot.credit)
        yield own.filter(**{"place": spot.place, f"number__{beyond}": spot.number})
        yield own.filter(**{f"place__{before}": spot.place})
    elif credit is not None:
        yield rows.filter(credit=credit)
    if credit is not None:
        return
    if spot is None:
        yield rows.filter(credit__gt="")
    elif spot.credit:
        yield rows.filter(**{f"credit__{beyond}": spot.credit}).filter(credit__gt="")
    elif goes_back:
        yield rows.filter(credit__gt="")
    if not goes_back and (spot is None or spot.credit):
        yield rows.filter(credit="")  # those without one stand behind all others


def _in_order(rows: Rows, *, goes_back: bool) -> Rows:
    return rows.order_by("-credit", "place", "-number") if goes_back else rows.order_by("credit", "-place", "number")


def _letter(letter: str) -> Spot:
    if len(letter) != 1 or letter not in ascii_lowercase:
        raise Http404("No credit begins so.")
    return Spot(letter)


def _spot(said: str) -> Spot:
    """Where a photo stands, or would stand: it may have left the listing since."""
    article_key, _, key = said.partition("-")
    found = Photo.objects.filter(article__key=article_key, key=key).select_related("article").order_by("number")
    photo = found.only(*TOLD_FROM, "article__archive_date").first()
    if photo is None:
        raise Http404("No photo has this key.")
    return Spot(*sorted_by(photo, photo.article.archive_date))


def _spot_of(row: CreditedPhoto) -> Spot:
    return Spot(row.credit, row.place, row.number)


def _cursor(row: CreditedPhoto) -> str:
    return f"{row.photo.article.key}-{row.photo.key}"
