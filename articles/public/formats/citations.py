"""One article as a citation: a note, APA, BibTeX, RIS and CSL-JSON. Pure.

Facts that the source does not give are left out. Names are printed whole, since nobody knows which part is the family
name; reference managers get them as literals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Article
from articles.text.dates import MONTHS, day_words

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """``url`` is the absolute permanent address."""

    article: Article
    tags: Sequence[str]
    archive: str
    url: str

    @property
    def source(self) -> str:
        return self.article.source.name if self.article.source else ""

    @property
    def note_on_date(self) -> str:
        is_by_update = self.article.date_role == "updated"
        return "The date is that of an update; the publication date is not known" if is_by_update else ""


def authors_of(article: Article) -> list[str]:
    """The named authors, else the byline without its ``By``."""
    named = [str(name) for name in article.authors if name]
    byline = re.sub(r"^by\s+", "", article.byline, flags=re.IGNORECASE)
    return named or ([byline] if byline else [])


# --- For print. -------------------------------------------------------------------------------------------------------


def note(cited: Citation) -> str:
    """``Nora Whitfield, “The harbour that moved,” Sellamouth Evening Post, 4 March 2022; Newsarchive, https://…``"""
    day = cited.article.archive_date
    headline = f"“{cited.article.headline},”" if cited.article.headline else "without a headline,"
    when = f"{'updated ' if cited.note_on_date else ''}{day_words(day)}" if day else "no date"
    by = "".join(f"{name}, " for name in authors_of(cited.article))
    return f"{by}{headline} {cited.source or 'source not named'}, {when}; {cited.archive}, {cited.url}."


def apa(cited: Citation) -> SafeString:
    """``Nora Whitfield. (2022, March 4). *The harbour that moved*. Sellamouth Evening Post. Newsarchive. https://…``

    HTML, with the headline in italics.
    """
    day, authors = cited.article.archive_date, authors_of(cited.article)
    when = f"({day.year}, {MONTHS[day.month - 1]} {day.day})." if day else "(n.d.)."
    title = format_html("<em>{}</em>.", cited.article.headline or "[Without a headline]")
    where = f"{cited.source + '. ' if cited.source else ''}{cited.archive}. {cited.url}"
    if not authors:
        return format_html("{} {} {}", title, when, where)
    by = f"{', '.join(authors[:-1])}, & {authors[-1]}" if len(authors) > 1 else authors[0]
    return format_html("{}. {} {} {}", by.removesuffix("."), when, title, where)


# --- For reference managers. ------------------------------------------------------------------------------------------


def bibtex(cited: Citation) -> str:
    """``@article`` if the source is known, else ``@misc``."""
    article, day = cited.article, cited.article.archive_date
    fields = {
        "title": f"{{{_latex(article.headline)}}}" if article.headline else "",
        "author": " and ".join(f"{{{_latex(name)}}}" for name in authors_of(article)),
        "journal": _latex(cited.source),
        "year": f"{day.year:04}" if day else "",
        "month": MONTHS[day.month - 1][:3].lower() if day else "",
        "day": str(day.day) if day else "",
        "date": day.isoformat() if day else "",
        "langid": article.language.lower(),
        "keywords": _latex(", ".join(cited.tags)),
        "note": _latex(cited.note_on_date),
        "url": cited.url,
        "howpublished": _latex(cited.archive),
    }
    # A month is a macro of every style, so it has no braces.
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items() if value]
    return f"@{'article' if cited.source else 'misc'}{{{article.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: Citation) -> str:
    """Lines end in CRLF, as the format demands."""
    article, day = cited.article, cited.article.archive_date
    rows = [
        ("TY", "NEWS"),
        ("ID", article.key),
        ("TI", article.headline),
        *(("AU", name) for name in authors_of(article)),
        ("T2", cited.source),
        ("PY", f"{day.year:04}" if day else ""),
        ("DA", f"{day:%Y/%m/%d}/" if day else ""),
        ("SE", article.section),
        ("LA", article.language),
        *(("KW", tag) for tag in cited.tags),
        ("N1", cited.note_on_date),
        ("DB", cited.archive),
        ("UR", cited.url),
    ]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(cited: Citation) -> str:
    article, day = cited.article, cited.article.archive_date
    item = {
        "id": article.key,
        "type": "article-newspaper",
        "title": article.headline,
        "author": [{"literal": name} for name in authors_of(article)],
        "container-title": cited.source,
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "section": article.section,
        "language": article.language,
        "keyword": ", ".join(cited.tags),
        "note": cited.note_on_date,
        "archive": cited.archive,
        "URL": cited.url,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


def _latex(text: str) -> str:
    """``text`` in one line, with the special characters of TeX escaped."""
    return "".join(_LATEX.get(character, character) for character in " ".join(text.split()))
