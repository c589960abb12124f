"""Counts, sizes and lists in words."""

from __future__ import annotations


def grouped(number: int) -> str:
    """``1204`` as ``1,204``."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """``1 article``, ``1,204 articles``."""
    ending = "" if number == 1 else "s"
    return f"{number:,} {noun}{ending}"


def size_words(size_bytes: int) -> str:
    """``2,261 bytes``; from a million, ``1.4 MB``."""
    return f"{size_bytes / 1_000_000:.1f} MB" if size_bytes >= 1_000_000 else counted(size_bytes, "byte")


def in_short(text: str, length: int) -> str:
    """The text, cut between words at ``length`` letters, with an ellipsis."""
    if len(text) <= length:
        return text
    cut = text[:length]
    return (cut.rpartition(" ")[0] or cut) + "…"


def listed(words: list[str]) -> str:
    """``a, b and c``."""
    *others, last = words or [""]
    return f"{', '.join(others)} and {last}" if others else last
