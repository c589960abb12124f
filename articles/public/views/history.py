"""The public history of an article: its versions, each in full, and their changes. Read-only."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from articles.catalogue import filing
from articles.editorial.history import Names, Version, Versions, changes_of
from articles.models import Article
from articles.public.listings.articles import quoted
from articles.public.views.articles import byline_words, in_parts, of_article_or_merged
from articles.text.dates import date_lines, missing_date
from articles.text.phrases import listed

VERSIONS_SHOWN = 40


@of_article_or_merged
def history(request: HttpRequest, found: Article) -> HttpResponseBase:
    versions, before = Versions(found), request.GET.get("before")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 10 and int(before) > 1):
        raise Http404("There are no versions before that.")
    shown = versions.newest(VERSIONS_SHOWN, before=int(before) if before else None)
    names, closed = Names(shown), versions.closed_numbers
    newest, oldest = shown[0].number, shown[-1].number
    context = {
        **_about(found),
        "entries": [
            {
                "version": version,
                "changed": list(dict.fromkeys(change.what for change in changes_of(version, names))),
                "url": "" if version.number in closed else _version_url(found, version.number),
                "changes_url": _changes_url(found, version.number, closed),
            }
            for version in shown
        ],
        "count": len(versions),
        "newer": "" if newest == len(versions) else f"?before={newest + VERSIONS_SHOWN + 1}",
        "older": "" if oldest == 1 else f"?before={oldest}",
    }
    return render(request, "articles/history.html", context)


@of_article_or_merged
def version(request: HttpRequest, found: Article, number: int) -> HttpResponseBase:
    """A former version in full, as today's page would show it."""
    versions, shown = _asked_version(found, number)
    if number in versions.closed_numbers:
        return _closed(request, found, shown)
    then = shown.state.article
    filing.derive(then)
    is_present = number == len(versions) and found.merged_into_id is None
    damage = list(found.damage.all()) if is_present else []
    for photo in shown.state.photos if found.merged_into_id else ():
        photo.is_former = True
    names, tongue = Names([shown]), then.tongue
    context = {
        **_about(found),
        "version": shown,
        "is_present": is_present,
        "then": then,
        "tongue": tongue,
        "byline": byline_words(then.byline or listed(then.authors), tongue.lang),
        "dates": date_lines(then),
        "missing_date": missing_date(then),
        "parts": in_parts(then, shown.state.photos, damage, linked=False),
        "source": names.source_of(shown.state),
        "tags": names.tags_of(shown.state),
        "changes_url": _changes_url(found, number, versions.closed_numbers),
        "earlier": _version_url(found, number - 1) if number > 1 else "",
        "later": _version_url(found, number + 1) if number < len(versions) else "",
    }
    return render(request, "articles/version.html", context)


@of_article_or_merged
def changes(request: HttpRequest, found: Article, number: int) -> HttpResponseBase:
    versions, shown = _asked_version(found, number)
    if shown.before is None:
        raise Http404("The first version has no changes.")
    if not versions.closed_numbers.isdisjoint((number, number - 1)):
        return _closed(request, found, shown)
    context = {
        **_about(found),
        "version": shown,
        "number_before": number - 1,
        "changes": changes_of(shown, Names([shown])),
        "url": _version_url(found, number),
        "url_before": _version_url(found, number - 1),
    }
    return render(request, "articles/changes.html", context)


def _asked_version(article: Article, number: int) -> tuple[Versions, Version]:
    versions = Versions(article)
    asked = versions.one(number)
    if asked is None:
        raise Http404("The article has no such version.")
    return versions, asked


def _closed(request: HttpRequest, article: Article, version: Version) -> HttpResponse:
    context = {**_about(article), "version": version}
    return render(request, "articles/version_closed.html", context, status=410)


def _about(article: Article) -> dict[str, Any]:
    winner = article.shown_as if article.merged_into_id else None
    return {
        "article": article,
        "here": "",
        "canonical": "",
        "tongue": article.tongue,
        "quoted": quoted(article),
        "merged_into": winner and {"url": winner.get_absolute_url(), "quoted": quoted(winner)},
        "history_url": f"{article.get_absolute_url()}history/",
    }


def _changes_url(article: Article, number: int, closed: frozenset[int]) -> str:
    """``""`` without a version to compare with that readers may see."""
    is_open = number > 1 and closed.isdisjoint((number, number - 1))
    return f"{_version_url(article, number)}changes/" if is_open else ""


def _version_url(article: Article, number: int) -> str:
    return f"{article.get_absolute_url()}history/{number}/"
