"""Listings of photos: filters, keyset pages, and entries with their articles.

Photos have no date or source of their own: a page reads the articles with photos, newest first, and takes their photos
in order. With a tag, it reads at most ``WALK`` articles of the rarer of tag and source. Photos of a common credit are
looked for article by article; a rare credit has few anywhere.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.models import Article, PeriodCount, Photo, Rendition, Source, Tag
from articles.models.article import WITH_PHOTOS
from articles.models.keyset import Listed, Page, Place, newest_ids, page_of
from articles.models.prepared import prepared, rows_of
from articles.public.absolute import only_place_in, size_of
from articles.public.formats.representations import caption_notes
from articles.public.listings.articles import WALK, ListingEnds, links_of
from articles.public.listings.figures import RATIOS, SHEET_SIZES, Picture, picture_of
from articles.public.listings.rows import fetch_renditions, placed
from articles.search import backend
from articles.search.query import Query, parse
from articles.text.dates import Span, between_words, spanned_days
from articles.text.keys import LAST_LETTER, name_slug
from articles.text.languages import Tongue
from articles.text.messages import gettext
from articles.text.phrases import counted, grouped
from articles.text.shown_credits import credit_key, credited_to

PHOTOS_A_PAGE = 24
OLDEST = Place(None, 0)  # before all articles
SHOWABLE = ~Q(file="") & Exists(Rendition.objects.filter(photo=OuterRef("pk")))
# Fields of a found photo and its article for an entry.
SHOWN = (
    *("article", "key", "number", "loaded_number", "kind", "caption", "credit_line", "credit_raw", "creator"),
    *("copyright_notice", "from_file", "alt_text", "file", "article__key", "article__archive_date", "article__slug"),
    *("article__language", "article__headline", "article__excerpt", "article__published", "article__updated"),
)
OF_SOURCES = ("article__source__name", "article__source__slug", "article__changed__seen_at")  # further ones, for feeds
ROW, ROW_LEAST = 650, 240  # widths of a row of a strip, in hundredths of its height
COMMON = 2_000  # photos of a credit that has more are not sorted
CREDITS, COUNTED = 12, 200  # credits of a facet, and the articles in which they are counted
_BEGUN = """WITH RECURSIVE begun (credit, place) AS (
  SELECT MIN(credited), 1 FROM articles_photo WHERE credited >= %(key)s AND credited < %(end)s UNION ALL
  SELECT (SELECT MIN(credited) FROM articles_photo WHERE credited > credit AND credited < %(end)s), place + 1 FROM begun
  WHERE place < %(most)s AND credit IS NOT NULL) SELECT credit FROM begun"""
LATEST, STRIP, LEADS = 10, 8, 3  # of the front page; of three articles with a photo file, some may have no picture


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a photo listing. ``asked``: the parsed words; ``typed``: the parameters as typed, by name, but a
    tag or source that was found has its present name; ``ignored``: sentences on parameters that could not be
    understood. ``is_captions``: photos without a file, else those with one; of a credit, both.
    """

    asked: Query
    tag: Tag | None
    source: Source | None
    first: date | None
    last: date | None
    typed: dict[str, str]
    ignored: list[str]
    oldest_first: bool = False
    credit: str = ""
    is_captions: bool = False

    @classmethod
    def of(cls, parameters: QueryDict) -> Self:
        typed = {name: parameters.get(name, "").strip() for name in ("q", "tag", "source", "from", "to")}
        typed["q"] = " ".join(typed["q"].split())
        words, tag, source = parse(typed["q"]), _named(Tag, typed["tag"]), _named(Source, typed["source"])
        since, until = spanned_days(typed["from"]), spanned_days(typed["to"])
        no_date = gettext("“%(text)s” is not a date. Write 2023, 2023-09 or 2023-09-06.")
        understood = {
            "q": (words, gettext("“%(text)s” has no words to search for.")),
            "tag": (tag, gettext("No tag is called “%(name)s”.")),
            "source": (source, gettext("No source is called “%(name)s”.")),
            "from": (since, no_date),
            "to": (until, no_date),
        }
        unknown = [(typed[name], words) for name, (found, words) in understood.items() if typed[name] and not found]
        ignored = [message % {"text": text, "name": text} for text, message in unknown]
        typed |= {name: found.name for name, found in (("tag", tag), ("source", source)) if found}
        credit = " ".join(parameters.get("credit", "").split())
        if credit and words:
            message = gettext("To search within a credit, add credit:“%(credit)s” to the words.")
            ignored.append(message % {"credit": credit})
            credit = ""
        first, last = (since or (None,))[0], (until or (None,))[-1]
        oldest_first = parameters.get("sort") == "oldest"
        is_captions = parameters.get("show") == "captions" and not (words or credit)
        return cls(words, tag, source, first, last, typed, ignored, oldest_first, credit, is_captions)

    @property
    def words(self) -> list[str]:
        """``tagged Harbours``, ``from the Harbour Daily``, ``1998 to 2003``."""
        words = [
            gettext("with “%(query)s”") % {"query": self.typed["q"]} if self.asked else "",
            gettext("tagged %(tags)s") % {"tags": self.tag.name} if self.tag else "",
            gettext("from %(source)s") % {"source": self.source.name} if self.source else "",
            between_words(self.typed["from"], self.typed["to"]),
            gettext("credited to %(credit)s") % {"credit": self.credit} if self.credit else "",
        ]
        return list(filter(None, words))

    @property
    def query(self) -> dict[str, str]:
        """Parameters in a fixed order, without those of no effect."""
        values = {
            "q": self.typed["q"] if self.asked else "",
            "tag": self.tag.slug if self.tag else "",
            "source": self.source.slug if self.source else "",
            "from": self.typed["from"] if self.first else "",
            "to": self.typed["to"] if self.last else "",
            "credit": self.credit,
            "sort": "oldest" if self.oldest_first else "",
            "show": "captions" if self.is_captions else "",
        }
        return {name: value for name, value in values.items() if value}

    @property
    def of_photos(self) -> Q:
        """Conditions on a photo itself; the others are on its article."""
        if self.credit:
            return Q(credited=credit_key(self.credit) or self.credit)
        return Q(file="") if self.is_captions else ~Q(file="")

    @property
    def articles(self) -> Listed[Any]:
        """Ids and dates of the articles with such a photo, of any credit, within the days."""
        of_files = _with_files if self.source else _pictured
        build = with_photos if self.credit else _with_captions if self.is_captions else of_files
        return Listed(build, within=Span(self.first, self.last).conditions)


