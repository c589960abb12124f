"""One paragraph with its emphasis and links, as Markdown."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from articles.ingest.parsing.html_to_markdown.elements import MARKS, SILENT, Element, name_of
from articles.ingest.parsing.whitespace import remove_invisible
from articles.text.markdown import escape_text

# Below this depth, only text is read, without emphasis and links.
DEEPEST = 64

_TARGET = re.compile(r"(?:https?|mailto|tel):|[^:]*(?:[/?#]|$)", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_MARK = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])")
_REFERENCE = re.compile(r"&(?=#|\w+;)")
_OPENING = re.compile(r"\A(?P<number>\d+(?=[.)])|)(?P<mark>(?<=\d)[.)]|[#>+-]|~(?=~~))")
_SIGNS = {"em": "*", "strong": "**"}


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style, or the end of a line if ``is_break``."""

    text: str
    marks: tuple[str, ...] = ()
    href: str | None = None
    is_break: bool = False


def runs_of(part: Element | str, marks: tuple[str, ...] = (), href: str | None = None, depth: int = 0) -> Iterator[Run]:
    """The runs of an inline element, or of text between two."""
    if isinstance(part, str):
        yield Run(part, marks, href)
        return
    name = name_of(part)
    if name == "br":
        yield Run("\n", is_break=True)
        return
    if name in SILENT or name == "img":
        return
    if depth > DEEPEST:
        yield Run("".join(part.itertext()), marks, href)
        return
    if (mark := MARKS.get(name)) and mark not in marks:
        marks = (*marks, mark)
    if name == "a" and (target := (part.get("href") or "").strip()) and _TARGET.match(target):
        href = target
    if part.text:
        yield Run(part.text, marks, href)
    for child in part:
        yield from runs_of(child, marks, href, depth + 1)
        if child.tail:
            yield Run(child.tail, marks, href)


def lines_of(runs: Iterable[Run]) -> list[list[Run]]:
    """Runs by line, with whitespace folded as in browsers, equal runs joined and empty ones dropped."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        if run.is_break:
            lines.append([])
            continue
        line = lines[-1]
        text = _SPACES.sub(" ", run.text if run.text.isascii() else remove_invisible(run.text))
        if not line or line[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if not text:
            continue
        if line and (line[-1].marks, line[-1].href) == (run.marks, run.href):
            text = line.pop().text + text
        line.append(Run(text, run.marks, run.href))
    for line in lines:
        if line and line[-1].text.endswith(" "):
            last = line.pop()
            if text := last.text.rstrip(" "):
                line.append(Run(text, last.marks, last.href))
    return lines


def plain_line(line: list[Run]) -> str:
    return "".join(run.text for run in line)


def markdown_of(lines: list[list[Run]]) -> str:
    """A paragraph as Markdown, with hard breaks between its lines."""
    return "  \n".join(_line(line) for line in lines)


def _line(line: list[Run]) -> str:
    if all(not run.marks and run.href is None for run in line):
        return escape_text(plain_line(line))
    text = ""
    for href, runs in groupby(line, lambda run: run.href):
        marked = "".join(map(_marked, runs))
        lead, bare, trail = _apart(marked)
        if href is None or not bare:
            text += marked
        else:
            address = quote(href, safe="%/:=&?~#+!$,;'@[]").replace("_", "%5F")
            text += f"{lead}[{bare}]({address}){trail}"
    return _OPENING.sub(r"\g<number>\\\g<mark>", text) if not line[0].marks and line[0].href is None else text


def _marked(run: Run) -> str:
    lead, bare, trail = _apart(run.text)
    if not bare:
        return run.text
    if "code" in run.marks and "`" not in bare:
        text = f"`{bare}`"
    else:
        text = _MARK.sub(r"\\\g<0>", _REFERENCE.sub("&amp;", bare)).replace("<", "&lt;")
    for mark in reversed(run.marks):
        if mark in _SIGNS:
            text = _SIGNS[mark] + text + _SIGNS[mark]
        elif mark != "code":
            text = f"<{mark}>{text}</{mark}>"
    return lead + text + trail


def _apart(text: str) -> tuple[str, str, str]:
    bare = text.strip(" ")
    at = text.find(bare) if bare else 0
    return text[:at], bare, text[at + len(bare) :]


def html_of(runs: Iterable[Run]) -> str:
    parts = []
    for run in runs:
        text = "<br>" if run.is_break else html.escape(run.text, quote=False)
        for mark in reversed(run.marks):
            text = f"<{mark}>{text}</{mark}>"
        parts.append(f'<a href="{html.escape(run.href)}">{text}</a>' if run.href and not run.is_break else text)
    return "".join(parts)
