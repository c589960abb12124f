"""``{% translate "A sentence." %}`` and ``{% url 'route' %}`` as in Django, but cached, since pages have dozens."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as do_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from articles.text.messages import gettext

register = template.Library()


class Message(template.Node):
    def __init__(self, message: str) -> None:
        self.message = message

    def render(self, context: template.Context) -> SafeString:
        return SafeString(gettext(self.message).replace("%%", "%"))


@register.tag
def translate(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    node = do_translate(parser, token)
    is_plain = len(token.split_contents()) == 2 and isinstance(node, TranslateNode)
    literal = node.filter_expression.var.literal if is_plain and not node.filter_expression.filters else None
    return Message(literal.replace("%", "%%")) if isinstance(literal, str) else node


class FixedAddress(URLNode):
    """An address of a route without a namespace and without variables."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.made: dict[str, str] = {}

    def render(self, context: template.Context) -> str:
        prefix = get_script_prefix()
        if prefix not in self.made:
            self.made[prefix] = super().render(context)
        return self.made[prefix]


@register.tag
def url(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    node: URLNode = do_url(parser, token)
    parts = [node.view_name, *node.args]
    is_fixed = all(isinstance(part.var, str) and ":" not in part.var and not part.filters for part in parts)
    return FixedAddress(node.view_name, node.args, {}, None) if is_fixed and not (node.kwargs or node.asvar) else node
