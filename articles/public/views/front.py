"""The front page, and the page about the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.models import Article, Load, PeriodCount, Source, Tag
from articles.models.counts import held_periods
from articles.models.keyset import page_of
from articles.public.caching import public
from articles.public.formats.feeds import feed_links
from articles.public.listings import periods
from articles.public.listings.articles import entry_of, kicker_of, published, with_photos
from articles.public.listings.charts import indexed, years_chart
from articles.public.listings.figures import LEAD_SIZES
from articles.text.gaps import year_gaps

LATEST = 9
CONSIDERED = 25  # newest articles, of which the first with a photo leads
TAGS_SHOWN, SOURCES_SHOWN = 12, 8


@public()
def home(request: HttpRequest) -> HttpResponse:
    held = periods.holdings()
    newest = with_photos(page_of(published(), size=CONSIDERED).rows)
    lead = leading(newest)
    latest = [article for article in newest if article != lead][:LATEST]
    today, latest_year = timezone.localdate(), max(held.years, default=0)
    tags = Tag.objects.used().order_by("-article_count", "name")
    sources = Source.objects.filter(article_count__gt=0).order_by("-article_count", "name")
    context = {
        "held": held,
        "span": held.span,
        "lead": entry_of(lead, thumb_sizes=LEAD_SIZES, thumb_px=800) if lead else None,
        "kicker": kicker_of(lead, lead.taggings.select_related("tag")) if lead else None,
        "latest": [entry_of(article) for article in latest],
        "latest_year": {"start": date(latest_year, 1, 1), "articles": held.years[latest_year]} if latest_year else None,
        "today": today,
        "on_this_day": periods.through_the_years(today, sorted(held.years), at_most=6),
        "chart": years_chart(held.years),
        "gaps": year_gaps(held.years),
        "feeds": feed_links("latest-feed"),
        "tags": indexed((tag.name, tag.get_absolute_url(), tag.article_count) for tag in tags[:TAGS_SHOWN]),
        "tag_count": tags.count(),
        "sources": indexed((row.name, row.get_absolute_url(), row.article_count) for row in sources[:SOURCES_SHOWN]),
        "source_count": sources.count(),
    }
    return render(request, "articles/home.html", context)


def leading(newest: Sequence[Article]) -> Article | None:
    return next((article for article in newest if entry_of(article).picture), newest[0] if newest else None)


@public()
def about(request: HttpRequest) -> HttpResponse:
    held = periods.holdings()
    days = held_periods().filter(unit=PeriodCount.Unit.DAY).values_list("start", flat=True)
    sources = Source.objects.filter(article_count__gt=0)
    load = Load.objects.filter(finished_at__isnull=False).order_by("-started_at").only("finished_at").first()
    context = {
        "here": "about",
        "feeds": feed_links("latest-feed"),
        "held": held,
        "first": days.order_by("start").first(),
        "last": days.order_by("-start").first(),
        "source_count": sources.count(),
        "tag_count": Tag.objects.used().count(),
        "unnamed": periods.unsourced(),
        "gaps": year_gaps(held.years),
        "last_load": load.finished_at.date() if load and load.finished_at else None,
    }
    return render(request, "articles/about.html", context)
