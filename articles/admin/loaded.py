"""The values that a load gave an article, in words, where staff have changed them since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from articles.catalogue.loaded import FIELDS, edited_photo_fields, loaded_photo, loaded_source, loaded_tags
from articles.models import Article, Conflict, Photo, Source, Tag
from articles.text.keys import digest_of
from articles.text.phrases import listed

NOTHING = "(nothing)"
LABELS = {
    "credit_line": "credit", "alt_text": "alt text", "copyright_notice": "copyright", "url": "canonical address",
    "body": "text", "position": "place", "src": "file",
}  # fmt: skip


def article_fields(article: Article) -> dict[str, str]:
    """The article's own fields that staff have changed, with their value as loaded."""
    loaded = article.as_loaded
    found = {
        name: words_of(loaded[name]) for name in FIELDS if name in loaded and loaded[name] != getattr(article, name)
    }
    if (source_id := loaded_source(article)) != article.source_id:
        found["source"] = _source_words(source_id)
    if "body" in loaded and loaded["body"] != digest_of(article.body.encode()):
        found["body"] = article.body_as_loaded or NOTHING
    return found


def photo_fields(article: Article, photo: Photo) -> dict[str, str]:
    """The fields of a photo that staff have changed, with their value as loaded."""
    loaded = loaded_photo(article, photo)
    return {} if loaded is None else {name: words_of(loaded[name]) for name in edited_photo_fields(article, photo)}


def open_conflicts(article: Article) -> dict[int | None, list[Conflict]]:
    """What waits for a decision, by the photo's id; ``None``: of the article's own fields."""
    waiting: dict[int | None, list[Conflict]] = {}
    for conflict in article.conflicts.open().defer("loaded", "ours", "theirs") if article.pk else ():
        waiting.setdefault(conflict.photo_id, []).append(conflict)
    return waiting


def changes(article: Article, photos: Iterable[Photo], tag_ids: Iterable[int]) -> list[tuple[str, str]]:
    """Everything that staff have changed since the load, as label and value as loaded."""
    found = [(label_of(name), words) for name, words in article_fields(article).items()]
    numbers = set()
    for photo in photos:
        numbers.add(photo.loaded_number)
        found += [
            (f"Photo {photo.number}: {LABELS.get(name, name)}", words)
            for name, words in photo_fields(article, photo).items()
        ]
    for number, photo_loaded in enumerate(article.as_loaded.get("photos", []), 1):
        if number not in numbers:
            found.append((f"Photo {number}, removed since", words_of(photo_loaded.get("caption"))))
    return found + _tag_changes(article, set(tag_ids))


def _tag_changes(article: Article, now: set[int]) -> list[tuple[str, str]]:
    if "tags" not in article.as_loaded or (loaded := loaded_tags(article)) == now:
        return []
    names = Tag.objects.filter(pk__in=loaded).order_by("name").values_list("name", flat=True)
    return [("Tags", listed(list(names)) or NOTHING)]


def label_of(name: str) -> str:
    words = LABELS.get(name, name)
    return words[:1].upper() + words[1:]


def words_of(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text or NOTHING


def _source_words(pk: int | None) -> str:
    return Source.objects.filter(pk=pk).values_list("name", flat=True).first() or NOTHING if pk else NOTHING
