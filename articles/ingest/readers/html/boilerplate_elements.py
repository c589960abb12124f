"""The boilerplate of web pages, by tags, roles, classes and ids.

To teach the archive another system's boilerplate, add the words of its classes to ``boilerplate_elements.toml`` next to
this module.
"""

import re
from enum import Enum
from functools import lru_cache
from itertools import chain

from articles.text.tables import any_of, tables_of


class Kind(Enum):
    """Why an element is not text of the article."""

    HIDDEN = "hidden"
    COMMENTS = "comments"  # and questions to the reader: never the text, however long
    BOILERPLATE = "boilerplate"
    DETAILS = "details"  # who, when, under which tags: said elsewhere, and dropped only where short
    UNSURE = "unsure"  # dropped only without prose of its own


_TABLES = tables_of(__file__)
_NAMES: dict[str, list[str]] = _TABLES["names"]
SILENT = frozenset(_TABLES["silent"])
TAGS = {tag: Kind(kind) for kind, tags in _TABLES["tags"].items() for tag in tags}
ROLES = frozenset(_TABLES["attributes"]["roles"])
ITEMS = frozenset(_TABLES["attributes"]["items"])
_HIDING = frozenset(_TABLES["attributes"]["hiding"])
# ``hidden md:block`` hides on small screens only.
_SHOWING = re.compile(r"(?:^|\s)(?:sm|md|lg|xl|2xl):(?:block|flex|grid|inline|table|contents)|\bd-\w\w-")

# Names that list what an article is about, or how the page is laid out; and those of them that say what the element is.
_SAYS_NOTHING = re.compile(rf"\s(?:{'|'.join(_TABLES['attributes']['says_nothing'])})", re.IGNORECASE)
_SAYS_AUTHOR = re.compile("|".join(_TABLES["attributes"]["says_author"]), re.IGNORECASE)


def _pattern(*tables: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9])(?:{any_of(name for table in tables for name in _NAMES[table])})(?![a-z0-9])")


_TABLES_OF_KINDS = {
    Kind.HIDDEN: ("hidden",),
    Kind.COMMENTS: ("comments", "consent"),
    Kind.BOILERPLATE: ("tools", "offers", "other_stories", "posts", "advertisements", "around"),
    Kind.DETAILS: ("details",),
    Kind.UNSURE: ("unsure",),
}
_PATTERNS = [(kind, _pattern(*tables)) for kind, tables in _TABLES_OF_KINDS.items()]
_ANY = _pattern(*chain.from_iterable(_TABLES_OF_KINDS.values()))

# More classes than this are no names but whatever a script left.
_LONGEST_NAME = 600
# Not of names that a program made, such as ``n1AuAdJlVL``.
_SEAMS = re.compile(r"[^A-Za-z0-9\s]+")
_CAPITAL = re.compile(r"(?<=[a-z]{2})[A-Z]")


def seams_to_hyphens(name: str) -> str:
    """A class or an id in small letters, its words apart: ``relatedStories`` and ``related_stories`` alike."""
    return _apart(name[:_LONGEST_NAME])


@lru_cache(maxsize=20_000)
def _apart(name: str) -> str:
    name = _SEAMS.sub("-", name)
    return name if name.islower() else _CAPITAL.sub(r"-\g<0>", name).lower()


@lru_cache(maxsize=20_000)
def kind_of_name(name: str) -> Kind | None:
    """The kind by a class attribute or id; ``None`` for text, or unknown."""
    name = name[:_LONGEST_NAME]
    whole = set(name.lower().split())
    if whole & _HIDING and not _SHOWING.search(name):
        return Kind.HIDDEN
    telling = _SAYS_NOTHING.sub(lambda found: found[0] if _SAYS_AUTHOR.match(found[0], 1) else " ", f" {name}")
    words = seams_to_hyphens(telling)
    return next((kind for kind, pattern in _PATTERNS if pattern.search(words)), None) if _ANY.search(words) else None


_STYLE_HIDES = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


@lru_cache(maxsize=4_000)
def style_hides(style: str) -> bool:
    return _STYLE_HIDES.search(style) is not None


_TEXT = _pattern("text")
_DECK = _pattern("deck")


@lru_cache(maxsize=20_000)
def names_body(name: str) -> bool:
    return _TEXT.search(seams_to_hyphens(name)) is not None


def names_deck(name: str) -> bool:
    return _DECK.search(seams_to_hyphens(name)) is not None
