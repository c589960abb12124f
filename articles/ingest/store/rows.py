"""Story -> unsaved rows: the values of an article, its photos, damage and original. No queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from articles import filing, photos
from articles.ingest.reading import Reading
from articles.ingest.store.matching import external_id_of, url_of
from articles.ingest.story import Story
from articles.models import Article, Damage, Original, Photo, Rendition, Tagging
from articles.models.article import BLOCK_SEPARATOR

DRAFT = "A draft in its source, never published there."
# A story's fields that an article has under the same name, as text.
TEXT_FIELDS = (
    "headline", "deck", "byline", "dateline", "section", "language", "published", "published_printed", "updated",
    "updated_printed",
)  # fmt: skip
LANGUAGE_LENGTH = 35


def fill(article: Article, reading: Reading, story: Story, *, source_id: int | None) -> None:
    """Set an article's fields from a story. What the story does not say is left as it is."""
    for name in TEXT_FIELDS:
        if value := getattr(story, name):
            setattr(article, name, value)
    article.language = article.language[:LANGUAGE_LENGTH]
    if story.authors:
        article.authors = list(story.authors)
    article.external_id = external_id_of(reading, story) or article.external_id
    article.url = url_of(story) or article.url
    if source_id is not None:
        article.source_id = source_id
    if story.body:
        article.body = story.body
        article.body_html = BLOCK_SEPARATOR.join(story.blocks)
        article.excerpt = filing.excerpt_of(story.paragraphs)
    article.photo_count = len(story.photos) or article.photo_count
    article.archive_date = filing.archive_date_of(article.published, article.updated)


def photo_rows(story: Story) -> list[Photo]:
    """The story's photos in order, not yet tied to an article or to files."""
    return [
        Photo(
            number=number,
            position=min(photo.position, len(story.paragraphs)),
            kind=photo.kind,
            caption=photo.caption or "",
            credit_line=photo.credit or "",
            credit_raw=photo.credit_raw or "",
            alt_text=photo.alt_text or "",
            src=photo.src or "",
        )
        for number, photo in enumerate(story.photos, 1)
    ]


def give_file(photo: Photo, held: photos.HeldPhoto | None) -> None:
    """Say in a photo's row which file it has, if any."""
    if held is not None:
        photo.file, photo.digest = held.file, held.digest
        photo.width_px, photo.height_px = held.width_px, held.height_px


def rendition_rows(photo: Photo, held: photos.HeldPhoto) -> list[Rendition]:
    return [
        Rendition(photo=photo, file=made.file, width_px=made.width_px, height_px=made.height_px)
        for made in held.renditions
    ]


def damage_rows(article: Article, story: Story) -> list[Damage]:
    return [
        Damage(article=article, code=damage.code, field=damage.field, line=damage.line, text=damage.text)
        for damage in story.damage
    ]


def original_row(article: Article, reading: Reading, story: Story, **more: Any) -> Original:
    """The bytes and the account of them; ``more`` are further columns."""
    piece = reading.piece
    name = piece.path.name if piece.line is None else f"{piece.path.name}:{piece.line}"
    return Original(
        article=article,
        digest=reading.digest,
        name=name[-500:],
        form=piece.form,
        encoding=story.encoding,
        size_bytes=len(reading.data),
        content=reading.data,
        ledger=[[line.kind, line.became] for line in story.ledger],
        left_out=list(story.chrome_removed),
        **more,
    )


def origin(is_from_source: bool) -> str:
    """Where a load has a tag from."""
    return Tagging.Origin.SOURCE if is_from_source else Tagging.Origin.VOCABULARY


def tag_names(story: Story) -> Sequence[str]:
    """All tags, the source's own first."""
    return [*story.tags, *(name for name in story.vocabulary_tags if name not in story.tags)]
