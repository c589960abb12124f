"""HTML, XHTML or NITF as blocks of Markdown with pictures between them; for fragments, and for chosen parts of web
pages.

The Markdown is checked by rendering it. A block that would not show the same words stays HTML, which Markdown allows,
or becomes plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import unescape

from lxml import etree, html

from articles.ingest.parsing.html_to_markdown.elements import Element, text_of
from articles.ingest.parsing.html_to_markdown.walker import Walker
from articles.ingest.parsing.html_to_markdown.writing import Block
from articles.ingest.parsing.long_tags import with_fewer_attributes
from articles.ingest.parsing.story_photos import Delivered
from articles.ingest.parsing.whitespace import fold

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """``position`` of a picture: the number of blocks before it. ``labels``: words about the article, by their class,
    ``("byline", "Ana Ruiz")``. ``dropped``: content that is not text, ``iframe: https://…``.
    """

    blocks: tuple[Block, ...] = ()
    pictures: tuple[Delivered, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    dropped: tuple[str, ...] = ()

    def followed_by(self, other: Fragment) -> Fragment:
        count = len(self.blocks)
        moved = (replace(picture, position=picture.position + count) for picture in other.pictures)
        return Fragment(
            (*self.blocks, *other.blocks),
            (*self.pictures, *moved),
            (*self.labels, *other.labels),
            (*self.dropped, *other.dropped),
        )


def read_html(text: str) -> Fragment:
    """A fragment, or a whole page, of HTML."""
    return read_elements([parsed_html(text)])


def text_of_html(text: str) -> str:
    """The words of HTML, on one line."""
    return text_of(parsed_html(text))


def read_elements(elements: Sequence[Element]) -> Fragment:
    walker = Walker()
    for element in elements:
        walker.walk(element)
        walker.finish()
    return Fragment(tuple(walker.blocks), tuple(walker.pictures), tuple(walker.labels), tuple(walker.dropped))


def without_headline(fragment: Fragment, headline: str | None) -> tuple[Fragment, str | None]:
    """The fragment without opening blocks that repeat the headline, and their text."""
    count = 0
    while headline and count < len(fragment.blocks) and fold(fragment.blocks[count].text) == fold(headline):
        count += 1
    if not count:
        return fragment, None
    pictures = tuple(replace(picture, position=max(0, picture.position - count)) for picture in fragment.pictures)
    return replace(fragment, blocks=fragment.blocks[count:], pictures=pictures), fragment.blocks[0].text


def parsed_html(text: str) -> Element:
    """The root of a fragment, or a whole page, of HTML, without comments."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        text = with_fewer_attributes(_CONTROL.sub("", text))
        root: Element = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError:  # empty
        return html.Element("div")
    if any("depth" in fault.message for fault in parser.error_log):
        # Nested so deeply, unlike any real page, that the parser drops text.
        root = html.Element("div")
        root.text = unescape(re.sub("<[^<>]*>", " ", text))
    return root
