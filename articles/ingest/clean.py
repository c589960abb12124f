"""Story -> story: what every reader's text must be before it is stored. Pure."""

from __future__ import annotations

import html
import re
from dataclasses import fields, replace
from typing import Any

from articles.ingest.story import Damage, Story, StoryPhoto
from articles.text import markdown
from articles.text.damage import DamageCode

SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
# All fields but those that say what the original was.
_STORED = [field.name for field in fields(Story) if field.name not in ("damage", "ledger", "encoding", "evidence")]
_STORED_OF_PHOTO = [field.name for field in fields(StoryPhoto) if field.name != "file"]


def clean(story: Story) -> Story:
    """A story whose text every database, feed and page can hold, with its body as Markdown, HTML and plain text."""
    story = _storable(story)
    if "\r" in story.body:  # one kind of line end: paragraphs are told, and merged with those of staff, by empty lines
        story = replace(story, body=_LINE_END.sub("\n", story.body))
    return _with_body(story)


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
    values = [getattr(story, name) for name in _STORED]
    values += [getattr(photo, name) for photo in story.photos for name in _STORED_OF_PHOTO]
    texts = [text for value in values for text in (value if isinstance(value, tuple) else (value,))]
    whole = "".join(text for text in texts if isinstance(text, str))
    if "\0" not in whole and (whole.isascii() or not SURROGATE.search(whole)):
        return story
    lost: set[str] = set()

    def mended(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(mended, value))
        if isinstance(value, StoryPhoto):
            return replace(value, **{name: mended(getattr(value, name)) for name in _STORED_OF_PHOTO})
        if not isinstance(value, str):
            return value
        if "\0" in value:
            lost.add(DamageCode.NUL_REMOVED)
        if SURROGATE.search(value):
            lost.add(DamageCode.REPLACEMENT_CHARACTERS)
        return SURROGATE.sub("\ufffd", value.replace("\0", ""))

    story = replace(story, **{name: mended(getattr(story, name)) for name in _STORED})
    known = {damage.code for damage in story.damage}
    return replace(story, damage=(*story.damage, *map(Damage, sorted(lost - known))))
