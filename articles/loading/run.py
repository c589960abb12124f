"""One run of ``load_articles``, from the paths to the report: the way into this room."""

import dataclasses
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection

from articles.catalogue import photo_files
from articles.ingest.cluster import connected
from articles.ingest.errors import IngestError
from articles.ingest.inputs.files import KEY_FILE, OwnFiles, Search
from articles.ingest.inputs.limits import UnpackLimits
from articles.ingest.inputs.scratch import scratch_folder
from articles.ingest.inputs.shown import printable
from articles.ingest.parsing.local_files import real_path
from articles.ingest.pool import Plan, Reading, Submit, read_all, reading_digest
from articles.ingest.sites.site import Site
from articles.ingest.story import Piece
from articles.ingest.tagging import Vocabulary
from articles.ingest.work import WorkLimits
from articles.loading.report import Report
from articles.loading.store import Options, Store
from articles.loading.unchanged import unchanged_files, unchanged_records, with_known
from articles.models import fields
from articles.search import index

BATCH = 1000
BATCH_BYTES = 32_000_000
BATCH_SECONDS = 20  # progress and report move with each batch; pictures take longer than their bytes tell


class Run:
    def __init__(
        self, sites: Mapping[Path, Site], arguments: dict[str, Any], vocabulary: Vocabulary, report: Report,
        *, has_tables: bool,
    ) -> None:  # fmt: skip
        """``sites``: by path; ``arguments``: of the command; ``has_tables``: ``False`` in a dry run before setup."""
        paths = list(sites)
        options = Options(**{field.name: arguments[field.name] for field in dataclasses.fields(Options)})
        self.paths = [path.absolute() for path in paths]  # workers of a cluster have other current folders
        self.options, self.report = options, report
        self._sites = {real_path(path): site for path, site in sites.items()}
        self.store = Store(paths, options, vocabulary, has_tables=has_tables)
        are_samples = all(real_path(path).is_relative_to(settings.FIXTURES_DIR) for path in paths)
        is_without_tags = settings.TAGS_FILE is None and (settings.IS_OWN_ARCHIVE or not are_samples)
        if is_without_tags and (options.dry_run or self.store.is_empty()):
            file = settings.VAR_DIR / "tags.toml"
            report.say(f"No tag vocabulary: articles keep the tags of their sources. To add one, create {file}.")
        limits, work = photo_files.limits(), WorkLimits(settings.TEXT_MAX_CHARACTERS, settings.READ_SECONDS)
        self.plan = Plan(
            vocabulary,
            settings.INPUT_MAX_BYTES,
            limits,
            None if options.dry_run else photo_files.media(),
            keep_originals=options.keep_originals,
            work=work,
            read_as=reading_digest(vocabulary, limits, work),
            places=fields.PLACES,
        )

    def load(self, advance: Callable[[int], object], scanned: Callable[[int, int], object]) -> None:
        """``advance`` gets the bytes of inputs that are done; ``scanned`` those scanned of crawl files, and of all."""
        self._advance = advance
        for former, name in self.store.rename_sources(self._sites):
            self.report.say(f"The source {printable(former)} is now named {printable(name)}.")
        unpack = UnpackLimits(settings.UNPACK_MAX_FILES, settings.UNPACK_MAX_BYTES, settings.UNPACK_MAX_RATIO)
        max_bytes, ignored = settings.INPUT_MAX_BYTES, self.report.ignored
        dask = self.options.dask
        own: AbstractContextManager[tuple[int, Submit | None]] = nullcontext((self.options.workers, None))
        with (
            scratch_folder() as scratch,
            connected(dask, self.plan, scratch, self.paths) if dask else own as (self._workers, self._submit),
            Search(max_bytes, unpack, scratch, ignored, own_files(), self._sites, progress=scanned) as search,
        ):
            self._save(self._inputs(search))
            self._save(self.store.deferred, is_final=True)

    def finish(self) -> None:
        self.report.add_all(self.store.vanished(self._sites))
        load_number = self.store.finish(dict(self.report.counts))
        if not self.options.dry_run:
            index.settle(self.report.counts["created"])
        self.report.noted["near-duplicate"] += self.store.near_duplicates
        self.report.noted["later-version"] += self.store.later_versions
        self.report.finish(load_number)

    def _inputs(self, search: Search) -> Iterator[Piece | IngestError]:
        skips = not (self.options.reads_all or self.report.with_stories or self.store.is_empty())
        if skips:
            search.known = lambda folder, names, root, site: unchanged_files(
                folder, names, root, read_as=self.plan.read_as_of(site)
            )
        pieces: Iterator[Piece | IngestError] = search.find(self.paths)
        if not self.options.reads_all and self.store.has_tagged_all():
            pieces = with_known(pieces, self.plan)
        return self._unread(unchanged_records(pieces, self.plan)) if skips else pieces

    def _unread(self, pieces: Iterator[Piece | IngestError]) -> Iterator[Piece | IngestError]:
        """The inputs to read; results of the others are reported meanwhile."""
        known: list[Piece] = []
        for piece in pieces:
            if isinstance(piece, Piece) and piece.known_as and piece.body is None:
                known.append(piece)
                self._advance(piece.size_bytes)
            else:
                yield piece
            if len(known) >= BATCH:
                self.report.add_all(self.store.save_known(known))
                known = []
        self.report.add_all(self.store.save_known(known))

    def _save(self, pieces: Iterable[Piece | IngestError], *, is_final: bool = False) -> None:
        # Closing ends the reading processes, whatever happens.
        with closing(self._batches_of(pieces)) as batches:
            for batch in batches:
                self.report.add_all(self.store.save(batch, is_final=is_final))
                self._advance(sum(len(reading.data) for reading in batch))
                batch.clear()  # its memory is for the next

    def _batches_of(self, pieces: Iterable[Piece | IngestError]) -> Generator[list[Reading], None, None]:
        """Batches of up to ``BATCH`` inputs, ``BATCH_BYTES`` or ``BATCH_SECONDS``."""
        batch, size, due = [], 0, monotonic() + BATCH_SECONDS
        with closing(read_all(pieces, self.plan, workers=self._workers, submit=self._submit)) as readings:
            for reading in readings:
                batch.append(reading)
                size += len(reading.data)
                if len(batch) >= BATCH or size >= BATCH_BYTES or monotonic() >= due:
                    yield batch
                    batch, size, due = [], 0, monotonic() + BATCH_SECONDS
        if batch:
            yield batch


def archive_vocabulary() -> Vocabulary:
    """The vocabulary in ``TAGS_FILE``. Raises ``IngestError``, also if it is missing: without it, articles would lose
    the tags that it gave them. In an archive that nobody has named, the samples have their own.
    """
    samples = settings.FIXTURES_DIR / "tags.toml"
    if settings.TAGS_FILE:
        return Vocabulary.load(settings.TAGS_FILE)
    is_for_samples = not settings.IS_OWN_ARCHIVE and samples.exists()
    return Vocabulary.load(samples, samples.parent) if is_for_samples else Vocabulary()


def own_files() -> OwnFiles:
    home = Path(settings.VAR_DIR).resolve()
    files = [Path(settings.MEDIA_ROOT), Path(settings.STATIC_ROOT), home / KEY_FILE]
    if connection.vendor == "sqlite":
        name = settings.DATABASES["default"]["NAME"]
        files += [Path(f"{name}{ending}") for ending in ("", "-wal", "-shm", "-journal")]
    return OwnFiles(home, frozenset(real_path(path) for path in files))
