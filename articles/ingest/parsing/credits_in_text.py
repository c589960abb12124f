"""Captions and credits. A block is a caption if it ends with a credit.

Each form of credit is one row of a table: a pattern for the text in brackets (``BRACKETED``) or for the last sentence
of a block (``CLOSING``). To teach the archive another newspaper's credits, add a row.
"""

import re
from dataclasses import dataclass, replace

from articles.ingest.parsing.names import reads_as_credit_name
from articles.ingest.story import PhotoKind
from articles.text.outlets import agency_pattern


@dataclass(frozen=True, slots=True)
class Credit:
    """A caption block, divided."""

    caption: str | None  # ``None`` for a block that is only a credit
    name: str | None  # ``None`` if it is cut off
    raw: str | None  # the credit as written
    kind: PhotoKind = "photo"
    is_cut: bool = False


_AGENCY = agency_pattern()
_PICTURE = r"(?:(?:file |handout |courtesy )?(?:photo(?:graph)?|video|image|picture|pic|foto)s?)"
# Alone in round brackets, an agency may be an aside: there it counts only after a caption cue.
_AGENCY_ALONE = re.compile(_AGENCY)

# Texts in the brackets of a credit; the first row that matches as a whole counts. The credit is the group ``name``,
# after the group ``lead`` if there is one; without groups, the whole text.
BRACKETED = (
    re.compile(rf"(?i:{_PICTURE}) ?/(?P<name>.*)"),
    re.compile(rf"(?i:{_PICTURE}) by\b(?P<name>.*)"),
    re.compile(rf"(?i:{_PICTURE}) (?P<lead>provided (?:to|by))\b(?P<name>.*)"),
    re.compile(rf"(?i:{_PICTURE}) (?P<lead>courtesy of)\b(?P<name>.*)"),
    re.compile(rf"(?i:{_PICTURE}) ?[:：](?P<name>.*)"),
    re.compile(r"(?i:courtesy (?:photo|video))"),
    re.compile(rf"{_AGENCY}(?: (?i:file )?[Pp]hoto)? ?/.*"),
    re.compile(rf"{_AGENCY} (?i:file )?[Pp]hoto"),
    re.compile(rf".*\bvia {_AGENCY}(?:, File)?"),
    re.compile(rf"(?:[^/]{{1,60}}/ ?){{1,3}}{_AGENCY}(?:, File)?"),
    re.compile(r"撮影 ?[・:：](?P<name>.*)"),
    re.compile(r"[^。！？]{1,40}[摄攝]"),
    _AGENCY_ALONE,
)

# Credits at the end of a block without brackets: beginning and rest. A dash, or ``REUTERS/``, may follow any word; the
# others begin a sentence.
CLOSING = (
    (r"[—–-]{1,2} ?(?:Picture|Photo|Video)s? ?(?:by\b|[:：])", r"(?P<name>.*)"),
    (r"[—–-]{1,2} ?(?=(?:[^\s—–]+ ){1,5}pic$)", r"(?P<name>(?:[^\s—–]+ ){1,4})(?:file )?pic"),
    (r"(?:© )?\b(?:Photograph|Photo|Image|Picture|Foto)s?(?: by\b| ?[:：])", r"(?P<name>.*)"),
    (r"REUTERS/", r".*"),
)
_CLOSING = [re.compile(start + rest) for start, rest in CLOSING]
_CLOSING_START = re.compile("|".join(start for start, _ in CLOSING))
_CHINESE_CLOSING = re.compile(
    r"(?:^|(?<=[。！？”）)\s])|(?<=。))(?:(?:新华社|新華社|中新社|中国日报|人民日报|本报|本報)(?:通讯员|記者|记者|发|發)?[^。！？，,]{0,24}"
    r"|(?:[\u4e00-\u9fff·]{2,4}[ 、]){1,4})[摄攝]$"
)

# Beginnings of credits, which the end of a file may cut off anywhere.
_BEGINNINGS_OF_CREDITS = ("photo provided to", "video provided to", "photo by", "photo courtesy of")

CAPTION_CUES = re.compile(
    r"\b(?:[Tt]his )?[Pp]hoto taken on\b|\b[Ff]ile photo\b|\bFILE\b|\((?:L|R|C)\)|\bpose for\b|\b(?:is|are) seen\b"
)

