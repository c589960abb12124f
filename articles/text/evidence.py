"""Codes of ``Original.evidence``, which locate the source of a value within an original, and their words. Pure.

For a web page, the code is a place of ``_PLACES``, or a vocabulary with a name: ``meta og:title``, ``JSON-LD
headline``. For an agency item, it is the name of the item's field.
"""

from __future__ import annotations

PRINTED = "text"
DETECTED = "detected"
HTML_LANG = "html lang"

# Formats with named fields rather than places on a page.
_ITEMS = frozenset({"jsonl", "ninjs", "nitf", "newsml-g2", "newsml-1", "reuters", "wordpress", "feed", "csv"})
_PLACES = {
    PRINTED: "where the article prints it",
    "title": "the page’s title",
    "h1": "the page’s main heading",
    "heading h1": "one of the page’s main headings",
    "heading class": "what the page marks as its heading",
    "deck class": "what the page marks as the line under its headline",
    "byline class": "what the page marks as its byline",
    "author class": "what the page marks as its author",
    "date class": "what the page marks as its date",
    "tag class": "what the page marks as its tags",
    "time": "what the page marks as its time",
    "rel=author": "a link that the page marks as its author’s",
    "rel=tag": "links that the page marks as its tags",
    "rel=home": "the page’s link to its front page",
    "feed": "the name of the page’s feed",
    "breadcrumb": "the page’s breadcrumb trail",
    "link canonical": "the page’s canonical link",
    HTML_LANG: "the language that the page declares",
    "address": "the page’s address",
    "Content-Location": "the address under which the page was saved",
    DETECTED: "detected from the text",
    "meta article:published_time": "the page’s Open Graph time of publication",
    "meta article:modified_time": "the page’s Open Graph time of the update",
    "meta article:section": "the page’s Open Graph section",
    "meta article:tag": "the page’s Open Graph tags",
    "meta og:site_name": "the page’s Open Graph site name",
    "meta description": "the page’s description",
    "meta keywords": "the page’s keywords",
    "meta author": "the page’s author, as its head names it",
}
_VOCABULARIES = (("meta og:", "Open Graph"), ("meta twitter:", "Twitter card"))
_DATA = ("JSON-LD", "microdata", "RDFa", "hAtom", "h-entry")


def found_words(code: str, form: str = "") -> str:
    """``the page’s Open Graph title``; for ``""``, the usual evidence of the format."""
    if not code:
        return "its own field of the item" if form in _ITEMS else _PLACES[PRINTED]
    if form in _ITEMS and code != DETECTED:
        return f"the item’s “{code}”"
    if words := _PLACES.get(code):
        return words
    for prefix, name in _VOCABULARIES:
        if code.startswith(prefix):
            return f"the page’s {name} {code.removeprefix(prefix).replace('_', ' ')}"
    kind, _, name = code.partition(" ")
    if kind in _DATA:
        return f"the page’s structured data ({kind}), “{name}”" if name else f"the page’s structured data ({kind})"
    return f"the page’s “{name}”, in its head" if kind == "meta" else f"the page’s “{code}”"
