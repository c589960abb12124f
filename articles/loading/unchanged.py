"""Inputs that are not read again: their bytes, the code, vocabulary and limits are as before.

A file in a folder is recognised by size and modification time, a record within a file by its bytes. Its photo files
must be unchanged or still missing, and their copies must be in the archive. ``read_as``: how inputs are read now.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.ingest.errors import IngestError
from articles.ingest.parsing.local_files import LocalFiles, state_of
from articles.ingest.pool import Plan, Reading
from articles.ingest.story import Piece
from articles.loading.matching import path_of
from articles.models import Original, OriginalPath, Photo, Rendition
from articles.models.bulk import chunks, update_values
from articles.text.keys import digest_of

PER_QUERY = 500


def unchanged_files(folder: Path, names: Sequence[str], root: Path | None, *, read_as: str) -> Mapping[str, Piece]:
    """Unchanged files of a resolved folder, by name. ``root``: the path that is loaded."""
    found: dict[str, Piece] = {}
    for batch in chunks(names, PER_QUERY):
        # ``os.path`` is faster, for a million. What is not UTF-8 cannot be asked for.
        paths = {path: name for name in batch if (path := os.path.join(folder, name)).isprintable()}  # noqa: PTH118
        rows = OriginalPath.objects.filter(
            path__in=paths, mtime_ns__gt=0, original__is_current=True, original__read_as=read_as
        )
        with_photos: dict[int, str] = {}
        for path, size, mtime, form, digest, photo_files, article_id in rows.values_list(
            "path", "size_bytes", "mtime_ns", "original__form", "original__digest", "original__beside",
            "original__article_id",
        ):  # fmt: skip
            if _is_as_before(path, (size, mtime), photo_files, root):
                name = paths[path]
                found[name] = Piece(Path(path), name, form, size_bytes=size, mtime_ns=mtime, known_as=digest)
                if photo_files:
                    with_photos[article_id] = name
        # Not those that lack copies of photo files in the archive.
        photos = Photo.objects.filter(article__in=with_photos).exclude(file="").values_list("article_id", "file")
        made = Rendition.objects.filter(photo__article__in=with_photos).values_list("photo__article_id", "file")
        for article_id, file in (*photos, *made):
            # A bucket would take a request for each.
            if not settings.MEDIA_STORAGE and not (settings.MEDIA_ROOT / file).is_file():
                found.pop(with_photos[article_id], None)
    return found


def unchanged_records(pieces: Iterator[Piece | IngestError], plan: Plan) -> Iterator[Piece | IngestError]:
    """Mark records whose bytes are in the archive as known."""
    while batch := list(islice(pieces, PER_QUERY)):
        digests = {
            index: digest_of(piece.data)
            for index, piece in enumerate(batch)
            if isinstance(piece, Piece) and piece.line is not None and piece.data is not None
        }
        rows = Original.objects.filter(digest__in=[*digests.values()], is_current=True)
        found = rows.values_list("digest", "read_as", "beside") if digests else ()
        known = {(digest, read_as) for digest, read_as, photo_files in found if not photo_files}
        for index, piece in enumerate(batch):
            digest = digests.get(index)
            is_known = isinstance(piece, Piece) and (digest, plan.read_as_of(piece.site)) in known
            yield replace(piece, known_as=digest) if isinstance(piece, Piece) and is_known else piece


def _is_as_before(path: str, state: tuple[int, int], photo_files: Sequence[Sequence[Any]], root: Path | None) -> bool:
    """``True`` if the file, and those that its article names, are as when it was read."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    if not stat.S_ISREG(found.st_mode) or (found.st_size, found.st_mtime_ns) != state:
        return False
    files = LocalFiles(Path(path), root)
    return all(
        (mtime_ns or size < 0) and state_of(files.find(src)) == (size, mtime_ns) for src, size, mtime_ns in photo_files
    )


def with_known(pieces: Iterator[Piece | IngestError], plan: Plan) -> Iterator[Piece | IngestError]:
    """Mark captures in the archive as known, so that they are not read again. Those with missing pictures are, if the
    crawl now has one of them, or if they were read otherwise; so are those that their site says more of now.
    """
    while batch := list(islice(pieces, PER_QUERY)):
        places = [piece.place for piece in batch if isinstance(piece, Piece) and piece.captured_at]
        originals = [f"original__{name}" for name in ("digest", "article_id", "beside", "read_as")]
        rows = list(OriginalPath.objects.filter(path__in=places).values_list("path", *originals))
        lacking = Photo.everything.filter(article__in={article for _, _, article, *_ in rows}, file="").exclude(src="")
        incomplete = set(lacking.values_list("article_id", flat=True))
        known = {path: values for path, *values in rows}
        for piece in batch:
            if isinstance(piece, Piece) and piece.place in known:
                digest, article, beside, read_as = known[piece.place]
                missing = [src for src, *_ in beside] if article in incomplete else []
                now = plan.read_as_of(piece.site)
                is_same = read_as == now or (now == plan.read_as and article not in incomplete)
                if is_same and not (piece.files and any(map(piece.files.find, missing))):
                    piece = replace(piece, known_as=digest)
            yield piece


def note_read(readings: Iterable[Reading]) -> None:
    """Record how known originals were read, in the caller’s transaction."""
    read = {reading.digest: reading for reading in readings if reading.read_as}
    originals = Original.objects.filter(digest__in=read).only("digest", "read_as", "beside") if read else ()
    renewed = []
    for original in originals:
        reading = read[original.digest]
        photo_files = [list(state) for state in reading.beside]
        if (original.read_as, original.beside) != (reading.read_as, photo_files):
            original.read_as, original.beside = reading.read_as, photo_files
            renewed.append(original)
    update_values(Original, ("read_as", "beside"), renewed)
    found = {path: reading for reading in read.values() if (path := path_of(reading))}
    paths = OriginalPath.objects.filter(path__in=found).select_related("original")
    moved = []
    for row in paths.only("size_bytes", "mtime_ns", "path", "original__digest") if found else ():
        piece, digest = found[row.path].piece, found[row.path].digest
        if row.original.digest == digest and (row.size_bytes, row.mtime_ns) != (piece.size_bytes, piece.mtime_ns):
            row.size_bytes, row.mtime_ns = piece.size_bytes, piece.mtime_ns
            moved.append(row)
    update_values(OriginalPath, ("size_bytes", "mtime_ns"), moved)
