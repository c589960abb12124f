"""Cut a metadata line into dates, labels, pipes, brackets, and the words between them.

To teach the archive another language's labels, add them to ``labels.toml`` next to this module.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from articles.ingest.parsing import boilerplate
from articles.ingest.parsing.dates import Stamp, find_stamps
from articles.text.tables import tables_of

Sign = Literal["pipe", "open", "close"]
Kind = Literal["text", "stamp", "updated", "published", "source", "author", "by", "reporter", "editor", "aside", Sign]

_TABLES = tables_of(__file__)


def any_of(table: str) -> str:
    return f"(?:{'|'.join(sorted(_TABLES[table], key=len, reverse=True))})"


BYLINE_FORMS = [re.compile(form) for form in _TABLES["byline_forms"]]
_PARTS = _TABLES["parts"] | {"editor": boilerplate.EDITOR_LABEL}


def _form(pattern: str) -> str:
    """With the parts, and the words of tables, in its braces."""
    return re.sub(r"\{([a-z_]+)\}", lambda part: _PARTS.get(part[1]) or any_of(part[1]), pattern)


LABELS: list[tuple[Kind, str]] = [(kind, _form(pattern)) for kind, pattern in _TABLES["labels"]]
# Beside the word for an update, a time without its day, or a day without its year, is of those of the date before it.
_LATER = re.compile(_form(_TABLES["later"]))


def stamps_of(line: str) -> list[Stamp]:
    """The dates of a line, also ``12:04`` in ``6 September 2023 10:30, updated 12:04``."""
    stamps = find_stamps(line)
    last = stamps[-1].iso if stamps else None
    later = _LATER.match(line, stamps[-1].end) if last else None
    if last and later:
        day, year = later["day"] or last[:10], last[:4]
        if "/" in day:
            day = f"{year}/{day}" if line[stamps[-1].start :].startswith(year) else f"{day}/{year}"
        elif later["day"]:
            day = f"{year}年{day}" if "月" in day else f"{day} {year}"
        found = find_stamps(f"{day} {later['clock']}")
        end = 0 if later["label"] else "stamp"
        stamps += [replace(stamp, start=later.start("stamp"), end=later.end(end)) for stamp in found]
    return stamps


_MARK = re.compile("|".join(f"(?P<{kind}_{number}>{pattern})" for number, (kind, pattern) in enumerate(LABELS)))

_BEFORE_BYLINE = ("pipe", "open", "close", "published", "stamp")

# Signs between the pieces of a line.
SEPARATORS = " \t,;:：,،、-–—|｜·•‧∙●/／"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    start: int
    end: int
    stamp: Stamp | None = None


def tokenise(line: str, stamps: Sequence[Stamp]) -> list[Token]:
    """Cut a line into tokens, in order, without overlap or spaces around them; ``stamps`` from ``stamps_of``."""
    tokens: list[Token] = []
    at = 0
    for stamp in stamps:
        tokens += _tokens_between(line, at, stamp.start)
        tokens.append(Token("stamp", stamp.start, stamp.end, stamp))
        at = stamp.end
    return tokens + _tokens_between(line, at, len(line))


def _tokens_between(line: str, start: int, end: int) -> list[Token]:
    gap = line[:end]
    tokens: list[Token] = []
    at = start
    for match in _MARK.finditer(gap, start):
        kind = LABELS[int((match.lastgroup or "").rpartition("_")[2])][0]
        # ``By`` begins a byline at the start of a piece of a line, never after other words.
        if kind == "by" and (
            gap[at : match.start()].strip(SEPARATORS) or (tokens and tokens[-1].kind not in _BEFORE_BYLINE)
        ):
            continue
        tokens += _text(line, at, match.start())
        tokens.append(Token(kind, match.start(), match.end()))
        at = match.end()
    return tokens + _text(line, at, end)


def _text(line: str, start: int, end: int) -> list[Token]:
    words = re.search(r"\S(?:.*\S)?", line[start:end])
    return [Token("text", start + words.start(), start + words.end())] if words else []
