"""The decisions of one transaction of a load."""

from __future__ import annotations

from dataclasses import dataclass, field

from articles.catalogue.ledger import Stamp
from articles.ingest.pool import Reading
from articles.ingest.story import HeldElsewhere, Piece, Story
from articles.loading.matching import Known, Target, path_of
from articles.loading.merging import Update
from articles.models import Article, Photo


class Ids:
    """A set of ids in a bit each: Python's own takes 90 MB for a million."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, pk: object) -> bool:
        return isinstance(pk, int) and pk >> 3 < len(self._bits) and bool(self._bits[pk >> 3] & 1 << (pk & 7))

    def add(self, pk: int) -> None:
        if pk >> 3 >= len(self._bits):
            self._bits.extend(bytes((pk >> 3) + 1 - len(self._bits)))
        self._bits[pk >> 3] |= 1 << (pk & 7)

    def remove(self, pk: int) -> None:
        self._bits[pk >> 3] &= ~(1 << (pk & 7))


@dataclass(slots=True)
class New:
    target: Target
    article: Article
    reading: Reading
    story: Story
    photos: list[Photo]
    tag_origins: dict[int, str]


@dataclass(slots=True)
class Batch:
    known: Known
    stamp: Stamp | None = None  # of its changes, once there is one
    new: list[New] = field(default_factory=list)
    spare: list[tuple[Target, Reading, Story]] = field(default_factory=list)
    paths: dict[str, Reading] = field(default_factory=dict)
    claims: list[int] = field(default_factory=list)  # ids claimed in this batch
    updates: list[Update] = field(default_factory=list)
    deferred: list[Piece] = field(default_factory=list)
    deferred_drafts: list[Piece] = field(default_factory=list)  # after the others: a published original counts first
    absent: list[int] = field(default_factory=list)  # ids to withdraw, since their source withholds them
    returned: list[int] = field(default_factory=list)  # ids whose source shows them again
    # By article: the digest of a newer capture with the same text; it becomes the current original.
    newest: dict[int, str] = field(default_factory=dict)
    references: dict[str, HeldElsewhere] = field(default_factory=dict)  # by digest: where captures are now
    copied_in: dict[str, bytes] = field(default_factory=dict)  # by digest: bytes so far only in a crawl file

    @property
    def known_articles(self) -> set[int]:
        """Ids of existing articles that this batch changes other than by ``updates``."""
        targets = [target for target, _, _ in self.spare]
        targets += [target for path in self.paths if (target := self.known.by_path.get(path)) is not None]
        found = {target.article.pk for target in targets if target.article.pk} | set(self.newest)
        paths = [*self.paths, *(path for new in self.new if (path := path_of(new.reading)))]
        return found | {owner for path in paths if (owner := self.known.path_owners.get(path)) is not None}
