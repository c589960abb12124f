"""The place and day of filing, printed at the start of the first paragraph."""

import re

from articles.text.months import month_of
from articles.text.tables import tables_of

_LONGEST = 120

_DASH = re.compile(r" (?:--?|–|—) ")
_BRACKETED = re.compile(r"\([^()]*\)|/[^/()]{1,30}/")
# ``McLEAN``, ``DeKALB``: capitals after a prefix in small letters.
_PREFIX = re.compile(r"(?:Mc|Mac|De|La|Le|Du|Al)(?=[A-Z]{2})")
_WORD_SIGNS = str.maketrans("", "", "'’.-/")
_TABLES = tables_of(__file__)
_SMALL_WORDS, _NOT_PLACES = (frozenset(_TABLES[table].split()) for table in ("small_words", "not_places"))
_CHINESE = re.compile(_TABLES["chinese"].replace("{agency}", "|".join(_TABLES["chinese_agencies"].split())))


def find_dateline(text: str) -> str | None:
    """The dateline at the start of a first paragraph, without the dash; ``None`` if there is none."""
    head = text[: _LONGEST + 40]
    chinese = _CHINESE.match(head)
    if chinese:
        return chinese.group()
    dash = _DASH.search(head)
    if not dash or dash.start() > _LONGEST:
        return None
    before, after = head[: dash.start()], head[dash.end() :]
    words = _BRACKETED.sub(" ", before).replace(",", " ").split()
    # After the dash, a headline in capitals stays in capitals, or goes on in small letters; a story does not.
    is_place = 1 <= len(words) <= 14 and before[0].isalpha() and before[-1] not in ':;!?"”'
    if not is_place or after.isupper() or after[:1].islower():
        return None
    # ``TARVIK``, ``L'AQUILA``, ``SEOUL/TOKYO``, ``D.C.``, ``McLEAN``: at least two letters, all capitals.
    letters = _PREFIX.sub("", words[0]).translate(_WORD_SIGNS)
    if len(letters) < 2 or not letters.isalpha() or not letters.isupper() or words[0].strip(".") in _NOT_PLACES:
        return None
    # ``МОСКВА, 6 сен``: some languages write months in small letters.
    names = [word for word in words[1:] if word not in _SMALL_WORDS and not month_of(word.rstrip("."))]
    return None if any(word[0].islower() or word[0] in "\"“'‘[" for word in names) else before
