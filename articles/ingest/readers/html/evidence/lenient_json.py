"""JSON as web pages hold it: with comments around it, loose commas, bare line ends, half a bracket too many."""

from __future__ import annotations

import html
import json
import re

_DECODER = json.JSONDecoder(strict=False)
_OPENING = re.compile(r"\s*(?:/\*+|//)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?")
_CLOSING = re.compile(r"(?:/\*|//)?\s*(?:-->|\]\]>)\s*(?:\*/)?\s*$")
# What closes a comment is looked for this near the end.
_CLOSING_LENGTH = 40
_BETWEEN = re.compile(r"[\s;,]*")
# A text of JSON, or what may be wrong between two of them.
_TEXT_OR_FAULT = re.compile(
    r'(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z))|,(?=\s*+[}\]])|/\*.*?(?:\*/|\Z)|(?<![:\w])//[^\n]*', re.DOTALL
)
_ESCAPE = re.compile(r'\\(?:(?P<good>["\\/bfnrt]|u[0-9a-fA-F]{4})|(?P<bad>.?))', re.DOTALL)


def load_all(text: str) -> list[object]:
    """The values that a text holds one after another; what cannot be read, even when mended, is left out."""
    text = text.strip().removesuffix(";")
    if not text:
        return []
    try:
        return [json.loads(text)]
    except (ValueError, RecursionError):
        pass
    text = _unwrapped(text)
    found = _one_by_one(text)
    return found or _one_by_one(_TEXT_OR_FAULT.sub(_mended, text))


def _unwrapped(text: str) -> str:
    for _ in range(2):
        opening = _OPENING.match(text)
        text = text[opening.end() :] if opening else text
        text = text[:-_CLOSING_LENGTH] + _CLOSING.sub("", text[-_CLOSING_LENGTH:])
        text = text.strip("\ufeff \t\r\n")
    if re.match(r"[\[{]\s*&(?:quot|#34);", text):
        text = html.unescape(text)
    return text


def _one_by_one(text: str) -> list[object]:
    found: list[object] = []
    at = 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found
        if not isinstance(value, (dict, list)):
            return found
        found.append(value)
        gap = _BETWEEN.match(text, at)
        at = gap.end() if gap else at
    return found


def _mended(match: re.Match[str]) -> str:
    return _ESCAPE.sub(lambda escape: escape[0] if escape["good"] else escape["bad"], match["text"] or "")
