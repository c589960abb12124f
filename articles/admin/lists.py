"""The list of articles: filters from stored counts, and a search along an index."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.admin.bases import BoundedChangeList, id_of, words_of_search
from articles.models import Article, Damage, PeriodCount, Photo, Source, Tag
from articles.models.search_entry import article_of
from articles.public.listings.periods import unsourced
from articles.public.redirects import articles_at
from articles.search.asking import Filters, compile_query
from articles.search.backend import backend
from articles.search.query import MOST_PREFIXES, Query, parse
from articles.search.reach import Plan
from articles.text.damage import damage_kind
from articles.text.dates import spanned_days
from articles.text.messages import StrOrPromise
from articles.text.phrases import absent, grouped

SEARCHED = 500  # the newest results shown: ten pages
COMMON = 50_000  # matching rows from which walking the list is faster than sorting them
DAMAGE_SHOWN = 60  # kinds
ALL: dict[str | None, tuple[StrOrPromise, Q]] = {None: (_("All"), Q())}


class ArticleChangeList(BoundedChangeList):
    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows: Any = super().get_queryset(request, exclude_parameters)
        return rows.select_related("source").defer("body", "body_html", "as_loaded", "body_as_loaded")

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        if "tag" in self.params:
            # An index has the taggings in this order; the articles would have to be sorted.
            return ["-taggings__archive_date", "-taggings__article_id"]
        return super().get_ordering(request, queryset)


class ChoiceFilter(admin.SimpleListFilter):
    """``options``: label and rows by the value in the address; ``None`` is shown first, and for any other value."""

    options: ClassVar[dict[str | None, tuple[StrOrPromise, Q]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, StrOrPromise]]:
        return [(value, words) for value, (words, _rows) in self.options.items() if value]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": self.options[None][0]}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        _words, rows = self.options.get(self.value(), self.options[None])
        return queryset.filter(rows)


class ArchiveFilter(admin.SimpleListFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value is None else self.narrow(queryset, value)

    @abstractmethod
    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]: ...


class YearFilter(ArchiveFilter):
    title, parameter_name = _("year"), "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterator[tuple[str, str]]:
        for unit in (PeriodCount.Unit.UNDATED, PeriodCount.Unit.YEAR):
            for count in PeriodCount.objects.filter(unit=unit, articles__gt=0).order_by("-start"):
                is_year = unit == PeriodCount.Unit.YEAR
                words = f"{count.start.year}" if is_year else absent("date")
                yield (words if is_year else "undated", f"{words} ({grouped(count.articles)})")

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == "undated":
            return articles.filter(archive_date__isnull=True)
        days = spanned_days(value)
        return articles.filter(archive_date__range=days) if days else articles.none()


class CountedFilter(ArchiveFilter):
    model: type[Model]
    column: str  # of articles

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        named: Any = self.model._default_manager
        rows = list(named.filter(article_count__gt=0).order_by("-article_count")[:15])
        chosen = self.value()
        if chosen and chosen not in {str(row.pk) for row in rows}:
            rows = [*self.model._base_manager.filter(pk=id_of(chosen)), *rows]  # also an author
        return [(str(row.pk), f"{row.name} ({grouped(row.article_count)})") for row in rows]

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.filter(**{self.column: id_of(value)})


class SourceFilter(CountedFilter):
    title, parameter_name, model, column = _("source"), "source", Source, "source_id"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        unnamed = unsourced()
        words = f"{absent('source')} ({grouped(unnamed)})"
        return [*([("none", words)] if unnamed else []), *super().lookups(request, model_admin)]

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return articles.filter(source=None) if value == "none" else super().narrow(articles, value)


class TagFilter(CountedFilter):
    title, parameter_name, model, column = _("tag"), "tag", Tag, "taggings__tag_id"


class DamageFilter(ArchiveFilter):
    title, parameter_name = _("damage"), "damage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The kinds of damage in the archive, read by one index step from each to the next."""
        codes = Damage.objects.order_by("code").values_list("code", flat=True)
        code, found = codes.first(), list[tuple[str, str]]()
        while code is not None and len(found) < DAMAGE_SHOWN:
            found.append((code, damage_kind(code)))
            code = codes.filter(code__gt=code).first()
        return sorted(found, key=lambda choice: choice[1])

    def narrow(self, articles: QuerySet[Any], value: str) -> QuerySet[Any]:
        return _having(articles, Damage.objects.filter(code=value))


