"""The feed of corrections: what staff or a later capture changed in articles, word by word, as their history has it.

A change that one load or one action made to many articles is one entry, that of one of them. Of a withdrawn article it
has only the withdrawal, the last change of it that readers saw, and nothing of closed versions.
"""

from typing import Any

from django.db.models import F, Q
from django.template.loader import render_to_string

from articles.editorial.history import Names, Versions, changes_of
from articles.models import Article, ArticleChange
from articles.public.context import about_archive
from articles.public.formats.feeds import common_fields, printable, tag_uri
from articles.search.finding import MOST, count_words
from articles.text.messages import gettext
from articles.text.phrases import absent, listed


def first_corrections() -> Any:
    return ArticleChange.objects.filter(is_first=True).only("alike")


def correction_entry(alike: str, base_url: str) -> dict[str, Any] | None:
    """The entry of the articles that were changed alike; ``None`` if readers may see none of them."""
    is_open = Q(article__withdrawn_at=None) | Q(article__changed=F("change"), article__merged_into=None)
    rows: Any = ArticleChange.objects.filter(is_open, alike=alike)
    row = rows.select_related("change", "article__source").defer("rows", "body").order_by("-is_first", "pk").first()
    versions = Versions(row.article) if row and not row.article.withdrawn_at else None
    if row is None or (versions and not versions.closed_numbers.isdisjoint((row.version, row.version - 1))):
        return None
    article, version = row.article, versions.one(row.version) if versions else None
    changes = changes_of(version, Names([version])) if version else []
    what = printable(listed(list(dict.fromkeys(change.what for change in changes))) or article.withdrawal)
    history = f"history/{row.version}/changes/" if version else ""
    headline = (article.headline or absent("headline")) if version else gettext("A withdrawn article")
    count, at = rows.order_by()[: MOST + 1].count(), row.change.seen_at.replace(microsecond=0)
    also = count_words(min(count, MOST), is_more=count > MOST) if count > 1 else ""
    title = gettext("%(headline)s, and others") % {"headline": headline} if also else headline
    values = {"version": version, "changes": changes, "also": also, "what": what, "tongue": article.tongue}
    html = render_to_string("articles/_correction.html", {**values, "archive": about_archive()})
    return {
        **common_fields(article if version else Article()),
        "title": printable(title),
        "description": printable(html),
        "link": f"{base_url}{article.get_absolute_url()}{history}",
        "unique_id": tag_uri(f"{article.key}/history/{row.version}"),
        "author_name": printable(version.who) if version else None,
        "pubdate": at,
        "updateddate": at,
        "categories": (),
        "photos": (),
        "summary": what,
        "about": what,
        "authors": (),
        "external_url": None,
    }
