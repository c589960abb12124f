"""Markdown of articles to sanitised HTML, for ingest and admin alike.

``render`` gives one string for each top-level block, so that photos can be placed between blocks. ``plain`` turns a
block into text, ``escape_text`` text into Markdown.
"""

import html as references
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.htmlparser import HTMLExtractor
from markdown.preprocessors import HtmlBlockPreprocessor, Preprocessor
from markdown.treeprocessors import Treeprocessor

from articles.text.paths import joined
from articles.text.sanitising import CONTROL, FOOTNOTE_MARK, LINK_REL, TAG, WORDS, TooTangledError, readable, sanitised

_PARTING = re.compile(
    r"</?(?:p|[uod]l|li|d[td]|table|t[rdh]|thead|tbody|tfoot|caption|blockquote|pre|h[1-6r]|fig\w+|div|section)\b[^>]*>"
)
_ATTRIBUTE = r' (?!href=)[^\s"=>]+="[^"]*"'
_ANCHOR = re.compile(rf'(?P<before><a(?:{_ATTRIBUTE})*) href="(?P<target>[^"]*)"')
_HEADING = re.compile(r"<(?P<end>/?)h(?P<level>[1-6])\b")
OF_SITE = "@/"  # begins the path of a file below the site's folder, or one in it; Zola writes so
_ELSEWHERE = re.compile("(?:https?|mailto|tel):|#fn")  # or a footnote
_WITHOUT_TARGET = re.compile(rf"<a(?:{_ATTRIBUTE})*>(.*?)</a>", re.DOTALL)


_DESTINATION = re.compile(
    r"(\]\(\s*<?|\]:\s*<?|<|\b(?:href|src|action)\s*=\s*[\"']?)"
    r"((?:[a-z-]|&#?\w+;?|[\x00-\x20\x7f])+?(?::|&colon;?|&#0*58;?|&#x0*3a;?))",
    re.IGNORECASE,
)
_NO_LETTER = re.compile("[^a-z:-]")
_RUNNING = ("javascript:", "vbscript:", "data:", "feed:", "view-source:")


def defused(body: str) -> str:
    """Markdown for other programs, which may not clean what they make of it: no link of it runs."""

    def safe(link: re.Match[str]) -> str:
        scheme = _NO_LETTER.sub("", references.unescape(link[2]).lower())
        return f"{link[1]}unsafe:" if scheme.startswith(_RUNNING) else link[0]

    return _DESTINATION.sub(safe, body)


def render(body: str) -> tuple[str, ...]:
    """Markdown to sanitised HTML, one string per top-level block.

    Blocks that show nothing (a comment, an empty paragraph) are omitted, control characters dropped. A body too tangled
    to be parsed in reasonable time becomes its escaped text, paragraph by paragraph.

    Python-Markdown takes eighteen times as long, so it parses only blocks with markup. The result equals
    ``render_whole``.
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
    """A paragraph or heading, as HTML; ``""`` if Python-Markdown must parse it."""
    if _PLAIN(block):
        return f"<p>{references.escape(block, quote=False)}</p>"
    if ("*" in block or "](http" in block) and _PLAIN(_MARKED.sub(r"\g<em>\g<strong>\g<link>", block)):
        return f"<p>{_MARKED.sub(_marked, references.escape(block, quote=False))}</p>"
    if heading := _PLAIN_HEADING(block):
        level = max(2, len(heading[1]))
        return f"<h{level}>{references.escape(heading[2], quote=False)}</h{level}>"
    return ""


def _marked(found: re.Match[str]) -> str:
    if found["link"]:
        return f'<a href="{found["target"]}" rel="{LINK_REL}">{found["link"]}</a>'
    return f"<em>{found['em']}</em>" if found["em"] else f"<strong>{found['strong']}</strong>"


@lru_cache(maxsize=4)  # called for each photo of the same text
def blocks_of(body: str) -> list[str]:
    return list(render(body))


def render_whole(body: str) -> tuple[str, ...]:
    """``render`` by Python-Markdown alone."""
    return tuple(_render_run([CONTROL.sub(readable, body.replace("\r\n", "\n").replace("\r", "\n"))]))


def escape_text(paragraph: str) -> str:
    r"""Markdown that shows exactly this text, as one paragraph.

    Only active markup is escaped: ``5 * 3``, ``[Photo/Xinhua]``, ``snake_case`` and ``$8.7 billion`` stay as they are,
    ``*new*`` becomes ``\*new\*``. Line ends and tabs become one space; the ends are trimmed.
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


