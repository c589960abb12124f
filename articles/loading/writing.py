"""Writes what is new in a batch: keys and addresses settled, rows in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from articles.catalogue import filing, photo_files, photo_labels
from articles.catalogue.near_duplicates import note_likeness
from articles.loading import rows
from articles.loading.batch import Batch, New
from articles.loading.matching import identity_of, path_of
from articles.models import Article, Gone, Load, Original, OriginalPath, Photo, Redirect, Tagging
from articles.models.bulk import insert, insert_values
from articles.search import index
from articles.search.backend import Document
from articles.search.words import spell, spell_text
from articles.text.keys import key_for
from articles.text.markdown import passages_of


def settle_addresses(batch: Batch) -> None:
    """Make keys and permalinks unique, in the archive and within the batch: three queries, whatever its size."""
    articles = [new.article for new in batch.new]
    keys = set(Article.objects.filter(key__in=[a.key for a in articles]).values_list("key", flat=True))
    days: dict[str, set[date | None]] = defaultdict(set)
    taken = Article.objects.filter(slug__in=[a.slug for a in articles]).values_list("slug", "archive_date")
    for slug, day in taken:
        days[slug].add(day)
    former = Redirect.objects.filter(path__in=[a.get_absolute_url() for a in articles])
    former_paths = set(former.values_list("path", flat=True))  # an address once given stays with its article
    gone = Gone.objects.filter(path__in=[a.get_absolute_url() for a in articles])
    gone_from = dict(gone.values_list("path", "key"))
    for new in batch.new:
        article, attempt = new.article, 0
        while article.key in keys:
            attempt += 1
            article.key = key_for(identity_of(new.reading, new.story), attempt)
        keys.add(article.key)
        path = article.get_absolute_url()
        is_former = path in former_paths or gone_from.get(path, article.key) != article.key
        if is_former or article.archive_date in days[article.slug]:
            article.slug = f"{article.slug}-{article.key[:4]}"
            if filing.is_taken(article) or article.archive_date in days[article.slug]:
                article.slug += article.key[4:]
        days[article.slug].add(article.archive_date)


def write(batch: Batch, load: Callable[[], Load]) -> int:
    """Write all that is new in a batch; return how many near-duplicates were found. ``load`` is made if need be."""
    if batch.new:
        _write_new(batch.new, load())
        _count_new(batch)
    if batch.spare:
        _write_spare(batch, load())
    for article, digest in batch.newest.items():
        Original.objects.filter(article=article, is_current=True).update(is_current=False)
        Original.objects.filter(digest=digest).update(is_current=True)
    _write_paths(batch)
    _renew_references(batch)
    for digest, content in batch.copied_in.items():
        Original.objects.filter(digest=digest).exclude(held_at="").update(content=content, held_at="")
    found = note_likeness(batch.signatures, load()) if batch.signatures else 0
    batch.counts.save()
    return found


def _write_spare(batch: Batch, load: Load) -> None:
    insert(
        [
            rows.original_row(target.article, reading, story, load=load, is_current=False)
            for target, reading, story in batch.spare
        ]
    )


def _renew_references(batch: Batch) -> None:
    """Follow crawl files that have been moved since their pages were loaded."""
    if not batch.references:
        return
    held = Original.objects.filter(digest__in=batch.references).exclude(held_at="")
    for digest, *known in held.values_list("digest", "held_at", "held_offset"):
        now = batch.references[digest]
        if known != [now.path, now.offset]:
            Original.objects.filter(digest=digest).update(
                held_at=now.path, held_offset=now.offset, held_length=now.size_bytes
            )


def _write_new(new: list[New], load: Load) -> None:
    insert([one.article for one in new])
    ids = dict(Article.objects.filter(key__in=[one.article.key for one in new]).values_list("key", "id"))
    for one in new:
        one.article.pk = ids[one.article.key]
    filing.bring_back({one.article.key: one.article for one in new})
    for one in new:
        for photo in one.photos:
            photo.article = one.article
    insert([rows.original_row(one.article, one.reading, one.story, load=load) for one in new])
    insert_values(
        Tagging,
        ("article_id", "archive_date", "tag_id", "origin"),
        (
            (one.article.pk, one.article.archive_date, tag_id, origin)
            for one in new
            for tag_id, origin in one.tag_origins.items()
        ),
    )
    insert([photo for one in new for photo in one.photos])
    published = [one for one in new if one.article.withdrawn_at is None]
    index.add(list(map(_document, published)))
    insert([row for one in new for row in rows.damage_rows(one.article, one.story)])
    _write_renditions(new)


def _document(one: New) -> Document:
    article, story = one.article, one.story
    text = one.reading.words or spell_text(story.language or "", story.headline or "", list(passages_of(story.blocks)))
    captions = [words for photo in one.photos for words in (photo.caption, photo.credit_line, photo.alt_text)]
    lines = (article.byline, article.dateline, article.section)
    words = spell(text, headline=article.headline, deck=article.deck, captions=captions, lines=lines)
    return Document(
        article.pk,
        article.archive_date,
        words,
        one.tag_origins,
        article.source_id,
        text.language,
        has_photo=bool(article.photo_count),
    )


def _write_renditions(new: list[New]) -> None:
    shown = {one.article.pk: one for one in new if any(one.reading.held)}
    if shown:
        pairs = [
            (photo, held)
            for photo in Photo.objects.filter(article__in=shown)
            if (held := shown[photo.article_id].reading.held[photo.number - 1])
        ]
        insert([row for photo, held in pairs for row in photo_files.rendition_rows(photo, held)])
        # Their files were there when they were read. Another photo with these words may have been corrected since.
        photo_labels.label_renditions([photo for photo, _ in pairs])


def _count_new(batch: Batch) -> None:
    for one in batch.new:
        article = one.article
        batch.signatures.append((article.pk, one.reading.signature))
        if path := path_of(one.reading):
            batch.paths[path] = one.reading.digest, one.reading.piece.captured_at
        if article.withdrawn_at is None:
            batch.counts.move(None, filing.Filed.published(article, one.tag_origins))


def _write_paths(batch: Batch) -> None:
    if not batch.paths:
        return
    digests = {digest for digest, _ in batch.paths.values()}
    ids = dict(Original.objects.filter(digest__in=digests).values_list("digest", "id"))
    OriginalPath.objects.bulk_create(
        [
            OriginalPath(path=path, original_id=ids[digest], captured_at=captured_at)
            for path, (digest, captured_at) in batch.paths.items()
        ],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["original", "captured_at"],
    )
