"""Sentences of a page's annotated text that our reader left out; there should be none.

``left_out.json`` has the number of such sentences for pages whose annotation takes more for text than we do, and what
these sentences are, by a person who has looked at the page.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.bench.evaluate.extractors import Answer
from tests.bench.evaluate.truth import Page

JUDGED = Path(__file__).with_name("left_out.json")
SHORTEST = 14  # letters of a sentence, so that it is no label; half of them in Chinese or Japanese
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(r"[^.!?…。！？]+[.!?…。！？»”\"]+")
_NO_LETTERS = re.compile(r"[\W_]+")


def sentences_left_out(page: Page, answer: Answer) -> list[str]:
    """Those that are among the lines left out and nowhere else."""
    words = (answer.headline, answer.deck, *answer.authors, answer.body, *(photo.caption for photo in answer.photos))
    kept = _letters(" ".join(filter(None, words)))
    boilerplate = _letters(" | ".join(answer.boilerplate))
    sentences = [found.strip() for paragraph in page.truth.body for found in _SENTENCE.findall(paragraph)]
    return [
        sentence
        for sentence in sentences
        if _is_long(letters := _letters(sentence)) and letters not in kept and letters in boilerplate
    ]


def judged() -> dict[str, tuple[int, str]]:
    """By page: how many sentences are rightly left out, and what they are."""
    return {name: (count, kind) for name, (count, kind) in json.loads(JUDGED.read_text("utf-8")).items()}


def _is_long(letters: str) -> bool:
    return len(letters) >= (SHORTEST // 2 if _IDEOGRAPHS.search(letters) else SHORTEST)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
