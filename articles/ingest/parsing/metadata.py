"""Metadata lines: date, byline and source of an article.

A line is cut into tokens: dates, labels, pipes, brackets, and the words between them. It is metadata if all of its
words can be used: as a byline, a source, a reader tool. Otherwise it is text.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from articles.ingest.parsing import boilerplate
from articles.ingest.parsing.labels import BYLINE_FORMS, SEPARATORS, Kind, Token, any_of, stamps_of, tokenise
from articles.ingest.parsing.names import reads_as_byline, reads_as_name
from articles.text.outlets import has_press_name, is_acronym, is_address, is_domain, is_known_outlet, reads_as_title

Role = Literal["published", "updated"]

# A line without a date is examined only with a bracket at its start or end, a pipe, a colon, or ``By``.
_HINT = re.compile(rf"^[(（\[【]|[)）\]】]$|[|｜:：]|^(?i:by|written by|de|{any_of('by')})(?!\w)|{any_of('reporter')}")
BY_ALONE = re.compile(rf"(?i:by|written by|{any_of('by')}|{any_of('author')}) ?[:：]?")
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
    kinds: set[Kind]  # of its tokens
    stamps: list[PrintedDate] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    pieces: list[tuple[int, str]] = field(default_factory=list)
    loose: list[_Words] = field(default_factory=list)
    is_stripped: bool = False
    role: Role | None = None
    has_label_colon: bool = False

    def has_labelled_date(self) -> bool:
        return any(stamp.is_labelled for stamp in self.stamps)


def parse_metadata(line: str, place: Place = Place()) -> Metadata | None:
    """Read a folded line as metadata; ``None`` if it is text."""
    if not 0 < len(line) <= (_LONGEST_PIPED if "|" in line else _LONGEST):
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
        return _outlet_alone(line, place)
    end = boilerplate.tools_at_end(line)
    tokens = tokenise(line[:end], [stamp for stamp in stamps if stamp.end <= end])
    reading = _Reading(line, place, {token.kind for token in tokens})
    if end < len(line):
        reading.pieces.append((end, line[end:]))
    if not _read_tokens(reading, tokens) or not all(_read_loose(reading, words) for words in reading.loose):
        return None
    return _metadata(reading)


def _outlet_alone(line: str, place: Place) -> Metadata | None:
    """A known outlet, or next to a byline or date one that reads like it, also before a name."""
    outlet, _, name = line.rpartition(" ")
    if place.is_beside_metadata and has_press_name(outlet) and _CHINESE_NAME.fullmatch(name):
        return Metadata(source=outlet, byline=name)
    is_begun = is_known_outlet(outlet) and not place.is_before_headline
    is_outlet = place.is_beside_metadata and (is_begun or has_press_name(line))
    is_outlet |= place.is_in_head and is_known_outlet(line.partition(", ")[0]) and reads_as_title(name)
    return Metadata(source=line) if is_outlet or is_known_outlet(line) else None


def is_role(line: str) -> bool:
    """``Correspondent``, ``Text``: a line below a name."""
    words = line.split()
    found = (_ROLE.fullmatch(words[0]), _ROLE.fullmatch(words[-1]), _AUTHOR_ALONE.fullmatch(line))
    return len(words) <= _MOST_ROLE_WORDS and any(found)


def reads_as_author(line: str, *, is_beside_date: bool) -> bool:
    """``True`` for a line of name and role, and beside a date, or above a role, for a name alone."""
    words = line.split()
    if is_beside_date and all(map(_NAME_WITHOUT_CASE.fullmatch, _BETWEEN_NAMES.split(line))):
        return True
    if not 2 <= len(words) <= 10 or line[-1] in _SENTENCE_END[1:] or ":" in line:
        return False
    if _ROLE.search(line):
        is_role_alone = any(_ROLE_ADJECTIVE.fullmatch(word.strip(",")) for word in words[:2]) or _ROLE.fullmatch(line)
        return not is_role_alone and words[0][0].isupper()
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
    for stop in range(at, len(tokens)):
        following = tokens[stop].kind
        is_source = following == "open" and kind == "by" and any(token.kind == "stamp" for token in tokens)
        is_outer = following == "close" and not depth and kind != "editor"
        if is_source or is_outer or following not in ("text", "by", "open", "close"):
            return stop
        depth += (following == "open") - (following == "close")
    return len(tokens)


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
    if label.kind == "editor":
        reading.pieces.append((label.start, reading.line[label.start : end].strip(" -–—,;")))
        return True
    if label.kind == "reporter":  # the title is part of the byline
        reading.bylines.append(reading.line[label.start : end].strip(SEPARATORS))
        return end - label.start <= _LONGEST_REPORTER
    value = _without_tools(reading, reading.line[start:end], start)
    if label.kind == "source":
        return _read_source(reading, value)
    reading.is_stripped |= label.kind == "author" and not value
    if initials := _INITIALS.search(value):
        reading.pieces.append((start + initials.start(1), initials[1]))
        value = value[: initials.start()]
    if value:
        reading.bylines.append(value)
    return True


def _read_source(reading: _Reading, value: str) -> bool:
    source = value if value[:-1].count(".") else value.rstrip(".")  # F.A.Z.
    if not source:
        reading.is_stripped = True
        return True
    reading.sources.insert(0, source)
    count = len(source.split())
    is_name = reads_as_title(source) or is_known_outlet(source)
    if reading.place.is_before_headline and not reading.stamps:
        return any(test(source) for test in (is_known_outlet, has_press_name, is_acronym, is_domain))
    is_sentence = source[-1] in _SENTENCE_END and source.count(".") < 2
    return count <= _MOST_SOURCE_WORDS and (is_name or value == source) and not is_sentence


def _without_tools(reading: _Reading, text: str, start: int) -> str:
    """The words without separators and tools at their ends; ``Daily Mail`` has none."""
    if is_known_outlet(text.strip(SEPARATORS)):
        return text.strip(SEPARATORS)
    tools = boilerplate.TOOLS_AT_START.match(text) if len(text) < _LONGEST_PIPED else None
    tools_end = tools.end() if tools else 0
    if tools_end == len(text) or (tools_end and text[tools_end] in " |"):
        reading.pieces.append((start, text[:tools_end]))
        text, start = text[tools_end:], start + tools_end
    at = boilerplate.tools_at_end(text)
    if at < len(text):
        reading.pieces.append((start + at, text[at:]))
    return _TRAILING.sub("", text[:at].strip(SEPARATORS)).rstrip(SEPARATORS)


def _read_loose(reading: _Reading, words: _Words) -> bool:
    """Use words without a label; ``False`` if they make the line text."""
    text = _without_tools(reading, reading.line[words.start : words.end], words.start)
    if text.startswith("@") or is_address(text):  # beside a byline
        reading.pieces.append((words.start, text))
        return True
    if not text or (reading.stamps and (text.casefold() in _BEFORE_DATES or _ELSEWHERE.fullmatch(text))):
        return True
    name = _LEADING.sub("", text) if reading.stamps else text
    may_be_author = reading.stamps and not (reading.bylines or reading.place.is_before_headline or words.is_bracketed)
    if reading.stamps and boilerplate.is_boilerplate(text) and not is_known_outlet(name):
        reading.pieces.append((words.start, text))
    elif may_be_author and _is_author(reading, words, name):
        reading.bylines.append(name)
    elif _is_source(reading, words, name):
        reading.sources.append(name)
    else:
        return _drop(reading, words, text)
    return True


def _drop(reading: _Reading, words: _Words, text: str) -> bool:
    """Drop a few words in a line with a date; ``False`` if they are too many or have no sign that sets them apart."""
    if not reading.stamps or len(reading.line) > _LONGEST or reading.place.is_after_body:
        return False
    start, count = words.start, len(text.split())
    has_clock = any(stamp.iso and "T" in stamp.iso for stamp in reading.stamps)
    is_near = reading.place.is_in_head or (has_clock and start == 0)
    is_short = is_near and count <= (_MOST_PLACE_WORDS if words.is_dashed else _MOST_DROPPED_WORDS)
    # A short line that begins with a label, a colon and a date is metadata whatever follows.
    is_labelled = reading.has_label_colon and reading.has_labelled_date()
    is_set_apart = (words.is_bracketed or words.is_piped) and count <= _MOST_PIPED_WORDS
    if reading.pieces and _is_of_place(reading, words):
        start, _ = reading.pieces.pop()
        text = reading.line[start : words.end + 1]
    elif not (is_labelled or is_set_apart or (is_short and text[-1] not in _SENTENCE_END)):
        return False
    reading.pieces.append((start, text))
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
    if text[-1] in _SENTENCE_END and not is_domain(text):
        return False
    if is_known_outlet(text):
        return True
    if reading.stamps:
        return _is_source_beside_date(reading, words, text)
    if words.is_piped and reading.bylines:
        return reads_as_title(text)
    is_name = has_press_name(text) or (is_acronym(text) and not reading.place.is_after_body)
    return words.is_bracketed and is_name and not reading.place.is_before_headline


def _is_source_beside_date(reading: _Reading, words: _Words, text: str) -> bool:
    if text[0].isdigit() or _YEAR.search(text) or (len(text) == 2 and words.is_after_date):  # a zone or country
        return False
    count = len(text.split())
    if words.is_bracketed:
        return count <= _MOST_SOURCE_WORDS and not _is_of_place(reading, words)
    if words.is_piped:
        return count <= _MOST_PIPED_WORDS and {":", ","}.isdisjoint(text)
    if words.is_dashed:
        return has_press_name(text) or (is_acronym(text) and len(text) <= _LONGEST_ACRONYM)
    if has_press_name(text) and not reading.place.is_before_headline:
        return True
    may_follow = words.is_after_date or reading.line.startswith("in ", words.start, words.end)
    return may_follow and reading.has_labelled_date() and reads_as_title(text)


def _metadata(reading: _Reading) -> Metadata | None:
    byline, source = next(iter(reading.bylines), None), next(iter(reading.sources), None)
    if byline and not _is_byline(reading, byline):
        return None
    # A line of labels, pipes and empty brackets, with at least one label or bracket.
    is_bare = not (reading.place.is_after_body or reading.kinds & {"text", "by"} or reading.pieces)
    is_bare = is_bare and (reading.has_label_colon or "author" in reading.kinds or reading.is_stripped)
    if not any((reading.stamps, byline, source, "source" in reading.kinds, is_bare)):
        return None
    later = [(reading.line.find(text), text) for text in (*reading.bylines[1:], *reading.sources[1:])]
    dropped = tuple(text for _, text in sorted([*reading.pieces, *later]) if text)
    awaits = reading.role if not reading.stamps else None
    dates = tuple(reading.stamps)
    if reading.role and len(dates) == 1 and not dates[0].is_labelled:  # ``2023-09-06 (updated)``
        dates = (replace(dates[0], role=reading.role, is_labelled=True),)
    return Metadata(dates, source, byline, dropped, reading.is_stripped and source is None, awaits)


def _is_byline(reading: _Reading, text: str) -> bool:
    may_be_text = reading.place.is_before_headline or text[-1] in _SENTENCE_END[:3]
    if _DESK.search(text) or ("author" in reading.kinds and not may_be_text):
        return len(text.split()) <= _MOST_SOURCE_WORDS
    name, _, rest = text.partition(",")
    is_strict = not reading.stamps and not reading.sources
    is_sure = is_known_outlet(text) or "reporter" in reading.kinds or reads_as_author(text, is_beside_date=True)
    if reading.place.is_before_headline and is_strict and not is_sure:  # a headline: Von Gott und der Welt
        return False
    return reads_as_byline(name if _ROLE.search(rest) else text, is_strict=is_strict)
