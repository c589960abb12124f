"""Author names from bylines and author elements."""

import re
from collections.abc import Iterable

from articles.ingest.readers.html.evidence.clues import key
from articles.text.months import in_numbers
from articles.text.outlets import has_press_name, is_known_outlet
from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_W = {name: words.replace("\n", "") for name, words in _TABLES.items() if name != "nobody"}
_NOBODY = frozenset(_TABLES["nobody"].split())

_BY = re.compile(
    rf"(?:{_W['parts']}\s+)?{_W['by']}\s*(?:[:：]\s*|\s+|$)|{_W['labels']}\s*[/:：|]\s*"
    rf"|{_W['labels_elsewhere']}\s*[:：]\s*|{_W['by_elsewhere']}\s*[:：]?\s+",
    re.IGNORECASE,
)
# The part that somebody had in it, before the name: ``Interview: Jane Doe``. Pictures are another matter.
_LABEL = re.compile(r"[^:：]{1,40}[:：]\s*")
_PICTURES = re.compile(rf"{_W['pictures']}(?: by| von| par| di)?\s*[:：]?\s", re.IGNORECASE)
# What follows a name in the same place: dates, times, tools. No name has a word that begins with a digit.
_AFTER = re.compile(
    rf"\s*(?:\s[–—-]\s|(?<!\w){_W['after']}(?!\w)|(?<!\w){_W['before_date']}[\s.,]+(?:\w+\s+)?(?=\d)|\s@|,\s+in\s|"
    r"(?<![\w.])[+(]?\d)",
    re.IGNORECASE,
)
# ``Jane Doe in London``, ``Jane Doe for Harbour Daily``
_PLACE = re.compile(r"^(?P<name>.*\w(?= in )|.*\S \S+(?= f[oü]r ))\s\w+\s[A-ZÄÖÜ].*", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[(<\[]?\s*(?:https?://|www\.|mailto:)\S+|[(<\[]?\s*[\w.+-]{1,64}@[\w.-]{3,}\s*[)>\]]?", re.IGNORECASE
)
_AND = re.compile(rf"\s+{_W['and']}\s+|\s*[&＆、]\s*|(?<=[\u3400-\u9fff])[和与]", re.IGNORECASE)
_JOINT = re.compile(rf"^(?:[,&]|{_W['and']}(?:\s|$))\s*", re.IGNORECASE)
_JOINT_END = re.compile(rf"(?:,|(?:^|\s){_W['and']})\s*$", re.IGNORECASE)
_BESIDE = re.compile(r"\s*(?:[|｜•·]|\s[–—]\s)\s*")
_BETWEEN = re.compile(r"\s*[;/]\s*|\s*,\s+(?=\S)|\s*，\s*")
_TITLE = re.compile(rf"{_W['titles']}\.?", re.IGNORECASE)
_NO_NAME = re.compile(rf"{_W['no_name']}\b", re.IGNORECASE)
_ROLES = re.compile(rf"\b{_W['roles']}\b", re.IGNORECASE)
_ROLE_ALONE = re.compile(rf"(?:(?:{_W['role_beside']}|{_W['roles']}) ?)+", re.IGNORECASE)
_ROLE_AFTER = re.compile(rf"(?<=\w)\s*{_W['role_after']}$")
_NEWSROOM = re.compile(rf"\b{_W['newsroom']}\b|\b{_W['company']}$", re.IGNORECASE)
_LAST_FIRST = re.compile(r"\s*(?P<last>[^\s,]+(?:\s+[^\s,]+)?)\s*,\s*(?P<first>[^\s,]+(?:\s+[^\s,]+){0,2})\s*")
# ``Jane Doe (jdo)``
_INITIALS = re.compile(r"\s*[(\[][^()\[\]]{1,12}[)\]]?$")
_NO_START = ("@", "http", "#", "{", "/", "[", "©")
_NO_END = ("?", "!", "…", "...", " for", " von", " with")
_EDGE = " ,;:|–—-·•()+"


def names_in(values: Iterable[str], *, is_reversed: bool = False) -> tuple[str, ...]:
    """The names of authors in one place, each once; offices only without people. ``is_reversed``: ``Last, First``."""
    found: dict[str, str] = {}
    for value in values:
        for piece in _pieces_of(_ADDRESS.sub(" ", value[:300])):
            shown = without_by(_LABEL.sub("", without_date(piece).strip(_EDGE), count=1))
            for name in _split(shown, is_reversed=is_reversed):
                if is_name(name):
                    found.setdefault(key(name), name)
    people = [name for name in found.values() if not (_ROLES.search(name) or _TITLE.fullmatch(name))]
    return tuple(people or found.values())


def _pieces_of(value: str) -> list[str]:
    """The names in a byline with bars: those after ``By`` or a label, else the first; and those that a comma adds."""
    pieces = [piece for piece in _BESIDE.split(value.strip()) if piece and not _PICTURES.match(piece)]
    start = next((number for number, piece in enumerate(pieces) if begins_with_by(piece)), 0)
    found: list[str] = []
    is_joined = True
    for piece in pieces[start:]:
        names = without_by(piece)
        if names != piece or is_joined or _JOINT.match(piece):
            found.append(_JOINT.sub("", names))
        if found[-1:] == [piece] and piece.endswith(":"):
            found.pop()
        is_joined = not names or not found or _JOINT_END.search(piece) is not None
    return found


def without_by(text: str) -> str:
    """``By Jane Doe`` as ``Jane Doe``; what does not begin so stays as it is."""
    by = _BY.match(text)
    return text[by.end() :].strip() if by else text


def begins_with_by(text: str) -> bool:
    return _BY.match(text) is not None


def without_date(text: str) -> str:
    """A byline without what follows the names: ``Jane Doe, 3 May 2019`` as ``Jane Doe``."""
    after = _AFTER.search(in_numbers(text))
    return in_numbers(text)[: after.start()].strip() if after else text


def _split(value: str, *, is_reversed: bool) -> list[str]:
    if is_reversed and (name := _LAST_FIRST.fullmatch(value)) and not _ROLES.search(name["first"]):
        return [f"{name['first']} {name['last']}"]
    parts: list[str] = []
    for part in _BETWEEN.split(value):
        names = list(filter(None, _AND.split(part))) or [part]
        # ``A and B`` may be one office; a person may write with an agency.
        is_office = re.search(r"\bof\b", part) or is_publication(names[0])
        are_whole = all(" " in name or not name.isascii() or is_publication(name) for name in names)
        parts += names if (len(names) > 2 or are_whole) and not is_office else [part]
    first, *others = (_ROLE_AFTER.sub("", _INITIALS.sub("", part.strip(_EDGE)).strip(_EDGE)) for part in parts)
    if is_publication(first):
        return [first]  # the others are its address
    return [_PLACE.sub(r"\g<name>", name) for name in (first, *(name for name in others if not name[:1].islower()))]


def is_outlet(name: str, site_names: frozenset[str]) -> bool:
    """``True`` for authors only if nobody else is named: the page's site, publications, newsrooms and companies."""
    bare, first = key(name), key(name.split()[0])
    is_alike = any(bare in site or bare.startswith(site) or site.startswith(first) for site in site_names)
    return bare in site_names or (is_alike and len(first) >= 4) or is_publication(name)


def is_publication(name: str) -> bool:
    words = name.split()
    beginnings = (" ".join(words[:end]) for end in range(1, len(words) + 1))
    return any(map(is_known_outlet, beginnings)) or has_press_name(name) or _NEWSROOM.search(name) is not None


def is_name(text: str) -> bool:
    bare = key(text)
    if not bare or len(text) > 80 or len(text.split()) > 8 or bare in _NOBODY:
        return False
    if text.startswith(_NO_START) or text.endswith(_NO_END) or "://" in text:
        return False
    if _NO_NAME.match(text) or _ROLE_ALONE.fullmatch(text):
        return False
    return any(map(str.isalpha, text)) and sum(map(str.isdigit, text)) <= 4
