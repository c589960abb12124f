"""The save protocol: articles are changed within ``changing``.

Callers (loads, staff pages, bulk actions, undo, restored versions, imported edits) set values of articles in memory and
save photos and tags themselves. Everything derived, from HTML to the ledger, is updated at the end of the block.
``follow_new`` does this for articles that a load has inserted, ``remove_articles`` for deleted ones. (The generation
rises by triggers: ``models/generation.py``.)

Merges of tags and sources, undone merges of tags (``editorial.actions``) and imported addresses
(``editorial.exchange.articles``) change one value of many articles; they record and count it with ``moving``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from operator import attrgetter

from articles import photos
from articles.catalogue import addresses, bylines, filing, photo_files
from articles.catalogue.conflicts import follow_edits
from articles.catalogue.filing import Filed
from articles.catalogue.ledger import Recording, Stamp, change_of, name_firsts, open_changes, transaction_of_changes
from articles.catalogue.loaded import has_loaded_body, loaded_body, settle_damage
from articles.catalogue.near_duplicates import note_likeness
from articles.catalogue.recorded import OF_STAFF, rows_of
from articles.models import Article, ArticleChange, Conflict, FormerPath, Load, Photo, Tagging
from articles.models.bulk import delete_alone, update_values
from articles.search import index
from articles.search.backend import Document
from articles.text.markdown import plain
from articles.text.minhash import minhash_of

COLUMNS = tuple(field.attname for field in Article._meta.concrete_fields if not field.primary_key)
Labels = dict[int, tuple[photos.Words, list[tuple[str, str]]]]  # by photo: words and rendition files


@dataclass(slots=True)
class Changes:
    """Locked articles, and copies from ``before``. Copies share values: replace one, never change it in place."""

    stamp: Stamp
    before: dict[int, Article]
    articles: dict[int, Article]  # by id; may be replaced by a caller's own instances
    filed: dict[int, Filed]
    labels: Labels
    recording: Recording
    near_duplicates: int = 0  # pairs found
    labels_are_written: bool = True  # False: rendition files could not be written

    @classmethod
    def begin(cls, ids: Collection[int], stamp: Stamp, *, makes_version: bool = False) -> Changes:
        """Lock articles. Within ``transaction_of_changes``."""
        before = {row.pk: row for row in Article.objects.filter(pk__in=ids).locked()}
        articles = {pk: copy(article) for pk, article in before.items()}
        recording = Recording.begin(before, stamp, makes_version=makes_version)
        return cls(stamp, before, articles, Filed.of_many(list(before)), _labels_of(before)[1], recording)

    def set_tags(self, wanted: Mapping[int, Mapping[int, str]]) -> None:
        """Set the tags of articles: origins by tag, by article. Existing taggings stay."""
        bylines.set_taggings(Tagging.objects.all(), self.articles, wanted)

    def finish(self) -> None:
        for pk, article in self.articles.items():
            derive_changed(article, self.before[pk])
        filing.count_photos(self.articles)
        rows = rows_of(OF_STAFF, self.before)
        versions = {pk for pk, article in self.articles.items() if self.recording.makes_version_of(article, rows[pk])}
        for article in (self.articles[pk] for pk in versions):
            if None in (self.before[article.pk].withdrawn_at, article.withdrawn_at):  # else readers see nothing of it
                article.changed = change_of(self.stamp)
                if article.added_id is None and article.withdrawn_at is None:
                    article.added = article.changed
        self._save()
        settle_damage(self.articles)
        bylines.derive_taggings(self._with_other("authors", "byline"), self.stamp.load)
        now = Filed.of_many(list(self.articles))
        for pk in self.articles:
            open_changes().counts.move(self.filed.get(pk), now.get(pk))
        index.renew(self.articles, open_changes().words)
        rewritten = self._with_other("body")
        hashes = [(row.pk, minhash_of([plain(block) for block in row.blocks])) for row in rewritten]
        self.near_duplicates = note_likeness(hashes, self.stamp.load)
        photo_rows, labels = _labels_of(self.articles)
        if changed := [photo for photo in photo_rows if labels[photo.pk] != self.labels.get(photo.pk)]:
            self.labels_are_written = photo_files.label_renditions(changed)
        conflicts = Conflict.objects.open().filter(article__in=self.articles)
        for pk in set(conflicts.values_list("article_id", flat=True)):
            follow_edits(self.articles[pk], self.stamp)
        self.recording.finish(self.articles, rows, versions)

    def _with_other(self, *names: str) -> list[Article]:
        """The articles with other values of these columns than before."""
        values = attrgetter(*names)
        return [article for pk, article in self.articles.items() if values(article) != values(self.before[pk])]

    def _save(self) -> None:
        """Save articles; those with a new address one by one, since one may want another’s present or former one."""
        moved = {article.pk: article for article in self._with_other("archive_date", "slug")}
        update_values(Article, COLUMNS, [row for row in self._with_other(*COLUMNS) if row.pk not in moved])
        for article in moved.values():
            article.slug = addresses.free_slug(article)
            update_values(Article, COLUMNS, [article])
            addresses.keep_addresses([(self.before[article.pk].get_absolute_url(), article)])
        # Taggings have the article's date.
        days = Tagging.everything.filter(article__in=self.articles).values_list("article_id", "archive_date").distinct()
        for pk in {pk for pk, day in days if day != self.articles[pk].archive_date}:
            Tagging.everything.filter(article=pk).update(archive_date=self.articles[pk].archive_date)
        if elsewhere := self._with_other("former_paths", "url"):
            delete_alone(FormerPath.objects.filter(article__in=elsewhere))
            addresses.add_former_paths(elsewhere)


def derive_changed(article: Article, before: Article) -> None:
    """Set columns derived from changed fields. Does not save."""
    if article.body != before.body and article.as_loaded == before.as_loaded:
        article.body_as_loaded = "" if has_loaded_body(article) else loaded_body(before)
    article.archive_date = filing.archive_date_of(article.published, article.updated)
    if article.body != before.body and article.body_html == before.body_html:  # else already rendered
        filing.derive(article)


def _labels_of(article_ids: Collection[int]) -> tuple[list[Photo], Labels]:
    """Photos with a file, and their labels. Withdrawn ones are among them, since loads and undos change their words."""
    rows = list(Photo.everything.filter(article__in=article_ids).exclude(file="").prefetch_related("renditions"))
    files = {photo.pk: [(made.file, made.file_webp) for made in photo.renditions.all()] for photo in rows}
    return rows, {photo.pk: (photos.Words.of(photo), files[photo.pk]) for photo in rows}


@contextmanager
def changing(ids: Collection[int], stamp: Stamp, *, makes_version: bool = False) -> Iterator[Changes]:
    """Change articles in the block, which is a transaction of changes, or a part of the caller's."""
    # No savepoint in loads: SQLite would keep a copy of every page that changes.
    with transaction_of_changes(savepoint=stamp.load is None):
        changes = Changes.begin(ids, stamp, makes_version=makes_version)
        yield changes
        changes.finish()


