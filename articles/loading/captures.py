"""Several versions of one article in one load: captures of a page, agency updates. The newest is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from articles.ingest.errors import IngestError
from articles.ingest.pool import Reading
from articles.ingest.story import Piece, Story
from articles.loading.matching import Target, external_id_of, url_of
from articles.models import OriginalPath, Photo

PER_QUERY = 500


def rounds_of(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Divide a batch so that no round has an address or id twice; empty if one round is enough."""
    seen: Counter[str] = Counter()
    rounds: defaultdict[int, list[Reading]] = defaultdict(list)
    for reading in readings:
        story = reading.story
        known_as = reading.piece.url or (story and (external_id_of(reading, story) or url_of(story)))
        rounds[seen[known_as] if known_as else 0].append(reading)
        if known_as:
            seen[known_as] += 1
    return [rounds[number] for number in sorted(rounds)] if len(rounds) > 1 else []


def is_older(reading: Reading, target: Target) -> bool:
    captured_at = reading.piece.captured_at
    return captured_at is not None and target.captured_at is not None and captured_at < target.captured_at


def is_later_version(target: Target, reading: Reading, story: Story) -> bool:
    """``True`` if the item has the article's id and a later date."""
    external_id = external_id_of(reading, story)
    if external_id is None or external_id != target.article.external_id:
        return False
    now, before = _moment(story.updated or story.published), _moment(target.article.updated or target.article.published)
    return now is not None and before is not None and now > before


def _moment(iso: str | None) -> datetime | None:
    """A date to compare; without a time, the start of the day; without an offset, UTC."""
    try:
        moment = datetime.fromisoformat(iso or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def compared_values(story: Story) -> tuple[object, ...]:
    """The content of a capture, to compare captures that differ only in their bytes."""
    photos = tuple((photo.src, photo.caption, photo.credit, photo.position) for photo in story.photos)
    return story.headline, story.deck, story.byline, story.published, story.updated, story.body, photos, story.tags


def with_known(pieces: Iterator[Piece | IngestError], read_as: str) -> Iterator[Piece | IngestError]:
    """Mark captures in the archive as known, so that they are not read again. Those with missing pictures are, if the
    crawl now has one of them, or if they were not ``read_as`` now.
    """
    while batch := list(islice(pieces, PER_QUERY)):
        places = [piece.place for piece in batch if isinstance(piece, Piece) and piece.captured_at]
        known = _known(places, read_as)
        for piece in batch:
            if isinstance(piece, Piece) and piece.place in known:
                digest, missing = known[piece.place]
                if not (piece.files and any(map(piece.files.find, missing))):
                    piece = replace(piece, known_as=digest)
            yield piece


def _known(places: Sequence[str | None], read_as: str) -> dict[str, tuple[str, list[str]]]:
    """The digest of each capture, and its missing pictures, if they are known."""
    originals = [f"original__{name}" for name in ("digest", "article_id", "beside", "read_as")]
    rows = list(OriginalPath.objects.filter(path__in=places).values_list("path", *originals))
    lacking = Photo.everything.filter(article__in={article for _, _, article, *_ in rows}, file="").exclude(src="")
    incomplete = set(lacking.values_list("article_id", flat=True))
    return {
        path: (digest, [src for src, *_ in beside] if article in incomplete else [])
        for path, digest, article, beside, was_read_as in rows
        if article not in incomplete or was_read_as == read_as
    }
