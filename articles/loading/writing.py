"""Writes a batch of changed and new articles and originals, in bulk: one by one takes ten times as long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from articles.catalogue import addresses, photo_files
from articles.catalogue.bylines import TAGGING_COLUMNS
from articles.catalogue.changing import changing, follow_new
from articles.catalogue.conflicts import save_clashes
from articles.catalogue.ledger import Stamp, change_of, recording_originals
from articles.ingest.pool import Reading
from articles.ingest.story import HeldElsewhere, Piece, Story
from articles.loading import rows
from articles.loading.matching import Known, Target, identity_of, path_of, place_of
from articles.loading.merging import Update
from articles.models import Article, Damage, Original, OriginalPath, Photo, Tagging
from articles.models.bulk import insert, insert_values, update_values
from articles.search.backend import Document
from articles.text.grouping import by_key
from articles.text.keys import key_for

PATH_COLUMNS = ("path", "original_id", "captured_at", "size_bytes", "mtime_ns")
READ_ANEW = ("encoding", "ledger", "boilerplate", "evidence", "is_current")  # of an original that is read again
PHOTO_COLUMNS = tuple(field.attname for field in Photo._meta.concrete_fields if not field.primary_key)


class Ids:
    """A set of ids in a bit each: Python's own takes 90 MB for a million."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, pk: object) -> bool:
        return isinstance(pk, int) and pk >> 3 < len(self._bits) and bool(self._bits[pk >> 3] & 1 << (pk & 7))

    def update(self, ids: Iterable[int]) -> None:
        for pk in ids:
            self._bits.extend(bytes(max(0, (pk >> 3) + 1 - len(self._bits))))
            self._bits[pk >> 3] |= 1 << (pk & 7)


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
    deferred: list[tuple[bool, Piece]] = field(default_factory=list)
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


def settle_addresses(batch: Batch) -> None:
    """Make keys and permalinks unique in the archive and the batch, with few queries."""
    articles = [new.article for new in batch.new]
    keys = set(Article.objects.filter(key__in=[a.key for a in articles]).values_list("key", flat=True))
    taken = set(Article.objects.filter(slug__in=[a.slug for a in articles]).values_list("slug", "archive_date"))
    paths = [article.get_absolute_url() for article in articles]
    owners = addresses.keys_by_path(paths)
    for new, path in zip(batch.new, paths, strict=True):
        article, attempt = new.article, 0
        while article.key in keys:
            attempt += 1
            article.key = key_for(identity_of(new.reading, new.story), attempt)
        keys.add(article.key)
        if owners.get(path, article.key) != article.key or (article.slug, article.archive_date) in taken:
            article.slug = f"{article.slug}-{article.key[:4]}"
            if addresses.is_taken(article) or (article.slug, article.archive_date) in taken:
                article.slug += article.key[4:]
        taken.add((article.slug, article.archive_date))


def write(batch: Batch, stamp: Stamp | None) -> int:
    """Write a batch except its updates; return the number of near-duplicates. No ``stamp``: only references changed."""
    found = _write_new(batch.new, stamp) if batch.new and stamp else 0
    change_id = change_of(stamp).pk if batch.spare and stamp else None
    spare = [
        rows.original_row(target.article, reading, story, change_id, is_current=False)
        for target, reading, story in batch.spare
    ]
    insert(spare)
    for article, digest in batch.newest.items():
        Original.objects.filter(article=article, is_current=True).update(is_current=False)
        Original.objects.filter(digest=digest).update(is_current=True)
    places = {path: new.reading for new in batch.new if (path := path_of(new.reading))}
    _write_paths({**batch.paths, **places})
    # Crawl files may have been moved since their pages were loaded.
    references = Original.objects.filter(digest__in=batch.references).exclude(held_at="")
    for original in references.only("digest", "held_at", "held_offset") if batch.references else ():
        now = batch.references[original.digest]
        if (original.held_at, original.held_offset) != (now.path, now.offset):
            original.held_at, original.held_offset, original.held_length = now.path, now.offset, now.size_bytes
            original.save(update_fields=["held_at", "held_offset", "held_length"])
    for digest, content in batch.copied_in.items():
        Original.objects.filter(digest=digest).exclude(held_at="").update(content=content, held_at="")
    return found


def _write_paths(places: Mapping[str, Reading]) -> None:
    digests = {reading.digest for reading in places.values()}
    ids = dict(Original.objects.filter(digest__in=digests).values_list("digest", "id")) if digests else {}
    rows = [
        (path, ids[reading.digest], piece.captured_at, piece.size_bytes, piece.mtime_ns)
        for path, reading in places.items()
        for piece in (reading.piece,)
    ]
    changed = ", ".join(f"{name} = excluded.{name}" for name in PATH_COLUMNS[1:])
    insert_values(OriginalPath, PATH_COLUMNS, rows, ending=f"ON CONFLICT (path) DO UPDATE SET {changed}")


