"""Listings of articles: entries, and links to newer and older pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article, ArticleQuerySet, Source, Tag, Tagging
from articles.models.article import SHOWN_IN_LISTS, dated_path
from articles.models.keyset import PAGE_SIZE, Listed, Page, Place, page_of
from articles.models.prepared import prepared
from articles.models.source import any_source_is_named
from articles.public.absolute import only_place_in, query_of, size_of
from articles.public.listings.figures import THUMB_SIZES, Picture, picture_of
from articles.public.listings.rows import FIRST_HELD, listed, with_photos
from articles.text.dates import EVER, Span
from articles.text.languages import Tongue
from articles.text.messages import gettext
from articles.text.phrases import absent, counted

# Articles of the rarer tag read for one page of two tags.
WALK = 1000


class ListingEnds(Http404):
    """The requested page is beyond the last."""


class Entry(NamedTuple):
    """One article in a listing. ``iso`` and ``when``: its archive date, ``""`` for none; ``photos``: ``4 photos``,
    ``""`` for none in the archive and for a single one that is shown. ``found_in``: where a search found its words, if
    neither headline nor text has them. Of a hit, headline, deck and the picture's caption are HTML with ``<mark>``.
    """

    url: str
    key: str
    headline: str
    tongue: Tongue
    deck: str
    iso: str
    when: str
    is_by_update: bool
    source: str
    source_name: str  # as HTML; ``""`` if no article of the archive has a source
    photos: str
    picture: Picture | None
    found_in: str = ""

    @property
    def dated(self) -> str:
        """``6 September 2023``, ``Updated 6 September 2023``."""
        return gettext("Updated %(when)s") % {"when": self.when} if self.is_by_update else self.when

    @property
    def day_url(self) -> str:
        return dated_path(self.iso)

    @property
    def filed(self) -> SafeString:
        """The date it is filed under, as HTML."""
        if not self.iso:
            return conditional_escape(absent("date"))
        when = mark_safe(f'<time datetime="{self.iso}">{escape(self.when)}</time>')  # noqa: S308
        return format_html(gettext("{when} (updated)"), when=when) if self.is_by_update else when

    @property
    def name(self) -> SafeString:
        """Its headline in its own language, as HTML; without one, the archive’s words for that."""
        if not self.headline:
            return format_html('<span class="silent">{}</span>', absent("headline"))
        if not self.tongue.lang:
            return conditional_escape(self.headline)
        return format_html("<span{}>{}</span>", self.tongue.attributes, self.headline)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page; ``newer`` and ``older`` are links to its neighbours, ``""`` at the ends."""

    entries: list[Entry]
    newer: str = ""
    older: str = ""
    # A sentence on how far the page searched, if that was its limit.
    looked_back: str = ""
    oldest_first: bool = False


def source_name(source: Source | None) -> str:
    """For lists: the name of a source, or that there is none; ``""`` if no article of the archive has one."""
    if source is None:
        return absent("source") if any_source_is_named() else ""
    return source.name


def entry_of(article: Article, *, thumb_sizes: str = THUMB_SIZES, thumb_px: int = 400) -> Entry:
    """Photos are shown if they were prefetched."""
    day, url = article.archive_date, article.get_absolute_url()
    held, photos = getattr(article, FIRST_HELD, None), ""
    picture = None
    if held and held[0].renditions.all():
        picture = picture_of(held[0], sizes=thumb_sizes, least_px=thumb_px, url=url)
    if held and not (picture and article.photo_count == 1):
        photos = counted(article.photo_count, "photo")
    return Entry(
        url=url,
        key=article.key,
        headline=article.headline,
        tongue=article.tongue,
        deck=article.deck or article.excerpt,
        iso=day.isoformat() if day else "",
        when=article.filed_words,
        is_by_update=article.is_by_update,
        source=article.source.name if article.source else "",
        source_name=mark_safe(f"<bdi>{escape(article.source.name)}</bdi>") if article.source else source_name(None),  # noqa: S308
        photos=photos,
        picture=picture,
    )


def neighbours_of(article: Article) -> dict[str, Entry | None]:
    """The ``previous`` and ``next`` article in the order of the archive; none for undated ones. Two queries."""
    if article.archive_date is None:
        return {"previous": None, "next": None}
    place, others = Place(article.archive_date, article.pk), Listed(_other_than, (article.pk,))
    older = page_of(others, older_than=place, oldest_first=True, size=1).rows
    newer = page_of(others, newer_than=place, size=1).rows
    return {"previous": next(map(entry_of, older), None), "next": next(map(entry_of, newer), None)}


def _other_than(article_id: int) -> ArticleQuerySet:
    """Without itself, which in a preview has an unsaved day."""
    return published().exclude(pk=article_id)


def headline_of(article: Article) -> SafeString:
    """Its headline as HTML, within a sentence of the archive's."""
    if not article.headline:
        return conditional_escape(gettext("an article without a headline"))
    return format_html("<bdi{}>{}</bdi>", article.tongue.attributes, article.headline)


def quoted(article: Article) -> SafeString:
    headline = headline_of(article)
    return format_html("“{}”", headline) if article.headline else headline


def kicker_of(article: Article, taggings: Iterable[Tagging]) -> dict[str, str]:
    """The line above a headline, as ``words`` and ``url``: section, else first tag from the source; else ``{}``."""
    section = article.section.strip()
    if section:
        tags = [row.tag for row in taggings if row.tag.name.casefold() == section.casefold()]
    else:
        tags = [row.tag for row in taggings if row.origin == Tagging.Origin.SOURCE]
    if not section and not tags:
        return {}
    return {"words": section or tags[0].name, "url": tags[0].get_absolute_url() if tags else ""}


