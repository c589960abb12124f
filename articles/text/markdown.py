"""The one way from an article's Markdown to the HTML that readers see; ingest and admin both call it.

``render`` gives one sanitised string for each top-level block, so that photos can stand between blocks by position.
``plain`` is a block as text, and ``escape_text`` is the Markdown of a paragraph that is only text.
"""

from __future__ import annotations

import html as references
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor

from articles.text.sanitising import CONTROL, FOOTNOTE_MARK, TAG, WORDS, TooTangledError, readable, sanitised


def render(body: str) -> tuple[str, ...]:
    """Markdown to sanitised HTML, one string a top-level block.

    A block that shows nothing (a comment, an empty paragraph) is no block. Control characters are dropped. A body that
    is too tangled to be read in reasonable time comes out as its text, escaped, a paragraph each.

    Python-Markdown, which takes eighteen times as long, is asked only about the blocks that hold something for it to
    do. The outcome is that of ``render_whole``.
    """
    if _reaches_across_blocks(body):
        return render_whole(body)
    blocks: list[str] = []
    special: list[str] = []
    for piece in body.strip("\n").split("\n\n"):
        block = piece.lstrip("\n")
        if simple := _simple(block):
            blocks += [*_render_run(special), simple]
            special.clear()
        elif CONTROL.search(block):
            return render_whole(body)
        elif block:
            special.append(block)
    return (*blocks, *_render_run(special))


def _simple(block: str) -> str:
    """A paragraph or heading in which nothing acts, as HTML; ``""`` for what Python-Markdown must read."""
    if _PLAIN(block):
        return f"<p>{_escape(block)}</p>"
    if heading := _PLAIN_HEADING(block):
        level = max(2, len(heading[1]))
        return f"<h{level}>{_escape(heading[2])}</h{level}>"
    return ""


def blocks_of(body: str) -> list[str]:
    """As ``render``, of a text that is asked about again and again: for each photo that stands between its blocks."""
    return list(_rendered(body))


@lru_cache(maxsize=4)
def _rendered(body: str) -> tuple[str, ...]:
    return render(body)


def render_whole(body: str) -> tuple[str, ...]:
    """As ``render``, with everything going through Python-Markdown."""
    return tuple(_render_run([CONTROL.sub(readable, body.replace("\r\n", "\n").replace("\r", "\n"))]))


def escape_text(paragraph: str) -> str:
    r"""Markdown that shows exactly this text, as one paragraph.

    Only what would act is escaped: ``5 * 3``, ``[Photo/Xinhua]``, ``snake_case`` and ``$8.7 billion`` stay as they
    are, ``*new*`` becomes ``\*new\*``. Line ends and tabs become one space, for a paragraph has neither; the ends are
    trimmed.
    """
    text = (paragraph if paragraph.isprintable() else _LINE_END.sub(" ", paragraph)).strip()
    if not _MAY_ACT.search(text) and text[:1] not in _OPENERS and not text[:1].isdigit():
        return text
    text = _BACKSLASH.sub(r"\\\\", _REFERENCE.sub("&amp;", text)).replace("<", "&lt;")
    if "```" in text or len(_BACKTICKS.findall(text)) > 1:
        text = text.replace("`", r"\`")
    if _LINK.search(text):
        text = text.replace("[", r"\[")
    if len(_STARS.findall(text)) > 1:
        text = _ACTING_STARS.sub(lambda run: "\\*" * len(run[0]), text)
    if len(_UNDERSCORES.findall(text)) > 1:
        text = _ACTING_UNDERSCORES.sub(lambda run: "\\_" * len(run[0]), text)
    return _OPENING.sub(r"\g<number>\\\g<mark>", text) if text[:3] != "~~~" else "&#126;" + text[1:]


@lru_cache(maxsize=1_000)  # asked for each block twice: as a paragraph, and for the index
def plain(html: str) -> str:
    """The text of rendered HTML: no tags, references resolved, whitespace folded, cells and list items apart.

    The marks that lead to a footnote and back are no text.
    """
    if html.startswith("<p>") and html.endswith("</p>"):
        html = html[3:-4]
    if "<" in html:
        html = TAG.sub(lambda tag: "" if tag[2] in WORDS else " ", FOOTNOTE_MARK.sub("", html))
    if "&" in html:
        html = references.unescape(html)
    # A string is printable when it holds no whitespace but the common space, among other things.
    is_folded = html.isprintable() and "  " not in html and html[:1] != " " and html[-1:] != " "
    return html if is_folded else " ".join(html.split())


