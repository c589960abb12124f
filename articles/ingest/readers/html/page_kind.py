"""Pages that are not articles: front pages, listings, search results, errors, forms, walls, stubs, and other files.

No single sign is enough to skip a page, and only pages with little text of their own are skipped, unless a page says of
all of itself that it is about an item (``ItemPage``). To teach the archive another language, add its words to
``page_kind.toml``; they are matched against the parts of a page's titles.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from articles.ingest.parsing.decoding import is_binary
from articles.ingest.parsing.file_kinds import binary_file
from articles.ingest.readers.html.evidence import Evidence
from articles.ingest.readers.html.evidence.json_ld import ARTICLE_TYPES
from articles.ingest.readers.html.evidence.microdata import ITEM, LISTS
from articles.ingest.readers.html.evidence.signs import Signs
from articles.ingest.readers.html.lines import Entries
from articles.ingest.readers.html.units import length
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_WORDS: dict[str, re.Pattern[str]] = {
    kind: re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)
    for kind, phrases in _TABLES["words"].items()
}

# An error, a form or a wall says no more than this.
_FEW_WORDS = 700
# With so much text of its own, a page is worth reading whatever else it is.
_MUCH_TEXT = 1_500
# A block of this length that is no link is text, and what listings have of it is teasers.
_PROSE = 70
_PROSE_END = re.compile(r"[.!?…。！？؟۔।:][\"”’'»」』)）\]]*$")
_MANY_LINKS = 10
_MANY_TEASERS = 5
_MOSTLY_LINKS = 0.6
# A listing has less text than this for each of its headlines.
_LONGEST_TEASER = 600
_FEW_ENTRIES = 3
_SHORTEST_HEADLINE = 12  # on average; words of menus are shorter
_SHORTEST_BRIEF = 100
_LONGEST_STUB = 300

_LISTINGS, _LISTING_CLASSES, _ARTICLE_CLASSES, _OG_ARTICLES = (
    frozenset(names.split()) for names in _TABLES["names"].values()
)


# The parts of a title, and how much of one of them must be words of an error, a form or a wall.
_PARTS = re.compile(r"\s+[|·•»›«–—:/-]\s+|\s*\|\s*|:\s+")
_MOST_OF_IT = 0.45


def why_not_a_page(data: bytes) -> str | None:
    """The kind of bytes that are surely no page, else ``None``."""
    binary = binary_file(data)
    if binary is not None:
        return binary.called
    return "a binary file" if is_binary(data[:65_536]) else None


def why_not_an_article(evidence: Evidence, blocks: Sequence[str], entries: Entries, *, photos: int) -> str | None:
    """Why a page is not an article, in words for a report; ``None`` if it is one.

    ``blocks``: the plain texts of its body, as far as found; ``entries``: those of a page from the folder of its site.
    """
    signs = evidence.signs
    size = sum(map(length, blocks))
    if signs.is_feed:
        return "a feed or sitemap saved as a page"
    if signs.is_refreshed and size < _LONGEST_STUB and not _is_marked(evidence):
        return "a page that only leads on to another address"
    return (
        _says_what_it_is(evidence, size)
        or _listing(evidence, blocks, photos)
        or _list_of_site(evidence, entries, photos)
        or _too_little(evidence, size, photos)
    )


def _is_marked(evidence: Evidence) -> bool:
    signs = evidence.signs
    return bool(signs.types & ARTICLE_TYPES or signs.og_type in _OG_ARTICLES or signs.classes & _ARTICLE_CLASSES)


def _has_evidence(evidence: Evidence) -> bool:
    """``True`` if the page has data that only articles have."""
    is_dated = evidence.story.evidence.get("published", "address") != "address"
    return is_dated or bool(evidence.story.byline) or "updated" in evidence.story.evidence


def _titles(evidence: Evidence) -> list[str]:
    titles = (evidence.signs.title, *evidence.signs.headings[:2], evidence.story.headline or "")
    return [title for title in titles if 0 < len(title) < 150]


def _says_what_it_is(evidence: Evidence, size: int) -> str | None:
    """The kind of page by the titles of a page with little text."""
    signs = evidence.signs
    is_from_data = evidence.story.evidence.get("published", "").startswith(("JSON-LD", "meta", "microdata"))
    if (size >= _FEW_WORDS and "error404" not in signs.classes) or (is_from_data and _is_marked(evidence)):
        return None
    titles = _titles(evidence)
    if "error404" in signs.classes or _are_about(_WORDS["error"], titles):
        return "an error page" + _quoted(titles)
    is_brief = size >= _SHORTEST_BRIEF and (_is_marked(evidence) or _has_evidence(evidence))
    is_form = _are_about(_WORDS["sign_in"], titles)
    if is_form or (signs.has_password and size < _LONGEST_STUB and not is_brief):
        return "a sign-in form" + _quoted(titles)
    return "a wall in front of the page" + _quoted(titles) if _are_about(_WORDS["wall"], titles) else None


def _are_about(words_of_kind: re.Pattern[str], titles: Sequence[str]) -> bool:
    """``True`` if a part of a page's titles is little else than the words of one kind of page."""
    for part in (part for title in titles for part in _PARTS.split(title)):
        of_kind = sum(len(found[0]) for found in words_of_kind.finditer(part))
        if of_kind and of_kind >= _MOST_OF_IT * len(part.strip()):
            return True
    return False


