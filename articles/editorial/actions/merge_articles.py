"""Merging two articles. The loser redirects to the winner, is still updated by loads, and can be separated again."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext

from articles.catalogue.changing import changing
from articles.catalogue.ledger import Stamp, lock_articles
from articles.catalogue.loaded import own_blocks
from articles.editorial.actions import NotDone, with_reason
from articles.models import Article, NearDuplicate, Photo, Rendition, Tagging
from articles.models.withdrawal import WithdrawnBy
from articles.text.merge import moved

Decision = NearDuplicate.Decision


def why_not(first: Article, second: Article) -> str:
    """The reason against merging two articles; ``""`` if there is none."""
    if first.pk == second.pk:
        return gettext("An article cannot be merged with itself.")
    for article in (first, second):
        if article.merged_into_id is not None:
            return gettext("“%(article)s” is already merged into another article.") % {"article": article}
        if article.withdrawn_at is not None:
            return gettext("“%(article)s” is withdrawn. Reinstate it before merging.") % {"article": article}
    return ""


def merge(
    loser: Article, winner: Article, user: object, reason: str, *, tag_ids: Collection[int], photo_ids: Collection[int]
) -> None:
    """Redirect ``loser`` to ``winner``, which gets these tags and photos. ``NotDone`` if one is merged or withdrawn."""
    found = Article.objects.locked().in_bulk([loser.pk, winner.pk])
    if len(found) < len({loser.pk, winner.pk}):
        raise NotDone(gettext("One of the articles is no longer in the archive; nothing was merged."))
    loser, winner = found[loser.pk], found[winner.pk]
    if fault := why_not(loser, winner):
        raise NotDone(fault)
    loser_stamp = Stamp.now(user, with_reason(gettext("Merged into %(key)s") % {"key": winner.key}, reason))
    words = gettext("%(key)s merged into it") % {"key": loser.key}
    winner_stamp = Stamp(user, with_reason(words, reason), loser_stamp.moment)
    redirect_to(loser, winner, loser_stamp, since=loser_stamp.moment)
    with changing([winner.pk], winner_stamp, makes_version=True) as changes:
        # As staff's tags, so that no load of the winner drops them.
        taken = loser.taggings.filter(tag__in=tag_ids).values_list("tag_id", flat=True)
        own = dict(winner.taggings.values_list("tag_id", "origin"))
        changes.set_tags({winner.pk: {**dict.fromkeys(taken, Tagging.Origin.STAFF), **own}})
        _take_photos(loser, winner, photo_ids)


def redirect_to(loser: Article, winner: Article, stamp: Stamp, *, since: datetime) -> None:
    """Redirect ``loser`` to ``winner``, both locked, without taking anything over."""
    with changing([loser.pk], stamp, makes_version=True) as changes:
        (article,) = changes.articles.values()
        article.merged_into = winner
        if not article.is_withdrawn_by_source:
            article.withdraw(since, WithdrawnBy.MERGED)
    _pair(loser, winner).update(decided=Decision.MERGED, decided_at=stamp.moment, decided_by=stamp.user)


def separate(loser: Article, user: object, reason: str) -> None:
    lock_articles(Article.objects.filter(Q(pk=loser.pk) | Q(merged=loser)).values_list("pk", flat=True))
    loser = Article.objects.get(pk=loser.pk)
    winner = loser.merged_into
    if winner is None:
        raise NotDone(gettext("“%(article)s” is not merged into another article.") % {"article": loser})
    stamp = Stamp.now(user, with_reason(gettext("Separated from %(key)s") % {"key": winner.key}, reason))
    with changing([loser.pk], stamp, makes_version=True) as changes:
        (article,) = changes.articles.values()
        article.merged_into = None
        if not article.is_withdrawn_by_source:  # its source may have withdrawn it meanwhile
            article.reinstate()
    words = gettext("%(key)s separated from it") % {"key": loser.key}
    with changing([winner.pk], Stamp(user, with_reason(words, reason), stamp.moment), makes_version=True):
        pass  # only for a version
    _pair(loser, winner).update(decided=Decision.OPEN, decided_at=None, decided_by=None)


def _pair(first: Article, second: Article) -> QuerySet[NearDuplicate, NearDuplicate]:
    return NearDuplicate.objects.filter(Q(article=first, other=second) | Q(article=second, other=first))


def _take_photos(loser: Article, winner: Article, photo_ids: Collection[int]) -> None:
    chosen = loser.photos.filter(pk__in=photo_ids).prefetch_related("renditions").order_by("position", "number")
    last = Photo.everything.filter(article=winner).aggregate(last=Max("number"))["last"] or 0
    before, after = own_blocks(loser), own_blocks(winner)
    keys = set(Photo.everything.filter(article=winner).values_list("key", flat=True))
    for number, photo in enumerate(chosen, last + 1):
        renditions = list(photo.renditions.all())
        photo.pk, photo.article, photo.number, photo.loaded_number = None, winner, number, 0
        if photo.key in keys:
            photo.take_key(keys)
        keys.add(photo.key)
        photo.position = moved(photo.position, before, after)
        photo.save(force_insert=True)
        for made in renditions:
            made.pk, made.photo = None, photo
        Rendition.objects.bulk_create(renditions)
