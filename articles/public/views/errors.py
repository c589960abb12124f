"""Pages for what is not there: moved, withdrawn, taken out again, never filed, broken here, or too slow."""

from __future__ import annotations

import logging
import re
import sys
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from difflib import get_close_matches

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.encoding import iri_to_uri

from articles.models import Article, Gone, PeriodCount, Redirect, Tag, TagAddress, TagAlias
from articles.public.caching import for_everybody
from articles.public.context import about_archive
from articles.public.cut_short import whole_address
from articles.public.formats.feeds import FORMS
from articles.public.listings import periods
from articles.public.listings.articles import Entry, ListingEnds, entry_of, published
from articles.public.views.emptied import emptied, is_emptied
from articles.text.dates import MONTHS, asked_words
from newsarchive.database import in_one_line, is_unavailable

log = logging.getLogger(__name__)
RETRY_SECONDS = 5
CLOSE = 5
COMPARED = 300  # slugs of one day, or tags that begin alike
_DATED = re.compile(r"/(\d{4})(?:/(\d{1,2})(?:/(\d{1,2})(?:/([^/]+))?)?(?:/.*)?)?/?")
_UNDATED = re.compile(r"/undated/([^/]+)(?:/.*)?")
_UNPADDED = re.compile(r"/([0-9]{4})/([0-9]{1,2})(?:/([0-9]{1,2}))?/?")
_OTHER_FORM = re.compile(
    r"(/.+/)(original(?:/\w+)?|account/|photos/\w+/|history/(?:\d+/(?:changes/)?)?|article\.[a-z.]+)"
)
_FEED = re.compile(rf"(/(?:tags|sources)/[^/]+/)feed\.(?:{'|'.join(FORMS)})")
_SHORT = re.compile(r"/a/([0-9A-Za-z]+)/?")
_TAGGED = re.compile(r"/tags/([^/]+)(?:/.*)?")

Unit = PeriodCount.Unit


