"""Boilerplate of web pages. A line is boilerplate only as a whole, never by its beginning alone.

To teach the archive more boilerplate, add words of a tool to ``TOOLS``, a label that heads a list of links to
``LIST_LABELS``, any other whole line to ``WHOLE_LINES`` or ``BEGINNINGS``.
"""

import re

from articles.ingest.parsing.page_lines import TOOLS_BARRED

# Reader tools, single or in a row, with or without a count.
TOOLS = (
    r"Print", r"Mail", r"E-?[Mm]ail", r"Share(?: this:?| - WeChat| on (?:Facebook|Twitter|X|WhatsApp))?",
    r"Comments?(?: ?[(（] ?[\d,]* ?[)）])?", r"Large", r"Medium", r"Small", r"L M S", r"FB", r"Tweet", r"Twitter",
    r"打印", r"[【（]?字[号號] ?[:：]? ?大 ?中 ?小[】）]?", r"分享按[钮鈕]",
)  # fmt: skip
_COUNT = r"[(（]?\d[\d,]*[)）]?"
_TOOL = f"(?:{'|'.join(TOOLS)})"
_TOOL_ROW = rf"{_TOOL}(?:(?: [|·•])? (?:{_TOOL}|{_COUNT}))*"

LIST_LABELS = frozenset((
    "related stories", "related articles", "related readings", "related topics", "most popular", "today's top news",
    "sources",
))  # fmt: skip

EDITOR_LABEL = (
    r"(?:(?:(?:Web|Responsible|Copy|Chief|Executive) )?Editors? ?[:：]"
    r"|(?:责任编辑|責任編輯|编辑|編輯|责编|責編) ?[:：])"
)

# An editor line with a date is metadata.
WHOLE_LINES = (
    rf"[(（\[【]?{EDITOR_LABEL}(?!.*\d{{4}}[-/年])[^|｜]*",
    r"[-–—!* ]*Advertisement[-–—!* ]*",
    r"■+|□+|Enditem\.?|==Kyodo|[-–—]+ ?30 ?[-–—]+",
    r"Skip to (?:main )?content|(?:Subscribe|Sign up)(?: now| today| (?:to|for) our newsletter)!?",
    r"Our Standards: The Thomson Reuters Trust Principles\.?",
    r"Follow \S.{0,80} on Twitter ?[:：].*",
    r"(?:\S{1,40} ){0,4}\S{1,40}\. All rights reserved\.?",
    r"Go to Forum >> ?\d* ?Comment\(s\)|\d+ Comment\(s\)|go to top|photo gallery more|Donate Report a Typo Contact",
    r"[(（][^()（）]{1,60} \d{1,2}/\d{1,2}/\d{4} page ?\d{1,3}[)）]",
)  # fmt: skip

BEGINNINGS = ("©", "the copyright of the article", "all rights reserved", "license for publishing")

# Any other word in lower case after ``Copyright`` makes a sentence about copyright.
_NOTICE_WORDS = frozenset("by of belongs notice in is remains protected reserved owned information statement".split())

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".avif", ".heic")

# A full stop, not the dots of a domain name.
_IS_SENTENCE = re.compile(r"。|\.$|\. ")
_PAGER_WORDS = re.compile(r"\[?[下上]一[页頁]\]?|next page|previous page", re.IGNORECASE)
_PAGER_SIGNS = "0123456789<>[]«»‹›| "
_PAGER_BEGINNINGS = frozenset("0123456789<>[«‹下上nNpP")

_MENU_WORD = (
    "(?:home|menu|(?:local |world )?news|sports?|business|obituaries|classifieds|weather|contact(?: us)?|about(?: us)?"
    "|search|log ?in|sign in|register|subscribe)"
)
_MENU = re.compile(rf"{_MENU_WORD}(?:[ |·•/,-]+{_MENU_WORD})*", re.IGNORECASE)
_TOOL_LINE = re.compile(rf"(?:{_COUNT} )?{_TOOL_ROW}|{TOOLS_BARRED}", re.IGNORECASE)
_WHOLE_LINE = re.compile("|".join(f"(?:{line})" for line in WHOLE_LINES), re.IGNORECASE)
_TOOLS_AT_START = re.compile(rf"{_TOOL_ROW}(?![\w:])", re.IGNORECASE)
_TOOLS_AT_END = re.compile(rf"(?<![\w-]){_TOOL_ROW}$")

