"""An original in words: its form, its encoding, and what became of each line. Pure."""

from __future__ import annotations

import re

FORMS = {
    "text": "plain text", "markdown": "Markdown", "jsonl": "a record of JSON Lines",
    "html": "web page", "mhtml": "web page saved as one file",
    "ninjs": "ninjs", "nitf": "NITF", "newsml-g2": "NewsML-G2", "newsml-1": "NewsML 1",
    "reuters": "Reuters collections",
}  # fmt: skip
ENCODINGS = {"utf-8": "", "utf-16": "UTF-16", "gb18030": "GB 18030", "windows-1252": "Windows-1252"}


def form_words(form: str, encoding: str) -> str:
    """``web page``; ``plain text (GB 18030)``: UTF-8 goes without saying."""
    form, encoding = FORMS.get(form, form), ENCODINGS.get(encoding, encoding)
    return f"{form} ({encoding})" if encoding else form


def became_names(became: str) -> list[str]:
    """What a line of an original became, as its ledger says: ``updated``, ``paragraph 3``, ``photo 1``."""
    return [name for part in became.split(",") if (name := part.strip())]


def kept_as(kind: str, became: str) -> str:
    """What became of a line of an original: ``Headline``, ``Paragraph 3``, ``Caption 1``, ``Left out``."""
    if kind == "chrome":
        return "Left out"
    number = re.fullmatch(r"\D*(\d+)", became)
    words = kind.replace("-", " ").capitalize()
    if kind == "front-matter" and became:
        return f"{words}, {became}"
    return f"{words} {number[1]}" if number else words
