"""Helpers for the tests of agency formats: stories from bytes as in a load, and the samples."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from articles.ingest.clean import clean
from articles.ingest.errors import IngestError
from articles.ingest.inputs.sniff import HEAD_BYTES, reader_of
from articles.ingest.readers.base import Part
from articles.ingest.story import LocalFile, Piece, Story

SAMPLES = Path(__file__).parents[3] / "shared/corpora/formats"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(),
    reason="the samples of agency formats are not beside this checkout (../shared/corpora/formats)",
)
SITES = SAMPLES.parent / "sites"
needs_sites = pytest.mark.skipif(
    not SITES.is_dir(), reason="the sites are not beside this checkout (../shared/corpora/sites)"
)


def stories(data: bytes | str, path: Path | str) -> list[Story | IngestError]:
    """What a load makes of a file: its form told by content, cut into records, each read."""
    data = data if isinstance(data, bytes) else data.encode()
    path = Path(path)
    reader = reader_of(path.name, data[:HEAD_BYTES])
    parts = reader.split(io.BytesIO(data), 1_000_000) if reader.split else [Part(data, 1)]
    found: list[Story | IngestError] = []
    for part in parts:
        if isinstance(part, IngestError):
            found.append(part)
            continue
        try:
            found.append(
                clean(reader.read(Piece(path=path, name=path.name, form=reader.name, line=part.line), part.data))
            )
        except IngestError as error:
            found.append(error)
    return found


def story(data: bytes | str, path: Path | str) -> Story:
    """The one story of a file."""
    (found,) = stories(data, path)
    assert isinstance(found, Story), found
    return found


def refusal(data: bytes | str, path: Path | str) -> IngestError:
    """Why the one record of a file is not loaded."""
    (found,) = stories(data, path)
    assert isinstance(found, IngestError), found
    return found


def sample(name: str) -> Story:
    """The story of a sample."""
    path = SAMPLES / name
    return story(path.read_bytes(), path)


def file_names(of: Story) -> list[str | None]:
    """The names of the files that were found for the photos of a story."""
    return [photo.file.path.name if isinstance(photo.file, LocalFile) else None for photo in of.photos]
