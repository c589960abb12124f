"""``{% translate "A sentence." %}`` as in Django, but a plain message is translated once, when its template is
compiled: pages have dozens, and an archive has one language.

``{% absent "source" %}`` and ``{{ article.headline|or_absent:"headline" }}`` label values that a source does not give.
"""

from __future__ import annotations

from django import template
from django.template.base import TextNode
from django.templatetags.i18n import TranslateNode, do_translate

from articles.text import absent as labels
from articles.text.messages import gettext

register = template.Library()


@register.tag
def translate(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    node = do_translate(parser, token)
    is_plain = len(token.split_contents()) == 2 and isinstance(node, TranslateNode)
    literal = node.filter_expression.var.literal if is_plain and not node.filter_expression.filters else None
    if not isinstance(literal, str):
        return node
    return TextNode(gettext(literal.replace("%", "%%")).replace("%%", "%"))


@register.tag
def absent(parser: template.base.Parser, token: template.base.Token) -> TextNode:
    return TextNode(labels.absent(token.split_contents()[1].strip("\"'")))


@register.filter
def or_absent(value: str, name: str) -> str:
    return value or labels.absent(name)
