"""The address of a search, with its parameters in a fixed order. Pure.

/search/?q=harbour&author=nora-berg&tag=ferries&source=courier&language=en&from=2010&to=2019-06&photo=1&sort=newest&back=2015-04&page=2
"""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import get_script_prefix

from articles.search.finding import LAST_PAGE, Order
from articles.search.query import Query, parse, with_days
from articles.text.dates import Span, day_of, spanned_days, written_days
from articles.text.keys import AUTHOR

MOST_TAGS = 10


@dataclass(frozen=True)
class Asked:
    """The parameters of a search; ``""``: not given."""

    q: str = ""
    tags: tuple[str, ...] = ()  # slugs, sorted, also of authors
    source: str = ""
    language: str = ""
    since: str = ""  # a year, a month or a day
    until: str = ""
    has_photo: bool = False
    order: Order = Order.BEST
    back: str = ""  # continue before this month
    page: int = 1
    reads_numbers: bool = False  # a number among the words is a date; not in the address

    @classmethod
    def of(cls, query_dict: QueryDict) -> Self:
        """Invalid parameters are dropped; an impossible page becomes the first."""
        order, back = query_dict.get("sort", ""), query_dict.get("back", "")
        slugs = {*query_dict.getlist("tag"), *(AUTHOR + slug for slug in query_dict.getlist("author"))}
        return cls(
            q=" ".join(query_dict.get("q", "").split()),
            tags=tuple(sorted(slug for slug in slugs if slug.strip(AUTHOR))[:MOST_TAGS]),
            source=query_dict.get("source", "").strip(),
            language=query_dict.get("language", "").strip().lower(),
            since=_date(query_dict.get("from", "").strip()),
            until=_date(query_dict.get("to", "").strip()),
            has_photo=query_dict.get("photo", "") == "1",
            order=Order(order) if order in list(Order) else Order.BEST,
            back=back if len(back) == len("2019-06") and spanned_days(back) else "",
            page=_page(query_dict.get("page", "")),
        )

    @property
    def filter_count(self) -> int:
        return len(self.tags) + sum(map(bool, (self.source, self.language, self.has_dates, self.has_photo)))

    def but(self, **changes: Any) -> Self:
        return replace(self, **{"page": 1, "back": "", **changes})

    def url_but(self, **changes: Any) -> str:
        return self.but(**changes).url

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """In their fixed order, without defaults."""
        order = "" if self.order is Order.BEST else self.order.value
        page = "" if self.page == 1 else str(self.page)
        tags = [("author" if slug.startswith(AUTHOR) else "tag", slug.removeprefix(AUTHOR)) for slug in self.tags]
        found = [("q", self.q), *tags, ("source", self.source)]
        found += [("language", self.language), ("from", self.since), ("to", self.until)]
        found += [("photo", "1" if self.has_photo else ""), ("sort", order), ("back", self.back), ("page", page)]
        return [(name, value) for name, value in found if value]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The parameters that stay when another changes."""
        return self.but().parameters

    @property
    def url(self) -> str:
        query = urlencode(self.parameters)
        return f"{get_script_prefix()}search/{'?' if query else ''}{query}"

    @property
    def feed_url(self) -> str:
        return f"{get_script_prefix()}search/feed.atom?{urlencode(replace(self.but(), order=Order.BEST).parameters)}"

    def url_between(self, span: Span) -> str:
        """The same search within ``span``, keeping bounds that are narrower."""
        since, until = span.ends
        if self.first and span.first and self.first > span.first:
            since = self.since
        if self.last and span.last and self.last < span.last:
            until = self.until
        return self.but(since=since, until=until).url

    @cached_property
    def first(self) -> date | None:
        """``None`` if not given or not a date."""
        return (written_days(self.since) or (None, None))[0]

    @cached_property
    def last(self) -> date | None:
        return (written_days(self.until) or (None, None))[1]

    @property
    def before(self) -> date | None:
        return day_of(self.back) if self.back else None

    @cached_property
    def words(self) -> Query:
        """Without the bounds of other parameters."""
        return with_days(parse(self.q), with_numbers=self.reads_numbers)

    @cached_property
    def query(self) -> Query:
        """The words with all bounds."""
        return replace(self.words.within(self.first, self.last), has_photo=self.words.has_photo or self.has_photo)

    @property
    def has_dates(self) -> bool:
        return bool(self.first or self.last)


def _page(text: str) -> int:
    """At most nine digits: Python refuses to read thousands."""
    number = int(text[:9]) if text.isascii() and text.isdecimal() else 0
    return min(number, LAST_PAGE + 1) or 1


def _date(text: str) -> str:
    """A date in the form of addresses; other text unchanged, for a note to quote."""
    days = written_days(text) if text and not spanned_days(text) else None
    return Query(first=days[0], last=days[1]).since if days else text