_PARTING = re.compile(
    r"</?(?:p|[uod]l|li|d[td]|table|t[rdh]|thead|tbody|tfoot|caption|blockquote|pre|h[1-6r]|fig\w+|div|section)\b[^>]*>"
)


def passages(html: str) -> list[str]:
    """The text of a rendered block in the pieces that are read one after the other: the paragraphs of a quotation, the
    items of a list, the cells of a table; mostly it is one."""
    parts = [html] if html.startswith("<p>") and html.find("</p>") == len(html) - 4 else _PARTING.split(html)
    return [text for part in parts if (text := plain(part))]


def passages_of(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        yield from passages(block)


def with_links_from(html: str, base: str | None) -> str:
    """A block whose links hold here: relative ones lead to the page that the text was on, if its address is known.

    If it is not (``base`` is ``None``), such a link would lead into this archive, to nothing; its words stay.
    """
    return _RELATIVE_LINK.sub(lambda link: _led_from(link, base), html) if "<a " in html else html


_RELATIVE_LINK = re.compile(r'(?P<before><a\b[^>]*?) href="(?!(?:https?|mailto|tel):|#)(?P<target>[^"]*)"')


def _led_from(link: re.Match[str], base: str | None) -> str:
    if base is None:
        return link["before"]
    try:
        target = urljoin(base, references.unescape(link["target"]))
    except ValueError:  # an address that is none
        return link["before"]
    return f'{link["before"]} href="{references.escape(target)}"'


# --- text that must stay text -----------------------------------------------------------------------------------------

_LINE_END = re.compile(r"[ \t]*[\r\n\t][ \t\r\n]*")
_MAY_ACT = re.compile(r"[*_`\\<&\[]")
_OPENERS = frozenset("#>~+-")
_REFERENCE = re.compile(r"&(?=#|\w+;)")
_BACKSLASH = re.compile(r"\\(?=[\\`*_{}\[\]()>#+.!|-])")
_BACKTICKS = re.compile(r"`+")
_LINK = re.compile(r"\](?=[(:])|\[\^")
# Stars and underscores between spaces, and underscores inside a word, are no emphasis.
_STARS = re.compile(r"\*+")
# Possessive, and only from the first star of a run: else each star of a long one is tried up to its end.
_ACTING_STARS = re.compile(r"(?<=[^\s*])\*++|(?<!\*)\*++(?=[^\s*])")
_UNDERSCORES = re.compile(r"_+")
_ACTING_UNDERSCORES = re.compile(r"(?<=\w)(?<!_)_+(?![\w])|(?<=[^\w\s])_+|(?<![^\s])_+(?=[^\s_])")
_OPENING = re.compile(r"\A(?P<number>\d+(?=\. )|)(?P<mark>(?<=\d)\.|[#>]|[+*-](?= )|[-_*](?=[-_* ]*\Z))")


# --- blocks that are only text ----------------------------------------------------------------------------------------

# Characters that nothing begins or ends with: no emphasis, code, link, tag, table, character reference.
_TEXT = r"[^\x00-\x1f\x7f*_`\\\[\]<&|\ufffe\uffff\ud800-\udfff]"

# One block, no line of which begins as a list, heading, quotation, rule or table would, or ends in a line break (two
# spaces).
_PLAIN = re.compile(
    rf"(?: (?! [#>+=:~-] | \s | \d+\. ) (?: {_TEXT}++ | &(?! \# | \w*; ) )++ (?: (?<![ ][ ]) \n (?!\Z) | \Z ) )+",
    re.VERBOSE,
).fullmatch
_PLAIN_HEADING = re.compile(rf"(\#{{1,6}}) [ ]* (?! \# | \s ) ( (?: (?!\#) {_TEXT} )+ ) (?<!\s)", re.VERBOSE).fullmatch

_INDENTED = re.compile(r"^(?: {4}| +$)", re.MULTILINE)


def _reaches_across_blocks(body: str) -> bool:
    """Whether anything in a body may act beyond its own block, so that all of it must be read as one."""
    return (
        "<" in body
        or ("]" in body and "]:" in body)  # the definition of a link or a footnote
        or ("`" in body and "```" in body)
        or "~" in body
        or "\t" in body
        or "\r" in body
        or (("\n " in body or body.startswith(" ")) and _INDENTED.search(body) is not None)
    )


def _escape(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace(">", "&gt;") if ">" in text else text


# --- blocks that Python-Markdown reads --------------------------------------------------------------------------------

# Stands behind each top-level element while the document is one string. No text can hold it: control characters are
# taken out of the body before, and a character reference to one is resolved after.
_SEAM = "\x1e"


class _Seams(Treeprocessor):
    """Puts a seam behind each top-level element, and takes the footnotes out of their frame."""

    def run(self, root: Element) -> None:
        for position, child in enumerate(root):
            if child.tag == "div" and child.get("class") == "footnote":
                root[position] = child = child[-1]
            child.tail = "\n" + _SEAM


class _Reader(threading.local):
    """One Python-Markdown a thread, for making one takes longer than rendering an article."""

    def __init__(self) -> None:
        self.markdown = _new_markdown()

    def convert(self, source: str) -> str:
        self.markdown.reset()
        try:
            return self.markdown.convert(source)
        except RecursionError as error:
            self.markdown = _new_markdown()
            raise TooTangledError from error


def _new_markdown() -> Markdown:
    markdown = Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            FencedCodeExtension(),
            FootnoteExtension(BACKLINK_TITLE="Back to the text"),
            SaneListExtension(),
        ],
        output_format="html",
    )
    markdown.treeprocessors.register(_Seams(markdown), "seams", -10)
    return markdown