def with_photos() -> Any:
    return Article.objects.filter(WITH_PHOTOS).values_list("id", "archive_date", named=True)


def _with_captions() -> Any:
    return with_photos().filter(photo_count__gt=F("photo_file_count"))


def _with_files() -> Any:
    return with_photos().filter(photo_file_count__gt=0)


def _pictured() -> Any:
    """``_with_files``, but no database can choose the index of articles with photos, most of which may have no file."""
    return Article.objects.published().filter(photo_file_count__gt=0).values_list("id", "archive_date", named=True)


def _named(model: Any, text: str) -> Any:
    """A tag or source by its slug or name."""
    if not text or len(text) > 200:
        return None
    return model.objects.named(text) or model.objects.named(name_slug(text))


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """One page, like ``Listing``; ``newer`` and ``older`` are the cursors of its neighbours."""

    photos: list[Photo]
    newer: str = ""
    older: str = ""
    looked_back: str = ""


def list_photos(request: HttpRequest, filters: Filters) -> PhotoPage:
    """The page at ``?before=<article>-<photo>`` or ``?after=…``, both by key, else the first."""
    asked, size = only_place_in(request), size_of(request, PHOTOS_A_PAGE)
    place, number = _spot(*asked.values()) if asked else (None, None)
    goes_back = "before" in asked if filters.oldest_first else "after" not in asked
    which = Q(pk__in=[])
    if place and number is not None and _matching(filters, [place.article_id]):
        which = Q(article=place.article_id, **{"number__gt" if goes_back else "number__lt": number})
    rows, id_field = _candidates(filters)
    if filters.credit:
        of_credit = Photo.objects.filter(filters.of_photos)
        is_common = Photo.everything.filter(filters.of_photos).order_by()[: COMMON + 1].count() > COMMON
        among = Q(**{f"{id_field}__in": of_credit.values("article")})
        rows = rows.queryset.filter(Exists(of_credit.filter(article=OuterRef(id_field))) if is_common else among)
    beyond_place: Any = {"older_than": place} if goes_back else {"newer_than": place or OLDEST}
    walked: Page[Any] = page_of(rows, **beyond_place, size=WALK if filters.tag else size + 1, id_field=id_field)
    ids = [getattr(row, id_field) for row in walked.rows]
    matching = _matching(filters, ids) if filters.tag else ids

    def found(article_ids: Any) -> QuerySet[Photo, Photo]:
        of_articles = (which | Q(article__in=article_ids)) & filters.of_photos
        return _in_order(of_articles, goes_back=goes_back)[: size + 1]

    if number is not None or filters.credit:  # values that are not passed
        photos = list(found(matching))
    else:
        photos = rows_of(("photos", filters.is_captions, goes_back, size), found, matching)
    is_cut = len(photos) > size
    photos = photos[:size]
    fetch_renditions(photos)
    more = walked.has_older if goes_back else walked.has_newer
    looked_back, beyond = "", ""
    if photos and (is_cut or (more and not filters.tag)):
        beyond = _cursor(photos[-1])
    elif more and walked.rows:
        # The next page starts where this search ended, not at the last photo shown.
        beyond = Article.objects.values_list("key", flat=True).get(pk=ids[-1 if goes_back else 0])
        looked_back = gettext("Searched %(articles)s.") % {"articles": counted(len(ids), "article")}
    back = _cursor(photos[0]) if photos and place else ""
    newer, older = (back, beyond) if goes_back else (beyond, back)
    if not photos and not looked_back and place is not None:
        raise ListingEnds
    return PhotoPage(photos if goes_back != filters.oldest_first else photos[::-1], newer, older, looked_back)