# Beginning and end of an item of IPTC 7901: a line for the wire before its text, one after it, and the end.
WIRE_SIGNS = "\x01\x03\x04"
# Every line of boilerplate begins with one of these, or ends like picture names and copyright notices.
_FIRST = frozenset("pmsclfwrectodagnPMSCLFWRECTODAGN0123456789打字分【[(（责責编編-–—!* ■□=©<>«‹›|下上" + WIRE_SIGNS)
_LAST = frozenset("gGfFpP.dD")

# Lines beyond this length are prose; only a copyright notice may be longer.
_LONGEST = 300


def is_chrome(line: str) -> bool:
    if line[:1] not in _FIRST and line[-1:] not in _LAST:
        return False
    if line[0] in WIRE_SIGNS or _is_notice(line) or (line[0] in _PAGER_BEGINNINGS and is_pager(line)):
        return True
    if len(line) > _LONGEST:
        return False
    if _TOOL_LINE.fullmatch(line) or is_list_label(line) or _WHOLE_LINE.fullmatch(line):
        return True
    # ``1.jpg``, ``果园全貌.jpg``: a file name of at most four words.
    is_short = len(line) <= 120 and line.count(" ") <= 3
    return is_short and line[-6:].casefold().endswith(PICTURE_ENDINGS) and not line.startswith(".")


def is_pager(line: str) -> bool:
    """``1 2 >``, ``[1] [2] [3]``, ``下一页``: only page numbers, arrows and words for turning pages."""
    signs, words = _PAGER_WORDS.subn("", line.replace("...", "").replace("…", ""))
    if signs.strip(_PAGER_SIGNS):
        return False
    return words > 0 or any(sign in signs for sign in "0123456789<>«»‹›")


def _is_notice(line: str) -> bool:
    """A copyright line; not a sentence such as ``Copyright holders sued …``."""
    start = line[:40].casefold()
    if not start.startswith("copyright"):
        return start.startswith(BEGINNINGS)
    rest = line[len("copyright") :].split(maxsplit=1)
    return not rest or not rest[0][0].islower() or rest[0].strip(".,:") in _NOTICE_WORDS


def is_list_label(line: str) -> bool:
    """``Related stories`` and the like, with which the list lines after them are dropped too."""
    return line.rstrip(": ：").replace("’", "'").casefold() in LIST_LABELS


def is_breadcrumb(line: str) -> bool:
    """``Home> Updates``: words joined by ``>``, ``>>`` or `` / ``; only for lines above the headline."""
    if len(line) > _LONGEST or not ((">" in line) or (" / " in line) or "›" in line or "»" in line):
        return False
    parts = re.split(r" ?(?:>>?|»|›) ?| / ", line)
    return any(parts) and not any(_IS_SENTENCE.search(part) or len(part.split()) > 5 for part in parts)


def is_menu(line: str) -> bool:
    """``News | Town hall | Harbour``: only words of menus, or three or more short items; above the headline."""
    if len(line) > _LONGEST:
        return False
    items = re.split(r" ?[|｜] ?", line.strip("|｜ "))
    return _MENU.fullmatch(line) is not None or (
        len(items) >= 3
        and all(item[:1].isalpha() and item[-1] not in ".?!…" and len(item.split()) <= 3 for item in items)
    )


def tools_at_end(text: str) -> int:
    """The start of the tools that end a piece of metadata, in their own capitals: ``… China Daily Print``."""
    tools = _TOOLS_AT_END.search(text)
    return tools.start() if tools else len(text)


def tools_at_start(text: str) -> int:
    tools = _TOOLS_AT_START.match(text)
    return tools.end() if tools else 0
