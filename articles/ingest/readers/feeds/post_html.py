"""The text of a WordPress post as HTML, with paragraphs marked and short codes expanded."""

import re
from collections.abc import Callable
from html import escape

from articles.ingest.parsing.blog_markup import CAPTION, attributes_of, with_paragraphs

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


def html_of(content: str, gallery: Callable[[dict[str, str]], str], dropped: list[str]) -> str:
    """``gallery`` makes the HTML of a gallery from its short code's attributes. Other short codes are added to
    ``dropped``. Posts made of blocks mark their paragraphs; in others, empty lines and line ends count.
    """
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    has_blocks = "<!-- wp:" in content
    content = _GALLERY_BOX.sub("", _COMMENT.sub("", content))
    if not has_blocks:
        content = _EMPHASISED.sub(r"<figure>\1<figcaption>\3</figcaption></figure>", content)
    content = _EMBED.sub(_embedded, _BARE_ADDRESS.sub(_embedded, CAPTION.sub(_figure, content)))
    content = _without_short_codes(content, gallery, dropped)
    return with_paragraphs(content, "\n" if has_blocks else "<br>")


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
