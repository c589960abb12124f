"""One row of the table of formats, and the reading of bytes that several formats share."""

import json
from collections.abc import Callable, Collection, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from articles.ingest.errors import BadMetadata, IngestError, UnreadableFile
from articles.ingest.parsing.html_to_markdown.elements import Element
from articles.ingest.parsing.safe_xml import parse_xml
from articles.ingest.parsing.xml_cuts import cuts_of
from articles.ingest.story import Piece, Story

TIMES_LARGER = 4  # than an input: a file of thousands of records that is read whole


@dataclass(frozen=True, slots=True)
class Part:
    data: bytes
    line: int  # the first one, 1-based


Split = Callable[[BinaryIO, int], Iterator[Part | IngestError]]


@dataclass(frozen=True, slots=True)
class Reader:
    """A format of saved articles, and how it is read.

    ``name``: in reports and originals, at most 20 characters; ``called``: its plural in messages.

    ``looks_like`` recognises the format by the first 64 kB of a file, and must be certain. ``takes_names``: suffixes
    that decide if no reader recognises the content. In a folder, files with these or ``suffixes`` are opened.

    ``read`` is pure, and raises ``IngestError``: ``BadMetadata`` for a malformed record, such as XML that is not
    well-formed or declares entities. ``split`` gives the records of a file with several, one by one, and errors, which
    need not name the file; an error that ends the file is raised. It finds files next to this one by its ``name``, if
    there is one. A file of one record is identified by its path, unless the format is ``by_line``. ``why_nothing``
    explains an input without headline, text and photo.
    """

    name: str
    called: str
    looks_like: Callable[[bytes], bool]
    read: Callable[[Piece, bytes], Story]
    suffixes: Set[str] = frozenset()
    takes_names: Set[str] = frozenset()
    split: Split | None = None
    by_line: bool = False
    why_nothing: Callable[[bytes], str] = lambda data: "no headline, text or photo in it"


def read_whole(file: BinaryIO, max_bytes: int) -> bytes:
    """The bytes of a file that cannot be split while reading. Raises ``UnreadableFile`` if it is too large."""
    data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnreadableFile(f"more than {max_bytes:,} bytes (INPUT_MAX_BYTES)", path="")
    return data


def splitting_xml(names: Collection[str], stories_in: Callable[[Element], list[list[int]]]) -> Split:
    """Divides a document. ``stories_in`` gives the numbers of the elements of each story, of all with ``names``."""

    def split(file: BinaryIO, max_bytes: int) -> Iterator[Part | IngestError]:
        data, stories = read_whole(file, max_bytes), list[list[int]]()
        with suppress(BadMetadata):  # ``read`` reports the fault
            stories = stories_in(parse_xml(data, "").root)
        if len(stories) < 2:
            yield Part(data, 1)
            return
        cuts = cuts_of(data, names)
        lines = cuts.lines()
        yield from (Part(cuts.document(numbers), lines[numbers[0]]) for numbers in stories)

    return split


def load_json(data: bytes, path: Path, line: int) -> object:
    """The value in ``data``, which starts on ``line`` of its file. Raises ``BadMetadata``."""
    try:
        return json.loads(data)
    except UnicodeDecodeError as error:
        raise BadMetadata(f"not UTF-8 at byte {error.start + 1}", path=path, line=line) from error
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg.removesuffix(' at')} at character {error.colno} of the line"
        raise BadMetadata(reason, path=path, line=line + error.lineno - 1) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise BadMetadata(f"this JSON cannot be read: {error}", path=path, line=line) from error