def asked_place(request: HttpRequest) -> dict[str, Any]:
    """Arguments of ``page_of`` from ``?before=<key>`` or ``?after=<key>``; 404 for both or an unknown key."""
    for name, key in only_place_in(request).items():
        article = get_object_or_404(Article.objects.only("archive_date"), key=key)
        place = Place(article.archive_date, article.pk)
        return {"older_than": place} if name == "before" else {"newer_than": place}
    return {}


def listing_of(
    page: Page[Any], place: Mapping[str, Any], *, thumbs: bool = True, span: Span = EVER, oldest_first: bool = False
) -> Listing:
    """Of articles or taggings. Raises ``ListingEnds`` for an empty page beyond the end."""
    articles = [row.article if isinstance(row, Tagging) else row for row in page.rows]
    if place and not articles:
        raise ListingEnds
    kept = {**span.parameters, **({"sort": "oldest"} if oldest_first else {})}
    newest, oldest = (-1, 0) if oldest_first else (0, -1)
    return Listing(
        [entry_of(article) for article in (with_photos(articles) if thumbs else articles)],
        newer=query_of({**kept, "after": articles[newest].key}) if page.has_newer and articles else "",
        older=query_of({**kept, "before": articles[oldest].key}) if page.has_older and articles else "",
        oldest_first=oldest_first,
    )


def list_articles(
    request: HttpRequest,
    rows: Listed[Any],
    *,
    size: int = PAGE_SIZE,
    thumbs: bool = True,
    span: Span = EVER,
    oldest_first: bool = False,
    **of_page: Any,
) -> Listing:
    """``of_page``: further arguments of ``page_of``."""
    place, rows = asked_place(request), replace(rows, within={**rows.within, **span.conditions})
    page = page_of(rows, **place, size=size_of(request, size), oldest_first=oldest_first, **of_page)
    return listing_of(page, place, thumbs=thumbs, span=span, oldest_first=oldest_first)


def published() -> ArticleQuerySet:
    return Article.objects.published().for_listing()


def of_no_source() -> ArticleQuerySet:
    return published().filter(source=None)


def taggings(tag_id: int) -> QuerySet[Tagging, Tagging]:
    """A tag's or author's published articles, through the taggings that carry their dates."""
    rows = Tagging.everything.filter(tag_id=tag_id, article__withdrawn_at=None).select_related("article__source")
    shown = (f"article__{name}" for name in (*SHOWN_IN_LISTS, "source__name", "source__slug"))
    return rows.only("article", "archive_date", *shown)


class RunningStory(NamedTuple):
    tag: Tag
    previous: Entry | None
    next: Entry | None


def running_story_of(article: Article, tags: Sequence[Tag]) -> RunningStory | None:
    """The smallest story of an article, if it has others, with its neighbours there."""
    stories = [tag for tag in tags if tag.kind == "story" and tag.article_count > 1]
    if not stories:
        return None
    story = min(stories, key=lambda tag: tag.article_count)
    rows, place = Listed(taggings, (story.pk,)), Place(article.archive_date, article.pk)
    before = page_of(rows, older_than=place, oldest_first=True, size=1, id_field="article_id").rows
    after = page_of(rows, newer_than=place, oldest_first=True, size=1, id_field="article_id").rows
    return RunningStory(story, *(next((entry_of(row.article) for row in found), None) for found in (before, after)))


def links_of(tag_id: int) -> Any:
    """Ids and dates of the articles with a tag, withdrawn ones included."""
    return Tagging.everything.filter(tag_id=tag_id).values_list("article_id", "archive_date", named=True)


@prepared
def tagged_of(tag_id: int, article_ids: list[int]) -> Any:
    rows = Tagging.everything.filter(tag_id=tag_id, article_id__in=article_ids, article__withdrawn_at=None)
    return rows.values_list("article_id", flat=True)


def list_tagged_both(request: HttpRequest, rarer: Tag, commoner: Tag) -> Listing:
    """From at most ``WALK`` articles of ``rarer``; a page that is not full links to where the search continues."""
    place, size = asked_place(request), size_of(request, PAGE_SIZE)
    walked = page_of(Listed(links_of, (rarer.pk,)), **place, size=WALK, id_field="article_id")
    if place and not walked.rows:
        raise ListingEnds
    goes_back = "newer_than" not in place
    ids = [tagging.article_id for tagging in (walked.rows if goes_back else walked.rows[::-1])]
    both = set(tagged_of(commoner.pk, ids))
    matching = [pk for pk in ids if pk in both]
    articles = listed(matching[:size])
    is_cut, is_walk_over = len(matching) > size, not (walked.has_older if goes_back else walked.has_newer)
    further = is_cut or not is_walk_over
    newer, older = (walked.has_newer, further) if goes_back else (further, True)
    listing = listing_of(Page(articles if goes_back else articles[::-1], newer, older), {})
    if is_cut or is_walk_over:
        return listing
    # The next page starts where this search ended, not at the last article shown.
    key = Article.objects.values_list("key", flat=True).get(pk=ids[-1])
    values = {"articles": counted(len(ids), "article"), "tag": rarer.name}
    looked_back = gettext("Searched %(articles)s tagged %(tag)s.") % values
    if goes_back:
        return replace(listing, older=f"?before={key}", looked_back=looked_back)
    return replace(listing, newer=f"?after={key}", looked_back=looked_back)
