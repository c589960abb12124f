"""The words of a photo from its article and its file, and comparisons of both."""

import re
from dataclasses import dataclass, replace
from typing import Any, Self

# Also the names of the photo's columns.
FIELDS = ("caption", "credit_line", "alt_text", "creator", "copyright_notice")
BETWEEN_NAMES = "; "

_BETWEEN_WORDS = re.compile(r"[\W_]+")
# A credit at the end of a file's caption: "… at dusk. (Photo by Mei Tanaka)".
_CREDIT_AT_END = re.compile(r"\s*[(\[][^()\[\]]{1,120}[)\]][\s.]*\Z")


@dataclass(frozen=True, slots=True)
class Words:
    """Caption, credit line, alt text, creator and copyright notice of a photo; ``""`` if missing."""

    caption: str = ""
    credit_line: str = ""
    alt_text: str = ""
    creator: str = ""
    copyright_notice: str = ""

    @classmethod
    def of(cls, photo: Any) -> Self:
        return cls(**{name: getattr(photo, name) for name in FIELDS})


def filled(article: Words, file: Words) -> tuple[Words, tuple[str, ...]]:
    """The article's words with gaps filled from the file, and the names of the filled fields."""
    names = tuple(name for name in FIELDS if not getattr(article, name) and getattr(file, name))
    return replace(article, **{name: getattr(file, name) for name in names}), names


def differ(article: Words, file: Words) -> bool:
    """``True`` if both give a caption, or both a credit or creator, and they disagree, in more than case, punctuation
    and a credit in brackets after the file's caption. ``Mei Tanaka/Harbour Daily`` agrees with either of the two names.
    """
    captions = (file.caption, _CREDIT_AT_END.sub("", file.caption))
    if article.caption and file.caption and _plain(article.caption) not in map(_plain, captions):
        return True
    ours = _plain(article.credit_line)
    theirs = [name for name in map(_plain, (file.credit_line, file.creator)) if name]
    return bool(ours and theirs) and not any(name in ours or ours in name for name in theirs)


def _plain(text: str) -> str:
    """The bare words with a space around each, so that only whole words match."""
    words = _BETWEEN_WORDS.sub(" ", text.casefold()).strip()
    return f" {words} " if words else ""
