"""Cut a metadata line into dates, labels, pipes, brackets, and the words between them.

To teach the archive another page's labels, add them to ``LABELS``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from articles.ingest.parsing import chrome
from articles.ingest.parsing.dates import Stamp

Kind = Literal[
    "text", "stamp", "updated", "published", "source", "author", "by", "editor", "aside", "pipe", "open", "close"
]

# A label may follow a word without a space: ``10:00:01Source:``, ``Ecns.cnWeb Editor:``.
_LEFT = r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))"
_COLON = r"\s*[:：]"
# Labels of dates need no colon before the date or at the end.
_BEFORE_DATE = r"(?:\s+(?:on|at|am|le|el|il|em|op|den))?\s*(?:[:：]|(?=[|｜(（)）])|$)"
_UPDATED = (
    "(?:last )?(?:updated?|modified)|aktualisiert|mis à jour|actualizado|atualizado|aggiornato|bijgewerkt"
    "|zaktualizowano|обновлено|оновлено|güncellenme|güncelleme"
)
_PUBLISHED = (
    "(?:first )?(?:published|publish(?:ed)? time|posted)|veröffentlicht|publié|publicado|pubblicato|gepubliceerd"
    "|opublikowano|опубликовано|опубліковано|yayınlanma|نُ?شر(?: في)?|تاريخ النشر"
)

# In order: the first that matches at a place counts.
LABELS: tuple[tuple[Kind, str], ...] = (
    ("updated", rf"{_LEFT}(?i:{_UPDATED}){_BEFORE_DATE}"),
    ("updated", rf"(?:最后更新|更新)(?:时间|於|于)?{_COLON}"),
    ("published", rf"{_LEFT}(?i:{_PUBLISHED}){_BEFORE_DATE}"),
    ("published", rf"{_LEFT}(?i:published|posted)(?=\s+(?:by|in)\s)"),
    ("published", rf"{_LEFT}(?i:date|time|release time){_COLON}"),
    ("published", rf"(?:发布|發佈|發布|发表|發表)?(?:时间|時間|日期|于|於){_COLON}|(?:发布|發布|发表){_COLON}"),
    ("source", rf"{_LEFT}(?i:source|from){_COLON}|(?:来源|來源|稿源){_COLON}"),
    ("author", rf"{_LEFT}(?i:author){_COLON}|作者{_COLON}"),
    ("editor", rf"[(（\[【]?(?:{_LEFT}(?i:{chrome.EDITOR_LABEL}))"),
    ("aside", r"(?<!\w)(?i:hits?|views?|clicks?|reads?|点击|浏览|阅读|點擊|瀏覽)\s*[:：]\s*\d[\d,]*"),
    (
        "by",
        r"(?:Written by|WRITTEN BY|written by|By|BY)(?:\s*[:：])?(?=\s|$)|(?<=\s)by(?=\s)|(?:Par|Por|Von)(?=\s[A-Z])",
    ),
    ("pipe", r"[|｜│]|(?<= )[·•/](?= )"),
    ("open", r"[(（\[【]"),
    ("close", r"[)）\]】]"),
)

_MARK = re.compile("|".join(f"(?P<{kind}_{number}>{pattern})" for number, (kind, pattern) in enumerate(LABELS)))

_BEFORE_BYLINE = ("pipe", "open", "close", "published", "stamp")

# Signs between the pieces of a line.
SEPARATORS = " \t,;:：,、-–—|·•/"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    start: int
    end: int
    stamp: Stamp | None = None


def tokenise(line: str, stamps: Sequence[Stamp]) -> list[Token]:
    """Cut a line into tokens, in order, without overlap or spaces around them; ``stamps`` from ``find_stamps``."""
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
