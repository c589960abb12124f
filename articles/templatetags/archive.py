"""Template filters for the archive's words. They format what views give them, and fetch nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles.models import Correction
from articles.public.absolute import is_web_address
from articles.search.marking import Piece
from articles.text import wording

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    return wording.grouped(number)


@register.filter
def counted(number: int, noun: str) -> str:
    """``{{ 2|counted:"article" }}``: ``2 articles``."""
    return wording.counted(number, noun)


@register.filter
def day_words(day: date) -> str:
    return wording.day_words(day)


_HOUR_OR_ZONE = re.compile(r"(?<=, )|(?<= )(?=\()")


@register.filter
def parted_date(words: str) -> SafeString:
    """``6 May 2025, 07:15 (UTC+01:00)``: a ``time`` is not broken into lines, but here before its hour and its zone."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in _HOUR_OR_ZONE.split(words)))


@register.filter
def month_words(month: date) -> str:
    return wording.month_words(month)


@register.filter
def month_name(month: date) -> str:
    return wording.MONTHS[month.month - 1]


@register.filter
def day_and_month(day: date) -> str:
    """``6 September``."""
    return f"{day.day} {wording.MONTHS[day.month - 1]}"


@register.filter
def weekday(day: date) -> str:
    return wording.WEEKDAYS[day.weekday()]


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """A text in pieces, what was found in it marked."""
    texts = (f"<mark>{escape(piece.text)}</mark>" if piece.is_hit else escape(piece.text) for piece in pieces)
    return mark_safe("".join(texts))  # noqa: S308


@register.filter
def web_address(url: str | None) -> str:
    """The address if it may be linked, else nothing."""
    return url if url and is_web_address(url) else ""


@register.filter
def counted_apart(number: int, noun: str) -> SafeString:
    """``2<i> articles</i>``: a narrow calendar shows the figure alone, and still reads out the noun."""
    count, _, word = wording.counted(number, noun).partition(" ")
    return format_html("{}<i> {}</i>", count, word)


@register.filter
def date_of(moment: datetime) -> date:
    """The day of a moment, by the archive's own clock."""
    return timezone.localtime(moment).date()


@register.filter
def when_words(moment: datetime) -> str:
    """``25 November 2026, 10:30 UTC``."""
    return wording.when_words(moment)


@register.filter
def correction_words(correction: Correction) -> str:
    """``Corrected on 25 November 2026: The ferry was not full.``"""
    return wording.correction_words(correction)
