"""Where an article comes from, told for its page: what was left out, what is damaged, what became of each line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from articles.ingest.errors import IngestError
from articles.ingest.parsing.decoding import decode
from articles.ingest.parsing.whitespace import fold, split_lines
from articles.ingest.story import HeldElsewhere
from articles.models import Damage, Original
from articles.models.original import WITH_LEDGER
from articles.text.damage import damage_words
from articles.text.dates import moment_words
from articles.text.keys import digest_of
from articles.text.originals import form_words, ledger_lines
from articles.text.phrases import size_words

LINES_SHOWN = 300
PIECES_SHOWN = 20
BEGINS = 90


@dataclass(frozen=True, slots=True)
class OriginLine:
    """A line of the original: its number, what it was kept as, how it begins."""

    number: int
    kept: str
    begins: str
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the original, as it stands there, and its line if that is known."""

    words: str
    text: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The account of one original."""

    name: str
    form: str
    size: str
    digest_halves: tuple[str, str]
    left_out: list[Piece]
    more_left_out: int
    damage: list[Piece]
    lines: list[OriginLine]
    more_lines: int
    captured_from: str = ""
    captured_at: str = ""
    is_elsewhere: bool = False


def origin_of(
    original: Original,
    damage: Iterable[Damage],
    *,
    ledger: Sequence[Sequence[str]],
    content: bytes,
    lines_shown: int = LINES_SHOWN,
    pieces_shown: int = PIECES_SHOWN,
) -> Origin:
    """``ledger`` and ``content`` as far as they were read: empty for originals that are too long for a page."""
    texts = lines_of(content)
    rows = [line for line in ledger_lines(ledger, texts) if line.kind != "blank"]
    damage = list(damage)
    codes = {one.code for one in damage}
    return Origin(
        name=original.name,
        form=form_words(original.form, original.encoding),
        size=size_words(original.size_bytes),
        digest_halves=(original.digest[:32], original.digest[32:]),
        left_out=left_out_pieces(original.left_out[:pieces_shown], ledger, texts),
        more_left_out=max(0, len(original.left_out) - pieces_shown),
        damage=[Piece(damage_words(one, beside=codes), one.text, one.line) for one in damage],
        lines=[
            OriginLine(line.number, line.kept, _beginning(line.text), line.kind == "chrome")
            for line in rows[:lines_shown]
        ],
        more_lines=max(0, len(rows) - lines_shown),
        captured_from=original.captured_from,
        captured_at=capture_words(original.captured_at),
        is_elsewhere=bool(original.held_at),
    )


def capture_words(moment: datetime | None) -> str:
    """``6 November 2024, 10:30 UTC``, as crawls say it; ``""`` for what is no capture."""
    return moment_words(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}Z") if moment else ""


def lines_of(content: bytes) -> list[str]:
    """The lines of a text original, as its reader counted them."""
    return split_lines(decode(content).text) if content else []


def left_out_pieces(pieces: Iterable[str], ledger: Sequence[Sequence[str]], texts: Sequence[str]) -> list[Piece]:
    """Each dropped piece with the line it stood on: pieces and lines are both in the order of the file."""
    folded = [fold(text) for text in texts] if len(texts) == len(ledger) else []
    found, line, column = [], 0, 0
    for piece in pieces:
        place = _find_from(folded, piece, line, column)
        if place is not None:
            line, column = place[0], place[1] + len(piece)
        found.append(Piece("", piece, None if place is None else place[0] + 1))
    return found


def _find_from(lines: Sequence[str], piece: str, line: int, column: int) -> tuple[int, int] | None:
    """The first line, from a place on, that holds ``piece``, and where in it."""
    for number in range(line, len(lines)):
        at = lines[number].find(piece, column if number == line else 0)
        if at >= 0:
            return number, at
    return None


def _beginning(text: str) -> str:
    words = fold(text)
    return words if len(words) <= BEGINS else f"{words[:BEGINS].rpartition(' ')[0] or words[:BEGINS]} …"


# Forms that a browser may show as text.
_TEXT = WITH_LEDGER | {"jsonl"}


def is_text(original: Original) -> bool:
    """Whether the bytes may be shown as plain text; those of other forms are only saved."""
    return original.form in _TEXT


def content_of(original: Original) -> bytes | None:
    """The bytes as they were loaded; ``None`` where they were left in a crawl file that is no longer there.

    They are checked against the digest: another file under the same name is not taken for the original.
    """
    if not original.held_at:
        return bytes(original.content)
    # Few originals need it, and every web process would load it.
    from articles.ingest.warc import Limits, read_bytes

    where = HeldElsewhere(original.held_at, original.held_offset, original.held_length)
    try:
        content = read_bytes(where, Limits(settings.INPUT_MAX_BYTES, settings.UNPACK_MAX_RATIO))
    except (OSError, IngestError):
        return None
    return content if digest_of(content) == original.digest else None
