"""Codes of ``Original.evidence``, which locate the source of a value within an original, and their words. Pure.

For a web page, the code is a place of ``_PLACES``, or a vocabulary with a name: ``meta og:title``, ``JSON-LD
headline``. For an agency item, it is the name of the item's field.
"""

from django.utils.translation import gettext_lazy as _

from articles.text.messages import gettext

DETECTED = "detected"
HTML_LANG = "html lang"
SITE = "site"

# Formats with places on a page. All others have named fields.
PAGES = frozenset({"", "text", "markdown", "html", "mhtml"})
_PLACES = {
    "text": _("the article"),
    "title": _("the page’s title"),
    "h1": _("the page’s main heading"),
    "heading h1": _("one of the page’s main headings"),
    "heading text": _("the text of the page’s heading"),
    "heading class": _("what the page marks as its heading"),
    "deck class": _("what the page marks as the line under its headline"),
    "under the headline": _("the line under the page’s headline"),
    "byline class": _("what the page marks as its byline"),
    "author class": _("what the page marks as its author"),
    "date class": _("what the page marks as its date"),
    "tag class": _("what the page marks as its tags"),
    "time": _("what the page marks as its time"),
    "rel=author": _("a link that the page marks as its author’s"),
    "rel=tag": _("links that the page marks as its tags"),
    "rel=home": _("the page’s link to its front page"),
    "feed": _("the name of the page’s feed"),
    "breadcrumb": _("the page’s breadcrumb trail"),
    "link canonical": _("the page’s canonical link"),
    HTML_LANG: _("the language that the page declares"),
    "address": _("the page’s address"),
    "Content-Location": _("the address under which the page was saved"),
    DETECTED: _("detected from the text"),
    SITE: _("the profile of its site"),
    "meta article:published_time": _("the page’s Open Graph time of publication"),
    "meta article:modified_time": _("the page’s Open Graph time of the update"),
    "meta article:section": _("the page’s Open Graph section"),
    "meta article:tag": _("the page’s Open Graph tags"),
    "meta og:site_name": _("the page’s Open Graph site name"),
    "meta description": _("the page’s description"),
    "meta keywords": _("the page’s keywords"),
    "meta author": _("the page’s author, as its head names it"),
}
_VOCABULARIES = (("meta og:", "Open Graph"), ("meta twitter:", "Twitter card"))
_DATA = ("JSON-LD", "microdata", "RDFa", "hAtom", "h-entry")


def found_words(code: str, form: str = "") -> str:
    """``the page’s Open Graph title``; for ``""``, the usual evidence of the format."""
    if not code:
        return str(_PLACES["text"]) if form in PAGES else gettext("the same field of the item")
    if form not in PAGES and code not in (DETECTED, SITE):
        return gettext("the item’s “%(field)s”") % {"field": code}
    if words := _PLACES.get(code):
        return str(words)
    for prefix, vocabulary in _VOCABULARIES:
        if code.startswith(prefix):
            name = code.removeprefix(prefix).replace("_", " ")
            return gettext("the page’s %(vocabulary)s %(name)s") % {"vocabulary": vocabulary, "name": name}
    kind, _space, name = code.partition(" ")
    if kind in _DATA and not name:
        return gettext("the page’s structured data (%(kind)s)") % {"kind": kind}
    if kind in _DATA:
        return gettext("the page’s structured data (%(kind)s), “%(name)s”") % {"kind": kind, "name": name}
    if kind == "meta":
        return gettext("the page’s “%(name)s” tag") % {"name": name}
    return gettext("the page’s “%(name)s”") % {"name": code}
