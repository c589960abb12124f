"""Several versions of one article in one load: captures of a page, agency updates. The newest is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime

from articles.ingest.pool import Reading
from articles.ingest.story import Story
from articles.loading.matching import Target, external_id_of, url_of

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
