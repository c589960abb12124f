"""Story -> story: tags from the source itself and from the vocabulary ``tags.toml``. Pure, no database.

How a name of the vocabulary is found in a text:

* **Whole words.** The characters just outside the match are no letters, digits or marks. Chinese, Japanese, Korean
  and other scripts that put no space between words need no such border. ``Qingdao's`` and ``Kazakhstan-China`` hold
  whole words; ``Xi'an`` does not hold ``Xi``.
* **Capitals.** A name with capitals is found as it is written (``SCO``, ``Polish``), all in capitals (a dateline
  ``QINGDAO``) or with a capital to each word, as headlines have it. A name in small letters (``trade``) is found in any
  case, and so is a name of a script that has no case.
* **Longest first.** Of matches that overlap, the longest counts; of equally long ones, the first.

A run of whitespace equals one space. Composed and decomposed accents, straight and curved apostrophes, and plain and
non-breaking hyphens are the same.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation

from articles.ingest.errors import BadMetadata, UnreadableFile
from articles.ingest.story import Story
from articles.text.keys import digest_of
from articles.text.scripts import HAN, HANGUL, KANA, SOUTH_EAST

# No name can hold it, so no match crosses it: fields that are joined by it are searched in one pass.
FIELD_BORDER = "\0"


@dataclass(frozen=True, slots=True)
class VocabularyTag:
    """One entry of ``tags.toml``.

    If not ``is_name_matched``, the name is too common a word to be looked for: aliases and sources alone give the tag.
    """

    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    is_name_matched: bool = True


_Found = dict[tuple[int, int], str]  # the tag of each stretch of text, from its start to before its end


class _Finder:
    """Finds every whole word of ``patterns``, a tag's name for each, in one pass over a text."""

    def __init__(self, patterns: dict[str, str]) -> None:
        self._tags = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), implementation=Implementation.DFA, store_patterns=False)

    def find(self, text: str) -> _Found:
        """``text`` begins and ends with a space."""
        found = {}
        # Overlapping: the longest match alone would hide a shorter one that is a whole word where the longer is none.
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            between_borders = text[start - 1] in _COMMON_BORDERS and text[end] in _COMMON_BORDERS
            if between_borders or _is_whole_word(text, start, end):
                found[start, end] = self._tags[pattern]
        return found


class Vocabulary:
    """The tags of an archive, and the automata that find all their names in one pass each over a text.

    Pickles as its tags alone: a worker process builds its own automata, once.
    """

    def __init__(self, tags: Iterable[VocabularyTag] = ()) -> None:
        self.tags = tuple(tags)
        names = {name: entry.name for entry in self.tags for name in _matched_spellings(entry)}
        self._as_written = _Finder(_patterns_as_written(names))
        self._in_any_case = _Finder(_patterns_in_any_case(names))
        self._names = {name: entry.name for entry in self.tags for name in _spellings(entry)}
        self._loose_names = _names_by_loose_spelling(self.tags)

    def __reduce__(self) -> tuple[type[Vocabulary], tuple[tuple[VocabularyTag, ...]]]:
        return Vocabulary, (self.tags,)

    @classmethod
    def load(cls, path: Path) -> Vocabulary:
        """Read ``tags.toml``; its head says how it is written.

        Raises ``UnreadableFile`` if there is no reading it, ``BadMetadata`` with the line if it makes no sense.
        """
        return cls(_read_tags(path))

    @property
    def digest(self) -> str:
        """Of what it tags by: the same where a file was only laid out anew, or its descriptions were changed."""
        told = sorted((entry.name, entry.aliases, entry.is_name_matched) for entry in self.tags)
        return digest_of(repr(told).encode())

    def match(self, text: str) -> tuple[str, ...]:
        """The names of the tags that ``text`` mentions, in order of first appearance."""
        printed = f" {_compared(text)} "
        found = self._in_any_case.find(_folded(printed)) | self._as_written.find(printed)
        return tuple(dict.fromkeys(tag for _span, tag in _longest_first(found)))

    def resolve(self, tag: str) -> str:
        """The vocabulary's name for a tag of a source; a tag that the vocabulary does not know stays as it is.

        Case, and hyphens or underscores for spaces (``belt-and-road``), do not matter, unless two tags differ in
        nothing else.
        """
        spelling = _compared(tag.strip())
        return self._names.get(spelling) or self._loose_names.get(_loosely(spelling)) or tag


def tag(story: Story, vocabulary: Vocabulary) -> Story:
    """The story with its source's tags under the vocabulary's names, and with the tags that its words mention."""
    fields = (story.headline, story.deck, *story.paragraphs, *(photo.caption for photo in story.photos))
    return replace(
        story,
        tags=tuple(dict.fromkeys(map(vocabulary.resolve, story.tags))),
        vocabulary_tags=vocabulary.match(FIELD_BORDER.join(field for field in fields if field)),
    )