@lru_cache(maxsize=1_000)  # called twice for each block: as a paragraph, and for the index
def plain(html: str) -> str:
    """The text of rendered HTML, folded, with cells and list items separated and without footnote marks."""
    if html.startswith("<p>") and html.endswith("</p>"):
        html = html[3:-4]
    if "<" in html:
        html = TAG.sub(lambda tag: "" if tag[2] in WORDS else " ", FOOTNOTE_MARK.sub("", html))
    if "&" in html:
        html = references.unescape(html)
    # Printable strings have no whitespace but the common space.
    is_folded = html.isprintable() and "  " not in html and html[:1] != " " and html[-1:] != " "
    return html if is_folded else " ".join(html.split())


def passages(html: str) -> list[str]:
    """The text of a rendered block, split into paragraphs, list items and table cells."""
    parts = [html] if html.startswith("<p>") and html.find("</p>") == len(html) - 4 else _PARTING.split(html)
    return [text for part in parts if (text := plain(part))]


def passages_of(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        yield from passages(block)


def outlined(html: str) -> str:
    """HTML with its headings as an outline below the headline: the first is ``h2``, and none skips a level."""
    above: list[str] = []

    def shown(tag: re.Match[str]) -> str:
        if not tag["end"]:
            above[:] = [*(level for level in above if level < tag["level"]), tag["level"]]
        return f"<{tag['end']}h{1 + len(above)}"

    return _HEADING.sub(shown, html) if "<h" in html else html


def targets_in(html: str) -> set[str]:
    """The targets of links, as written."""
    return {link["target"] for link in _ANCHOR.finditer(html)} if "<a " in html else set()


def with_links_from(html: str, base: str | None, here: Mapping[str, str]) -> str:
    """HTML with links that lead somewhere: by target as written, ``here`` has their addresses in this archive. Other
    relative links become absolute, from ``base``, the address of their page. If that is unknown (``None``), they become
    plain words, since they would lead into this archive; so do links to files of a site, and within the page, except to
    footnotes.
    """
    if "</a>" not in html:
        return html
    return _WITHOUT_TARGET.sub(r"\1", _ANCHOR.sub(lambda link: _shown_link(link, base, here), html))


def _shown_link(link: re.Match[str], base: str | None, here: Mapping[str, str]) -> str:
    target = link["target"]
    if (address := here.get(target)) is None:
        if _ELSEWHERE.match(target):
            return link[0]
        if target.startswith(("#", OF_SITE, "///")) or (base is None and not target.startswith("//")):
            return link["before"]
        address = joined(base or "https://", references.unescape(target))
    return f'{link["before"]} href="{references.escape(address)}"' if address else link["before"]


# Text that must stay text.
_LINE_END = re.compile(r"[ \t]*[\r\n\t][ \t\r\n]*")
_MAY_ACT = re.compile(r"[*_`\\<&\[]")
_OPENERS = frozenset("#>~+-")
_REFERENCE = re.compile(r"&(?=#|\w+;)")
_BACKSLASH = re.compile(r"\\(?=[\\`*_{}\[\]()<>#+.!|\"'~$@-])")
_ALSO_ESCAPED = "<\"'~$@"  # by a backslash, as other programs read it
_BACKTICKS = re.compile(r"`+")
_LINK = re.compile(r"\](?=[(:])|\[\^")
# Stars and underscores between spaces, and underscores inside a word, are not emphasis.
_STARS = re.compile(r"\*+")
# Possessive, and only from the first star of a run, so that a long run is scanned once.
_ACTING_STARS = re.compile(r"(?<=[^\s*])\*++|(?<!\*)\*++(?=[^\s*])")
_UNDERSCORES = re.compile(r"_+")
_ACTING_UNDERSCORES = re.compile(r"(?<=\w)(?<!_)_+(?![\w])|(?<=[^\w\s])_+|(?<![^\s])_+(?=[^\s_])")
_OPENING = re.compile(r"\A(?P<number>\d+(?=\. )|)(?P<mark>(?<=\d)\.|[#>]|[+*-](?= )|[-_*](?=[-_* ]*\Z))")


# Blocks that are only text: characters that neither begin nor end any markup.
_TEXT = r"[^\x00-\x1f\x7f*_`\\\[\]<&|\ufffe\uffff\ud800-\udfff]"

# One block without lines that begin a list, heading, quotation, rule or table, or end in a line break (two spaces).
_PLAIN = re.compile(
    rf"(?: (?! [#>+=:~-] | \s | \d+\. ) (?: {_TEXT}++ | &(?! \# | \w*; ) )++ (?: (?<![ ][ ]) \n (?!\Z) | \Z ) )+",
    re.VERBOSE,
).fullmatch
_PLAIN_HEADING = re.compile(rf"(\#{{1,6}}) [ ]* (?! \# | \s ) ( (?: (?!\#) {_TEXT} )+ ) (?<!\s)", re.VERBOSE).fullmatch

# Emphasis, or a link to another site, of a few words without markup of their own.
_WORDS = r"(?![\s^])[^\x00-\x1f\x7f*_`\\\[\]<>&|\ufffe\uffff\ud800-\udfff]+(?<!\s)"
_TARGET = r"https?://(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]+(?:/[A-Za-z0-9./%?=+,:#-]*)?"
_MARKED = re.compile(
    rf"(?<!\*)\*(?P<em>{_WORDS})\*(?!\*)|(?<!\*)\*\*(?P<strong>{_WORDS})\*\*(?!\*)|"
    rf"(?<!!)\[(?P<link>{_WORDS})\]\((?P<target>{_TARGET})\)"
)

_INDENTED = re.compile(r"^(?: {4}| +$)", re.MULTILINE)


def _reaches_across_blocks(body: str) -> bool:
    """``True`` if markup may act beyond its own block, so that the body must be parsed as a whole."""
    return (
        "<" in body
        or ("]" in body and "]:" in body)  # the definition of a link or a footnote
        or ("`" in body and "```" in body)
        or "~" in body
        or "\t" in body
        or "\r" in body
        or (("\n " in body or body.startswith(" ")) and _INDENTED.search(body) is not None)
    )


# Follows each top-level element while the document is one string. No text contains it: control characters are removed
# from the body before, and character references resolved after.
_SEAM = "\x1e"


class _Seams(Treeprocessor):
    """Marks the end of each top-level element, and unwraps the footnotes."""

    def run(self, root: Element) -> None:
        for position, child in enumerate(root):
            if child.tag == "div" and child.get("class") == "footnote":
                root[position] = child = child[-1]
            child.tail = "\n" + _SEAM


_ITEM = re.compile(r" {0,3}(?:[*+-]|\d+\.) ")
_FENCE = re.compile(r"( *)(`{3,}|~{3,})[^`]*")
# An opening tag on a line of its own, before a blank line and Markdown, all of which would be taken for HTML.
_WRAPPER = re.compile(
    r"^ {0,3}<(?:div|details|section|center)\b[^<>\n]*>\n(?=(?: {0,3}<summary\b.*\n)?\n++ {0,3}[^\s<])", re.MULTILINE
)


class _Nested(Preprocessor):
    """Makes fenced code within lists, which Python-Markdown does not know, indented code, and unwraps Markdown."""

    def run(self, lines: list[str]) -> list[str]:
        done: list[str] = []
        opened: tuple[int, re.Match[str]] | None = None
        in_list, is_after_blank = False, True
        for line in lines:
            done.append(line)
            if opened and line.strip() == opened[1][2]:
                start, depth = opened[0], len(opened[1][1])
                code = [inner[min(depth, len(inner) - len(inner.lstrip())) :] for inner in done[start + 1 : -1]]
                margin = " " * (4 * (-(-depth // 4)) + 4 if in_list else 4)
                done[start:] = ["", *(f"{margin}{inner}" for inner in code), ""]
                opened = None
            elif not opened:
                fence = _FENCE.fullmatch(line)
                if fence and (in_list or 0 < len(fence[1]) < 4):
                    opened = len(done) - 1, fence
                elif _ITEM.match(line) or (is_after_blank and line and line[:4].strip()):
                    in_list = _ITEM.match(line) is not None
                is_after_blank = not line
        return _WRAPPER.sub("", "\n".join(done)).split("\n")


_MOST_UNCLOSED = 20  # each makes all that follows be read again
_MARKDOWN = re.compile(r"\n(?:[ \t]*\n)+(?= {0,3}[^\s<])")
_TO_THE_END = frozenset({"pre", "script", "style", "textarea"})  # if unclosed, in CommonMark


class _Html(HtmlBlockPreprocessor):
    """Ends HTML that is never closed where Markdown follows a blank line."""

    def run(self, lines: list[str]) -> list[str]:
        source, done, blocks = "\n".join(lines), list[str](), self.md.htmlStash.rawHtmlBlocks
        for left in reversed(range(_MOST_UNCLOSED)):
            parser = HTMLExtractor(self.md)
            parser.feed(source)
            parser.close()
            done += parser.cleandoc
            is_unclosed = left and parser.inraw and _TO_THE_END.isdisjoint(parser.stack)
            if not is_unclosed or not (blank := _MARKDOWN.search(str(blocks[-1]))):
                break
            blocks[-1], source = blank.string[: blank.start()], blank.string[blank.end() :]
            done.append("\n\n")
        return "".join(done).split("\n")


class _Reader(threading.local):
    """One Python-Markdown per thread, since creating one takes longer than rendering an article."""

    def __init__(self) -> None:
        self.markdown = _new_markdown()

    def convert(self, source: str) -> str:
        _refuse_tangles(source)
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
    markdown.ESCAPED_CHARS += _ALSO_ESCAPED
    markdown.preprocessors.register(_Nested(markdown), "nested", 22)  # after fences at the margin, before HTML
    markdown.preprocessors.register(_Html(markdown), "html_block", 20)
    markdown.treeprocessors.register(_Seams(markdown), "seams", -10)
    return markdown


_reader = _Reader()


def _render_run(blocks: Sequence[str]) -> list[str]:
    """Render neighbouring blocks that do not depend on the rest of the body."""
    if not blocks:
        return []
    source = "\n\n".join(blocks)
    try:
        return [block for segment in _reader.convert(source).split(_SEAM) for block in sanitised(segment)]
    except TooTangledError:
        return _escaped(source)


def html_with_pictures(body: str) -> str:
    """Markdown to HTML that is not sanitised, for those who look for its pictures."""
    source = CONTROL.sub(readable, body.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        return _reader.convert(source).replace(_SEAM, "")
    except TooTangledError:
        return "".join(_escaped(source))


def _escaped(source: str) -> list[str]:
    paragraphs = filter(None, map(str.strip, re.split(r"\n\s*\n", source)))
    return [f"<p>{references.escape(text, quote=False)}</p>" for text in paragraphs]


# Limits where parsing takes time that grows with the square of the input: a second or two. No real article comes near.
_MOST_TAGS = 20_000
_MOST_MARKS = 60_000
_MOST_LINES = 60_000
_MOST_FENCES = 2_000
_MOST_STEPS = 3_000_000
_MOST_COPIED = 1_000_000_000

_TOO_NESTED = re.compile(r"(?:> ?){64}|(?:\d{1,9}\. ){64}")
_UNCLOSED = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_BRACKET = re.compile(r"[\[\]()]")
# Possessive, so that a line of marks that ends in words fails at once.
_RESTART = re.compile(r"^(?:\#|=++\ *+$|\ {0,3}+(?:[-_*]\ *+){3,}+$)", re.MULTILINE)


def _refuse_tangles(source: str) -> None:
    """Raise ``TooTangledError`` for input that makes parsing quadratic: open tags, open brackets, stacked headings."""
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
    """The sum of distances from each opening bracket to the closing one, or to the end of the block."""
    steps = 0
    open_at: dict[str, list[int]] = {"]": [], ")": []}
    for bracket in _BRACKET.finditer(block):
        if bracket[0] in "[(":
            open_at["]" if bracket[0] == "[" else ")"].append(bracket.start())
        elif open_at[bracket[0]]:
            steps += bracket.start() - open_at[bracket[0]].pop()
    return steps + sum(len(block) - start for starts in open_at.values() for start in starts)
