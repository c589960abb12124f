"""One module a form of saved article: bytes in, a story out. Pure: no database, no network.

To add a form, add its module here and a row to ``READERS``; ``records.form_of`` tells it by content.
"""

from __future__ import annotations

from articles.ingest.readers import jsonl, markdown, text
from articles.ingest.story import Piece, Story


def read(piece: Piece, data: bytes) -> Story:
    """What one input says. Raises ``IngestError`` naming the path and line."""
    return READERS[piece.form](piece, data)


READERS = {
    "text": lambda piece, data: text.read(data, piece.path),
    "markdown": lambda piece, data: markdown.read(data, piece.path, root=piece.root),
    "jsonl": lambda piece, data: jsonl.read(data, piece.path, piece.line or 1, root=piece.root),
}
