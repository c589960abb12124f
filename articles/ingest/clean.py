"""Story -> story: makes a story fit for storage."""

import html
import re
from dataclasses import fields, replace
from typing import Any

from articles.ingest.story import Damage, Story, StoryPhoto
from articles.text import markdown
from articles.text.damage import DamageCode
from articles.text.keys import bare

SURROGATE = re.compile("[\ud800-\udfff]")
# All fields except those about the original.
_STORED = [field.name for field in fields(Story) if field.name not in ("damage", "ledger", "encoding", "evidence")]
_STORED_OF_PHOTO = [field.name for field in fields(StoryPhoto) if field.name != "file"]


def clean(story: Story) -> Story:
    """The story as every database, feed and page accepts it, without a deck that repeats its first paragraph."""
    story = _with_texts(_storable(story))
    if not story.deck or bare(story.deck) != bare("".join(story.paragraphs[:1])):
        return story
    return replace(story, deck=None, evidence={name: story.evidence[name] for name in story.evidence if name != "deck"})


def _with_texts(story: Story) -> Story:
    if "\r" in story.body:  # paragraphs are divided, and merged with those of staff, at empty lines
        story = replace(story, body=re.sub("\r\n?", "\n", story.body))
    if story.blocks:
        return story
    if story.body:
        blocks = markdown.render(story.body)
        return replace(story, blocks=blocks, paragraphs=tuple(markdown.plain(block) for block in blocks))
    # Plain text: each paragraph is one block, whatever signs it has.
    return replace(
        story,
        body="\n\n".join(markdown.escape_text(paragraph) for paragraph in story.paragraphs),
        blocks=tuple(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs),
    )


def _storable(story: Story) -> Story:
    """Remove NULs and lone surrogates, which databases and UTF-8 reject; record removals as damage."""
    values = [getattr(story, name) for name in _STORED]
    values += [getattr(photo, name) for photo in story.photos for name in _STORED_OF_PHOTO]
    texts = [text for value in values for text in (value if isinstance(value, tuple) else (value,))]
    all_text = "".join(text for text in texts if isinstance(text, str))
    if "\0" not in all_text and (all_text.isascii() or not SURROGATE.search(all_text)):
        return story
    lost: set[str] = set()

    def cleaned(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(cleaned, value))
        if isinstance(value, StoryPhoto):
            return replace(value, **{name: cleaned(getattr(value, name)) for name in _STORED_OF_PHOTO})
        if not isinstance(value, str):
            return value
        if "\0" in value:
            lost.add(DamageCode.NUL_REMOVED)
        if SURROGATE.search(value):
            lost.add(DamageCode.REPLACEMENT_CHARACTERS)
        return SURROGATE.sub("\ufffd", value.replace("\0", ""))

    story = replace(story, **{name: cleaned(getattr(story, name)) for name in _STORED})
    if story.body:  # nothing alters HTML behind the cleaner: blocks are made again
        story = replace(story, blocks=())
    codes = {damage.code for damage in story.damage}
    return replace(story, damage=(*story.damage, *map(Damage, sorted(lost - codes))))
