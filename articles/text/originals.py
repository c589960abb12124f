"""An original in words: format, encoding, and the use of each line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

FORMS = {
    "text": "plain text", "markdown": "Markdown", "jsonl": "a record of JSON Lines",
    "html": "web page", "mhtml": "web page saved as one file",
    "ninjs": "ninjs", "nitf": "NITF", "newsml-g2": "NewsML-G2", "newsml-1": "NewsML 1",
    "reuters": "Reuters collections", "wordpress": "WordPress export", "feed": "RSS or Atom", "csv": "a row of a table",
}  # fmt: skip
ENCODINGS = {"utf-8": "", "utf-16": "UTF-16", "gb18030": "GB 18030", "windows-1252": "Windows-1252"}


def form_words(form: str, encoding: str) -> str:
    """``web page``; ``plain text (GB 18030)``, with the encoding unless it is UTF-8."""
    form, encoding = FORMS.get(form, form), ENCODINGS.get(encoding, encoding)
    return f"{form} ({encoding})" if encoding else form


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an original; ``became`` as in ``LedgerLine``, ``kept`` in words: ``Paragraph 3``, ``Omitted``."""

    number: int
    kind: str
    became: str
    text: str
    kept: str


def ledger_lines(ledger: Sequence[Sequence[str]], texts: Sequence[str]) -> list[Line]:
    """The lines of an original with their ledger; without texts if the numbers of lines differ."""
    if len(texts) != len(ledger):
        texts = [""] * len(ledger)
    return [
        Line(number, kind, became, text.rstrip("\r\n"), _kept(kind, became))
        for number, ((kind, became), text) in enumerate(zip(ledger, texts, strict=True), 1)
    ]


def _kept(kind: str, became: str) -> str:
    if kind == "chrome":
        return "Omitted"
    words = kind.replace("-", " ").capitalize()
    if kind == "front-matter" and became:
        return f"{words}, {became}"
    number = re.fullmatch(r"\D*(\d+)", became)
    return f"{words} {number[1]}" if number else words


def became_names(became: str) -> list[str]:
    """The fields in a ledger's ``became``: ``updated``, ``paragraph 3``, ``photo 1``."""
    return [name for part in became.split(",") if (name := part.strip())]
