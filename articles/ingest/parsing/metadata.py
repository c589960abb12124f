"""Metadata lines: date, byline and source of an article.

A line is cut into tokens: dates, labels, pipes, brackets, and the words between them. It is metadata if all of its
words can be used: as a byline, a source, a reader tool. Otherwise it is text.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from articles.ingest.parsing import chrome
from articles.ingest.parsing.labels import BYLINE_FORMS, SEPARATORS, Kind, Token, any_of, stamps_of, tokenise
from articles.ingest.parsing.names import reads_as_byline, reads_as_name
from articles.text.outlets import has_press_name, is_acronym, is_address, is_domain, is_known_outlet, reads_as_title

Role = Literal["published", "updated"]

# A line without a date is examined only with a bracket at its start or end, a pipe, a colon, or ``By``.
_HINT = re.compile(rf"^[(（\[【]|[)）\]】]$|[|｜:：]|^(?i:by|written by|{any_of('by')})(?!\w)|{any_of('reporter')}")
_BY_ALONE = re.compile(rf"(?i:by|written by|{any_of('by')}|{any_of('author')}) ?[:：]?")
_AUTHOR_ALONE = re.compile(rf"(?i:{any_of('author')})")
_LABEL_ALONE = re.compile(rf"(?i:(?P<updated>{any_of('updated')})|{any_of('published')}) ?[:：/]?")
_ROLE = re.compile(rf"(?<!\w)(?i:{any_of('roles')})(?!\w)")
_DESK = re.compile(rf"(?i:{any_of('desks')})$")
_ROLE_ADJECTIVE = re.compile(rf"(?i:{any_of('role_adjectives')}|{any_of('roles')})")

_CLOCK_END = re.compile(r"(?<=\d)\.$|(?<=\dh)\.$")  # à 18h05., a las 18:45h.
# Longer lines are prose, unless they are divided by pipes.
_LONGEST = 160
_LONGEST_PIPED = 300
_DASHES = ("-", "–", "—")
# Words before a date or an outlet: ``Published in China Daily on September 6``.
_LEADING = re.compile(r"^(?:in|by|on|at)\s+(?=\S)")
_TRAILING = re.compile(r"(?:^|\s+)(?:on|at|em|el|le|il|am|op|den|dnia)$")
_INITIALS = re.compile(r"\s+//?\s?([a-zżłść]{2,4})$")  # of an editor: /tok
_SENTENCE_END = ".!?。！？…"
_BEFORE_DATES = frozenset("le el il em am den op on del dia от".split())

_ASIDE = re.compile(r" ?\([^()]*\)")  # (text), (photographs)
_YEAR = re.compile(r"\d{4}")  # of another calendar
_BETWEEN_NAMES = re.compile(r", | (?:and|e|en|et|i|och|og|og|und|y|и|&|/) ")
_ELSEWHERE = re.compile(r"[\Wـ]*\d{1,2} \S+ \d{4} ?(?:هـ?|ش|AH|H)")  # a day of the Islamic calendar
_NAME_WITHOUT_CASE = re.compile(any_of("names_without_case"))
_CHINESE_NAME = re.compile("[\u4e00-\u9fff]{2,4}(?<![部局室組组社網网台])")
_MOST_ROLE_WORDS = 6
_LONGEST_ACRONYM = 4  # beside a date, a longer word in capitals is a place
_LONGEST_REPORTER = 30
_MOST_SOURCE_WORDS = 8
_MOST_PIPED_WORDS = 6
_MOST_DROPPED_WORDS, _MOST_PLACE_WORDS = 3, 5


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as printed in a metadata line. ``is_labelled``: its ``role`` is printed, not assumed."""

    role: Role
    is_labelled: bool
    iso: str | None
    problem: str | None
    printed: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """The values of one line."""

    dates: tuple[PrintedDate, ...] = ()
    source: str | None = None
    byline: str | None = None
    dropped: tuple[str, ...] = ()  # its boilerplate
    is_source_stripped: bool = False  # it has a place for a source, but none
    awaits: Role | None = None  # the role of a label whose date is on the next line