def _quoted(titles: Sequence[str]) -> str:
    return f": “{titles[0]}”" if titles else ""


def _listing(evidence: Evidence, blocks: Sequence[str], photos: int) -> str | None:
    """The kind of a page that links to others rather than having a text of its own."""
    signs = evidence.signs
    has_class = signs.classes & _LISTING_CLASSES and not signs.classes & _ARTICLE_CLASSES
    is_named = bool(signs.types & _LISTINGS or has_class)
    if _is_marked(evidence) and not is_named:
        return None
    titles = _titles(evidence)
    prose = sum(map(length, filter(_is_prose, blocks)))
    # A date that is only shown may be that of the first of many teasers.
    is_shown_only = evidence.story.evidence.get("published", "") in ("time", "date class", "text")
    is_of_teaser = is_shown_only and signs.times * 2 > signs.teasers >= _MANY_TEASERS
    is_dated = _has_evidence(evidence) and not is_of_teaser
    is_short = prose < max(_MUCH_TEXT, _LONGEST_TEASER * signs.teasers)
    is_search = signs.types & {"SearchResultsPage"} | signs.classes & {"search", "search-results"}
    is_list = signs.links >= 3 and (signs.teasers >= 3 or _link_share(signs) > _MOSTLY_LINKS)
    stated = set() if _is_marked(evidence) else signs.types
    if ITEM in stated:
        return "a page about a photo or another item"
    kinds = (
        ("a listing", stated & LISTS),
        ("search results", not is_dated and (is_search or any(map(_WORDS["search"].search, titles[:2])))),
        ("a front page", not is_dated and signs.is_root and signs.links >= 2),
        ("a listing", is_list and (is_named or any(map(_WORDS["listing"].search, titles)))),
    )
    for kind, is_found in kinds:
        if is_found and is_short:
            return f"{kind}: {_links(signs)}"
    return None if is_dated else _unnamed_listing(signs, blocks, prose, photos)


def _unnamed_listing(signs: Signs, blocks: Sequence[str], prose: int, photos: int) -> str | None:
    """A listing that does not call itself one: nothing but links, or headlines with a paragraph each."""
    own_length = signs.text_length - signs.link_length
    shows_photo = (photos or signs.captions) and signs.teasers < _MANY_TEASERS
    is_of_links = signs.links >= _MANY_LINKS and _link_share(signs) > _MOSTLY_LINKS and not shows_photo
    if is_of_links and (prose < _PROSE or own_length < _SHORTEST_BRIEF):
        return f"a listing: {_links(signs)} and no text of its own"
    # Where two paragraphs follow each other there is a text; in listings each has a headline.
    is_running = any(map(all, pairwise(map(_is_prose, blocks))))
    if signs.teasers >= _MANY_TEASERS and prose < _LONGEST_TEASER * signs.teasers and not is_running:
        return f"a listing: {signs.teasers} headlines that lead to other pages"
    return None


def _list_of_site(evidence: Evidence, entries: Entries, photos: int) -> str | None:
    """A page of links to pages of its site, with short teasers, and nowhere so much text as in an article."""
    count, own, prose, linked = len(entries.targets), entries.own, entries.prose, entries.linked
    if _is_marked(evidence) or count < _FEW_ENTRIES or max(prose) > _LONGEST_TEASER or prose[0] > _LONGEST_STUB:
        return None
    teasers = sum(map(bool, prose[1:]))
    has_teasers = teasers >= _FEW_ENTRIES and 2 * teasers >= count
    is_of_headlines = linked >= _SHORTEST_HEADLINE * count and linked >= sum(own) / 3
    if any(map(_WORDS["listing"].search, _titles(evidence))):
        is_of_headlines &= linked >= max(sum(prose), *own)
    else:
        is_short = (
            2 * max(own) <= max(sum(own), linked) and not any(prose) and (not photos or sum(own) > _SHORTEST_BRIEF)
        )
        is_of_headlines &= count >= _MANY_TEASERS and is_short and not _has_evidence(evidence)
    return f"a list of {count} pages of its site" if has_teasers or is_of_headlines else None


def _is_prose(block: str) -> bool:
    lines = block.split("\n")
    return any(length(line) >= 2 * _PROSE or (len(line) >= _PROSE and _PROSE_END.search(line)) for line in lines)


def _link_share(signs: Signs) -> float:
    return signs.link_length / max(1, signs.text_length)


def _links(signs: Signs) -> str:
    return f"{signs.links} links to other pages" if signs.links != 1 else "1 link to another page"


def _too_little(evidence: Evidence, size: int, photos: int) -> str | None:
    """Why a page without any sign of an article has too little text to be one."""
    signs = evidence.signs
    if size >= _SHORTEST_BRIEF or photos or signs.captions or evidence.article_body:
        return None
    if _is_marked(evidence) or _has_evidence(evidence):
        return None
    if signs.links >= 2 and signs.link_length * 2 > signs.text_length:
        return f"a listing: {_links(signs)} and no text of its own"
    characters = "1 character" if signs.text_length == 1 else f"{signs.text_length:,} characters"
    return f"no article text: {characters}" if signs.text_length else "an empty page"
