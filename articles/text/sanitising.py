"""The HTML allowed in articles (``sanitising.toml``), and its division into top-level blocks."""

import re
from collections.abc import Iterator

import nh3

from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
WORDS, _BLOCKS, _PARTS, _VOID, _SILENT, _LOOKS = (
    frozenset(_TABLES[name].split()) for name in ("words", "blocks", "parts", "void", "silent", "looks")
)
_ALLOWED = WORDS | _BLOCKS | _PARTS

# Frames are removed, but the contents of two must not become one word or one paragraph.
_FRAME = re.compile(
    r"(?i)</?(?:address|article|aside|body|center|details|dir|div|fieldset|footer|form|header|hgroup|legend|main|menu|nav"
    r"|section|summary)(?=[\s/>])"
)
# What a sentence only names, as in: the tag <title> of a page. A browser would hide it, or all that follows.
_NAMED = re.compile(r"<(?<=\w <)([A-Za-z]\w*)>")
_END = re.compile(r"</(\w+)")
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s"=>]+="[^"]*")*)>')
_TAG_OR_BLANK_LINE = re.compile(TAG.pattern + r"|\n\s*\n")
FOOTNOTE_MARK = re.compile(r'<sup id="fnref[^>]*>.*?</sup>|<a class="footnote-backref"[^>]*>.*?</a>')
_SHOWN = re.compile(r"<hr>|>[^<]*[^\s<][^<]*<")

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

# In UTF-8 these begin as the no-break space does. At each, nh3 goes through all the text before it again; this many
# steps take about half a second.
_SLOW = re.compile("[\x80-\xbf]")
_MOST_STEPS = 20_000_000_000

# Browsers stop nesting at 512.
_DEEPEST = 64


class TooTangledError(Exception):
    """The body cannot be parsed, or not in reasonable time."""


def _checked(tag: str, name: str, value: str) -> str | None:
    """The value of an allowed attribute, ``None`` if it is not: numbers must be short, an id a footnote's."""
    if name in ("colspan", "rowspan", "start", "value"):
        return value if value.isascii() and value.isdigit() and len(value) < 4 else None
    if name == "id":
        return value if value.startswith(("fn:", "fnref")) else None
    return value


LINK_REL = "noopener noreferrer"
_CLEANER = nh3.Cleaner(
    tags=set(_ALLOWED),
    clean_content_tags=set(_SILENT),
    attributes={tag: {*names} for tag, names in _TABLES["attributes"].items()},
    tag_attribute_values={
        **{tag: {"dir": {"ltr", "rtl", "auto"}} for tag in _ALLOWED},
        **{tag: {"align": {"left", "center", "right"}, "dir": {"ltr", "rtl", "auto"}} for tag in ("td", "th")},
    },
    attribute_filter=_checked,
    allowed_classes={"a": {"footnote-ref", "footnote-backref"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=LINK_REL,
)


def sanitised(segment: str) -> list[str]:
    """A segment as safe, balanced blocks; raw HTML may give none or several. Raises ``TooTangledError``."""
    if segment.isspace() or not segment:
        return []
    if len(segment) ** 2 > _MOST_STEPS and len(_SLOW.findall(segment)) * len(segment) > _MOST_STEPS:
        raise TooTangledError
    if _NAMED.search(segment):
        elements = _ALLOWED | _LOOKS | {*map(str.lower, _END.findall(segment))}
        segment = _NAMED.sub(
            lambda tag: tag[0] if tag[1].lower() in elements or _FRAME.match(tag[0]) else f"&lt;{tag[1]}&gt;", segment
        )
    html = _CLEANER.clean(_FRAME.sub(r"\n\n\g<0>", segment))
    if CONTROL.search(html):  # given as references; ``java&#1;script:`` has a scheme only without them
        html = _CLEANER.clean(CONTROL.sub(readable, html))
    html = html.replace("&nbsp;", "\xa0").replace("<h1", "<h2").replace("</h1>", "</h2>")
    html = html.replace(f'<a rel="{LINK_REL}">', "<a>")  # invalid on links that lost their address
    return [block for block in _top_level(html.replace("<p>\n\n", "<p>")) if _SHOWN.search(block)]


def _top_level(html: str) -> Iterator[str]:
    """Sanitised HTML cut into top-level blocks; text outside them becomes paragraphs."""
    depth = 0
    begin = loose_from = 0
    for tag in TAG.finditer(html):
        closes, name = tag[1], tag[2]
        if name in _VOID and name != "hr":
            continue
        if closes:
            depth -= 1
            if not depth and name not in WORDS:
                yield html[begin : tag.end()]
                loose_from = tag.end()
            continue
        if not depth and name not in WORDS:
            yield from _loose(html[loose_from : tag.start()])
            begin = tag.start()
            if name == "hr":
                yield "<hr>"
                loose_from = tag.end()
        if name != "hr":
            depth += 1
        if depth > _DEEPEST:
            raise TooTangledError
    yield from _loose(html[loose_from:])


def _loose(html: str) -> Iterator[str]:
    """Text and inline elements outside any block, as paragraphs, cut at blank lines between elements."""
    text = html.strip()
    if not text:
        return
    if any(tag[2] not in WORDS and tag[2] not in _VOID for tag in TAG.finditer(text)):
        yield text
        return
    depth, begin = 0, 0
    for mark in _TAG_OR_BLANK_LINE.finditer(text):
        if mark[2]:
            depth += 0 if mark[2] in _VOID else -1 if mark[1] else 1
        elif not depth:
            yield f"<p>{text[begin : mark.start()]}</p>"
            begin = mark.end()
    yield f"<p>{text[begin:]}</p>"


def readable(control: re.Match[str]) -> str:
    """The replacement for a control character: a space if it is whitespace, U+FFFD for a lone surrogate."""
    if control[0] >= "\ud800":
        return "\ufffd"
    return " " if control[0] in "\x0b\x0c\x1c\x1d\x1e\x1f" else ""
