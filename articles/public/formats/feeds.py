"""Feeds of the latest articles, of a tag and of a source, and of photos: Atom, RSS and JSON Feed 1.1.

Only dated articles and their photos are in feeds, since an entry must say when. A day without an hour stands as its
midnight in UTC; the dates as precise as they are known stand in the text of an article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import F, Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from articles.models import Article, ArticleQuerySet, Photo, Source, Tag
from articles.public.absolute import absolute
from articles.public.caching import public
from articles.public.formats.citations import authors_of
from articles.public.formats.representations import photos_after
from articles.public.listings.articles import taggings
from articles.public.listings.figures import picture_of
from articles.public.listings.photos import newest_dated
from articles.text.credits import credit_of
from articles.text.dates import dates_sentence

ENTRIES = 20
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


# --- The three forms. -------------------------------------------------------------------------------------------------


class AtomFeed(Atom1Feed):
    """Atom with the whole text of each entry, and the language of those that are not in English."""

    content_type = "application/atom+xml; charset=utf-8"

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None, "enclosures": ()})
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"], {"type": "text"})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class RssFeed(Rss201rev2Feed):
    """RSS with the whole text as the description."""

    content_type = "application/rss+xml; charset=utf-8"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        # RSS asks for the length of an enclosed file, which is not known without opening it.
        super().add_item_elements(handler, {**item, "enclosures": ()})
        if item["source"]:
            handler.addQuickElement("dc:source", item["source"], {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})


class JsonFeed(SyndicationFeed):
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        said = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [self._item(item) for item in self.items],
        }
        outfile.write((json.dumps(_known(said), ensure_ascii=False, indent=1) + "\n").encode(encoding))

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        images = [enclosure.url for enclosure in item["enclosures"]]
        return _known(
            {
                "id": item["unique_id"],
                "url": item["link"],
                "external_url": item["external_url"],
                "title": item["title"],
                "content_html": item["description"],
                "summary": item["summary"],
                "image": images[0] if images else None,
                "date_published": rfc3339_date(item["pubdate"]) if item["pubdate"] else None,
                "date_modified": rfc3339_date(item["updateddate"]) if item["updateddate"] else None,
                "authors": [{"name": name} for name in item["authors"]],
                "tags": item["categories"],
                "language": item["language"],
                "attachments": [
                    {"url": enclosure.url, "mime_type": enclosure.mime_type} for enclosure in item["enclosures"]
                ],
            }
        )


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value or name == "items"}


@dataclass(frozen=True, slots=True)
class FeedForm:
    """A form of feed: its name to readers, its type, and what writes it."""

    name: str
    kind: str
    writer: type[SyndicationFeed]


FORMS = {
    "atom": FeedForm("Atom", "application/atom+xml", AtomFeed),
    "rss": FeedForm("RSS", "application/rss+xml", RssFeed),
    "json": FeedForm("JSON Feed", "application/feed+json", JsonFeed),
}


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link to a feed, for beside a listing and for the head of its page."""

    name: str
    kind: str
    url: str


def feed_links(route: str, *args: str) -> list[FeedLink]:
    """The feeds of one listing in every form."""
    return [FeedLink(form.name, form.kind, reverse(route, args=[*args, ending])) for ending, form in FORMS.items()]


# --- What is in them. -------------------------------------------------------------------------------------------------


if TYPE_CHECKING:  # Feed takes its types only in its stubs
    Base = Feed[Article, Any]
    PhotoBase = Feed[Photo, Any]
else:
    Base = PhotoBase = Feed


class Headed:
    """What every feed says of itself."""

    language: str | None = settings.LANGUAGE_CODE
    item_guid_is_permalink = False

    def __init__(self, request: HttpRequest, form: str, *, title: str, description: str, link: str) -> None:
        self.request = request
        self.feed_type = FORMS[form].writer
        self.title = title
        self.description = self.subtitle = description
        self.link = absolute(request, link)
        self.feed_url = self.feed_guid = absolute(request, request.path)
        self.author_name = settings.ARCHIVE_NAME
        self.found: list[Any] = []

    def answer(self) -> HttpResponse:
        """The feed, written."""
        response: HttpResponse = self(self.request)  # type: ignore[operator]
        del response["Last-Modified"]  # the newest date of its entries, which most edits do not change
        return response


