"""Small made articles for the tests of the text reader, and the checks of a ledger."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from articles.ingest.parsing.labels import any_of
from articles.ingest.parsing.whitespace import fold
from articles.ingest.readers.text import read
from articles.ingest.story import Piece, Story

HEADLINE = "Ferry returns to the harbour"
LEDGER_KINDS = (
    "headline", "date", "source", "byline", "caption", "paragraph", "boilerplate", "front-matter", "blank",
)  # fmt: skip
BODY = ("Passengers queued from six in the morning.", "The ferry will sail twice a day.")

# What an article with nothing more than headline, date and body has in each field of plain text.
NOTHING: dict[str, Any] = {
    "headline": HEADLINE, "updated": None, "published": None, "source": None, "byline": None, "dateline": None,
    "photos": [], "paragraphs": list(BODY), "chrome_removed": [], "warnings": [],
}  # fmt: skip

# The labels that may go when a line is read into fields; beside them, separators only.
_LABELS = re.compile(
    rf"\b(?:{'|'.join(map(any_of, ('by', 'updated', 'published', 'published_with_colon', 'source', 'author')))})(?!\w)|"
    r"last modified|modified|last updated|first published|publish time|veröffentlicht|updated?|published|posted|source|"
    r"from|author|written by|date|time|\bby\b|\bon\b|\bat\b|\bin\b|作者|更新时间|更新日時|更新|"
    r"发布时间|发布|来源|來源|稿源|publié|publicado|"
    r"опубликовано|mis à jour|\b(?:le|il|el|las|op|a|à|al|am|em|par|por|von|më|pe|la)\b|image (?:source|caption)",
    re.IGNORECASE,
)


def piece(path: Path | str, **more: Any) -> Piece:
    """An input at ``path``, for a reader that is called on its own."""
    return Piece(path=Path(path), name=str(path), form="", **more)


def said(text: str | bytes) -> Story:
    return read(text if isinstance(text, bytes) else text.encode())


def article(*blocks: str, headline: str = HEADLINE, body: tuple[str, ...] = BODY) -> str:
    """A headline, the blocks, and a body, with blank lines between."""
    return "\n\n".join([headline, *blocks, *body]) + "\n"


def codes_at(text: str) -> list[tuple[str, str, int | None, str]]:
    """Each damage of a text: its code, field, line and words."""
    return [(damage.code, damage.field, damage.line, damage.text) for damage in said(text).damage]


def differences(story: Story, **expected: Any) -> dict[str, Any]:
    """What a story says otherwise than ``expected``, for every field of plain text; what is not expected is empty."""
    if "warnings" not in expected and not (expected.get("published") or expected.get("updated")):
        expected["warnings"] = ["no-date"]
    want = NOTHING | expected
    got = story.as_json()
    return {key: (want[key], got[key]) for key in want if want[key] != got[key]}


def unaccounted(story: Story) -> list[str]:
    """The lines of a ledger that are not wholly where the ledger says they are. Empty if nothing vanished."""
    lines = [line for line in story.ledger if fold(line.text)]
    return [line.text for line in lines if not _is_kept(story, line.text, line.became)]


def _is_kept(story: Story, text: str, became: str) -> bool:
    line = fold(text)
    kept = [_named(story, name) for name in became.split(", ")]
    unlabelled = _LABELS.sub(" ", line)
    # Wrapped lines are joined with others: the line is part of what was kept.
    if any(_bare(part) in _bare(value) for value in kept for part in (line, unlabelled)):
        return True
    # Fields are parts of the line: nothing but labels is left without them.
    pieces = sorted((piece for value in kept for piece in value.split(" | ") if piece), key=len, reverse=True)
    return not _bare(_LABELS.sub(" ", _without(line, pieces))) or not _bare(_without(unlabelled, pieces))


def _without(line: str, pieces: list[str]) -> str:
    for piece in pieces:
        line = line.replace(piece, " ", 1)
    return line


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _named(story: Story, name: str) -> str:
    """The text of ``paragraph 3``, ``photo 1``, ``boilerplate 2``, or of a field."""
    what, _, number = name.partition(" ")
    if what == "photo":
        photo = story.photos[int(number) - 1]
        return f"{photo.caption or ''} | {photo.credit_raw or ''}"
    if what in ("paragraph", "boilerplate"):
        return (story.paragraphs if what == "paragraph" else story.boilerplate)[int(number) - 1]
    if what in ("published", "updated"):
        return str(getattr(story, f"{what}_printed") or "")
    return str(getattr(story, what) or "")


def ledger_faults(story: Story, decoded: str) -> list[str]:
    """What is wrong with a ledger: it must give the decoded original back, line by line, each with a known kind."""
    faults = []
    offset = 0
    for number, line in enumerate(story.ledger, start=1):
        if (line.number, line.offset) != (number, offset) or line.kind not in LEDGER_KINDS:
            faults.append(repr(line))
        words = fold(line.text)
        # Agencies begin and end a text with a sign of its own.
        is_right = not words.strip("\x02\x03") if line.kind == "blank" else words
        if not is_right and "empty" not in story.warnings:
            faults.append(repr(line))
        offset += len(line.text)
    if "".join(line.text for line in story.ledger) != decoded:
        faults.append("the lines joined are not the original")
    return faults
