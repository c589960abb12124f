"""Feeds as Atom, RSS and JSON Feed 1.1, with full text, and photos with captions and credits as Media RSS.

A day without a time becomes midnight UTC; the text of the entry gives the date as precisely as it is known. A page of a
feed names the next one (RFC 5005, section 3), down to the first article.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from html import escape as escape_html
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

from articles.models import Article, Correction, Damage, Photo, Source, Tagging
from articles.models.prepared import prepared
from articles.photos import MEDIA_TYPES
from articles.public.absolute import absolute, base_url
from articles.public.formats.citations import authors_of
from articles.public.formats.representations import caption_note, caption_notes, in_order, known
from articles.public.listings.articles import source_name
from articles.public.listings.figures import Picture, picture_of
from articles.public.listings.links import fetch_links
from articles.public.listings.rows import by_article, corrections_in, damage_in, fetch_photos, with_text
from articles.text.dates import correction_words, dates_sentence, day_of, is_month
from articles.text.messages import gettext
from articles.text.phrases import absent
from articles.text.sanitising import CONTROL
from articles.text.shown_credits import credit_of

XHTML = "http://www.w3.org/1999/xhtml"


class XmlFeed(SyndicationFeed):
    """XML with HTML for readers who open it in a browser: its style sheet shows that alone."""

    content_type = "application/xml; charset=utf-8"  # browsers do not show the types of Atom and RSS
    link = "link"  # the element

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:media": "http://search.yahoo.com/mrss/"}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for rel, url in self.feed["pages"].items():
            handler.addQuickElement(self.link, "", {"rel": rel, "href": url})
        handler.addQuickElement("meta", "", {"xmlns": XHTML, "name": "viewport", "content": "width=device-width"})
        words = gettext("This is a feed. To follow it, copy its address into a feed reader.")
        handler.ignorableWhitespace(_html(self.feed["link"], self.feed["title"], words))

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "enclosures": ()})
        # As text, which this method writes as it is. For speed: element by element takes a tenth of a feed.
        html = _html(item["link"], item["title"], item["about"])
        handler.ignorableWhitespace("".join([*map(_media, item["photos"]), html]))


def _media(photo: dict[str, Any]) -> str:
    attributes = {**photo["file"], "medium": photo["medium"]}
    start = "".join(f" {name}={quoteattr(attributes[name])}" for name in sorted(attributes))
    parts = [] if photo["file"] else [f"<media:player url={quoteattr(photo['page'])}/>"]
    for name, words in photo["words"].items():
        element = f"media:{name.replace('caption', 'description')}"
        parts.append(f"<{element}>{escape(words)}</{element}>")
    return f"<media:content{start}>{''.join(parts)}</media:content>" if parts else f"<media:content{start}/>"


def _html(url: str, name: str, words: str) -> str:
    link = f'<a dir="auto" href={quoteattr(url)}>{escape(name)}</a>'
    return f'<p xmlns="{XHTML}">{link}<span>{escape(words)}</span></p>'


class AtomFeed(XmlFeed, Atom1Feed):
    """Atom with full text, and ``xml:lang`` on entries whose language is known."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})
        if item["summary"]:
            handler.addQuickElement("summary", item["summary"], {"type": "text"})
        handler.addQuickElement("content", item["description"], {"type": "html"})


class RssFeed(XmlFeed, Rss201rev2Feed):
    link = "atom:link"

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["updateddate"]:
            handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        for name, words in (("dc:source", item["source"]), ("dc:rights", item["item_copyright"])):
            if words:
                handler.addQuickElement(name, words, {"xmlns:dc": "http://purl.org/dc/elements/1.1/"})