# --- What is compared ------------------------------------------------------------------------------------------------


# Looking for each is far cheaper than splitting a text that is clean, as nearly all are.
_WHITESPACE = ("  ", *(char for char in map(chr, range(0x3001)) if char.isspace() and char != " "))
_ASCII_WHITESPACE = tuple(space for space in _WHITESPACE if space.isascii())


def _compared(text: str) -> str:
    """``text`` with one space for each run of whitespace and one form for what looks the same; case as printed."""
    for space in _ASCII_WHITESPACE if text.isascii() else _WHITESPACE:
        if space in text:
            text = " ".join(text.split())
            break
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).replace("’", "'").replace("\u2011", "-").replace("\u2010", "-")


def _folded(compared: str) -> str:
    """Lower case, character for character, so that an index means the same before and after.

    ``İ`` is the one letter that ``str.lower`` makes longer; a capital sigma becomes another small letter at a word's
    end than within it.
    """
    if compared.isascii():
        return compared.lower()
    return compared.replace("İ", "i").lower().replace("ς", "σ")


def _loosely(compared: str) -> str:
    return " ".join(_folded(compared).replace("-", " ").replace("_", " ").split())


# --- Words -----------------------------------------------------------------------------------------------------------

_UNSPACED = re.compile(f"[{HAN}{KANA}{HANGUL}{SOUTH_EAST}]")

# What stands beside most words, to know most of them for whole ones at a glance.
_COMMON_BORDERS = frozenset(' .,;:?!()-"“”' + FIELD_BORDER)


@cache
def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


@cache
def _is_spaced_letter(char: str) -> bool:
    """A letter, digit or mark of a script that parts its words."""
    return (char.isalnum() or _is_mark(char)) and not _UNSPACED.match(char)


def _is_whole_word(text: str, start: int, end: int) -> bool:
    """Whether no word goes on across the start or the end; ``text`` begins and ends with a space."""
    if _is_spaced_letter(text[start - 1]) and not _UNSPACED.match(text[start]):
        return False
    after = text[end]
    if _is_mark(after):  # it changes the last letter of the match, whatever the script
        return False
    if _UNSPACED.match(text[end - 1]):
        return True
    if after == "'" and _is_spaced_letter(text[end + 1]):
        return text[end + 1] in "sS" and not _is_spaced_letter(text[end + 2])
    return not _is_spaced_letter(after)


_Match = tuple[tuple[int, int], str]


def _longest_first(found: _Found) -> list[_Match]:
    """The matches that no longer (or earlier, equally long) one overlaps, in the order of the text."""
    kept: list[_Match] = []
    rivals: list[_Match] = []  # a chain of matches, each of which overlaps one before it
    rivals_end = 0
    for match in sorted(found.items()):
        (start, end), _tag = match
        if start >= rivals_end:
            kept += rivals if len(rivals) < 2 else _winners(rivals)
            rivals = [match]
            rivals_end = end
        else:
            rivals.append(match)
            if end > rivals_end:
                rivals_end = end
    return kept + _winners(rivals)


def _winners(rivals: list[_Match]) -> list[_Match]:
    won: list[_Match] = []
    for match in sorted(rivals, key=lambda match: match[0][0] - match[0][1]):
        (start, end), _tag = match
        for (other_start, other_end), _other in won:
            if start < other_end and other_start < end:
                break
        else:
            won.append(match)
    return sorted(won)


# --- The vocabulary's names ------------------------------------------------------------------------------------------


def _patterns_as_written(names: dict[str, str]) -> dict[str, str]:
    """Names with capitals. A name as written goes before another's in capitals: ``IT`` is never a form of ``It``."""
    written = {name: tag_name for name, tag_name in names.items() if not _has_no_capital(name)}
    patterns = dict(written)
    for name, tag_name in written.items():
        patterns.setdefault(unicodedata.normalize("NFC", name.upper()), tag_name)
        patterns.setdefault(" ".join(word[:1].upper() + word[1:] for word in name.split(" ")), tag_name)
    return patterns


def _patterns_in_any_case(names: dict[str, str]) -> dict[str, str]:
    """Names without capitals, folded; with what they are in capitals, for ``straße`` is STRASSE there."""
    patterns = {_folded(name): tag_name for name, tag_name in names.items() if _has_no_capital(name)}
    for name, tag_name in list(patterns.items()):
        patterns.setdefault(_folded(unicodedata.normalize("NFC", name.upper())), tag_name)
    return patterns


def _spellings(entry: VocabularyTag) -> Iterator[str]:
    return (_compared(name.strip()) for name in (entry.name, *entry.aliases))


