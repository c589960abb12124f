"""Story -> story: tags from the source and from the vocabulary ``tags.toml``. Pure.

How names of the vocabulary are found in a text:

* **Whole words.** The characters just outside the match are not letters, digits or marks; Chinese, Japanese, Korean
  and other scripts without spaces between words need no such border. ``Qingdao's`` and ``Kazakhstan-China`` match
  ``Qingdao`` and ``Kazakhstan``; ``Xi'an`` does not match ``Xi``.
* **Capitals.** A name with capitals is found as written (``SCO``, ``Polish``), all in capitals (a dateline
  ``QINGDAO``) or with each word capitalised, as in headlines. A name in small letters (``trade``), or in a script
  without case, is found in any case.
* **Longest first.** Of overlapping matches, the longest counts; of equally long ones, the first.

A run of whitespace equals one space. Composed and decomposed accents, straight and curved apostrophes, and plain and
non-breaking hyphens are the same.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation

from articles.ingest.errors import BadMetadata
from articles.ingest.parsing.toml_files import read_toml
from articles.ingest.story import Piece, Story
from articles.text.keys import digest_of
from articles.text.phrases import TAG_KINDS
from articles.text.scripts import HAN, HANGUL, KANA, SOUTH_EAST

# In no name, so no match crosses it: fields joined by it are searched in one pass.
FIELD_BORDER = "\0"


@dataclass(frozen=True, slots=True)
class VocabularyTag:
    """An entry of ``tags.toml``. If not ``is_name_matched``, only aliases and sources give the tag, not its name."""

    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    is_name_matched: bool = True
    kind: str = ""


_Found = dict[tuple[int, int], str]  # tag by start and end


class _Finder:
    """Finds all whole words of ``patterns`` (pattern -> tag) in one pass over a text."""

    def __init__(self, patterns: dict[str, str]) -> None:
        self._tags = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), implementation=Implementation.DFA, store_patterns=False)

    def find(self, text: str) -> _Found:
        """``text`` begins and ends with a space."""
        found = {}
        # Overlapping: a longest match that is not a whole word would hide a shorter one that is.
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            between_borders = text[start - 1] in _COMMON_BORDERS and text[end] in _COMMON_BORDERS
            if between_borders or _is_whole_word(text, start, end):
                found[start, end] = self._tags[pattern]
        return found


class Vocabulary:
    """The tags of an archive, with automata that find all their names in one pass over a text. Pickles as its tags, so
    that each worker process builds its automata once. ``folder``: a resolved folder outside which it is not used.
    """

    def __init__(self, tags: Iterable[VocabularyTag] = (), folder: Path | None = None) -> None:
        self.tags, self.folder = tuple(tags), folder
        names = {name: entry.name for entry in self.tags for name in _spellings(entry, in_texts=True)}
        written = {name: tag for name, tag in names.items() if name.lower() != name}
        as_written = dict(written)  # which precedes another in capitals: ``IT`` is never a form of ``It``
        for name, tag in written.items():
            as_written.setdefault(unicodedata.normalize("NFC", name.upper()), tag)
            as_written.setdefault(" ".join(word[:1].upper() + word[1:] for word in name.split(" ")), tag)
        in_any_case = {_folded(name): tag for name, tag in names.items() if name.lower() == name}
        for name, tag in list(in_any_case.items()):  # ``straße`` is STRASSE
            in_any_case.setdefault(_folded(unicodedata.normalize("NFC", name.upper())), tag)
        self._as_written, self._in_any_case = _Finder(as_written), _Finder(in_any_case)
        self._names = {name: entry.name for entry in self.tags for name in _spellings(entry)}
        owners: dict[str, set[str]] = {}
        for spelling, name in self._names.items():
            owners.setdefault(_loosely(spelling), set()).add(name)
        # Only those that one tag has.
        self._loose_names = {spelling: found.pop() for spelling, found in owners.items() if len(found) == 1}

    def __reduce__(self) -> tuple[type[Vocabulary], tuple[tuple[VocabularyTag, ...], Path | None]]:
        return Vocabulary, (self.tags, self.folder)

    @classmethod
    def load(cls, path: Path, folder: Path | None = None) -> Vocabulary:
        """Read ``tags.toml``. Raises ``UnreadableFile``, or ``BadMetadata`` with the line."""
        return cls(_read_tags(path), folder)

    @property
    def digest(self) -> str:
        """A digest of what affects articles and tags that are there; layout and descriptions do not."""
        # The folder itself differs from one checkout to another.
        entries = sorted((entry.name, entry.aliases, entry.kind, entry.is_name_matched) for entry in self.tags)
        return digest_of(repr((entries, "in one folder") if self.folder else entries).encode())

    def is_for(self, piece: Piece) -> bool:
        """``True`` if the input comes from ``folder``, also from an archive or crawl in it."""
        crawl = (piece.is_fleeting and piece.root) or piece.path  # which may have been unpacked elsewhere
        return self.covers(crawl if piece.body is not None else Path(piece.place or piece.path))

    def covers(self, path: Path) -> bool:
        return self.folder is None or path.resolve().is_relative_to(self.folder)

    def mentions(self, text: str) -> list[str]:
        """The tags that ``text`` mentions, in its order, as often as it does."""
        printed = f" {_normalised(text)} "
        found = self._in_any_case.find(_folded(printed)) | self._as_written.find(printed)
        winners: list[tuple[int, int]] = []  # that no longer (or earlier, equally long) match overlaps, in order
        for start, end in sorted(found, key=lambda span: (span[0] - span[1], span)):
            at = bisect(winners, (start, end))
            is_free_before = at == 0 or winners[at - 1][1] <= start
            if is_free_before and (at == len(winners) or end <= winners[at][0]):
                winners.insert(at, (start, end))
        return [found[span] for span in winners]

    def match(self, text: str) -> tuple[str, ...]:
        """The tags that ``text`` mentions, in order of first appearance."""
        return tuple(dict.fromkeys(self.mentions(text)))

    def resolve(self, tag: str) -> str:
        """The vocabulary's name for a tag of a source; an unknown tag stays as it is. Case, and hyphens or underscores
        for spaces (``belt-and-road``), do not matter, unless two tags differ only in these.
        """
        spelling = _normalised(tag.strip())
        return self._names.get(spelling) or self._loose_names.get(_loosely(spelling)) or tag


def tag(story: Story, vocabulary: Vocabulary) -> Story:
    """The story with its source's tags under the vocabulary's names, and with the tags that its headline, deck or first
    paragraph mentions, or that it mentions more than once: what is named in passing is not its subject.
    """
    texts = [text for text in (*story.paragraphs, *(photo.caption for photo in story.photos)) if text]
    above = [text for text in (story.headline, story.deck) if text]
    mentions = Counter(vocabulary.mentions(FIELD_BORDER.join((*above, *texts))))
    leading = set(vocabulary.match(FIELD_BORDER.join((*above, *texts[:1]))))
    return replace(
        story,
        tags=tuple(dict.fromkeys(map(vocabulary.resolve, story.tags))),
        tag_kinds={vocabulary.resolve(name): kind for name, kind in story.tag_kinds.items()},
        vocabulary_tags=tuple(name for name, times in mentions.items() if name in leading or times > 1),
    )


# Searching for each is far cheaper than splitting a clean text, as nearly all are.
_WHITESPACE = ("  ", *(char for char in map(chr, range(0x3001)) if char.isspace() and char != " "))
_ASCII_WHITESPACE = tuple(space for space in _WHITESPACE if space.isascii())


def _normalised(text: str) -> str:
    """``text`` with one space for each run of whitespace and one form of similar signs; case as printed."""
    for space in _ASCII_WHITESPACE if text.isascii() else _WHITESPACE:
        if space in text:
            text = " ".join(text.split())
            break
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).replace("’", "'").replace("\u2011", "-").replace("\u2010", "-")


def _folded(normalised: str) -> str:
    """Lower case, with as many characters, so that positions stay the same. ``İ`` is the only letter that ``str.lower``
    makes longer; a capital sigma becomes another letter at the end of a word.
    """
    return normalised.lower() if normalised.isascii() else normalised.replace("İ", "i").lower().replace("ς", "σ")


def _loosely(normalised: str) -> str:
    return " ".join(_folded(normalised).replace("-", " ").replace("_", " ").split())


_UNSPACED = re.compile(f"[{HAN}{KANA}{HANGUL}{SOUTH_EAST}]")

# The usual borders, checked first because they are cheap.
_COMMON_BORDERS = frozenset(' .,;:?!()-"“”' + FIELD_BORDER)


@cache
def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


@cache
def _is_spaced_letter(char: str) -> bool:
    """A letter, digit or mark of a script with spaces between words."""
    return (char.isalnum() or _is_mark(char)) and not _UNSPACED.match(char)


def _is_whole_word(text: str, start: int, end: int) -> bool:
    """``True`` if no word continues across the start or end; ``text`` begins and ends with a space."""
    if _is_spaced_letter(text[start - 1]) and not _UNSPACED.match(text[start]):
        return False
    after = text[end]
    if _is_mark(after):  # changes the last letter of the match, in any script
        return False
    if _UNSPACED.match(text[end - 1]):
        return True
    if after == "'" and _is_spaced_letter(text[end + 1]):
        return text[end + 1] in "sS" and not _is_spaced_letter(text[end + 2])
    return not _is_spaced_letter(after)


def _spellings(entry: VocabularyTag, *, in_texts: bool = False) -> list[str]:
    """The normalised name and aliases of a tag; ``in_texts``: those that are looked for in texts."""
    names = entry.aliases if in_texts and not entry.is_name_matched else (entry.name, *entry.aliases)
    return [_normalised(name.strip()) for name in names]


_USUAL: dict[str, Any] = {"aliases": [], "description": "", "kind": "", "match": True}
_ENTRY_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*tag[ \t]*\]\]", re.MULTILINE)


def _read_tags(path: Path) -> list[VocabularyTag]:
    text, vocabulary = read_toml(path)
    if unknown := sorted(vocabulary.keys() - {"tag"}):
        raise BadMetadata(f'unknown key "{unknown[0]}"; each tag is written under "[[tag]]"', path=path)
    entries = vocabulary.get("tag", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadMetadata('each tag is written under its own "[[tag]]"', path=path)
    lines: list[int | None] = [text.count("\n", 0, head.start()) + 1 for head in _ENTRY_HEAD.finditer(text)]
    if len(lines) != len(entries):  # tags as inline tables, or a description that looks like a head
        lines = [None] * len(entries)
    places = enumerate(zip(entries, lines, strict=True), 1)
    tags = [_read_entry(entry, path, line, number) for number, (entry, line) in places]
    # Each spelling must be unique, and tags must not differ only in case, since they would share an address.
    owners: dict[str, str] = {}
    names: dict[str, str] = {}
    for tag, line in zip(tags, lines, strict=True):
        name = names.setdefault(_folded(_normalised(tag.name)), tag.name)
        if name != tag.name:
            raise BadMetadata(f'tag "{tag.name}" differs from "{name}" only in capitals', path=path, line=line)
        for spelling in (tag.name, *tag.aliases):
            if owner := owners.get(_normalised(spelling)):
                reason = f'tag "{tag.name}" has "{spelling}", which already belongs to tag "{owner}"'
                raise BadMetadata(reason, path=path, line=line)
            owners[_normalised(spelling)] = tag.name
    return tags


def _read_entry(entry: dict[str, Any], path: Path, line: int | None, number: int) -> VocabularyTag:
    name = entry.get("name")
    aliases, description, kind, is_matched = (entry.get(key, usual) for key, usual in _USUAL.items())
    subject = f'tag "{name}"' if isinstance(name, str) and name.strip() else f"tag {number}"

    def bad(reason: str) -> BadMetadata:
        return BadMetadata(f"{subject} {reason}", path=path, line=line)

    if unknown := sorted(entry.keys() - {"name", *_USUAL}):
        raise bad(f'has an unknown key "{unknown[0]}"; known are {", ".join(sorted(("name", *_USUAL)))}')
    if name is None:
        raise bad("needs a name")
    if not isinstance(aliases, list):
        raise bad('has aliases that are not a list; write aliases = ["one", "two"]')
    if not isinstance(description, str):
        raise bad("has a description that is not text")
    if kind not in ("", *TAG_KINDS):
        raise bad(f'has the kind "{kind}"; known are {", ".join(TAG_KINDS)}')
    if not isinstance(is_matched, bool):
        raise bad("has a match that is neither true nor false")
    for spelling in (name, *aliases):
        if not isinstance(spelling, str):
            raise bad("has a name or alias that is not text")
        if not any(char.isalnum() for char in spelling):
            raise bad(f'has a name or alias without a letter or digit: "{spelling}"')
        if any(unicodedata.category(char) == "Cc" for char in "".join(spelling.split())):
            raise bad(f"has a name or alias with a control character: {spelling!r}")
    return VocabularyTag(_tidy(name), tuple(map(_tidy, aliases)), _tidy(description), is_matched, kind)


def _tidy(text: str) -> str:
    return " ".join(text.split())