class JsonFeed(SyndicationFeed):
    """JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "next_url": self.feed["pages"].get("next"),
            "description": self.feed["description"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
        }
        items = [self._item(item) for item in self.items]
        outfile.write(json.dumps({**known(feed), "items": items}, ensure_ascii=False, indent=1) + "\n")

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        # Of a photo without a file, its page.
        files = [photo["file"] or {"url": photo["page"], "type": "text/html"} for photo in item["photos"]]
        held = [photo["file"]["url"] for photo in item["photos"] if photo["file"]]
        values = {
            "id": item["unique_id"],
            "url": item["link"],
            "external_url": item.get("external_url"),
            "title": item["title"],
            "content_html": item["description"],
            "summary": item["summary"],
            "image": held[0] if held else None,
            "date_published": rfc3339_date(item["pubdate"]) if item["pubdate"] else None,
            "date_modified": rfc3339_date(item["updateddate"]) if item["updateddate"] else None,
            "authors": [{"name": name} for name in item["authors"]],
            "tags": item["categories"],
            "language": item["language"],
            "_rights": item["item_copyright"],
            "attachments": [
                {"url": file["url"], "mime_type": file["type"], "_photo": photo["words"]}
                for file, photo in zip(files, item["photos"], strict=True)
            ],
        }
        return known(values)


FORMS: dict[str, type[AtomFeed | RssFeed | JsonFeed]] = {"atom": AtomFeed, "rss": RssFeed, "json": JsonFeed}


def _article_entry(
    article: Article, tags: list[Any], damage: list[Damage], corrections: list[Correction], base_url: str
) -> dict[str, Any]:
    """Needs prefetched photos."""
    corrected = [correction.made_at.replace(microsecond=0) for correction in corrections]
    authors, dates, source = authors_of(article), dates_sentence(article), source_name(article.source)
    about = f"{dates} {source}." if source else dates  # Published 4 March 2022. Harbour Daily.
    rights = printable(" · ".join(filter(None, Source.rights_of(article.source).values())))
    return {
        "title": printable(article.headline or absent("headline")),
        "description": printable(_as_html(article, about, damage, corrections, base_url)),
        "link": base_url + article.get_absolute_url(),
        "unique_id": tag_uri(article.key),
        "author_name": printable(", ".join(authors)) or None,
        "item_copyright": gettext("Text: %(rights)s") % {"rights": rights} if rights else None,
        "updateddate": max([*filter(None, [changed_at(article)]), *corrected], default=None),
        "categories": [printable(row.tag__name) for row in tags],
        "photos": [_attached(photo, article, base_url) for photo in article.photos.all()],
        "summary": printable(article.deck or article.excerpt),
        "about": printable(about),
        "authors": authors,
        "external_url": article.url,
        **common_fields(article),
    }


def _photo_entry(photo: Photo, caption_note: str, base_url: str) -> dict[str, Any]:
    article = photo.article
    picture = picture_of(photo, caption_note=caption_note, url=photo.get_absolute_url())
    headline = escape_html(article.headline or absent("headline"))
    source = escape_html(source_name(article.source))
    link = f'<a href="{base_url}{article.get_absolute_url()}">{headline}</a>'
    return {
        "title": printable(str(photo)),
        "description": printable(
            f"{_figure(picture, base_url)}\n<p><small>{source}{': ' if source else ''}{link}</small></p>"
        ),
        "link": base_url + photo.get_absolute_url(),
        "unique_id": tag_uri(f"{article.key}/photos/{photo.key}"),
        "author_name": printable(str(credit_of(photo))),
        "updateddate": changed_at(article),
        "photos": [_attached(photo, article, base_url)],
        "summary": printable(photo.caption),
        "about": printable(str(credit_of(photo))),
        "authors": [printable(name) for name in photo.creator.split("; ") if name],
        **common_fields(article),
    }


# In Python for speed: templates would add half to the processor time of a feed. Feeds have no stylesheet: ``small``
# tells the voices apart.


def _as_html(
    article: Article, about: str, damage: Sequence[Damage], corrections: Sequence[Correction], base_url: str
) -> str:
    notes = (about, *map(correction_words, corrections))
    parts = [f"<p><small>{escape_html(words)}</small></p>" for words in notes]
    parts += [f"<p><strong>{escape_html(article.deck)}</strong></p>"] if article.deck else []
    parts += [f"<p>{escape_html(article.byline)}</p>"] if article.byline else []
    for figures, blocks in in_order(article.blocks, list(article.photos.all())):
        for photo in figures:
            parts.append(_figure(picture_of(photo, caption_note=caption_note(photo, damage)), base_url))
        parts += blocks
    return "\n".join(parts)


def _figure(of: Picture, base_url: str) -> str:
    picture = f"<p><small>{escape_html(of.missing)}</small></p>"
    if of.src:
        size = f'width="{of.width_px}" height="{of.height_px}"'
        picture = f'<img src="{base_url}{escape_html(of.src)}" {size} alt="{escape_html(of.alt_text)}">'
        picture = f'<a href="{base_url}{escape_html(of.url)}">{picture}</a>' if of.url else picture
    note = f"<small>{escape_html(of.caption_note)}</small> " if of.caption_note else ""
    words = f"{escape_html(of.caption)} {note}<small>{escape_html(str(of.credit))}</small>"
    return f"<figure>{picture}<figcaption>{words}</figcaption></figure>"


def common_fields(article: Article) -> dict[str, Any]:
    return {
        "pubdate": _moment(article.published),
        "language": printable(article.language),
        "source": printable(article.source.name) if article.source else "",
    }


def _attached(photo: Photo, article: Article, base_url: str) -> dict[str, Any]:
    """A photo or video with its largest picture as ``file``, as ``media:content`` has it; ``{}`` for none."""
    file = {}
    if largest := photo.largest:
        file = {"url": base_url + largest.url, "type": MEDIA_TYPES[PurePosixPath(largest.file).suffix]}
        file |= {"width": str(largest.width_px), "height": str(largest.height_px)}
    return {
        "file": file,
        "page": base_url + photo.address_in(article),
        "medium": "video" if photo.kind == Photo.Kind.VIDEO else "image",
        "words": known({"caption": printable(photo.caption), "credit": printable(photo.credit_line)}),
    }


def tag_uri(path: str) -> str:
    """The id of an entry (RFC 4151): that of its article, whichever host the archive has now."""
    return f"tag:newsarchive,2026:{path}"


def changed_at(article: Article) -> datetime | None:
    """The moment since which readers see it as it is; by its dates if that is not recorded."""
    if article.changed and article.changed.seen_at:
        return article.changed.seen_at.replace(microsecond=0)
    return _moment(article.updated) or _moment(article.published)


def _moment(iso: str) -> datetime | None:
    """As an aware datetime: midnight if it has no time; UTC if it has no zone, or if that leads out of the calendar."""
    if not iso:
        return None
    found = datetime.fromisoformat(str(day_of(iso)) if is_month(iso) else iso)
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        found.astimezone(UTC)
    except OverflowError:
        return found.replace(tzinfo=UTC)
    return found


def printable(text: str) -> str:
    """``text`` without the control characters that XML forbids."""
    return CONTROL.sub("", text)


def entries_of(request: HttpRequest, article_ids: list[int]) -> list[dict[str, Any]]:
    articles, base = with_text(article_ids), base_url(request)
    fetch_photos(articles)
    fetch_links(articles, absolute=partial(absolute, request))
    tags, damage, corrections = map(by_article, (read(article_ids) for read in (_tag_names, damage_in, corrections_in)))
    return [
        _article_entry(article, tags[article.pk], damage[article.pk], corrections[article.pk], base)
        for article in articles
    ]


def photo_entries(request: HttpRequest, photos: list[Photo]) -> list[dict[str, Any]]:
    base, notes = base_url(request), caption_notes(photos)
    return [_photo_entry(photo, notes[photo.pk], base) for photo in photos]


@prepared
def _tag_names(article_ids: list[int]) -> Any:
    rows = Tagging.objects.filter(article_id__in=article_ids).order_by("pk")
    return rows.values_list("article_id", "tag__name", named=True)


def written_feed(
    request: HttpRequest,
    form: str,
    entries: Sequence[dict[str, Any]],
    subject: str,
    description: str,
    link: str,
    *,
    query: Sequence[tuple[str, str]] = (),
    further: str = "",
) -> HttpResponse:
    """``query``: parameters of the feed. ``further``: the key of the article before which the next page begins."""

    def address(*place: tuple[str, str]) -> str:
        parameters = urlencode([*query, *place])
        return absolute(request, f"{request.path}?{parameters}" if parameters else request.path)

    here = [("before", request.GET["before"])] if "before" in request.GET else []
    pages = {"first": address() if here else "", "next": address(("before", further)) if further else ""}
    rights = {entry.get("item_copyright") for entry in entries}
    feed = FORMS[form](
        title=printable(" · ".join(filter(None, [subject, settings.ARCHIVE_NAME]))),
        description=printable(description),
        subtitle=printable(description),
        link=absolute(request, link),
        language=settings.LANGUAGE_CODE,
        author_name=settings.ARCHIVE_NAME,
        feed_url=address(*here),
        feed_guid=address(),
        pages=known(pages),
        feed_copyright=rights.pop() if len(rights) == 1 else None,
    )
    for entry in entries:
        feed.add_item(unique_id_is_permalink=False, **entry)
    # Not written into the response, which would encode each tag by itself.
    written = feed.writeString("utf-8")
    if isinstance(feed, XmlFeed):
        written = written.replace("?>", f'?>\n<?xml-stylesheet type="text/css" href="{static("feed.css")}"?>', 1)
    return HttpResponse(written, content_type=feed.content_type)
