"""One change of an article by staff: what is recorded before it, and what follows from it. The admin's forms and the
restoring of versions both come here, within a transaction of their own."""

from __future__ import annotations

from dataclasses import dataclass

from articles import filing
from articles.decide import follow_edits
from articles.identity import digest_of
from articles.ingest.store.likeness import renew_likeness
from articles.models import Article, Correction
from articles.revisions import Stamp, keep_article


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that has begun. ``before`` is the article as it stood; its row is locked until the transaction ends."""

    before: Article
    stamp: Stamp
    filed: filing.Filed | None
    path: str

    @classmethod
    def begin(cls, article_id: int, stamp: Stamp) -> Edit:
        """Lock the article, and record its present state where the history does not have it yet."""
        before = Article.objects.select_for_update().get(pk=article_id)
        keep_article(before, stamp)
        return cls(before, stamp, filing.Filed.of(before), before.get_absolute_url())

    def finish(self, article: Article, *, correction: str = "") -> bool:
        """Save the article, whose photos and tags are saved already, and file it anew. A correction is for readers.

        ``False`` if another article of that day has its slug, so that it got another one.
        """
        before = self.before
        if article.body != before.body and digest_of(before.body.encode()) == before.as_loaded.get("body"):
            article.body_as_loaded = before.body
        article.photo_count = article.photos.count()
        filing.derive(article)
        wanted = article.slug
        article.slug = filing.free_slug(article)
        self.stamp.put_on(article)
        article.save()
        if article.body != before.body:
            renew_likeness(article)
        filing.refile(article, self.filed, self.path)
        follow_edits(article, self.stamp)
        if correction:
            correct(article, correction, self.stamp)
        return article.slug == wanted


def correct(article: Article, note: str, stamp: Stamp) -> None:
    """Tell readers of the correction that is made at the moment of the stamp."""
    Correction.objects.create(article=article, note=note, made_at=stamp.moment, made_by=stamp.user)


def correct_afterwards(article: Article, note: str, stamp: Stamp) -> None:
    """A note without a change explains the newest one that staff have made."""
    revisions = Article.history.filter(id=article.pk, history_user__isnull=False).order_by("-history_date")
    made_at = revisions.values_list("history_date", flat=True).first() or stamp.moment
    Correction.objects.create(article=article, note=note, made_at=made_at, made_by=stamp.user)
