"""Recognises people's names in bylines and credits."""

import re

from articles.text.outlets import PRESS_WORDS, has_press_name, is_known_outlet
from articles.text.tables import tables_of

_WORDS = tables_of(__file__)
_BYLINE_WORDS = frozenset(_WORDS["byline"].split())
_CREDIT_WORDS = _BYLINE_WORDS | frozenset(_WORDS["credit"].split())
_TIME_WORDS = frozenset(_WORDS["time"].split())
_TOOL_WORDS = frozenset(_WORDS["tools"].split())
_LONGEST_INITIALS = 4  # Foto: kab
_ARTICLES = frozenset(_WORDS["articles"].split())
_OWNERS = frozenset(_WORDS["owners"].split())
_CREDIT_LEAD = re.compile(r"(?:courtesy|provided|supplied|submitted) (?:of|by|to) ", re.IGNORECASE)

# Directions in a picture, page numbers, and lists of tags.
_NO_NAME = re.compile("|".join(_WORDS["no_names"]).replace("{side}", _WORDS["side"]), re.IGNORECASE)

_SENTENCE_BREAK = re.compile(r"(?<![A-Z])(?<!\b(?:Jr|Sr|Dr|Mr|Ms|St))(?<!\bMrs)(?<!\bProf)[.!?] |[。！？]")
PERMITTED_TAIL = re.compile(_WORDS["permitted_tail"])
_GLUED = re.compile(r"[a-zß-ÿ]{4}[A-ZÀ-Þ]")  # LinkedinFlipboard
_NAME_END = re.compile(r"\b(?:[A-Z]|Jr|Sr)\.$")


def _is_word_of(word: str, allowed: frozenset[str]) -> bool:
    """Capitalised, in a script without case, a handle, an address, or one of the ``allowed`` small words."""
    bare = word.removeprefix("d'").removeprefix("d’").strip("()[],;:.&'’\"“”/-–")
    if not bare or not bare[0].islower():
        return True
    return bare in allowed or any(sign in bare for sign in "@./_#") or any(letter.isdigit() for letter in bare)


def reads_as_byline(text: str, *, is_strict: bool) -> bool:
    """``True`` if the words after ``By`` are names of authors. ``is_strict``: nothing else marks the line as metadata,
    so names in lower case (``aixi``) and words after an article (``the …``) do not count.
    """
    words = text.split()
    if not 1 <= len(words) <= 25 or text.endswith((*"!?:;。！？…", "...")):
        return False
    if words[0].strip(",").casefold() in _TIME_WORDS or words[0][0].isdigit() or _SENTENCE_BREAK.search(text):
        return False
    if names_nobody(text) or (text.endswith(".") and len(words) > 4 and not _NAME_END.search(text)):
        return False
    if len(words) == 1 and not is_strict:
        return True
    if words[0] == "the" or (is_strict and words[0][0].islower() and words[0] not in ("our", "staff", "a")):
        return False
    if not all(_is_word_of(word, _BYLINE_WORDS) for word in words):
        return False
    roles = ("reporter", "writer", "correspondent", "editor", "staff")
    return any(not word[0].islower() or word.rstrip("s,") in roles for word in words)


def reads_as_name(text: str) -> bool:
    """``True`` for two to four capitalised words that may be a person's name, and are no rubric's or newspaper's."""
    words = text.split() if not text.isupper() else []
    are_words = all(word.strip(".'’-").replace("-", "").isalpha() for word in words)
    if not 2 <= len(words) <= 4 or _GLUED.search(text) or not are_words:
        return False
    if not (PRESS_WORDS | _TOOL_WORDS).isdisjoint(text.casefold().split()) or is_known_outlet(text):
        return False
    return words[0][0].isupper() and words[-1][0].isupper() and all(_is_word_of(word, _BYLINE_WORDS) for word in words)


def reads_as_sentence(text: str) -> bool:
    """``True`` if words that a credit's label may precede are a caption, also in the capitals of a headline: ``The
    Mayor Opens Bridge``. They begin with an article, as no person's name does, and name no institution.
    """
    words = _CREDIT_LEAD.sub("", text, count=1).split()
    if len(words) < 4 or words[0].casefold() not in _ARTICLES or "/" in text:
        return False
    if not _OWNERS.isdisjoint(re.findall(r"\w+", text.casefold())) or has_press_name(text) or is_known_outlet(text):
        return False
    return not ({"of", "for"} & set(words) and all(_is_word_of(word, _CREDIT_WORDS) for word in words))


def names_nobody(text: str) -> bool:
    """``True`` for ``L-R``, ``left``, ``575-577`` and ``Tags: quay, ferry``, also behind a slash."""
    return any(map(_NO_NAME.fullmatch, text.split(" / ")))


def reads_as_credit_name(text: str) -> bool:
    """``True`` if the words after ``Photo by``, at a block's end, are a name: each one, or usual in credits."""
    words = text.split()
    if not 1 <= len(words) <= 25 or len(text) > 160 or names_nobody(text) or reads_as_sentence(text):
        return False
    if not all(PERMITTED_TAIL.match(text, end.end()) for end in _SENTENCE_BREAK.finditer(text)):
        return False
    if len(words) == 1:
        # ``Photo by photo``, ``Photo by moonlight``
        is_name = _is_word_of(text, _CREDIT_WORDS) or len(text) <= _LONGEST_INITIALS or is_known_outlet(text)
        return is_name and text.casefold() not in ("photo", "image", "picture")
    return all(_is_word_of(word, _CREDIT_WORDS) for word in words)
