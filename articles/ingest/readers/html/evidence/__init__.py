"""Statements of a page about its article, apart from the text, and their places.

Places are read in one order for every field: JSON-LD, microdata, ``meta`` elements, the HTML itself, the lines around
the headline, the address, and for the date the head of the page. If places contradict each other, ``headlines``,
``moments`` and ``choosing`` decide.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from articles.ingest.parsing.iso_dates import why_unread
from articles.ingest.readers.html.evidence import choosing, json_ld, markup, meta, microdata, moments
from articles.ingest.readers.html.evidence.choosing import Names
from articles.ingest.readers.html.evidence.clues import Clue, Clues, ImageRecord, key
from articles.ingest.readers.html.evidence.headlines import choose_headline
from articles.ingest.readers.html.evidence.lettering import date_of_head
from articles.ingest.readers.html.evidence.markup import Marks
from articles.ingest.readers.html.evidence.people import begins_with_by, is_outlet
from articles.ingest.readers.html.evidence.printed import Printed, read_lines
from articles.ingest.readers.html.evidence.signs import Signs, read_signs
from articles.ingest.readers.html.page import Page
from articles.ingest.readers.html.tree import Element, inline_text
from articles.ingest.story import Damage, Piece, Story
from articles.text.damage import DamageCode


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article’s metadata, as its page states it."""

    story: Story  # its byline is as printed after ``By``, its damage why a date that is there cannot be used
    images: tuple[ImageRecord, ...]  # that the metadata name
    article_body: str | None  # the plain text of JSON-LD
    signs: Signs  # for telling articles from other pages
    persons: tuple[str, ...]  # those of its authors that are no outlets


def gather(page: Page, piece: Piece) -> Evidence:
    """Ask every place. Leaves the page as it was."""
    clues, metas, marks = Clues(), meta.read_metas(page.root), markup.read_marks(page.root)
    images, types = _ask_head(clues, metas, marks, page.root, piece)
    lettered = markup.add_title(clues, page.root, marks)
    address = choosing.choose_address(clues, piece.url, page.base)
    site_names = frozenset(map(key, (*(clue.value for clue in clues.of("site")), *piece.frame.titles))) - {""}
    url = address.value
    headline = choose_headline(clues.of("headline"), site_names, urlsplit(url).hostname or "")
    title = headline.value
    start = markup.headline_mark(marks, title, page.root, lettered) if title else None
    if start:
        marks.start, marks.around = start, {start.element, *start.element.iterancestors()}
    printed = read_lines(start.element if start else None, page.root)
    _ask_body(clues, metas, marks, printed)
    published, updated = _choose_dates(clues, url, title, page.root, piece)
    deck = choosing.choose_deck(page.root, clues, marks, {key(title), *site_names}, printed.lines)
    authors = choosing.choose_authors(clues, site_names)
    found: dict[str, Clue | Names | None] = {
        "headline": headline,
        "deck": deck,
        "byline": Clue(printed.byline, "text"),
        "authors": authors,
        "dateline": clues.first("dateline"),
        "published": published,
        "updated": updated,
        "source": choosing.choose_source(clues, printed.source, authors),
        "section": choosing.choose_section(clues, title, site_names),
        "tags": choosing.choose_tags(clues, site_names),
        "language": choosing.choose_language(clues),
        "url": address,
        "id": choosing.choose_id(clues),
    }
    stated = {name: choice for name, choice in found.items() if choice and choice.value}
    values: dict[str, Any] = {name: choice.value for name, choice in stated.items()}
    story = Story(
        **values,
        published_printed=published.printed if published else None,
        updated_printed=updated.printed if updated else None,
        damage=_date_damage(published or updated, piece, clues, printed),
        evidence={name: choice.origin for name, choice in stated.items()},
    )
    body = clues.first("article_body")
    signs = read_signs(page.root, types, metas.get("og:type", [""])[0], url)
    names = authors.value or (printed.byline,)
    persons = tuple(name for name in names if name and not is_outlet(name, site_names))
    return Evidence(story, images, body.value if body else None, signs, persons)


