"""Small questions to a page's tree that several modules ask."""

from typing import TypeAlias

from lxml import etree

from articles.ingest.parsing.whitespace import fold

Element: TypeAlias = etree._Element

_SHOWN = etree.XPath("descendant-or-self::text()[not(parent::script or parent::style)]", smart_strings=False)


_SHOWN_AND_BREAKS = etree.XPath(f"{_SHOWN.path} | descendant::br", smart_strings=False)


def folded_text(element: Element) -> str:
    """The folded text of an element, without scripts, styles and its tail; pieces are separated by spaces."""
    return fold(" ".join(_SHOWN(element)))


def inline_text(element: Element) -> str:
    """As ``folded_text``, for elements within a line: only line breaks set pieces apart. A comment has no text."""
    if not isinstance(element.tag, str):
        return ""
    return fold("".join(piece if isinstance(piece, str) else " " for piece in _SHOWN_AND_BREAKS(element)))


_LENGTH = etree.XPath("string-length()")


def text_length(element: Element) -> int:
    """The number of characters within an element, with the spaces between its parts."""
    return int(_LENGTH(element))


def link_length(element: Element) -> int:
    """The characters in links to other pages; an address for mail is none."""
    links = (link for link in element.iter("a") if not (link.get("href") or "").startswith("mailto:"))
    return sum(len(fold("".join(link.itertext()))) for link in links)


HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "noframes", "ol", "optgroup", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
})  # fmt: skip
