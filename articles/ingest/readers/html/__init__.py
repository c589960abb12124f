"""A saved web page: main text, photos with their captions and credits, and what the page says of the article."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from articles.ingest.errors import NotAnArticle
from articles.ingest.parsing.dateline import find_dateline
from articles.ingest.parsing.decoding import is_utf16
from articles.ingest.parsing.html_pictures import is_small
from articles.ingest.parsing.local_files import find_photo
from articles.ingest.parsing.story_photos import make_photo, photo_damage
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.html.body import Body, Placed, find_body
from articles.ingest.readers.html.evidence import Evidence, gather
from articles.ingest.readers.html.evidence.clues import ImageRecord
from articles.ingest.readers.html.evidence.people import names_in
from articles.ingest.readers.html.images import file_key
from articles.ingest.readers.html.lines import Entries, contained, entries_in, lines_of, take_out_frame
from articles.ingest.readers.html.page import Page, parse
from articles.ingest.readers.html.page_kind import why_not_a_page, why_not_an_article
from articles.ingest.readers.html.second_look import looked_at_twice
from articles.ingest.readers.html.tidying import Known
from articles.ingest.story import Damage, Piece, Story, StoryPhoto
from articles.text.damage import DamageCode
from articles.text.keys import bare
from articles.text.markdown import escape_text, render
from articles.text.paths import joined

# Atomic and possessive: comments before the first element must not be tried in every combination.
_ROOT = re.compile(
    rb"(?:\s++|(?><\?xml[^>]*>)|(?><!--.*?-->))*+<(?:!doctype html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)

_SMALLEST_DRAWING_PX = 100
_DRAWING_BYTES = 1_000_000  # no icon has more
# Less of JSON-LD's ``articleBody`` is a summary.
_SHORTEST_LINKED = 400


def looks_like(head: bytes) -> bool:
    if is_utf16(head):
        head = head.lstrip(b"\xff\xfe").replace(b"\0", b"")
    return _ROOT.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def read(piece: Piece, data: bytes, *, charset: str | None = None) -> Story:
    """The article of a page with this declared ``charset``. Raises ``NotAnArticle`` for a page of another kind."""
    if kind := why_not_a_page(data):
        raise NotAnArticle(f"this is {kind}, saved as a page", path=piece.path)
    declared = piece.body.charset if piece.body else charset
    page = parse(data, declared=declared)
    site = piece.site if piece.captured_at is None else None
    lines = lines_of(page.root) if site else []
    of_frame = take_out_frame(lines, piece.frame)
    entries = entries_in(lines, piece.path.name, site) if site else Entries()
    if not piece.line and (count := contained(lines, piece.path)) >= 3:
        raise NotAnArticle(f"it has the text of {count} pages next to it", path=piece.path)
    evidence = gather(page, piece)
    story = evidence.story
    authors = (*story.authors, ", ".join(story.authors), " and ".join(story.authors))
    shown = (*authors, story.byline, story.published_printed, story.updated_printed, story.section, story.source)
    printed = {bare(by + line) for line in shown if line for by in ("", "By ")}
    known = Known(story.headline, frozenset(printed - {""}), bare(story.deck or ""), evidence.persons)

    def read_again() -> Body:
        again = parse(data, declared=declared)
        take_out_frame(lines_of(again.root) if site else [], piece.frame)
        return find_body(again.root, known, base=page.base, by_names=False)

    body = find_body(page.root, known, base=page.base)
    if not page.is_hostile:
        body = looked_at_twice(body, data, page.encoding, read_again)
    body = _or_linked_text(body, evidence, read_again)
    body = replace(body, boilerplate=(*of_frame, *body.boilerplate))
    paragraphs = body.texts
    if reason := why_not_an_article(evidence, paragraphs, entries, photos=len(body.photos)):
        raise NotAnArticle(reason, path=piece.path)
    return _story(piece, page, evidence, body, paragraphs)


def _story(piece: Piece, page: Page, evidence: Evidence, body: Body, paragraphs: tuple[str, ...]) -> Story:
    shown = [_photo(piece, page.base, placed, evidence.images) for placed in body.photos]
    photos, story = tuple(filter(_is_photo, shown)), evidence.story
    origins, deck = dict(story.evidence), story.deck
    if body.deck:
        origins["deck"], deck = body.deck.origin, body.deck.value
    elif body.holds_deck:
        origins.pop("deck", None)
        deck = None
    if body.signature:
        origins["byline"] = origins["authors"] = "signature"
    if body.blocks:
        origins["body"] = body.origin
    missing = {
        (DamageCode.NO_DATE, "published"): not (story.published or story.updated),
        (DamageCode.NO_BODY, "paragraphs"): not body.blocks,
        (DamageCode.LINES_LEFT_OUT, "paragraphs"): body.is_cut,
        (DamageCode.DOUBTFUL_TEXT, "paragraphs"): body.is_doubtful,
        (DamageCode.PROSE_KEPT, "paragraphs"): body.is_put_back,
    }
    untitled = () if story.headline else (Damage(DamageCode.NO_HEADLINE, "headline"),)
    of_page = (Damage(*found) for found, is_found in missing.items() if is_found)
    of_photos = (damage for number, photo in enumerate(photos, 1) for damage in photo_damage(photo, number, None))
    return replace(
        story,
        deck=deck,
        byline=body.signature or story.byline,
        authors=names_in([body.signature or ""]) or story.authors,
        dateline=story.dateline or find_dateline("".join(paragraphs[:1])),
        photos=photos,
        body=body.markdown,
        blocks=body.blocks,
        paragraphs=paragraphs,
        boilerplate=(*body.boilerplate, *(photo.src or "" for photo in shown if photo not in photos)),
        damage=(*page.damage, *untitled, *story.damage, *of_page, *of_photos),
        encoding=page.encoding,
        evidence=origins,
    )


def _or_linked_text(body: Body, evidence: Evidence, read_again: Callable[[], Body]) -> Body:
    """The body, or that of JSON-LD if the page shows less than half of it: a script would have put it there."""
    linked = evidence.article_body or ""
    if 2 * sum(map(len, body.blocks)) > len(linked) or len(linked) < _SHORTEST_LINKED:
        return body
    again = read_again()
    if 2 * sum(map(len, again.blocks)) > len(linked):
        return again
    paragraphs = [fold(line) for line in linked.splitlines() if line.strip()]
    markdown = "\n\n".join(map(escape_text, paragraphs))
    photos = tuple(replace(placed, position=0) for placed in body.photos)
    said = bare(linked)
    shown = (text for text in body.texts if bare(text) not in said)
    return replace(
        body,
        markdown=markdown,
        blocks=render(markdown),
        photos=photos,
        boilerplate=(*shown, *body.boilerplate),
        origin="JSON-LD articleBody",
        is_doubtful=False,
        is_put_back=False,
    )


def _photo(piece: Piece, base: str | None, placed: Placed, images: Sequence[ImageRecord]) -> StoryPhoto:
    """A photo, under the first address whose file was saved, else the best. Metadata fill what the page leaves open."""
    figure = placed.figure
    keys = set(map(file_key, figure.srcs))
    known = next((image for image in images if file_key(image.url) in keys), ImageRecord(""))
    src, file = next(iter(figure.srcs), None), None
    for address in figure.srcs:
        file = find_photo(piece, address)
        # In a crawl it may go by the address that ``<base>`` makes of this one.
        if file is None and base is not None and piece.files is not None and (absolute := joined(base, address)):
            file = find_photo(piece, absolute)
        if file is not None:
            src = address
            break
    words = {name: getattr(figure, name) or getattr(known, name) for name in ("alt_text", "caption", "credit")}
    words |= {name: getattr(known, name) for name in ("creator", "copyright_notice")}
    photo = make_photo(piece, StoryPhoto(**words, position=placed.position))
    return replace(photo, src=src, file=file, kind=figure.kind, credit_raw=figure.credit_raw or photo.credit_raw)


def _is_photo(photo: StoryPhoto) -> bool:
    """``False`` for small files without a caption. A drawing, on many pages an icon, counts if its file is large."""
    if photo.caption or photo.credit_raw:
        return True
    if ".svg" in (photo.src or "")[-12:].lower():
        return photo.file is not None and not is_small(photo.file, _SMALLEST_DRAWING_PX, _DRAWING_BYTES)
    return not is_small(photo.file)
