"""Sentences of a page's annotated text that our reader left out; there should be none.

``left_out.json`` has the number of such sentences for pages whose annotation takes more for text than we do, and what
these sentences are, by a person who has looked at the page.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from articles.ingest.errors import NotAnArticle
from articles.ingest.readers import html
from articles.ingest.story import Piece
from tests.bench.evaluate.truth import Page

JUDGED = Path(__file__).with_name("left_out.json")
SHORTEST = 14  # letters of a sentence, so that it is no label; half of them in Chinese or Japanese
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(r"[^.!?…。！？]+[.!?…。！？»”\"]+")
_NO_LETTERS = re.compile(r"[\W_]+")


def sentences_left_out(page: Page) -> list[str]:
    """Those that the story lists as left out and has nowhere else."""
    try:
        story = html.read(Piece(page.path, page.path.name, "html"), page.data)
    except NotAnArticle:  # counted by the scores
        return []
    words = [photo.caption or "" for photo in story.photos]
    kept = _letters(" ".join(filter(None, (story.headline, story.deck, story.byline, *story.paragraphs, *words))))
    left_out = _letters(" | ".join(story.chrome_removed))
    sentences = [found.strip() for paragraph in page.truth.body for found in _SENTENCE.findall(paragraph)]
    return [
        sentence
        for sentence in sentences
        if _is_long(letters := _letters(sentence)) and letters not in kept and letters in left_out
    ]


def judged() -> dict[str, tuple[int, str]]:
    """By page: how many sentences are rightly left out, and what they are."""
    return {name: (count, kind) for name, (count, kind) in json.loads(JUDGED.read_text("utf-8")).items()}


def _is_long(letters: str) -> bool:
    return len(letters) >= (SHORTEST // 2 if _IDEOGRAPHS.search(letters) else SHORTEST)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
