"""Story -> story: detects the language of a text without a stated one, if letters and words leave no doubt."""

import re
from dataclasses import replace
from typing import cast

from resiliparse.parse.lang import detect_fast

from articles.ingest.story import Damage, Story
from articles.text.damage import DamageCode
from articles.text.evidence import DETECTED, HTML_LANG
from articles.text.scripts import HAN, HANGUL, KANA, has_ascii_words

READ_CHARACTERS = 3_000
# resiliparse gives each language a distance from the text; unrelated words have 1,000 or more. If two are nearly equal,
# such as Danish and Norwegian, neither is taken.
FARTHEST = 1_000
CLEARLY_NEARER = 20
# The language of a page's template is often that of the software. A long text overrules it.
LONG_LETTERS = 400
MUCH_NEARER = 40

_LETTER = re.compile(r"[^\W\d_]")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_KANA, _HANGUL, _HAN = (re.compile(f"[{script}]") for script in (KANA, HANGUL, HAN))


def with_language(story: Story) -> Story:
    """The story with its detected language, if it states none; its ``evidence`` is then ``detected``."""
    if story.language:
        return _corrected(story) if story.evidence.get("language") == HTML_LANG else story
    detected = language_of(story.paragraphs)
    if detected is None:
        return story
    return replace(story, language=detected, evidence={**story.evidence, "language": DETECTED})


def language_of(paragraphs: tuple[str, ...], *, fewest: int = 60, nearer: int = CLEARLY_NEARER) -> str | None:
    """A two-letter tag (ISO 639-1); ``None`` for short, mixed or doubtful texts."""
    text = " ".join(paragraphs)[:READ_CHARACTERS]
    if has_ascii_words(text):
        letters = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    else:
        letters = len(_LETTER.findall(text))
        kana, hangul, han = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HAN))
        if letters >= 10 and (kana + hangul + han) * 2 >= letters:
            return "ja" if kana * 10 > kana + han else "ko" if hangul > han else "zh"
    if letters < fewest:
        return None
    ranked = cast("list[tuple[str, int]]", detect_fast(text, n_results=2))
    if not ranked or ranked[0][1] > FARTHEST:
        return None
    return None if len(ranked) > 1 and ranked[1][1] - ranked[0][1] < nearer else ranked[0][0]


def _corrected(story: Story) -> Story:
    declared = (story.language or "").lower().partition("-")[0]
    text = " ".join(story.paragraphs)[:READ_CHARACTERS]
    other_letters = sum(map(str.isalpha, _NOT_LATIN.findall(text)))
    if declared in _IN_LATIN and other_letters > 0 and other_letters * 2 > sum(map(str.isalpha, text)):
        detected = language_of(story.paragraphs)
    else:
        detected = language_of(story.paragraphs, fewest=LONG_LETTERS, nearer=MUCH_NEARER)
    if detected is None or detected == declared or (detected, declared) in _SAME:
        return story
    damage = Damage(DamageCode.LANGUAGE_DIFFERS, "language", text=story.language or "")
    evidence = {**story.evidence, "language": DETECTED}
    return replace(story, language=detected, evidence=evidence, damage=(*story.damage, damage))


# Usual languages of templates. Texts in other letters overrule them, however short, since their direction may differ.
_IN_LATIN = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
_NOT_LATIN = re.compile("[\u0250-\U0010ffff]")
# Tags of one language, or of languages too similar to distinguish.
_SAME = frozenset({("no", "nb"), ("no", "nn"), ("he", "iw"), ("id", "in"), ("id", "ms"), ("ms", "id"), ("yi", "ji")})