def _spot(cursor: str) -> tuple[Place, int | None]:
    """An article's place, and a photo number; ``None``: the whole article."""
    article_key, _, photo_key = cursor.partition("-")
    article = get_object_or_404(Article.objects.only("archive_date"), key=article_key)
    place = Place(article.archive_date, article.pk)
    if not photo_key:
        return place, None
    photo = Photo.objects.filter(article=article, key=photo_key).only("number").order_by("number").first()
    if photo is None:
        raise Http404("No photo has this key.")
    return place, photo.number


def _cursor(photo: Photo) -> str:
    return f"{photo.article.key}-{photo.key}"


def _candidates(filters: Filters) -> tuple[Any, str]:
    """The rows to read, and their field with the article's id: articles, or the taggings of a tag."""
    rows, tag, source = filters.articles, filters.tag, filters.source
    if tag is not None and (source is None or source.article_count >= tag.article_count):
        return Listed(links_of, (tag.pk,), rows.within), "article_id"
    if source is not None:
        rows = replace(rows, within={**rows.within, "source_id": source.pk})
    return rows, "id"


def _matching(filters: Filters, ids: Sequence[int]) -> list[int]:
    rows: Any = filters.articles.queryset.filter(pk__in=ids)
    if filters.source is not None:
        rows = rows.filter(source=filters.source)
    if filters.tag is not None:
        rows = rows.filter(taggings__tag=filters.tag)
    return list(rows.order_by().values_list("pk", flat=True))


