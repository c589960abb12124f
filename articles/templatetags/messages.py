"""``{% translate "A sentence." %}`` as in Django, but cached, since pages have dozens of them.

``{% absent "source" %}`` and ``{{ article.headline|or_absent:"headline" }}`` label values that a source does not give.
"""

from __future__ import annotations

from django import template
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.safestring import SafeString

from articles.text import absent as labels
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


@register.tag
def absent(parser: template.base.Parser, token: template.base.Token) -> Message:
    return Message(labels.LABELS[token.split_contents()[1].strip("\"'")])


@register.filter
def or_absent(value: str, name: str) -> str:
    return value or labels.absent(name)
