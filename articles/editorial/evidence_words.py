"""Where in an original a field was found, in a reader's words. Readers of files name the places in those of their form:
``meta og:title``, ``JSON-LD headline``, ``firstCreated``. Pure."""

from __future__ import annotations

PRINTED = "where the article prints it"
IN_ITS_FIELD = "its own field of the item"
# Forms whose fields have names, rather than places on a page.
ITEMS = frozenset({"jsonl", "ninjs", "nitf", "newsml-g2", "newsml-1", "reuters"})

_PLACES = {
    "text": PRINTED,
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
    "html lang": "the language that the page declares",
    "address": "the page’s address",
    "Content-Location": "the address under which the page was saved",
    "the words of the text": "told from the words of the text",
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


def found_words(origin: str, form: str = "") -> str:
    """``the page’s Open Graph title``; for ``""``, what a field is found by where nothing else is said."""
    if not origin:
        return IN_ITS_FIELD if form in ITEMS else PRINTED
    if form in ITEMS and origin != "the words of the text":
        return f"the item’s “{origin.removeprefix('the element ')}”"
    if words := _PLACES.get(origin):
        return words
    for prefix, name in _VOCABULARIES:
        if origin.startswith(prefix):
            return f"the page’s {name} {origin.removeprefix(prefix).replace('_', ' ')}"
    kind, _, name = origin.partition(" ")
    if kind in _DATA:
        return f"the page’s structured data ({kind}), “{name}”" if name else f"the page’s structured data ({kind})"
    return f"the page’s “{name}”, in its head" if kind == "meta" else f"the page’s “{origin}”"
