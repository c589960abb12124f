"""What an element says of itself, by its tag and its classes, that stands with a picture: a caption, a credit, its box.

To teach the archive another system's or language's names, add them to the tables: words of a class between hyphens,
underscores and capitals, in small letters.
"""

from __future__ import annotations

import re
from functools import lru_cache

from articles.ingest.readers.html.furniture import seams_to_hyphens
from articles.ingest.readers.html.tree import Element

_CAPTION_WORDS = re.compile(
    r"(?<![a-z])(?:figcaption|captions?|cutline|legends?|legende|legenda|leyenda|bildunterschrift|bildtext|bildunterzeile|"
    r"(?:image|photo|img|picture|pic|media|foto|bild)-(?:description|desc|text|title|legend|info|caption\w*)|pie-(?:de-)?foto|"
    r"didascalia|bijschrift|billedtekst|bildetekst|kuvateksti|phototext|imgcaption\w*|photocaption\w*|doc-(?:titre|descriptif|legende))(?![a-z])"
)
_CREDIT_WORDS = re.compile(
    r"(?<![a-z])(?:credits?|creditline|copyrights?|photographers?|fotograf\w*|attribution|sources?|creditos?|rights|rightsholder|"
    r"bylines?|author|agency|agence|agentur|quelle|bildquelle|bildnachweis|urheber|courtesy|photo-by|photoby|photo-?credit\w*|"
    r"image-?credit\w*|licen[sc]e|media-?credit\w*|imagecopyright|auteur|autor|doc-credits)(?![a-z])"
)
_BOX_WORDS = re.compile(
    r"(?<![a-z])(?:figures?|wp-caption|photos?|pictures?|pics?|bildbox|images?|img|media|foto|fotos|bild|bilder|illustration|thumbnail|gallery|"
    r"slide|slideshow|carousel|lead-art|hero|caption\w*|imagebox|image-?block|photo-?block)(?![a-z])"
)
_CREDIT_ITEMS = frozenset(
    {"creditText", "copyrightHolder", "copyrightNotice", "creator", "author", "contributor", "provider", "publisher"}
)


@lru_cache(maxsize=20_000)
def _names(name: str) -> tuple[bool, bool, bool]:
    """Whether a class speaks of a caption, a credit, a picture's box."""
    words = seams_to_hyphens(name)
    return (
        _CAPTION_WORDS.search(words) is not None,
        _CREDIT_WORDS.search(words) is not None,
        _BOX_WORDS.search(words) is not None,
    )


def is_caption(element: Element) -> bool:
    if element.tag == "figcaption" or element.get("itemprop") in ("caption", "description"):
        return True
    name = element.get("class") or element.get("data-testid") or element.get("id")
    return name is not None and _names(name)[0]


def is_credit(element: Element) -> bool:
    if element.tag == "cite" or element.get("itemprop") in _CREDIT_ITEMS:
        return True
    name = element.get("class") or element.get("data-testid")
    return name is not None and _names(name)[1]


def is_box(element: Element) -> bool:
    """Whether an element says of itself that it is there for a picture."""
    if element.tag in ("figure", "picture") or "ImageObject" in (element.get("itemtype") or ""):
        return True
    name = element.get("class")
    return name is not None and _names(name)[2]