def _in_order(which: Q, *columns: str, goes_back: bool) -> QuerySet[Photo, Photo]:
    """Photos with articles, by article, in each article's order."""
    found = Photo.objects.filter(which).select_related("article")
    rows: QuerySet[Photo, Photo] = found.only(*SHOWN, *columns)
    if goes_back:
        return rows.order_by(F("article__archive_date").desc(nulls_last=True), "-article_id", "number", "pk")
    return rows.order_by(F("article__archive_date").asc(nulls_first=True), "article_id", "-number", "-pk")


def common_credits(filters: Filters) -> list[str]:
    """The most frequent credits among the newest of these photos, each as one photo prints it."""
    rows, id_field = _candidates(filters)
    newest = newest_ids(rows, size=COUNTED, id_field=id_field)
    within = _matching(filters, newest) if filters.tag else newest

    def samples(article_ids: Any) -> Any:
        photos = Photo.objects.filter(filters.of_photos, article_id__in=article_ids).exclude(credited="")
        by_credit = photos.order_by().values("credited").annotate(count=Count("pk"), sample=Max("pk"))
        return by_credit.order_by("-count", "credited").values_list("sample", flat=True)[:CREDITS]

    commonest = rows_of(("credits", filters.is_captions, CREDITS), samples, within)
    columns = ("credit_line", "creator", "copyright_notice", "from_file")
    photos = rows_of("credited", lambda ids: Photo.objects.filter(pk__in=ids).only(*columns), commonest)
    return [credited_to(photo) for photo in sorted(photos, key=lambda photo: commonest.index(photo.pk))]


def credits_of(name: str) -> list[tuple[str, str, str]]:
    """Credits that begin with a person's name, as printed, with the address of their photos, counted up to ``WALK``."""
    key = credit_key(name)
    begun = backend.rows(_BEGUN, {"key": key, "end": key + LAST_LETTER, "most": COUNTED})
    names = [credit for (credit,) in begun if credit and not credit.removeprefix(key)[:1].isalnum()][:CREDITS]
    shown = Photo.objects.filter(article__withdrawn_at=None).order_by().values_list("pk", flat=True)
    ids = [some for credit in names if (some := list(shown.filter(credited=credit)[: WALK + 1]))]
    photos = Photo.objects.defer("metadata").in_bulk([some[0] for some in ids])
    found = []
    for some in ids:
        credit, count = credited_to(photos[some[0]]), grouped(min(len(some), WALK))
        words = gettext("more than %(count)s") % {"count": count} if len(some) > WALK else count
        found.append((credit, f"{reverse('photos')}?{urlencode({'credit': credit})}", words))
    return found


class PhotoEntry(NamedTuple):
    """A photo with its article. ``iso`` and ``when`` are the archive date, ``""`` for none."""

    picture: Picture
    tongue: Tongue
    url: str
    headline: str
    iso: str
    when: str


def photo_entries(photos: Collection[Photo]) -> Iterator[PhotoEntry]:
    """Articles and renditions must be prefetched."""
    notes = caption_notes(photos)
    for photo in photos:
        article, day, url = photo.article, photo.article.archive_date, photo.get_absolute_url()
        picture = picture_of(photo, sizes=SHEET_SIZES, caption_note=notes[photo.pk], least_px=400, url=url)
        if picture.src:
            picture = picture._replace(sizes=f"(min-width: 36rem) {picture.ratio * 16 // 100}rem, 100vw")
        iso, when = day.isoformat() if day else "", article.filed_words
        yield PhotoEntry(picture, article.tongue, article.get_absolute_url(), article.headline, iso, when)


def in_rows(strip: list[PhotoEntry]) -> list[list[PhotoEntry]]:
    """In one row, or in two of about the same length. A row across the page is too high for too few pictures."""
    ratios = [entry.picture.ratio for entry in strip]
    if sum(ratios) <= ROW:
        return [strip] if sum(ratios) >= ROW_LEAST else []
    cut = min(range(1, len(strip)), key=lambda at: abs(sum(ratios[:at]) - sum(ratios[at:])))
    return [strip[:cut], strip[cut:]]


