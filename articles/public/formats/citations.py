"""One article as a citation: APA, MLA, Chicago, BibTeX, RIS and CSL-JSON. Pure.

Unknown facts are left out. A name is printed whole unless its family name is known (``author_names``); reference
managers get a whole name as a literal.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from typing import Any

from django.utils import dates
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from articles.public.formats.author_names import Name, names_of
from articles.text.dates import is_month, month_words
from articles.text.messages import cached_words, gettext

_LATEX = {
    # BibTeX counts braces even behind a backslash.
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_ENDS = tuple(".?!。？！")


@dataclass(frozen=True)
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
    def day(self) -> str:
        """``2022-03-04``, ``2022-03`` if the day is not known, or ``""``."""
        return (self.article.published or self.article.updated)[:10]

    @property
    def note_on_date(self) -> str:
        words = gettext("The date is that of an update; the publication date is not known")
        return words if self.article.is_by_update else ""

    @property
    def title(self) -> str:
        return self.article.headline or gettext("[Without a headline]")

    @cached_property
    def authors(self) -> list[Name]:
        return [name for printed in authors_of(self.article) for name in names_of(printed, self.article)]

    @cached_property
    def quoted(self) -> str:
        return f"“{_ended(self.in_own(self.title))}”"

    def in_own(self, text: str) -> str:
        """Text of the article as HTML, marked with its language unless that is the archive’s."""
        shown, tongue = escape(text), self.article.tongue
        return f"<bdi{tongue.attributes}>{shown}</bdi>" if text and tongue.lang else shown

    def in_italics(self, text: str) -> str:
        """``in_own``, in italics if it is in the archive’s language: many scripts have none."""
        return f"<em>{escape(text)}</em>" if text and not self.article.tongue.lang else self.in_own(text)


def authors_of(article: Article) -> list[str]:
    """The authors, else the byline without its ``By``."""
    names = [str(author) for author in article.authors if author]
    byline = re.sub(r"^by\s+", "", article.byline, flags=re.IGNORECASE)
    return names or ([byline] if byline else [])


def in_styles(cited: Citation, accessed: date) -> list[tuple[str, SafeString]]:
    """The name of each style, and the citation in it as HTML."""
    styles = {"APA": apa(cited), "MLA": mla(cited, accessed), "Chicago": chicago(cited, accessed)}
    return [(name, mark_safe(html)) for name, html in styles.items()]  # noqa: S308 - each part is escaped


def apa(cited: Citation) -> str:
    """``Whitfield, N. (2022, March 4). The harbour. *Evening Post*. https://…``"""
    day = cited.article.archive_date
    *most, last = [name.with_initials for name in cited.authors] or [""]
    by = _ended(cited.in_own(f"{', '.join(most)}, & {last}" if most else last))
    message = gettext("(%(year)s, %(month)s).") if is_month(cited.day) else gettext("(%(year)s, %(month)s %(day)s).")
    when = message % _parts(day) if day else gettext("(n.d.).")
    title = _ended(cited.in_own(cited.title) if cited.source else cited.in_italics(cited.title))
    where = cited.in_italics(cited.source) if cited.source else escape(cited.archive)
    head = [by, escape(when), title] if by else [title, escape(when)]
    return _spaced(*head, _ended(where), escape(cited.url))


def mla(cited: Citation, accessed: date) -> str:
    """``Whitfield, Nora. “The harbour.” *Evening Post*, 4 Mar. 2022. *Newsarchive*, https://…. Accessed 1 May.``"""
    day = cited.article.archive_date
    by = _first_inverted(cited.authors[:2])
    if len(cited.authors) > 2:
        by = gettext("%(first)s, et al") % {"first": cited.authors[0].inverted}
    when = _day_first(day, to_the_day=not is_month(cited.day)) if day else ""
    if when and cited.article.is_by_update:
        when = gettext("updated %(day)s") % {"day": when}
    when = when and f", {escape(when)}"
    source = f"{cited.in_italics(cited.source)}{when}." if cited.source else ""
    where = f"<em>{escape(cited.archive)}</em>{'' if cited.source else when}, {escape(cited.url)}."
    read = gettext("Accessed %(day)s.") % {"day": _day_first(accessed)}
    return _spaced(_ended(cited.in_own(by)), cited.quoted, source, where, escape(read))


