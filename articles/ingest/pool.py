"""Bytes -> story, in as many processes as there are cores, in the order of the inputs.

Nothing here uses the database, so workers need no Django set-up. Photos are copied and resized here too, since that is
the slowest part of a load.
"""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice
from multiprocessing import get_context, parent_process, resource_tracker
from pathlib import Path
from threading import Thread

from articles import photos
from articles.ingest.clean import clean
from articles.ingest.errors import IngestError, NotAnArticle, NothingToShow, UnreadableFile
from articles.ingest.inputs.exports import is_in_drafts
from articles.ingest.language import with_language
from articles.ingest.parsing.local_files import looked_for, open_regular, state_of
from articles.ingest.readers import READERS
from articles.ingest.readers.base import read_whole
from articles.ingest.sites.applying import applied
from articles.ingest.sites.site import Site
from articles.ingest.story import Damage, PhotoFile, Piece, Story, StoryPhoto, Withheld
from articles.ingest.tagging import Vocabulary, tag
from articles.ingest.work import WorkLimits, check_data, check_story, time_limit
from articles.text.damage import DamageCode
from articles.text.keys import digest_of
from articles.text.markdown import passages_of
from articles.text.minhash import minhash_of
from articles.text.words import IN_CAPTIONS, ArticleWords, Place, words_of_article

CHUNK = 100
CHUNK_BYTES = 8_000_000
CHUNK_PHOTO_BYTES = 16_000_000  # a few seconds of work
FIRST_CHUNKS = 10  # until it is known how large the pictures of an input are
# Chunks in flight: more than a batch, so that reading continues while one is written. Each costs about 3 MB.
AHEAD = 14
AHEAD_BYTES = 32_000_000
# Below this many inputs, starting processes takes longer than reading.
WORTH_SHARING = 40
_USUAL_WORK = WorkLimits()
_NO_VOCABULARY = Vocabulary()


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of a load's readers."""

    vocabulary: Vocabulary
    max_bytes: int
    photo_limits: photos.Limits
    media_root: photos.AnyPath | None  # ``None`` in a dry run: photo files are decoded, but not stored
    keep_originals: bool = False  # pages in crawls are copied into the archive, not kept by reference
    work: WorkLimits = _USUAL_WORK
    read_as: str = ""  # ``reading_digest``
    places: Mapping[str, Place] = field(default_factory=dict)  # of fields in the search index

    def read_as_of(self, site: Site | None) -> str:
        """A digest of how articles of a site are read now; it changes with the facts of the site."""
        return digest_of(f"{self.read_as} {site.digest}".encode())[:16] if site and site.digest else self.read_as


@dataclass(frozen=True, slots=True)
class Reading:
    """A story or an error, or both for one with nothing to show; of a capture that is in the archive, a digest."""

    piece: Piece
    data: bytes = b""  # empty for an original kept by reference
    size_bytes: int = 0
    minhash: bytes | None = None  # of the text, to find near-duplicates
    words: ArticleWords | None = None  # for the search index
    digest: str = ""
    story: Story | None = None
    error: IngestError | None = None
    held: tuple[photos.HeldPhoto | None, ...] = ()  # one for each photo, ``None`` without a file
    photo_bytes: int = 0  # of all photo files
    read_as: str = ""
    beside: tuple[tuple[str, int, int], ...] = ()  # files named by the article, each with its ``state_of``


Chunk = list[Piece | IngestError]
Submit = Callable[[Chunk], Future[list[Reading]]]


def reading_digest(vocabulary: Vocabulary, photo_limits: photos.Limits, work: WorkLimits) -> str:
    """Changes whenever the same bytes may be read differently: with other code, vocabulary or limits."""
    return digest_of(repr((vocabulary.digest, photo_limits, work, code_digest())).encode())[:16]


@cache
def code_digest() -> str:
    rooms = [Path(__file__).parents[1] / room for room in ("ingest", "photos", "text")]
    code = (path for room in rooms for path in room.rglob("*") if "__pycache__" not in path.parts)
    return digest_of(b"".join(path.read_bytes() for path in sorted(code) if path.is_file()))


