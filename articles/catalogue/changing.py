"""The one save protocol: whoever changes articles does it within ``changing``, and all that follows is done here.

A load, an editor, an action on many, an undo, a restored version and imported edits set values of articles in memory,
and save photos and tags themselves. What follows from them, from HTML to the history, is brought up to date at the end
of the block in one order, for one article or for many. (The generation moves on by triggers: ``models/generation.py``.)
``follow_new`` does the same for articles that a load has just inserted, whose texts reading has derived already, and
``remove_articles`` for those that go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from articles import photos
from articles.catalogue import filing, photo_labels, redirects
from articles.catalogue.conflicts import follow_edits
from articles.catalogue.filing import CountChanges, Filed
from articles.catalogue.loaded import has_loaded_body, loaded_body
from articles.catalogue.near_duplicates import note_likeness
from articles.catalogue.revisions import Stamp, keep_articles, record_articles, sign
from articles.models import Article, Conflict, Load, Photo, Tagging
from articles.models.bulk import insert_values, remove_rows, update_values
from articles.search import index
from articles.search.backend import Document
from articles.text.markdown import plain
from articles.text.signatures import signature_of

COLUMNS = tuple(field.attname for field in Article._meta.concrete_fields if not field.primary_key)
TAGGING_COLUMNS = ("article_id", "archive_date", "tag_id", "origin")
Labels = dict[int, tuple[photos.Words, list[tuple[str, str]]]]  # by photo: its words, and the files that carry them


@dataclass(slots=True)
class Changes:
    """Articles that are being changed. ``before`` is how they were; their rows are locked for the transaction.

    The two share their values: a value such as ``as_loaded`` is replaced, never changed in place.
    """

    stamp: Stamp
    before: dict[int, Article]
    articles: dict[int, Article]  # by id; whoever has read an article already puts it in place of ours
    filed: dict[int, Filed]
    labels: Labels
    is_one_revision: bool = False  # of the article, whatever of it changes: readers are told of it as of one
    near_duplicates: int = 0  # that were found
    labels_are_written: bool = True  # False: the files of photos could not be written, and still say the former words

    @classmethod
    def begin(cls, ids: Collection[int], stamp: Stamp, *, is_one_revision: bool = False) -> Changes:
        """Lock articles, and record their present state where the history does not have it yet."""
        before = {one.pk: one for one in Article.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
        keep_articles(list(before), stamp)
        articles = {pk: copy(article) for pk, article in before.items()}
        return cls(stamp, before, articles, Filed.of_many(list(before)), _labels_of(before)[1], is_one_revision)

    def set_tags(self, wanted: Mapping[int, Mapping[int, str]]) -> None:
        """Give articles these tags and no others: by article, the origins by tag. Taggings that are there stay."""
        rows = Tagging.objects.filter(article__in=wanted).values_list("article_id", "tag_id", "pk")
        now = {(article_id, tag_id): pk for article_id, tag_id, pk in rows}
        gone = [pk for (article_id, tag_id), pk in now.items() if tag_id not in wanted[article_id]]
        remove_rows(Tagging.objects.filter(pk__in=gone))
        new = [
            (pk, self.articles[pk].archive_date, tag_id, origin)
            for pk, origins in wanted.items()
            for tag_id, origin in sorted(origins.items())
            if (pk, tag_id) not in now
        ]
        insert_values(Tagging, TAGGING_COLUMNS, new)

    def finish(self) -> None:
        """Save the articles, and bring up to date what follows from them, their photos and their tags."""
        for pk, article in self.articles.items():
            self._derive(article, self.before[pk])
        filing.count_photos(self.articles)
        self._save()
        counts, now = CountChanges(), Filed.of_many(list(self.articles))
        for pk in self.articles:
            counts.move(self.filed.get(pk), now.get(pk))
        counts.save()
        index.renew(self.articles)
        rewritten = [one for pk, one in self.articles.items() if one.body != self.before[pk].body]
        signatures = [(one.pk, signature_of([plain(block) for block in one.blocks])) for one in rewritten]
        self.near_duplicates = note_likeness(signatures, self.stamp.load)
        rows, labels = _labels_of(self.articles)
        if changed := [photo for photo in rows if labels[photo.pk] != self.labels.get(photo.pk)]:
            self.labels_are_written = photo_labels.label_renditions(changed)
        if self.is_one_revision:
            sign(list(self.articles.values()), "~", self.stamp)
        record_articles(list(self.articles), self.stamp)
        conflicts = Conflict.objects.open().filter(article__in=self.articles)
        for pk in set(conflicts.values_list("article_id", flat=True)):
            follow_edits(self.articles[pk], self.stamp)

    def _derive(self, article: Article, before: Article) -> None:
        if article.body != before.body and article.as_loaded == before.as_loaded:
            article.body_as_loaded = "" if has_loaded_body(article) else loaded_body(before)
        article.archive_date = filing.archive_date_of(article.published, article.updated)
        if article.body != before.body and article.body_html == before.body_html:  # else it is rendered already
            filing.derive(article)

    def _save(self) -> None:
        """Those that move are saved one after the other, for two may want the same address."""
        stay, move = [], []
        for pk, article in self.articles.items():
            before = self.before[pk]
            if (article.archive_date, article.slug) != (before.archive_date, before.slug):
                move.append(article)
            elif any(getattr(article, name) != getattr(before, name) for name in COLUMNS):
                stay.append(article)
        update_values(Article, COLUMNS, stay)
        for article in move:
            article.slug = redirects.free_slug(article)
            update_values(Article, COLUMNS, [article])
        # Taggings that were added in the block, and those of articles that moved, get the article's day.
        days = Tagging.objects.filter(article__in=self.articles).values_list("article_id", "archive_date").distinct()
        for pk in {pk for pk, day in days if day != self.articles[pk].archive_date}:
            Tagging.objects.filter(article=pk).update(archive_date=self.articles[pk].archive_date)
        redirects.keep_addresses([(self.before[one.pk].get_absolute_url(), one) for one in move])


def _labels_of(article_ids: Collection[int]) -> tuple[list[Photo], Labels]:
    rows = list(Photo.objects.filter(article__in=article_ids).exclude(file="").prefetch_related("renditions"))
    files = {photo.pk: [(made.file, made.file_webp) for made in photo.renditions.all()] for photo in rows}
    return rows, {photo.pk: (photos.Words.of(photo), files[photo.pk]) for photo in rows}


@contextmanager
def changing(ids: Collection[int], stamp: Stamp, *, is_one_revision: bool = False) -> Iterator[Changes]:
    """Articles to be changed in the block, within the caller's transaction; nothing follows where it raises."""
    changes = Changes.begin(ids, stamp, is_one_revision=is_one_revision)
    yield changes
    changes.finish()


