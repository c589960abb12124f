"""A saved web page as a tree: bytes of any kind in, one tree out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from articles.ingest.parsing.html_to_markdown.elements import add_text
from articles.ingest.parsing.long_tags import with_fewer_attributes
from articles.ingest.readers.html.charset import decode_page
from articles.ingest.readers.html.tree import BLOCK_TAGS, Element
from articles.ingest.story import Damage
from articles.text.damage import DamageCode

_CONTROLS = bytes({*range(32)} - set(b"\t\n\f\r"))
_UNPRINTABLE_REFERENCE = re.compile(
    r"&#(?:0*(?:[0-8]|11|1[4-9]|2\d|3[01])|x0*(?:[0-8be-f]|1[0-9a-f]))(?:;|(?![0-9a-f]))", re.IGNORECASE
)

_END_OF_PAGE = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_LATE_HTML = re.compile(r"<!--.*?-->|(?P<tag><html\s[^<>]*>)", re.IGNORECASE | re.DOTALL)
_HEAD_TAGS = frozenset("title meta link script style base noscript template object bgsound".split())

# Deeper elements are merged into those around them: no reader needs more, and none may run out of stack.
_DEEPEST = 100
_IS_DEEP = etree.XPath(f"boolean({'/*' * (_DEEPEST + 1)})")
# What is left of the markup of a page that is deeper than even the parser can go (2,048): the others hold nothing up.
_INLINE = "a|abbr|b|big|code|em|font|i|ins|mark|nobr|q|s|small|span|strike|strong|sub|sup|tt|u"
_PLAIN = "html|head|title|meta|link|base|script|style|body|p|br|h1|h2|h3|h4|h5|h6|img|figure|figcaption|time"
_OTHER_TAG = re.compile(rf"</?(?P<inline>{_INLINE})\b[^<>]*>|</?(?!(?:{_PLAIN})\b)[a-z][^<>]*>", re.IGNORECASE)
# What is left where that does not help: titles and paragraphs, which do not nest.
_NOT_OF_LINES = re.compile(r"</?(?!(?:html|head|title|body|p|br)\b)[a-z][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """``root`` is an ``html`` element with a ``body``, nested at most 100 deep, without NUL and control characters.

    ``base`` is the address of ``<base href>`` as written, which may itself be relative; ``None``: links are relative
    to the page's own address. ``encoding`` is named as ``Original.encoding``. ``is_hostile``: made by no person.
    """

    root: Element
    encoding: str = "utf-8"
    damage: tuple[Damage, ...] = ()
    base: str | None = None
    is_hostile: bool = False


def parse(data: bytes, *, declared: str | None = None) -> Page:
    """The tree of a page. Any bytes give one; of no bytes it is empty.

    ``declared`` is the character set that came with the page (``charset`` of its ``Content-Type``), if any. Nothing
    is fetched and no entity but those of HTML is expanded.
    """
    decoded = decode_page(data, declared)
    codes = [*decoded.codes, *([DamageCode.NUL_REMOVED] if "\0" in decoded.text else [])]
    # Without what no page can show and no tree can hold: controls, lone surrogates, what Unicode calls noncharacters.
    printable = decoded.text.encode("utf-8", "ignore").translate(None, _CONTROLS).decode()
    text = printable.replace("\ufffe", "").replace("\uffff", "").replace("\f", "\n")
    text = _UNPRINTABLE_REFERENCE.sub("", text) if "&#" in text else text
    # Whatever follows these tags is shown by browsers, and lost by libxml2.
    text = _END_OF_PAGE.sub("", with_fewer_attributes(text))
    root, is_cut = _parsed(text)
    _close_empty(root)
    is_deep = is_cut or _IS_DEEP(root)
    if is_cut:
        root, is_cut = _parsed(_OTHER_TAG.sub(lambda tag: "" if tag["inline"] else "\n", text))
    if is_cut:
        root, _ = _parsed(_NOT_OF_LINES.sub("\n", text))
    if is_deep:
        _flatten(root)
    _gather_body(root)
    # An ``html`` tag may have something before it, such as the warning of a program. HTML 5 (13.2.6.4.7, "in body")
    # adds its attributes to the root; libxml2 drops the tag.
    late = next((found for found in _LATE_HTML.finditer(text, 0, 20_000) if found["tag"]), None)
    if late and not root.attrib:
        root.attrib.update(etree.HTML(late["tag"]).attrib)
    base = next((href for base in root.iter("base") if (href := base.get("href", "").strip())), None)
    is_hostile = is_deep or data.count(b"<") > 20_000
    return Page(root, decoded.encoding, tuple(map(Damage, codes)), base, is_hostile)


def _close_empty(root: Element) -> None:
    """Put what follows a ``source`` behind it: libxml2 does not know that it holds nothing, and would put a picture
    into all its sources, and a film's words into its tracks."""
    for empty in list(root.iter("source", "track")):
        inner, tail = list(empty), empty.tail
        empty.tail, empty.text = empty.text, None
        for child in reversed(inner):
            empty.addnext(child)
        last = inner[-1] if inner else empty
        last.tail = (last.tail or "") + (tail or "") or None


def _gather_body(root: Element) -> None:
    """Make a ``body`` of all that is shown; libxml2 leaves HTML 5 in the head if no ``body`` tag precedes it."""
    if root.find("frameset") is not None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    head = root.find("head")
    elements = (child for child in (() if head is None else head) if isinstance(child.tag, str))
    others = (child for child in elements if child.tag not in _HEAD_TAGS)
    stray = next((child for child in others if len(child) or (child.text or "").strip()), None)
    if stray is None:
        return
    text, body.text = body.text, None
    moved = [stray, *stray.itersiblings()]
    body[:0] = moved
    add_text(body, moved[-1], text)


def _parsed(text: str) -> tuple[Element, bool]:
    """The tree, and whether the parser gave up before the end because a part was nested too deep or too long."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_pis=True)
    try:
        root: Element | None = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it
        root = None
    if root is None:
        return parser.makeelement("html"), False
    return root, any(error.level == etree.ErrorLevels.FATAL for error in parser.error_log[-1:])


def _flatten(root: Element) -> None:
    for deep in root.xpath(f"{'/*' * _DEEPEST}[*]"):
        parts = list(_parts(deep))
        deep[:] = []
        last: Element | None = None
        texts: list[str] = []
        for text, element in parts:
            texts.append(text)
            if element is not None:
                add_text(deep, last, "".join(texts))
                texts.clear()
                element.tail = None
                deep.append(element)
                last = element
        add_text(deep, last, "".join(texts))


def _parts(top: Element) -> Iterator[tuple[str, Element | None]]:
    """The text below an element by pieces, each with the picture or line break after it; blocks have two of these."""
    is_apart = True
    for event, element in etree.iterwalk(top, events=("start", "end", "comment")):
        if element is top:
            continue
        if element.tag in BLOCK_TAGS and not is_apart:
            is_apart = True
            yield "", top.makeelement("br")
            yield "", top.makeelement("br")
        if event == "start" and element.tag in ("br", "img"):
            yield "", element
        text = (element.text if event == "start" else element.tail) or ""
        is_apart = is_apart and not text.strip()
        yield text, None
