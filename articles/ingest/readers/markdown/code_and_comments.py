"""Code, comments and other parts of a Markdown body that are not searched for pictures and tags."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from articles.text.tables import tables_of


@dataclass(frozen=True, slots=True)
class Pair:
    """Text between an opening and a closing sign; text after the last closing one is not searched."""

    opening: str
    closing: str

    def sub(self, change: Callable[[re.Match[str]], str], text: str) -> str:
        end = max((match.end() for match in re.finditer(self.closing, text)), default=0)
        return re.sub(f"{self.opening}(.*?){self.closing}", change, text[:end], flags=re.DOTALL) + text[end:]


VERBATIM = Pair(r"\{%-?\s*raw\s*-?%\}", r"\{%-?\s*endraw\s*-?%\}")
HIGHLIGHTS, COMMENTS = ([Pair(*signs) for signs in tables_of(__file__)[name]] for name in ("highlights", "comments"))
# Lines that programs replace or read: tables of contents, the marks of notes, abbreviations.
MARK_LINES = (
    re.compile(r"^[*+-] .*\n\{: *\.?toc\b[^}\n]*\}|^\[{1,2}_?toc_?\]{1,2}[ \t]*$", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^ {0,3}:{3,}[ \t]*(?:\{[^}\n]*\}|[\w-]*)[ \t]*$|^\*\[[^\]\s]+\]:.*$", re.MULTILINE),
    re.compile(r"(?<=>)[ \t]*\[!(?:note|tip|important|warning|caution)\][ \t]*$", re.IGNORECASE | re.MULTILINE),
)
# Around Markdown: a blank line ends HTML in CommonMark, but not in Python-Markdown.
BOX = re.compile(
    r"^ {0,3}<div\b[^<>\n]*>[ \t]*\n(?=[ \t]*\n {0,3}[^\s<])((?:(?!</?div\b).)*)^ {0,3}</div>[ \t]*$",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
# Elements removed with their content, which is not text.
SILENT = tuple(Pair(rf"(?i:<{name}\b[^<>]*>)", rf"(?i:</{name}\s*>)") for name in ("script", "style", "iframe"))
_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
INLINE_CODE = re.compile(r"(?<![\\`])(`+)(?!`)((?:[^`\n]|\n(?!\s*\n)|(?!\1(?!`))`)+?)(?<!`)\1(?!`)")
_LIST_ITEM = re.compile(r"[ ]{0,3}(?:[*+-]|\d+[.)])[ \t]")


def fenced_code(lines: list[str]) -> list[tuple[int, int]]:
    """First and last line of each fenced block; an unclosed fence does not count."""
    fences = [(number, match[1], match[2]) for number, line in enumerate(lines) if (match := _FENCE.match(line))]
    last = {fence: number for number, fence, info in fences if not info.strip()}
    blocks: list[tuple[int, int]] = []
    opened: tuple[int, str] | None = None
    for number, fence, info in fences:
        if opened and fence == opened[1] and not info.strip():
            blocks.append((opened[0], number))
            opened = None
        elif not opened and last.get(fence, -1) > number:
            opened = (number, fence)
    return blocks


def indented_code(lines: list[str]) -> list[tuple[int, int]]:
    """Lines of code by four spaces: after a blank line, and not in a list or HTML block."""
    code: list[tuple[int, int]] = []
    is_after_blank, is_inside = True, False
    for number, line in enumerate(lines):
        if line.startswith(("    ", "\t")) and line.strip():
            if is_after_blank and not is_inside:
                code.append((number, number))
            continue
        is_after_blank = not line.strip()
        if not is_after_blank:
            is_inside = bool(_LIST_ITEM.match(line)) or line.lstrip().startswith("<") or (is_inside and line[0] == " ")
    return code


def as_fenced(match: re.Match[str]) -> str:
    """Highlighted code as a fenced block with as many lines; unchanged if it has no lines of its own."""
    code = match[2].strip("\n").rstrip()
    spare = match[0].count("\n") - code.count("\n") - 2
    if spare < 0 or "```" in code or match.string[: match.start()].rpartition("\n")[2].strip():
        return match[0]
    return f"```{match['language']}\n{code}\n```" + "\n" * spare
