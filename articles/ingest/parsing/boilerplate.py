"""Boilerplate of web pages. A line is boilerplate only as a whole, never by its beginning alone.

To teach the archive that of another language, add it to ``boilerplate.toml`` next to this module.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

from articles.text.tables import tables_of

_TABLES = tables_of(__file__)


def _filled(pattern: str) -> str:
    """A pattern of the table with the alternatives of its parts, which may have parts of their own."""
    return re.sub(r"\{([a-z_]+)\}", lambda part: _any_of(_TABLES["parts"][part[1]]), pattern)


def _any_of(patterns: list[str]) -> str:
    return _filled(f"(?:{'|'.join(patterns)})")


# Reader tools, single or in a row, with or without a count.
_COUNT = r"[(（]?\d[\d,]*[)）]?"
_TOOL = _any_of(_TABLES["tools"])
_TOOL_ROW = rf"{_TOOL}(?:(?: [|·•])? (?:{_TOOL}|{_COUNT}))*"
EDITOR_LABEL = _filled("{editor}")

BEGINNINGS = ("©", "ⓒ", "the copyright of the article", "license for publishing")

# Any other word in lower case after ``Copyright`` makes a sentence about copyright.
_NOTICE_WORDS = re.compile(_any_of(_TABLES["copyright"]))

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg", ".avif", ".heic")

# A full stop, not the dots of a domain name.
_IS_SENTENCE = re.compile(r"。|\.$|\. ")
_PAGER_WORDS = re.compile(r"\[?[下上]一[页頁]\]?|next page|previous page", re.IGNORECASE)
_PAGER_SIGNS = "0123456789<>[]«»‹›| "
_PAGER_BEGINNINGS = frozenset("0123456789<>[«‹下上nNpP")

_MENU = re.compile(_filled(r"{menu}(?:[ |·•/,-]+{menu})*"), re.IGNORECASE)
_SECTION = re.compile(_filled(r"(?<!\w){sections}(?!\w)"), re.IGNORECASE)
_FEWEST_SECTIONS, _LONGEST_ITEM = 4, 12
_TOOL_LINE = re.compile(rf"(?:{_COUNT} )?{_TOOL_ROW}", re.IGNORECASE)
TOOLS_AT_START = re.compile(rf"{_TOOL_ROW}(?![\w:])", re.IGNORECASE)
_TOOLS_AT_END = re.compile(rf"(?<![\w-]){_TOOL_ROW}$")
# These are matched in small letters: of the many alternatives, those with another first letter then cost nothing.
_TAIL = _filled(r"\W*(?:{new_tab}\W*)?")
_WHOLE = re.compile(_any_of(_TABLES["whole_lines"]) + _TAIL)
_NOTICE = re.compile(_any_of(_TABLES["notices"]) + _TAIL)
_ADDRESS = re.compile(rf"{_any_of(_TABLES['addresses'])}\W*")
_LINES_WITH = {word: re.compile(_filled(pattern), re.IGNORECASE) for word, pattern in _TABLES["lines_with"].items()}
RELATIVE_DATE = re.compile(_filled("{relative_date}"), re.IGNORECASE)
_LABEL = re.compile(_any_of(_TABLES["link_labels"]))
_LABEL_ALONE = re.compile(_filled(rf"\W*(?:{_LABEL.pattern}|{{headings}})\W*"))
_PICTURES = "\u2190-\u21ff\u25b6\u25ba\u2705\u27a1\u2b07\U0001f300-\U0001faff"
_SIGN_UP = re.compile(_filled(r"\W*{sign_up}\W*"))
_PROMISE = re.compile(_filled("{promises}"))
_NEWSLETTER = re.compile(_filled(r"(?<!\w){newsletter}(?!\w)"))
_OF_MAIL = re.compile(_filled(rf"(?=.*(?<!\w){{mail}}(?!\w)).*(?<!\w)(?:{{often}}|{_any_of(_TABLES['reader'])})(?!\w)"))
_TOLD_OF_TEXTS = re.compile(_filled(r"(?<!\w){told_of_texts}(?!\w)"))
_TOLD = re.compile(
    r"\w \w+:? [“„«\"‘『「][^”“»\"]{8,}[”“»\"]$|"  # a quotation at the end
    + _filled(r"{told_in_signs}|(?:(?<!\w)|(?=,)){told}(?!\w)")
)
_OF_RIGHTS = re.compile(_filled(r"(?i:{rights}) (?!{of_rights}\b)[a-zß-öø-ÿа-я]+ \w"))
_OWNED = re.compile(r"(?:copyright|\(c\)|\d{4}|[©ⓒ\s,–-])+", re.IGNORECASE)
_FEWEST_SPACES_OF_SENTENCE = 3
_QUOTES_AT_END = tuple("\"”’'»“«」』")
_SENTENCE_END = re.compile(rf"[.!?…。！？][{''.join(_QUOTES_AT_END)})\s]*$")
_LONGEST_END = 10
_STRAY_SIGNS = "<>[]←↑→↓▶►✅➡⬇ "
_LINK_SHAPE = re.compile(
    rf"[>{_PICTURES}].*\w.*|.*\w.*[>{_PICTURES}]|\[[^.!?。]*\]|\((?:[^.!?。\s)]+ ?){{1,3}}\)|\*[^*]+"
)
# Of links alone: in French, Russian or Norwegian these signs are quotation marks.
_ARROW = re.compile(r"[«‹<][^»›>]{0,80}|[^«‹<]{0,80}[»›>]")

_LONGEST_LABEL, _LONGEST_LABELLED = 60, 200

# Beginning and end of an item of IPTC 7901: a line for the wire before its text, one after it, and the end.
WIRE_SIGNS = "\x01\x03\x04"

# Lines beyond this length are prose; only a copyright notice may be longer.
_LONGEST = 400
# Longer sentences are boilerplate only as notices.
_LONGEST_SHORT = 30
# Signs before a tool or a label: arrows, bullets, pictures.
_SIGNS = "".join(map(chr, range(0x2190, 0x2C00))) + "📲📱📩📧👉🔴 -–—|·•*>[［【(（"


def _small(text: str) -> str:
    """In small letters, of which the Turkish ``İ`` makes two."""
    return text.lower().replace("i\u0307", "i")


@lru_cache(maxsize=10_000)  # a line is asked about by many rules
def tells(line: str) -> bool:
    """``Copyright 1989 was written on the stone.``: a sentence of a story, whatever notice it begins or ends like."""
    bare = line.rstrip(_STRAY_SIGNS)
    ends = _SENTENCE_END.search(bare[-_LONGEST_END:]) or (bare != line and bare.endswith(_QUOTES_AT_END))
    if not ends or (bare.count(" ") < _FEWEST_SPACES_OF_SENTENCE and bare[-1] != "。"):
        return False
    words = _TOLD_OF_TEXTS.sub("", _small(bare[:_LONGEST]))
    return _TOLD.search(words) is not None or _OF_RIGHTS.match(bare) is not None


@lru_cache(maxsize=10_000)  # a newspaper repeats its boilerplate
def is_boilerplate(line: str, *, is_in_text: bool = False) -> bool:
    """``is_in_text``: between two paragraphs of a web page, where only notices are sentences."""
    if not line:
        return False
    if line[0] in WIRE_SIGNS or is_notice(line) or _is_pager(line):
        return True
    if len(line) > _LONGEST or tells(line):
        return False
    small = _small(line)
    bare = small.lstrip(_SIGNS)
    is_sentence = line[-1] in ".。" and (line.count(" ") > 2 or len(line) > _LONGEST_SHORT)
    if not is_sentence and (_TOOL_LINE.fullmatch(line) or any(map(_WHOLE.fullmatch, {small, bare}))):
        return True
    found = (word in bare and pattern.fullmatch(line.lstrip(_SIGNS)) for word, pattern in _LINES_WITH.items())
    if _NOTICE.fullmatch(bare) or (not (is_sentence and is_in_text) and any(found)):
        return True
    # ``1.jpg``, ``果园全貌.jpg``: a file name of at most four words.
    is_short = len(line) <= 120 and line.count(" ") <= 3
    return is_short and line[-6:].casefold().endswith(PICTURE_ENDINGS) and not line.startswith(".")


def is_address_line(line: str) -> bool:
    """``www.example.org/ferries``, ``news@example.org``: nothing else, in a text saved from a page."""
    return len(line) <= _LONGEST and _ADDRESS.fullmatch(_small(line).lstrip(_SIGNS)) is not None


def _is_pager(line: str) -> bool:
    """``1 2 >``, ``[1] [2] [3]``, ``下一页``: only page numbers, arrows and words for turning pages."""
    if line[0] not in _PAGER_BEGINNINGS:
        return False
    signs, words = _PAGER_WORDS.subn("", line.replace("...", "").replace("…", ""))
    return not signs.strip(_PAGER_SIGNS) and (words > 0 or signs.strip("[]| ") != "")


def is_notice(line: str) -> bool:
    """A copyright line; not a sentence such as ``Copyright holders sued …``."""
    start = line[:40].casefold()
    if not start.startswith(("copyright", *BEGINNINGS)) or tells(line):
        return False
    owned = _OWNED.match(line)
    rest = line[owned.end() :] if owned else ""
    if not rest[:1].islower() or _NOTICE_WORDS.match(rest):
        return True
    if owned is not None and owned[0].lower().strip() == "copyright":
        return False
    # © 2019 dpa-infocom GmbH
    return rest.count(" ") < _FEWEST_SPACES_OF_SENTENCE or not _SENTENCE_END.search(rest[-_LONGEST_END:])


def is_breadcrumb(line: str) -> bool:
    """``Home> Updates``: words joined by ``>``, ``>>`` or `` / ``; only for lines above the headline."""
    if len(line) > _LONGEST or not ((">" in line) or (" / " in line) or "›" in line or "»" in line):
        return False
    parts = re.split(r" ?(?:>>?|»|›) ?| / ", line)
    names = parts[:-1] if len(parts) > 2 else parts  # the last may be the headline
    is_long = any(_IS_SENTENCE.search(part) or len(part.split()) > 5 for part in names)
    return "«" not in line and any(parts) and not is_long


def is_menu(line: str) -> bool:
    """``News | Town hall | Harbour``: only words of menus, short items, or names of sections; above the headline."""
    if len(line) > _LONGEST:
        return False
    sections = _SECTION.findall(line)
    if len(sections) >= _FEWEST_SECTIONS and sum(map(len, sections)) * 2 > len(line) and line[-1] not in ".?!":
        return True
    items = re.split(r" ?[|｜] ?", line.strip("|｜ "))
    are_short = all(item[:1].isalpha() and item[-1] not in ".?!…" and len(item.split()) <= 3 for item in items)
    return _MENU.fullmatch(line) is not None or (len(items) >= 3 and are_short)


def may_be_menu(line: str) -> bool:
    """``Firenze Prato Pistoia Umbria Sport Cronaca``: names, two of them of sections; a headline may read like it."""
    words = line.split()
    small = sum(word[0].islower() for word in words)
    are_short = len(line) <= _LONGEST_ITEM * len(words)
    return len(words) >= 6 and small <= 1 and are_short and len(_SECTION.findall(line)) > 1 and line[-1] not in ".?!"


def tools_at_end(text: str) -> int:
    """The start of the tools that end a piece of metadata, in their own capitals: ``… China Daily Print``."""
    tools = _TOOLS_AT_END.search(text)
    at = tools.start() if tools else len(text)
    is_name = text[at:] == "Mail" and text[:at].rstrip().endswith(("Daily", "Sunday", "Malay", "Evening", "Morning"))
    return len(text) if is_name else at


def is_link_label(text: str) -> bool:
    """``Related stories`` and the like, alone on a line, with which the links after it go."""
    is_short = len(text) <= _LONGEST_LABEL and (text[-1:] != "." or text.endswith("..."))
    return is_short and _LABEL_ALONE.fullmatch(_small(text)) is not None


def is_labelled_link(text: str, *, is_linked: bool = False) -> bool:
    """``Read more: The other story``, ``« The story before``. ``is_linked``: most of the line is a link."""
    if is_linked and _ARROW.fullmatch(text):
        return True
    is_long = len(text) > _LONGEST_LABELLED or (not is_linked and text[-1:] in ".!?。")
    words = _small(text).lstrip(_SIGNS)
    found = None if is_long else _LABEL.match(words)
    if found is None:
        return False
    rest = words[found.end() :].lstrip()
    is_marked = not rest or rest[0] in ':：|>»›→–—-.]］】«“„"'
    return is_linked or is_marked or (text[-len(rest)].isupper() and " " in found[0].strip())


def _test(pattern: str, longest: int = _LONGEST, *, is_whole: bool = True) -> Callable[[str], bool]:
    """A test of texts that are not too long: a pattern of small letters matches the whole, or else any part."""
    match = re.compile(pattern).fullmatch if is_whole else re.compile(pattern).search
    return lambda text: len(text) <= longest and match(_small(text)) is not None and not (is_whole and tells(text))


# A heading that follows an article: comments, a note on its author, other posts.
ends_article = _test(rf"\W*{_any_of(_TABLES['end_labels'])}\W*", _LONGEST_LABELLED)
_names_subjects = _test(_filled(r"\W*(?:related )?(?:{subjects}|{headings})(?:\W*|\s*[:：].*)"), _LONGEST_LABELLED)
# A line of tags or with the date, for lines before and after the paragraphs only: ``Topics: ferries, harbour``.
is_edge_line = _test(rf"\W*{_any_of(_TABLES['edge_lines'])}\W*")
# A request to the reader, for lines after the last paragraph only.
is_invitation = _test(rf"\W*{_any_of(_TABLES['invitations'])}", 180)
addresses_reader = _test(rf"(?<!\w){_any_of(_TABLES['reader'])}(?!\w)", is_whole=False)
names_own = _test(_filled(r"(?<!\w){own}(?!\w)"), is_whole=False)  # things of a paper and its site
# A newsletter, or an app that a paper is read in.
names_channel = _test(_filled(r"(?<!\w)(?:{newsletter}|{application})(?!\w)"), is_whole=False)


def is_boilerplate_at_edge(text: str) -> bool:
    return is_boilerplate(text) or is_edge_line(text)


def begins_foot(text: str) -> bool:
    """A label of tags or comments, behind which no text follows."""
    return ends_article(text) or _names_subjects(text)


def looks_like_link(text: str) -> bool:
    """The shape of a link or a sign: beside an arrow or picture, in brackets; or a channel for the reader to follow."""
    rest = text.rstrip(_STRAY_SIGNS)
    is_sentence = rest.count(" ") >= _FEWEST_SPACES_OF_SENTENCE and _SENTENCE_END.search(rest[-_LONGEST_END:])
    if tells(text) or (rest != text and is_sentence):
        return False
    is_link = len(text) <= _LONGEST and _LINK_SHAPE.fullmatch(text) is not None
    return is_link or (names_channel(text) and addresses_reader(text))


def may_be_headline(line: str) -> bool:
    """Known boilerplate that reads like a headline: words of a newsletter, or five and more, that ask nobody."""
    return line.count(" ") > 3 - names_channel(line) and not (addresses_reader(line) or is_notice(line))


def lines_of_newsletters(lines: Sequence[str], known: Collection[str]) -> Iterator[int]:
    """The lines of boxes of newsletters. ``known``: those of ``lines`` that may ask to sign up."""
    shown = [number for number, line in enumerate(lines) if line]
    requests = {line for line in known if len(line) <= _LONGEST_LABEL and _SIGN_UP.fullmatch(_small(line))}
    yield from _promises(lines, shown, requests)
    for end in (at for at, number in enumerate(shown) if lines[number] in requests):
        yield from _box_above(lines, shown, end)


def _promises(lines: Sequence[str], shown: Sequence[int], requests: Collection[str]) -> Iterator[int]:
    """Promises of a newsletter beside its name or a request to sign up, with the request."""
    for at, number in enumerate(shown):
        if len(lines[number]) <= _LONGEST_LABELLED and _PROMISE.fullmatch(_small(lines[number])):
            beside = [near for near in shown[max(0, at - 1) : at + 2] if lines[near] in requests]
            if beside or (at and names_channel(lines[shown[at - 1]])):
                yield from (number, *beside)


def _box_above(lines: Sequence[str], shown: Sequence[int], end: int) -> Iterator[int]:
    """A newsletter's name, one or two lines on its mail, and the request to sign up."""
    for start in range(max(1, end - 3), end - 1):  # the first line may be a headline
        title, words = lines[shown[start]], " ".join(lines[number] for number in shown[start + 1 : end])
        is_short = len(title) <= _LONGEST_LABEL and len(words) <= _LONGEST_LABELLED and title[-1] not in ".!?。"
        if is_short and _NEWSLETTER.search(_small(title)) and _OF_MAIL.match(_small(words)):
            yield from shown[start : end + 1]