_OPENERS = {"]": "[", ")": "(", "】": "【", "）": "（", "］": "［"}
CLOSING_BRACKETS = tuple(_OPENERS)
_CLOSERS = {opener: closer for closer, opener in _OPENERS.items()}
_FULL_STOPS = ".。"

_SHORTEST = len("[IC]")
# Characters after a bracket that is open at the end of the file; more are text.
_LONGEST_UNCLOSED = 60

_WECHAT_CUT = re.compile(r"WeChat account(?: of|:)?", re.IGNORECASE)
_SENTENCE_ENDS = ".!?。！？…\"”’'」』)]）】"


def split_credit(text: str, *, last_line: str | None = None, ends_file: bool = False) -> Credit | None:
    """Divide a folded block into caption and credit; ``None`` if it does not end with a credit. ``last_line``: of a
    block of several lines, since a credit may begin a line as it begins a sentence. ``ends_file``: this is the last
    block, so the credit's closing bracket may be missing.
    """
    if len(text) < _SHORTEST:
        return None
    stripped = text.rstrip(_FULL_STOPS + " ")
    if stripped[-1:] in _OPENERS and text[len(stripped) :].strip() in ("", *_FULL_STOPS):
        closer, opener, depth = stripped[-1], _OPENERS[stripped[-1]], 0
        for start in range(len(stripped) - 1, max(-1, len(stripped) - 202), -1):
            depth += (stripped[start] == closer) - (stripped[start] == opener)
            if not depth:
                if found := _bracketed(text, start, stripped[start + 1 : -1].strip()):
                    return found
                break
    last_line_at = len(text) - len(last_line) if last_line else 0
    return _closing(text, stripped, last_line_at) or (_unclosed(text) if ends_file else None)


def is_caption_cut(caption: str | None) -> bool:
    return caption is not None and caption.endswith(("...", "…", ","))


def _unclosed(text: str) -> Credit | None:
    """A credit without its closing bracket at the end of the file: from the last open bracket that makes one."""
    for start in range(len(text) - 1, max(-1, len(text) - _LONGEST_UNCLOSED - 2), -1):
        closer = _CLOSERS.get(text[start])
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
        if match and (form is not _AGENCY_ALONE or text[start] in "[［【" or CAPTION_CUES.search(text, 0, start)):
            name, is_cut = _name(match)
            kind: PhotoKind = "video" if content[:5].casefold() == "video" else "photo"
            return Credit(text[:start].strip() or None, name, text[start:], kind, is_cut)
    return None


def _name(match: re.Match[str]) -> tuple[str | None, bool]:
    groups = match.groupdict()
    written = groups.get("name", match[0]).strip()
    name = (written.rstrip("/ ") if written.endswith("/") else written).removesuffix(" for")
    if not name or _WECHAT_CUT.fullmatch(name):
        return None, True
    return f"{groups['lead']} {name}" if "lead" in groups else name, name != written


def _closing(text: str, stripped: str, last_line_at: int) -> Credit | None:
    if stripped[-1:] in ("摄", "攝"):
        floor = max(0, len(stripped) - 60)
        chinese = _CHINESE_CLOSING.search(stripped[floor:])
        if not chinese:
            return None
        start = floor + chinese.start()
        return Credit(text[:start].strip() or None, chinese[0].strip(), text[start:])
    floor = max(0, len(stripped) - 200)
    for start in reversed([floor + found.start() for found in _CLOSING_START.finditer(stripped[floor:])]):
        if not _may_begin(text, start, last_line_at):
            continue
        for form in _CLOSING:
            match = form.fullmatch(stripped, start)
            if not match:
                continue
            name, is_cut = _name(match)
            if name is None or reads_as_credit_name(name.removeprefix("REUTERS/")):
                return Credit(text[:start].strip() or None, name, text[start:], "photo", is_cut)
    return None


def _may_begin(text: str, start: int, last_line_at: int) -> bool:
    """``True`` at the block's or last line's start, after a sentence, at a dash, or at ``REUTERS/``."""
    if start in (0, last_line_at) or text[start] in "—–-R":
        return start == 0 or text[start - 1] == " "
    before = text[max(0, start - 2) : start].rstrip()[-1:]
    return before in _SENTENCE_ENDS and (text[start - 1] == " " or before in "。！？」』）】”")
