"""The place and day of filing, printed at the start of the first paragraph."""

import re

from articles.text.months import month_of

_LONGEST = 120

_DASH = re.compile(r" (?:--?|–|—) ")
_BRACKETED = re.compile(r"\([^()]*\)|/[^/()]{1,30}/")
# ``McLEAN``, ``DeKALB``: capitals after a prefix in small letters.
_PREFIX = re.compile(r"(?:Mc|Mac|De|La|Le|Du|Al)(?=[A-Z]{2})")
_WORD_SIGNS = str.maketrans("", "", "'’.-/")
_SMALL_WORDS = frozenset("of the and de da do del la le el al on in sur am an upon y e".split())

# Words in capitals at the start of a line that are not places.
_NOT_PLACES = frozenset(
    """FILE UPDATE UPDATED EXCLUSIVE VIDEO PHOTO PHOTOS WATCH NEW BREAKING CORRECTS CORRECTED CORRECTION LIVE ANALYSIS
    OPINION FACTBOX TIMELINE EXPLAINER FEATURE PREVIEW REVIEW NOTE EDITOR URGENT ALERT NASA NATO UN EU UK US USA WHO
    FBI CIA WTO IMF AP AFP VOA BBC CNN GDP AI TV DVD CEO OK PM MP""".split()
)

_CHINESE_AGENCIES = (
    "新华社", "新華社", "中新社", "中新网", "中新網", "中国新闻社", "本报", "本報", "本社", "人民网", "人民網",
    "新华网", "央视网", "法新社", "路透社", "美联社", "共同社", "塔斯社", "中央社", "国际在线", "中国日报",
    "人民日报", "光明日报",
)  # fmt: skip
_CHINESE = re.compile(
    rf"[(（【]?据?(?:(?:{'|'.join(_CHINESE_AGENCIES)})[^。！？，,；电電]{{0,20}}"
    r"|[^。！？；电電]{0,30}\d{1,2}[日号號][^。！？，,；电電]{0,8})"
    r"[电電](?![影力视視子话話脑腦动動商信器池梯站台臺费費量缆纜厂廠竞競网網路压壓流源车車讯訊气氣])[)）】]?"
    r"(?: ?[(（][^()（）]{0,60}[)）])*"
)


def find_dateline(text: str) -> str | None:
    """The dateline at the start of a first paragraph, without the dash; ``None`` if there is none."""
    head = text[: _LONGEST + 40]
    chinese = _CHINESE.match(head)
    if chinese:
        return chinese.group()
    dash = _DASH.search(head)
    if not dash or dash.start() > _LONGEST:
        return None
    before, after = head[: dash.start()], head[dash.end() :]
    words = _BRACKETED.sub(" ", before).replace(",", " ").split()
    # After the dash, a headline in capitals stays in capitals; a story does not.
    if not 1 <= len(words) <= 14 or not before[0].isalpha() or before[-1] in ':;!?"”' or after.isupper():
        return None
    # ``TARVIK``, ``L'AQUILA``, ``SEOUL/TOKYO``, ``D.C.``, ``McLEAN``: at least two letters, all capitals.
    letters = _PREFIX.sub("", words[0]).translate(_WORD_SIGNS)
    if len(letters) < 2 or not letters.isalpha() or not letters.isupper() or words[0].strip(".") in _NOT_PLACES:
        return None
    # ``МОСКВА, 6 сен``: some languages write months in small letters.
    names = [word for word in words[1:] if word not in _SMALL_WORDS and not month_of(word.rstrip("."))]
    return None if any(word[0].islower() or word[0] in "\"“'‘[" for word in names) else before
