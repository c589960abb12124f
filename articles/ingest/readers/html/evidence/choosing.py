"""Of all that a page says of a field, what counts."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from articles.ingest.parsing.fields import language_tag
from articles.ingest.readers.html.evidence.clues import Clue, Clues, key
from articles.ingest.readers.html.evidence.markup import Marks, decks
from articles.ingest.readers.html.evidence.people import is_name, is_outlet, names_in
from articles.ingest.readers.html.tree import Element
from articles.text.paths import joined, parts_of

_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\s*(?:weiterlesen|read more|lire la suite|→)?\s*$", re.IGNORECASE)
# Places that may write ``Last, First``.
_REVERSED = ("meta citation_", "meta dc.", "meta dcterms.")
_PLAIN_DESCRIPTIONS = ("meta description", "meta abstract", "meta dc.description", "meta dcterms.description")
_LONGEST_TAG = 80
# A list of so many keywords is that of the site, not of one article.
_MOST_KEYWORDS = 20
_ROOT_PATHS = re.compile(r"/(?:index\.\w{2,5}|home|[a-z]{2}/)?")


@dataclass(frozen=True, slots=True)
class Names:
    """Several values of one field, all from one place."""

    value: tuple[str, ...] = ()
    origin: str = ""


def choose_authors(clues: Clues, site_names: frozenset[str]) -> Names:
    """The people of the surest place that names any; an outlet or agency only if nobody else is named."""
    sections = {key(clue.value) for clue in clues.of("section")}
    named: list[Names] = []
    for origin, values in clues.groups("author"):
        names = names_in(values, is_reversed=origin.startswith(_REVERSED))
        named.append(Names(tuple(name for name in names if key(name) not in sections), origin))
    people = [
        Names(tuple(name for name in place.value if not is_outlet(name, site_names)), place.origin) for place in named
    ]
    found = [place for place in people if place.value] or [place for place in named if place.value] or [Names()]
    return next((place for place in found if _is_surer(place, found)), found[0])


def _is_surer(place: Names, found: Sequence[Names]) -> bool:
    """``True`` for names in print that correct the first place, which knows one author, or lists editors too."""
    if place.origin not in ("text", "byline class"):
        return False
    keys, first = set(map(key, place.value)), set(map(key, found[0].value))
    if first < keys:
        return all(" " in name or not name.isascii() for name in place.value if key(name) not in first)
    stated = (set(map(key, other.value)) for other in found if other.origin.startswith("meta "))
    return place.origin == "text" and keys < first and keys in stated


def choose_tags(clues: Clues, site_names: frozenset[str]) -> Names:
    tags = [Names(_distinct(values, site_names), origin) for origin, values in clues.groups("tag")]
    keywords = [Names(_distinct(values, site_names), origin) for origin, values in clues.groups("keyword")]
    tags += [names for names in keywords if len(names.value) <= _MOST_KEYWORDS]
    return next((names for names in tags if names.value), Names())


def _distinct(values: Iterable[str], site_names: frozenset[str]) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for value in values:
        tag = value.strip(" #,;")
        if tag and len(tag) <= _LONGEST_TAG and "://" not in tag and key(tag) not in site_names:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def choose_source(clues: Clues, printed: str, authors: Names) -> Clue | None:
    """The publication; the one printed next to the date only if no place names one, and it is not the author."""
    stated = (clue for clue in clues.of("source") if len(clue.value) <= 100 and "@" not in clue.value)
    beside_date = None if key(printed) in map(key, authors.value) else Clue(printed, "text")
    return next((clue for clue in stated if is_name(clue.value)), beside_date)


def choose_section(clues: Clues, headline: str, site_names: frozenset[str]) -> Clue | None:
    taken = {"", key(headline), *site_names}
    for clue in clues.of("section"):
        # Systems that know several sections write them all into one value.
        section = clue.value.partition(",")[0].strip() if clue.value.count(",") > 1 else clue.value
        if key(section) not in taken and len(section) <= _LONGEST_TAG and "://" not in section:
            return Clue(section, clue.origin)
    return None


def choose_language(clues: Clues) -> Clue | None:
    """The first language tag: ``de_DE`` as ``de-DE``."""
    for clue in clues.of("language"):
        tag = language_tag(clue.value.partition(",")[0])
        if tag and tag.lower() not in ("und", "mul", "zxx"):
            first, *others = tag.split("-")
            parts = [part.upper() if len(part) == 2 else part for part in others]
            return Clue("-".join([first.lower(), *parts]), clue.origin)
    return None


def choose_address(clues: Clues, captured_from: str | None, base: str | None) -> Clue:
    """The canonical address; that of the capture, or ``""``, if the page gives none, or only its site's front page."""
    rank = {origin: number for number, origin in enumerate(("link canonical", "meta og:url"))}
    for clue in sorted(clues.of("url"), key=lambda clue: rank.get(clue.origin, len(rank))):
        address = clue.value
        if captured_from and not parts_of(address).scheme:
            address = joined(joined(captured_from, base or ""), address)
        parts = parts_of(address)
        has_host = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        is_front_page = _is_root(address) and not (captured_from and _is_root(captured_from))
        if has_host and not is_front_page and not any(map(str.isspace, address)):
            return Clue(address, clue.origin)
    return Clue(captured_from or "", "address")


def _is_root(address: str) -> bool:
    parts = parts_of(address)
    return not parts.query and _ROOT_PATHS.fullmatch(parts.path or "/") is not None


def choose_id(clues: Clues) -> Clue | None:
    """The source's own id of the article: one without a digit in it names something else."""
    for clue in clues.of("id"):
        value = clue.value
        if 1 < len(value) <= 200 and " " not in value and "://" not in value and any(map(str.isdigit, value)):
            return clue
    return None


def choose_deck(
    root: Element, clues: Clues, marks: Marks, taken: Collection[str], shown: Collection[str]
) -> Clue | None:
    """The line under the headline: marked so in the page, else a description that is not the beginning of its text.

    ``taken`` are the keys of its headline and of names of its site, ``shown`` those of the lines around the headline:
    the plain description of a page is often that of its site, and counts only if it is shown there.
    """
    for text in decks(marks):
        if key(text) not in taken:
            return Clue(text, "deck class")
    for clue in clues.of("deck"):
        bare = key(clue.value)
        if len(bare) < 10 or bare in taken:
            continue
        if bare in shown or (clue.origin not in _PLAIN_DESCRIPTIONS and not _is_excerpt(clue.value, bare, root)):
            return clue
    return None


def _is_excerpt(text: str, bare: str, root: Element) -> bool:
    """``True`` for the beginning of a paragraph of the page. ``bare``: the key of the text."""
    if _CUT.search(text):
        return True
    paragraphs = ("".join(paragraph.itertext())[:200] for paragraph in root.iter("p"))
    return any(beginning[:40] in bare for beginning in map(key, paragraphs) if len(beginning) >= 20)
