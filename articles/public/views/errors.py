"""Error pages: 300, 301 and 404, 410, 429, 500 and 503."""

import logging
import re
import sys
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.urls import ResolverMatch, reverse

from articles.models import Article, Author, Gone, PeriodCount, Source, Tag
from articles.models.database_errors import in_one_line, is_damaged, is_unavailable
from articles.models.replicas import FormerPrimaryError
from articles.public import redirects
from articles.public.caching import for_everybody
from articles.public.context import about_archive
from articles.public.formats.feeds import FORMS
from articles.public.listings import periods
from articles.public.listings.articles import ListingEnds, entry_of, headline_of, published
from articles.public.listings.rows import largest
from articles.text.dates import asked_words, month_words
from articles.text.messages import gettext

log = logging.getLogger(__name__)
CLOSE = 5
COMPARED = 300  # slugs of one day, or tags with the same prefix
_TAGGED = re.compile(r"/tags/([^/]+)(?:/.*)?")

Unit = PeriodCount.Unit


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """Redirect from a former address, explain a deleted one, else suggest near ones."""
    return for_everybody(_not_found(request, exception))


def _not_found(request: HttpRequest, exception: Exception | None) -> HttpResponseBase:
    if address := redirects.moved_to(request.path):
        return HttpResponsePermanentRedirect(address)
    if response := at_former_path(request, redirects.formerly_at(request.get_full_path_info())):
        return response
    if address := redirects.whole_address(request.path):
        return HttpResponseRedirect(address)  # temporary: another address may begin so one day
    if lost := redirects.lost_at(request.path, request.get_full_path_info()):
        template = "articles/gone.html" if lost.key else "articles/emptied.html"
        return render(request, template, {"gone": lost, "canonical": ""}, status=410)
    if is_emptied(request.resolver_match):
        return render(request, "articles/emptied.html", {"canonical": ""}, status=410)
    begins = ""
    if isinstance(exception, ListingEnds):
        parameters = request.GET.copy()
        for name in ("page", "before", "after"):
            parameters.pop(name, None)
        begins = request.path + (f"?{parameters.urlencode()}" if parameters else "")
    path = request.path if request.path_info != "/" else request.get_full_path()
    context = {"path": path, "near": near(request.path), "begins": begins}
    return render(request, "articles/not_found.html", context, status=404)


def at_former_path(request: HttpRequest, found: Sequence[Article]) -> HttpResponseBase | None:
    """301 to the article that had this path on its own site, 410 if it is withdrawn, and ``None`` if there is none.

    Of several, a list: with 300, since none of them is what was there, and 200 would make the list a page to be indexed
    and cited.
    """
    articles = list(dict.fromkeys(article.shown_as for article in found))
    published = [article for article in articles if article.withdrawn_at is None]
    if len(published) == 1:
        return HttpResponsePermanentRedirect(published[0].get_absolute_url())
    if published:
        context = {"entries": [entry_of(article) for article in published], "canonical": ""}
        return render(request, "articles/former_path.html", context, status=300)
    return withdrawn(request, articles[0]) if articles else None


def is_emptied(match: ResolverMatch | None) -> bool:
    """``True`` for a tag, author, source or date that has lost all its articles."""
    if match is None or match.kwargs.get("form", "atom") not in FORMS:
        return False
    page, names = str(match.url_name).removesuffix("-feed").removesuffix("-list"), match.kwargs
    if page in ("year", "month", "day", "undated"):
        start = names.get(page, date.min)
        return PeriodCount.objects.filter(unit=page, start=start, articles=0).exists()
    if page == "two-tags":
        slugs = [slug for slug in (names["first_slug"], names["second_slug"]) if Tag.objects.addressed(slug) is None]
        lost = Gone.objects.filter(path__in=[reverse("tag", args=[slug]) for slug in slugs])
        return bool(slugs) and lost.count() == len(slugs)
    named = {"tag": Tag.objects.addressed, "author": Author.objects.addressed, "source": Source.objects.named}.get(page)
    found = named(names["slug"]) if named else None
    return found is not None and not found.article_count