@dataclass(frozen=True, slots=True)
class Place:
    """Before the headline and after the body, fewer words count as metadata; next to other metadata, more."""

    is_before_headline: bool = False
    is_after_body: bool = False
    is_beside_metadata: bool = False
    is_in_head: bool = False  # of a text, where a date may have a word or two beside it


@dataclass(slots=True)
class _Words:
    start: int
    end: int
    is_bracketed: bool
    is_piped: bool
    is_dashed: bool
    is_after_date: bool


@dataclass(slots=True)
class _Reading:
    """The values read from a line so far; ``pieces``: dropped ones by position."""

    line: str
    place: Place
    stamps: list[PrintedDate] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    pieces: list[tuple[int, str]] = field(default_factory=list)
    loose: list[_Words] = field(default_factory=list)
    is_stripped: bool = False
    role: Role | None = None
    has_label_colon: bool = False
    is_source_labelled: bool = False
    is_author_labelled: bool = False


def parse_metadata(line: str, place: Place = Place()) -> Metadata | None:
    """Read a folded line as metadata; ``None`` if it is text."""
    if not line or len(line) > (_LONGEST_PIPED if "|" in line else _LONGEST):
        return None
    if place.is_beside_metadata and is_address(line):
        return Metadata(dropped=(line,))
    if not place.is_before_headline and (byline := _byline_by_form(line, place)):
        return byline
    if not (place.is_before_headline or place.is_after_body) and (label := _LABEL_ALONE.fullmatch(line)):
        return Metadata(awaits="updated" if label["updated"] else "published")
    line = _CLOCK_END.sub("", line)
    stamps = stamps_of(line)
    if not stamps and not _HINT.search(line):
        # Only an outlet's name: a known one, or next to a byline or date one that reads like it, also before a name.
        outlet, _, name = line.rpartition(" ")
        if place.is_beside_metadata and has_press_name(outlet) and _CHINESE_NAME.fullmatch(name):
            return Metadata(source=outlet, byline=name)
        is_outlet = place.is_beside_metadata and (is_known_outlet(outlet) or has_press_name(line))
        is_outlet |= place.is_in_head and is_known_outlet(line.partition(", ")[0]) and reads_as_title(name)
        return Metadata(source=line) if is_outlet or is_known_outlet(line) else None
    reading = _Reading(line, place)
    end = chrome.tools_at_end(line)
    if end < len(line) and not _is_in_name(line, end):
        reading.pieces.append((end, line[end:]))
    else:
        end = len(line)
    tokens = tokenise(line[:end], [stamp for stamp in stamps if stamp.end <= end])
    if not _read_tokens(reading, tokens) or not _place_loose(reading):
        return None
    return _metadata(reading, tokens)


def is_by_alone(line: str) -> bool:
    """``Por``, ``By``, with the name on the next line."""
    return _BY_ALONE.fullmatch(line) is not None


def is_role(line: str) -> bool:
    """``Correspondent``, ``Text``: a line below a name."""
    words = line.split()
    return len(words) <= _MOST_ROLE_WORDS and (
        _ROLE.fullmatch(words[0]) is not None
        or _ROLE.fullmatch(words[-1]) is not None
        or _AUTHOR_ALONE.fullmatch(line) is not None
    )


def reads_as_author(line: str, *, is_beside_date: bool) -> bool:
    """``True`` for a line of name and role, and beside a date, or above a role, for a name alone."""
    words = line.split()
    if is_beside_date and all(map(_NAME_WITHOUT_CASE.fullmatch, _BETWEEN_NAMES.split(line))):
        return True
    if not 2 <= len(words) <= 10 or line[-1] in _SENTENCE_END[1:] or ":" in line:
        return False
    if _ROLE.search(line):
        return not any(_ROLE_ADJECTIVE.fullmatch(word.strip(",")) for word in words[:2]) and words[0][0].isupper()
    names = _BETWEEN_NAMES.split(_ASIDE.sub("", line.title() if line.isupper() else line))
    return is_beside_date and all(reads_as_name(name.rstrip(".")) for name in names)