def of_front_page(years: Sequence[int], newest: int = LATEST + 1, others: Sequence[int] = ()) -> Any:
    """As many photos as are shown or more, newest first, each with its ``place`` in its article: of at least so many
    newest articles, and of one of each of some ``years``, spread evenly, whose ids follow. Then the first photo of each
    article, and of ``others``. Four queries, and an index lookup for each year.
    """
    years = years[1:]  # the newest photo leads
    if len(years) > STRIP:
        years = [years[round(at * (len(years) - 1) / (STRIP - 1))] for at in range(STRIP)]
    size = LATEST + 1 if len(years) < STRIP else max(newest, LEADS)
    of_years = _first_with_files([date(year, 1, 1) for year in years])
    articles = [*{*newest_ids(Listed(_pictured), size=size), *of_years}]
    most = 1 if len(articles) >= size else size
    found = rows_of(
        ("newest and of years", most),
        lambda ids: placed(_in_order(Q(SHOWABLE, article__in=ids), goes_back=True), most),
        [*articles, *{*others}.difference(articles)],
    )
    fetch_renditions(found)
    first = {photo.article_id: [photo] for photo in reversed(found)}
    return [photo for photo in found if photo.article_id in articles], of_years, first


def strip_tagged(tag_id: int) -> list[PhotoEntry]:
    """A row across the page of the first photos of a tag's newest articles; empty if it would be too short."""
    newest = newest_ids(Listed(links_of, (tag_id,)), size=COUNTED, id_field="article_id")

    def first_of(article_ids: Any) -> Any:
        first = placed(Photo.objects.filter(SHOWABLE, article__in=article_ids, article__withdrawn_at=None), 1)
        nearest = first.order_by(F("article__archive_date").desc(nulls_last=True), "-article_id")
        return _in_order(Q(pk__in=nearest.values("pk")[: ROW // RATIOS[0]]), goes_back=True)

    photos = rows_of("strip", first_of, newest)
    fetch_renditions(photos)
    row: list[PhotoEntry] = []
    for entry in photo_entries(photos):
        if sum(shown.picture.ratio for shown in (*row, entry)) > ROW:
            break
        row.append(entry)
    return next(iter(in_rows(row)), [])


@prepared
def _first_with_files(days: Collection[date]) -> Any:
    """The first article with a photo file from each of these days, on which years with one begin."""
    articles = _pictured().filter(archive_date__gte=OuterRef("start")).order_by("archive_date", "id").values("id")
    years = PeriodCount.objects.filter(unit=PeriodCount.Unit.YEAR, start__in=days)
    return years.order_by().annotate(first=Subquery(articles[:1])).values_list("first", flat=True)


def of_articles(article_ids: Sequence[int]) -> list[Photo]:
    """All photos of these articles, in this order, with articles and sources."""
    photos = _for_feeds(Q(article__in=article_ids))
    return sorted(photos, key=lambda photo: article_ids.index(photo.article_id))


def newest_dated(count: int) -> list[Photo]:
    """The newest photos of dated articles, with articles and sources."""
    newest = newest_ids(Listed(with_photos), size=count)
    return _for_feeds(Q(article__in=newest, article__archive_date__isnull=False), count)


def _for_feeds(which: Q, most: int | None = None) -> list[Photo]:
    found = _in_order(which, *OF_SOURCES, goes_back=True).select_related("article__source", "article__changed")
    photos = list(found[:most])
    fetch_renditions(photos)
    return photos


def photos_in_order_of(ids: Sequence[int]) -> list[Photo]:
    """Photos for ``photo_entries``, in the order of ``ids``."""
    rows = Photo.objects.for_pages().filter(pk__in=ids, article__withdrawn_at=None).select_related("article")
    return sorted(rows.defer(None).only(*SHOWN), key=lambda photo: ids.index(photo.pk))