def near(path: str) -> dict[str, Any]:
    """Suggestions for a reader: articles close by, else tags with a similar name."""
    dated, tagged = redirects.DATED.fullmatch(path), _TAGGED.fullmatch(path)
    never = _never(dated) if dated else ""
    if dated and (day := redirects.day_meant(dated)):
        slugs = list(Article.objects.published().on_day(day).order_by("-id").values_list("slug", flat=True)[:COMPARED])
        close = get_close_matches((dated[4] or "").lower(), slugs, n=CLOSE, cutoff=0.4)
        close += [slug for slug in slugs if slug not in close][: CLOSE - len(close)]
        rows = {article.slug: article for article in published().on_day(day).filter(slug__in=close)}
        return {
            "never": never,
            "asked": asked_words("-".join(filter(None, dated.group(1, 2, 3)))),
            "day": day,
            "entries": [entry_of(rows[slug]) for slug in close if slug in rows],
            "day_count": periods.held_at(Unit.DAY, day),
            **periods.earlier_and_later(Unit.DAY, day),
        }
    asked = dict.fromkeys(tagged[1].split("+")[:2]) if tagged else {}
    unknown = [slug for slug in asked if slug and Tag.objects.addressed(slug) is None]
    alike: dict[str, Tag] = {}
    for slug in unknown:
        candidates = Tag.objects.used().filter(slug__startswith=slug[:2].lower()).order_by("slug")[:COMPARED]
        tags = {tag.slug: tag for tag in candidates}
        alike |= {match: tags[match] for match in get_close_matches(slug.lower(), tags, n=CLOSE, cutoff=0.5)}
    return {
        "never": never,
        "unknown_tags": unknown,
        "are_alike": bool(alike),
        "tags": list(alike.values()) or largest(Tag, 10),
    }


def _never(dated: re.Match[str]) -> str:
    """``31 February 2024 is not a date.``, ``13 is not a month.``; ``""`` for a possible one."""
    year, month, day = int(dated[1]), int(dated[2] or 1), int(dated[3] or 1)
    if year < 1:
        return gettext("%(number)s is not a year.") % {"number": year}
    if not 1 <= month <= 12:
        return gettext("%(number)s is not a month.") % {"number": month}
    if 1 <= day <= monthrange(year, month)[1]:
        return ""
    values = {"day": day, "month": month_words(date(year, month, 1))}
    return gettext("%(day)s %(month)s is not a date.") % values


def withdrawn(request: HttpRequest, article: Article) -> HttpResponseBase:
    """410 with the reason, so that citations still work; a redirect if the article was merged."""
    if article.merged_into_id is not None:
        other_format = redirects.OTHER_FORM.fullmatch(request.path)
        ending = other_format[2] if other_format and not other_format[2].startswith(redirects.KEPT_WHEN_MERGED) else ""
        return HttpResponsePermanentRedirect(f"{article.shown_as.get_absolute_url()}{ending}")
    day = article.archive_date
    wanted = PeriodCount.periods_of(day) if day else []
    held = {unit: count for unit, start in wanted if (count := periods.held_at(PeriodCount.Unit(unit), start))}
    context = {"article": article, "day": day, "held": held, "canonical": ""}
    return render(request, "articles/withdrawn.html", context, status=410)


def photo_gone(request: HttpRequest, article: Article, kind: str, moment: datetime | None, reason: str) -> HttpResponse:
    """410 for a photo that its article no longer shows."""
    context = {
        "here": "photos",
        "article": article,
        "headline": headline_of(article),
        "kind": kind,
        "moment": moment,
        "reason": reason,
        "canonical": "",
    }
    return render(request, "articles/photo_gone.html", context, status=410)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 if the database is unreachable or slow, and for ``/healthz``, else 500. Called within an ``except``."""
    error = sys.exc_info()[1]
    is_away = is_unavailable(error, to_staff=request.path_info.startswith("/admin/"))
    if request.path_info == reverse("healthz"):
        response = unhealthy()
    elif is_away:
        response = refusal(503, "former_primary.html" if isinstance(error, FormerPrimaryError) else "503.html")
    else:
        response = _page_alone("500.html", 500)
    if error and (is_away or is_damaged(error)):
        log.warning("%d for %r: %s", response.status_code, request.path, in_one_line(error))
        vars(response)["_has_been_logged"] = True  # without a traceback for each request
    return response


def unhealthy() -> HttpResponse:
    headers = {"Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8"}
    return HttpResponse("the database cannot be read\n", status=503, headers=headers)


def refusal(status: int, template: str = "503.html") -> HttpResponse:
    """503, or 429 for one of too many requests of a client."""
    response = _page_alone(template, status)
    response["Retry-After"] = "5"
    response["Cache-Control"] = "no-store"
    return response


def _page_alone(template: str, status: int) -> HttpResponse:
    """A page made without the database and the request."""
    try:
        context = {"archive": about_archive(), "status": status}
        return HttpResponse(loader.render_to_string(template, context), status=status)
    except Exception:  # the template may be broken too
        words = gettext("Something went wrong. The articles are safe; please try again.")
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
