"""Line ends, whitespace and invisible characters."""

import re
from collections.abc import Sequence

from articles.text.damage import DamageCode

_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])|[^\r\n]+")

NUL = "\0"
# Soft hyphen, zero-width space, word joiner, and byte order mark within the text.
INVISIBLE = ("\u00ad", "\u200b", "\u2060", "\ufeff")


def split_lines(text: str) -> list[str]:
    """Lines with their ends (LF, CRLF or CR); joined, they are ``text``."""
    return _LINE.findall(text)


def remove_invisible(text: str) -> str:
    text = text.replace(NUL, "")
    for character in () if text.isascii() else INVISIBLE:
        text = text.replace(character, "")
    return text


def fold(text: str) -> str:
    """Remove invisible characters, merge spaces and trim the ends. Folding twice changes nothing."""
    return " ".join(remove_invisible(text).split())


def fold_lines(lines: Sequence[str], *, has_invisible: bool = True) -> list[str]:
    """Each line folded; a blank line is ``""``. ``has_invisible=False`` skips the search for invisible characters."""
    return [fold(line) if has_invisible else " ".join(line.split()) for line in lines]


def removal_codes(text: str) -> tuple[str, ...]:
    """The damage codes of what folding removes from ``text``."""
    nul = (DamageCode.NUL_REMOVED,) if NUL in text else ()
    return (*nul, DamageCode.INVISIBLE_REMOVED) if any(sign in text for sign in INVISIBLE) else nul


def is_indented(line: str) -> bool:
    return remove_invisible(line[:8])[:1].isspace()