def _byline_by_form(line: str, place: Place) -> Metadata | None:
    is_bracketed = line[0] in "【（"
    if is_bracketed and (not place.is_after_body or is_known_outlet(line[1:-1]) or has_press_name(line[1:-1])):
        return None
    form = next((found for form in BYLINE_FORMS if (found := form.fullmatch(line))), None)
    if form is None:
        return None
    rest = (line[: form.start("name")], line[form.end("name") :])
    pieces = [text for piece in rest if (text := piece.strip(SEPARATORS)) and not _AUTHOR_ALONE.fullmatch(text)]
    dropped = () if is_bracketed else tuple(pieces)
    return Metadata(byline=form["name"], dropped=dropped)


def _read_tokens(reading: _Reading, tokens: list[Token]) -> bool:
    """Use each token; ``False`` as soon as one makes the line text."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        match token.kind:
            case "text":
                reading.loose.append(_loose(reading.line, tokens, at - 1))
            case "stamp" if stamp := token.stamp:
                printed = reading.line[token.start : token.end].strip()
                role, is_labelled = reading.role or "published", reading.role is not None
                reading.stamps.append(PrintedDate(role, is_labelled, stamp.iso, stamp.problem, printed))
                reading.role = None
            case "updated" | "published":
                is_behind = at > 1 and tokens[at - 2].kind == "stamp"  # (2023年9月6日 12:05更新)
                if is_behind and at < len(tokens) and tokens[at].kind == "close":
                    reading.stamps[-1] = replace(reading.stamps[-1], role=token.kind, is_labelled=True)
                else:
                    reading.role = token.kind
                reading.has_label_colon |= reading.line[token.end - 1] in ":："
            case "source" | "author" | "by" | "reporter" | "editor":
                stop = _reach(tokens, at, token.kind)
                if not _read_labelled(reading, token, tokens[at:stop]):
                    return False
                at = stop
            case "aside":
                reading.pieces.append((token.start, reading.line[token.start : token.end]))
            case "open":  # an empty bracket, or one without words that is never closed: ``(|``, ``( 2022-06-27``
                following = [later.kind for later in tokens[at:]] or ["close"]
                is_open = following[0] != "text" and "close" not in following
                reading.is_stripped |= is_open or following[0] in ("close", "pipe")
    return True


def _reach(tokens: list[Token], at: int, kind: Kind) -> int:
    """The end of the words of a label: the next label, pipe or date, or a bracket that closes around it. A bracket
    after a byline is a source if the line has a date, else part of the byline.
    """
    depth = 0
    while at < len(tokens):
        following = tokens[at].kind
        if following == "open":
            if kind == "by" and any(token.kind == "stamp" for token in tokens):
                break
            depth += 1
        elif following == "close":
            if not depth and kind != "editor":
                break
            depth -= 1
        elif following not in ("text", "by"):
            break
        at += 1
    return at


def _loose(line: str, tokens: list[Token], at: int) -> _Words:
    start, end = tokens[at].start, tokens[at].end
    before = tokens[at - 1].kind if at else None
    after = tokens[at + 1].kind if at + 1 < len(tokens) else None
    is_after_date, is_before_date = before == "stamp", after in ("stamp", "updated", "published")
    text = line[start:end]
    is_dashed = (is_after_date and text.startswith(_DASHES)) or (is_before_date and text.endswith(_DASHES))
    is_bracketed = before == "open" or after == "close"
    return _Words(start, end, is_bracketed, "pipe" in (before, after), is_dashed, is_after_date)


def _read_labelled(reading: _Reading, label: Token, words: list[Token]) -> bool:
    start, end = (words[0].start, words[-1].end) if words else (label.end, label.end)
    text = reading.line[start:end]
    if label.kind == "editor":
        reading.pieces.append((label.start, reading.line[label.start : end].strip(" -–—,;")))
        return True
    if label.kind == "reporter":  # the title is part of the byline
        reading.bylines.append(reading.line[label.start : end].strip(SEPARATORS))
        return end - label.start <= _LONGEST_REPORTER
    value, tools = _without_tools(reading, text, start)
    if label.kind == "source":
        reading.is_source_labelled = True
        source = value if value[:-1].count(".") else value.rstrip(".")  # F.A.Z.
        if not source:
            reading.is_stripped = True
            return True
        reading.sources.insert(0, source)
        count = len(source.split())
        if reading.place.is_before_headline and not reading.stamps:
            return count <= 4 and (reads_as_title(source) or is_known_outlet(source) or has_press_name(source))
        is_name = value == source or reads_as_title(source) or is_known_outlet(source)  # no sentence
        return count <= _MOST_SOURCE_WORDS and is_name and (source.count(".") > 1 or source[-1] not in _SENTENCE_END)
    if label.kind == "author":
        reading.is_author_labelled = True
        reading.is_stripped |= not value
    if initials := _INITIALS.search(value):
        reading.pieces.append((start + initials.start(1), initials[1]))
        value = value[: initials.start()]
    if value:
        reading.bylines.append(value)
    return bool(value) or label.kind == "author" or len(words) + tools > 0 or label.end < len(reading.line)


def _without_tools(reading: _Reading, text: str, start: int) -> tuple[str, int]:
    """The words without separators and tools at their ends, and the number of runs of tools; not of ``Daily Mail``."""
    runs = 0
    if is_known_outlet(text.strip(SEPARATORS)):
        return text.strip(SEPARATORS), 0
    tools_end = chrome.tools_at_start(text) if len(text) < _LONGEST_PIPED else 0
    if tools_end == len(text) or (tools_end and text[tools_end] in " |"):
        reading.pieces.append((start, text[:tools_end]))
        text, start, runs = text[tools_end:], start + tools_end, 1
    at = chrome.tools_at_end(text)
    if at < len(text) and not _is_in_name(text, at):
        reading.pieces.append((start + at, text[at:]))
        text, runs = text[:at], runs + 1
    return _TRAILING.sub("", text.strip(SEPARATORS)), runs


def _is_in_name(text: str, at: int) -> bool:
    """``True`` if an apparent tool is the end of a name: ``Daily Mail``, ``Sunday Mail``."""
    return text[at:] == "Mail" and text[:at].rstrip().endswith(("Daily", "Sunday", "Malay", "Evening", "Morning"))


def _place_loose(reading: _Reading) -> bool:
    for words in reading.loose:
        text, _ = _without_tools(reading, reading.line[words.start : words.end], words.start)
        if text.startswith("@"):  # a handle beside a byline
            reading.pieces.append((words.start, text))
            continue
        if not text or (reading.stamps and (text.casefold() in _BEFORE_DATES or _ELSEWHERE.fullmatch(text))):
            continue
        name = _LEADING.sub("", text) if reading.stamps else text
        # A short line that begins with a label, a colon and a date is metadata whatever follows.
        is_labelled = reading.has_label_colon and any(stamp.is_labelled for stamp in reading.stamps)
        is_set_apart = (words.is_bracketed or words.is_piped) and len(text.split()) <= _MOST_PIPED_WORDS
        may_drop = reading.stamps and len(reading.line) <= _LONGEST and not reading.place.is_after_body
        has_clock = any(stamp.iso and "T" in stamp.iso for stamp in reading.stamps)
        most = _MOST_PLACE_WORDS if words.is_dashed else _MOST_DROPPED_WORDS
        is_short = len(text.split()) <= most and (reading.place.is_in_head or (has_clock and words.start == 0))
        is_short = is_short and text[-1] not in _SENTENCE_END
        may_be_author = reading.stamps and not (reading.bylines or reading.place.is_before_headline)
        if reading.stamps and chrome.is_chrome(text) and not is_known_outlet(name):
            reading.pieces.append((words.start, text))
        elif may_be_author and not words.is_bracketed and _is_author(reading, words, name):
            reading.bylines.append(name)
        elif _is_source(reading, words, name):
            reading.sources.append(name)
        elif may_drop and reading.pieces and _is_of_place(reading, words):
            start, _ = reading.pieces.pop()
            reading.pieces.append((start, reading.line[start : words.end + 1]))
        elif may_drop and (is_labelled or is_set_apart or is_short):
            reading.pieces.append((words.start, text))
        else:
            return False
    return True


def _is_of_place(reading: _Reading, words: _Words) -> bool:
    """``True`` for words in brackets behind others: Valdemorilla del Monte (Cuenca)."""
    return words.is_bracketed and any(0 < words.start - other.end <= 2 for other in reading.loose)


def _is_author(reading: _Reading, words: _Words, text: str) -> bool:
    is_outlet = is_acronym(text.partition(" ")[0]) and not text.isupper()  # CBS Marlow
    is_beside_bar = (words.is_piped or words.is_dashed) and not is_outlet
    return (is_beside_bar and reads_as_author(text, is_beside_date=True)) or (
        words.start == 0 and reading.stamps[0].is_labelled and reads_as_name(text)
    )


def _is_source(reading: _Reading, words: _Words, text: str) -> bool:
    place = reading.place
    if text[-1] in _SENTENCE_END and not is_domain(text):
        return False
    if is_known_outlet(text):
        return True
    if not reading.stamps:
        if words.is_piped and reading.bylines:
            return reads_as_title(text)
        is_name = has_press_name(text) or (is_acronym(text) and not place.is_after_body)
        return words.is_bracketed and is_name and not place.is_before_headline
    if text[0].isdigit() or _YEAR.search(text) or (len(text) == 2 and words.is_after_date):  # a zone or country
        return False
    if words.is_bracketed:
        return len(text.split()) <= _MOST_SOURCE_WORDS and not _is_of_place(reading, words)
    if words.is_piped:
        return not {":", ","} & {*text} and not text[0].isdigit() and len(text.split()) <= _MOST_PIPED_WORDS
    if words.is_dashed:
        return has_press_name(text) or (is_acronym(text) and len(text) <= _LONGEST_ACRONYM)
    if has_press_name(text) and not place.is_before_headline:
        return True
    if reading.line[words.start : words.end].startswith("in ") and reads_as_title(text):
        return any(stamp.is_labelled for stamp in reading.stamps)
    return words.is_after_date and any(stamp.is_labelled for stamp in reading.stamps) and reads_as_title(text)


def _metadata(reading: _Reading, tokens: list[Token]) -> Metadata | None:
    byline = reading.bylines[0] if reading.bylines else None
    if byline is not None:
        is_strict = not reading.stamps and not reading.sources
        is_short = len(byline.split()) <= _MOST_SOURCE_WORDS
        name, _, rest = byline.partition(",")
        may_be_text = reading.place.is_before_headline or byline[-1] in _SENTENCE_END[:3]
        if not (
            is_short
            if _DESK.search(byline) or (reading.is_author_labelled and not may_be_text)
            else reads_as_byline(name if _ROLE.search(rest) else byline, is_strict=is_strict)
        ):
            return None
    # A line of labels, pipes and empty brackets, with at least one label or bracket.
    kinds = {token.kind for token in tokens}
    is_bare = not (reading.place.is_after_body or kinds & {"text", "by"} or reading.pieces)
    is_bare = is_bare and (reading.has_label_colon or "author" in kinds or reading.is_stripped)
    if not (reading.stamps or byline or reading.sources or reading.is_source_labelled or is_bare):
        return None
    later = [(reading.line.find(text), text) for text in (*reading.bylines[1:], *reading.sources[1:])]
    dropped = tuple(text for _, text in sorted([*reading.pieces, *later]) if text)
    source = reading.sources[0] if reading.sources else None
    awaits = reading.role if not reading.stamps else None
    dates = tuple(reading.stamps)
    if reading.role and len(dates) == 1 and not dates[0].is_labelled:  # ``2023-09-06 (updated)``
        dates = (replace(dates[0], role=reading.role, is_labelled=True),)
    return Metadata(dates, source, byline, dropped, reading.is_stripped and source is None, awaits)
