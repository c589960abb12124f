"""Pages of years, months and days, of undated articles, and of all. Every prefix of a permalink is a page."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from articles.models import PeriodCount
from articles.models.keyset import Listed
from articles.public.caching import naming, public
from articles.public.converters import LEAP_YEAR
from articles.public.formats.lists import page_or_data
from articles.public.listings import added as additions, periods
from articles.public.listings.articles import Listing, list_articles, published
from articles.public.listings.charts import calendar_weeks, calendars, decades_of, months_chart, weekday_initials
from articles.public.search.address import Asked
from articles.text.dates import Span, days_of_month, same_day
from articles.text.gaps import day_gaps, month_gaps
from articles.text.messages import gettext, ngettext
from articles.text.phrases import counted

Unit = PeriodCount.Unit
SHORT_PAGE = 12  # next to a chart or a calendar


def _held_or_404(unit: PeriodCount.Unit, start: date) -> int:
    if count := periods.held_at(unit, start):
        return count
    raise Http404("No articles for this date.")


def _list_between(request: HttpRequest, first: date, last: date) -> Listing:
    rows = Listed(published, within=Span(first, last).conditions)
    return list_articles(request, rows, size=SHORT_PAGE, thumbs=False)


@public()
def dates(request: HttpRequest) -> HttpResponse:
    held = periods.holdings()
    today = timezone.localdate()
    context = {
        "here": "dates",
        "held": held,
        "dated": held.total - held.undated,
        **periods.first_and_last_day(),
        "decades": decades_of(held.years, periods.held_within(Unit.MONTH, date.min, date.max)),
        "today": today,
        "on_this_day": periods.through_the_years(today, sorted(held.years)),
    }
    return render(request, "articles/dates.html", context)


@public()
def year(request: HttpRequest, year: date) -> HttpResponse:
    count = _held_or_404(Unit.YEAR, year)
    last = year.replace(month=12, day=31)
    months = periods.held_within(Unit.MONTH, year, last)
    context = {
        "here": "dates",
        "year": year,
        "count": count,
        "feed": reverse("year-feed", args=[year, "atom"]),
        "month_count": len(months),
        "within": Asked(since=year.isoformat()[:4], until=year.isoformat()[:4]),
        "calendars": calendars(year.year, periods.held_within(Unit.DAY, year, last)),
        "weekdays": weekday_initials(),
        "gaps": month_gaps([*months, *periods.held_around(Unit.MONTH, year, last)], year.year),
        "listing": _list_between(request, year, last),
        **periods.earlier_and_later(Unit.YEAR, year),
    }
    return page_or_data(request, "articles/year.html", context)


@public()
def month(request: HttpRequest, month: date) -> HttpResponse:
    count = _held_or_404(Unit.MONTH, month)
    days = days_of_month(month)
    held = periods.held_within(Unit.DAY, days[0], days[-1])
    january = month.replace(month=1)
    months = periods.held_within(Unit.MONTH, january, month.replace(month=12))
    context = {
        "here": "dates",
        "month": month,
        "year": january,
        "count": count,
        "feed": reverse("month-feed", args=[month, "atom"]),
        "day_count": len(held),
        "weekdays": [(str(WEEKDAYS_ABBR[day]), str(WEEKDAYS[day])) for day in WEEKDAYS],
        "weeks": calendar_weeks(days, held),
        "gaps": day_gaps([*held, *periods.held_around(Unit.DAY, days[0], days[-1])], days[0], days[-1]),
        "listing": _list_between(request, days[0], days[-1]),
        "chart": months_chart(month.year, months, current=month),
        **periods.earlier_and_later(Unit.MONTH, month),
    }
    return page_or_data(request, "articles/month.html", context)


@public()
def day(request: HttpRequest, day: date) -> HttpResponse:
    count = _held_or_404(Unit.DAY, day)
    listing = list_articles(request, Listed(published, within={"archive_date": day}))
    context = {
        "here": "dates",
        "day": day,
        "count": count,
        "feed": reverse("day-feed", args=[day, "atom"]),
        "words": _words_of_day(listing, count),
        "listing": listing,
        "other_years": periods.through_the_years(day, sorted(periods.holdings().years)),
        **periods.earlier_and_later(Unit.DAY, day),
    }
    return naming(page_or_data(request, "articles/day.html", context), f"day-{day}")


def _words_of_day(listing: Listing, count: int) -> str:
    """``9 articles from 5 sources (1 filed by its update date)``; the count alone if the day has several pages."""
    words = counted(count, "article")
    if len(listing.entries) != count:
        return words
    if sources := len({entry.source for entry in listing.entries if entry.source}):
        values = {"articles": words, "sources": counted(sources, "source")}
        words = gettext("%(articles)s from %(sources)s") % values
    if updated := sum(entry.is_by_update for entry in listing.entries):
        sentence = ngettext(
            "%(articles)s (%(count)s filed by its update date)",
            "%(articles)s (%(count)s filed by their update date)",
            updated,
        )
        words = sentence % {"articles": words, "count": updated}
    return words


@public()
def on_this_day_today(request: HttpRequest) -> HttpResponse:
    return redirect("on-this-day", timezone.localdate())


@public()
def on_this_day(request: HttpRequest, day: date) -> HttpResponse:
    found = periods.on_days(same_day(day, sorted(periods.holdings().years)), at_most=200)
    nearest = (None, None) if found else periods.nearest_days(day)
    context = {
        "here": "dates",
        "day": day,
        "found": found,
        "count": sum(articles for articles, _ in found),
        "earlier": (day - timedelta(days=1)).replace(year=LEAP_YEAR),
        "later": (day + timedelta(days=1)).replace(year=LEAP_YEAR),
        "nearest_earlier": nearest[0],
        "nearest_later": nearest[1],
        "leap_day": (day.month, day.day) == (2, 29),
    }
    return render(request, "articles/on_this_day.html", context)


@public()
def everything(request: HttpRequest) -> HttpResponse:
    context = {
        "here": "dates",
        "held": periods.holdings(),
        "listing": list_articles(request, Listed(published)),
        "feed": reverse("latest-feed", args=["atom"]),
    }
    return page_or_data(request, "articles/articles.html", context)


@public()
def added(request: HttpRequest, day: date | None = None) -> HttpResponse:
    """The newest additions, by day; with ``day``, those of that day alone."""
    rows = additions.of_day(day) if day else Listed(additions.additions)
    listing, days = additions.list_added(request, rows)
    if day and not days:
        raise Http404("No articles were added on this day.")
    context = {
        "here": "dates",
        "day": day,
        "days": days,
        "listing": listing,
        "feed": reverse("added-feed", args=["atom"]),
        **(additions.about_day(day) if day else {}),
    }
    return render(request, "articles/added.html", context)


@public()
def undated(request: HttpRequest) -> HttpResponse:
    count = _held_or_404(Unit.UNDATED, date.min)
    listing = list_articles(request, Listed(published), only_undated=True)
    context = {"here": "dates", "count": count, "listing": listing}
    return page_or_data(request, "articles/undated.html", context)
