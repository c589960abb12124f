"""Articles in the order of adding: by the moment at which the ledger saw them published, whatever their dates.

These moments rise in the order of commits, so whoever has read up to one of them misses nothing that comes later.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Article, PeriodCount, Tag
from articles.models.article import SHOWN_IN_LISTS
from articles.models.bulk import chunks
from articles.models.counts import periods_with_articles
from articles.models.keyset import PAGE_SIZE, Listed, page_by
from articles.models.prepared import prepared
from articles.models.search_entry import LAST_NUMBER, article_of, entry_number
from articles.public.absolute import only_place_in
from articles.public.listings import articles
from articles.public.listings.articles import Entry, Listing, published
from articles.search import backend
from articles.search.backend import CompiledQuery
from articles.search.finding import MOST, all_hits, count_words

ORDER = ("added__seen_at", "id")
ENTRIES = 20  # of a feed
AT_ONCE = 100  # articles that are compared with a search
Below = Article | None  # the article before which a page begins


def additions() -> Any:
    rows = published().filter(added__has_added__in=[True]).select_related("source", "added")  # as in ``Tags``
    return rows.only(*SHOWN_IN_LISTS, "source__name", "source__slug", "added__seen_at")


def of_day(day: date) -> Listed[Any]:
    first, next_first = _ends_of(day)
    return Listed(additions, within={"added__seen_at__gte": first, "added__seen_at__lt": next_first})


def list_added(request: HttpRequest, rows: Listed[Any]) -> tuple[Listing, list[tuple[date, list[Entry]]]]:
    """One page, and its entries by day of adding."""
    ways = {"before": "older_than", "after": "newer_than"}
    place: Any = {ways[name]: place_of(known(key), ORDER) for name, key in only_place_in(request).items()}
    page = page_by(rows, ORDER, **place, size=PAGE_SIZE)
    listing = articles.listing_of(page, place)
    by_day = groupby(zip(page.rows, listing.entries, strict=True), lambda pair: day_added(pair[0]))
    return listing, [(day, [entry for _, entry in pairs]) for day, pairs in by_day]


def known(key: str) -> Article:
    return get_object_or_404(Article.objects.select_related("added").only("added"), key=key)


def place_of(article: Below, columns: Sequence[str]) -> Sequence[Any]:
    if article is None:
        return ()
    return (article.pk,) if columns != ORDER else (article.added and article.added.seen_at, article.pk)


def day_added(article: Any) -> date:
    return timezone.localdate(article.added.seen_at)


def about_day(day: date) -> dict[str, Any]:
    """The number of articles added on a day, and the nearest days with others."""
    count, (start, end) = of_day(day).queryset.order_by()[: MOST + 1].count(), _ends_of(day)
    earlier = page_by(Listed(additions), ORDER, older_than=(start, 0), size=1).rows
    later = page_by(Listed(additions), ORDER, newer_than=(end, 0), size=1).rows
    days = {name: day_added(row) for name, rows in (("earlier", earlier), ("later", later)) for row in rows}
    return {"count": count_words(min(count, MOST), is_more=count > MOST), **days}


def _ends_of(day: date) -> tuple[datetime, datetime]:
    first, next_first = (datetime.combine(then, time.min) for then in (day, day + timedelta(days=1)))
    return timezone.make_aware(first), timezone.make_aware(next_first)


class Part(NamedTuple):
    """The articles of one page of a feed, newest first. ``last``: the one after which the next page begins; ``None``:
    the list ends here. A page that ends a long walk may have few articles, or none.
    """

    ids: list[int]
    last: int | None = None

    @property
    def further(self) -> str:
        """The key of ``last``, or ``""``."""
        return Article.objects.filter(pk=self.last).values_list("key", flat=True).first() or "" if self.last else ""

    def only(self, ids: Sequence[int]) -> "Part":
        """This part with only these of its articles, at most ``ENTRIES``."""
        return Part(list(ids[:ENTRIES]), ids[ENTRIES - 1] if len(ids) > ENTRIES else self.last)


# --- Lists in the order of adding. Ids of articles rise in it, except by commits at the same time. --------------------


def newest(rows: Listed[Any], below: Below, columns: Sequence[str] = ("id",), *, size: int = ENTRIES) -> Part:
    page = page_by(rows, columns, older_than=place_of(below, columns), size=size, ids=columns[-1])
    return Part(page.rows, page.rows[-1] if page.has_older else None)


def tagged_both(rarer: Tag, commoner: Tag, below: Below) -> Part:
    walked = newest(Listed(articles.links_of, (rarer.pk,)), below, ("article_id",), size=articles.WALK)
    both = set(articles.tagged_of(commoner.pk, walked.ids))
    return walked.only([pk for pk in walked.ids if pk in both])


def filed_between(first: date, last: date, below: Below) -> Part:
    """By the index of each day, since none has the articles of a year in the order of adding."""
    place = below.pk if below else LAST_NUMBER
    days = [day.isoformat() for day in _newest_days(first, last, place)]
    of_day = (
        "SELECT id FROM (SELECT id FROM articles_article"  # noqa: S608
        " WHERE archive_date = %s AND withdrawn_at IS NULL AND id < %s"
        f" ORDER BY archive_date DESC, id DESC LIMIT {ENTRIES + 1}) AS of_a_day"
    )
    sql = f"{' UNION ALL '.join([of_day] * len(days))} ORDER BY id DESC LIMIT {ENTRIES + 1}"
    values = [value for day in days for value in (day, place)]
    return Part([]).only([pk for (pk,) in backend.rows(sql, values)] if days else [])


@prepared
def _newest_days(first: date, last: date, below: int) -> Any:
    """The days with the newest additions below an id; no others have articles of a page."""
    of_day = Article.objects.published().filter(archive_date=OuterRef("start"), id__lt=below)
    newest = Subquery(of_day.order_by("-archive_date", "-id").values("id")[:1])
    days = periods_with_articles().filter(unit=PeriodCount.Unit.DAY, start__gte=first, start__lte=last)
    found = days.annotate(newest=newest).filter(newest__isnull=False).order_by("-newest")
    return found.values_list("start", flat=True)[: ENTRIES + 1]


def found(compiled: CompiledQuery, below: Below) -> Part:
    """Hits of a search. Of one with many, the newest ``articles.WALK`` articles are compared with it."""
    hits = all_hits(compiled)
    if hits is not None:
        ids = sorted(map(article_of, hits), reverse=True)
        return Part([]).only([pk for pk in ids if below is None or pk < below.pk])
    walked = newest(Listed(published), below, size=articles.WALK)
    days = dict(Article.objects.filter(pk__in=walked.ids).values_list("pk", "archive_date"))
    ids = []
    for some in chunks(walked.ids, AT_ONCE):
        numbers = [entry_number(days[pk], pk) for pk in some if pk in days]  # the others were deleted meanwhile
        ids += map(article_of, backend.backend().matching(compiled, numbers))
        if len(ids) > ENTRIES:
            break
    return walked.only(ids)
