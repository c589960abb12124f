"""Decides the outcome of each input, and writes batches in transactions.

``matching`` finds articles, ``merging`` merges changes, ``writing`` saves in bulk. A dry run decides the same and
writes nothing.
"""

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy, deepcopy
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from articles import photos
from articles.catalogue import bylines, ledger, photo_files
from articles.catalogue.changing import changing
from articles.catalogue.conflicts import Clash, open_conflicts, save_clashes
from articles.catalogue.ledger import Stamp
from articles.catalogue.loaded import baseline, edited_fields
from articles.ingest.errors import NotAnArticle
from articles.ingest.inputs.shown import printable
from articles.ingest.pool import Reading
from articles.ingest.sites.profile import MEANINGS
from articles.ingest.sites.site import Site
from articles.ingest.story import Damage, Piece, Story, Withheld
from articles.ingest.tagging import Vocabulary
from articles.loading import rows
from articles.loading.matching import Known, Target, compared, identity_of, look_up, path_of, place_of, rounds_of
from articles.loading.merging import Update
from articles.loading.names import Names
from articles.loading.photo_merge import has_file_of_staff
from articles.loading.refusals import Refusals
from articles.loading.renaming import corrected_sources, rename
from articles.loading.report import Outcome, Result
from articles.loading.unchanged import note_read
from articles.loading.vanished import mark, vanished_from
from articles.loading.writing import Batch, Ids, New, settle_addresses, write, write_updates
from articles.models import Article, Load, Original, Photo, Source
from articles.models.database_errors import REPETITIONS, is_overtaken
from articles.models.withdrawal import BY_ABSENCE, IS_WITHHELD, SENTENCES, WithdrawnBy
from articles.text.damage import DamageCode
from articles.text.evidence import SITE
from articles.text.keys import digest_of, key_for, slug_for


@dataclass(frozen=True, slots=True)
class Options:
    dry_run: bool
    check: bool
    take_source: bool
    withdraw_vanished: bool
    keep_originals: bool
    workers: int
    dask: str | None

    @property
    def reads_all(self) -> bool:
        return self.check or self.take_source or self.keep_originals


