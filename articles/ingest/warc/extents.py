"""The location of a record in a crawl, as text that outlives the load, and the limits for reading it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from articles.ingest.story import HeldElsewhere

# ``crawl.wacz!archive/one.warc.gz!@1130``: a packed member of a ZIP file, then the gzip member that begins at 1130.
_REFERENCE = re.compile(r"(?P<path>.*?)(?:!(?P<part>[^!@][^!]*))?(?:!@(?P<member>\d+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Limits:
    max_bytes: int = 32_000_000  # of one decoded body
    max_ratio: int = 200  # of unpacked bytes to packed ones, in large bodies
    # Of one crawl in the scratch folder, for the few files in which a record cannot be reached by its offset.
    max_unpacked_bytes: int = 20_000_000_000


@dataclass(frozen=True, slots=True)
class Extent:
    """The bytes of one record, its header included."""

    path: Path
    offset: int  # where it begins in the file, or where the gzip member begins in which it does
    length: int  # in unpacked bytes, up to where the next record begins
    skip: int = 0  # unpacked bytes before it in its gzip member
    part: str = ""  # the member of a WACZ file, if that is packed; ``offset`` then counts in its content
    copy: Path | None = None  # where the same bytes are reached faster, as long as the crawl is open
    is_unpacked: bool = False  # it holds what the gzip member does, not the WACZ member

    @property
    def reference(self) -> HeldElsewhere:
        part = f"!{self.part}" if self.part else ""
        member = f"!@{self.offset}" if self.skip else ""
        return HeldElsewhere(f"{self.path}{part}{member}", self.skip or self.offset, self.length)

    @classmethod
    def of(cls, reference: HeldElsewhere) -> Extent:
        if Path(reference.path).exists():  # a name may itself look like one inside of another
            return cls(Path(reference.path), reference.offset, reference.size_bytes)
        found = _REFERENCE.fullmatch(reference.path)
        assert found is not None  # noqa: S101  the pattern fits any text
        path, part = Path(found["path"]), found["part"] or ""
        if found["member"] is None:
            return cls(path, reference.offset, reference.size_bytes, part=part)
        return cls(path, int(found["member"]), reference.size_bytes, reference.offset, part)
