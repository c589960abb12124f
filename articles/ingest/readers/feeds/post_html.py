"""The text of a WordPress post as HTML, with paragraphs marked and short codes expanded."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CAPTION = re.compile(
    r"\[(?P<name>(?:wp_)?caption)\b(?P<said>[^\]]*)\](?P<inner>(?:[^\[]|\[(?!/?(?:wp_)?caption\b))*+)\[/(?P=name)\]",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?", re.IGNORECASE)
_EMBED = re.compile(r"\[embed\b[^\]]*\]\s*(https?://[^\s\[<>]+)\s*\[/embed\]", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"^[ \t]*(https?://[^\s<>\"]+)[ \t\r]*$", re.MULTILINE)
_SHORT_CODE = re.compile(
    r"""\[(?P<end>/?)(?P<name>[a-z][a-z0-9_-]*+)(?P<said>(?:[\s=](?:[^\[\]"'<>]++|"[^"]*+"|'[^']*+')*+)?)\]"""
)
_SAID = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'\]]+))""")
# Boxes that some blocks put around each picture of a gallery.
_GALLERY_BOX = re.compile(r"<(?:ul|li)\b[^<>]*\bblocks-gallery[^<>]*>", re.IGNORECASE)
_PREFORMATTED = re.compile(r"(<(pre|script|style|textarea)\b.*?(?:</\2\s*>|\Z))", re.DOTALL | re.IGNORECASE)
_BLOCK = (
    r"</?(?:p|div|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|caption|colgroup|col|figure|figcaption|"
    r"blockquote|hr|pre|section|article|aside|header|footer|form|details|summary|iframe|embed|object|video|audio|address|"
    r"br)\b"
)
# Whole tags, since a line may end within one, and line ends, which mean nothing next to a block.
_LINES = re.compile(rf"({_BLOCK}[^<>]*>)\s*+|(<[^<>]*>)|\n\s*+(?={_BLOCK})|(\n\s*+)", re.IGNORECASE)

Said = dict[str, str]


def html_of(content: str, gallery: Callable[[Said], str], dropped: list[str]) -> str:
    """``gallery`` makes the HTML of a gallery from the attributes of its short code. Others are added to ``dropped``.

    A post made of blocks marks its paragraphs; in any other an empty line ends one, and a line end shows.
    """
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    has_blocks = "<!-- wp:" in content
    content = _GALLERY_BOX.sub("", _COMMENT.sub("", content))
    content = _EMBED.sub(_embedded, _BARE_ADDRESS.sub(_embedded, _CAPTION.sub(_figure, content)))
    content = _without_short_codes(content, gallery, dropped)
    parts = _PREFORMATTED.split(content)
    # Of each three, the last is the name of an element.
    return "".join(
        part if number % 3 else _paragraphs(part, ends_show=not has_blocks)
        for number, part in enumerate(parts)
        if number % 3 < 2
    )


def _paragraphs(text: str, *, ends_show: bool) -> str:
    def marked(found: re.Match[str]) -> str:
        block, tag, lines = found.groups()
        if lines and lines.count("\n") > 1:
            return "<p>"
        return block or tag or (("<br>" if ends_show else "\n") if lines else "")

    return _LINES.sub(marked, text)


def _embedded(found: re.Match[str]) -> str:
    return f'<embed src="{escape(found[1])}"></embed>'


def _figure(found: re.Match[str]) -> str:
    """``[caption]<img> The words[/caption]``; old posts have the words in an attribute."""
    picture = _PICTURE.search(found["inner"])
    if picture is None:
        return found["inner"]
    words = found["inner"][picture.end() :].strip() or escape(_said(found["said"]).get("caption", ""))
    return f"{found['inner'][: picture.start()]}<figure>{picture[0]}<figcaption>{words}</figcaption></figure>"


def _without_short_codes(content: str, gallery: Callable[[Said], str], dropped: list[str]) -> str:
    """Without short codes. Other words in brackets stay: ``[sic]``."""
    closed = set(re.findall(r"\[/([a-z][a-z0-9_-]*+)\]", content))
    known: set[str] = set()

    def shown(found: re.Match[str]) -> str:
        name, said = found["name"], _said(found["said"])
        if name == "gallery":
            return gallery(said)
        if not (said or name in closed or found["said"].startswith("=")):
            return found[0]
        if not found["end"] and name not in known:
            known.add(name)
            dropped.append(found[0])
        return ""

    return _SHORT_CODE.sub(shown, content)


def _said(text: str) -> Said:
    return {found[1].lower(): found[2] or found[3] or found[4] or "" for found in _SAID.finditer(text)}