_reader = _Reader()


def _render_run(blocks: Sequence[str]) -> list[str]:
    """Render blocks that stand together and depend on nothing else in the body."""
    if not blocks:
        return []
    source = "\n\n".join(blocks)
    try:
        _refuse_tangles(source)
        return [block for segment in _reader.convert(source).split(_SEAM) for block in sanitised(segment)]
    except TooTangledError:
        paragraphs = filter(None, map(str.strip, re.split(r"\n\s*\n", source)))
        return [f"<p>{references.escape(text, quote=False)}</p>" for text in paragraphs]


# Where reading takes time that grows with the square of the input, and how much of that is borne: a second or two. No
# article comes near; a body made to hold up a load does.
_MOST_TAGS = 20_000
_MOST_MARKS = 60_000
_MOST_LINES = 60_000
_MOST_FENCES = 2_000
_MOST_STEPS = 3_000_000
_MOST_COPIED = 1_000_000_000

_TOO_NESTED = re.compile(r"(?:> ?){64}|(?:\d{1,9}\. ){64}")
_UNCLOSED = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_BRACKET = re.compile(r"[\[\]()]")
# Possessive, and each space in one place: a line of marks that ends in words is given up at once.
_RESTART = re.compile(r"^(?:\#|=++\ *+$|\ {0,3}+(?:[-_*]\ *+){3,}+$)", re.MULTILINE)


def _refuse_tangles(source: str) -> None:
    """Raise ``TooTangledError`` for what would be read again and again: open tags, open brackets, stacked headings."""
    tags = source.count("<")
    if tags > _MOST_TAGS or _marks(source) > _MOST_MARKS or source.count("\n") > _MOST_LINES:
        raise TooTangledError
    if _TOO_NESTED.search(source) or source.count("~~~") > _MOST_FENCES:
        raise TooTangledError
    if tags > 50 and len(_UNCLOSED.findall(source)) * len(source) > _MOST_STEPS:
        raise TooTangledError
    if len(source) > 3_000 and sum(map(_steps, source.split("\n\n"))) > _MOST_STEPS:
        raise TooTangledError


def _steps(block: str) -> int:
    if len(block) > 20_000 and _marks(block) * len(block) > _MOST_COPIED:
        raise TooTangledError
    steps = len(_RESTART.findall(block)) * len(block) // 20
    return steps + _bracket_steps(block) if block.count("[") > 50 else steps


def _marks(text: str) -> int:
    return sum(map(text.count, "*_`\\[<&|"))


def _bracket_steps(block: str) -> int:
    """How many characters lie between each opening bracket and the one that closes it, or the end of the block."""
    steps = 0
    open_at: dict[str, list[int]] = {"]": [], ")": []}
    for bracket in _BRACKET.finditer(block):
        if bracket[0] in "[(":
            open_at["]" if bracket[0] == "[" else ")"].append(bracket.start())
        elif open_at[bracket[0]]:
            steps += bracket.start() - open_at[bracket[0]].pop()
    return steps + sum(len(block) - start for starts in open_at.values() for start in starts)