class Store:
    """Writes a load, batch by batch.

    A *claimed* article has been seen by this load: a match by path alone no longer changes it. *Spare* originals are
    stored but not shown. A *foreseen* article is one that a dry run would have created.
    """

    def __init__(self, paths: list[Path], options: Options, vocabulary: Vocabulary, *, has_tables: bool) -> None:
        self._vocabulary = {entry.name: entry for entry in vocabulary.tags}
        self._is_tagged_at = vocabulary.covers
        self._dry_run, self._take_source = options.dry_run, options.take_source
        self._withdraws_vanished = options.withdraw_vanished
        self._has_no_tables = not has_tables
        self._names = Names(is_empty=self._has_no_tables)
        self._claimed = Ids()  # of articles
        self._foreseen = Known()
        self._load = Load(started_at=timezone.now(), paths=[*map(str, paths)], vocabulary=vocabulary.digest)
        self._batch = Batch(Known())
        self._has_updated = False  # in the batch before
        self._refusals = Refusals()
        self._deferred: list[tuple[bool, Piece]] = []  # drafts after the others: a published original counts first
        self.near_duplicates = 0  # pairs found
        self.later_versions = 0  # inputs that changed a claimed article

    def save(self, readings: list[Reading], *, is_final: bool = False) -> list[Result]:
        """Decide and write one batch; results are in the order of writing.

        Changed files of known articles, and drafts of them, are put into ``deferred``, since the article may be in
        another file of the load. Save them at the end, with ``is_final``.
        """
        if rounds := rounds_of(readings):
            # Several versions of one article: each is compared with the one before.
            return [result for round_ in rounds for result in self.save(round_, is_final=is_final)]
        counted = self.near_duplicates, self.later_versions
        for _ in range(REPETITIONS):
            try:
                return self._save_once(readings, is_final)
            except DatabaseError as error:
                if not is_overtaken(error):
                    raise
            self.near_duplicates, self.later_versions = counted
            if not Load.objects.filter(pk=self._load.pk).exists():
                self._load.pk, self._load._state.adding = None, True
            self._names.reload()
        return self._save_once(readings, is_final)

    def _save_once(self, readings: list[Reading], is_final: bool) -> list[Result]:
        if self._has_updated:
            gc.collect()  # an article and its photos refer to each other
        self._batch = batch = Batch(Known())
        # Other loads wait until new names are committed: at once, where several can write.
        with self._changes() if connection.vendor == "sqlite" else nullcontext():
            with self._changes():
                if not self._has_no_tables:
                    self._names.follow_undone_merges()
                    batch.known = look_up(readings, self._claimed)
                if not is_final:
                    readings = self._defer_changed(readings)
                self._prepare_names(readings)
            with self._changes():
                if not self._dry_run and ledger.lock_articles(batch.known.article_ids) != batch.known.article_ids:
                    raise IntegrityError("an article of this batch was removed meanwhile")
                batch.known.fetch_changed(readings)
                # Unchanged inputs first, and what its source withholds last: they claim their articles.
                in_turn = sorted(enumerate(readings), key=lambda numbered: not self._is_current(numbered[1]))
                in_turn.sort(key=lambda numbered: bool(numbered[1].story and numbered[1].story.withheld))
                decided = {number: self._decide(reading) for number, reading in in_turn}
                for ids, by in ((batch.absent, WithdrawnBy.DRAFT), (batch.returned, None)):
                    if ids and not self._dry_run:
                        mark(ids, self._stamp(), by)
                if batch.updates:
                    self.near_duplicates += write_updates(batch.updates, self._stamp())
                if not self._has_no_tables:
                    settle_addresses(batch)
                if not self._dry_run:
                    self._write(readings)
        self._deferred += batch.deferred
        self._has_updated = bool(batch.updates)
        self._claimed.update(batch.claims)
        self._batch = Batch(Known())
        for number, reading in enumerate(readings):
            if decided[number].outcome == Outcome.REFUSED:
                self._refusals.note(reading)
        return [decided[number] for number in range(len(readings))]

    @property
    def deferred(self) -> list[Piece]:
        return [piece for _, piece in sorted(self._deferred, key=itemgetter(0))]

    def _write(self, readings: Sequence[Reading]) -> None:
        batch = self._batch
        # Renditions are made with the source's texts, which staff may have corrected.
        made = [rendition for reading in readings for file in reading.held if file for rendition in file.renditions]
        photo_files.remove_unused(name for rendition in made for name in photo_files.names_of(rendition))
        known_ids = batch.known_articles
        stamp = self._stamp() if known_ids or batch.new else None
        with ledger.recording_originals(known_ids, stamp) if stamp else nullcontext():
            self.near_duplicates += write(batch, stamp)
        new = {id(entry.reading) for entry in batch.new}
        note_read(reading for reading in readings if id(reading) not in new)
        for entry in batch.new:
            self._claim(entry.target)

    def save_known(self, pieces: Sequence[Piece]) -> list[Result]:
        """The results of inputs that are not read again (``known_as``)."""
        originals = Original.objects.filter(digest__in=[piece.known_as for piece in pieces], is_current=True)
        owners = dict(originals.values_list("digest", "article_id"))
        known: Any = Article.objects.only("key", "archive_date", "slug", "withdrawn_by")
        known = known.annotate(was_withheld=KeyTextTransform(IS_WITHHELD, "as_loaded"))
        articles = known.in_bulk({*owners.values()})
        returned, results = [], []
        for piece in pieces:
            article = articles.get(owners.get(piece.known_as or "", 0))
            if article is None:  # removed meanwhile
                self._deferred.append((False, replace(piece, known_as=None)))
                continue
            is_back = article.withdrawn_by in BY_ABSENCE and article.pk not in self._claimed
            outcome = Outcome.DUPLICATE if article.pk in self._claimed else Outcome.UNCHANGED
            result = Result(piece.name, Outcome.UPDATED if is_back else outcome, article)
            if is_back:
                result.changes["withdrawn"] = [SENTENCES[WithdrawnBy(article.withdrawn_by)], ""]
            if is_back or article.was_withheld:
                returned.append(article.pk)
            self._claimed.update([article.pk])
            results.append(result)
        if returned and not self._dry_run:
            mark(returned, Stamp.of_load(self._saved_load()), None)
        return results

    def _defer_changed(self, readings: list[Reading]) -> list[Reading]:
        now, known = [], self._batch.known
        for reading in readings:
            is_capture = reading.piece.captured_at is not None
            story = reading.story if reading.error is None and not is_capture else None
            is_changed = path_of(reading) and reading.digest not in known.by_digest
            if story and (is_changed or story.withheld) and known.match(reading, story)[0]:
                self._batch.deferred.append((bool(story.withheld), reading.piece))
            else:
                now.append(reading)
        return now

    def is_empty(self) -> bool:
        return self._has_no_tables or not Original.objects.exists()

    def has_tagged_all(self) -> bool:
        """``True`` if all loads, or the last one of these paths, used this vocabulary: known files can be skipped."""
        if self._has_no_tables:
            return False
        vocabulary, finished = self._load.vocabulary, Load.objects.filter(finished_at__isnull=False)
        if not finished.exclude(vocabulary=vocabulary).exists():
            return True
        last = finished.filter(paths=self._load.paths).first()
        return last is not None and last.vocabulary == vocabulary

    def vanished(self, sites: Mapping[Path, Site]) -> Iterator[Result]:
        """Articles loaded from these folders earlier whose files are gone or left out. Call it after all inputs."""
        withdraw = self._withdraws_vanished
        changes: dict[str, list[Any]] = {"withdrawn": ["", SENTENCES[WithdrawnBy.VANISHED]]} if withdraw else {}
        for folder in map(Path.resolve, map(Path, self._load.paths)):
            if self._has_no_tables or not folder.is_dir():
                continue
            for gone in vanished_from(folder, sites.get(folder), self._claimed):
                if withdraw and not self._dry_run:
                    mark(gone, Stamp.of_load(self._saved_load()), WithdrawnBy.VANISHED)
                self._claimed.update(gone)
                articles = Article.objects.only("key", "archive_date", "slug").in_bulk(gone)
                for pk, path in gone.items():
                    if pk in articles:  # else removed meanwhile
                        name = printable(os.path.relpath(path, folder))
                        yield Result(name, Outcome.VANISHED, articles[pk], dict(changes))

    def finish(self, counts: dict[str, int]) -> int | None:
        """Return the number for ``undo_load``; ``None`` if the load changed nothing."""
        if self._dry_run:
            return None
        finished_at = timezone.now()
        new, fixed = self._refusals.compare(self._load.paths)
        is_recorded = self._load.pk or new or not self.has_tagged_all()
        if is_recorded or fixed:
            with transaction.atomic():
                if is_recorded:
                    self._load.counts, self._load.finished_at = counts, finished_at
                    found = self._refusals.found.values()
                    self._load.refused = [{"input": row.input, "error": row.error} for row in found]
                    self._load.save()
                self._refusals.save(new, fixed, self._load if self._load.pk else None, finished_at)
        return self._load.pk

    def rename_sources(self, sites: Mapping[Path, Site]) -> Iterator[tuple[str, str]]:
        """Rename sources whose names were corrected: former and present names. Call it before all inputs."""
        for source, name in () if self._has_no_tables else corrected_sources(sites):
            yield source.name, name
            if self._dry_run:
                self._names.sources[self._names.slug(name)] = source.pk
                continue
            with transaction.atomic():
                rename(source, name, self._saved_load())
            self._names.reload()

    def _changes(self) -> AbstractContextManager[None]:
        # No savepoints: SQLite would keep a copy of every page that a batch changes.
        return nullcontext() if self._dry_run else ledger.transaction_of_changes(savepoint=False)

    def _stamp(self) -> Stamp:
        if self._batch.stamp is None:
            self._batch.stamp = Stamp.of_load(self._saved_load())
        return self._batch.stamp

    def _saved_load(self) -> Load:
        if not self._load.pk:
            self._load.save()
        return self._load

    def _prepare_names(self, readings: list[Reading]) -> None:
        tags, sources, kinds, authors = list[str](), list[str](), dict[str, str](), dict[str, str]()
        of_vocabulary = {name: entry.kind for name, entry in self._vocabulary.items() if entry.kind}
        for reading in readings:
            story, known = reading.story, self._batch.known.by_digest.get(reading.digest)
            if story is None or reading.error is not None or story.withheld:
                continue
            named = (*story.tags, *story.vocabulary_tags)
            kinds |= {**story.tag_kinds, **{name: of_vocabulary[name] for name in named if name in of_vocabulary}}
            if known and self._is_current(reading) and not self._is_read_otherwise(known, reading, story):
                continue
            tags += named
            sources += [story.source] if story.source else []
            printed = bylines.printed_names(story.authors, story.byline)
            authors = bylines.author_names(printed) | authors  # the first spelling counts
        if self._dry_run:
            self._names.pretend(tags, sources)
        else:
            self._names.make(tags, sources, self._vocabulary, self._saved_load)
            self._names.set_kinds(kinds, of_vocabulary, self._stamp)
            bylines.create_authors(authors, self._saved_load)

    def _is_current(self, reading: Reading) -> bool:
        target = self._batch.known.by_digest.get(reading.digest)
        return target is not None and target.current_digest == reading.digest and not self._take_source

    def _is_read_otherwise(self, target: Target, reading: Reading, story: Story) -> bool:
        """``True`` if the same bytes now say something else, by the vocabulary or the profile of their site."""
        return self._is_tagged_otherwise(target, reading, story) or self._has_other_site(target, reading, story)

    def _is_tagged_otherwise(self, target: Target, reading: Reading, story: Story) -> bool:
        """``True`` if the vocabulary has changed and gives other tags. Of two copies, that which it is for counts."""
        copies = target.current_paths - {path_of(reading)}
        if any(map(self._is_tagged_at, map(Path, copies))) and not self._is_tagged_at(Path(path_of(reading) or "")):
            return False
        tag_ids = self._names.tags
        ids = {tag_ids.get(self._names.slug(name)) for name in (*story.tags, *story.vocabulary_tags)}
        return ids != {tag_ids.get(slug) for slug in target.article.as_loaded.get("tags", ())}

    def _has_other_site(self, target: Target, reading: Reading, story: Story) -> bool:
        """``True`` if the profile of their site, its keys or its frame now give the same bytes other values."""
        loaded, story = target.article.as_loaded, self._without_found(target, reading, story)
        values = {name: getattr(story, name) for name, code in story.evidence.items() if code == SITE}
        site = reading.piece.site
        if site and site.keys and not site.is_new:
            values |= {name: getattr(story, name) for name in MEANINGS if name != "tags"}
        values |= {"source": self._names.slug(story.source)} if story.source and "source" in values else {}
        if site and site.frame.is_said and not site.is_new:
            values |= {"headline": story.headline, "body": digest_of(story.body.encode())}
        if set(values.get("former_paths", ())).issubset(loaded.get("former_paths", ())):
            values.pop("former_paths", None)  # loaded ones include those of copies
        lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        return any(value and loaded.get(name) != value for name, value in (values | lists).items())

    def _without_found(self, target: Target, reading: Reading, story: Story) -> Story:
        """Without a profile, the facts of a site only fill gaps of a known article: the profile may have been lost."""
        if reading.piece.site is None or not reading.piece.site.is_new:
            return story
        loaded = target.article.as_loaded
        known = [name for name, code in story.evidence.items() if code == SITE and loaded.get(name)]
        unsaid: dict[str, Any] = {name: () if isinstance(getattr(story, name), tuple) else None for name in known}
        return replace(story, **unsaid)

    # --- The outcome of one input -----------------------------------------------------------------------------------

    def _decide(self, reading: Reading) -> Result:
        story, known = reading.story, self._batch.known
        if reading.piece.body is not None and reading.digest in known.by_digest:
            self._batch.references[reading.digest] = reading.piece.body.reference
        if reading.piece.known_as:
            target = known.by_digest.get(reading.digest)
            if target and target.current_digest == reading.digest:
                return self._seen_again(target, reading)
            return Result.of(Outcome.UNCHANGED, reading, target)
        if reading.error is not None or story is None:
            is_skipped = isinstance(reading.error, NotAnArticle)
            return Result.of(Outcome.SKIPPED if is_skipped else Outcome.REFUSED, reading)
        target, is_by_path = known.match(reading, story)
        if target is None and self._dry_run:
            target, is_by_path = self._foreseen.match(reading, story)
        if story.withheld:
            return self._withhold(target, reading, story.withheld)
        is_copy = is_by_path and target and target.is_claimed and reading.digest != target.current_digest
        if target is None or (is_copy and not known.is_correction(target, reading, story)):
            # New, or the file was a copy of another, which is unchanged, and now has a story of its own.
            return self._create(reading, story)
        was_met = target.is_claimed
        if reading.digest == target.current_digest:
            result = self._same_bytes(target, reading, story)
        elif reading.piece.captured_at is not None:
            result = self._other_capture(target, reading, story)
        else:
            result = self._other_bytes(target, reading, story, is_taken=target.is_claimed and not is_copy)
        self.later_versions += was_met and result.outcome == Outcome.UPDATED
        return result

    def _create(self, reading: Reading, story: Story) -> Result:
        article = Article(key=key_for(identity_of(reading, story)))
        story = self._without_taken_url(article.key, story)
        rows.fill(article, reading, story, source_id=self._names.source_id(story.source))
        article.slug = slug_for(story.slug or story.headline or "", otherwise=f"article-{article.key[:4]}")
        if story.withdrawn:
            article.withdraw(self._load.started_at, WithdrawnBy.SOURCE, story.withdrawn)
        origins = self._names.origins(story)
        photo_rows = rows.photo_rows(story)
        for photo, file in zip(photo_rows, reading.held, strict=True):
            photo_files.attach_file(photo, file)
        article.photo_file_count = sum(bool(photo.file) for photo in photo_rows)
        source = None if story.source is None else self._names.slug(story.source)
        article.as_loaded = baseline(article, photo_rows, source=source, tags=self._names.own_slugs(origins))
        path = path_of(reading)
        target = Target(article, reading.digest, {path} if path else set(), is_claimed=True)
        target.captured_at, target.story = reading.piece.captured_at, story if self._dry_run else None
        self._batch.new.append(New(target, article, reading, story, photo_rows, origins))
        self._batch.known.add(target, reading)
        if self._dry_run:
            self._foreseen.add(target, reading)
        return Result.of(Outcome.CREATED, reading, target)

    def _withhold(self, target: Target | None, reading: Reading, why: Withheld) -> Result:
        """Leave out an article that its source does not show. One that is already here is withdrawn or, if it may have
        had readers in the source, left as it is. Nothing of its present text is stored.
        """
        if target is None or target.is_claimed:
            error = NotAnArticle(f"not published by its source: {why}", path=reading.piece.name)
            return Result.of(Outcome.SKIPPED, replace(reading, error=error))
        self._claim(target)
        article = target.article
        is_public = article.withdrawn_at is None or article.withdrawn_by == WithdrawnBy.MERGED
        # Staff may have published it again since its source withheld it.
        if target.was_withheld or not (is_public and why.withdraws_published):
            return Result.of(Outcome.UNCHANGED, reading, target)
        self._batch.absent.append(article.pk)
        changes: dict[str, list[Any]] = {"withdrawn": ["", SENTENCES[WithdrawnBy.DRAFT]]}
        return Result.of(Outcome.UPDATED, reading, target, changes=changes)

    def _seen_again(self, target: Target, reading: Reading, changes: dict[str, list[Any]] | None = None) -> Result:
        """The original that the article shows: it comes back, if it was withdrawn because that was missing."""
        changes, by = changes or {}, target.article.withdrawn_by
        self._claim(target)
        if by in BY_ABSENCE:
            changes["withdrawn"] = [SENTENCES[WithdrawnBy(by)], ""]
        if by in BY_ABSENCE or target.was_withheld:
            self._batch.returned.append(target.article.pk)
            target.article.withdrawn_by, target.was_withheld = "", False
        return Result.of(Outcome.UPDATED if changes else Outcome.UNCHANGED, reading, target, changes=changes)

    def _same_bytes(self, target: Target, reading: Reading, story: Story) -> Result:
        self._note_path(target, reading)
        if target.is_claimed:
            self._add_former_paths(target, story.former_paths)
            return Result.of(Outcome.DUPLICATE, reading, target)
        self._claim(target)
        if self._take_source and edited_fields(target.whole()):
            return self._update(target, self._merged(target, reading, story))
        if target.article.pk and self._is_read_otherwise(target, reading, story):
            update = self._merged(target, reading, story)
            if update.changes or update.conflicts:
                return self._update(target, update)
        if (files := _new_files(target, reading)) and not self._dry_run:
            self._save_files(target, files)
        changes: dict[str, list[Any]] = {f"file:{n}": [None, held.digest] for n, held in files.items()}
        return self._seen_again(target, reading, changes)

    def _add_former_paths(self, target: Target, paths: Sequence[str]) -> None:
        """Those of a copy: readers of either come to the article."""
        loaded = target.article.as_loaded.get("former_paths", [])
        new = [path for path in paths if path not in loaded]
        if not new or self._dry_run:
            return
        pk = target.article.pk
        is_written_later = pk is None or any(update.article is target.article for update in self._batch.updates)
        with nullcontext() if is_written_later else changing([pk], self._stamp()) as changes:
            article = changes.articles[pk] if changes else target.article
            article.former_paths = [*article.former_paths, *new]
            article.as_loaded = target.article.as_loaded = {**article.as_loaded, "former_paths": [*loaded, *new]}

    def _other_bytes(self, target: Target, reading: Reading, story: Story, *, is_taken: bool) -> Result:
        is_known = reading.digest in self._batch.known.by_digest
        was_replaced = is_known and place_of(reading) not in target.current_paths
        is_taken = is_taken and not target.is_before(reading, story) and target.captured_at is None
        if is_taken or was_replaced:
            return self._store_spare(Outcome.DUPLICATE, target, reading, story)
        self._claim(target)
        if target.article.pk is None:
            return self._change_foreseen(target, reading, story)
        return self._update(target, self._merged(target, reading, story))

    def _other_capture(self, target: Target, reading: Reading, story: Story) -> Result:
        """Another capture of a page: the newest is shown, earlier ones are versions."""
        if self._batch.known.path_digests.get(path_of(reading) or "") == reading.digest and not self._take_source:
            self._note_path(target, reading)
            return Result.of(Outcome.UNCHANGED, reading, target)
        self._claim(target)
        captured_at, shown_at = reading.piece.captured_at, target.captured_at
        # A saved file outranks captures of the same address.
        if (captured_at and shown_at and captured_at < shown_at) or (shown_at is None and target.current_digest):
            return self._store_spare(Outcome.DUPLICATE, target, reading, story)
        if target.article.pk is None:
            return self._change_foreseen(target, reading, story)
        update = self._merged(target, reading, story)
        if not _new_files(target, reading) and not update.news:
            # Only the boilerplate has changed: the newest capture is shown, without a new version.
            self._batch.newest[target.article.pk] = target.current_digest = reading.digest
            target.captured_at = reading.piece.captured_at
            return self._store_spare(self._seen_again(target, reading).outcome, target, reading, story)
        return self._update(target, update)

    def _change_foreseen(self, target: Target, reading: Reading, story: Story) -> Result:
        is_same = target.story is not None and compared(target.story) == compared(story)
        target.current_digest, target.captured_at, target.story = reading.digest, reading.piece.captured_at, story
        return Result.of(Outcome.UNCHANGED if is_same else Outcome.UPDATED, reading, target)

    def _claim(self, target: Target) -> None:
        target.is_claimed = True
        if target.article.pk:
            self._batch.claims.append(target.article.pk)

    def _note_path(self, target: Target, reading: Reading) -> None:
        known = self._batch.known
        if reading.piece.body is not None and reading.data:
            self._batch.copied_in[reading.digest] = reading.data
        path = path_of(reading)
        if path and known.path_digests.get(path) != reading.digest:
            self._batch.paths[path] = reading
            known.path_digests[path] = reading.digest
            known.by_path[path] = target

    def _store_spare(self, outcome: Outcome, target: Target, reading: Reading, story: Story) -> Result:
        if reading.digest not in self._batch.known.by_digest:
            self._batch.spare.append((target, reading, story))
            self._batch.known.by_digest[reading.digest] = target
        self._note_path(target, reading)
        return Result.of(outcome, reading, target)

    def _merged(self, target: Target, reading: Reading, story: Story) -> Update:
        """The changes of a reading, merged into a copy of the article."""
        story = self._without_taken_url(target.article.key, self._without_found(target, reading, story))
        whole, moment = copy(target.whole()), self._load.started_at
        try:
            return Update(whole, reading, story, self._names, moment, take_source=self._take_source)
        except Source.DoesNotExist as error:
            raise IntegrityError("a source was merged meanwhile") from error

    def _without_taken_url(self, key: str, story: Story) -> Story:
        owner = self._batch.known.by_url.get(story.url or "")
        if owner is None or owner.article.key == key:
            return story
        taken = Damage(DamageCode.URL_TAKEN, "url", text=story.url or "")
        return replace(story, url=None, damage=(*story.damage, taken))

    def _update(self, target: Target, update: Update) -> Result:
        reading, changes, conflicts = update.reading, update.changes, update.conflicts
        if not self._dry_run:
            self._batch.updates.append(update)
        target.article = target.fetched = update.article
        target.current_digest = reading.digest
        target.captured_at = reading.piece.captured_at
        self._batch.known.add(target, reading)
        if conflicts and not changes:
            return Result.of(Outcome.KEPT, reading, target, changes=update.news, conflicts=conflicts)
        news = {name: update.news[name] for name in conflicts if name in update.news}
        return Result.of(Outcome.UPDATED, reading, target, changes=changes, conflicts=conflicts, news=news)

    def _save_files(self, target: Target, files: dict[int, photos.HeldPhoto]) -> None:
        load = self._saved_load()
        with changing([target.article.pk], self._stamp()) as changes:
            (article,) = changes.articles.values()
            article.as_loaded = deepcopy(article.as_loaded)
            loaded = dict(enumerate(article.as_loaded.get("photos", []), 1))
            changed, clashes = list[Photo](), list[Clash]()
            for photo in Photo.everything.filter(article=article, loaded_number__in=files):
                number = photo.loaded_number
                values, file = loaded.get(number, {}), files[number]
                if has_file_of_staff(photo, values):
                    if photo.digest != file.digest:
                        clashes.append(Clash("digest", values.get("digest", ""), photo.digest, file.digest, photo))
                    values["digest"] = file.digest
                    continue
                photo_files.attach_late_file(photo, file, values)
                photo.save()
                article.damage.filter(code=DamageCode.PHOTO_REFUSED, field=f"photo {number}").delete()
                changed.append(photo)
            photo_files.replace_renditions([(photo, files[photo.loaded_number]) for photo in changed])
            save_clashes(article, clashes, (), open_conflicts(article), load)


def _new_files(target: Target, reading: Reading) -> dict[int, photos.HeldPhoto]:
    """Photo files missing or different when the same original was last loaded, by number."""
    return {
        number: file
        for number, file in enumerate(reading.held, 1)
        if file and target.photo_digests.get(number, file.digest) != file.digest
    }
