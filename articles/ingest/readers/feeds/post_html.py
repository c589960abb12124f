"""The text of a WordPress post as HTML, with paragraphs marked and short codes expanded."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from articles.ingest.parsing.short_codes import CAPTION, attributes_of

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PICTURE = re.compile(r"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?", re.IGNORECASE)
# ``<img>`` and, alone on the next line, ``<em>The words</em>``.
_EMPHASISED = re.compile(
    rf"^[ \t]*({_PICTURE.pattern})(?:<br ?/?>)?[ \t]*\n[ \t]*<(em|i)>((?:(?!</?\2\b)[^\n])+)</\2>[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_EMBED = re.compile(r"\[embed\b[^\]]*\]\s*(https?://[^\s\[<>]+)\s*\[/embed\]", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"^[ \t]*(https?://[^\s<>\"]+)[ \t\r]*$", re.MULTILINE)
_SHORT_CODE = re.compile(
    r"""\[(?P<end>/?)(?P<name>[a-z][a-z0-9_-]*+)(?P<attributes>(?:[\s=](?:[^\[\]"'<>]++|"[^"]*+"|'[^']*+')*+)?)\]"""
)
# Boxes around the pictures of some galleries.
_GALLERY_BOX = re.compile(r"<(?:ul|li)\b[^<>]*\bblocks-gallery[^<>]*>", re.IGNORECASE)
_PREFORMATTED = re.compile(r"(<(pre|script|style|textarea)\b.*?(?:</\2\s*>|\Z))", re.DOTALL | re.IGNORECASE)
_BLOCK = (
    r"</?(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col|figure|figcaption|"
    r"blockquote|hr|pre|section|article|aside|header|footer|form|details|summary|iframe|embed|object|video|audio|address|"
    r"br)\b"
)
# Whole tags, since a line may end within one, and line ends, which do not count next to a block.
_LINES = re.compile(rf"({_BLOCK}[^<>]*>)\s*+|(<[^<>]*>)|\n\s*+(?={_BLOCK})|(\n\s*+)", re.IGNORECASE)


def html_of(content: str, gallery: Callable[[dict[str, str]], str], dropped: list[str]) -> str:
    """``gallery`` makes the HTML of a gallery from its short code's attributes. Other short codes are added to
    ``dropped``. Posts made of blocks mark their paragraphs; in others, empty lines and line ends count.
    """

    def marked(match: re.Match[str]) -> str:
        block, tag, lines = match.groups()
        if lines and lines.count("\n") > 1:
            return "<p>"
        return block or tag or (("\n" if has_blocks else "<br>") if lines else "")

    content = content.replace("\r\n", "\n").replace("\r", "\n")
    has_blocks = "<!-- wp:" in content
    content = _GALLERY_BOX.sub("", _COMMENT.sub("", content))
    if not has_blocks:
        content = _EMPHASISED.sub(r"<figure>\1<figcaption>\3</figcaption></figure>", content)
    content = _EMBED.sub(_embedded, _BARE_ADDRESS.sub(_embedded, CAPTION.sub(_figure, content)))
    content = _without_short_codes(content, gallery, dropped)
    parts = _PREFORMATTED.split(content)
    # Every third part is the name of an element.
    texts = ((number % 3, part) for number, part in enumerate(parts) if number % 3 < 2)
    return "".join(part if is_preformatted else _LINES.sub(marked, part) for is_preformatted, part in texts)


def _embedded(match: re.Match[str]) -> str:
    return f'<embed src="{escape(match[1])}"></embed>'


def _figure(match: re.Match[str]) -> str:
    """``[caption]<img> The words[/caption]``; in old posts, the words are an attribute."""
    picture = _PICTURE.search(match["inner"])
    if picture is None:
        return match["inner"]
    words = match["inner"][picture.end() :].strip() or escape(attributes_of(match["attributes"]).get("caption", ""))
    return f"{match['inner'][: picture.start()]}<figure>{picture[0]}<figcaption>{words}</figcaption></figure>"


def _without_short_codes(content: str, gallery: Callable[[dict[str, str]], str], dropped: list[str]) -> str:
    """Remove short codes; other words in brackets stay: ``[sic]``."""
    closed = set(re.findall(r"\[/([a-z][a-z0-9_-]*+)\]", content))
    noted: set[str] = set()

    def shown(code: re.Match[str]) -> str:
        name, attributes = code["name"], attributes_of(code["attributes"])
        if name == "gallery":
            return gallery(attributes)
        if not (attributes or name in closed or code["attributes"].startswith("=")):
            return code[0]
        if not code["end"] and name not in noted:
            noted.add(name)
            dropped.append(code[0])
        return ""

    return _SHORT_CODE.sub(shown, content)
