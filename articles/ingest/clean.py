"""Story -> story: what every reader's text must be before it is stored. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from articles.ingest.story import Damage, Story, StoryPhoto
from articles.text import markdown
from articles.text.damage import DamageCode

TEXT_FIELDS = (
    "headline", "deck", "byline", "dateline", "published_printed", "updated_printed", "source", "section", "language",
    "url", "id", "slug",
)  # fmt: skip
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
PHOTO_FIELDS = ("caption", "credit", "credit_raw", "alt_text", "src", "creator", "copyright_notice")
LIST_FIELDS = ("authors", "tags", "chrome_removed")


def clean(story: Story) -> Story:
    """A story whose text every database, feed and page can hold, with its body as Markdown, HTML and plain text."""
    return _with_body(_with_plain_lines(_storable(story)))


def _with_plain_lines(story: Story) -> Story:
    """With one kind of line end in the body: paragraphs are told, and merged with those of staff, by empty lines."""
    if story.body and "\r" in story.body:
        return replace(story, body=_LINE_END.sub("\n", story.body))
    return story


def _with_body(story: Story) -> Story:
    if story.blocks:
        return story
    if story.body:
        blocks = markdown.render(story.body)
        return replace(story, blocks=blocks, paragraphs=tuple(markdown.plain(block) for block in blocks))
    # Plain text: each paragraph is one block, whatever marks it holds.
    return replace(
        story,
        body="\n\n".join(markdown.escape_text(paragraph) for paragraph in story.paragraphs),
        blocks=tuple(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs),
    )


def _storable(story: Story) -> Story:
    """Without NULs and lone surrogates, which no database column and no UTF-8 file holds; each is damage, not loss."""
    if not UNSTORABLE.search(_all_text(story)):
        return story
    lost: set[str] = set()

    def mend(text: str) -> str:
        if "\0" in text:
            lost.add(DamageCode.NUL_REMOVED)
            text = text.replace("\0", "")
        if SURROGATE.search(text):
            lost.add(DamageCode.REPLACEMENT_CHARACTERS)
            text = SURROGATE.sub("\ufffd", text)
        return text

    changed: dict[str, Any] = {}
    for name in (*TEXT_FIELDS, "body"):
        value = getattr(story, name)
        if value and (mended := mend(value)) != value:
            changed[name] = mended
    for name in (*LIST_FIELDS, "blocks", "paragraphs"):
        values = getattr(story, name)
        if values and (mended_all := tuple(map(mend, values))) != values:
            changed[name] = mended_all
    if story.photos and (photos := tuple(_photo(photo, mend) for photo in story.photos)) != story.photos:
        changed["photos"] = photos
    if lost:
        known = {damage.code for damage in story.damage}
        changed["damage"] = (*story.damage, *(Damage(code) for code in sorted(lost - known)))
    return replace(story, **changed) if changed else story


def _all_text(story: Story) -> str:
    """Everything that will be stored, in one string, to be looked through once."""
    parts = [getattr(story, name) for name in (*TEXT_FIELDS, "body")]
    parts += [text for name in (*LIST_FIELDS, "blocks", "paragraphs") for text in getattr(story, name)]
    parts += [getattr(photo, name) for photo in story.photos for name in PHOTO_FIELDS]
    return "".join(part for part in parts if part)


def _photo(photo: StoryPhoto, mend: Callable[[str], str]) -> StoryPhoto:
    changed: dict[str, Any] = {
        name: mended for name in PHOTO_FIELDS if (value := getattr(photo, name)) and (mended := mend(value)) != value
    }
    return replace(photo, **changed) if changed else photo