def _having(articles: QuerySet[Any], rows: QuerySet[Any]) -> QuerySet[Any]:
    """The articles with any of these rows; if rows are many, by a subquery for each article."""
    if rows.order_by()[: COMMON + 1].count() > COMMON:
        return articles.filter(Exists(rows.filter(article=OuterRef("pk"))))
    return articles.filter(pk__in=rows.values("article_id"))


class PhotoFilter(ChoiceFilter):
    title, parameter_name = _("photos"), "photos"
    options = {
        **ALL,
        "with": (_("With photos"), Q(photo_count__gt=0)),
        "without": (_("Without photos"), Q(photo_count=0)),
        "differ": (
            _("File metadata differs"), Q(Exists(Photo.objects.filter(article=OuterRef("pk"), differs_from_file=True))),
        ),
        "not-held": (_("Photo missing"), Q()),
    }  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        narrowed = super().queryset(request, queryset)
        return _having(narrowed, Photo.objects.filter(file="")) if self.value() == "not-held" else narrowed


class WithdrawnFilter(ChoiceFilter):
    title, parameter_name = _("state"), "state"
    # SQLite uses a partial index only for the exact words of its condition; and without the ``~`` it would look up
    # articles with no winner, nearly all, in the index of winners.
    options = {
        **ALL,
        "published": (_("Published"), Q(withdrawn_at=None)),
        "withdrawn": (_("Withdrawn"), ~Q(withdrawn_at=None) & ~Q(merged_into__isnull=False)),
        "merged": (_("Merged"), ~Q(withdrawn_at=None) & Q(merged_into__isnull=False)),
    }


FILTERS = (YearFilter, SourceFilter, TagFilter, WithdrawnFilter, PhotoFilter, DamageFilter)

SEARCH_HELP = format_lazy(
    _(
        "Enter an address, here or on its own site, a key or a search as on the public site; the beginning of a word "
        "is enough. Articles with the words in the headline come first; at most {count} and the newest {count} others "
        "are shown. Withdrawn articles are found by headline only."
    ),
    count=SEARCHED,
)


def search(articles: QuerySet[Any], term: str, given: Mapping[str, str]) -> QuerySet[Any]:
    """The article of an address or key; else public results, and withdrawn articles by headline; those with the words
    in their headlines first. ``given``: filters.
    """
    term = term.strip()
    if not term:
        return articles
    if found := articles_at(term) or Article.objects.filter(key=term.lower()):
        return articles.filter(pk__in=[article.pk for article in found])
    # The index knows some of the filters; the list applies all of them afterwards.
    query, year = with_prefixes(parse(term)), given.get(YearFilter.parameter_name, "")
    first, last = spanned_days(year) or (None, None)
    tag = Tag.everything.filter(pk=id_of(given.get(TagFilter.parameter_name, ""))).first()
    source = Source.objects.filter(pk=id_of(given.get(SourceFilter.parameter_name, ""))).first()
    bounded = replace(query, first=query.first or first, last=query.last or last)
    compiled = compile_query(bounded, Filters((tag,) if tag else (), source))
    numbers = backend().hits(Plan.of(compiled).compiled, SEARCHED)
    # Withdrawn articles are not in the index: search their headlines.
    withdrawn = Article.objects.exclude(withdrawn_at=None)
    for word in words_of_search(term):
        withdrawn = withdrawn.filter(headline__icontains=word)
    newest = withdrawn.order_by("-archive_date", "-pk").values_list("pk", flat=True)[:SEARCHED]
    headlines = {*backend().headlines(compiled, SEARCHED)}
    headlines &= {*numbers} if compiled.without else headlines  # they may have an excluded word
    best = [*map(article_of, headlines), *newest]
    articles = articles.filter(pk__in=[*map(article_of, numbers), *best])
    return articles.order_by(Case(When(pk__in=best, then=0), default=1), *articles.query.order_by)


def with_prefixes(query: Query) -> Query:
    """Each word also as a prefix, as in other lists of the admin: ``kazak OR kazak*``."""
    words = [term for term in query.terms if not (term.field or term.is_phrase or term.is_prefix)]
    if len(words) > MOST_PREFIXES:
        return query
    begun = {term: replace(term, is_prefix=True) for term in words}
    clauses = ((*clause, *(begun[term] for term in clause if term in begun)) for clause in query.clauses)
    return replace(query, clauses=tuple(clauses))
