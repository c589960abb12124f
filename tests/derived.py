"""Data derived from the articles of an archive, as stored and as computed again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from articles.catalogue import addresses, filing
from articles.catalogue.conflicts import live_value
from articles.catalogue.near_duplicates import MOST_BANDS
from articles.catalogue.photo_files import label_renditions, names_of
from articles.models import (
    Article,
    Conflict,
    FormerPath,
    FormerTag,
    Likeness,
    LikenessBand,
    Photo,
    Rendition,
    SearchEntry,
    SourceAlias,
    Tagging,
)
from articles.models.search_entry import FORM
from articles.search import index
from articles.text.markdown import plain
from articles.text.minhash import bands_of, minhash_of
from tests.counting import authors_of, counted_anew, kept_counts
from tests.recorded import assert_record_ends_with_present

DERIVED = ("body_html", "excerpt", "archive_date", "photo_count", "photo_file_count")


def assert_all_follows() -> None:
    """Every derived value, count and listing is what computing it from the articles afresh gives."""
    assert_same(kept_counts().items(), counted_anew().items())
    for article in Article.objects.all():
        assert_fields_follow(article)
    assert_index_follows()
    assert_duplicates_follow()
    assert_labels_follow()
    for conflict in Conflict.objects.open().select_related("article", "photo"):
        live = live_value(conflict)
        assert live == conflict.ours != conflict.theirs, conflict.field
    assert_record_ends_with_present()


def assert_same(kept: Iterable[Any], computed: Iterable[Any]) -> None:
    """Say only what differs: there are thousands of words."""
    old, new = set(kept), set(computed)
    assert old == new, f"kept: {sorted(old - new, key=str)[:9]}, computed: {sorted(new - old, key=str)[:9]}"


def assert_fields_follow(article: Article) -> None:
    kept = {name: getattr(article, name) for name in DERIVED}
    filing.derive(article)
    filing.count_photos({article.pk: article})
    assert kept == {name: getattr(article, name) for name in DERIVED}, article
    taggings = Tagging.everything.filter(article=article).select_related("tag")
    assert {one.archive_date for one in taggings} <= {article.archive_date}, article
    assert {one.tag for one in taggings if one.origin == Tagging.Origin.BYLINE} == authors_of(article), article
    assert all(one.tag.is_author == (one.origin == Tagging.Origin.BYLINE) for one in taggings), article
    paths = FormerPath.objects.filter(article=article).values_list("path", flat=True)
    assert sorted(paths) == addresses.former_paths(article)


def assert_index_follows() -> None:
    kept = indexed()
    with transaction.atomic():
        index.empty()
        list(index.fill())
        assert_same(kept, indexed())
        transaction.set_rollback(True)


def indexed() -> list[Any]:
    """All that the index says of articles, on SQLite with each word at its place.

    A tag or a source that was merged stays in it under its former number, which searches know.
    """
    tags = {str(pk): str(tag) for pk, tag in FormerTag.objects.values_list("former_id", "tag_id")}
    sources = dict(SourceAlias.objects.values_list("former_id", "source_id"))
    found: list[Any] = [
        (
            one.pk, one.article_id, sources.get(one.source_id, one.source_id), one.language, one.has_photo,
            frozenset(tags.get(pk, pk) for pk in one.tags.split()),
        )
        for one in SearchEntry.objects.order_by("pk")
    ]  # fmt: skip
    if connection.vendor != "sqlite":
        return found
    former = {f"#t{pk}": f"#t{tag}" for pk, tag in tags.items()}
    former |= {f"#s{pk}": f"#s{source}" for pk, source in sources.items()}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, articles_search_{FORM}, 'instance')")
        cursor.execute("SELECT term, doc, col, offset FROM temp.words WHERE term <> '#len'")
        found += [(former.get(term, term), doc, col, at if col != "facts" else 0) for term, doc, col, at in cursor]
        cursor.execute("DROP TABLE temp.words")
    return found


def assert_duplicates_follow() -> None:
    for article in Article.objects.all():
        minhash = minhash_of([plain(block) for block in article.blocks])
        kept = Likeness.objects.filter(article=article).values_list("minhash", flat=True).first()
        assert minhash == (None if kept is None else bytes(kept)), article
        bands = set(LikenessBand.objects.filter(article=article).values_list("band", flat=True))
        assert len(bands) <= MOST_BANDS
        assert bands <= set(bands_of(minhash) if minhash else ()), article


def assert_labels_follow() -> None:
    """The names of files tell the words inside: writing these anew changes none."""
    kept = [names_of(made) for made in Rendition.objects.order_by("pk")]
    label_renditions(list(Photo.objects.exclude(file="")))
    assert kept == [names_of(made) for made in Rendition.objects.order_by("pk")]
