"""Paragraphs of HTML that has none, as blogs store it: empty lines and line ends count."""

import re

_PREFORMATTED = re.compile(r"(<(pre|script|style|textarea)\b.*?(?:</\2\s*>|\Z))", re.DOTALL | re.IGNORECASE)
_BLOCK = (
    r"</?(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col|figure|figcaption|"
    r"blockquote|hr|pre|section|article|aside|header|footer|form|details|summary|iframe|embed|object|video|audio|address|"
    r"br)\b"
)
# Whole tags, since a line may end within one, and line ends, which do not count next to a block.
_LINES = re.compile(rf"({_BLOCK}[^<>]*>)\s*+|(<[^<>]*>)|\n\s*+(?={_BLOCK})|(\n\s*+)", re.IGNORECASE)


def with_paragraphs(html: str, line_end: str = "<br>") -> str:
    """``line_end``: what a single one becomes. Lines end in ``\\n``."""

    def marked(match: re.Match[str]) -> str:
        block, tag, lines = match.groups()
        return "<p>" if lines and lines.count("\n") > 1 else block or tag or (line_end if lines else "")

    # Every third part is the name of an element.
    texts = ((number % 3, part) for number, part in enumerate(_PREFORMATTED.split(html)) if number % 3 < 2)
    return "".join(part if is_preformatted else _LINES.sub(marked, part) for is_preformatted, part in texts)
