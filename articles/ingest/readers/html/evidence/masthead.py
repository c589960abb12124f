"""The date at the head of a page, ``Friday, June 11, 1999 | Front page | Sport``: that of an article which nothing else
dates."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import islice, takewhile

from articles.ingest.readers.html.evidence.clues import key
from articles.ingest.readers.html.evidence.lettering import lines_of
from articles.ingest.readers.html.evidence.moments import Moment, is_plausible, printed_dates
from articles.ingest.readers.html.tree import Element
from articles.text.months import in_numbers

# The head of a page ends after so many lines, or at one as long as a paragraph.
_MOST_LINES = 16
_LONGEST_LINE = 200
# What a line may say beside its date: the number of an issue, its price, the weather.
_MOST_WORDS = 10
_WORD = re.compile(r"[^\W\d_]+")


def date_of_head(root: Element, headline: str | None, captured: datetime | None) -> Moment | None:
    """The one date of the lines above the headline that are no links. ``None`` if they give several, or the day on
    which the page was saved: that is the clock of the site."""
    moments = reversed(_of_lines(root, headline))
    found = {moment.iso[:10]: moment for moment in moments if is_plausible(moment.iso, captured)}
    if len(found) != 1:
        return None
    (moment,) = found.values()
    return None if _is_clock(moment.iso, captured) else moment


def _of_lines(root: Element, headline: str | None) -> list[Moment]:
    body = root.find("body")
    if body is None:
        return []
    wanted = key(headline or "")
    head = takewhile(lambda line: len(line.text) <= _LONGEST_LINE and key(line.text) != wanted, lines_of(body))
    return [moment for line in islice(head, _MOST_LINES) for moment in _of_line(line.unlinked)]


def _of_line(text: str) -> list[Moment]:
    dates = list(printed_dates(text))
    if not dates or len(_WORD.findall(in_numbers(text))) > _MOST_WORDS:
        return []
    return [Moment(iso, text, "head of the page") for _, iso in dates]


def _is_clock(iso: str, captured: datetime | None) -> bool:
    return captured is not None and abs((captured.date() - date.fromisoformat(iso[:10])).days) <= 1
