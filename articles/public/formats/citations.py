"""One article as a citation: a note, APA, BibTeX, RIS and CSL-JSON. Pure.

What the source does not say is left out. Which part of a name is the family's is not guessed: a name that is in doubt
stands as printed, and reference managers get it as one piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from articles.models import Article
from articles.text.dates import MONTHS, day_words
from articles.text.person_names import PersonName, person_name

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation is made of; ``""`` and ``None`` for what is not known."""

    key: str
    headline: str
    authors: tuple[str, ...]
    source: str
    day: date | None
    # "updated", where the day is the day of an update and that of publication is not known.
    role: str
    language: str
    section: str
    tags: tuple[str, ...]
    archive: str
    url: str


def citation_of(article: Article, tags: Sequence[str], *, archive: str, url: str) -> Citation:
    """``url`` is the permanent address to be printed, whole."""
    return Citation(
        key=article.key,
        headline=article.headline,
        authors=authors_of(article),
        source=article.source.name if article.source else "",
        day=article.archive_date,
        role="updated" if article.date_role == "updated" else "",
        language=article.language,
        section=article.section,
        tags=tuple(tags),
        archive=archive,
        url=url,
    )


def authors_of(article: Article) -> tuple[str, ...]:
    """The authors that the source names one by one, else the byline as printed, without its ``By``."""
    named = tuple(str(name) for name in article.authors if name)
    byline = re.sub(r"^by\s+", "", article.byline, flags=re.IGNORECASE)
    return named or ((byline,) if byline else ())


def _names(cited: Citation) -> list[tuple[str, PersonName | None]]:
    """Each author as printed, and in two parts where that is beyond doubt."""
    return [(name, person_name(name, cited.language)) for name in cited.authors]


# --- To be printed. ---------------------------------------------------------------------------------------------------


def note(cited: Citation) -> str:
    """``Nora Whitfield, “The harbour that moved,” Sellamouth Evening Post, 4 March 2022; Newsarchive, https://…``"""
    headline = f"“{cited.headline},”" if cited.headline else "without a headline,"
    when = f"{cited.role} {day_words(cited.day)}".strip() if cited.day else "no date"
    by = f"{', '.join(cited.authors)}, " if cited.authors else ""
    return f"{by}{headline} {cited.source or 'source not named'}, {when}; {cited.archive}, {cited.url}."


@dataclass(frozen=True, slots=True)
class Apa:
    """An APA reference in three pieces, the middle one in italics."""

    before: str
    title: str
    after: str


def apa(cited: Citation) -> Apa:
    """``Whitfield, N. (2022, March 4). *The harbour that moved*. Sellamouth Evening Post. Newsarchive. https://…``"""
    day = cited.day
    when = f"({day.year}, {MONTHS[day.month - 1]} {day.day})." if day else "(n.d.)."
    title = cited.headline or "[Without a headline]"
    after = f". {cited.source + '. ' if cited.source else ''}{cited.archive}. {cited.url}"
    if not cited.authors:
        return Apa("", title, f". {when}{after[1:]}")
    *most, last = (f"{parts.family}, {parts.initials}" if parts else name for name, parts in _names(cited))
    by = f"{', '.join(most)}, & {last}" if most else last
    return Apa(f"{by if by.endswith('.') else by + '.'} {when} ", title, after)


# --- For reference managers. ------------------------------------------------------------------------------------------


def bibtex(cited: Citation) -> str:
    """One entry: ``@article`` where the source is known, else ``@misc``."""
    fields = {
        "title": f"{{{_latex(cited.headline)}}}" if cited.headline else "",
        "author": " and ".join(
            _latex(f"{parts.family}, {parts.given}") if parts else f"{{{_latex(name)}}}"
            for name, parts in _names(cited)
        ),
        "journal": _latex(cited.source),
        "year": f"{cited.day.year:04}" if cited.day else "",
        "month": MONTHS[cited.day.month - 1][:3].lower() if cited.day else "",
        "day": str(cited.day.day) if cited.day else "",
        "date": cited.day.isoformat() if cited.day else "",
        "langid": cited.language.lower(),
        "keywords": _latex(", ".join(cited.tags)),
        "note": _latex(_note_on_date(cited)),
        "url": cited.url,
        "howpublished": _latex(cited.archive),
    }
    kind = "article" if cited.source else "misc"
    # A month is a macro of every style, so it has no braces.
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields.items() if value]
    return f"@{kind}{{{cited.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(cited: Citation) -> str:
    """One record; lines end in CRLF, as the format asks."""
    rows: list[tuple[str, str]] = [("TY", "NEWS"), ("ID", cited.key), ("TI", cited.headline)]
    rows += [("AU", f"{parts.family}, {parts.given}" if parts else name) for name, parts in _names(cited)]
    rows.append(("T2", cited.source))
    if cited.day:
        rows += [("PY", f"{cited.day.year:04}"), ("DA", f"{cited.day:%Y/%m/%d}/")]
    rows += [("SE", cited.section), ("LA", cited.language), *(("KW", tag) for tag in cited.tags)]
    rows += [("N1", _note_on_date(cited)), ("DB", cited.archive), ("UR", cited.url)]
    lines = [f"{tag}  - {' '.join(value.split())}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(cited: Citation) -> str:
    """A list of one item."""
    item = {
        "id": cited.key,
        "type": "article-newspaper",
        "title": cited.headline,
        "author": [parts._asdict() if parts else {"literal": name} for name, parts in _names(cited)],
        "container-title": cited.source,
        "issued": {"date-parts": [[cited.day.year, cited.day.month, cited.day.day]]} if cited.day else None,
        "section": cited.section,
        "language": cited.language,
        "keyword": ", ".join(cited.tags),
        "note": _note_on_date(cited),
        "archive": cited.archive,
        "URL": cited.url,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


def _note_on_date(cited: Citation) -> str:
    if cited.role == "updated":
        return "The date is that of an update; the publication date is not known"
    return ""


def _latex(text: str) -> str:
    """Text for BibTeX: what TeX would take for a command is escaped, line ends become spaces."""
    return "".join(_LATEX.get(character, character) for character in " ".join(text.split()))