def _ask_head(
    clues: Clues, metas: meta.Metas, marks: Marks, root: Element, piece: Piece
) -> tuple[tuple[ImageRecord, ...], frozenset[str]]:
    """Read the places that do not depend on that of the headline; the pictures of metadata, the types of JSON-LD."""
    linked = json_ld.read_linked(root)
    shown = [inline_text(mark.element) for mark in marks.headings if mark.element.tag == "h1"]
    canonical = [link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical"]
    addresses = map(json_ld.address_key, [*canonical, *metas.get("og:url", []), piece.url or ""])
    article = json_ld.own_article(linked, frozenset(filter(None, addresses)), [*shown, *metas.get("og:title", [])])
    images = meta.images_of(metas)
    if article is not None:
        json_ld.add_article(clues, article, linked)
        images = [*json_ld.images_of(article, linked), *images]
    else:
        linked.types -= json_ld.ARTICLE_TYPES  # of articles none of which is the page's own
    microdata.add_microdata(clues, root)
    meta.add_metas(clues, metas)
    json_ld.add_sites(clues, linked)
    markup.add_page(clues, root)
    markup.add_headings(clues, marks)
    by_address = {image.url: image for image in reversed(images)}
    return tuple(by_address.values())[::-1], microdata.page_types(root) | linked.types


def _ask_body(clues: Clues, metas: meta.Metas, marks: Marks, printed: Printed) -> None:
    markup.add_times(clues, marks)
    markup.add_people(clues, marks)
    markup.add_subjects(clues, marks)
    for role, iso, line in printed.dates:
        clues.add(role, iso, "text", printed=line)
    clues.add("author", printed.byline, "text")
    # Yoast, and the like, for cards: ``Written by``, ``Jane Doe``.
    for label, content in zip(metas.get("twitter:label1", []), metas.get("twitter:data1", []), strict=False):
        clues.add("author", content if begins_with_by(label) else None, "meta twitter:data1")
    # Many sites give on every page who made the site; the people printed beside the article come first.
    for name in ("author", "creator", "web_author"):
        for content in metas.get(name, []):
            clues.add("author", content, f"meta {name}")


def _choose_dates(
    clues: Clues, url: str, headline: str, root: Element, piece: Piece
) -> tuple[Clue | None, Clue | None]:
    of_published, of_updated = clues.of("published"), clues.of("updated")
    published = moments.best_moment(of_published, piece.captured_at) or _date_of(url, piece)
    updated = moments.best_moment(of_updated, piece.captured_at)
    if published and updated and moments.is_of_update(published, updated):
        published = None
    if published or updated:
        return published, updated
    if found := date_of_head(root, headline, piece.captured_at):
        return found, None
    return moments.marked_moment(of_published), moments.marked_moment(of_updated)


def _date_of(url: str, piece: Piece) -> Clue | None:
    """The day in the address of the page, the last resort."""
    for address in filter(None, (url, piece.url)):
        iso = moments.date_of_address(address)
        if iso and moments.is_plausible(iso, piece.captured_at):
            return Clue(iso, "address", address)
    return None


def _date_damage(used: Clue | None, piece: Piece, clues: Clues, printed: Printed) -> tuple[Damage, ...]:
    """The date is after the capture; or those that the page gives cannot be read, and why."""
    if used is not None:
        is_late = moments.is_after(used.value, piece.captured_at)
        return (Damage(DamageCode.DATE_AFTER_CAPTURE, "published", text=used.printed),) if is_late else ()
    written = [(clue.printed or clue.value) for clue in (*clues.of("published"), *clues.of("updated"))]
    written = [text for text in written if text.lower() != "n.d."]  # no date, in words of citations
    unread = [Damage(why_unread(text), "published", text=text) for text in written if moments.read_moment(text) is None]
    return tuple(unread[:1] or (Damage(problem, "published", text=line) for problem, line in printed.problems[:1]))
