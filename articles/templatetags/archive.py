"""Template filters. They format values of views, and fetch nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles.public.absolute import is_web_address
from articles.search.marking import Piece
from articles.text.dates import MONTHS, WEEKDAYS, correction_words, day_words, month_words, when_words
from articles.text.phrases import counted, grouped

register = template.Library()
for in_words in (counted, grouped, day_words, month_words, when_words, correction_words):
    register.filter(in_words)


_HOUR_OR_ZONE = re.compile(r"(?<=, )|(?<= )(?=\()")


@register.filter
def parted_date(words: str) -> SafeString:
    """``6 May 2025, 07:15 (UTC+01:00)`` with line breaks allowed before time and zone only."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in _HOUR_OR_ZONE.split(words)))


@register.filter
def month_name(month: date) -> str:
    return MONTHS[month.month - 1]


@register.filter
def day_and_month(day: date) -> str:
    """``6 September``."""
    return f"{day.day} {MONTHS[day.month - 1]}"


@register.filter
def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    texts = (f"<mark>{escape(piece.text)}</mark>" if piece.is_hit else escape(piece.text) for piece in pieces)
    return mark_safe("".join(texts))  # noqa: S308


@register.filter
def web_address(url: str | None) -> str:
    return url if url and is_web_address(url) else ""


@register.filter
def counted_apart(number: int, noun: str) -> SafeString:
    """``2<i> articles</i>``: narrow calendars hide the noun, but screen readers read it."""
    count, _, word = counted(number, noun).partition(" ")
    return format_html("{}<i> {}</i>", count, word)


@register.filter
def date_of(moment: datetime) -> date:
    """The day in the archive's time zone."""
    return timezone.localtime(moment).date()


class Once(template.Node):
    def __init__(self, nodes: template.NodeList, name: str) -> None:
        self.nodes, self.name = nodes, name
        self.made: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        key = (context.get(self.name, ""), settings.ARCHIVE_NAME, settings.ARCHIVE_CONTACT, get_script_prefix())
        if key not in self.made:
            self.made[key] = self.nodes.render(context)
        return self.made[key]


@register.tag
def once(parser: template.base.Parser, token: template.base.Token) -> Once:
    """``{% once here %}…{% endonce %}``: a part of every page, rendered once a process for each value of ``here``.

    It may depend on that value, and on the name of the archive and its contact.
    """
    nodes = parser.parse(["endonce"])
    parser.delete_first_token()
    return Once(nodes, token.split_contents()[1])