class ArticleFeed(Headed, Base):
    """The newest dated articles of a listing, whole, with captions and credits."""

    def items(self) -> list[Article]:
        photos = Prefetch("photos", Photo.objects.for_pages())
        prefetch_related_objects(self.found, photos, "taggings__tag", "corrections")
        return self.found

    def item_title(self, item: Article) -> str:
        return _printable(item.headline or "No headline")

    def item_description(self, item: Article) -> str:
        return _printable(content_of(item, lambda path: absolute(self.request, path)))

    def item_link(self, item: Article) -> str:
        return absolute(self.request, item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        # The short address: it stays when a date or a headline is corrected.
        return absolute(self.request, item.short_url)

    def item_author_name(self, item: Article) -> str | None:
        return _printable(", ".join(authors_of(item))) or None

    def item_pubdate(self, item: Article) -> datetime | None:
        return moment(item.published)

    def item_updateddate(self, item: Article) -> datetime | None:
        said = moment(item.updated) or moment(item.published)
        corrected = [one.made_at.replace(microsecond=0) for one in item.corrections.all()]
        return max([*filter(None, [said]), *corrected], default=None)

    def item_categories(self, item: Article) -> list[str]:
        taggings = sorted(item.taggings.all(), key=lambda tagging: tagging.pk)
        return [_printable(tagging.tag.name) for tagging in taggings]

    def item_enclosures(self, item: Article) -> list[Enclosure]:
        return enclosures_of(item.photos.all(), self.request)

    def item_extra_kwargs(self, item: Article) -> dict[str, Any]:
        return {
            "summary": _printable(item.deck or item.excerpt),
            "language": _printable(item.language),
            "source": _printable(item.source.name) if item.source else "",
            "authors": authors_of(item),
            "external_url": item.url,
        }


class PhotoFeed(Headed, PhotoBase):
    """The newest photos, each with its caption, its credit and the article that it is part of."""

    def items(self) -> list[Photo]:
        return self.found

    def item_title(self, item: Photo) -> str:
        return _printable(str(item))

    def item_description(self, item: Photo) -> str:
        context = {
            "photo": item,
            "picture": picture_of(item, url=item.get_absolute_url()),
            "base_url": absolute(self.request, "/").rstrip("/"),
        }
        return _printable(render_to_string("articles/_feed_photo.html", context).strip())

    def item_link(self, item: Photo) -> str:
        return absolute(self.request, item.get_absolute_url())

    def item_guid(self, item: Photo) -> str:
        # Below the article's short address, which stays when a date or a headline is corrected.
        return f"{absolute(self.request, item.article.short_url)}#photo-{item.key}"

    def item_author_name(self, item: Photo) -> str | None:
        return _printable(str(credit_of(item)))

    def item_pubdate(self, item: Photo) -> datetime | None:
        return moment(item.article.published)

    def item_updateddate(self, item: Photo) -> datetime | None:
        return moment(item.article.updated) or moment(item.article.published)

    def item_enclosures(self, item: Photo) -> list[Enclosure]:
        return enclosures_of([item], self.request)

    def item_extra_kwargs(self, item: Photo) -> dict[str, Any]:
        article = item.article
        return {
            "summary": _printable(item.caption),
            "language": _printable(article.language),
            "source": _printable(article.source.name) if article.source else "",
            "authors": [_printable(name) for name in item.creator.split("; ") if name],
            "external_url": None,
        }


def enclosures_of(photos: Iterable[Photo], request: HttpRequest) -> list[Enclosure]:
    """The largest rendition of each photo that has any."""
    largest = [list(photo.renditions.all())[-1:] for photo in photos]
    return [
        Enclosure(absolute(request, made.url), "", "image/jpeg" if made.file.endswith(".jpg") else "image/webp")
        for renditions in largest
        for made in renditions
    ]


def moment(iso: str) -> datetime | None:
    """A stored date as an aware datetime: what it leaves open is midnight, and UTC.

    At the two ends of the calendar, where the same moment in UTC has no date, its zone is left out.
    """
    if not iso:
        return None
    found = datetime.fromisoformat(iso)
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        found.astimezone(UTC)
    except OverflowError:
        return found.replace(tzinfo=UTC)
    return found


def content_of(article: Article, make_absolute: Callable[[str], str]) -> str:
    """The whole article as HTML that stands alone: dates and source in words, text, photos in place."""
    blocks: list[str | None] = [*article.blocks, None]
    photos = sorted(article.photos.all(), key=lambda photo: (photo.position, photo.number))
    places = photos_after(photos, len(blocks) - 1)
    pieces = [([picture_of(photo) for photo in here], block) for here, block in zip(places, blocks, strict=True)]
    context = {
        "article": article,
        "dates": dates_sentence(article),
        "corrections": article.corrections.all(),
        "pieces": pieces,
        "base_url": make_absolute("/").rstrip("/"),
    }
    return render_to_string("articles/_feed_entry.html", context).strip()


def _printable(text: str) -> str:
    """Without the control characters that XML has no way to hold."""
    return _CONTROL.sub("", text)


# --- Their addresses. -------------------------------------------------------------------------------------------------


@public()
def latest_feed(request: HttpRequest, form: str) -> HttpResponseBase:
    archive = settings.ARCHIVE_NAME
    feed = _feed(request, form, title=archive, description=settings.ARCHIVE_DESCRIPTION, link=reverse("home"))
    feed.found = list(_dated(Article.objects.published())[:ENTRIES])
    return feed.answer()


@public()
def tag_feed(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    tag = Tag.objects.named(slug)
    if tag is None:
        raise Http404("No tag is called so.")
    if tag.slug != slug:
        return HttpResponsePermanentRedirect(reverse("tag-feed", args=[tag.slug, form]))
    if not tag.article_count:
        raise Http404("No published article has this tag.")
    words = f"Articles tagged {tag.name}"
    feed = _feed(request, form, title=_titled(tag.name), description=words, link=tag.get_absolute_url())
    rows = taggings(tag, with_text=True).filter(archive_date__isnull=False)
    newest = rows.order_by(F("archive_date").desc(), F("article_id").desc())[:ENTRIES]
    feed.found = [tagging.article for tagging in newest]
    return feed.answer()


@public()
def source_feed(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    source = Source.objects.named(slug)
    if source is None:
        raise Http404("No source is called so.")
    if source.slug != slug:
        return HttpResponsePermanentRedirect(reverse("source-feed", args=[source.slug, form]))
    if not source.article_count:
        raise Http404("No published article comes from this source.")
    words = f"Articles from {source.name}"
    feed = _feed(request, form, title=_titled(source.name), description=words, link=source.get_absolute_url())
    feed.found = list(_dated(Article.objects.published().filter(source=source))[:ENTRIES])
    return feed.answer()


@public()
def photos_feed(request: HttpRequest, form: str) -> HttpResponseBase:
    if form not in FORMS:
        raise Http404("Feeds have no such form.")
    words = "The newest photos, with their captions and credits"
    feed = PhotoFeed(request, form, title=_titled("Photos"), description=words, link=reverse("photos"))
    feed.found = newest_dated(ENTRIES)
    return feed.answer()


def _titled(name: str) -> str:
    return f"{name} · {settings.ARCHIVE_NAME}"


def _feed(request: HttpRequest, form: str, **words: str) -> ArticleFeed:
    if form not in FORMS:
        raise Http404("Feeds have no such form.")
    return ArticleFeed(request, form, **{name: _printable(text) for name, text in words.items()})


def _dated(rows: ArticleQuerySet) -> ArticleQuerySet:
    dated = (
        rows.filter(archive_date__isnull=False).select_related("source").defer("as_loaded", "body_as_loaded", "body")
    )
    return dated.order_by(F("archive_date").desc(), F("id").desc())