def _matched_spellings(entry: VocabularyTag) -> Iterator[str]:
    return islice(_spellings(entry), 0 if entry.is_name_matched else 1, None)


def _has_no_capital(compared: str) -> bool:
    return compared.lower() == compared


def _names_by_loose_spelling(tags: Iterable[VocabularyTag]) -> dict[str, str]:
    """Tag names by loose spelling, where only one tag has it."""
    names: dict[str, set[str]] = {}
    for entry in tags:
        for spelling in _spellings(entry):
            names.setdefault(_loosely(spelling), set()).add(entry.name)
    return {spelling: owners.pop() for spelling, owners in names.items() if len(owners) == 1}


# --- tags.toml -------------------------------------------------------------------------------------------------------

_KEYS = {"name", "aliases", "description", "match"}
_ENTRY_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*tag[ \t]*\]\]", re.MULTILINE)
_LINE_IN_MESSAGE = re.compile(r" \((?:at line (\d+), column \d+|at end of document)\)$")


def _read_tags(path: Path) -> list[VocabularyTag]:
    text = _read_text(path)
    entries = _parse_toml(text, path).get("tag", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadMetadata('each tag is written under its own "[[tag]]"', path=path)
    lines: list[int | None] = [text.count("\n", 0, head.start()) + 1 for head in _ENTRY_HEAD.finditer(text)]
    if len(lines) != len(entries):  # tags as inline tables, or a description that looks like a head
        lines = [None] * len(entries)
    tags = [
        _read_entry(entry, path, line, number)
        for number, (entry, line) in enumerate(zip(entries, lines, strict=True), 1)
    ]
    _refuse_duplicates(tags, lines, path)
    return tags


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(error.strerror or str(error), path=path) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BadMetadata("not UTF-8", path=path, line=line) from error


def _parse_toml(text: str, path: Path) -> dict[str, Any]:
    try:
        vocabulary = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _LINE_IN_MESSAGE.search(str(error))
        line = int(where[1]) if where and where[1] else text.count("\n") + 1
        reason = _LINE_IN_MESSAGE.sub("", str(error))
        raise BadMetadata(f"not TOML: {reason[:1].lower()}{reason[1:]}", path=path, line=line) from error
    if unknown := sorted(vocabulary.keys() - {"tag"}):
        raise BadMetadata(f'unknown key "{unknown[0]}"; each tag is written under "[[tag]]"', path=path)
    return vocabulary


def _read_entry(entry: dict[str, Any], path: Path, line: int | None, number: int) -> VocabularyTag:
    name = entry.get("name")
    said = f'tag "{name}"' if isinstance(name, str) and name.strip() else f"tag {number}"

    def bad(reason: str) -> BadMetadata:
        return BadMetadata(f"{said} {reason}", path=path, line=line)

    if unknown := sorted(entry.keys() - _KEYS):
        raise bad(f'has an unknown key "{unknown[0]}"; known are {", ".join(sorted(_KEYS))}')
    if name is None:
        raise bad("needs a name")
    aliases = entry.get("aliases", [])
    if not isinstance(aliases, list):
        raise bad('has aliases that are no list: write aliases = ["one", "two"]')
    description = entry.get("description", "")
    if not isinstance(description, str):
        raise bad("has a description that is no text")
    is_matched = entry.get("match", True)
    if not isinstance(is_matched, bool):
        raise bad("has a match that is neither true nor false")
    for spelling in (name, *aliases):
        if reason := _fault_of(spelling):
            raise bad(f"has a name or alias {reason}")
    return VocabularyTag(_tidy(name), tuple(map(_tidy, aliases)), _tidy(description), is_matched)


def _fault_of(spelling: object) -> str | None:
    if not isinstance(spelling, str):
        return "that is no text"
    if not any(char.isalnum() for char in spelling):
        return f'without a letter or digit: "{spelling}"'
    if any(unicodedata.category(char) == "Cc" for char in "".join(spelling.split())):
        return f"with a control character: {spelling!r}"
    return None


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _refuse_duplicates(tags: list[VocabularyTag], lines: list[int | None], path: Path) -> None:
    """A spelling stands once in the file; and no two tags differ in case alone, for they would share an address."""
    owners: dict[str, str] = {}
    names: dict[str, str] = {}
    for entry, line in zip(tags, lines, strict=True):
        other = names.setdefault(_folded(_compared(entry.name)), entry.name)
        if other != entry.name:
            raise BadMetadata(f'tag "{entry.name}" differs from "{other}" in case alone', path=path, line=line)
        for spelling in (entry.name, *entry.aliases):
            if owner := owners.get(_compared(spelling)):
                reason = f'tag "{entry.name}" has "{spelling}", which tag "{owner}" has already'
                raise BadMetadata(reason, path=path, line=line)
            owners[_compared(spelling)] = entry.name
