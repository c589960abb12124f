"""The original of an article for pages: boilerplate, damage, and the use of each line."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.whitespace import fold_lines, split_lines
from articles.models import Damage, Original
from articles.models.original import READ_UP_TO_BYTES, WITH_LEDGER
from articles.models.prepared import rows_of
from articles.text.damage import damage_words
from articles.text.dates import moment_words
from articles.text.originals import form_words, ledger_lines
from articles.text.phrases import size_words

LINES_SHOWN = 300
PIECES_SHOWN = 20


def origin_of(
    original: Original, damage: Sequence[Damage], *, lines_shown: int = LINES_SHOWN, pieces_shown: int = PIECES_SHOWN
) -> dict[str, Any]:
    """An original without bytes and ledger, which are read for its lines if they are short enough for a page."""
    ledger, texts = [], []
    if original.form in WITH_LEDGER and original.size_bytes <= READ_UP_TO_BYTES:
        [read] = rows_of("lines", lambda pk: Original.objects.only("ledger", "content").filter(pk=pk), original.pk)
        ledger, texts = read.ledger, lines_of(bytes(read.content))
    folded = fold_lines(texts) if len(texts) == len(ledger) else [""] * len(ledger)
    rows = [line for line in ledger_lines(ledger, folded) if line.kind != "blank"]
    codes = {item.code for item in damage}
    return {
        "name": original.name,
        "form": form_words(original.form, original.encoding),
        "size": size_words(original.size_bytes),
        "digest_halves": (original.digest[:32], original.digest[32:]),
        "boilerplate": boilerplate_pieces(original.boilerplate[:pieces_shown], folded),
        "more_boilerplate": max(0, len(original.boilerplate) - pieces_shown),
        "damage": [{"words": damage_words(item, codes=codes), "text": item.text, "line": item.line} for item in damage],
        "lines": rows[:lines_shown],
        "more_lines": max(0, len(rows) - lines_shown),
        "captured_from": original.captured_from,
        "captured_at": capture_words(original.captured_at),
        "is_elsewhere": bool(original.held_at),
    }


def capture_words(moment: datetime | None) -> str:
    """``6 November 2024, 10:30 UTC``, as crawls write it; ``""`` if not captured."""
    return moment_words(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}Z") if moment else ""


def lines_of(content: bytes) -> list[str]:
    return split_lines(decode(content).text) if content else []


def boilerplate_pieces(pieces: Iterable[str], lines: Sequence[str]) -> list[dict[str, Any]]:
    """Each dropped piece with its line, or ``None``. Pieces and lines, both folded, are in the order of the file."""
    found, line, column = [], 0, 0
    for piece in pieces:
        rest = range(line, len(lines))
        begins = ((number, lines[number].find(piece, column if number == line else 0)) for number in rest)
        place = next(((number, at) for number, at in begins if at >= 0), None)
        if place:
            line, column = place[0], place[1] + len(piece)
        found.append({"text": piece, "line": place[0] + 1 if place else None})
    return found
