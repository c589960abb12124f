"""``Story`` to unsaved rows of an article, its photos, damage and original. No queries."""

from pathlib import PurePath, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from articles.catalogue import filing
from articles.catalogue.loaded import FIELDS
from articles.ingest.pool import Reading
from articles.ingest.story import Piece, Story
from articles.loading.matching import external_id_of, url_of
from articles.models import Article, Damage, Original, Photo
from articles.models.article import BLOCK_SEPARATOR
from articles.models.fields import LISTS

PHOTO_WORDS = ("caption", "credit_raw", "alt_text", "creator", "copyright_notice", "src")
LANGUAGE_LENGTH = 35
_PHOTO = {field.attname: getattr(Photo(), field.attname) for field in Photo._meta.concrete_fields}
Values = dict[str, Any]  # by column


def values_of(story: Story, *, source_id: int | None) -> Values:
    """A story's values by column, without missing ones."""
    values = {name: getattr(story, name) for name in (*FIELDS, "published_printed", "updated_printed", "body")}
    values |= {name: list(getattr(story, name)) for name in LISTS}
    values |= {"language": (story.language or "")[:LANGUAGE_LENGTH], "url": url_of(story), "source_id": source_id}
    return {name: value for name, value in values.items() if value}


def fill(article: Article, reading: Reading, story: Story, *, source_id: int | None) -> None:
    for name, value in values_of(story, source_id=source_id).items():
        setattr(article, name, value)
    article.external_id = external_id_of(reading, story)
    article.photo_count = len(story.photos)
    article.body_html = BLOCK_SEPARATOR.join(story.blocks)
    article.excerpt = filing.excerpt_of(story.paragraphs)
    article.archive_date = filing.archive_date_of(article.published, article.updated)


def photo_rows(story: Story) -> list[Photo]:
    """The story's photos in order, without article and files."""
    made, keys = [], set[str]()
    for number, photo in enumerate(story.photos, 1):
        values: Any = _PHOTO | {name: getattr(photo, name) or "" for name in PHOTO_WORDS}
        values |= {"number": number, "loaded_number": number, "kind": photo.kind, "credit_line": photo.credit or ""}
        values["position"] = min(photo.position, len(story.paragraphs))
        row = Photo(*values.values())  # by position takes Django a third of the time
        row.take_key(keys)
        row.follow_words()
        made.append(row)
    return made


def damage_rows(article: Article, story: Story) -> list[Damage]:
    return [
        Damage(article=article, code=damage.code, field=damage.field, line=damage.line, text=damage.text)
        for damage in story.damage
    ]


def original_row(
    article: Article, reading: Reading, story: Story, change_id: int | None, *, is_current: bool
) -> Original:
    piece = reading.piece
    reference = piece.body.reference if piece.body and not reading.data else None
    return Original(
        article_id=article.pk,
        digest=reading.digest,
        name=_name_of(piece)[-500:],
        form=piece.form,
        encoding=story.encoding[:20],
        size_bytes=reading.size_bytes,
        content=reading.data,
        held_at=reference.path if reference else "",
        held_offset=reference.offset if reference else 0,
        held_length=reference.size_bytes if reference else 0,
        ledger=[[line.kind, line.became] for line in story.ledger],
        boilerplate=list(story.boilerplate),
        evidence=dict(story.evidence),
        captured_from=piece.url or "",
        captured_at=piece.captured_at,
        is_current=is_current,
        read_as=reading.read_as,
        beside=list(reading.beside),
        change_id=change_id,
    )


def _name_of(piece: Piece) -> str:
    """File name and line for readers; for a capture, the last part of its address."""
    if piece.url:
        last = PurePosixPath(urlsplit(piece.url).path).name or urlsplit(piece.url).netloc or "page"
        return last if last.lower().endswith((".html", ".htm", ".xhtml")) else f"{last}.html"
    name = PurePath(piece.place or piece.path).name
    return name if piece.line is None else f"{name}:{piece.line}"