def chicago(cited: Citation, accessed: date) -> str:
    """``Whitfield, Nora. “The harbour.” *Evening Post*, March 4, 2022. Newsarchive. Accessed May 1, 2026. https://….``"""
    day = cited.article.archive_date
    words = (month_words if is_month(cited.day) else _month_first)(day) if day else ""
    source, when = cited.in_italics(cited.source), escape(words)
    if cited.article.is_by_update:
        dated = _spaced(_ended(source), escape(gettext("Last modified %(day)s.")) % {"day": when})
    else:
        dated = _ended(", ".join(filter(None, (source, when))))
    read = gettext("Accessed %(day)s.") % {"day": _month_first(accessed)}
    by = _ended(cited.in_own(_first_inverted(cited.authors)))
    return _spaced(by, cited.quoted, dated, f"{escape(cited.archive)}.", escape(read), f"{escape(cited.url)}.")


def _first_inverted(names: Sequence[Name]) -> str:
    """``Whitfield, Nora, and Bo Lund``: in MLA and Chicago, only the first name of a list is inverted."""
    *most, last = [name.whole if place else name.inverted for place, name in enumerate(names)] or [""]
    return gettext("%(first)s, and %(second)s") % {"first": ", ".join(most), "second": last} if most else last


def _ended(html: str) -> str:
    """Add a full stop unless the text is empty or ends with a mark."""
    is_open = html and not html.removesuffix("</em>").removesuffix("</bdi>").endswith(_ENDS)
    return f"{html}." if is_open else html


def _spaced(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _parts(day: date) -> dict[str, Any]:
    return {"day": day.day, "month": dates.MONTHS_ALT[day.month], "year": day.year}


@cached_words
def _month_first(day: date) -> str:
    """``March 4, 2022``."""
    return gettext("%(month)s %(day)s, %(year)s") % _parts(day)


@cached_words
def _day_first(day: date, *, to_the_day: bool = True) -> str:
    """``4 Mar. 2022``, or ``Mar. 2022``, as MLA has it."""
    short = {3: gettext("Mar."), 4: gettext("Apr.")}.get(day.month, dates.MONTHS_AP[day.month])
    message = gettext("%(day)s %(month)s %(year)s") if to_the_day else gettext("%(month)s %(year)s")
    return message % {**_parts(day), "month": short}


def bibtex(cited: Citation) -> str:
    """``@article`` if the source is known, else ``@misc``."""
    article, day, names = cited.article, cited.article.archive_date, cited.authors
    fields = {
        "title": f"{{{_latex(article.headline)}}}" if article.headline else "",
        "author": " and ".join(_latex(name.inverted) if name.family else f"{{{_latex(name.whole)}}}" for name in names),
        "journal": _latex(cited.source),
        "year": f"{day.year:04}" if day else "",
        "month": f"{day:%b}".lower() if day else "",
        "day": str(int(cited.day[8:])) if cited.day[8:] else "",
        "date": cited.day,
        "langid": article.language.lower(),
        "keywords": _latex(", ".join(cited.tags)),
        "note": _latex(cited.note_on_date),
        "url": cited.url,
        "howpublished": _latex(cited.archive),
    }
    # Months are macros of every style, so they have no braces.
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items() if value]
    return f"@{'article' if cited.source else 'misc'}{{{article.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: Citation) -> str:
    """Lines end in CRLF, as the format requires."""
    article, day = cited.article, cited.article.archive_date
    rows = [
        ("TY", "NEWS"),
        ("ID", article.key),
        ("TI", article.headline),
        *(("AU", name.inverted) for name in cited.authors),
        ("T2", cited.source),
        ("PY", f"{day.year:04}" if day else ""),
        ("DA", "/".join([*cited.day.split("-"), "", ""][:4]) if day else ""),
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
    article = cited.article
    item = {
        "id": article.key,
        "type": "article-newspaper",
        "title": article.headline,
        "author": [
            {"family": name.family, "given": name.given} if name.family else {"literal": name.whole}
            for name in cited.authors
        ],
        "container-title": cited.source,
        "issued": {"date-parts": [[int(part) for part in cited.day.split("-")]]} if cited.day else None,
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
