"""All stored counts, and the results of counting one article at a time."""

from __future__ import annotations

from collections import Counter

from articles.catalogue.bylines import author_names, printed_names
from articles.models import Article, PeriodCount, Source, SourceMonth, Tag, TagAlias, TagMonth

Counts = dict[object, int]


def kept_counts() -> Counts:
    """The kept counts that are not zero, by what they count."""
    kept: Counts = {(one.unit, one.start): one.articles for one in PeriodCount.objects.all()}
    kept |= {("photos", one.unit, one.start): one.photos for one in PeriodCount.objects.all()}
    kept |= {("photo files", one.unit, one.start): one.photo_files for one in PeriodCount.objects.all()}
    kept |= {("tag", tag.slug): tag.article_count for tag in Tag.everything.all()}
    kept |= {("source", source.name): source.article_count for source in Source.objects.all()}
    kept |= {("tag", one.tag.slug, one.month): one.articles for one in TagMonth.objects.select_related("tag")}
    months = SourceMonth.objects.select_related("source")
    kept |= {("source", one.source.name, one.month): one.articles for one in months}
    return {what: count for what, count in kept.items() if count}


def counted_anew() -> Counts:
    found: Counter[object] = Counter()
    for article in Article.objects.published().prefetch_related("tags", "photos"):
        periods = PeriodCount.periods_of(article.archive_date)
        found.update(periods)
        for photo in article.photos.all():
            found.update(("photos", *period) for period in periods)
            found.update(("photo files", *period) for period in periods if photo.file)
        things = [("tag", tag.slug) for tag in (*article.tags.all(), *authors_of(article))]
        things += [("source", article.source.name)] if article.source else []
        found.update(things)
        if day := article.archive_date:
            found.update((*thing, int(f"{day:%Y%m}")) for thing in things)
    return dict(found)


def authors_of(article: Article) -> set[Tag]:
    """Those that its names lead to."""
    found = set()
    for slug in author_names(printed_names(article.authors, article.byline)):
        own = Tag.everything.filter(slug=slug).first()
        found.add(own or TagAlias.objects.get(slug=slug).tag)
    return found
