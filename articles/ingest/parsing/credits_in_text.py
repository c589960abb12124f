"""Captions and credits. A block is a caption if it ends with a credit.

Each form of credit is one row of a table in ``credits.toml``: a pattern for the text in brackets or for the last
sentence of a block. To teach the archive another newspaper's credits, add a row, or another language's words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from articles.ingest.parsing.names import reads_as_credit_name
from articles.ingest.story import PhotoKind
from articles.text.outlets import AGENCY_NAMES, NAMED_OUTLETS, PRESS_WORDS, agency_pattern
from articles.text.scripts import HAN
from articles.text.tables import tables_of


@dataclass(frozen=True, slots=True)
class Credit:
    """A caption block, divided."""

    caption: str | None  # ``None`` for a block that is only a credit
    name: str | None  # ``None`` if it is cut off
    raw: str | None  # the credit as written
    kind: PhotoKind = "photo"
    is_cut: bool = False
    dropped: tuple[str, ...] = ()  # a counter before the caption, words on licences behind the credit


_TABLES = tables_of(Path(__file__).with_name("credits"))
_AGENCY = agency_pattern()
_PRESS = "|".join([*sorted(map(str.capitalize, PRESS_WORDS)), *map(re.escape, NAMED_OUTLETS)])
_PICTURE = f"(?:{'|'.join([*_TABLES['pictures'], *_TABLES['picture_labels']])})"
_PARTS = {
    "agency": _AGENCY,
    "han": HAN,
    "picture": f"(?i:{_PICTURE}(?: {_PICTURE})?)",
    "source": f"(?i:credits?|{'|'.join(_TABLES['source_labels'])})",
    "origin": f"(?i:{'|'.join(_TABLES['origins'])})",
    "maker": f"(?:{'|'.join(_TABLES['makers'])})",
    "person": r"(?:[A-ZÀ-Þ][\w.’-]+ ){1,2}[A-ZÀ-Þ][\w.’-]+",
    "press": rf"(?:[A-ZÀ-Þ][\w’]*[ -](?:and |& |of |de )?){{0,4}}(?:{_PRESS})",
}


def _forms(table: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(re.sub(r"\{([a-z]+)\}", lambda part: _PARTS[part[1]], pattern)) for pattern in _TABLES[table]
    )


# Alone in round brackets, an agency may be an aside: there it counts only after a caption cue, or without a sentence.
_AGENCY_ALONE = re.compile(rf"(?i:{_AGENCY})(?: (?:자료사진|제공|資料写真|提供|file))?")
_NAMED, _BEHIND_CAPTIONS = _forms("bracketed_names"), _forms("closing_captions")
BRACKETED = (*_forms("bracketed"), _AGENCY_ALONE, *_NAMED)
CLOSING = (*_forms("closing"), *_BEHIND_CAPTIONS)
_CLOSING_START = re.compile("|".join(_TABLES["closing_starts"]))
_AGENCY_NAME = re.compile(rf"(?<!\w){_AGENCY}(?!\w)")  # which may be in small letters
# A label without a full stop before it: The harbour at dawn Photo by Ana Ruiz
_AMID = re.compile(rf"(?<=\w )(?![a-zß-ÿа-я]){_PARTS['picture']}(?: ?[:：]| by )(?=.*(?:\S \S|/))(?!.*[)\]])")
_LABEL_END = re.compile(rf"(?<!\w){_PARTS['picture']} ?[:：] ?$")
_AGENCY_FIRST = re.compile(r"(?<=[a-zß-ÿа-я] )[A-ZÀ-Þ]{2,12}/[A-ZÀ-Þ]")
_UNLABELLED = re.compile("|".join(form.pattern for form in _forms("unlabelled")))
# Cheaper to look for than a credit: each has one of these, or ends in an agency's name.
_CLOSING_SIGN = re.compile("|".join(_TABLES["closing_signs"]))
_EAST_ASIAN_CLOSING = re.compile("|".join(form.pattern for form in _forms("east_asian")))
_EAST_ASIAN_ENDS = ("摄", "攝", "影", "图", "圖", "供", "す", "日", "공")
_SAYING = re.compile(rf"(?<!\w)(?:{'|'.join(_TABLES['saying'])})(?!\w)")
_COUNTER = re.compile(rf"\[\d{{1,3}} ?/ ?\d{{1,3}}\] |\d{{1,3}} (?:{'|'.join(_TABLES['of'])}) \d{{1,3}} ")
_LICENCE = re.compile(rf" (?P<words>{'|'.join(_TABLES['licences'])})\W*$", re.IGNORECASE)

# Beginnings of credits, which the end of a file may cut off anywhere.
_BEGINNINGS_OF_CREDITS = ("photo provided to", "video provided to", "photo by", "photo courtesy of")

CAPTION_CUES = re.compile("|".join(_TABLES["caption_cues"]))
_OPENERS = {"]": "[", ")": "(", "】": "【", "）": "（", "］": "［"}
CLOSING_BRACKETS = tuple(_OPENERS)
CLOSERS = {opener: closer for closer, opener in _OPENERS.items()}
_FULL_STOPS = ".。"

_SHORTEST = len("[IC]")
_LONGEST_IN_SIGNS = 45  # a caption; paragraphs before an agency are longer
# Characters after a bracket that is open at the end of the file; more are text.
_LONGEST_UNCLOSED = 60

_WECHAT_CUT = re.compile(r"WeChat account(?: of|:)?", re.IGNORECASE)
_SENTENCE_ENDS = ".!?。！？…\"”’'」』)]）】"


@lru_cache(maxsize=50)  # called several times for each line of a text
def split_credit(text: str, *, last_line: str | None = None, ends_file: bool = False) -> Credit | None:
    """Divide a folded block into caption and credit; ``None`` if it does not end with a credit. ``last_line``: of a
    block of several lines, since a credit may begin a line as it begins a sentence. ``ends_file``: this is the last
    block, so the credit's closing bracket may be missing.
    """
    if len(text) < _SHORTEST:
        return None
    counter, licence = _COUNTER.match(text), _LICENCE.search(text) if text.count(" ") else None
    if counter or licence:
        bare = text[counter.end() if counter else 0 : licence.start() if licence else len(text)]
        if found := split_credit(bare, last_line=last_line if not licence else None):
            words = [mark[0].strip(" |/–-") for mark in (counter, licence) if mark]
            return replace(found, dropped=tuple(words))
    stripped = text.rstrip(_FULL_STOPS + " ")
    if credit := _in_brackets(text, stripped):
        return credit
    last_line_at = len(text) - len(last_line) if last_line else 0
    return _closing(text, stripped, last_line_at) or (_unclosed(text) if ends_file else None)


def _in_brackets(text: str, stripped: str) -> Credit | None:
    """A credit in the brackets at the end of a text, or one that ends with an agency in them."""
    closer, depth = stripped[-1:], 0
    if closer not in _OPENERS or text[len(stripped) :].strip() not in ("", *_FULL_STOPS):
        return None
    for start in range(len(stripped) - 1, max(-1, len(stripped) - 202), -1):
        depth += (stripped[start] == closer) - (stripped[start] == _OPENERS[closer])
        if not depth:
            content = stripped[start + 1 : -1].strip()
            found = _bracketed(text, start, content)
            if found and closer == ")" and _AGENCY_ALONE.fullmatch(content):
                return _closing(text, stripped, 0) or found
            return found
    return None


def is_caption_cut(caption: str | None) -> bool:
    return caption is not None and caption.endswith(("...", "…", ","))


def _unclosed(text: str) -> Credit | None:
    """A credit without its closing bracket at the end of the file: from the last open bracket that makes one."""
    for start in range(len(text) - 1, max(-1, len(text) - _LONGEST_UNCLOSED - 2), -1):
        closer = CLOSERS.get(text[start])
        if not closer or closer in text[start:]:
            continue
        content = text[start + 1 :].strip().rstrip(_FULL_STOPS)
        if len(content) > 2 and any(beginning.startswith(content.casefold()) for beginning in _BEGINNINGS_OF_CREDITS):
            kind: PhotoKind = "video" if content[0] in "Vv" else "photo"
            return Credit(text[:start].strip() or None, None, text[start:], kind, is_cut=True)
        if found := _bracketed(text, start, content):
            return replace(found, is_cut=True)
    return None


def _bracketed(text: str, start: int, content: str) -> Credit | None:
    for form in BRACKETED:
        match = form.fullmatch(content)
        if match and (form is not _AGENCY_ALONE or _may_stand_alone(text, start)):
            name, is_cut = _name(match)
            if form in _NAMED and not (start and name and reads_as_credit_name(name.replace(": ", " "))):
                continue
            kind: PhotoKind = "video" if content[:5].casefold() == "video" else "photo"
            return Credit(text[:start].strip() or None, name, text[start:], kind, is_cut)
    return None


def _may_stand_alone(text: str, start: int) -> bool:
    """``True`` if an agency in brackets is a credit: in square ones, after a cue, after a short sentence in signs, or
    without a sentence before it.
    """
    if text[start] in "[［【" or CAPTION_CUES.search(text, 0, start):
        return True
    before = text[:start].rstrip()[-1:]
    if before == "。" and start < _LONGEST_IN_SIGNS:
        return True
    return bool(before) and before not in _SENTENCE_ENDS and text[-1] not in _FULL_STOPS and not _SAYING.search(text)


def _name(match: re.Match[str]) -> tuple[str | None, bool]:
    groups = match.groupdict()
    written = groups.get("name", match[0]).strip("©ⓒ ")
    name = (written.rstrip("/ ") if written.endswith("/") else written).removesuffix(" for")
    if not name or _WECHAT_CUT.fullmatch(name):
        return None, True
    return f"{groups['lead']} {name}" if "lead" in groups else name, name != written


def _closing(text: str, stripped: str, last_line_at: int) -> Credit | None:
    floor = max(0, len(stripped) - 200)
    if stripped.endswith(_EAST_ASIAN_ENDS) or "＝" in stripped[-20:]:
        floor = max(0, len(stripped) - 60)
        if found := _EAST_ASIAN_CLOSING.search(stripped[floor:]):
            start = floor + found.start()
            return Credit(text[:start].strip("＝= ") or None, found[0].strip(), text[start:])
    names_agency = stripped.endswith(AGENCY_NAMES)
    if not names_agency and not _CLOSING_SIGN.search(stripped, floor):
        return None
    for start in _starts(text, stripped, floor, last_line_at):
        if (names_agency or _CLOSING_SIGN.search(stripped, start)) and (credit := _credit_at(text, stripped, start)):
            return credit
    behind = _UNLABELLED.search(stripped, floor)
    if behind and text.count(" ", 0, behind.start()) > 2 and " / " not in text[: behind.start()]:
        return Credit(text[: behind.start()].rstrip(), behind[behind.lastgroup or 0], text[behind.start() :].strip())
    return None


def _starts(text: str, stripped: str, floor: int, last_line_at: int) -> Iterator[int]:
    """The possible beginnings of a credit, the likeliest first."""
    marks = _CLOSING_START.finditer(stripped[floor:])
    starts = {0, *(floor + (mark.start() if mark["sign"] else mark.end()) for mark in marks)}
    amid = [mark.start() for mark in _AMID.finditer(stripped, floor) if stripped.count(" ", 0, mark.start()) > 3]
    # Only if there is no label is a slash the beginning: Foto: Jan Holm / dpa
    by_sign = sorted(starts, key=lambda start: (stripped[start : start + 1] == "/", -start))
    for start in [*filter(None, [last_line_at]), *by_sign, *amid]:
        if start < len(stripped) and (start in amid or _may_begin(text, start, last_line_at)):
            yield start


def _credit_at(text: str, stripped: str, start: int) -> Credit | None:
    for form in CLOSING:
        match = form.fullmatch(stripped, start)
        if not match or (form in _BEHIND_CAPTIONS and not start):
            continue
        name, is_cut = _name(match)
        maker = (name or "").removeprefix("REUTERS/")
        # In a script without capitals, where every word might be a name, only a short text is one.
        is_short = maker.count(" ") <= 5 and len(maker) <= 40
        may_be_name = (is_short or any(map(str.isupper, maker))) and reads_as_credit_name(_AGENCY_NAME.sub("X", maker))
        if name is None or may_be_name:
            label = _LABEL_END.search(text, 0, start)  # Foto: © dpa
            start = label.start() if label else start
            return Credit(text[:start].strip() or None, name, text[start:], "photo", is_cut)
    return None


def _may_begin(text: str, start: int, last_line_at: int) -> bool:
    """``True`` at the block's or last line's start, after a sentence, at a dash, at ``©``, or at ``REUTERS/``."""
    if text.startswith("Credit...", start) or _AGENCY_FIRST.match(text, start):
        return True
    if start in (0, last_line_at) or text[start] in "—–-R©ⓒ":
        return start == 0 or text[start - 1] == " " or text[start] in "©ⓒ"
    before = text[max(0, start - 2) : start].rstrip()[-1:]
    return before in _SENTENCE_ENDS and (text[start - 1] == " " or before in "。！？」』）】”")
