"""Listings that had articles once: their address says so instead of pretending that it never was one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch, reverse

from articles.models import Gone, PeriodCount, Source, Tag
from articles.public.formats.feeds import FORMS

_UNITS = {"year": PeriodCount.Unit.YEAR, "month": PeriodCount.Unit.MONTH, "day": PeriodCount.Unit.DAY}


def is_emptied(match: ResolverMatch | None) -> bool:
    """Whether an address that is not found is that of a tag, a source or a time without an article any more."""
    if match is None or match.kwargs.get("form", "atom") not in FORMS:
        return False
    page, names = str(match.url_name).removesuffix("-feed"), match.kwargs
    if page in _UNITS:
        return _is_period(_UNITS[page], names[page])
    if page == "undated":
        return _is_period(PeriodCount.Unit.UNDATED, date.min)
    if page == "two-tags":
        return _are_lost([names["one"], names["other"]])
    found: Any = None
    if page == "tag":
        found = Tag.objects.addressed(names["slug"])
    elif page == "source":
        found = Source.objects.named(names["slug"])
    return found is not None and not found.article_count


def _are_lost(slugs: list[str]) -> bool:
    """Whether the archive had both tags once, and has not both now."""
    lost = [reverse("tag", args=[slug]) for slug in slugs if Tag.objects.addressed(slug) is None]
    return bool(lost) and Gone.objects.filter(path__in=lost).count() == len(lost)


def _is_period(unit: PeriodCount.Unit, start: date) -> bool:
    """Its count was kept from the first article on."""
    return PeriodCount.objects.filter(unit=unit, start=start, articles=0).exists()


def emptied(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/emptied.html", {"canonical": ""}, status=410)
