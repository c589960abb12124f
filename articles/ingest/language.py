"""Story -> story: the language of a text that does not say it, where its letters and words leave no doubt. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from resiliparse.parse.lang import detect_fast

from articles.ingest.story import Damage, Story
from articles.text.damage import DamageCode
from articles.text.evidence import DETECTED, HTML_LANG

READ_CHARACTERS = 3_000
FEWEST_LETTERS = 60
# resiliparse gives each language a distance from the text; unrelated words are 1,000 and more away. Danish and
# Norwegian, or Czech and Slovak, may be as good as equal: then nothing is said.
FARTHEST = 1_000
CLEARLY_NEARER = 20
# A page template's language is often that of the software, not of the text. It is not believed against a long text.
LONG_LETTERS = 400
MUCH_NEARER = 40

_LETTER = re.compile(r"[^\W\d_]")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def with_language(story: Story) -> Story:
    """The story with the language of its text, if it names none. ``evidence`` says that it was told from the words."""
    if story.language:
        return _doubted(story) if story.evidence.get("language") == HTML_LANG else story
    found = language_of(story.paragraphs)
    if found is None:
        return story
    return replace(story, language=found, evidence={**story.evidence, "language": DETECTED})


def language_of(
    paragraphs: tuple[str, ...], *, fewest: int = FEWEST_LETTERS, nearer: int = CLEARLY_NEARER
) -> str | None:
    """The language of a text as a tag of two letters (ISO 639-1); ``None`` for short, mixed or doubtful ones."""
    text = " ".join(paragraphs)[:READ_CHARACTERS]
    if text.isascii():
        letters = len(text.encode().translate(None, _NO_LETTERS))
    else:
        letters = len(_LETTER.findall(text))
        if found := _by_script(text, letters):
            return found
    if letters < fewest:
        return None
    ranked = cast("list[tuple[str, int]]", detect_fast(text, n_results=2))
    if not ranked or ranked[0][1] > FARTHEST:
        return None
    if len(ranked) > 1 and ranked[1][1] - ranked[0][1] < nearer:
        return None
    return ranked[0][0]


def _by_script(text: str, letters: int) -> str | None:
    kana, hangul, han = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HAN))
    if letters < 10 or (kana + hangul + han) * 2 < letters:
        return None
    if kana * 10 > kana + han:
        return "ja"
    return "ko" if hangul > han else "zh"


def _doubted(story: Story) -> Story:
    declared = (story.language or "").lower().partition("-")[0]
    text = " ".join(story.paragraphs)[:READ_CHARACTERS]
    others = sum(map(str.isalpha, _NOT_LATIN.findall(text)))
    if declared in _IN_LATIN and others > 0 and others * 2 > sum(map(str.isalpha, text)):
        found = language_of(story.paragraphs)
    else:
        found = language_of(story.paragraphs, fewest=LONG_LETTERS, nearer=MUCH_NEARER)
    if found is None or found == declared or (found, declared) in _SAME:
        return story
    damage = Damage(DamageCode.LANGUAGE_DIFFERS, "language", text=story.language or "")
    evidence = {**story.evidence, "language": DETECTED}
    return replace(story, language=found, evidence=evidence, damage=(*story.damage, damage))


# What page templates are made in. Not believed of a text in other letters, however short: it would be shown in the
# wrong direction.
_IN_LATIN = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
_NOT_LATIN = re.compile("[\u0250-\U0010ffff]")
# Tags of one language, as far as its words can tell.
_SAME = frozenset({("no", "nb"), ("no", "nn"), ("he", "iw"), ("id", "in"), ("id", "ms"), ("ms", "id"), ("yi", "ji")})
