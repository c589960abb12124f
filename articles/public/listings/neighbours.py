"""The articles before and after one in the order of the archive: of its own day, else of the nearest."""

from __future__ import annotations

from articles.models import Article
from articles.public.listings.articles import Entry, entry_of
from articles.public.listings.rows import listed
from articles.search.backend import rows

# As SQL: building it by the ORM takes longer than the rest of the page.
# An unsaved day, in a preview, has a place between others.
_BOTH = """SELECT
  (SELECT id FROM articles_article WHERE withdrawn_at IS NULL AND id <> %s
    AND archive_date <= %s AND NOT (archive_date = %s AND id > %s)
    ORDER BY archive_date DESC, id DESC LIMIT 1),
  (SELECT id FROM articles_article WHERE withdrawn_at IS NULL AND id <> %s
    AND archive_date >= %s AND NOT (archive_date = %s AND id < %s)
    ORDER BY archive_date, id LIMIT 1)
"""


def neighbours_of(article: Article) -> tuple[Entry | None, Entry | None]:
    """The previous and next article; none for undated ones. Two queries, the first an index lookup."""
    if article.archive_date is None:
        return None, None
    pk, day = article.pk, article.archive_date.isoformat()
    [ids] = rows(_BOTH, [pk, day, day, pk] * 2)
    found = listed(pk for pk in ids if pk)
    previous, following = (entry_of(found[pk]) if pk in found else None for pk in ids)
    return previous, following