def read_piece(item: Piece | IngestError, plan: Plan) -> Reading:
    """Read one input. Errors are returned, never raised, so that the others are still read."""
    if isinstance(item, IngestError):
        return Reading(Piece(path=Path(item.path), name=str(item.path), form="unknown", line=item.line), error=item)
    if item.known_as:
        return Reading(item, digest=item.known_as)
    data = b""
    file_name = item.name if item.line is None else item.name.rpartition(":")[0]
    looked_for.clear()
    try:
        data = _bytes_of(item, plan.max_bytes)
        check_data(data, item.form, plan.work)
        with time_limit(plan.work.seconds):
            reading = _read(item, data, plan)
    except IngestError as error:  # with the input's name in reports
        return Reading(item, data, error=type(error)(error.reason, path=file_name, line=error.line or item.line))
    except Exception as error:  # a bug in a reader must not stop the other inputs
        reason = f"the {item.form} reader failed ({type(error).__name__}: {error}); please report it with this file"
        return Reading(item, data, error=IngestError(reason, path=file_name, line=item.line))
    story = reading.story
    assert story is not None  # noqa: S101
    # A withdrawal by the source may have no text.
    if not (story.headline or story.paragraphs or story.photos or story.withdrawn):
        reason = READERS[item.form].why_nothing(data) if data.strip() else "the file is empty"
        # A site has files for its templates alone.
        kind = NotAnArticle if item.site and item.site.generator else NothingToShow
        return replace(reading, error=kind(reason, path=file_name, line=item.line))
    named_files = tuple((src, *state_of(file)) for src, file in looked_for.items())
    if item.place:  # unpacked files have the time of unpacking
        named_files = tuple((src, size_bytes, 0) for src, size_bytes, _ in named_files)
    if story.withheld:  # nothing of it enters the archive
        return reading
    reading = _with_photos(reading, story, plan)
    words = _words_of(story, reading.held, plan.places) if plan.places else None
    return replace(reading, words=words, read_as=plan.read_as_of(item.site), beside=named_files)


def _read(item: Piece, data: bytes, plan: Plan) -> Reading:
    story = clean(READERS[item.form].read(item, data))
    if story.withheld is None and is_in_drafts(item):
        story = replace(story, withheld=Withheld.DRAFT)
    if item.site:
        story = applied(story, item.site, item, data)
    check_story(story, plan.work)
    story = tag(with_language(story), plan.vocabulary if plan.vocabulary.is_for(item) else _NO_VOCABULARY)
    if item.url:
        story = replace(story, url=item.url)  # a capture is identified by its address
    if item.body is not None and item.body.damage:
        story = replace(story, damage=(*story.damage, Damage(DamageCode.CAPTURE_DAMAGED, text=item.body.damage)))
    future = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()  # tomorrow has begun somewhere
    if item.captured_at is None and (story.published or "") > future:
        after_load = Damage(DamageCode.DATE_AFTER_CAPTURE, "published", text=story.published_printed or "")
        story = replace(story, damage=(*story.damage, after_load))
    return Reading(
        item,
        data if item.body is None or item.is_fleeting or plan.keep_originals else b"",
        len(data),
        minhash_of(story.paragraphs),
        digest=digest_of(data),
        story=story,
        held=(None,) * len(story.photos),
    )


def _bytes_of(piece: Piece, max_bytes: int) -> bytes:
    if piece.data is not None:
        return piece.data
    if piece.body is not None:
        return piece.body.read(max_bytes)
    try:
        with open_regular(piece.path) as file:
            return read_whole(file, max_bytes)
    except OSError as failure:
        raise UnreadableFile(failure.strerror or str(failure), path=piece.name) from failure


def _with_photos(reading: Reading, story: Story, plan: Plan) -> Reading:
    if not any(photo.file for photo in story.photos):
        return reading
    files: list[photos.HeldPhoto | None] = []
    damage: list[Damage] = []
    photo_bytes = 0
    for number, photo in enumerate(story.photos, 1):
        try:
            data = _bytes_of_photo(photo.file, plan.photo_limits.max_bytes) if photo.file else None
            photo_bytes += len(data or b"")
            words = _words_of_photo(photo)
            files.append(None if data is None else photos.hold(data, plan.media_root, plan.photo_limits, words))
        except photos.BadPhoto as bad:
            files.append(None)
            damage.append(Damage(DamageCode.PHOTO_REFUSED, f"photo {number}", text=f"{photo.src}: {bad}"))
    story = replace(story, damage=(*story.damage, *damage))
    return replace(reading, story=story, held=tuple(files), photo_bytes=photo_bytes)


def _bytes_of_photo(file: PhotoFile, max_bytes: int) -> bytes:
    try:
        return file.read(max_bytes)
    except OSError as error:
        raise photos.BadPhoto(f"it could not be read ({error.strerror or error})") from error


