"""Crawl files as ranges of bytes to scan: WARC and ARC, packed or not, and WACZ."""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkstemp
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from articles.ingest.errors import IngestError, UnreadableFile
from articles.ingest.inputs.damaged import UNREADABLE, damage_in_words
from articles.ingest.inputs.limits import refuse_bomb
from articles.ingest.inputs.shown import printable
from articles.ingest.warc.extents import Limits
from articles.ingest.warc.headers import ARC_RECORD, RECORD
from articles.ingest.warc.scanner import Deep, Found, Scanner
from articles.ingest.warc.stream import GZIP, Broken, Stream

_LOCAL_HEADER = struct.Struct("<26xHH")  # how long the name and the extra field are (APPNOTE, 4.3.7)
_CRAWL_MEMBER = re.compile(r"archive/.*\.(?:warc|arc)(?:\.gz)?", re.IGNORECASE | re.DOTALL)
_HEAD_BYTES = 4096
_ENOUGH_BYTES = 200
BITE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes ``start`` to ``end`` of ``read_from``."""

    path: Path  # as given
    name: str  # in reports
    start: int = 0
    end: int | None = None
    base: int = 0  # where the crawl file ``name`` begins in a WACZ file; reported offsets count from there
    part: str = ""  # the packed WACZ member whose content is in ``copy``
    copy: Path | None = None
    member: int | None = None  # the offset of the gzip member whose content is in ``copy``

    @property
    def read_from(self) -> Path:
        return self.copy or self.path


class Scratch:
    """A folder for unpacked members that cannot be read in place, with a limit for the whole crawl."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder, self.limits = folder, limits
        self._left = limits.max_unpacked_bytes

    def keep(self, read: Callable[[int], bytes], name: str) -> tuple[Path, Broken | None]:
        """A new file with all that ``read`` gives, and what ended it. Raises ``UnreadableFile`` past the limit."""
        handle, kept = mkstemp(dir=self.folder, prefix="unpacked-")
        with open(handle, "wb") as out:  # noqa: PTH123  a handle, not a path
            try:
                while piece := read(BITE_BYTES):
                    self._left -= len(piece)
                    if self._left < 0:
                        limit = self.limits.max_unpacked_bytes
                        raise UnreadableFile(f"unpacked it is more than {limit:,} bytes (UNPACK_MAX_BYTES)", path=name)
                    out.write(piece)
            except Broken as broken:
                return Path(kept), broken
        return Path(kept), None


def is_crawl(path: Path) -> bool:
    """``True`` for a web crawl, by its content. Raises ``OSError``."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if head.startswith(b"PK\x03\x04"):
            return bool(_members(path))
        if head.startswith(GZIP):
            stream = Stream(file)
            try:
                stream.has(_HEAD_BYTES)
            except Broken:
                if len(stream.buffer) < _ENOUGH_BYTES:
                    return any(isinstance(item, Found) for item in Scanner(file).records())
            head = stream.buffer
    head = head.lstrip(b"\r\n")
    return bool(RECORD.match(head)) or (head.startswith(b"filedesc:") and bool(ARC_RECORD.match(head)))


def sources_of(path: Path, name: str, scratch: Scratch) -> Iterator[Source | IngestError]:
    """The sources in one crawl file, and an error for each part of a WACZ that cannot be unpacked completely."""
    with path.open("rb") as file:
        is_zip = file.read(4) == b"PK\x03\x04"
    if not is_zip:
        yield Source(path, name)
        return
    for member in _members(path):
        shown = printable(f"{name}/{member.filename}")
        try:
            yield from _part(path, member, shown, scratch)
        except IngestError as error:
            yield error
        except OSError as error:
            yield UnreadableFile(f"it cannot be read: {error.strerror or error}", path=shown)


def _part(path: Path, member: ZipInfo, name: str, scratch: Scratch) -> Iterator[Source | IngestError]:
    """One crawl file in a WACZ. Raises ``UnreadableFile`` if none of it can be read."""
    if member.flag_bits & 1:
        raise UnreadableFile("it is encrypted; unpack it with its password, then load the folder", path=name)
    if member.compress_type == ZIP_STORED:
        # The bytes begin after a local header whose length the directory does not give.
        with path.open("rb") as packed:
            packed.seek(max(0, member.header_offset))
            header = packed.read(_LOCAL_HEADER.size) if member.header_offset >= 0 else b""
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise UnreadableFile("the ZIP file is damaged: a file in its directory is missing", path=name)
        start = member.header_offset + _LOCAL_HEADER.size + sum(map(int, _LOCAL_HEADER.unpack(header)))
        yield Source(path, name, start, start + member.file_size, base=start)
        return
    refuse_bomb(member.file_size, member.compress_size, scratch.limits.max_ratio, name)
    with damage_in_words(name, "file in an archive"), ZipFile(path) as archive, archive.open(member) as file:

        def read(size: int) -> bytes:
            try:
                with damage_in_words(name, "file in an archive"):
                    return file.read(size)
            except UnreadableFile as error:
                raise Broken(0, error.reason) from error

        kept, broken = scratch.keep(read, name)
    yield Source(path, name, part=member.filename, copy=kept)
    if broken is not None:
        yield UnreadableFile(f"{broken.reason}; what came before that was read", path=name)


def unpacked_member(source: Source, deep: Deep, scratch: Scratch) -> tuple[Source, int | Broken]:
    """The rest of a gzip member as a source of its own, and where it ends, or the damage that ended it."""
    with source.read_from.open("rb") as file:
        stream = Stream(file, deep.offset, source.end, max_ratio=scratch.limits.max_ratio, one_member=True)
        kept, broken = scratch.keep(stream.take, source.name)
        inner = replace(source, start=deep.skip, end=None, copy=kept, member=deep.offset)
        return inner, broken or stream.file_position


def _members(path: Path) -> list[ZipInfo]:
    """The crawl files in a WACZ (WACZ 1.1, section 5.1): those below ``archive/``."""
    try:
        with ZipFile(path) as archive:
            return [member for member in archive.infolist() if _CRAWL_MEMBER.fullmatch(member.filename)]
    except UNREADABLE:
        return []  # whoever unpacks it will say why
