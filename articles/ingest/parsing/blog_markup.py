"""What blogs store in place of HTML: empty lines and line ends for paragraphs, and short codes."""

import re

_PREFORMATTED = re.compile(r"(<(pre|script|style|textarea)\b.*?(?:</\2\s*>|\Z))", re.DOTALL | re.IGNORECASE)
_BLOCK = (
    r"</?(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col|figure|figcaption|"
    r"blockquote|hr|pre|section|article|aside|header|footer|form|details|summary|iframe|embed|object|video|audio|address|"
    r"br)\b"
)
# Whole tags, since a line may end within one, and line ends, which do not count next to a block.
_LINES = re.compile(rf"({_BLOCK}[^<>]*>)\s*+|(<[^<>]*>)|\n\s*+(?={_BLOCK})|(\n\s*+)", re.IGNORECASE)
# Of WordPress, in its exports and in Markdown made of them:
# ``[caption width="300"]<img> The words[/caption]``; programs that make Markdown may escape the brackets.
CAPTION = re.compile(
    r"\\?\[(?P<name>(?:wp_)?caption)\b(?P<attributes>[^\]]{0,2000})\]"
    r"(?P<inner>(?:[^\[]|\[(?!/?(?:wp_)?caption\b))*+)\[/(?P=name)\\?\]",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")


def with_paragraphs(html: str, line_end: str = "<br>") -> str:
    """``line_end``: what a single one becomes. Lines end in ``\\n``."""

    def marked(match: re.Match[str]) -> str:
        block, tag, lines = match.groups()
        return "<p>" if lines and lines.count("\n") > 1 else block or tag or (line_end if lines else "")

    # Every third part is the name of an element.
    texts = ((number % 3, part) for number, part in enumerate(_PREFORMATTED.split(html)) if number % 3 < 2)
    return "".join(part if is_preformatted else _LINES.sub(marked, part) for is_preformatted, part in texts)


def attributes_of(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text)}