@dataclass(frozen=True, slots=True)
class Added:
    """An article that was just inserted. ``document``: of a published one, for the search index."""

    article: Article
    tag_ids: Collection[int]
    document: Document | None
    signature: bytes | None


def follow_new(added: Sequence[Added], load: Load) -> int:
    """What follows from new articles, whose photos and tags are there; returns how many near-duplicates were found."""
    redirects.give_back({one.article.key: one.article for one in added})
    counts = CountChanges()
    for one in added:
        if one.article.withdrawn_at is None:
            counts.move(None, Filed.published(one.article, one.tag_ids))
    index.add([one.document for one in added if one.document])
    held = [one.article.pk for one in added if one.article.photo_file_count]
    if held:
        photo_labels.label_renditions(_labels_of(held)[0])
    found = note_likeness([(one.article.pk, one.signature) for one in added], load)
    counts.save()  # last: other loads wait for these rows until this one commits
    return found


def remove_articles(articles: Sequence[Article], *, reason: str, moment: datetime) -> None:
    """Take articles out of the archive; their addresses answer 410 from now on, and are theirs if they come back."""
    counts = CountChanges()
    for filed in Filed.of_many([article.pk for article in articles]).values():
        counts.move(filed, None)
    paths = {one.path: article.key for article in articles for one in article.redirects.all()}
    paths |= {article.get_absolute_url(): article.key for article in articles}
    redirects.record_gone(paths, reason=reason, moment=moment)
    index.remove([article.pk for article in articles])
    remove_rows(Article.objects.filter(pk__in=[article.pk for article in articles]))
    counts.save()
