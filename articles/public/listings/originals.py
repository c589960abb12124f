"""The bytes of an original: kept in the archive, or in the crawl file that they came from."""

from __future__ import annotations

from django.conf import settings

from articles.ingest.errors import IngestError
from articles.ingest.story import HeldElsewhere
from articles.models import Original
from articles.models.original import WITH_LEDGER
from articles.text.keys import digest_of

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
