"""Boilerplate of web pages. A line is boilerplate only as a whole, never by its beginning alone.

To teach the archive that of another language, add it to ``chrome.toml`` next to this module.
"""

import re

from articles.text.tables import tables_of

_TABLES = tables_of(__file__)
_PARTS = {name: f"(?:{'|'.join(words)})" for name, words in _TABLES["parts"].items()}
# ``Print | E-mail | Share``: no sentence has such bars.
_TOOLS_BARRED = rf"{_PARTS['tool']}(?: ?[|·•/] ?{_PARTS['tool']})+"
# Reader tools, single or in a row, with or without a count.
_COUNT = r"[(（]?\d[\d,]*[)）]?"
_TOOL = f"(?:{'|'.join(_TABLES['tools'])})"
_TOOL_ROW = rf"{_TOOL}(?:(?: [|·•])? (?:{_TOOL}|{_COUNT}))*"
EDITOR_LABEL = _PARTS["editor"]
_LIST_LABELS = frozenset(_TABLES["list_labels"])


def _any_of(table: str) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda part: _PARTS[part[1]], f"(?:{'|'.join(_TABLES[table])})")


BEGINNINGS = ("©", "the copyright of the article", "all rights reserved", "license for publishing")

# Any other word in lower case after ``Copyright`` makes a sentence about copyright.
_NOTICE_WORDS = frozenset("by of belongs notice in is remains protected reserved owned information statement".split())

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".avif", ".heic")

# A full stop, not the dots of a domain name.
_IS_SENTENCE = re.compile(r"。|\.$|\. ")
_PAGER_WORDS = re.compile(r"\[?[下上]一[页頁]\]?|next page|previous page", re.IGNORECASE)
_PAGER_SIGNS = "0123456789<>[]«»‹›| "
_PAGER_BEGINNINGS = frozenset("0123456789<>[«‹下上nNpP")

_MENU = re.compile(rf"{_PARTS['menu']}(?:[ |·•/,-]+{_PARTS['menu']})*", re.IGNORECASE)
_TOOL_LINE = re.compile(rf"(?:{_COUNT} )?{_TOOL_ROW}|{_TOOLS_BARRED}", re.IGNORECASE)
_WHOLE_LINE = re.compile(_any_of("text_lines"), re.IGNORECASE)
_TOOLS_AT_START = re.compile(rf"{_TOOL_ROW}(?![\w:])", re.IGNORECASE)
_TOOLS_AT_END = re.compile(rf"(?<![\w-]){_TOOL_ROW}$")

_END = re.compile(rf"\W*{_any_of('end_labels')}\W*", re.IGNORECASE)
_LABEL = re.compile(_any_of("link_labels"), re.IGNORECASE)
_WHOLE = re.compile(rf"\W*{_any_of('whole_lines')}\W*", re.IGNORECASE)
_INVITATION = re.compile(_any_of("invitations"), re.IGNORECASE)
# Of links alone: in French, Russian or Norwegian these signs are quotation marks.
_ARROW = re.compile(r"[«‹<][^»›>]{0,80}|[^«‹<]{0,80}[»›>]")

_LONGEST_OF_PAGES = 320
_LONGEST_LABELLED = 200

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
    return line.rstrip(": ：").replace("’", "'").casefold() in _LIST_LABELS


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


def is_link_label(text: str) -> bool:
    found = _LABEL.match(text)
    return found is not None and not text[found.end() :].strip(" :：.…»›→>(-–—")


def is_labelled_link(text: str, *, is_linked: bool) -> bool:
    """``Read more: The other story``, ``« The story before``. ``is_linked``: most of the line is a link."""
    if is_linked and _ARROW.fullmatch(text):
        return True
    found = _LABEL.match(text) if len(text) <= _LONGEST_LABELLED else None
    if found is None:
        return False
    rest = text[found.end() :].lstrip()
    if not rest:
        return True
    is_marked = rest[0] in ":：|>»›→–—-"
    return is_linked or (is_marked and rest[-1] not in ".!?。")


def ends_article(text: str) -> bool:
    """A heading that follows an article: comments, a note on its author, other posts."""
    return len(text) <= _LONGEST_LABELLED and _END.fullmatch(text) is not None


def is_boilerplate_line(text: str) -> bool:
    return len(text) <= _LONGEST_OF_PAGES and _WHOLE.fullmatch(text) is not None


def is_invitation(text: str) -> bool:
    """A request to the reader, for lines after the last paragraph only."""
    return len(text) <= 180 and _INVITATION.fullmatch(text) is not None
