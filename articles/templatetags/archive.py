"""Filters that format values of views and fetch nothing, and ``{% once %}``."""

import re
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from articles.public.absolute import is_web_address
from articles.text import dates
from articles.text.messages import gettext
from articles.text.phrases import absent, counted, grouped, in_short, line_words

register = template.Library()
for in_words in (
    counted, grouped, in_short, line_words, dates.day_words, dates.day_and_month, dates.month_words, dates.month_name,
    dates.decade_words, dates.when_words, dates.correction_words,
):  # fmt: skip
    register.filter(in_words)
register.filter("date_of", timezone.localdate)
register.simple_tag(absent)
_HOUR_OR_ZONE = re.compile(r"(?<=, )|(?<= )(?=\()")


@register.filter
def or_absent(value: str, name: str) -> str:
    """``value``, or a label for what the source does not give."""
    return value or absent(name)


@register.filter
def parted_date(words: str) -> SafeString:
    """``6 May 2025, 07:15 (UTC+01:00)`` with line breaks allowed before time and zone only."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in _HOUR_OR_ZONE.split(words)))


@register.filter
def dated(line: dates.DateLine) -> SafeString:
    """``Published <time datetime="2025-05-06">6 May 2025</time>``."""
    when = format_html('<time datetime="{}">{}</time>', line.iso, parted_date(line.words))
    return mark_safe(gettext(dates.DATED[line.role]) % {"when": when})  # noqa: S308 - of a marked message and escaped HTML


@register.filter
def web_address(url: str | None) -> str:
    return url if url and is_web_address(url) else ""


@register.filter
def counted_apart(number: int, noun: str) -> SafeString:
    """``2<i> articles</i>``: narrow calendars hide the noun, but screen readers read it."""
    before, count, after = counted(number, noun).partition(grouped(number))
    return format_html("{}{}<i>{}</i>", before, count, after)


@register.simple_tag
def what_waits(request: HttpRequest) -> list[Any]:
    """The review queues, for the start page of the admin."""
    from articles.admin.review_page import waiting_for  # Django imports this library for any template

    return waiting_for(request)


class Once(template.Node):
    def __init__(self, nodes: template.NodeList, name: str) -> None:
        self.nodes, self.name = nodes, name
        self.made: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        about = (settings.ARCHIVE_NAME, settings.ARCHIVE_CONTACT, get_language(), get_script_prefix())
        key = (context.get(self.name, ""), *about)
        if key not in self.made:
            self.made[key] = self.nodes.render(context)
        return self.made[key]


@register.tag
def once(parser: template.base.Parser, token: template.base.Token) -> Once:
    """``{% once here %}…{% endonce %}``: a part of every page, rendered once a process for each value of ``here``.

    It may depend on that value, and on the name of the archive and its contact. For speed: 6 to 15 % of a page.
    """
    nodes = parser.parse(["endonce"])
    parser.delete_first_token()
    return Once(nodes, token.split_contents()[1])
