"""The report of a load: text for the terminal, JSON lines for machines."""

from __future__ import annotations

import difflib
import json
import re
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError, ProgrammingError
from django.urls import reverse

from articles.ingest.errors import IngestError, OtherType, UnknownFormat, UnreadExport
from articles.ingest.inputs.files import is_of_pictures
from articles.ingest.inputs.shown import printable
from articles.ingest.inputs.sniff import readable
from articles.ingest.pool import Reading
from articles.ingest.story import Story, Withheld
from articles.loading.matching import Target
from articles.models import Article
from articles.models.database_errors import in_one_line
from articles.text.damage import noted_words
from articles.text.phrases import counted

LISTED = 8  # reasons for skipping, named in the summary
LISTED_ALL = "; see --report for all"
OTHER_TYPES = "with text; to load a type, name it under types in the site’s profile"
REFUSALS_SHOWN = 50  # per file, and per reason
Say = Callable[[str], object]
# Where reasons of one kind begin to differ: addresses, dates, text after a colon.
_PARTICULARS = re.compile(r"(?: to| of| as)? *(?:https?:|\d{4}|:)")


class Outcome(StrEnum):
    """In the order of the summary line."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"  # conflict: the staff version is kept
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    SKIPPED = "skipped"  # not an article
    VANISHED = "vanished"  # loaded earlier, file gone


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one input. Its address is final once the whole batch is decided.

    ``changes``: old and new values by field; for a kept article, those in the source. ``news``: values in the source
    of fields with a new conflict.
    """

    input: str
    outcome: Outcome
    article: Article | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    news: dict[str, list[Any]] = field(default_factory=dict)
    failure: IngestError | None = None
    story: Story | None = None

    @classmethod
    def of(cls, outcome: Outcome, reading: Reading, target: Target | None = None, **more: Any) -> Result:
        article = target.article if target else None
        return cls(reading.piece.name, outcome, article, failure=reading.error, story=reading.story, **more)

    @property
    def is_in(self) -> bool:
        return self.outcome in (Outcome.CREATED, Outcome.UPDATED)

    @property
    def error(self) -> str | None:
        return None if self.failure is None else str(self.failure)

    @property
    def kind_of_reason(self) -> str:
        return _PARTICULARS.split(self.failure.reason, maxsplit=1)[0] if self.failure else ""

    @property
    def url(self) -> str | None:
        return self.article.get_absolute_url() if self.article else None

    def as_json(self, *, with_story: bool) -> dict[str, Any]:
        """The line of ``--report``."""
        missing = self.story.missing_files if self.story else ()
        warnings = [*(self.story.warnings if self.story else ()), *(f"photo-file-missing:{src}" for src in missing)]
        line = {
            "input": self.input,
            "outcome": self.outcome,
            "key": self.article.key if self.article else None,
            "url": self.url,
            "changes": self.changes,
            "conflicts": self.conflicts,
            "error": self.error,
            "warnings": warnings,
        }
        return line | ({"story": self.story.as_json() if self.story else None} if with_story else {})

    def lines(self) -> Iterator[str]:
        """The outcome, then each changed field as removed and added lines."""
        why = (self.error or self.url or "").removeprefix(f"{self.input}: ")
        if self.outcome == Outcome.VANISHED and not self.changes:
            why += "  still public; --withdraw-vanished withdraws it"
        yield f"{self.outcome:<9}  {self.input}  {why}"
        for name in self.conflicts:
            yield f"    {name}: conflict, staff version kept until decided"
        if self.story and self.is_in:
            yield from (f"    photo file not found: {printable(src)}" for src in self.story.missing_files)
        where = " in the source" if self.outcome == Outcome.KEPT else ""
        changes = [(f"{name}{where}", pair) for name, pair in self.changes.items()]
        for name, (old, new) in [*changes, *((f"{name} in the source", pair) for name, pair in self.news.items())]:
            yield f"    {name}:"
            lines = difflib.ndiff(_text(old).splitlines(), _text(new).splitlines())
            yield from (f"      {line}" for line in lines if line.startswith(("- ", "+ ")))


