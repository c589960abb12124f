"""Lists as data, their schema, and what the archive has of each source and year."""

import json
from collections import defaultdict
from functools import wraps
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from articles.models import PeriodCount, Source, SourceMonth
from articles.public.absolute import absolute
from articles.public.caching import View, public
from articles.public.formats.lists import SCHEMA
from articles.public.listings import periods
from articles.public.views.subjects import SOURCES_SHOWN


def of_page(view: View) -> View:
    """The view of a page, for its list as data (``absolute.form_of``)."""

    @wraps(view)
    def answer(*args: Any, form: str, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    return answer


@public(seconds=24 * 3600)
def schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(SCHEMA, content_type="application/schema+json")


@public()
def coverage(request: HttpRequest) -> HttpResponse:
    """By source and year, from stored counts: articles, and the months without any. Of the archive also its photos."""
    sources = list(Source.objects.filter(article_count__gt=0).order_by("-article_count", "name")[:SOURCES_SHOWN])
    months: defaultdict[int, dict[int, int]] = defaultdict(dict)
    rows = SourceMonth.objects.filter(source__in=sources).order_by().values_list("source_id", "month", "articles")
    for pk, month, articles in rows:  # tens of thousands
        months[pk][month] = articles
    every = PeriodCount.objects.filter(articles__gt=0).order_by("start")
    of_archive = {row.start.year * 100 + row.start.month: row.articles for row in every.filter(unit="month")}
    held = periods.holdings()
    values = {
        "archive": {
            **_held(of_archive, held.total),
            "photos": [
                {"year": row.start.year, "photos": row.photos, "files_missing": row.photos - row.photo_files}
                for row in every.filter(unit="year")
            ],
        },
        "sources": [
            {
                "name": source.name,
                "address": absolute(request, source.get_absolute_url()),
                **{name: words or None for name, words in Source.rights_of(source).items()},
                **_held(months[source.pk], source.article_count),
            }
            for source in sources
        ],
        "without_source": periods.unsourced(),
    }
    return HttpResponse(json.dumps(values, ensure_ascii=False, indent=1) + "\n", content_type="application/json")


def _held(months: dict[int, int], total: int) -> dict[str, Any]:
    """Years with any article, first and last of those missing in between; ``months``: articles by ``200403``."""
    years, held = [], sorted({month // 100 for month in months})
    for year in held:
        counts = [months.get(month, 0) for month in range(year * 100 + 1, year * 100 + 13)]
        missing = [month for month, count in enumerate(counts, 1) if not count]
        years.append({"year": year, "articles": sum(counts), "months_missing": missing})
    missing_years = [[before + 1, after - 1] for before, after in pairwise(held) if after > before + 1]
    undated = total - sum(months.values())
    return {"articles": total, "undated": undated, "years": years, "years_missing": missing_years}
