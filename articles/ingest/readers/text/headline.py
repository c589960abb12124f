"""RULES section 6: whether the first block is a headline."""

from __future__ import annotations

import re

from articles.ingest.parsing.dateline import find_dateline

LONGEST_CHARACTERS = 200
LONGEST_SENTENCE_WORDS = 12

# A word, or one Chinese or Japanese character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")


def is_headline(text: str) -> bool:
    if len(text) > LONGEST_CHARACTERS:
        return False
    if text[-1] in ".。":
        return len(_WORD.findall(text)) <= LONGEST_SENTENCE_WORDS and find_dateline(text) is None
    # ``TOKYO - The city that never stops``: a short line with no full stop is a headline after all.
    dateline = find_dateline(text)
    return dateline is None or not (set(dateline) & set("(（,0123456789电電"))