def _write_new(new: Sequence[New], stamp: Stamp) -> int:
    change_id = change_of(stamp).pk
    for entry in new:
        entry.article.changed_id = change_id
        entry.article.added_id = change_id if entry.article.withdrawn_at is None else None
    insert([entry.article for entry in new])
    ids = dict(Article.objects.filter(key__in=[entry.article.key for entry in new]).values_list("key", "id"))
    for entry in new:
        entry.article.pk = ids[entry.article.key]
        for photo in entry.photos:
            photo.article_id = entry.article.pk
    insert([rows.original_row(row.article, row.reading, row.story, change_id, is_current=True) for row in new])
    taggings = [
        (entry.article.pk, entry.article.archive_date, tag_id, origin)
        for entry in new
        for tag_id, origin in entry.tag_origins.items()
    ]
    insert_values(Tagging, TAGGING_COLUMNS, taggings)
    insert([photo for entry in new for photo in entry.photos])
    insert([row for entry in new for row in rows.damage_rows(entry.article, entry.story)])
    if files := {entry.article.pk: entry.reading.held for entry in new if any(entry.reading.held)}:
        photos = Photo.objects.filter(article__in=files)
        pairs = [(photo, file) for photo in photos if (file := files[photo.article_id][photo.number - 1])]
        photo_files.replace_renditions(pairs, are_new=True)
    documents = []
    for article, words, origins in ((entry.article, entry.reading.words, entry.tag_origins) for entry in new):
        if words is not None and article.withdrawn_at is None:
            day, source_id, has_photo = article.archive_date, article.source_id, bool(article.photo_count)
            documents.append(Document(article.pk, day, words, origins, source_id, has_photo=has_photo))
    minhashes = [entry.reading.minhash for entry in new]
    return follow_new([entry.article for entry in new], documents, minhashes, stamp.load)


def write_updates(updates: Sequence[Update], stamp: Stamp) -> int:
    """Write merged articles, in the caller's transaction; return the number of near-duplicates found."""
    ids = [update.article.pk for update in updates]
    places = {place: update.reading for update in updates if (place := place_of(update.reading))}
    owners = OriginalPath.objects.filter(path__in=places).values_list("original__article_id", flat=True)
    with changing(ids, stamp) as changes, recording_originals({*owners}.difference(ids), stamp):
        changes.articles = {update.article.pk: update.article for update in updates}
        merged = [update.photos for update in updates]
        photo_files.remove_photos([row.pk for photos in merged for row in photos.removed])
        changed = [row for update in updates for row in update.photos.rows if row.pk and update.has_changed(row)]
        update_values(Photo, PHOTO_COLUMNS, changed)
        Photo.objects.bulk_create([row for photos in merged for row in photos.rows if row.pk is None])
        # A photo whose file is missing this time keeps its file and renditions.
        photo_files.replace_renditions([pair for photos in merged for pair in photos.renewed])
        changes.set_tags({update.article.pk: update.tags for update in updates})
        _save_damage(updates)
        _save_originals(updates, change_of(stamp).pk)
        _write_paths(places)
        for update in updates:
            made = update.settling
            closed = made.open_before if made.take_source else made.settled
            save_clashes(update.article, made.clashes, closed, made.open_before, stamp.load)
    return changes.near_duplicates


def _save_damage(updates: Sequence[Update]) -> None:
    """Damage found again keeps its row, with what staff decided."""
    former = Damage.objects.filter(article__in=[update.article for update in updates])
    known = by_key(((row.article_id, row.code, row.field, row.text), row) for row in former)
    new, moved = [], []
    for found in (row for update in updates for row in rows.damage_rows(update.article, update.story)):
        if before := known[found.article_id, found.code, found.field, found.text]:
            row = before.pop(0)
            if row.line != found.line:
                row.line = found.line
                moved.append(row)
        else:
            new.append(found)
    Damage.objects.filter(pk__in=[row.pk for rows_left in known.values() for row in rows_left]).delete()
    update_values(Damage, ("line",), moved)
    insert(new)


def _save_originals(updates: Sequence[Update], change_id: int) -> None:
    """Make the new originals current; earlier ones stay. Originals read again have the ledger of this reading."""
    by_digest = {update.reading.digest: update for update in updates}
    originals = Original.objects.filter(article__in=[update.article.pk for update in updates])
    originals.filter(is_current=True).exclude(digest__in=by_digest).update(is_current=False)
    read_before = {row.digest: row for row in Original.objects.filter(digest__in=by_digest).defer("content")}
    new = []
    for digest, update in by_digest.items():
        row = rows.original_row(update.article, update.reading, update.story, change_id, is_current=True)
        if digest not in read_before:
            new.append(row)
            continue
        for name in READ_ANEW:
            setattr(read_before[digest], name, getattr(row, name))
    insert(new)
    update_values(Original, READ_ANEW, list(read_before.values()))
