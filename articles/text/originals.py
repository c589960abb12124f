"""An original in words: format, encoding, and the use of each line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from articles.text.messages import cached_words, gettext

# The boilerplate of an original in article.json and in reports of loads, whose keys others rely on.
BOILERPLATE_KEY = "chrome_removed"

# By name in the table of readers, which takes half a second to import.
FORMS = {
    "text": _("plain text"), "markdown": "Markdown", "jsonl": _("a record of JSON Lines"),
    "html": _("web page"), "mhtml": _("web page saved as one file"),
    "ninjs": "ninjs", "nitf": "NITF", "newsml-g2": "NewsML-G2", "newsml-1": "NewsML 1", "iptc-7901": "IPTC 7901",
    "reuters": "Reuters", "wordpress": _("WordPress export"), "feed": _("RSS or Atom"),
    "medium": _("post of Medium"), "substack": _("post of Substack"),
    "ghost": _("post of Ghost"), "movable-type": _("entry of Movable Type"), "csv": _("a row of a table"),
}  # fmt: skip
ENCODINGS = {"utf-8": "", "utf-16": "UTF-16", "gb18030": "GB 18030", "windows-1252": "Windows-1252"}


def form_words(form: str, encoding: str) -> str:
    """``web page``; ``plain text (GB 18030)``, with the encoding unless it is UTF-8."""
    words, encoding = str(FORMS.get(form, form)), ENCODINGS.get(encoding, encoding)
    return f"{words} ({encoding})" if encoding else words


# By the kind of a line: as what it was read, and the same where that has a number.
_READ_AS = {
    "headline": (_("Headline"), _("Headline")),
    "date": (_("Date"), _("Date")),
    "source": (_("Source"), _("Source")),
    "byline": (_("Byline"), _("Byline")),
    "caption": (_("Caption"), _("Caption %(number)s")),
    "paragraph": (_("Paragraph"), _("Paragraph %(number)s")),
    "boilerplate": (_("Omitted"), _("Omitted")),
    "front-matter": (_("Front matter"), _("Front matter")),
    "blank": (_("Blank"), _("Blank")),
}


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


@cached_words
def _kept(kind: str, became: str) -> str:
    if kind == "front-matter" and became:
        return gettext("Front matter, %(fields)s") % {"fields": became}
    plain, numbered = _READ_AS[kind]
    number = re.fullmatch(r"\D*(\d+)", became)
    return str(numbered % {"number": number[1]} if number else plain)


def became_names(became: str) -> list[str]:
    """The fields in a ledger's ``became``: ``updated``, ``paragraph 3``, ``photo 1``."""
    return [name for part in became.split(",") if (name := part.strip())]