# --- 404 and 301. -----------------------------------------------------------------------------------------------------


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Nothing matched: a former address leads on or says why it is gone, any other gets what is filed close by."""
    return for_everybody(_not_found(request, exception))


def _not_found(request: HttpRequest, exception: Exception | None) -> HttpResponseBase:
    if address := moved_to(request.path):
        return HttpResponsePermanentRedirect(address)
    if address := whole_address(request.path):
        return HttpResponseRedirect(address)  # not for good: another address may begin so one day
    if lost := lost_at(request.path):
        return gone(request, lost)
    if is_emptied(request.resolver_match):
        return emptied(request)
    ends = isinstance(exception, ListingEnds)
    context = {"path": request.path, "near": near(request.path), "begins": _first_page(request) if ends else ""}
    return render(request, "articles/not_found.html", context, status=404)


def _first_page(request: HttpRequest) -> str:
    """The address of the listing that a page was asked of."""
    asked = request.GET.copy()
    for name in ("page", "before", "after"):
        asked.pop(name, None)
    return request.path + (f"?{asked.urlencode()}" if asked else "")


def moved_to(path: str) -> str:
    """Where what was asked for is: filed elsewhere, or its slug is spelt in capitals, or its date without zeros."""
    if (unpadded := _UNPADDED.fullmatch(path)) and (address := _padded(unpadded)) not in (path, f"{path}/"):
        return address
    if (other_form := _OTHER_FORM.fullmatch(path)) and (address := moved_to(other_form[1])):
        return f"{address}{other_form[2]}"
    written = [path, iri_to_uri(path)]
    if moved := Redirect.objects.filter(path__in=written).select_related("article").first():
        address = moved.article.shown_as.get_absolute_url()
        return address if address not in written else ""
    lower = path.lower()
    if lower == path:
        return ""
    dated, undated = _DATED.fullmatch(lower), _UNDATED.fullmatch(lower)
    day = _day(dated) if dated else None
    slug = dated[4] if dated else undated[1] if undated else None
    if not slug or (dated and not day):
        return ""
    found = Article.objects.on_day(day).filter(slug=slug).only("archive_date", "slug", "merged_into").first()
    return found.shown_as.get_absolute_url() if found else ""


@dataclass(frozen=True, slots=True)
class Near:
    """What a reader who went astray may have meant."""

    day: date | None = None
    entries: list[Entry] = field(default_factory=list)
    day_count: int = 0
    earlier: periods.Period | None = None
    later: periods.Period | None = None
    tags: list[Tag] = field(default_factory=list)
    # Whether these are tags that are spelt alike, or only the most used.
    are_alike: bool = False
    # What the address names as tags and the archive does not know.
    unknown_tags: list[str] = field(default_factory=list)
    # A day or month of the address that is in no calendar, in words.
    never: str = ""
    # The year, the month or the day of the address, in words.
    asked: str = ""


def near(path: str) -> Near:
    """What is filed close to an address: by its date, else by the spelling of a tag."""
    if (dated := _DATED.fullmatch(path)) and (day := _day(dated)):
        asked = asked_words("-".join(filter(None, dated.group(1, 2, 3))))
        return replace(_near_day(day, (dated[4] or "").lower()), never=_never(dated), asked=asked)
    tagged = _TAGGED.fullmatch(path)
    unknown = _unknown_tags(tagged[1].split("+")[:2]) if tagged else []
    alike = list({tag.pk: tag for slug in unknown for tag in _tags_like(slug.lower())}.values())
    tags = alike or list(Tag.objects.used().order_by("-article_count", "name")[:10])
    return Near(tags=tags, are_alike=bool(alike), unknown_tags=unknown, never=_never(dated) if dated else "")


def _unknown_tags(slugs: list[str]) -> list[str]:
    asked = {*slugs, *(slug.lower() for slug in slugs)}
    known = set(Tag.objects.filter(slug__in=asked).values_list("slug", flat=True))
    for names in (TagAlias, TagAddress):
        known |= set(names._default_manager.filter(slug__in=asked).values_list("slug", flat=True))
    return [slug for slug in dict.fromkeys(slugs) if slug and known.isdisjoint([slug, slug.lower()])]


def _near_day(day: date, slug: str) -> Near:
    earlier, later = periods.before_and_after(Unit.DAY, day)
    slugs = list(Article.objects.published().on_day(day).order_by("-id").values_list("slug", flat=True)[:COMPARED])
    close = get_close_matches(slug, slugs, n=CLOSE, cutoff=0.4) if slug else []
    close += [one for one in slugs if one not in close][: CLOSE - len(close)]
    rows = {article.slug: article for article in published().on_day(day).filter(slug__in=close)}
    entries = [entry_of(rows[one]) for one in close if one in rows]
    return Near(day, entries, periods.held_at(Unit.DAY, day), earlier, later)


def _tags_like(slug: str) -> list[Tag]:
    rows = {tag.slug: tag for tag in Tag.objects.used().filter(slug__startswith=slug[:2]).order_by("slug")[:COMPARED]}
    return [rows[one] for one in get_close_matches(slug, rows, n=CLOSE, cutoff=0.5)]


def _padded(dated: re.Match[str]) -> str:
    """The address of a month or a day with its zeros: ``/2023/09/06/``; ``""`` for a date that never was."""
    year, month, day = int(dated[1]), int(dated[2]), int(dated[3] or 1)
    try:
        found = date(year, month, day)
    except ValueError:
        return ""
    return reverse("day", args=[found]) if dated[3] else reverse("month", args=[found])


def _never(dated: re.Match[str]) -> str:
    """What of an address is in no calendar: ``31 February 2024``, ``month 13``; ``""`` for a date that there is."""
    year, month, day = int(dated[1]), int(dated[2] or 1), int(dated[3] or 1)
    if year < 1:
        return f"year {year}"
    if not 1 <= month <= 12:
        return f"month {month}"
    return "" if 1 <= day <= monthrange(year, month)[1] else f"{day} {MONTHS[month - 1]} {year}"


def _day(dated: re.Match[str]) -> date | None:
    """The day of an address; a month or a year alone stands for its first day, an impossible day for the nearest
    before it."""
    year, month, day = int(dated[1]), int(dated[2] or 1), int(dated[3] or 1)
    if not 1 <= month <= 12 or year < 1:
        return None
    first = date(year, month, 1)
    try:
        return first.replace(day=day)
    except ValueError:
        return first + timedelta(days=27)


# --- 410, and 301 for what was merged. --------------------------------------------------------------------------------


def withdrawn(request: HttpRequest, article: Article) -> HttpResponseBase:
    """The reason, and what is left: the address stays, so that a citation still leads to an answer.

    Each address of an article that was merged into another leads to the same of that one.
    """
    if article.merged_into_id is not None:
        other_form = _OTHER_FORM.fullmatch(request.path)
        ending = other_form[2] if other_form else ""
        return HttpResponsePermanentRedirect(f"{article.shown_as.get_absolute_url()}{ending}")
    day = article.archive_date
    held = {}
    if day is not None:
        wanted = PeriodCount.periods_of(day)
        rows = PeriodCount.objects.filter(articles__gt=0, start__in=[start for _, start in wanted])
        held = {row.unit: row.articles for row in rows if (row.unit, row.start) in wanted}
    context = {"article": article, "day": day, "held": held, "canonical": ""}
    return render(request, "articles/withdrawn.html", context, status=410)


def lost_at(path: str) -> Gone | None:
    """What the archive no longer has at an address: an article's own or former one, its short one, or another form;
    a tag's or a source's own, or its feed."""
    if short := _SHORT.fullmatch(path):
        return Gone.objects.filter(key=short[1].lower()).first()
    if other_form := _OTHER_FORM.fullmatch(path) or _FEED.fullmatch(path):
        path = other_form[1]
    return Gone.objects.filter(path__in={path, iri_to_uri(path), path.lower(), iri_to_uri(path.lower())}).first()


def gone(request: HttpRequest, lost: Gone) -> HttpResponse:
    template = "articles/gone.html" if lost.key else "articles/emptied.html"
    return render(request, template, {"gone": lost, "canonical": ""}, status=410)


# --- 500 and 503. -----------------------------------------------------------------------------------------------------


def server_error(request: HttpRequest) -> HttpResponse:
    """Called by Django while it handles an exception: 503 where the database was away or too slow, else 500."""
    error = sys.exc_info()[1]
    if not is_unavailable(error):
        return _page_alone("500.html", 500)
    log.warning("503 for %r: %s", request.path, in_one_line(error))
    response = unavailable()
    vars(response)["_has_been_logged"] = True  # one line says it; Django would add a traceback for each request
    return response


def unavailable() -> HttpResponse:
    """The 503 for a page that cannot be made just now, whatever it is of."""
    response = _page_alone("503.html", 503)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _page_alone(template: str, status: int) -> HttpResponse:
    """A page that asks neither the database nor the request for anything."""
    try:
        return HttpResponse(loader.render_to_string(template, {"archive": about_archive()}), status=status)
    except Exception:  # whatever broke the page may have broken the template too
        words = "This page could not be made. The archive itself is not harmed; please try again in a minute."
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