def follow_new(
    articles: Sequence[Article], documents: Sequence[Document], minhashes: Sequence[bytes | None], load: Load | None
) -> int:
    """Update all derived data; return the number of near-duplicates. ``documents``: of published articles, to index."""
    ids = [article.pk for article in articles]
    addresses.give_back({article.key: article for article in articles})
    addresses.add_former_paths(articles)
    authors = bylines.derive_taggings(articles, load)
    documents = [replace(row, tag_ids=[*row.tag_ids, *authors[row.article_id]]) for row in documents]
    for filed in Filed.of_many(ids).values():
        open_changes().counts.move(None, filed)
    index.add(documents, open_changes().words)
    if with_files := [article.pk for article in articles if article.photo_file_count]:
        photo_files.label_renditions(_labels_of(with_files)[0])
    return note_likeness(list(zip(ids, minhashes, strict=True)), load)


def remove_articles(articles: Sequence[Article], stamp: Stamp, *, reason: str) -> None:
    """Delete articles with all that is recorded of them. Their addresses answer 410, until they are loaded again."""
    for filed in Filed.of_many([article.pk for article in articles]).values():
        open_changes().counts.move(filed, None)
    paths = {redirect.path: article.key for article in articles for redirect in article.redirects.all()}
    paths |= {path: article.key for article in articles for path in addresses.former_paths(article)}
    paths |= {article.get_absolute_url(): article.key for article in articles}
    seen = [article for article in articles if article.added_id]
    names = {article.key: [f"source-{article.source.slug}"] if article.source else [] for article in seen}
    for key, slug in Tagging.objects.filter(article__in=seen).values_list("article__key", "tag__slug"):
        names[key].append(f"tag-{slug}")
    sets = {key: f" {' '.join(of)} " for key, of in names.items()}
    addresses.record_gone(paths, stamp, reason=reason, sets=sets)
    index.remove([article.pk for article in articles])
    alike = list(ArticleChange.objects.filter(article__in=articles, is_first=True).values_list("alike", flat=True))
    Article.objects.filter(pk__in=[article.pk for article in articles]).only("pk").delete()
    name_firsts(alike)
