"""A site, as found in its folder and corrected in its profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from articles.ingest.parsing.frame import Frame
from articles.text.grouping import by_key
from articles.text.keys import bare, digest_of
from articles.text.paths import host_of, normal_path, parts_of
from articles.text.tables import tables_of

TABLES = tables_of(Path(__file__).with_name("generators"))


@dataclass(frozen=True)
class Site:
    """``folder``: resolved; of a path that is no site, the path itself, and ``generator`` is ``""``.

    ``permalinks``: patterns by section, ``""`` for all others. ``authors``: names by key. ``only``, ``skip``: patterns
    of paths below the folder. ``content``: folders of articles, in lower case. ``is_new``: it has no profile yet.
    ``description`` and ``contact`` are for an archive that is named after it. ``frame``: learned of its web pages and
    texts, ``learned_from`` so many. ``fault``: why its configuration was not read.
    """

    folder: Path
    generator: str = ""
    source: str = ""
    named: str = ""  # the source, as an export has it
    address: str = ""
    language: str = ""
    time_zone: str = ""
    description: str = ""
    contact: str = ""
    permalinks: Mapping[str, str] = field(default_factory=dict)
    authors: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    section: tuple[str, ...] = ()  # categories that are sections
    no_tags: tuple[str, ...] = ()  # tags to leave out
    types: tuple[str, ...] = ()  # of posts of WordPress
    keys: tuple[tuple[str, str], ...] = ()  # of front matter, each with the known one that it means
    pictures: tuple[str, ...] = ()  # further folders of pictures
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    not_articles: tuple[str, ...] = ()
    defaults: tuple[tuple[str, Mapping[str, object]], ...] = ()  # by pattern of paths
    redirects: tuple[tuple[str, str], ...] = ()  # of old paths, each to the next path or address
    pages: Mapping[str, str] = field(default_factory=dict)  # paths by name; in no digest, as they come and go
    has_home: bool = False  # it is a folder of web pages, with a front page
    has_pages: bool = False  # pages are loaded too
    has_expired: bool = False  # so are articles that the site no longer shows
    frame: Frame = field(default_factory=Frame)
    learned_from: int = 0
    is_new: bool = True
    fault: str = ""
    exports: tuple[str, ...] = ()  # of several sites in the folder, which is none of them
    gone: str = ""  # the path of the profile, if the folder that it names is gone

    def completed_by(self, inner: Site) -> Site:
        """This site, of an archive file, with what it does not say itself from that of an export in the file."""
        names = ("source", "address", "language", "time_zone")
        said = {name: getattr(self, name) or getattr(inner, name) for name in names}
        return replace(self, **said, redirects=(*self.redirects, *inner.redirects))

    @cached_property
    def is_of_export(self) -> bool:
        return any(export["name"] == self.generator for export in TABLES["export"])

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of authors by ``bare`` key."""
        return {bare(key): name for key, name in self.authors.items()}

    @cached_property
    def base_path(self) -> str:
        return parts_of(self.address).path.rstrip("/")

    @cached_property
    def own_hosts(self) -> frozenset[str]:
        host = (parts_of(self.address).hostname or "").removeprefix("www.")
        return frozenset({*self.hosts, *((host, f"www.{host}") if host else ())})

    @cached_property
    def redirected(self) -> dict[str, list[str]]:
        """Old paths by the normal form of the path that they lead to."""
        own = {"", *self.own_hosts}
        return by_key((normal_path(new), old) for old, new in self.redirects if host_of(new) in own)

    @cached_property
    def post_types(self) -> frozenset[str]:
        return frozenset({*self.types, *(("page",) if self.has_pages else ())})

    @cached_property
    def whole_frame(self) -> Frame:
        return replace(self.frame, titles=tuple(filter(None, (*self.frame.titles, self.source))))

    @cached_property
    def digest(self) -> str:
        """A digest of what affects the reading of articles; ``""`` if nothing does."""
        said = (
            self.source, self.language, sorted(self.authors.items()), sorted(self.own_hosts), self.generator,
            self.base_path, self.time_zone, sorted(self.permalinks.items()), self.content,
            self.defaults, self.redirects, self.section, self.no_tags, sorted(self.post_types), self.has_expired,
            self.frame if self.frame.is_said else (), self.keys, self.pictures,
        )  # fmt: skip
        return digest_of(repr(said).encode()) if any(said) else ""