def _text(value: Any) -> str:
    if value is None or value == "":
        return "(empty)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class Report:
    """``write_json`` takes the lines of ``--report``."""

    write_json: Say | None = None

    def __init__(self, say: Say, complain: Say, *, is_dry: bool, shows_all: bool, with_stories: bool) -> None:
        self.started = time.monotonic()
        self.say, self.complain = say, complain
        self.is_dry, self.shows_all, self.with_stories = is_dry, shows_all, with_stories
        self.counts: Counter[str] = Counter(dict.fromkeys(Outcome, 0))
        self.noted: Counter[str] = Counter()
        self.ignored: Counter[str] = Counter()  # files, by suffix
        self.left_out: list[str] = []  # files and folders of sites that are no articles
        self.conflicts = 0  # new in this load
        self._refused_of: Counter[str] = Counter()  # by file
        self._refused_for: Counter[str] = Counter()  # by kind of reason
        self._unshown: Counter[str] = Counter()  # of them, by kind of reason
        self._skipped: dict[str, Counter[str]] = defaultdict(Counter)  # reasons, by what they say
        self._withheld: Counter[Withheld] = Counter()
        self._exports: dict[str, list[str]] = {}  # files of other systems’ exports, by reason
        self._moved: Counter[str] = Counter()  # articles withdrawn, and published again
        self._addresses: dict[str, list[str]] = defaultdict(list)  # of them, at most LISTED + 1 each
        self._has_unknown_formats = False

    @property
    def found_nothing(self) -> bool:
        return self.counts.total() == self.counts[Outcome.VANISHED] + sum(map(len, self._exports.values()))

    def add_all(self, results: Iterable[Result]) -> None:
        for result in results:
            self.add(result)

    def add(self, result: Result) -> None:
        self.counts[result.outcome] += 1
        self.conflicts += len(result.conflicts)
        if (story := result.story) and result.is_in:
            self.noted.update(story.warnings)
            self.noted["photo-file-missing"] += len(story.missing_files)
        if "withdrawn" in result.changes:
            what = "Withdrawn" if result.changes["withdrawn"][1] else "Published again"
            self._moved[what] += 1
            self._addresses[what] += [result.url or ""] if self._moved[what] <= LISTED + 1 else []
        if self.write_json is not None:
            self.write_json(json.dumps(result.as_json(with_story=self.with_stories), ensure_ascii=False) + "\n")
        if result.outcome == Outcome.SKIPPED and result.story and result.story.withheld:
            self._withheld[result.story.withheld] += 1
        elif isinstance(result.failure, UnreadExport):
            self._exports.setdefault(result.failure.reason, []).append(result.input)
        elif result.outcome == Outcome.SKIPPED and result.kind_of_reason:
            what = OTHER_TYPES if isinstance(result.failure, OtherType) else "not articles"
            self._skipped[what][result.kind_of_reason] += 1
        is_for_staff = result.outcome in (Outcome.KEPT, Outcome.VANISHED) or bool(result.conflicts)
        if result.outcome == Outcome.REFUSED:
            self._report_refusal(result)
        elif self.is_dry or self.shows_all or is_for_staff:
            for words in result.lines():
                self.say(words)

    def _report_refusal(self, result: Result) -> None:
        """Print the reason, at most ``REFUSALS_SHOWN`` times for one file or kind of reason."""
        self._has_unknown_formats |= isinstance(result.failure, UnknownFormat)
        path = str(result.failure.path) if result.failure else result.input
        self._refused_of[path] += 1
        self._refused_for[result.kind_of_reason] += 1
        if self._refused_of[path] > REFUSALS_SHOWN:
            return
        if self._refused_for[result.kind_of_reason] > REFUSALS_SHOWN:
            self._unshown[result.kind_of_reason] += 1
        else:
            self._refuse(result.error or "")

    def _refuse(self, words: str) -> None:
        self.complain(f"refused  {printable(words)}")

    def finish(self, load_number: int | None) -> None:
        """The summary. ``load_number``: ``None`` if nothing changed."""
        many = {path: count for path, count in self._refused_of.items() if count > REFUSALS_SHOWN}
        for path, count in many.items():
            self._refuse(f"{path}: {count - REFUSALS_SHOWN:,} more reasons{LISTED_ALL}")
        for reason, count in self._unshown.items():
            self._refuse(f"{count:,} more of the same kind: {reason}{LISTED_ALL}")
        self._report_left_out()
        counts = Counter({code: count for code, count in self.noted.items() if code != "photo-file-missing"})
        if noted := [noted_words(code, count) for code, count in counts.most_common() if count]:
            self.say(f"Notes: {', '.join(noted)}")
        if missing := self.noted["photo-file-missing"]:
            self.say(f"{counted(missing, 'photo')} missing (see --report)")
        if self.found_nothing or self._has_unknown_formats:
            self.say(f"{'No articles found. ' if self.found_nothing else ''}Supported formats: {readable()}.")
        for what, counts in self._skipped.items():
            reasons = [f"{reason} ({count:,})" for reason, count in counts.most_common()]
            self.say(f"Skipped ({what}): {first_of(reasons)}")
        for what, count in self._moved.items():
            self.say(f"{what}: {counted(count, 'article')}: {first_of(self._addresses[what])}")
        if self._withheld:
            reasons = [counted(self._withheld[why], why) for why in Withheld if self._withheld[why]]
            self.say(f"Left out (not published by the source): {', '.join(reasons)}")
        for reason, names in self._exports.items():
            self.say(f"Not loaded, {reason}: {printable(first_of(names))}")
        if load_number:
            self.say(f"Load {load_number}. To undo it: {settings.MANAGE} undo_load {load_number}")
        if self.conflicts and not self.is_dry:
            self.say(f"{counted(self.conflicts, 'conflict')} to review: {reverse('review')}")
        self.say(self._figures())

    def _figures(self) -> str:
        """``Loaded 38 articles, updated 1, in 12 s.``"""
        created, updated = counted(self.counts[Outcome.CREATED], "article"), f"{self.counts[Outcome.UPDATED]:,}"
        named = {
            Outcome.CREATED: f"{created} to load" if self.is_dry else f"loaded {created}",
            Outcome.UPDATED: f"{updated} to update" if self.is_dry else f"updated {updated}",
        }
        done = [named.get(name, f"{self.counts[name]:,} {name}") for name in Outcome if self.counts[name]]
        figures = ", ".join(done or ["nothing to load"])
        seconds = time.monotonic() - self.started
        figures = f"{figures}, in {seconds:.{0 if seconds >= 10 else 1}f} s."
        return f"Dry run, nothing was loaded: {figures}" if self.is_dry else figures[:1].upper() + figures[1:]

    def _report_left_out(self) -> None:
        if self.left_out:
            folders = sum(name.endswith("/") for name in self.left_out)
            kinds = f"{counted(len(self.left_out) - folders, 'file')} and {counted(folders, 'folder')}"
            self.say(f"Left out (not articles of the site): {kinds}: {printable(first_of(self.left_out, ', …'))}")
        # Pictures are only counted: to know which were loaded, each would have to be remembered.
        pictures = Counter({kind: count for kind, count in self.ignored.items() if is_of_pictures(kind)})
        if other_files := self.ignored - pictures:
            self.say(f"Ignored {counted(other_files.total(), 'other file')}: {_kinds(other_files)}")
        if pictures:
            found = f"{counted(pictures.total(), 'picture')} found ({_kinds(pictures)})"
            self.say(f"{found}; only those named by an article are loaded")

    def interrupted(self) -> str:
        done = counted(self.counts.total(), "input")
        if self.is_dry:
            return f"Interrupted after reading {done}."
        return f"Interrupted: {done} loaded. Run the command again to continue."

    def stopped(self, error: Exception) -> str:
        """``error``: of the database, the disk or the reading processes."""
        done, reason = counted(self.counts.total(), "input"), _why(error)
        if self.is_dry:
            return f"Stopped after reading {done}.\n{reason}."
        return f"Stopped: {done} loaded. Fix the problem below and run the command again.\n{reason}."


def _why(error: Exception) -> str:
    if isinstance(error, OperationalError | ProgrammingError):
        return f"The database stopped working: {in_one_line(error)}"
    if isinstance(error, DatabaseError):
        return f"The database refused a batch: {in_one_line(error)}"
    if isinstance(error, sqlite3.Error):
        return f"Cannot write or read a temporary file: {error}"
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror or error}"
    return "A reading process was killed, perhaps for lack of memory; try --workers 1"


def first_of(words: list[str], ending: str = LISTED_ALL) -> str:
    return ", ".join(words[:LISTED]) + (ending if len(words) > LISTED else "")


def _kinds(counts: Counter[str]) -> str:
    """``13 .jpg, 2 .png``; for records of a crawl ``pictures: 3``."""
    return ", ".join(
        f"{count:,} {kind}" if kind.startswith(".") or kind == "no suffix" else f"{kind}: {count:,}"
        for kind, count in sorted(counts.items())
    )