def _words_of_photo(photo: StoryPhoto) -> photos.Words:
    names = ("caption", "alt_text", "creator", "copyright_notice")
    return photos.Words(credit_line=photo.credit or "", **{name: getattr(photo, name) or "" for name in names})


def _words_of(story: Story, held: Sequence[photos.HeldPhoto | None], places: Mapping[str, Place]) -> ArticleWords:
    pairs = zip(story.photos, held, strict=True)
    of_photos = [file.words if file else _words_of_photo(photo) for photo, file in pairs]
    captions = (getattr(words, name) for words in of_photos for name in IN_CAPTIONS)
    texts = {name: getattr(story, name) for name in ("language", "authors", *places)}
    return words_of_article(texts, places, captions, passages_of(story.blocks))


def read_all(
    pieces: Iterable[Piece | IngestError], plan: Plan, *, workers: int, submit: Submit | None = None
) -> Generator[Reading, None, None]:
    """Read all inputs in order, with a few chunks in flight, so that memory does not grow with the input. ``submit``
    sends a chunk to other machines, with that many workers.
    """
    pieces = iter(pieces)
    first = list(islice(pieces, WORTH_SHARING))
    pieces = chain(first, pieces)
    if submit is None and (workers == 1 or len(first) < WORTH_SHARING):
        yield from (read_piece(piece, plan) for piece in pieces)
    else:
        yield from _read_shared(pieces, plan, workers, submit)


def _read_shared(
    pieces: Iterator[Piece | IngestError], plan: Plan, workers: int, submit: Submit | None
) -> Iterator[Reading]:
    pool: ProcessPoolExecutor | None = None
    waiting: deque[tuple[int, Future[list[Reading]]]] = deque()
    size, most = 0, FIRST_CHUNKS
    try:
        while True:
            while len(waiting) < workers * 3 or (len(waiting) < AHEAD and size < AHEAD_BYTES):
                chunk = _chunk(pieces, most)
                if not chunk:
                    break
                if all(isinstance(piece, IngestError) or piece.known_as for piece in chunk):
                    readings: Future[list[Reading]] = Future()
                    readings.set_result([read_piece(piece, plan) for piece in chunk])
                elif submit:
                    readings = submit(chunk)
                else:
                    if pool is None:
                        # Not fork: a child must not share the parent's database connections and threads.
                        context = get_context("forkserver" if os.name == "posix" else "spawn")
                        context.set_forkserver_preload([__name__])  # imports the readers once, not once a worker
                        pool = ProcessPoolExecutor(workers, context, initializer=_start_worker, initargs=(plan,))
                        with _without_interrupts():
                            wait([pool.submit(os.getpid) for _ in range(workers)])
                    readings = pool.submit(_read_chunk, chunk)
                bytes_of_chunk = sum(piece.size_bytes for piece in chunk if isinstance(piece, Piece))
                waiting.append((bytes_of_chunk, readings))
                size += bytes_of_chunk
            if not waiting:
                return
            bytes_of_chunk, readings = waiting.popleft()
            size -= bytes_of_chunk
            chunk_read = readings.result()
            photo_bytes = sum(reading.photo_bytes for reading in chunk_read)
            # Inputs near each other have pictures alike.
            most = min(CHUNK, max(1, CHUNK_PHOTO_BYTES * len(chunk_read) // max(1, photo_bytes)))
            yield from chunk_read
    finally:
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Let Ctrl-C wait: processes that it reaches at their start print tracebacks."""
    if os.name != "posix":
        yield
        return
    resource_tracker.ensure_running()  # which would unblock the signal
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _chunk(pieces: Iterator[Piece | IngestError], most: int) -> Chunk:
    chunk: Chunk = []
    size = 0
    for piece in pieces:
        chunk.append(piece)
        size += piece.size_bytes if isinstance(piece, Piece) else 0
        if len(chunk) >= most or size >= CHUNK_BYTES:
            break
    return chunk


_plan: Plan | None = None


def _start_worker(plan: Plan) -> None:
    global _plan  # once a process, not once a chunk
    _plan = plan
    if os.name == "posix":
        os.nice(5)  # the writer decides how long a load takes
    gc.set_threshold(50_000)  # a chunk has many objects, none of them in a cycle
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and ends its workers
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _read_chunk(chunk: Chunk) -> list[Reading]:
    assert _plan is not None  # noqa: S101
    return [read_piece(piece, _plan) for piece in chunk]
