"""Limits on the work for one input. An input beyond a limit is refused, and the others are read."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import current_thread, main_thread

from articles.ingest.errors import UnreadableFile
from articles.ingest.story import Story


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """``characters`` of an article's text, and ``seconds`` of processor time to read it."""

    characters: int = 2_000_000
    seconds: int = 5


# An element or a line takes up to a hundred times the memory of its tag or line end.
_MOST_TAGS = 300_000
_MOST_LINES = 300_000
_TAG = re.compile(rb"<[^<>]*+>")
_NO_CHARACTERS = bytes(range(0x80, 0xC0)) + b"\0"  # continuation bytes of UTF-8; half of most characters in UTF-16
# Formats that are all text; others have scripts, markup, and the same text twice.
_TEXT_ALONE = frozenset({"text", "markdown", "iptc-7901"})


def check_data(data: bytes, form: str, limits: WorkLimits) -> None:
    """Raise ``UnreadableFile`` for input that is certainly too long, before reading takes memory."""
    if len(data) <= min(limits.characters, _MOST_TAGS, _MOST_LINES):
        return
    lines = max(data.count(b"\n"), data.count(b"\r"), data.count(b"\\n"))
    if lines > _MOST_LINES and form != "mhtml":  # with pictures in many lines
        raise UnreadableFile(f"{lines:,} lines; at most {_MOST_LINES:,} are read", path="")
    if form not in _TEXT_ALONE:
        check_tags(data)
        data = _TAG.sub(b"", data)
    if form == "mhtml":
        return
    size = len(data.translate(None, _NO_CHARACTERS))
    if size > limits.characters * (1 if form in _TEXT_ALONE else 2):
        raise _too_long(size, limits)


def check_tags(data: bytes) -> None:
    if (tags := data.count(b"<")) > _MOST_TAGS:
        raise UnreadableFile(f"{tags:,} tags; at most {_MOST_TAGS:,} are read", path="")


def check_story(story: Story, limits: WorkLimits) -> None:
    texts = (story.headline, story.deck, story.byline, *story.paragraphs, *(photo.caption for photo in story.photos))
    size = sum(len(text) for text in texts if text)
    if size > limits.characters:
        raise _too_long(size, limits)


def _too_long(size: int, limits: WorkLimits) -> UnreadableFile:
    reason = f"{size:,} characters of text, more than {limits.characters:,} (TEXT_MAX_CHARACTERS)"
    return UnreadableFile(reason, path="")


class _OutOfTimeError(BaseException):
    pass


_is_timed = False


def _stop(*_: object) -> None:
    if _is_timed:
        raise _OutOfTimeError


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise ``UnreadableFile`` if the block takes more processor time. Only in a main thread, and not on Windows."""
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return
    signal.signal(signal.SIGPROF, _stop)
    try:
        try:
            _set_timer(seconds)
            yield
        finally:
            _set_timer(0)
    except _OutOfTimeError:
        _set_timer(0)  # the signal may have come before the first reset
        raise UnreadableFile(f"it takes more than {seconds} seconds to read (READ_SECONDS)", path="") from None


def _set_timer(seconds: int) -> None:
    global _is_timed
    _is_timed = seconds > 0
    # Again each second: exceptions may be lost where C code calls Python.
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)
