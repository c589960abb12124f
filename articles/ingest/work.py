"""Limits on the work for one input. An input beyond a limit is refused, and the others are read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_ulong, py_object, pythonapi
from dataclasses import dataclass
from threading import Lock, Thread, get_ident
from time import process_time, sleep

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


_limited: tuple[int, float] | None = None  # the thread that reads, and its end in processor time of the process
_limiting = Lock()
_watcher = Thread()


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise ``UnreadableFile`` if the block takes more processor time. For one thread of a process at a time."""
    global _limited, _watcher
    if not _watcher.is_alive():  # not started, or by the process that was forked
        _watcher = Thread(target=_watch, daemon=True)
        _watcher.start()
    try:
        try:
            _limited = get_ident(), process_time() + seconds
            yield
        finally:
            _end()
    except _OutOfTimeError:
        _end()  # it may have come before the first
        raise UnreadableFile(f"it takes more than {seconds} seconds to read (READ_SECONDS)", path="") from None


def _watch() -> None:
    """Signals would reach the main thread alone, and workers of a cluster read in another."""
    global _limited
    while True:
        sleep(0.1)
        with _limiting:
            if _limited and process_time() > _limited[1]:
                pythonapi.PyThreadState_SetAsyncExc(c_ulong(_limited[0]), py_object(_OutOfTimeError))
                # Again after a second: exceptions may be lost where C code calls Python.
                _limited = _limited[0], process_time() + 1


def _end() -> None:
    global _limited
    with _limiting:
        _limited = None
        pythonapi.PyThreadState_SetAsyncExc(c_ulong(get_ident()), None)  # takes back what is not raised yet
